# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront sold is subtracted from what it shows until something is reserved for it."""

from odoo import api, models

_SOLD_FIELDS = frozenset(("product_id", "product_uom_qty", "product_uom_id", "warehouse_id"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale` to note what a storefront sold."""
        lines = super().create(vals_list)
        lines._storefront_note_sold()
        return lines

    def write(self, vals):
        """Override of `sale` to note what a storefront sold more or less of."""
        is_changed = not _SOLD_FIELDS.isdisjoint(vals)
        if is_changed:
            self._storefront_note_sold()  # also what it was until now
        result = super().write(vals)
        if is_changed:
            self._storefront_note_sold()
        return result

    def unlink(self):
        """Override of `sale` to note what a storefront sold less of."""
        self._storefront_note_sold()
        return super().unlink()

    def _storefront_note_sold(self):
        """Note the products for the storefront that sold them.

        When an order comes from there, the storefront has subtracted it already: then it is asked
        what it shows, and the push that would meet another number is saved."""
        outbox = self.env["storefront.outbox"]
        is_sold = bool(self.env.context.get("storefront_flow"))
        for line in self:
            backend = line.order_id.storefront_backend_id
            if backend and line.product_id:
                outbox._collect(line.product_id.ids, backend.id, is_sold=is_sold)
