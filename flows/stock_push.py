# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls that set quantities, and what became of each.

Two are on their way at once: the storefront works on one while the answer to the other is kept.
They set different quantities, so their order doesn't matter. Not here: what is sent
(``stock_export``).
"""

import threading
import time
import uuid
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from operator import itemgetter

from odoo import models, modules

from ..models.storefront_issue import STOCK_REFUSALS
from ..platforms.documents.stock import StockResult
from .flow import lag_ms, retry_concurrency, unit_of_work

# Calls on their way at once: the storefront needn't wait for us, and we for it only once.
LANES = 2
# Batches that are given to the lanes before the answer to the first one is kept: enough for them to
# have work while answers are kept.
AHEAD = 6
# So many answers are kept together, and so long one waits for others.
KEPT_TOGETHER = 3
KEPT_SECONDS = 0.5
KEY_NAMESPACE = uuid.UUID("6d5f7a94-3a63-4f0e-9a77-1d6f0c4b8e21")


class StorefrontStockPush(models.AbstractModel):
    _name = "storefront.stock.push"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Push"

    def _push(self, backend, adapter, parts, *, is_large=False):
        """Send ``{pair: change}`` in batches, a part after the other, as ``parts`` brings them;
        return those that met another level than was known, and whether all came to an end.

        ``is_large``: there may be more than one part. After an error nothing more is sent, but the
        answers still to come are kept."""
        first = next(parts, None)
        if first is None:
            return {}, True
        with unit_of_work(self.env):  # ends before the calls: no transaction waits for HTTP
            oldest = self._oldest(backend)
        stale, is_done = {}, True
        is_large |= len(first) > adapter.capabilities.stock_per_push
        batches = self._batches(backend, adapter, chain([first], parts))
        with _lanes(backend, adapter, is_large) as (ahead, send):
            most = KEPT_TOGETHER if ahead else 1
            for answers in _together(_answers(batches, ahead, send), most):
                retry_concurrency(self.env, lambda a=answers: self._record(backend, a, oldest))
                for batch, result in answers:
                    stale.update(batch.of(result.stale))
                    is_done &= not (result.stale or result.unsent)
        return stale, is_done

    def _batches(self, backend, adapter, parts):
        """Yield the changes in batches, in the same ones if it has to be done again."""
        size = adapter.capabilities.stock_per_push
        number = self.env["storefront.claim"].sudo()._count_answers(f"stock:{backend.id}")
        to_count, rest = set(), []
        for changes in chain(parts, [None]):
            if changes:
                to_count |= self._to_count(adapter, changes)
                rest += sorted(changes.items(), key=itemgetter(0))
            while len(rest) >= size or (rest and not changes):
                batch = dict(rest[:size])
                own = to_count.intersection(binding_id for binding_id, _location_id in batch)
                yield _Batch(backend.id, number, batch, own)
                del rest[:size]
                number += 1

    def _to_count(self, adapter, pairs):
        """Return the bindings of what the storefront is to count from now on."""
        if not adapter.capabilities.stock_tracking:
            return set()
        with unit_of_work(self.env):
            self.env.cr.execute(
                "SELECT id FROM storefront_binding_variant WHERE id = ANY(%s) AND count_in_store",
                [list({pair[0] for pair in pairs})],
            )
            return {binding_id for (binding_id,) in self.env.cr.fetchall()}

    def _record(self, backend, answers, oldest):
        """Keep what became of batches, and that their keys are spent, in one transaction.

        ``oldest``: since when what is sent has waited."""
        # A crash of the server may take it back: then it is sent again under the same key.
        self.env.cr.execute("SET LOCAL synchronous_commit TO off")
        accepted, refused = {}, {}
        for batch, result in answers:
            accepted.update(batch.quantities(result.accepted))
            # Kept as known, so that a refused value isn't sent again until it changes.
            refused.update(batch.quantities(refusal.key for refusal in result.refused))
            for refusal in result.refused:
                self._report_refusal(backend, batch.pairs[refusal.key][0], refusal)
        self.env["storefront.operation"]._log_all(
            backend, [self._operation_of(batch, result, oldest) for batch, result in answers]
        )
        levels = self.env["storefront.stock.level"].sudo()
        levels._record(accepted, pushed=True)
        levels._record(refused, pushed=False)
        to_count = {one for batch, _result in answers for one in batch.to_count}
        # sudo: the outbound user writes no bindings, and this is a job it has done.
        bindings = self.env["storefront.binding.variant"].sudo()
        counted = {binding_id for binding_id, _location_id in accepted} & to_count
        bindings.browse(counted).count_in_store = False
        claims = self.env["storefront.claim"].sudo()
        claims._note_answer(f"stock:{backend.id}", answers[-1][0].number)

    def _operation_of(self, batch, result, oldest):
        """Return what is kept in the log of a batch."""
        is_stale = bool(result.stale) and not result.accepted
        return {
            "type": "stock_push",
            "status": "retry" if is_stale else "success",
            "error_code": "stock_moving" if is_stale else False,
            "duration_ms": batch.duration_ms,
            "lag_ms": lag_ms(oldest),
            "item_count": len(batch.changes),
            "items": [[*change.key, float(change.quantity)] for change in batch.changes],
        }

    def _oldest(self, backend):
        waiting = self.env["storefront.outbox"]._oldest_by_backend([backend.id])
        return waiting.get(backend.id)

    def _report_refusal(self, backend, binding_id, refusal):
        # sudo: who reconciles reads no products, and this names one.
        binding = self.env["storefront.binding.variant"].sudo().browse(binding_id)
        cause = {
            "code": refusal.code if refusal.code in STOCK_REFUSALS else "stock_refused",
            "key": binding.external_id,
            "params": {
                "name": binding.product_id.display_name,
                "message": refusal.message,
                "variant_external_id": binding.external_id,
            },
        }
        self.env["storefront.issue"].sudo()._raise_for(backend, [cause], detail=refusal.code)


class _Batch:
    """Changes of one call, and the key that makes a repetition of it have no second effect.

    What gets no answer is sent again under the same key. Once there was an answer the key is spent:
    the same under it would be refused for ever. So the key is made of what is sent and of the
    number of the answer it is to get."""

    def __init__(self, backend_id, number, changes, to_count=frozenset()):
        self.number, self.duration_ms, self.to_count = number, 0, to_count
        self.changes = list(changes.values())
        self.pairs = {change.key: pair for pair, change in changes.items()}
        self._quantities = {change.key: float(change.quantity) for change in self.changes}
        sent = ";".join(
            f"{change.key.inventory_external_id} {change.key.location_external_id}"
            f" {change.quantity} {change.expected}"
            for change in self.changes
        )
        self.key = str(uuid.uuid5(KEY_NAMESPACE, f"{backend_id}:{number}:{sent}"))

    def send(self, adapter):
        """Make the call; return what became of it."""
        started = time.monotonic()
        result = self._call(adapter)
        self.duration_ms = round((time.monotonic() - started) * 1000)
        return result

    def _call(self, adapter):
        """Set what the storefront counts; what it is to count from now on first, by a call that
        does no harm twice."""
        begun, others = [], []
        for change in self.changes:
            is_begun = self.pairs[change.key][0] in self.to_count
            (begun if is_begun else others).append(change)
        results = []
        if begun:
            results.append(adapter.track_stock(begun))
        if others:
            results.append(adapter.push_stock(others, idempotency_key=self.key))
        names = ("accepted", "stale", "refused", "unsent")
        return StockResult(
            **{name: sum((getattr(one, name) for one in results), ()) for name in names}
        )

    def of(self, keys):
        """Return {pair: change} of some of its changes."""
        wanted = set(keys)
        return {self.pairs[one.key]: one for one in self.changes if one.key in wanted}

    def quantities(self, keys):
        """Return {pair: quantity} of some of its changes."""
        return {self.pairs[key]: self._quantities[key] for key in keys}


def _answers(batches, ahead, send):
    """Yield each batch and what became of it, in turn, with so many ``ahead`` given to ``send``.

    After an error nothing more is sent; it is raised once what is on its way has been answered."""
    waiting, failure = deque(), None
    while True:
        try:
            while not failure and len(waiting) <= ahead:
                batch = next(batches, None)
                if batch is None:
                    break
                waiting.append((batch, send(batch)))
        except Exception as error:  # one of making the next batch
            failure = error
        if not waiting:
            break
        batch, answer = waiting.popleft()
        if failure and answer.cancel():
            continue
        error = answer.exception()
        if error is None:
            yield batch, answer.result()
        failure = failure or error
    if failure:
        raise failure


def _together(answers, most):
    """Yield answers in lists that are kept together, of at most ``most``.

    What came before an error is yielded, then it is raised."""
    kept, since = [], 0.0
    try:
        for answer in answers:
            since = since if kept else time.monotonic()
            kept.append(answer)
            if len(kept) >= most or time.monotonic() - since > KEPT_SECONDS:
                yield kept
                kept = []
    except Exception:
        if kept:
            yield kept
        raise
    if kept:
        yield kept


@contextmanager
def _lanes(backend, adapter, is_large):
    """Yield how many batches may be sent before the answer to one, and what sends it: a function
    that returns a future.

    An adapter isn't shared between threads, nor is a cursor: each thread has its own. Where one
    call is enough, and inside a test, whose transaction is one, it is made in place."""
    if modules.module.current_test or not is_large:
        yield 0, lambda batch: _in_place(batch, adapter)
        return
    own = threading.local()
    with ExitStack() as cursors, ThreadPoolExecutor(LANES, "stock") as pool:

        def begin():
            threading.current_thread().dbname = backend.env.cr.dbname  # for its lines in the log
            own.cr = cursors.enter_context(backend.env.registry.cursor())
            own.adapter = backend.with_env(backend.env(cr=own.cr))._adapter_for("stock")

        def send(batch):
            if not hasattr(own, "adapter"):
                begin()
            try:
                return batch.send(own.adapter)
            finally:
                own.cr.rollback()  # it has only read

        yield AHEAD, lambda batch: pool.submit(send, batch)


def _in_place(batch, adapter):
    future = Future()
    try:
        future.set_result(batch.send(adapter))
    except Exception as error:
        future.set_exception(error)
    return future
