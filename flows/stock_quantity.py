# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many units of each product a storefront should show, per location.

Odoo's quantity, less what the storefront sold and nothing is reserved for, less the safety stock,
in whole sellable units, no more than the most to show. Not here: what the storefront shows
(``storefront.stock.level``), sending (``stock_export``). Read in SQL, because reconciliation asks
for a whole catalogue at once: the places are those a manager of the backend chose, of its company.
"""

from collections import namedtuple
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..models.product_template_stock import HAS_RULES

# Products of one statement. Its plan is that of few, whatever there is beside them.
PRODUCTS_AT_ONCE = 5_000

# Some products: what follows their id in SQL, and the same as a domain.
Products = namedtuple("Products", "sql domain")

# The links that are written, and the rules of each. Of templates only those with rules of their own
# are read, by an index of these: all others are storable, and nothing is said of them.
_LINKED = f"""
    SELECT binding.id, binding.product_id, binding.inventory_external_id,
        CASE WHEN binding.uom_id IS NOT NULL THEN (
            SELECT pack.factor / unit.factor FROM uom_uom pack, uom_uom unit,
                product_template template
            WHERE pack.id = binding.uom_id AND unit.id = template.uom_id
                AND template.id = product.product_tmpl_id) END AS pack,
        coalesce(rules.storefront_safety_unit, %(safety_unit)s) = 'percent' AS is_percent,
        coalesce(CASE WHEN rules.storefront_safety_unit IS NULL THEN %(safety)s
            ELSE rules.storefront_safety END, 0)::numeric AS safety
    FROM storefront_binding_variant binding
    JOIN product_product product ON product.id = binding.product_id
    LEFT JOIN product_template rules ON rules.id = product.product_tmpl_id
        AND ({HAS_RULES.format("rules.")})
    WHERE binding.backend_id = %(backend)s AND binding.is_excluded IS NOT TRUE
        AND binding.product_id %(products)s AND product.id %(products)s
        AND (rules.id IS NULL OR rules.type = 'consu' AND rules.storefront_excluded IS NOT TRUE
            AND (rules.is_storable OR binding.product_id = ANY(%(kits)s)))"""
# What counts of each product, a column a location. The inner OFFSET 0: the products lead to the
# quants, not the places, of which each has those of most products.
_STOCK = """
    SELECT product_id, %(columns)s
    FROM (
        SELECT quant.product_id, places.mapping_id, %(units)s AS units
        FROM (
            SELECT product_id, location_id, quantity, reserved_quantity FROM stock_quant
            WHERE product_id %(products)s AND %(is_counted)s OFFSET 0) quant
        JOIN (
            SELECT DISTINCT place.id, root.mapping_id
            FROM unnest(%(roots)s::int[], %(mappings)s::int[]) AS root (location_id, mapping_id)
            JOIN stock_location top ON top.id = root.location_id
            JOIN stock_location place ON place.parent_path LIKE top.parent_path || '%%'
        ) places ON places.id = quant.location_id
        %(given)s
    ) counted
    GROUP BY product_id"""
_GIVEN = """UNION ALL
        SELECT * FROM unnest(%s::int[], %s::int[], %s::numeric[]) AS given"""


class StorefrontStockQuantity(models.AbstractModel):
    _name = "storefront.stock.quantity"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Quantity"

    def _wanted(self, backend, bindings, locations):
        """Return {(binding id, location id): quantity} as the storefront should show it.

        A pair that must not be written is absent: of a location that nothing feeds, of a product
        that is excluded or whose stock isn't tracked."""
        locations = self._fed(locations)
        sold = self._sold(backend, locations)  # flushes what is read next
        self.env.cr.execute(
            "SELECT DISTINCT product_id FROM storefront_binding_variant WHERE id = ANY(%s)",
            [bindings.ids],
        )
        product_ids = [product_id for (product_id,) in self.env.cr.fetchall()]
        wanted = {}
        for start in range(0, len(product_ids), PRODUCTS_AT_ONCE):
            products = some(product_ids[start : start + PRODUCTS_AT_ONCE])
            for row in self._rows(backend, products, locations, sold):
                for place, quantity in zip(locations.ids, row[3:], strict=True):
                    wanted[row[0], place] = Decimal(quantity)
        return wanted

    def _fed(self, locations):
        return locations.filtered(lambda loc: loc.active and loc._is_fed())

    def _sold(self, backend, locations):
        """Return {(product id, location id): units} of what quants don't tell of sales."""
        self.env.flush_all()
        meaning = backend._adapter_class().capabilities.stock_meaning
        return self.env["storefront.stock.sold"]._corrections(backend, locations, meaning)

    def _rows(self, backend, products, locations, sold):
        """Return what ``_wanted`` does as rows, one a link: (its id, its product's, its inventory
        in the storefront, the quantity of each of ``locations``, which are fed).

        ``sold``: see ``_sold``; it is of all products, so that it is read once for many."""
        if not locations:
            return []
        self.env.flush_all()
        kits = self.env["storefront.stock.kits"]._find(products.domain)
        given = self._given(backend, products, kits, locations, sold)
        whole = not backend._adapter_class().capabilities.fractional_stock
        rows = self.env.execute_query(
            SQL(
                # Each is read once, whatever the planner thinks of the other.
                "WITH linked AS MATERIALIZED (%s), stock AS MATERIALIZED (%s)"
                " SELECT linked.id, linked.product_id, linked.inventory_external_id, %s"
                " FROM linked LEFT JOIN stock ON stock.product_id = linked.product_id",
                SQL(
                    _LINKED,
                    backend=backend.id,
                    products=products.sql,
                    kits=list(kits),
                    safety=backend.stock_safety,
                    safety_unit=backend.stock_safety_unit or None,
                ),
                self._stock(backend, products, locations, given, kits),
                SQL(", ").join(
                    shown(SQL("coalesce(stock.%s, 0)", column), whole, backend.stock_cap)
                    for column in columns_of(locations)
                ),
            )
        )
        return rows if whole else [(*row[:3], *map(Decimal, row[3:])) for row in rows]

    def _stock(self, backend, products, locations, given, kits=()):
        """Return the query of a row a product, a column a location: what lies there, less what is
        reserved for "free", and what is given: {(product id, location id): units}."""
        roots = [(root.id, location.id) for location in locations for root in location._roots()]
        is_free = backend.stock_quantity == "free"
        is_counted = SQL("product_id != ALL(%s)", list(kits)) if kits else SQL("true")
        return SQL(
            _STOCK,
            columns=SQL(", ").join(
                SQL("sum(units) FILTER (WHERE mapping_id = %s) AS %s", location.id, column)
                for location, column in zip(locations, columns_of(locations), strict=True)
            ),
            units=SQL("coalesce(quantity, 0) - reserved_quantity" if is_free else "quantity"),
            products=products.sql,
            is_counted=SQL("false") if backend.stock_quantity == "forecast" else is_counted,
            roots=[root for root, _location in roots],
            mappings=[location for _root, location in roots],
            given=SQL(
                _GIVEN,
                [product for product, _location in given],
                [location for _product, location in given],
                list(given.values()),
            )
            if given
            else SQL(),
        )

    def _given(self, backend, products, kits, locations, sold):
        """Return {(product id, location id): units} that no quant has: what corrects quants, and
        the whole of what isn't counted in quants, kits and forecasts."""
        is_forecast = backend.stock_quantity == "forecast"
        if not kits and not is_forecast:
            return sold
        product_ids = {component for units in kits.values() for component in units}
        if is_forecast:
            product_ids |= set(self.env["product.product"].sudo()._search(products.domain))
        read = self._forecast if is_forecast else self._on_hand
        available = read(backend, list(product_ids), locations)
        for (product_id, location_id), units in sold.items():
            numbers = available[location_id]
            numbers[product_id] = numbers.get(product_id, 0.0) + units
        given = {} if is_forecast else dict(sold)
        for location_id, numbers in available.items():
            made = self.env["storefront.stock.kits"]._quantities(kits, numbers) if kits else {}
            for product_id, units in {**(numbers if is_forecast else {}), **made}.items():
                given[product_id, location_id] = units
        return given

    def _on_hand(self, backend, product_ids, locations):
        """Return {location id: {product id: quantity in its unit}} of what lies there, less what
        is reserved for "free".

        Free is equal to the field ``free_qty`` in these places."""
        query = self._stock(backend, some(product_ids), locations, {})
        available = {location.id: {} for location in locations}
        for product_id, *quantities in self.env.execute_query(query):
            for location, quantity in zip(locations, quantities, strict=True):
                if quantity is not None:
                    available[location.id][product_id] = quantity
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


