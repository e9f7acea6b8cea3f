# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# A VAT number without spaces and punctuation, as an expression of SQL.
VAT_KEY = "upper(regexp_replace(%s, '[^A-Za-z0-9]', '', 'g'))"


class ResPartner(models.Model):
    _inherit = "res.partner"

    storefront_binding_ids = fields.One2many(
        "storefront.binding.partner",
        "partner_id",
        string="Storefront Accounts",
        groups="storefront_connector.group_storefront_user",
    )
    storefront_redacted_at = fields.Datetime(
        string="Erased",
        readonly=True,
        copy=False,
        help="When what tells who it was had to be erased, as the law lets customers ask.",
    )
    # Which of the fields a storefront may write were changed when, {field: UTC time}: by somebody
    # here or by a storefront, whose own time it is then.
    storefront_changes = fields.Json(
        readonly=True, copy=False, groups="storefront_connector.group_storefront_manager"
    )

    # Every import of a guest's order looks for the e-mail; core has no index on it.
    _storefront_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    # Each new company is looked for by it, and the one it is may be written otherwise.
    _storefront_vat_idx = models.Index(f"(({VAT_KEY % 'vat'})) WHERE vat IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to ask no authority about the VAT numbers an import brings."""
        partners = super().create(vals_list)
        partners._storefront_spare_vies()
        return partners

    def _storefront_spare_vies(self):
        """Have a flow leave alone whether VAT numbers are valid: `base_vat`, which need not be
        here, would ask VIES while the transaction waits. What is imported by hand in core does the
        same."""
        field = self._fields.get("vies_valid")
        if field and self.env.context.get("storefront_flow"):
            self.env.remove_to_compute(field, self)

    def write(self, vals):
        """Override of `base` to note when what a storefront may write too was changed."""
        watched = vals.keys() & set(self.env["storefront.customer.update"]._writable_fields())
        # sudo: whoever changes a contact need not be allowed to see what it is bound to.
        bound = watched and self.sudo().filtered("storefront_binding_ids")
        if not bound:
            result = super().write(vals)
            self._storefront_spare_vies()
            return result
        before = {partner: {name: partner[name] for name in watched} for partner in bound}
        result = super().write(vals)
        self._storefront_spare_vies()
        moment = self.env.context.get("storefront_changed_at") or fields.Datetime.now()
        for partner, values in before.items():
            changed = [name for name, value in values.items() if partner[name] != value]
            if changed:
                times = dict.fromkeys(changed, fields.Datetime.to_string(moment))
                partner.storefront_changes = {**(partner.storefront_changes or {}), **times}
        return result
