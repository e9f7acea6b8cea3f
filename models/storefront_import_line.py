# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import messages
from .storefront_import import TO_APPLY

# What a human may leave out of a run, and why something was left out that may be taken in again.
INCLUDABLE = ("order_excluded", "order_here", "ignored")


class StorefrontImportLine(models.Model):
    """One order within a run: what would become of it, then what became of it.

    It names no customer: what is personal is in the snapshot alone."""

    _name = "storefront.import.line"
    _description = "Storefront Order to Import"
    _order = "import_id, id"
    _rec_name = "number"

    import_id = fields.Many2one(
        "storefront.import", required=True, readonly=True, ondelete="cascade"
    )
    backend_id = fields.Many2one(related="import_id.backend_id")
    company_id = fields.Many2one(related="import_id.backend_id.company_id")
    number = fields.Char(string="Order", readonly=True)
    external_id = fields.Char(string="External ID", readonly=True)
    ordered_at = fields.Datetime(string="Placed", readonly=True)
    total = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    storefront_status = fields.Char(string="Status There", readonly=True)
    is_here = fields.Boolean(readonly=True, help="An order came of it before this run.")
    is_sampled = fields.Boolean(string="Looked Into", readonly=True)
    state = fields.Selection(
        [
            ("to_find", "To look up"),
            ("to_create", "To create"),
            ("to_update", "To update"),
            ("waiting", "On its way"),
            ("created", "Created"),
            ("updated", "Updated"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
        ],
        string="Outcome",
        required=True,
        readonly=True,
    )
    code = fields.Selection("_selection_code", string="Reason", readonly=True, validate=False)
    params = fields.Json(readonly=True)
    causes = fields.Json(readonly=True, help="[code, key] of everything it lacks, as foreseen.")
    message = fields.Char(string="Why", compute="_compute_message")
    snapshot_id = fields.Many2one(
        "storefront.snapshot", string="Record", readonly=True, index="btree_not_null"
    )
    order_id = fields.Many2one(related="snapshot_id.order_id", string="Sale Order")

    _external_uniq = models.UniqueIndex("(import_id, external_id)")
    _state_idx = models.Index("(import_id, state, id)")
    # What a job looks at again and again: what is on its way, and what failed and may be mended.
    _open_idx = models.Index("(state, snapshot_id) WHERE state IN ('waiting', 'failed')")

    @api.model
    def _selection_code(self):
        return messages.selection(self.env)

    @api.depends("code", "params", "state")
    @api.depends_context("lang")
    def _compute_message(self):
        for line in self:
            line.message = messages.render(self.env, line.code, line.params, line.state == "failed")

    # buttons of the list

    def action_exclude(self):
        """Leave the orders out of this run."""
        self._check_in_review()
        chosen = self.filtered(lambda line: line.state in TO_APPLY)
        # sudo: what a line says is written by jobs and buttons only, never by hand.
        chosen.sudo().write({"state": "skipped", "code": "order_excluded", "params": False})

    def action_include(self):
        """Take in again what was left out by hand, or is here unchanged."""
        self._check_in_review()
        for line in self.filtered(
            lambda line: line.state == "skipped" and line.code in INCLUDABLE
        ).sudo():  # sudo: as above
            line.write({"state": line._state_to_apply(), "code": False, "params": False})

    def action_open(self):
        """Open the sale order, or the record that tells why there is none."""
        self.ensure_one()
        self.check_access("read")
        if not self.snapshot_id:
            raise UserError(self.env._("Nothing of this order is here."))
        if self.snapshot_id.order_id:
            return self.snapshot_id.action_open_order()
        return self.snapshot_id._action_open()

    def _check_in_review(self):
        self.import_id.check_access("write")
        if any(run.state != "to_review" for run in self.import_id):
            raise UserError(
                self.env._("Orders are chosen while the run waits for review, not before or after.")
            )

    # what jobs do

    @api.model
    def _note_numbers(self, run, numbers):
        """Have these order numbers looked up, in their order; a hundred thousand at once."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO storefront_import_line (import_id, number, state, create_uid, create_date,"
            " write_uid, write_date) SELECT %(run)s, number, 'to_find', %(uid)s, %(now)s, %(uid)s,"
            " %(now)s FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS given(number, place)"
            " ORDER BY place",
            {"run": run.id, "numbers": numbers, "uid": self.env.uid, "now": self.env.cr.now()},
        )
        run.invalidate_recordset(["line_ids"])

    def _state_to_apply(self):
        return "to_update" if self.is_here else "to_create"

    def _reset_failed(self, run):
        """Have the orders of ``run`` that failed imported again."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE storefront_import_line SET code = NULL, params = NULL,"
            " state = CASE WHEN is_here THEN 'to_update' ELSE 'to_create' END"
            " WHERE import_id = %s AND state = 'failed'",
            [run.id],
        )
        self.invalidate_model()

    def _hand_over(self, run):
        """Have the orders fetched and imported as this run says.

        An order that is on its way by itself keeps its place, and gets its delivery."""
        self.env.cr.execute(
            "WITH poked AS (INSERT INTO storefront_snapshot AS snapshot (backend_id, kind,"
            " external_id, number, import_id, state, poke_count, tries, create_uid, create_date,"
            " write_uid, write_date) SELECT %(backend)s, 'order', external_id, number, %(run)s,"
            " 'to_fetch', 1, 0, %(uid)s, %(now)s, %(uid)s, %(now)s FROM storefront_import_line"
            " WHERE id = ANY(%(lines)s) ORDER BY external_id"
            " ON CONFLICT (backend_id, kind, external_id) DO UPDATE SET state = 'to_fetch',"
            " poke_count = snapshot.poke_count + 1, tries = 0, next_try = NULL,"
            " applied_hash = NULL, write_date = %(now)s, import_id = CASE"
            " WHEN snapshot.state IN ('to_fetch', 'to_import') THEN snapshot.import_id"
            " ELSE excluded.import_id END RETURNING id, external_id)"
            " UPDATE storefront_import_line line SET state = 'waiting', code = NULL,"
            " params = NULL, snapshot_id = poked.id FROM poked"
            " WHERE line.id = ANY(%(lines)s) AND line.external_id = poked.external_id",
            {
                "backend": run.backend_id.id,
                "run": run.id,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
                "lines": self.ids,
            },
            log_exceptions=False,  # a webhook of the same order: the batch is tried again
        )
        self.invalidate_recordset()

    @api.model
    def _settle(self, backend):
        """Note what became of the orders on their way, and of those that failed and came in since.

        Returns how many that were. What becomes of a record is known by its snapshot alone,
        whoever asked for it."""
        self.env.cr.execute(
            "UPDATE storefront_import_line line SET state = CASE snapshot.state"
            " WHEN 'done' THEN CASE WHEN line.is_here THEN 'updated' ELSE 'created' END"
            " WHEN 'skipped' THEN 'skipped' ELSE 'failed' END,"
            " code = snapshot.error_code, params = snapshot.error_params"
            " FROM storefront_snapshot snapshot WHERE snapshot.id = line.snapshot_id"
            " AND snapshot.backend_id = %s AND (line.state = 'waiting'"
            " AND snapshot.state NOT IN ('to_fetch', 'to_import')"
            " OR line.state = 'failed' AND snapshot.state IN ('done', 'skipped'))",
            [backend.id],
            log_exceptions=False,  # a run begun again meanwhile: tried again
        )
        count = self.env.cr.rowcount
        if count:
            self.invalidate_model()
        return count


def plain_number(number):
    """Return an order's number as people mean it: ``#1001`` and ``1001`` are one."""
    return (number or "").strip().lstrip("#").casefold()
