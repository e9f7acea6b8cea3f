# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from .storefront_outbox import FORECAST

_PLACE_FIELDS = frozenset(("location_id", "usage", "active", "company_id"))


class StockLocation(models.Model):
    _inherit = "stock.location"

    def write(self, vals):
        """Override of `stock` to note the products in a location that moves, or are to go there.

        Another parent changes the quantities of two warehouses and touches no quant."""
        result = super().write(vals)
        if not _PLACE_FIELDS.isdisjoint(vals):
            outbox = self.env["storefront.outbox"]
            outbox._collect(self._storefront_products("stock.quant", []))
            is_open = [("state", "not in", ("draft", "done", "cancel"))]
            for place in ("location_id", "location_dest_id"):
                outbox._collect(self._storefront_products("stock.move", is_open, place), FORECAST)
        return result

    def _storefront_products(self, model, domain, place="location_id"):
        """Return the ids of the products of which ``model`` has something below these."""
        groups = (
            self.env[model]
            .sudo()
            ._read_group([(place, "child_of", self.ids), *domain], ["product_id"])
        )
        return [product.id for (product,) in groups]
