# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from ..platforms import errors


class StorefrontBindingPartner(models.Model):
    """Whom an account, a company or a company's location of a storefront stands for.

    ``synced`` is what both sides said when they were compared last: ``{field: value}`` of the
    storefront, as Odoo would write it, and under ``odoo`` what differed here."""

    _name = "storefront.binding.partner"
    _description = "Storefront Customer Binding"
    _order = "backend_id, id"
    _rec_name = "external_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True, precompute=True)
    kind = fields.Selection(
        [("customer", "Account"), ("company", "Company"), ("location", "Location")],
        default="customer",
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True, check_company=True
    )
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    company_external_id = fields.Char(
        string="For Company", readonly=True, help="The company this account orders for."
    )
    merged_into = fields.Char(
        readonly=True, help="The account that took this one over in the storefront."
    )
    tax_exempt = fields.Boolean(string="Tax-Exempt There", readonly=True)
    synced = fields.Json(readonly=True)
    synced_at = fields.Datetime(
        string="Last Synchronized", compute="_compute_synced_at", compute_sudo=True
    )
    storefront_url = fields.Char(
        string="In the Storefront", compute="_compute_storefront_url", compute_sudo=True
    )

    # One partner may stand for several accounts of a storefront, never the other way round: only
    # who orders for a company is that company's contact, and somebody else as a private person.
    _external_uniq = models.UniqueIndex(
        "(backend_id, kind, external_id, (coalesce(company_external_id, '')))"
    )
    _external_idx = models.Index("(external_id)")

    @api.depends("backend_id.url", "external_id", "kind")
    def _compute_storefront_url(self):
        for binding in self:
            binding.storefront_url = binding.kind == "customer" and (
                binding.backend_id._customer_url(binding.external_id)
            )

    def _compute_synced_at(self):
        """When the account was read last: a comparison that finds no difference writes nothing."""
        records = self.env["storefront.snapshot"].search_fetch(
            [
                ("backend_id", "in", self.backend_id.ids),
                ("kind", "=", "customer"),
                ("external_id", "in", self.mapped("external_id")),
                ("state", "=", "done"),
            ],
            ["backend_id", "external_id", "fetched_at"],
        )
        read_at = {(one.backend_id.id, one.external_id): one.fetched_at for one in records}
        for binding in self:
            key = (binding.backend_id.id, binding.external_id)
            found = binding.kind == "customer" and read_at.get(key)
            binding.synced_at = found or binding.write_date

    def unlink(self):
        """Override of `base`: what was asked about an account matters no more."""
        issues = self.env["storefront.issue"].sudo()
        issues.search([("binding_id", "in", self.ids), ("state", "=", "open")])._resolve()
        return super().unlink()


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def _customer_url(self, external_id):
        """Return where the storefront's back office shows an account, False where nowhere."""
        try:
            return self._adapter_class().customer_admin_url(self.url or "", external_id)
        except (errors.NotConfigured, errors.Unsupported):
            return False
