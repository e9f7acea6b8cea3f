# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .storefront_run import GC_BATCH, LINE_DAYS

# A job works on these; a human on the run that waits for review.
WORKING_STATES = ("reading", "applying")
OPEN_STATES = (*WORKING_STATES, "to_review")
# Lines that a run still has to hand over to the import.
TO_APPLY = ("to_create", "to_update")


class StorefrontImport(models.Model):
    """One run that brings in orders by hand: by number, by date, from a file.

    Reading writes its own lines only. A human reviews them; applying then hands the orders to the
    import, a few at a time, and notes what became of them.
    """

    _name = "storefront.import"
    _inherit = "storefront.run"
    _description = "Storefront Import of Orders"
    _working_states = WORKING_STATES
    _drains = ("history", "fetch")

    source = fields.Selection(
        [
            ("numbers", "Order numbers"),
            ("dates", "Dates"),
            ("file", "File of order numbers"),
        ],
        required=True,
        readonly=True,
    )
    date_from = fields.Datetime(string="Placed From", readonly=True)
    date_to = fields.Datetime(string="Placed Before", readonly=True)
    file_name = fields.Char(readonly=True)
    without_delivery = fields.Boolean(
        string="Without mails, activities or deliveries",
        readonly=True,
        help="Orders are confirmed without anything to pick, and nothing is taken out of stock.",
    )
    target = fields.Selection(
        [
            ("workflow", "As the storefront's settings say"),
            ("quotation", "Leave quotations"),
        ],
        string="How Far",
        default="workflow",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("reading", "Reading"),
            ("to_review", "Review"),
            ("applying", "Importing"),
            ("done", "Done"),
            ("cancelled", "Stopped"),
        ],
        default="reading",
        required=True,
        readonly=True,
    )
    listing_from = fields.Datetime(readonly=True, help="Where the listing in progress begins.")
    reached_at = fields.Datetime(readonly=True, help="When the last order read was placed.")
    seen_count = fields.Integer(string="Orders Read", readonly=True)
    sample_count = fields.Integer(
        string="Looked Into", readonly=True, help="Orders read whole, to foresee what they lack."
    )
    error_code = fields.Char(readonly=True)
    error_params = fields.Json(readonly=True)
    started_at = fields.Datetime(readonly=True, help="When importing began, or went on.")
    started_count = fields.Integer(readonly=True, help="Orders that were finished by then.")
    line_ids = fields.One2many("storefront.import.line", "import_id", readonly=True)

    _working_idx = models.Index("(backend_id, id) WHERE state IN ('reading', 'applying')")

    # buttons

    def action_apply(self):
        """Import, as a job, what the review left in."""
        self._check_button("to_review")
        if not self._has_lines(*TO_APPLY):
            raise UserError(self.env._("There is nothing to import."))
        self._begin()

    def action_cancel(self):
        """Stop the run. What it imported stays; the few orders on their way still come in."""
        self.check_access("write")
        stopped = self.filtered(lambda run: run.state in OPEN_STATES)
        stopped.write({"state": "cancelled", "finished_at": fields.Datetime.now()})

    def action_continue(self):
        """Go on where the run was stopped: with reading, with the review, or with importing."""
        self._check_button("cancelled")
        if self.applied_by_id:
            self._begin()
            return
        self._check_store()
        self.write(
            {
                "state": "to_review" if self.is_read else "reading",
                "finished_at": False,
                "error_code": False,
                "error_params": False,
            }
        )
        self.backend_id._wake("history")

    def action_retry_failed(self):
        """Import again, as a job, the orders that failed, and only those."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "done" or not self._has_lines("failed"):
            raise UserError(self.env._("No order of this run failed."))
        self.env["storefront.import.line"]._reset_failed(self)
        self._begin()

    def action_open_lines(self):
        """Open the orders; the context's ``import_filter`` names the filter to begin with."""
        chosen = self.env.context.get("import_filter")
        return self._open_lines("storefront_import_line_action", chosen)

    def action_open_orders(self):
        """Open the sale orders this run created."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("storefront_import_id", "=", self.id)],
            "context": {"create": False},
        }

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Orders"),
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.id,
        }

    def _begin(self):
        """Have a job import what is left to import."""
        self._check_store()
        self.write(
            {
                "state": "applying",
                "applied_by_id": self.env.uid,
                "started_at": fields.Datetime.now(),
                "started_count": self._count_finished(),
                "finished_at": False,
            }
        )
        self.backend_id._wake("history")

    def _check_store(self):
        if not self._is_of_this_store():
            raise UserError(
                self.env._("This run read another store. Press Import Orders to begin a new one.")
            )

    # what the jobs need

    def _find_working(self, backend):
        """Return the run a job has to go on with, if any.

        Reading goes first, for somebody waits for it. Of those that import, the newest: one order
        brought in by hand doesn't wait for a history."""
        self.env.cr.execute(
            "SELECT id FROM storefront_import run WHERE backend_id = %s AND (state = 'reading' OR"
            " state = 'applying' AND EXISTS (SELECT 1 FROM storefront_import_line"
            " WHERE import_id = run.id AND state = ANY(%s)))"
            " ORDER BY state = 'reading' DESC, id DESC LIMIT 1",
            [backend.id, list(TO_APPLY)],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _find_finished(self, backend):
        """Return the runs at work whose last order has come to an end."""
        self.env.cr.execute(
            "SELECT id FROM storefront_import run WHERE backend_id = %s AND state = 'applying'"
            " AND NOT EXISTS (SELECT 1 FROM storefront_import_line"
            " WHERE import_id = run.id AND state = ANY(%s)) ORDER BY id",
            [backend.id, [*TO_APPLY, "waiting"]],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    @api.autovacuum
    def _gc_lines(self):
        """Delete the lines of runs that ended long ago."""
        self.env.cr.execute(
            "DELETE FROM storefront_import_line WHERE id IN (SELECT line.id"
            " FROM storefront_import run JOIN storefront_import_line line"
            " ON line.import_id = run.id WHERE run.state IN ('done', 'cancelled')"
            " AND run.finished_at < now() AT TIME ZONE 'UTC' - interval %s LIMIT %s)",
            [f"{LINE_DAYS} days", GC_BATCH],
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == GC_BATCH
