# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Drains that fail: what a human is told of them, and how they go on at once."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from .storefront_backend_jobs import DRAINS

# Shorter outages heal before anybody could do something about them.
SILENT_MINUTES = 15
# The storefront, or the way to it, is down. Other failures have a cause of their own to be told.
SILENT_CODES = frozenset(
    (
        "answer_lost",
        "connect_timeout",
        "connection_failed",
        "connection_reset",
        "empty_answer",
        "server_error",
        "timeout",
        "unavailable",
    )
)
# More are not counted: the banner must not read a million rows.
COUNT_LIMIT = 10_000


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    is_failing = fields.Boolean(compute="_compute_is_failing")

    def _compute_is_failing(self):
        for backend in self:
            self.env.cr.execute(
                "SELECT 1 FROM storefront_claim WHERE key = ANY(%s)"
                " AND failing_since IS NOT NULL LIMIT 1",
                [list(backend._drain_keys())],
            )
            backend.is_failing = backend.state == "connected" and bool(self.env.cr.fetchone())

    def _drain_keys(self):
        self.ensure_one()
        return {f"{drain}:{self.id}": drain for drain in DRAINS}

    def _banners(self):
        """Override of this addon to say since when the storefront is silent, and how much waits."""
        banners = super()._banners()
        since = self._silent_since() if self.state == "connected" else None
        if not since:
            return banners
        waiting = self._count_waiting()
        params = {
            "since": format_datetime(self.env, since),
            "count": f"{COUNT_LIMIT}+" if waiting > COUNT_LIMIT else str(waiting),
        }
        # One sentence for the storefront instead of one for each work that needs it.
        others = [banner for banner in banners if banner[1] != "drain_failing"]
        return [("danger", "storefront_silent", params), *others]

    def _silent_since(self):
        """Return the time of the first call that was not answered, None before SILENT_MINUTES."""
        self.env.cr.execute(
            "SELECT min(failing_since) FROM storefront_claim"
            " WHERE key = ANY(%s) AND failing_since < %s AND error_code = ANY(%s)",
            [
                list(self._drain_keys()),
                fields.Datetime.now() - timedelta(minutes=SILENT_MINUTES),
                sorted(SILENT_CODES),
            ],
        )
        return self.env.cr.fetchone()[0]

    def _count_waiting(self):
        """Return how many events, orders and stock changes wait; beyond COUNT_LIMIT, one more."""
        self.env.cr.execute(
            "SELECT count(*) FROM ("
            " SELECT 1 FROM storefront_event WHERE backend_id = %(id)s AND state = 'pending'"
            " UNION ALL SELECT 1 FROM storefront_snapshot"
            " WHERE backend_id = %(id)s AND state = 'to_fetch'"
            " UNION ALL SELECT 1 FROM storefront_snapshot"
            " WHERE backend_id = %(id)s AND state = 'to_import'"
            " UNION ALL SELECT 1 FROM storefront_outbox WHERE backend_id = %(id)s"
            " LIMIT %(limit)s) waiting",
            {"id": self.id, "limit": COUNT_LIMIT + 1},
        )
        return self.env.cr.fetchone()[0]

    def _end_postponements(self):
        """Have the drains that wait because they failed run now."""
        claims = self.env["storefront.claim"].sudo()
        for backend in self:
            drains = backend._drain_keys()
            for key in claims._end_postponements(drains):
                backend._wake(drains[key])

    def action_try_now(self):
        """Ask the storefront again without waiting for the next try."""
        self.check_access("write")
        self._end_postponements()
