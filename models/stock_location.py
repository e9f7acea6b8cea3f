# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

_PLACE_FIELDS = frozenset(("location_id", "usage", "active", "company_id"))


class StockLocation(models.Model):
    _inherit = "stock.location"

    def write(self, vals):
        """Override of `stock` to note the products in a location that moves.

        Another parent changes the free quantity of two warehouses and touches no quant."""
        result = super().write(vals)
        if not _PLACE_FIELDS.isdisjoint(vals):
            groups = (
                self.env["stock.quant"]
                .sudo()
                ._read_group([("location_id", "child_of", self.ids)], ["product_id"])
            )
            product_ids = [product.id for (product,) in groups]
            if product_ids:
                self.env["storefront.outbox"]._collect(product_ids)
        return result
