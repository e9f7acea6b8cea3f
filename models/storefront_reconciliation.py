# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import messages

ISSUE_CODE = "reconciliation_large"


class StorefrontReconciliation(models.Model):
    """One comparison of a storefront's stock with Odoo's, and what was repaired."""

    _name = "storefront.reconciliation"
    _description = "Storefront Reconciliation"
    _order = "id desc"
    _rec_name = "create_date"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    create_date = fields.Datetime(string="Started")
    ended_at = fields.Datetime(string="Ended", readonly=True)
    is_manual = fields.Boolean(string="By Hand", readonly=True)
    is_dry = fields.Boolean(string="Dry Run", readonly=True, help="Shows, and changes nothing.")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("asking", "To Decide"),
            ("done", "Done"),
            ("cancelled", "Discarded"),
        ],
        default="running",
        required=True,
        readonly=True,
    )
    step = fields.Selection(
        [
            ("read", "Reading"),
            ("check", "Looking again"),
            ("repair", "Repairing"),
            ("wait", "Sending"),
        ],
        default="read",
        required=True,
        readonly=True,
    )
    is_approved = fields.Boolean(readonly=True)
    position = fields.Integer(readonly=True, help="The last product that was compared.")
    page_count = fields.Integer(string="Pages", readonly=True)
    variant_count = fields.Integer(string="Variants", readonly=True)
    checked_count = fields.Integer(
        string="Compared", readonly=True, help="Quantities: one a variant and location."
    )
    drift_count = fields.Integer(string="Differences", readonly=True)
    repaired_count = fields.Integer(string="Repaired", readonly=True)
    mark_id = fields.Integer(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("storefront.reconciliation.line", "run_id", readonly=True)
    trouble = fields.Char(compute="_compute_trouble")

    _running_uniq = models.UniqueIndex("(backend_id) WHERE state = 'running'")

    @api.depends("state", "step")
    def _compute_trouble(self):
        """Say why a run stands still, where it does."""
        claims = self.env["storefront.claim"].sudo()
        for run in self:
            code = False
            if run.state == "running":
                code = claims.search([("key", "=", f"reconcile:{run.backend_id.id}")]).error_code
                if run.backend_id.state != "connected":
                    code = "backend_paused"
            run.trouble = messages.render(self.env, code) or False

    @api.depends("create_date", "backend_id")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.create_date)
            run.display_name = f"{run.backend_id.name}, {moment:%Y-%m-%d %H:%M}"

    def _find_running(self, backend):
        return self.search([("backend_id", "=", backend.id), ("state", "=", "running")])

    def _start(self, backend, **vals):
        """Return the backend's run: the one that goes on, else a new one.

        What an earlier run asks is found again if it still is so."""
        running = self._find_running(backend)
        if running:
            return running
        if not vals.get("is_dry"):
            asking = [("backend_id", "=", backend.id), ("state", "=", "asking")]
            self.search(asking)._end("cancelled")
        return self.create({"backend_id": backend.id, **vals})

    # what the flow notes

    def _note_pages(self, compared):
        """Keep what was found on pages that follow one another, (page, differing, read at) each,
        and how far the run is, in one transaction.

        Not if another worker has noted them meanwhile: calls may take longer than a lease."""
        if not compared or self.position != compared[0][0].first:
            return
        self.env["storefront.reconciliation.line"]._note(self, [found[1:] for found in compared])
        pages = [page for page, *_found in compared]
        self.write(
            {
                "position": pages[-1].last,
                "page_count": self.page_count + len(pages),
                "variant_count": self.variant_count + sum(page.count for page in pages),
                "checked_count": self.checked_count + sum(page.checked_count for page in pages),
            }
        )

    def _found_lines(self, limit):
        """Return the lines to look at again, those that were read first."""
        return self._lines("found", order="read_at, id", limit=limit)

    def _lines(self, state, **options):
        lines = self.env["storefront.reconciliation.line"]
        return lines.search([("run_id", "=", self.id), ("state", "=", state)], **options)

    def _count_drift(self):
        """Return how many variants, and how many quantities, differ."""
        self.env.cr.execute(
            "SELECT count(DISTINCT binding_id), count(*) FROM storefront_reconciliation_line"
            " WHERE run_id = %s AND state IN ('drift', 'refused')",
            [self.id],
        )
        return self.env.cr.fetchone()

    def _send_lines(self, limit):
        """Hand up to ``limit`` differences to the outbox; the last ones are waited for."""
        lines = self._lines("drift", order="id", limit=limit)
        if not lines and self.mark_id:
            self.step = "wait"
        elif not lines:  # all of it is refused, and a human knows
            self._finish()
        if not lines:
            return
        shown = {(line.binding_id.id, line.location_id.id): line.shown for line in lines}
        # sudo: nobody has a right on levels and waiting rows, which only our own methods write.
        self.env["storefront.stock.level"].sudo()._record(
            shown, pushed=False, next_reason="reconciliation"
        )
        mark_id = self.env["storefront.outbox"].sudo()._mark_bindings(lines.binding_id.ids)
        lines._send()
        self.write({"mark_id": mark_id, "sent_at": fields.Datetime.now()})

    def _ask(self, variants):
        """Stop, and have a human say whether so much shall change."""
        self._end("asking")
        params = {
            "variants": variants,
            "total": self.variant_count,
            "share": self.backend_id.reconcile_share,
            "run_id": self.id,
        }
        cause = {"code": ISSUE_CODE, "key": "stock", "params": params}
        # sudo: the reconciliation user raises issues of its own work only.
        issue = self.env["storefront.issue"].sudo()._raise_for(self.backend_id, [cause])
        issue.params = params  # where an earlier run asked already
        self._log("requires_attention", error_code=ISSUE_CODE, error_params=params)

    def _finish(self):
        """End a run that did what it had to."""
        lines = self.env["storefront.reconciliation.line"]
        lines._note_repaired(self)
        repaired = [("run_id", "=", self.id), ("state", "=", "repaired")]
        self.repaired_count = lines.search_count(repaired)
        self._end("done")
        if not self.is_dry:
            self._issue()._resolve()
        self._log("success" if self.drift_count else "unchanged")

    def _end(self, state):
        self.write({"state": state, "ended_at": fields.Datetime.now()})

    def _issue(self):
        """Return the open issue that asks about the backends of these runs."""
        return (
            self.env["storefront.issue"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.backend_id.ids),
                    ("key", "=", f"{ISSUE_CODE}:stock"),
                    ("state", "=", "open"),
                ]
            )
        )

    def _log(self, status, **vals):
        took = fields.Datetime.now() - self.create_date
        self.env["storefront.operation"]._log(
            self.backend_id,
            {
                "type": "reconcile",
                "status": status,
                "duration_ms": round(took.total_seconds() * 1000),
                "item_count": self.drift_count,
                "items": {
                    "compared": self.checked_count,
                    "differences": self.drift_count,
                    "repaired": self.repaired_count,
                    "dry_run": self.is_dry,
                },
                **vals,
            },
        )

    # what a human decides

    def action_apply(self):
        """Repair what the run found, as far as it still differs."""
        self.check_access("write")
        for run in self:
            if run.state != "asking" and not (run.is_dry and run.state == "done"):
                raise UserError(self.env._("This run is over. Reconcile again."))
            if self._find_running(run.backend_id):
                raise UserError(self.env._("A reconciliation is running. Wait for its end."))
            run._issue()._resolve()
            self.env["storefront.reconciliation.line"]._look_again(run)
            run.write(
                {
                    "state": "running",
                    "step": "check",
                    "is_approved": True,
                    "is_dry": False,
                    "ended_at": False,
                    "drift_count": 0,
                }
            )
            run.backend_id._wake("reconcile")
        return True

    def action_discard(self):
        """Leave the storefront as it is."""
        self.check_access("write")
        open_runs = self.filtered(lambda run: run.state in ("running", "asking"))
        open_runs._end("cancelled")
        open_runs._issue()._resolve()
        return True

    def action_open_lines(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Differences"),
            "res_model": "storefront.reconciliation.line",
            "view_mode": "list",
            "domain": [("run_id", "=", self.id)],
        }
