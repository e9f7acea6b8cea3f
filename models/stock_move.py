# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from .storefront_outbox import FORECAST

_DEMAND_FIELDS = frozenset(
    ("state", "product_uom_qty", "location_id", "location_dest_id", "location_final_id")
)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Override of `stock` to have an order compared that differs, once something came back.

        With sudo: who works in the warehouse need not be allowed to see orders."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        back = done.filtered(lambda move: move.location_id.usage == "customer")
        back.sudo().sale_line_id.order_id._look_again()
        return done

    def write(self, vals):
        """Override of `stock` to note the products of which more or less is to move.

        Forecasts count it, and so does what a storefront sold and nothing is reserved for: neither
        touches a quant."""
        result = super().write(vals)
        if not _DEMAND_FIELDS.isdisjoint(vals):
            outbox = self.env["storefront.outbox"]
            moves = self.sudo()
            outbox._collect(moves.product_id._ids, FORECAST)
            sold = [move.product_id.id for move in moves if move.sale_line_id]
            outbox._collect(sold)
        return result
