# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a backend shows as stock, and when it is sent."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Another value of these means other numbers for every product.
STOCK_FIELDS = frozenset(("stock_quantity", "stock_safety", "stock_safety_unit", "stock_cap"))
SAFETY_UNITS = [("unit", "units"), ("percent", "% of the stock")]


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    stock_quantity = fields.Selection(
        [
            ("free", "Free to use"),
            ("forecast", "Forecasted"),
            ("on_hand", "On hand"),
        ],
        string="Quantity",
        default="free",
        required=True,
        help="Free to use: on hand less what is reserved and what this storefront sold.\n"
        "Forecasted: on hand, plus what is to arrive, less what is to leave.\n"
        "On hand: what is there, sold or not.",
    )
    stock_safety = fields.Float(
        string="Safety Stock",
        digits="Product Unit",
        help="So much of each product is kept from the storefront. A product can have its own.",
    )
    stock_safety_unit = fields.Selection(
        SAFETY_UNITS, string="Safety Stock In", default="unit", required=True
    )
    stock_cap = fields.Integer(
        string="At Most", help="More than this is never shown, however much there is. 0: no limit."
    )
    stock_is_live = fields.Boolean(
        string="Send Changes at Once",
        default=True,
        help="Otherwise stock is sent by the reconciliation alone, and when it is asked for.",
    )

    _stock_cap_positive = models.Constraint(
        "CHECK(stock_cap >= 0)", "The most to show can't be below zero."
    )

    @api.constrains("stock_safety", "stock_safety_unit")
    def _check_stock_safety(self):
        for backend in self:
            check_safety(backend, backend.stock_safety, backend.stock_safety_unit)

    def write(self, vals):
        """Override of this addon to send everything again when the numbers change."""
        result = super().write(vals)
        if not STOCK_FIELDS.isdisjoint(vals) or vals.get("stock_is_live"):
            self._resend_stock()
        return result

    def _resend_stock(self):
        self.flush_recordset()
        self.env["storefront.outbox"]._mark_backends(self.ids)


def check_safety(record, quantity, unit):
    """Raise ValidationError for a safety stock that can't be meant."""
    if quantity < 0 or (unit == "percent" and quantity > 100):
        raise ValidationError(
            record.env._("A safety stock is at least 0, and at most 100 % of the stock.")
        )
