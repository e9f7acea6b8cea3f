# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stops or threatens a backend, said to humans: banners, figures, pausing and resuming."""

from datetime import timedelta
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

from . import messages
from .storefront_issue import LATER_CODES

_lt = LazyTranslate(__name__)

# A drain that failed so often in a row (some minutes) is worth a banner, and one that failed so
# long worth telling somebody: platforms have short outages nobody can do anything about.
MANY_TRIES = 4
OUTAGE = timedelta(hours=1)
MANUAL_PAUSE = "backend_paused"
# What a human calls the work of a drain.
WORK = {
    "fetch": _lt("fetching orders"),
    "stock": _lt("sending stock"),
    "link": _lt("linking products"),
    "history": _lt("importing orders by hand"),
    "health": _lt("checking the webhooks"),
    "poll": _lt("polling orders"),
}


class Trouble(NamedTuple):
    """What a human should know of. ``params`` are None where they differ from row to row."""

    kind: str  # dead, issue, paused or drain
    code: str
    count: int
    params: Any

    def sentence(self, env):
        is_final = self.kind == "dead"
        if self.params is None:
            return messages.generic(env, self.code, is_final)
        return messages.render(env, self.code, self.params, is_final)


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    paused_at = fields.Datetime(readonly=True, copy=False)
    pause_user_id = fields.Many2one("res.users", string="Paused by", readonly=True, copy=False)
    pause_reason = fields.Char(readonly=True, copy=False)
    dead_count = fields.Integer(compute="_compute_failing_counts", string="Dead Letters")
    blocked_count = fields.Integer(
        compute="_compute_failing_counts", help="Orders that wait for a decision."
    )
    failure_share = fields.Float(
        compute="_compute_failure_share",
        string="Failures (24 h)",
        help="Operations of the last 24 hours that ended as dead letter or with a human, of all.",
    )

    def _compute_failing_counts(self):
        groups = (
            self.env["storefront.snapshot"]
            .sudo()  # figures of a backend one may see
            ._read_group(
                [
                    ("backend_id", "in", self.ids),
                    ("state", "in", ("dead", "requires_attention")),
                ],
                ["backend_id", "state"],
                ["__count"],
            )
        )
        counts = {(backend.id, state): count for backend, state, count in groups}
        for backend in self:
            backend.dead_count = counts.get((backend.id, "dead"), 0)
            backend.blocked_count = counts.get((backend.id, "requires_attention"), 0)

    def _compute_failure_share(self):
        operations = self.env["storefront.operation"].sudo()
        since = fields.Datetime.now() - timedelta(days=1)
        for backend in self:
            domain = [("backend_id", "=", backend.id), ("create_date", ">=", since)]
            failed = [*domain, ("status", "in", ("requires_attention", "dead"))]
            # Asked first, of an index of failures only: mostly there are none.
            count = operations.search_count(failed)
            backend.failure_share = count and count / operations.search_count(domain)

    # what stops it

    def _banners(self):
        """Override to say since when and by whom it is paused, what fails, and what waits."""
        banners = [self._pause_banner(banner) for banner in super()._banners()]
        if self.state == "paused" and self.pause_code != MANUAL_PAUSE and self.paused_at:
            banners.append(("danger", "stopped_since", {"time": self._in_words(self.paused_at)}))
        for drain in self._failing_drains() if self.state == "connected" else ():
            banners.append(("warning", "drain_failing", self._drain_params(drain)))
        if self.dead_count:
            banners.append(("danger", "dead_letters", {"count": self.dead_count}))
        if self.blocked_count:
            banners.append(("warning", "orders_blocked", {"count": self.blocked_count}))
        return banners

    def _pause_banner(self, banner):
        if banner[1] != MANUAL_PAUSE or not self.pause_user_id:
            return banner
        params = {
            "user": self.pause_user_id.sudo().name,
            "time": self._in_words(self.paused_at),
            "reason": self.pause_reason or self.env._("no reason given"),
        }
        return ("warning", "paused_by", params)

    def _in_words(self, moment):
        return format_datetime(self.env, moment)

    def _failing_drains(self):
        """Return what is known of each drain that keeps failing, as dicts."""
        self.env.cr.execute(
            "SELECT split_part(key, ':', 1) AS drain, tries, error_code, error_params, next_try,"
            " failing_since"
            " FROM storefront_claim WHERE key = ANY(%s) AND tries >= %s ORDER BY key",
            [[f"{drain}:{self.id}" for drain in WORK], MANY_TRIES],
        )
        return self.env.cr.dictfetchall()

    def _drain_params(self, drain):
        return {
            "work": str(self.env._(WORK[drain["drain"]])),
            "tries": drain["tries"],
            "cause": messages.render(self.env, drain["error_code"], drain["error_params"]),
            "time": self._in_words(drain["next_try"] or fields.Datetime.now()),
        }

    def _troubles(self):
        """Return what a human should be told of this backend: a Trouble for each cause."""
        self.ensure_one()
        troubles = [*self._dead_letters(), *self._blocking_issues()]
        if self.state == "paused" and self.pause_code != MANUAL_PAUSE:
            troubles.append(Trouble("paused", self.pause_code, 1, self.pause_params or {}))
        begun = fields.Datetime.now() - OUTAGE
        for drain in self._failing_drains() if self.state == "connected" else ():
            if drain["failing_since"] and drain["failing_since"] <= begun:
                params = drain["error_params"] or {}
                troubles.append(Trouble("drain", drain["error_code"], 1, params))
        return troubles

    def _dead_letters(self):
        self.env.cr.execute(
            "SELECT error_code, count(*), min(id) FROM storefront_snapshot"
            " WHERE backend_id = %s AND state = 'dead' GROUP BY error_code ORDER BY 1",
            [self.id],
        )
        for code, count, snapshot_id in self.env.cr.fetchall():
            snapshot = self.env["storefront.snapshot"].browse(snapshot_id)
            params = (snapshot.error_params or {}) if count == 1 else None
            yield Trouble("dead", code or "unexpected", count, params)

    def _blocking_issues(self):
        """Yield the causes that keep orders from coming in, or from going on, and their number."""
        self.env.cr.execute(
            "SELECT issue.code, count(DISTINCT snapshot.id), count(DISTINCT issue.id),"
            " min(issue.id) FROM storefront_issue issue"
            " JOIN storefront_issue_storefront_snapshot_rel waiting"
            " ON waiting.storefront_issue_id = issue.id"
            " JOIN storefront_snapshot snapshot ON snapshot.id = waiting.storefront_snapshot_id"
            " AND (snapshot.state = 'requires_attention' OR issue.code = ANY(%s))"
            " WHERE issue.backend_id = %s AND issue.state = 'open'"
            " GROUP BY issue.code ORDER BY issue.code",
            [list(LATER_CODES), self.id],
        )
        for code, order_count, issue_count, issue_id in self.env.cr.fetchall():
            issue = self.env["storefront.issue"].browse(issue_id)
            params = (issue.params or {}) if issue_count == 1 else None
            yield Trouble("issue", code, order_count, params)

    def _people_to_tell(self):
        """Return the responsible; the managers of the company where nobody can be reached so."""
        self.ensure_one()
        if self._may_be_told(self.responsible_id):
            return self.responsible_id
        managers = self.env.ref("storefront_connector.group_storefront_manager")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", managers.ids),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ],
            order="id",
        )

    def _may_be_told(self, user):
        return (
            user.active
            and self.company_id in user.company_ids
            and user.has_group("storefront_connector.group_storefront_user")
        )

    # pausing

    def action_pause(self, reason=""):
        """Override to note who paused it and why; only what is connected can be paused."""
        self.check_access("write")
        connected = self.filtered(lambda backend: backend.state == "connected")
        result = super(StorefrontBackend, connected).action_pause()
        connected.write(
            {
                "paused_at": fields.Datetime.now(),
                "pause_user_id": self.env.uid,
                "pause_reason": reason,
            }
        )
        return result

    def action_resume(self):
        """Override to resume only what is paused, and the replays that had begun.

        A connection that still fails pauses it again: no test comes first."""
        self.check_access("write")
        paused = self.filtered(lambda backend: backend.state == "paused")
        result = super(StorefrontBackend, paused).action_resume()
        paused.write({"paused_at": False, "pause_user_id": False, "pause_reason": False})
        running = [("backend_id", "in", paused.ids), ("state", "=", "running")]
        self.env["storefront.replay"].search(running).backend_id._wake("replay")
        return result

    def _pause_for(self, error):
        """Override to note since when; the first cause counts."""
        since = self.paused_at or fields.Datetime.now()
        result = super()._pause_for(error)
        if self.state == "paused":
            self.sudo().write({"paused_at": since, "pause_user_id": False, "pause_reason": False})
        return result

    def action_ask_pause(self):
        """Ask for the reason, then pause."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause %s", self.name),
            "res_model": "storefront.backend.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_id": self.id},
        }

    # the ways out

    def action_open_dead(self):
        return self._action_open(
            self.env._("Dead Letters"),
            "storefront.snapshot",
            [("backend_id", "=", self.id), ("state", "=", "dead")],
        )

    def action_open_blocking(self):
        return self._action_open(
            self.env._("Issues"),
            "storefront.issue",
            [("backend_id", "=", self.id)],
            search_default_open=1,
            search_default_by_code=1,
        )

    def action_open_failures(self):
        return self._action_open(
            self.env._("Failures"),
            "storefront.operation",
            [("backend_id", "=", self.id)],
            search_default_failed=1,
            search_default_today=1,
        )
