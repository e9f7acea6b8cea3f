# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from .storefront_outbox import FORECAST

_DEMAND_FIELDS = frozenset(
    ("state", "product_uom_qty", "location_id", "location_dest_id", "location_final_id")
)


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        """Override of `stock` to note the products of which more or less is to move.

        Forecasts count it, and so does what a storefront sold and nothing is reserved for: neither
        touches a quant."""
        result = super().write(vals)
        if not _DEMAND_FIELDS.isdisjoint(vals):
            outbox = self.env["storefront.outbox"]
            moves = self.sudo()
            outbox._collect(moves.product_id.ids, FORECAST)
            sold = moves.filtered("sale_line_id")
            if sold:
                outbox._collect(sold.product_id.ids)
        return result
