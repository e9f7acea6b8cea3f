# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontStockLevel(models.Model):
    """What a storefront was last known to show for one variant at one location."""

    _name = "storefront.stock.level"
    _description = "Storefront Stock Level"
    _order = "binding_id, location_id"
    _log_access = False

    binding_id = fields.Many2one(
        "storefront.binding.variant", required=True, readonly=True, index=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "storefront.mapping.location", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="binding_id.company_id")
    quantity = fields.Float(readonly=True, digits="Product Unit")
    known_at = fields.Datetime(readonly=True)
    pushed_at = fields.Datetime(readonly=True)

    _level_uniq = models.UniqueIndex("(binding_id, location_id)")

    def _record(self, quantities, *, pushed):
        """Keep what the storefront shows: {(binding id, location id): quantity}."""
        if not quantities:
            return
        rows = [(binding, location, qty) for (binding, location), qty in quantities.items()]
        pushed_at = "excluded.known_at" if pushed else "level.pushed_at"
        self.env.cr.execute(
            "INSERT INTO storefront_stock_level AS level"
            " (binding_id, location_id, quantity, known_at, pushed_at)"
            " SELECT binding, location, quantity, %(now)s::timestamp,"
            " CASE WHEN %(pushed)s THEN %(now)s::timestamp END"
            " FROM unnest(%(bindings)s::int[], %(locations)s::int[], %(quantities)s::numeric[])"
            " AS given (binding, location, quantity)"
            " ON CONFLICT (binding_id, location_id) DO UPDATE"
            f" SET quantity = excluded.quantity, known_at = excluded.known_at,"
            f" pushed_at = {pushed_at}",
            {
                "now": fields.Datetime.now(),
                "pushed": pushed,
                "bindings": [row[0] for row in rows],
                "locations": [row[1] for row in rows],
                "quantities": [row[2] for row in rows],
            },
        )
        self.invalidate_model()
