# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

REPLAYED_STATES = ("dead", "requires_attention", "skipped", "done")


class StorefrontReplay(models.Model):
    """One run that has many records fetched and imported again, with its progress.

    A replay is a poke: what is here already is recognised, nothing comes in twice.
    """

    _name = "storefront.replay"
    _description = "Storefront Replay"
    _order = "id desc"
    _rec_name = "backend_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    kind = fields.Char(readonly=True, help="Of the records; empty: every kind.")
    states = fields.Json(readonly=True)
    date_from = fields.Datetime(string="From", readonly=True)
    date_to = fields.Datetime(string="To", readonly=True)
    record_ids = fields.Json(readonly=True, help="Those that were selected; empty: all that fit.")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="running",
        required=True,
        readonly=True,
    )
    last_id = fields.Integer(readonly=True, help="How far it has come: records go by id.")
    until_id = fields.Integer(readonly=True, help="What came after the start is left alone.")
    total_count = fields.Integer(string="Records", readonly=True)
    done_count = fields.Integer(string="Replayed", readonly=True)
    progress = fields.Float(compute="_compute_progress")

    _running_idx = models.Index("(backend_id, id) WHERE state = 'running'")

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for replay in self:
            share = replay.done_count / replay.total_count if replay.total_count else 1.0
            replay.progress = 100.0 * (1.0 if replay.state == "done" else min(share, 1.0))

    def _records_domain(self):
        """Return the domain of what is still to be replayed."""
        self.ensure_one()
        domain = replay_domain(
            self.backend_id, self.kind, self.states, self.date_from, self.date_to, self.record_ids
        )
        return [*domain, ("id", ">", self.last_id), ("id", "<=", self.until_id)]

    def action_cancel(self):
        """Stop the run; what it replayed is replayed."""
        self.check_access("write")
        self.filtered(lambda replay: replay.state == "running").write({"state": "cancelled"})


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def _job_replay(self):
        """Go on with the replays that run."""
        self._run("storefront.snapshot.replay", self.inbound_user_id)

    def _waiting_drains(self):
        """Override to find the replays that run, after everything else."""
        running = [("backend_id", "=", self.id), ("state", "=", "running")]
        found = self.env["storefront.replay"].search_count(running, limit=1)
        return [*super()._waiting_drains(), *(["replay"] if found else [])]

    def action_replay_dead(self):
        """Ask how many dead letters there are to replay, then replay them."""
        self.ensure_one()
        return self._action_replay(is_dead=True, is_attention=False)

    def action_replay(self):
        """Ask which records of which time to replay."""
        self.ensure_one()
        return self._action_replay()

    def _action_replay(self, **defaults):
        self.check_access("write")
        context = {f"default_{name}": value for name, value in defaults.items()}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replay"),
            "res_model": "storefront.replay.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_id": self.id, **context},
        }


def replay_domain(backend, kind, states, date_from, date_to, record_ids):
    """Return the domain of the records a replay is about; times in naive UTC, None for any.

    The time is that of the last work on a record: its import, its death, its being set aside."""
    domain = [("backend_id", "=", backend.id), ("state", "in", states)]
    if kind:
        domain.append(("kind", "=", kind))
    if date_from:
        domain.append(("write_date", ">=", date_from))
    if date_to:
        domain.append(("write_date", "<=", date_to))
    if record_ids:
        domain.append(("id", "in", record_ids))
    return domain
