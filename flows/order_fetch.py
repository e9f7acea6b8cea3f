# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From events to snapshots: what webhooks point at is fetched in its current state.

The only flow that reads orders and customers over HTTP; it writes neither.
"""

import math
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
# Between two calls of one drain that aren't full changes gather so long: else a burst of webhooks
# costs almost as many calls as it has orders.
GATHER_SECONDS = 0.5
# What is wrong with one record, however often it is fetched.
UNREADABLE = (errors.BadPayload, errors.NotFound, errors.Rejected)


class StorefrontOrderFetch(models.AbstractModel):
    _name = "storefront.order.fetch"
    _inherit = "storefront.flow"
    _description = "Storefront Order Fetch"

    def _drain(self, backend):
        asked = {}
        return self._drain_alone(
            backend, "fetch", lambda adapter: self._step(backend, adapter, asked)
        )

    def _step(self, backend, adapter, asked):
        """Absorb waiting events and fetch one call's worth of records; False: nothing to do.

        ``asked``: {kind: when this drain last asked for some, time.monotonic()}."""
        kinds = self._fetched_kinds(adapter)
        absorbed, waiting = self._look(backend, kinds)
        if waiting and self._let_gather(waiting, kinds, asked):
            _absorbed, waiting = self._look(backend, kinds)
        if not waiting:
            if asked:
                self._let_stock_go(backend)
            return absorbed
        started = asked[waiting[0]["kind"]] = time.monotonic()
        ids = [row["external_id"] for row in waiting]
        try:
            records = adapter.fetch_records(waiting[0]["kind"], ids)
        except UNREADABLE:
            self._fetch_apart(backend, adapter, waiting)
        else:
            retry_concurrency(self.env, lambda: self._store(backend, waiting, records, started))
        return True

    def _look(self, backend, kinds):
        """Return whether there were events, and what waits to be fetched by the next call."""
        absorbed = retry_concurrency(self.env, lambda: self._absorb(backend, kinds))
        with unit_of_work(self.env):  # ends before the call: no transaction waits for HTTP
            return absorbed, self._read_waiting(backend, kinds)

    def _let_gather(self, waiting, kinds, asked):
        """Wait for more changes where there is room for them; return whether it did."""
        kind = waiting[0]["kind"]
        since = time.monotonic() - asked.get(kind, -math.inf)
        if len(waiting) >= kinds[kind] or since >= GATHER_SECONDS:
            return False
        time.sleep(GATHER_SECONDS - since)
        return True

    def _let_stock_go(self, backend):
        """Wake what stock waits for nothing but to know what these orders sold."""
        if self.env["storefront.claim"].sudo()._is_put_off(f"stock:{backend.id}", "orders_first"):
            self._wake_committed(backend, "stock")

    def _fetched_kinds(self, adapter):
        """Return ``{kind: how many fit a call}`` of what this storefront has records of, the most
        urgent first."""
        limits = {
            "order": adapter.capabilities.orders_per_fetch,
            "customer": adapter.capabilities.customers_per_fetch,
        }
        return {kind: limit for kind, limit in limits.items() if limit}

    def _fetch_apart(self, backend, adapter, waiting):
        """Fetch one by one, so that a record that can't be read holds up no other."""
        for row in waiting:
            started = time.monotonic()
            try:
                records = adapter.fetch_records(row["kind"], [row["external_id"]])
                work = partial(self._store, backend, [row], records, started)
            except UNREADABLE as error:
                work = partial(self._set_aside, backend, row, self._failure(error), started)
            retry_concurrency(self.env, work)

    def _set_aside(self, backend, row, failure, started):
        """Show a record to a human, unless somebody has asked for it again meanwhile."""
        snapshot = self.env["storefront.snapshot"].browse(row["id"])
        if snapshot.poke_count == row["poke_count"]:
            flow = self.env["storefront.snapshot.import"]._flow_of(snapshot)
            flow._record_failure(backend, snapshot, failure, started)

    def _absorb(self, backend, kinds):
        """Turn pending events into snapshots to fetch: a hundred of one order make one."""
        self.env.cr.execute(
            "SELECT id, kind, external_id, coalesce(occurred_at, create_date), merged_into"
            " FROM storefront_event WHERE backend_id = %s AND state = 'pending'"
            f" AND {IS_POKE} ORDER BY id LIMIT %s",
            [backend.id, EVENTS_PER_STEP],
        )
        rows = self.env.cr.fetchall()
        if not rows:
            return False
        earliest, merges = {}, {}
        for _id, kind, external_id, moment, merged_into in rows:
            # What was merged into another record has changed that one, too.
            for one in filter(None, (external_id, merged_into)) if kind in kinds else ():
                earliest[kind, one] = min(moment, earliest.get((kind, one), moment))
            if merged_into:
                merges[kind, external_id] = merged_into
        for (kind, external_id), moment in sorted(earliest.items()):
            merged_into = merges.get((kind, external_id))
            self._poke(backend, kind, external_id, moment, merged_into=merged_into)
        self.env.cr.execute(
            "UPDATE storefront_event SET state = 'done' WHERE id = ANY(%s)",
            [[row[0] for row in rows]],
        )
        return True

    def _poke(self, backend, kind, external_id, moment, listed_at=None, merged_into=None):
        """Ask for a record that changed at ``moment``; both times are naive UTC.

        ``listed_at``: the change a listing told of, which isn't news a second time;
        ``merged_into``: the record this one is said to be part of now."""
        self.env.cr.execute(
            "INSERT INTO storefront_snapshot AS snapshot (backend_id, kind, external_id, state,"
            " event_at, listed_at, merged_into, poke_count, tries, create_uid, create_date,"
            " write_uid, write_date) VALUES (%(backend)s, %(kind)s, %(external_id)s, 'to_fetch',"
            " %(moment)s, %(listed_at)s, %(merged_into)s, 1, 0, %(uid)s, %(now)s, %(uid)s, %(now)s)"
            " ON CONFLICT (backend_id, kind, external_id) DO UPDATE SET state = 'to_fetch',"
            " poke_count = snapshot.poke_count + 1, tries = 0, next_try = NULL,"
            " event_at = least(snapshot.event_at, excluded.event_at), write_date = %(now)s,"
            " merged_into = coalesce(excluded.merged_into, snapshot.merged_into),"
            " listed_at = greatest(snapshot.listed_at, excluded.listed_at),"
            # What changes by itself doesn't wait behind a history that is imported by hand.
            " import_id = CASE WHEN snapshot.order_id IS NULL THEN snapshot.import_id END",
            {
                "backend": backend.id,
                "kind": kind,
                "external_id": external_id,
                "moment": moment,
                "listed_at": listed_at,
                "merged_into": merged_into,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )

    def _read_waiting(self, backend, kinds):
        """Return what waits of the first kind of which anything does, as much as fits a call."""
        for kind, limit in kinds.items():
            self.env.cr.execute(
                "SELECT id, kind, external_id, poke_count FROM storefront_snapshot"
                " WHERE backend_id = %s AND state = 'to_fetch' AND kind = %s"
                " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')"
                # What was asked for by hand goes last: today's don't wait behind old ones.
                " ORDER BY import_id IS NOT NULL, id LIMIT %s",
                [backend.id, kind, limit],
            )
            rows = self.env.cr.dictfetchall()
            if rows:
                return rows
        return []

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
                "type": f"{waiting[0]['kind']}_fetch",
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
        """Store an order without its customer; not at all where the platform can't tell them, nor
        a customer itself."""
        try:
            if row["kind"] == "customer":
                raise errors.Unsupported("privacy")
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
            " THEN CASE WHEN order_id IS NULL AND (kind = 'order' OR error_code IS NOT NULL)"
            " THEN 'skipped' ELSE 'done' END"
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
        snapshot._forget_sold()
        if snapshot.merged_into:
            self.env["storefront.customer.merge"]._merge_accounts(
                snapshot.backend_id, snapshot.external_id, snapshot.merged_into
            )
        if snapshot.order_id:
            self.env["storefront.order.cancel"]._report_deleted(snapshot)
