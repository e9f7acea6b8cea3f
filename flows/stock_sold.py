# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront sold and Odoo has reserved nothing for: sent back, it would be sold twice.

That is an order which waits for something, a quotation, held or not, and a confirmed order as far
as nothing is reserved for it, for whatever reason and however long. Read in SQL: it is asked
with every push, of all that a backend has open.
"""

from collections import defaultdict

from odoo import models

# Where what is sold is taken from: the places that count, and those they lie in.
_SOURCES = """WITH sources AS (
    SELECT DISTINCT source.id, root.mapping_id
    FROM unnest(%(roots)s::int[], %(mappings)s::int[]) AS root (location_id, mapping_id)
    JOIN stock_location top ON top.id = root.location_id
    JOIN stock_location source ON source.parent_path LIKE top.parent_path || '%%'
        OR top.parent_path LIKE source.parent_path || '%%'
)"""
# As `mrp` makes one move a component, kits are in components here.
_MOVES = f"""{_SOURCES}
    SELECT move.product_id, sources.mapping_id,
        sum(move.product_qty * least(
            coalesce(move.quantity, 0) / nullif(move.product_uom_qty, 0), 1)),
        sum(move.product_qty)
    FROM stock_move move
    JOIN sale_order_line line ON line.id = move.sale_line_id
    JOIN sale_order sale ON sale.id = line.order_id AND sale.storefront_backend_id = %(backend)s
    JOIN sources ON sources.id = move.location_id
    WHERE move.state IN ('confirmed', 'partially_available', 'assigned')
    GROUP BY 1, 2"""
_QUOTATIONS = f"""{_SOURCES}
    SELECT line.product_id, sources.mapping_id,
        sum(greatest(line.product_uom_qty - coalesce(line.storefront_delivered_qty, 0), 0)
            * coalesce(pack.factor / unit.factor, 1))
    FROM sale_order sale
    JOIN sale_order_line line ON line.order_id = sale.id AND line.product_uom_qty > 0
    JOIN product_product product ON product.id = line.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
        AND template.type = 'consu'
    JOIN uom_uom unit ON unit.id = template.uom_id
    LEFT JOIN uom_uom pack ON pack.id = line.product_uom_id
    JOIN stock_warehouse house ON house.id = coalesce(line.warehouse_id, sale.warehouse_id)
    JOIN sources ON sources.id = house.lot_stock_id
    WHERE sale.storefront_backend_id = %(backend)s AND sale.state IN ('draft', 'sent')
    GROUP BY 1, 2"""
_WAITING = f"""{_SOURCES}
    SELECT binding.product_id, sources.mapping_id,
        sum(sold.units::numeric * coalesce(pack.factor / unit.factor, 1))
    FROM storefront_snapshot snapshot
    CROSS JOIN LATERAL jsonb_each_text(snapshot.sold -> 'units') AS sold (variant, units)
    JOIN storefront_binding_variant binding ON binding.backend_id = snapshot.backend_id
        AND binding.external_id = sold.variant
    JOIN product_product product ON product.id = binding.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
    JOIN uom_uom unit ON unit.id = template.uom_id
    LEFT JOIN uom_uom pack ON pack.id = binding.uom_id
    JOIN stock_warehouse house ON house.id = (snapshot.sold ->> 'warehouse')::int
    JOIN sources ON sources.id = house.lot_stock_id
    WHERE snapshot.backend_id = %(backend)s AND snapshot.sold IS NOT NULL
    GROUP BY 1, 2"""


class StorefrontStockSold(models.AbstractModel):
    _name = "storefront.stock.sold"
    _description = "Storefront Stock Sold"

    def _corrections(self, backend, locations, meaning):
        """Return {(product id, location id): units to add to Odoo's quantity}, mostly negative.

        ``meaning``: what the platform means by stock, see its capabilities."""
        if backend.stock_quantity == "on_hand":
            return {}
        roots = [(root.id, location.id) for location in locations for root in location._roots()]
        if not roots:
            return {}
        params = {
            "backend": backend.id,
            "roots": [root for root, _mapping in roots],
            "mappings": [mapping for _root, mapping in roots],
        }
        found = defaultdict(float)
        self._correct_for_moves(backend, meaning, params, found)
        if meaning == "sellable":
            self._correct_for_orders(params, found)
        return found

    def _correct_for_moves(self, backend, meaning, params, found):
        """A storefront that keeps reservations apart subtracts its own orders itself."""
        self.env.cr.execute(_MOVES, params)
        is_forecast = backend.stock_quantity == "forecast"
        for product_id, mapping_id, reserved, demand in self.env.cr.fetchall():
            subtracted = demand if is_forecast else reserved
            wanted = demand if meaning == "sellable" else 0
            found[product_id, mapping_id] += float(subtracted or 0) - float(wanted)

    def _correct_for_orders(self, params, found):
        for query in (_QUOTATIONS, _WAITING):
            self.env.cr.execute(query, params)
            rows = self.env.cr.fetchall()
            kits = self.env["storefront.stock.kits"]._find([("id", "in", [row[0] for row in rows])])
            for product_id, mapping_id, units in rows:
                for component, each in kits.get(product_id, {product_id: 1.0}).items():
                    found[component, mapping_id] -= float(units) * each

    def _read_document(self, backend, document, run):
        """Return what an order that isn't in Odoo sold: {"units": {variant: units}, "warehouse"};
        False for nothing."""
        if document.cancelled_at:
            return False
        delivery = self.env["storefront.order.delivery"]
        counted_since = not delivery._takes_stock(backend, document, run)
        gone = delivery._handed_over(document) if counted_since else {}
        units = defaultdict(float)
        for line in document.lines:
            if line.kind == "product" and line.variant_external_id:
                left = float(line.quantity) - gone.get(line.external_id, 0.0)
                if left > 0:
                    units[line.variant_external_id] += left
        if not units:
            return False
        warehouse = self.env["storefront.order.rules"]._find_warehouse(backend, document)
        warehouse = warehouse or self._default_warehouse(backend)
        return {"units": dict(units), "warehouse": warehouse.id}

    def _default_warehouse(self, backend):
        """Return the warehouse Odoo gives an order that names none."""
        return self.env["stock.warehouse"].search(
            [("company_id", "=", backend.company_id.id)], limit=1
        )
