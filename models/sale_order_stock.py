# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        """Override of `sale` to note what a storefront sold of an order that is cancelled, opened
        again, confirmed or left to another warehouse."""
        result = super().write(vals)
        if not {"state", "warehouse_id"}.isdisjoint(vals):
            sold = self.filtered("storefront_backend_id")
            sold.order_line._storefront_note_sold()
        return result

    def unlink(self):
        """Override of `sale`: lines that the database deletes are noted here."""
        self.filtered("storefront_backend_id").order_line._storefront_note_sold()
        return super().unlink()
