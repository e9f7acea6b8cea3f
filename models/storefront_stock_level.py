# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from .storefront_event import now_utc


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
    backend_id = fields.Many2one(related="binding_id.backend_id", string="Storefront")
    product_id = fields.Many2one(related="binding_id.product_id")
    quantity = fields.Float(
        string="In the Storefront",
        readonly=True,
        digits="Product Unit",
        help="As it was last read or sent; what was sold since isn't subtracted yet.",
    )
    wanted = fields.Float(
        string="In Odoo",
        compute="_compute_wanted",
        digits="Product Unit",
        help="What the storefront should show now.",
    )
    is_wanted = fields.Boolean(compute="_compute_wanted", help="Whether it is written at all.")
    known_at = fields.Datetime(
        string="Known Since", readonly=True, help="Empty: it is read before anything is sent."
    )
    pushed_at = fields.Datetime(string="Last Sent", readonly=True)
    reason = fields.Selection(
        [
            ("change", "Stock changed"),
            ("reconciliation", "Reconciliation"),
            ("manual", "By hand"),
        ],
        string="Why",
        readonly=True,
    )
    next_reason = fields.Char(readonly=True, help="Why the next quantity will have been sent.")
    issue_id = fields.Many2one(
        "storefront.issue",
        string="Refused",
        compute="_compute_issue_id",
        help="Why the storefront didn't take the quantity. What it shows instead isn't known.",
    )

    _level_uniq = models.UniqueIndex("(binding_id, location_id)")

    def _compute_wanted(self):
        for backend, levels in self.grouped("backend_id").items():
            # sudo: who sees the storefront's number may see the one it should be.
            quantities = self.env["storefront.stock.quantity"].sudo()
            wanted = quantities.with_company(backend.company_id)._wanted(
                backend.sudo(), levels.sudo().binding_id, levels.sudo().location_id
            )
            for level in levels:
                quantity = wanted.get((level.binding_id.id, level.location_id.id))
                level.wanted = float(quantity or 0)
                level.is_wanted = quantity is not None

    def _compute_issue_id(self):
        refused = self.env["storefront.issue"]._stock_refusals(self.binding_id)
        for level in self:
            level.issue_id = refused.get(level.binding_id.id)

    def _doubt_pairs(self, pairs):
        """Note that it isn't known any more what the storefront shows of these."""
        self.env.cr.execute(
            "UPDATE storefront_stock_level level SET known_at = NULL"
            " FROM unnest(%s::int[], %s::int[]) AS given (binding_id, location_id)"
            " WHERE level.binding_id = given.binding_id AND level.location_id = given.location_id",
            list(map(list, zip(*sorted(pairs), strict=True))),
        )

    def _record(self, quantities, *, pushed, at=None, next_reason=None):
        """Keep what the storefront shows: {(binding id, location id): quantity}.

        ``at``: when that was (naive UTC; None: now). ``next_reason``: why what is sent next will
        be sent, other than that stock changed."""
        if not quantities:
            return
        rows = [(binding, location, qty) for (binding, location), qty in quantities.items()]
        self.env.cr.execute(
            "INSERT INTO storefront_stock_level AS level"
            " (binding_id, location_id, quantity, known_at, pushed_at, reason, next_reason)"
            " SELECT binding, location, quantity, %(now)s::timestamp,"
            " CASE WHEN %(pushed)s THEN %(now)s::timestamp END,"
            " CASE WHEN %(pushed)s THEN 'change' END, %(next_reason)s"
            " FROM unnest(%(bindings)s::int[], %(locations)s::int[], %(quantities)s::numeric[])"
            " AS given (binding, location, quantity)"
            " ON CONFLICT (binding_id, location_id) DO UPDATE"
            " SET quantity = excluded.quantity, known_at = excluded.known_at,"
            " pushed_at = coalesce(excluded.pushed_at, level.pushed_at),"
            " reason = CASE WHEN %(pushed)s THEN coalesce(level.next_reason, 'change')"
            " ELSE level.reason END,"
            " next_reason = CASE WHEN %(pushed)s THEN NULL"
            " ELSE coalesce(excluded.next_reason, level.next_reason) END",
            {
                # To the microsecond: what is read in the second of a push was read, not sent.
                "now": at or now_utc(),
                "pushed": pushed,
                "next_reason": next_reason,
                "bindings": [row[0] for row in rows],
                "locations": [row[1] for row in rows],
                "quantities": [row[2] for row in rows],
            },
        )
        self.invalidate_model()

    def _doubt(self, reason):
        """Have these read in the storefront before anything is sent, which then has ``reason``."""
        self.env.cr.execute(
            "UPDATE storefront_stock_level SET known_at = NULL, next_reason = %s"
            " WHERE id = ANY(%s)",
            [reason, self.ids],
        )
        self.invalidate_model()

    def action_push_stock(self):
        """Read and send these products' stock now."""
        return self.binding_id.action_push_stock()
