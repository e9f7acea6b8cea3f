# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from .storefront_issue import STOCK_REFUSALS


class StorefrontReconciliationLine(models.Model):
    """A quantity that the storefront showed and should not have. Written in bulk, by SQL."""

    _name = "storefront.reconciliation.line"
    _description = "Storefront Reconciliation Line"
    _order = "id"
    _log_access = False

    run_id = fields.Many2one(
        "storefront.reconciliation", required=True, readonly=True, ondelete="cascade"
    )
    binding_id = fields.Many2one(
        "storefront.binding.variant", required=True, readonly=True, index=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "storefront.mapping.location", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id")
    product_id = fields.Many2one(related="binding_id.product_id")
    shown = fields.Float(string="In the Storefront", readonly=True, digits="Product Unit")
    wanted = fields.Float(string="In Odoo", readonly=True, digits="Product Unit")
    read_at = fields.Datetime(readonly=True)
    looks = fields.Integer(readonly=True, help="How often it was seen moving.")
    state = fields.Selection(
        [
            ("found", "To be looked at again"),
            ("drift", "Differs"),
            ("sent", "Being sent"),
            ("repaired", "Repaired"),
            ("refused", "Refused"),
        ],
        readonly=True,
    )
    cause = fields.Selection(
        [
            ("missed", "Odoo's change was missed"),
            ("hook_off", "Odoo's changes aren't noted"),
            ("edited", "Changed in the storefront"),
            ("new", "Never sent before"),
            ("refused", "Refused by the storefront"),
            ("unknown", "Unknown"),
        ],
        readonly=True,
    )

    _pair_uniq = models.UniqueIndex("(run_id, binding_id, location_id)")
    # What a run goes on with.
    _state_idx = models.Index("(run_id, state, id)")

    def _note(self, run, found):
        """Add [({(binding id, location id): (shown, wanted)}, read at)], but what waits to be sent
        anyhow."""
        rows = [
            (*pair, *quantities, read_at)
            for differing, read_at in found
            for pair, quantities in differing.items()
        ]
        if not rows:
            return
        bindings, locations, shown, wanted, read_at = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            "INSERT INTO storefront_reconciliation_line"
            " (run_id, binding_id, location_id, shown, wanted, read_at, looks, state)"
            " SELECT %(run)s, binding, location, shown, wanted, read_at, 0, 'found'"
            " FROM unnest(%(bindings)s::int[], %(locations)s::int[], %(shown)s::numeric[],"
            " %(wanted)s::numeric[], %(read_at)s::timestamp[])"
            " AS given (binding, location, shown, wanted, read_at)"
            " JOIN storefront_binding_variant variant ON variant.id = binding"
            " WHERE NOT EXISTS (SELECT 1 FROM storefront_outbox waiting"
            " WHERE waiting.backend_id = %(backend)s AND waiting.product_id = variant.product_id)"
            # Linked to another product since it was compared: compared twice.
            " ON CONFLICT DO NOTHING",
            {
                "run": run.id,
                "backend": run.backend_id.id,
                "bindings": bindings,
                "locations": locations,
                "shown": shown,
                "wanted": wanted,
                "read_at": read_at,
            },
        )
        self.invalidate_model()

    def _settle(self, settled, moved, drift, read_at):
        """Keep what a second look said: ids that are right by now, [(id, shown)] that moved,
        [(id, wanted, cause)] of drift."""
        cr = self.env.cr
        cr.execute("DELETE FROM storefront_reconciliation_line WHERE id = ANY(%s)", [settled])
        cr.execute(
            "UPDATE storefront_reconciliation_line line SET shown = given.shown,"
            " read_at = %s, looks = line.looks + 1"
            " FROM unnest(%s::int[], %s::numeric[]) AS given (id, shown) WHERE line.id = given.id",
            [read_at, [row[0] for row in moved], [row[1] for row in moved]],
        )
        cr.execute(
            "UPDATE storefront_reconciliation_line line SET wanted = given.wanted,"
            " cause = given.cause,"
            " state = CASE given.cause WHEN 'refused' THEN 'refused' ELSE 'drift' END"
            " FROM unnest(%s::int[], %s::numeric[], %s::text[]) AS given (id, wanted, cause)"
            " WHERE line.id = given.id",
            [[row[column] for row in drift] for column in range(3)],
        )
        self.invalidate_model()

    def _send(self):
        """Note that these are handed over."""
        self.env.cr.execute(
            "UPDATE storefront_reconciliation_line SET state = 'sent' WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_model()

    def _look_again(self, run):
        """Have all that a run found looked at again."""
        self.env.cr.execute(
            "UPDATE storefront_reconciliation_line SET state = 'found', looks = 0"
            " WHERE run_id = %s AND state = 'drift'",
            [run.id],
        )
        self.invalidate_model()

    def _note_repaired(self, run):
        """See what became of what was handed over."""
        self.env.cr.execute(
            "UPDATE storefront_reconciliation_line line SET"
            " state = CASE WHEN EXISTS (SELECT 1 FROM storefront_issue issue"
            " JOIN storefront_binding_variant variant ON variant.id = line.binding_id"
            " WHERE issue.backend_id = %(backend)s AND issue.state = 'open'"
            " AND issue.code = ANY(%(refusals)s)"
            " AND issue.key = issue.code || ':' || variant.external_id) THEN 'refused'"
            " WHEN EXISTS (SELECT 1 FROM storefront_stock_level level"
            " WHERE level.binding_id = line.binding_id AND level.location_id = line.location_id"
            " AND (level.quantity = line.wanted OR level.pushed_at >= %(sent_at)s))"
            " THEN 'repaired' ELSE 'drift' END"
            " WHERE line.run_id = %(run)s AND line.state = 'sent'",
            {
                "run": run.id,
                "backend": run.backend_id.id,
                "sent_at": run.sent_at or None,
                "refusals": list(STOCK_REFUSALS),
            },
        )
        self.invalidate_model()
