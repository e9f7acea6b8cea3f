# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrder(models.Model):
    """The fiscal position of an imported order is that of where it goes."""

    _inherit = "sale.order"

    def _compute_fiscal_position_id(self):
        """Override of `sale` to follow the delivery address, and a human, but not ourselves."""
        imported = self.filtered("storefront_backend_id")
        fiscal = self.env["storefront.order.fiscal"]
        for order in imported:
            order.fiscal_position_id = fiscal._order_position(
                order.company_id,
                order.partner_id,
                order.partner_shipping_id,
                order.order_line.tax_ids,
            )
        return super(SaleOrder, self - imported)._compute_fiscal_position_id()

    def _prepare_invoice(self):
        """Override of `sale` to keep to the order's position where it has none: core would look at
        the customer's."""
        values = super()._prepare_invoice()
        if self.storefront_backend_id:
            values["fiscal_position_id"] = self.fiscal_position_id.id
        return values
