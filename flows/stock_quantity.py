# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many units of each product a storefront should show, per location.

Not here: what it shows (``storefront.stock.level``), sending (``stock_export``).
"""

import math
from decimal import Decimal

from odoo import models


class StorefrontStockQuantity(models.AbstractModel):
    _name = "storefront.stock.quantity"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Quantity"

    def _wanted(self, backend, bindings, locations):
        """Return {(binding id, location id): quantity} as the storefront should show it.

        A pair that must not be written is absent."""
        locations = locations.filtered(lambda loc: loc.active and loc.warehouse_id)
        free = self._free_quantities(locations.warehouse_id, bindings.product_id.ids)
        whole = not backend._adapter_class().capabilities.fractional_stock
        return {
            (binding.id, location.id): sellable(
                free.get((binding.product_id.id, location.warehouse_id.id), 0.0), whole
            )
            for binding in bindings
            for location in locations
        }

    def _free_quantities(self, warehouses, product_ids):
        """Return {(product id, warehouse id): free quantity}, one grouped query.

        Equal to the field ``free_qty`` with the context key ``warehouse_id``."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", product_ids),
                ("location_id", "child_of", warehouses.view_location_id.ids),
            ],
            ["product_id", "warehouse_id"],
            ["available_quantity:sum"],
        )
        return {(product.id, house.id): quantity for product, house, quantity in groups}


def sellable(free, whole):
    """Return a free quantity as a storefront may sell it: never negative, whole units if asked."""
    quantity = max(Decimal(str(round(free, 6))), Decimal(0))
    return Decimal(math.floor(quantity)) if whole else quantity.normalize()
