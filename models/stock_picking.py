# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _add_delivery_cost_to_so(self):
        """Override of `stock_delivery`: what shipping costs was agreed on in the store.

        The carrier's own price would raise the order above what the customer was charged."""
        if self.sale_id.storefront_backend_id:
            return None
        return super()._add_delivery_cost_to_so()
