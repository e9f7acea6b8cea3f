# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront handed over itself counts as delivered, and is not asked of the warehouse."""

from odoo import api, fields, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    storefront_delivered_qty = fields.Float(
        string="Handed Over by the Store",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Had left when the order came in, without a transfer here.",
    )

    @api.depends("storefront_delivered_qty")
    def _compute_qty_delivered(self):
        """Override of `sale` to depend on what the store handed over."""
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """Override of `sale` to add what the store handed over."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("storefront_delivered_qty"):
            delivered[line] += line.storefront_delivered_qty
        return delivered

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """Override of `sale_stock`: what the store handed over is asked of no warehouse."""
        moved = super()._get_qty_procurement(previous_product_uom_qty)
        return moved + self.storefront_delivered_qty

    def _prepare_procurement_values(self):
        """Override of `sale_stock`: no transfer is planned before its order is here.

        The date of an order that came in late may lie in a locked period, where Odoo refuses
        one. The deadline stays the customer's: moves of one order are merged by it."""
        values = super()._prepare_procurement_values()
        if self.order_id.storefront_backend_id:
            values["date_planned"] = max(values["date_planned"], fields.Datetime.now())
        return values

    def _storefront_is_invoiceable(self):
        """Whether something is left to invoice that never was."""
        self.ensure_one()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        moves = self.invoice_lines.move_id
        return float_compare(self.qty_to_invoice, 0, precision_digits=digits) > 0 and all(
            move.move_type == "out_invoice" and move.state != "cancel" for move in moves
        )
