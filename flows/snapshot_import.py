# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From snapshots to records: what waits is imported, a few in a transaction.

Those claimed together share one, which reads only once what they have in common. Where that fails,
be it for one of them, each is imported in a transaction of its own.

Decides what becomes of a success and of an error. Not here: what a document means.
Database only: no call leaves from here.
"""

import logging
import time
from types import SimpleNamespace

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.storefront_backend_jobs import IMPORT_SLOTS, held_wakes
from ..models.storefront_issue import LATER_CODES
from ..platforms import errors
from .flow import (
    Budget,
    MappingMissing,
    lag_ms,
    next_try_at,
    place_of,
    retry_concurrency,
    unit_of_work,
)

_logger = logging.getLogger(__name__)

# Few, so that a burst of orders is shared with the other slots at once.
CLAIM_BATCH = 4
# Seconds after which an import job makes room: where channels are few, stock changes and new
# events wait for one.
IMPORT_BUDGET = 10.0
# Which flow imports which kind of record.
KIND_FLOWS = {"order": "storefront.order.import", "customer": "storefront.customer.update"}


class StorefrontSnapshotImport(models.AbstractModel):
    _name = "storefront.snapshot.import"
    _inherit = "storefront.flow"
    _description = "Storefront Snapshot Import"
    _operation = "order_import"

    # what a flow brings

    def _parse(self, backend, payload):
        """Return the document in a snapshot's payload."""
        raise NotImplementedError

    def _number_of(self, document):
        """Return what people call the record; False where it has no number."""
        return document.number

    def _lock_keys(self, backend, document):
        """Return the names of what two imports must not write at once."""
        raise NotImplementedError

    def _import_document(self, backend, snapshot, document):
        """Apply a document; return (status of the operation, reason code or False)."""
        raise NotImplementedError

    # draining

    def _drain(self, backend, slot=0):
        """Import what waits, a batch at a time, beside other workers."""
        budget, has_help = Budget(IMPORT_BUDGET), slot + 1 >= IMPORT_SLOTS
        is_wanted = True
        while is_wanted and not budget.is_spent:
            snapshots = retry_concurrency(self.env, lambda: self._claim(backend))
            if not snapshots:
                return
            if len(snapshots) == CLAIM_BATCH and not has_help:
                self._wake_committed_slot(backend, slot + 1)
                has_help = True
            with held_wakes(self.env):
                is_wanted = self._import_batch(backend, snapshots, budget)
        self._wake_committed_slot(backend, slot)

    def _import_batch(self, backend, snapshots, budget):
        """Import these, as many as time is left for: together, or one by one where that fails;
        return whether to go on."""
        if len(snapshots) > 1 and self._import_together(backend, snapshots):
            return not self._is_in_the_way(backend)
        for index, snapshot in enumerate(snapshots):
            if budget.is_spent:
                rest = snapshots[index:]
                retry_concurrency(self.env, rest._release_claims)
                return False
            self._flow_of(snapshot)._import_snapshot(backend, snapshot)
        return not self._is_in_the_way(backend)

    def _is_in_the_way(self, backend):
        """Whether stock waits, perhaps because imports have taken up the channel.

        Once one makes room for it, it doesn't wait any more: the others go on."""
        with unit_of_work(self.env):
            return backend._is_stock_waiting()

    def _import_together(self, backend, snapshots):
        """Import these in one transaction, which reads only once what they share; return whether
        it was committed. What went wrong otherwise, each one's own attempt will tell."""
        try:
            with unit_of_work(self.env):
                self._import_once(backend, {one: _new_attempt() for one in snapshots})
        except Exception as error:
            _logger.info("imports one by one, not together: %s", type(error).__name__)
            return False
        return True

    def _flow_of(self, snapshot):
        """Return the flow that imports a snapshot. sudo: with its kind all of it is read, payload
        included, in one query."""
        return self.env[KIND_FLOWS[snapshot.sudo().kind]]

    def _claim(self, backend):
        return self.env["storefront.snapshot"]._claim_for_import(backend, CLAIM_BATCH)

    def _wake_committed_slot(self, backend, slot):
        retry_concurrency(self.env, lambda: backend._wake("import", slot=slot))

    def _import_snapshot(self, backend, snapshot):
        """Import one snapshot in its own transaction; never raises."""
        attempt = _new_attempt()
        try:
            retry_concurrency(self.env, lambda: self._import_once(backend, {snapshot: attempt}))
        except Exception as error:
            retry_concurrency(
                self.env, lambda e=error: self._end_failed(backend, snapshot, attempt, e)
            )

    def _import_once(self, backend, attempts):
        """Import ``{snapshot: attempt}`` within this transaction."""
        waiting, keys = [], []
        for snapshot, attempt in attempts.items():
            stored = snapshot.sudo()  # reads the payload too, which the integration user can't
            if stored.state == "to_import":
                attempt.payload_hash = stored.payload_hash
                flow = self._flow_of(snapshot)
                document = flow._parse(backend, stored.payload)
                keys += flow._lock_keys(backend, document)
                waiting.append((flow, snapshot, document, attempt))
        self._lock(keys)
        for flow, snapshot, document, attempt in waiting:
            attempt.started = time.monotonic()
            snapshot.number = flow._number_of(document)
            status, reason = flow._import_document(backend, snapshot, document)
            # Here, so that the snapshot is written once.
            flow._record_success(
                backend, snapshot, attempt.payload_hash, status, reason, attempt.started
            )

    def _end_failed(self, backend, snapshot, attempt, error):
        """Keep what became of an attempt whose transaction is rolled back.

        Not where the record was fetched again meanwhile: then that is imported."""
        stored = snapshot.sudo()
        if (stored.state, stored.payload_hash) != ("to_import", attempt.payload_hash):
            return
        if isinstance(error, MappingMissing):
            self._require_attention(backend, snapshot, error.causes, attempt.started)
            return
        if not isinstance(error, (errors.StorefrontError, UserError)):
            _logger.error("import of snapshot %s failed: %s", snapshot.id, place_of(error))
        self._record_failure(backend, snapshot, self._failure(error), attempt.started)

    # what became of it

    def _record_success(self, backend, snapshot, payload_hash, status, reason, started):
        event_at = snapshot.event_at
        tries = snapshot.tries
        if snapshot.error_code:
            self._leave_issues(snapshot)
        snapshot._forget_sold()
        snapshot.write(
            {
                "state": "skipped" if status == "skipped" else "done",
                "applied_hash": payload_hash,
                "tries": 0,
                "next_try": False,
                "claimed_until": False,
                "event_at": False,
                "error_code": reason,
                "error_params": reason and snapshot.error_params,
                "error_detail": False,
            }
        )
        self._log_import(backend, snapshot, status, started, event_at, tries + 1, reason)

    def _leave_issues(self, snapshot):
        """Let go of what it waited for; issues of what came of it keep their payload."""
        issues = snapshot.issue_ids.filtered(
            lambda issue: (
                not issue.order_id and not issue.binding_id and issue.code not in LATER_CODES
            )
        )
        # Two last records that come in at once would each see the other one still waiting.
        self._lock([f"issue:{issue.id}" for issue in issues if issue.state == "open"])
        snapshot.issue_ids -= issues
        issues._close_if_nothing_waits()

    def _require_attention(self, backend, snapshot, causes, started, detail=""):
        """Show a human what is missing; the snapshot waits for it."""
        issues = self.env["storefront.issue"]._raise_for(
            backend, causes, snapshot=snapshot, detail=detail
        )
        event_at = snapshot.event_at
        snapshot.write(
            {
                "state": "requires_attention",
                "claimed_until": False,
                "error_code": causes[0]["code"],
                "error_params": causes[0]["params"],
                "issue_ids": [fields.Command.set(issues.ids)],
            }
        )
        snapshot._note_sold()
        self._log_import(
            backend,
            snapshot,
            "requires_attention",
            started,
            event_at,
            snapshot.tries + 1,
            causes[0]["code"],
            causes[0]["params"],
        )

    def _record_failure(self, backend, snapshot, failure, started):
        """Postpone, bury or show a failed import, in the transaction that ends the attempt."""
        if failure["attention"]:
            cause = {
                "code": failure["code"],
                "key": snapshot.external_id,
                "params": failure["params"],
            }
            self._require_attention(backend, snapshot, [cause], started, failure["detail"])
            return
        tries = snapshot.tries + bool(failure["uses_try"])
        next_try = next_try_at(tries, failure["seconds"])
        snapshot.write(
            {
                "state": "to_import" if next_try else "dead",
                "tries": tries,
                "next_try": next_try,
                "claimed_until": False,
                "error_code": failure["code"],
                "error_params": failure["params"],
                "error_detail": failure["detail"],
            }
        )
        snapshot._note_sold()
        if next_try and failure["seconds"]:
            backend._wake("import", seconds=failure["seconds"])
        status = "retry" if next_try else "dead"
        self._log_import(
            backend,
            snapshot,
            status,
            started,
            snapshot.event_at,
            tries,
            failure["code"],
            failure["params"],
        )

    def _log_import(
        self, backend, snapshot, status, started, event_at, tries, code=False, params=False
    ):
        if not snapshot.number:
            snapshot.number = self._find_number(backend, snapshot)
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": self._operation,
                "source_ref": snapshot.external_id,
                "order_number": snapshot.number,
                "target_ref": f"sale.order,{snapshot.order_id.id}" if snapshot.order_id else False,
                "status": status,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "lag_ms": lag_ms(event_at),
                "tries": tries,
                "error_code": code,
                "error_params": params,
                "item_count": 1,
            },
        )

    def _find_number(self, backend, snapshot):
        """Return how people call a record whose import failed; False where that can't be read."""
        payload = snapshot.sudo().payload
        try:
            return bool(payload) and self._number_of(self._parse(backend, payload))
        except Exception as error:  # what made the import fail may be the payload itself
            _logger.debug("snapshot %s has no number: %s", snapshot.id, type(error).__name__)
            return False


def _new_attempt():
    """What is known of an attempt to import: when it began, and what of."""
    return SimpleNamespace(started=time.monotonic(), payload_hash=None)
