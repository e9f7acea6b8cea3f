# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    storefront_tax_country_id = fields.Many2one(
        "res.country",
        string="Destination Country",
        readonly=True,
        help="Whose tax the storefront charged, or where the line went.",
    )

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale` to take along the country that the tax goes to."""
        values = super()._prepare_invoice_line(**optional_values)
        if self.storefront_tax_country_id:
            values["storefront_tax_country_id"] = self.storefront_tax_country_id.id
        return values
