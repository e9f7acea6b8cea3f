# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What webhooks miss: the storefront is asked which orders changed since the last time.

Finds out and pokes; the fetch flow reads the orders. The clock is the storefront's: a cursor
moves to the last change that was read, page by page, and never beyond it.
"""

import time
from datetime import timedelta, timezone

from odoo import fields, models

from ..models.storefront_event import naive_utc, now_utc
from ..platforms import errors
from .flow import retry_concurrency, unit_of_work

KIND = "order"
# Asking again at once would end the same way; asking again some time costs one call.
REFUSALS = (errors.Unsupported, errors.Rejected, errors.BadPayload, errors.NotFound)
# A webhook may still be on its way for so long before it counts as missing.
ON_ITS_WAY = timedelta(minutes=5)


class Listing:
    """Whether the changes were read to their end, and whether it was begun anew."""

    is_over = is_second = False


class StorefrontOrderPoll(models.AbstractModel):
    _name = "storefront.order.poll"
    _inherit = "storefront.flow"
    _description = "Storefront Order Poll"

    def _drain(self, backend):
        # One listing a run: the next begins with the overlap, which may have pages for ever.
        listing = Listing()
        return self._drain_alone(
            backend,
            "poll",
            lambda adapter: not listing.is_over and self._step(backend, adapter, listing),
        )

    def _step(self, backend, adapter, listing):
        """Read one page of changes; return whether anything was read."""
        with unit_of_work(self.env):  # ends before the call: no transaction waits for HTTP
            cursor = self._find_cursor(backend)
            position = cursor._position()
            self._report_gap(backend, adapter.capabilities, position)
        listing.is_over = True
        started, asked_at = time.monotonic(), now_utc()
        try:
            page = adapter.fetch_changes(
                KIND, position.since.replace(tzinfo=timezone.utc), position.page
            )
        except errors.StorefrontError as error:
            if not self._is_refusal(error):
                raise
            failure = self._failure(error)
            is_forgotten = retry_concurrency(
                self.env, lambda: self._refuse(backend, cursor, failure, started)
            )
            listing.is_over = listing.is_second or not is_forgotten
            listing.is_second = True
            return False
        retry_concurrency(
            self.env, lambda: self._take(backend, cursor, position, page, started, asked_at)
        )
        listing.is_over = not page.next_cursor
        return True

    def _catch_up(self, backend, adapter):
        """Read all changes up to now, beside the drain that does it from time to time."""
        listing = Listing()
        while not listing.is_over:
            self._step(backend, adapter, listing)

    def _find_cursor(self, backend):
        """Return the cursor; it begins where the connection did, if that is older than polling."""
        cursors = self.env["storefront.cursor"]
        cursor = cursors._find(backend, KIND)
        if not cursor:
            cursors._start(backend, KIND, backend.connected_at or fields.Datetime.now())
        return cursor or cursors._find(backend, KIND)

    def _is_refusal(self, error):
        """Whether only polling is refused, not the whole connection."""
        return isinstance(error, REFUSALS) or error.code == "missing_scope"

    def _take(self, backend, cursor, position, page, started, asked_at):
        """Poke what is news on a page, and move the cursor, in one transaction."""
        changes = {}
        for change in page.items:
            moment = naive_utc(change.updated_at)
            changes[change.external_id] = max(moment, changes.get(change.external_id, moment))
        news = self._find_news(backend, changes)
        fetch = self.env["storefront.order.fetch"]
        for external_id, moment in sorted(news.items()):
            fetch._poke(backend, KIND, external_id, moment, listed_at=moment)
        if news:
            backend._wake("fetch")
            self._note_missed(backend, cursor, news)
            self._log(backend, "success", started, news)
        if cursor.error_code:
            self._recover(backend, cursor)
        reached = max(changes.values(), default=None)
        cursor._advance(position, page.next_cursor, reached, asked_at)

    def _find_news(self, backend, changes):
        """Return those of ``{external id: naive UTC}`` that no snapshot knows of."""
        self.env.cr.execute(
            "SELECT external_id, greatest(source_updated_at, listed_at) FROM storefront_snapshot"
            " WHERE backend_id = %s AND kind = %s AND external_id = ANY(%s)",
            [backend.id, KIND, list(changes)],
        )
        known = dict(self.env.cr.fetchall())
        return {
            external_id: moment
            for external_id, moment in changes.items()
            if not known.get(external_id) or known[external_id] < moment
        }

    def _note_missed(self, backend, cursor, news):
        """Keep the time of the last change that a webhook should have announced and didn't."""
        self.env.cr.execute(
            "SELECT max(moment) FROM unnest(%(ids)s, %(moments)s::timestamp[]) AS news(id, moment)"
            " WHERE moment < now() AT TIME ZONE 'UTC' - %(grace)s AND NOT EXISTS ("
            " SELECT 1 FROM storefront_event WHERE backend_id = %(backend)s"
            " AND external_id = news.id AND create_date >= news.moment - %(grace)s)",
            {
                "ids": list(news),
                "moments": list(news.values()),
                "grace": ON_ITS_WAY,
                "backend": backend.id,
            },
        )
        missed_at = self.env.cr.fetchone()[0]
        if missed_at and (not cursor.missed_at or cursor.missed_at < missed_at):
            cursor.missed_at = missed_at

    # what only a human can mend

    def _report_gap(self, backend, capabilities, position):
        """Say that the listing begins where some orders can't be read without a further scope.

        The rest is read all the same; the issue's Retry reads again from here."""
        border = fields.Datetime.now() - timedelta(days=capabilities.history_days)
        is_granted = capabilities.history_scope not in (backend.missing_optional_scopes or ())
        if not capabilities.history_days or is_granted or position.since >= border:
            return
        cause = {
            "code": "history_hidden",
            "key": f"poll:{KIND}",
            "params": {
                "scope": capabilities.history_scope,
                "days": capabilities.history_days,
                "since": fields.Datetime.to_string(position.since),
            },
        }
        self.env["storefront.issue"]._raise_for(backend, [cause])

    def _refuse(self, backend, cursor, failure, started):
        """Say once that polling is refused. It is asked again each time, at one call.

        Return whether it is only that the storefront forgot where the listing had come to."""
        if failure["code"] == "bad_cursor" and cursor.page:
            # The storefront forgot the listing: the next one begins where this one had come to.
            cursor.page = False
            return True
        if cursor.error_code == failure["code"]:
            return False
        cursor.write({"error_code": failure["code"], "error_params": failure["params"]})
        if failure["code"] == "unsupported":
            return False  # nothing a human could mend: the backend says it
        self._log(backend, "requires_attention", started, (), failure)
        self.env["storefront.issue"]._raise_for(
            backend, [self._cause(failure)], detail=failure["detail"]
        )
        return False

    def _recover(self, backend, cursor):
        cause = self._cause({"code": cursor.error_code, "params": {}})
        self.env["storefront.issue"].search(
            [
                ("backend_id", "=", backend.id),
                ("key", "=", f"{cause['code']}:{cause['key']}"),
                ("state", "=", "open"),
            ]
        ).state = "resolved"

    def _cause(self, failure):
        return {"code": failure["code"], "key": f"poll:{KIND}", "params": failure["params"]}

    def _log(self, backend, status, started, external_ids, failure=None):
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "order_poll",
                "status": status,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "error_code": failure and failure["code"],
                "error_params": failure and failure["params"],
                "item_count": len(external_ids),
                "items": sorted(external_ids),
            },
        )
