# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many units of each product a storefront should show, per location.

Odoo's quantity, less what the storefront sold and nothing is reserved for, less the safety stock,
in whole sellable units, no more than the most to show. Not here: what the storefront shows
(``storefront.stock.level``), sending (``stock_export``). Read in SQL, because reconciliation asks
for a whole catalogue at once: the places are those a manager of the backend chose, of its company.
"""

import math
from collections import namedtuple
from decimal import Decimal

from odoo import models

Item = namedtuple("Item", "binding_id product_id pack safety is_percent is_storable")

_ITEMS = """
    SELECT binding.id, binding.product_id, coalesce(pack.factor / unit.factor, 1)::float8,
        coalesce(CASE WHEN template.storefront_safety_unit IS NULL THEN backend.stock_safety
            ELSE template.storefront_safety END, 0)::float8,
        coalesce(template.storefront_safety_unit, backend.stock_safety_unit) = 'percent',
        coalesce(template.is_storable, false)
    FROM storefront_binding_variant binding
    JOIN storefront_backend backend ON backend.id = binding.backend_id
    JOIN product_product product ON product.id = binding.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
    JOIN uom_uom unit ON unit.id = template.uom_id
    LEFT JOIN uom_uom pack ON pack.id = binding.uom_id
    WHERE binding.id = ANY(%s) AND backend.id = %s AND template.type = 'consu'
        AND binding.is_excluded IS NOT TRUE AND template.storefront_excluded IS NOT TRUE"""
_QUANTS = """
    WITH places AS (
        SELECT DISTINCT place.id, root.mapping_id
        FROM unnest(%s::int[], %s::int[]) AS root (location_id, mapping_id)
        JOIN stock_location top ON top.id = root.location_id
        JOIN stock_location place ON place.parent_path LIKE top.parent_path || '%%'
    )
    SELECT quant.product_id, places.mapping_id,
        sum(quant.quantity)::float8, sum(quant.reserved_quantity)::float8
    FROM stock_quant quant
    JOIN places ON places.id = quant.location_id
    WHERE quant.product_id = ANY(%s)
    GROUP BY 1, 2"""


class StorefrontStockQuantity(models.AbstractModel):
    _name = "storefront.stock.quantity"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Quantity"

    def _wanted(self, backend, bindings, locations):
        """Return {(binding id, location id): quantity} as the storefront should show it.

        A pair that must not be written is absent: of a location that nothing feeds, of a product
        that is excluded or whose stock isn't tracked."""
        locations = locations.filtered(lambda loc: loc.active and loc._is_fed())
        if not locations or not bindings:
            return {}
        self.env.flush_all()
        self.env.cr.execute(_ITEMS, [bindings.ids, backend.id])
        items = list(map(Item._make, self.env.cr.fetchall()))
        kits = self.env["storefront.stock.kits"]._find({item.product_id for item in items})
        items = [item for item in items if item.is_storable or item.product_id in kits]
        capabilities = backend._adapter_class().capabilities
        available = self._available(backend, items, kits, locations, capabilities.stock_meaning)
        whole, cap = not capabilities.fractional_stock, backend.stock_cap or None
        wanted, seen = (
            {},
            {},
        )  # most of a catalogue has one of few quantities, and no rule of its own
        for location_id, numbers in available.items():
            for item in items:
                number = numbers.get(item.product_id, 0.0)
                case = (number, *item[2:5])
                quantity = seen.get(case)
                if quantity is None:
                    quantity = seen[case] = shown(number, item, whole, cap)
                wanted[item.binding_id, location_id] = quantity
        return wanted

    def _available(self, backend, items, kits, locations, meaning):
        """Return {location id: {product id: quantity in its unit}}."""
        components = {one for units in kits.values() for one in units}
        product_ids = list({item.product_id for item in items} | components)
        read = self._forecast if backend.stock_quantity == "forecast" else self._on_hand
        available = read(backend, product_ids, locations)
        sold = self.env["storefront.stock.sold"]
        for (product_id, location_id), units in sold._corrections(
            backend, locations, meaning
        ).items():
            numbers = available[location_id]
            numbers[product_id] = numbers.get(product_id, 0.0) + units
        if kits:
            for numbers in available.values():
                numbers.update(self.env["storefront.stock.kits"]._quantities(kits, numbers))
        return available

    def _on_hand(self, backend, product_ids, locations):
        """Return what lies in the places of each location, less what is reserved for "free".

        Free is equal to the field ``free_qty`` in these places."""
        is_free = backend.stock_quantity == "free"
        roots = [(root.id, location.id) for location in locations for root in location._roots()]
        available = {location.id: {} for location in locations}
        self.env.cr.execute(
            _QUANTS,
            [[root for root, _id in roots], [one for _root, one in roots], product_ids],
        )
        for product_id, location_id, quantity, reserved in self.env.cr.fetchall():
            available[location_id][product_id] = quantity - reserved * is_free
        return available

    def _forecast(self, _backend, product_ids, locations):
        """Return the field ``virtual_available`` in the places of each location."""
        # sudo: `mrp` looks for bills of materials, moves are asked for: see stock_kits.
        products = self.env["product.product"].sudo().browse(product_ids)
        available = {}
        for location in locations:
            roots = location._roots().ids
            computed = {}
            if roots:
                computed = products.with_context(location=roots)._compute_quantities_dict(
                    None, None, None
                )
            available[location.id] = {
                product_id: values["virtual_available"] for product_id, values in computed.items()
            }
        return available


def shown(available, item, whole, cap):
    """Return what is shown of a quantity: less its safety stock, in packs, at most ``cap``."""
    kept = max(available, 0.0) * item.safety / 100 if item.is_percent else item.safety
    quantity = sellable((available - kept) / item.pack, whole)
    return quantity if cap is None else min(quantity, Decimal(cap))


def sellable(free, whole):
    """Return a free quantity as a storefront may sell it: never negative, whole units if asked."""
    quantity = max(round(free, 6), 0.0)
    return Decimal(math.floor(quantity)) if whole else Decimal(str(quantity)).normalize()
