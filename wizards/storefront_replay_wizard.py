# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.storefront_replay import REPLAYED_STATES, replay_domain
from ..tools.actions import open_records


class StorefrontReplayWizard(models.TransientModel):
    """Which records shall be fetched and imported again, and how many that are."""

    _name = "storefront.replay.wizard"
    _description = "Replay Storefront Records"

    backend_id = fields.Many2one("storefront.backend", ondelete="cascade")
    record_ids = fields.Json(help="Those that were selected in a list.")
    is_selection = fields.Boolean(compute="_compute_is_selection")
    kind = fields.Selection([("order", "Orders")], default="order", required=True)
    date_from = fields.Datetime(string="From")
    date_to = fields.Datetime(string="To")
    is_dead = fields.Boolean(string="Dead letters", default=True)
    is_attention = fields.Boolean(string="Waiting for a decision", default=True)
    is_skipped = fields.Boolean(string="Left out")
    is_done = fields.Boolean(string="Imported")
    record_count = fields.Integer(compute="_compute_record_count", string="Records")

    @api.depends("record_ids")
    def _compute_is_selection(self):
        for wizard in self:
            wizard.is_selection = bool(wizard.record_ids)

    @api.depends(
        "backend_id",
        "record_ids",
        "kind",
        "date_from",
        "date_to",
        "is_dead",
        "is_attention",
        "is_skipped",
        "is_done",
    )
    def _compute_record_count(self):
        for wizard in self:
            wizard.record_count = sum(
                self.env["storefront.snapshot"].search_count(wizard._domain(backend))
                for backend in wizard._backends()
            )

    def _backends(self):
        """Return the backends whose records are meant."""
        if self.record_ids:
            groups = self.env["storefront.snapshot"]._read_group(
                [("id", "in", self.record_ids)], ["backend_id"]
            )
            return self.env["storefront.backend"].union(*(backend for (backend,) in groups))
        return self.backend_id

    def _states(self):
        if self.record_ids:
            return list(REPLAYED_STATES)
        chosen = {
            "dead": self.is_dead,
            "requires_attention": self.is_attention,
            "skipped": self.is_skipped,
            "done": self.is_done,
        }
        return [state for state in REPLAYED_STATES if chosen[state]]

    def _domain(self, backend):
        if self.record_ids:
            return replay_domain(backend, False, self._states(), None, None, self.record_ids)
        return replay_domain(backend, self.kind, self._states(), self.date_from, self.date_to, None)

    def action_start(self):
        """Start a run for each backend and open it."""
        self.ensure_one()
        backends = self._backends()
        backends.check_access("write")
        replays = self.env["storefront.replay"]
        for backend in backends:
            count = self.env["storefront.snapshot"].search_count(self._domain(backend))
            if count:
                replays |= replays.create(self._prepare_replay_vals(backend, count))
        if not replays:
            raise UserError(self.env._("There is nothing to replay."))
        backends._wake("replay")
        return open_records(replays, self.env._("Replays"))

    def _prepare_replay_vals(self, backend, count):
        newest = self.env["storefront.snapshot"].search(
            [("backend_id", "=", backend.id)], order="id desc", limit=1
        )
        is_selection = bool(self.record_ids)
        return {
            "backend_id": backend.id,
            "kind": False if is_selection else self.kind,
            "states": self._states(),
            "date_from": False if is_selection else self.date_from,
            "date_to": False if is_selection else self.date_to,
            "record_ids": self.record_ids or False,
            "until_id": newest.id,
            "total_count": count,
        }
