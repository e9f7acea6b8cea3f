# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From events to snapshots: what webhooks point at is fetched in its current state.

The only flow that reads orders over HTTP; it writes no order.
"""

import time
from functools import partial

from odoo import models
from psycopg2.extras import Json

from ..models.storefront_event import IS_POKE, naive_utc
from ..models.storefront_snapshot import hash_payload
from ..platforms import errors
from .flow import retry_concurrency, unit_of_work

# Events absorbed in one transaction.
EVENTS_PER_STEP = 1000
FETCHED_KINDS = ("order",)
# What is wrong with one record, however often it is fetched.
UNREADABLE = (errors.BadPayload, errors.NotFound, errors.Rejected)


class StorefrontOrderFetch(models.AbstractModel):
    _name = "storefront.order.fetch"
    _inherit = "storefront.flow"
    _description = "Storefront Order Fetch"

    def _drain(self, backend):
        return self._drain_alone(backend, "fetch", lambda adapter: self._step(backend, adapter))

    def _step(self, backend, adapter):
        """Absorb waiting events and fetch one call's worth of records; False: nothing to do."""
        absorbed = retry_concurrency(self.env, lambda: self._absorb(backend))
        limit = adapter.capabilities.orders_per_fetch
        with unit_of_work(self.env):  # ends before the call: no transaction waits for HTTP
            waiting = self._read_waiting(backend, limit)
        if not waiting:
            return absorbed
        started = time.monotonic()
        try:
            records = adapter.fetch_records("order", [row["external_id"] for row in waiting])
        except UNREADABLE:
            self._fetch_apart(backend, adapter, waiting)
        else:
            retry_concurrency(self.env, lambda: self._store(backend, waiting, records, started))
        return True

    def _fetch_apart(self, backend, adapter, waiting):
        """Fetch one by one, so that a record that can't be read holds up no other."""
        for row in waiting:
            started = time.monotonic()
            try:
                records = adapter.fetch_records("order", [row["external_id"]])
                work = partial(self._store, backend, [row], records, started)
            except UNREADABLE as error:
                work = partial(self._set_aside, backend, row, self._failure(error), started)
            retry_concurrency(self.env, work)

    def _set_aside(self, backend, row, failure, started):
        """Show a record to a human, unless somebody has asked for it again meanwhile."""
        snapshot = self.env["storefront.snapshot"].browse(row["id"])
        if snapshot.poke_count == row["poke_count"]:
            flow = self.env["storefront.order.import"]
            flow._record_failure(backend, snapshot, failure, started)

    def _absorb(self, backend):
        """Turn pending events into snapshots to fetch: a hundred of one order make one."""
        self.env.cr.execute(
            "SELECT id, kind, external_id, coalesce(occurred_at, create_date)"
            " FROM storefront_event WHERE backend_id = %s AND state = 'pending'"
            f" AND {IS_POKE} ORDER BY id LIMIT %s",
            [backend.id, EVENTS_PER_STEP],
        )
        rows = self.env.cr.fetchall()
        if not rows:
            return False
        earliest = {}
        for _id, kind, external_id, moment in rows:
            if kind in FETCHED_KINDS:
                key = (kind, external_id)
                earliest[key] = min(moment, earliest.get(key, moment))
        for (kind, external_id), moment in sorted(earliest.items()):
            self._poke(backend, kind, external_id, moment)
        self.env.cr.execute(
            "UPDATE storefront_event SET state = 'done' WHERE id = ANY(%s)",
            [[row[0] for row in rows]],
        )
        return True

    def _poke(self, backend, kind, external_id, moment, listed_at=None):
        """Ask for a record that changed at ``moment``; both times are naive UTC.

        ``listed_at``: the change a listing told of, which isn't news a second time."""
        self.env.cr.execute(
            "INSERT INTO storefront_snapshot AS snapshot (backend_id, kind, external_id, state,"
            " event_at, listed_at, poke_count, tries, create_uid, create_date, write_uid,"
            " write_date) VALUES (%(backend)s, %(kind)s, %(external_id)s, 'to_fetch', %(moment)s,"
            " %(listed_at)s, 1, 0, %(uid)s, %(now)s, %(uid)s, %(now)s)"
            " ON CONFLICT (backend_id, kind, external_id) DO UPDATE SET state = 'to_fetch',"
            " poke_count = snapshot.poke_count + 1, tries = 0, next_try = NULL,"
            " event_at = least(snapshot.event_at, excluded.event_at), write_date = %(now)s,"
            " listed_at = greatest(snapshot.listed_at, excluded.listed_at)",
            {
                "backend": backend.id,
                "kind": kind,
                "external_id": external_id,
                "moment": moment,
                "listed_at": listed_at,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )

    def _read_waiting(self, backend, limit):
        self.env.cr.execute(
            "SELECT id, external_id, poke_count FROM storefront_snapshot"
            " WHERE backend_id = %s AND state = 'to_fetch' AND kind = 'order'"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')"
            " ORDER BY id LIMIT %s",
            [backend.id, limit],
        )
        return self.env.cr.dictfetchall()

    def _store(self, backend, waiting, records, started):
        """Keep what was fetched and have it imported, unless it was applied already."""
        found = {record.external_id: record for record in records}
        erased = self._erased(waiting)
        for row in waiting:
            record = found.get(row["external_id"])
            if record is None or record.payload is None:
                self._store_missing(row)
                continue
            if row["id"] in erased:
                self._store_erased(backend, row, record)
            else:
                self._store_record(row, record.payload, record.updated_at)
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "order_fetch",
                "source_ref": waiting[0]["external_id"] if len(waiting) == 1 else False,
                "status": "success",
                "duration_ms": round((time.monotonic() - started) * 1000),
                "item_count": len(waiting),
                "items": [row["external_id"] for row in waiting],
            },
        )
        backend._wake("import")

    def _erased(self, waiting):
        """Return the ids of the snapshots whose customer had to be forgotten.

        Asked in the transaction that stores: one that erases meanwhile makes it start again."""
        self.env.cr.execute(
            "SELECT id FROM storefront_snapshot WHERE id = ANY(%s) AND redacted_at IS NOT NULL",
            [[row["id"] for row in waiting]],
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _store_erased(self, backend, row, record):
        """Store a record without its customer; not at all where the platform can't tell them."""
        try:
            payload = backend._adapter_class().forget_customer(record.payload)
        except errors.Unsupported:
            snapshot = self.env["storefront.snapshot"].browse(row["id"])
            snapshot.write({"state": "skipped", "error_code": "redacted", "event_at": False})
        else:
            self._store_record(row, payload, record.updated_at)

    def _store_record(self, row, payload, updated_at):
        # An event that came during the call has raised poke_count: then it is fetched again.
        # A state older than the one kept says nothing new.
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET"
            " payload = CASE WHEN newer THEN %(payload)s::jsonb ELSE payload END,"
            " payload_hash = CASE WHEN newer THEN %(hash)s ELSE payload_hash END,"
            " source_updated_at = greatest(source_updated_at, %(updated_at)s::timestamp),"
            " fetched_at = now() AT TIME ZONE 'UTC', claimed_until = NULL, next_try = NULL,"
            " state = CASE WHEN poke_count != %(pokes)s THEN 'to_fetch'"
            " WHEN applied_hash = CASE WHEN newer THEN %(hash)s ELSE payload_hash END"
            " THEN CASE WHEN order_id IS NULL THEN 'skipped' ELSE 'done' END"
            " ELSE 'to_import' END,"
            " event_at = CASE WHEN poke_count = %(pokes)s"
            " AND applied_hash = CASE WHEN newer THEN %(hash)s ELSE payload_hash END"
            " THEN NULL ELSE event_at END"
            " FROM (SELECT payload IS NULL OR source_updated_at IS NULL"
            " OR source_updated_at <= %(updated_at)s::timestamp AS newer"
            " FROM storefront_snapshot WHERE id = %(id)s) AS compared"
            " WHERE id = %(id)s AND state = 'to_fetch'",
            {
                "id": row["id"],
                "payload": Json(dict(payload)),
                "hash": hash_payload(payload),
                "updated_at": naive_utc(updated_at),
                "pokes": row["poke_count"],
            },
        )

    def _store_missing(self, row):
        """The storefront has no such record: say so where an order came of it, else skip it."""
        snapshot = self.env["storefront.snapshot"].browse(row["id"])
        snapshot.write(
            {
                "state": "skipped",
                "error_code": "not_found",
                "event_at": False,
                # Should it be shown again, it is imported again, which closes the issue.
                "applied_hash": False,
            }
        )
        if snapshot.order_id:
            self.env["storefront.order.cancel"]._report_deleted(snapshot)
