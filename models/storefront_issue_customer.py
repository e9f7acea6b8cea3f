# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..flows.customer_compare import ADDRESS_FIELDS

CONFLICT = "customer_conflict_"
EXEMPTIONS = ("customer_exempt", "customer_not_exempt")


class StorefrontIssue(models.Model):
    """What a human decides on a customer: Odoo's value, or the storefront's."""

    _inherit = "storefront.issue"

    binding_id = fields.Many2one(
        "storefront.binding.partner", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(related="binding_id.partner_id", string="Customer")
    has_two_values = fields.Boolean(compute="_compute_has_two_values")

    def _compute_has_two_values(self):
        for issue in self:
            code = issue.code or ""
            issue.has_two_values = code.startswith(CONFLICT) or code in EXEMPTIONS

    def _conflict_fields(self):
        """Return the fields of the partner that a conflict is about."""
        group = self.key.rpartition(":")[2]
        return ADDRESS_FIELDS if group == "address" else (group,)

    def _keep_odoo(self):
        """Let Odoo's values stand until the storefront changes its own again."""
        self._open()._note_kept()
        self._open()._resolve()

    def _note_kept(self):
        for issue in self:
            if issue.binding_id and issue.code.startswith(CONFLICT):
                issue._note_sides(issue.params["values"])

    def _take_storefront(self):
        """Have the storefront's current values written by the next import."""
        issues = self._open()
        for issue in issues.filtered("binding_id"):
            if issue.code in EXEMPTIONS:
                issue._take_exemption()
            else:
                issue._note_sides({})
        issues._resolve()
        # What is there by now is read, not what was there when the question came up.
        issues.sudo().snapshot_ids._poke()

    def _note_sides(self, theirs):
        """Note what is here as agreed on, and ``theirs`` as what the storefront said last."""
        binding, names = self.binding_id, self._conflict_fields()
        partner = binding.partner_id
        synced = dict(binding.synced or {})
        ours = dict(synced.pop("odoo", {}))
        synced.update(theirs)
        for name in names:
            ours[name] = partner._fields[name].convert_to_write(partner[name], partner)
        binding.synced = {**synced, "odoo": ours}

    def _take_exemption(self):
        """Set or remove the fiscal position, with the rights of whoever decides it."""
        backend = self.backend_id
        position = backend.tax_exempt_position_id
        if self.code == "customer_exempt" and not position:
            raise UserError(
                self.env._("Choose the tax-exempt position on the storefront first: tab Customers.")
            )
        partner = self.partner_id.commercial_partner_id.with_company(backend.company_id)
        is_exempt = self.code == "customer_exempt"
        partner.property_account_position_id = position if is_exempt else False

    def action_ignore(self, reason=""):
        """Override of this addon: who ignores what a storefront changed keeps Odoo's value."""
        self.check_access("write")
        self._open()._note_kept()
        return super().action_ignore(reason)