def some(product_ids):
    """Return these products."""
    # As text: a list takes psycopg2 longer than PostgreSQL takes for the whole statement.
    listed = ",".join(map(str, product_ids))
    return Products(SQL("= ANY(%s::int[])", f"{{{listed}}}"), [("id", "in", product_ids)])


def between(first, last):
    """Return all products from one id to another."""
    return Products(
        SQL("BETWEEN %s AND %s", first, last), [("id", ">=", first), ("id", "<=", last)]
    )


def columns_of(locations):
    return [SQL.identifier(f"at_{location.id}") for location in locations]


def shown(available, whole, cap):
    """Return what is shown of a quantity: less its safety stock, in packs, at most ``cap``.

    Never negative, whole units if asked, as text if not: as a storefront may sell it."""
    kept = SQL(
        "CASE WHEN is_percent THEN greatest(%s, 0) * safety / 100 ELSE safety END", available
    )
    # Most products have neither: what is divided by one for nothing takes its time.
    packs = SQL(
        "CASE WHEN pack IS NULL AND safety = 0 THEN %s ELSE (%s - %s) / coalesce(pack, 1) END",
        available,
        available,
        kept,
    )
    quantity = SQL("floor(round(%s, 6))" if whole else "trim_scale(round(%s, 6))", packs)
    limited = SQL("greatest(least(%s, %s), 0)", quantity, cap or None)
    return SQL("%s::bigint" if whole else "%s::text", limited)
