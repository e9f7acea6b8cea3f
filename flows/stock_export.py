# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the outbox to the storefront: only what differs, in the largest batches.

Compares what the storefront should show with what it was last known to show, and sends the
differences. Not here: how much that is (``stock_quantity``), noticing that stock changed
(``stock.quant``).
"""

import time
import uuid
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models

from ..models.storefront_issue import STOCK_REFUSALS
from ..platforms import errors
from ..platforms.documents.stock import StockChange, StockKey, StockResult
from .flow import lag_ms, retry_concurrency, unit_of_work

ROWS_PER_STEP = 20_000
# Rounds of "the storefront showed something else: read it, compare again" before waiting.
STALE_ROUNDS = 3
# So long what a storefront sold may wait for more of it.
BURST_SECONDS = 10
# How long after a sale its webhook may come, and clocks may differ.
TOLD_LATE = timedelta(minutes=2)
KEY_NAMESPACE = uuid.UUID("6d5f7a94-3a63-4f0e-9a77-1d6f0c4b8e21")


class StorefrontStockExport(models.AbstractModel):
    _name = "storefront.stock.export"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Export"

    def _drain(self, backend):
        return self._drain_alone(backend, "stock", lambda adapter: self._step(backend, adapter))

    def _step(self, backend, adapter):
        """Send what the waiting rows stand for, then delete exactly those rows."""
        with unit_of_work(self.env):
            rows = self._read_outbox(backend)
        if not rows:
            return False
        self._wait_for_burst(backend, rows)
        product_ids = {row[1] for row in rows}
        # What the storefront sold, it shows less of: its level isn't known any more.
        doubted = {row[1] for row in rows if row[2]}
        if not adapter.capabilities.stock_compare_and_swap:
            doubted = product_ids
        learned, held = {}, set()
        for _attempt in range(STALE_ROUNDS):
            with unit_of_work(self.env):
                changes, unknown, read = self._compare(backend, product_ids - held, doubted)
                held |= self._hold_back(backend, changes, {**read, **learned})
            doubted = ()
            is_done = not unknown
            if is_done and changes:
                unknown, is_done = self._push(backend, adapter, changes)
            if is_done:
                break
            learned.update(dict.fromkeys(unknown, fields.Datetime.now()))
            self._learn(backend, adapter, unknown)
        else:
            raise errors.RetryLater("stock_moving", seconds=2, uses_try=False)
        ended = [row[0] for row in rows if row[1] not in held]
        retry_concurrency(self.env, lambda: self._delete_outbox(ended))
        if held:
            raise errors.RetryLater("orders_first", seconds=2, uses_try=False)
        return True

    def _wait_for_burst(self, backend, rows):
        """Raise RetryLater where all there is to send comes from orders, and more of them come.

        The storefront has subtracted what it sold: there is no hurry, and a burst of orders needs
        one look at the levels."""
        if all(row[2] for row in rows):
            waited = (fields.Datetime.now() - rows[0][3]).total_seconds()
            with unit_of_work(self.env):
                is_burst = waited < BURST_SECONDS and backend._first_order_on_the_way()
            if is_burst:
                raise errors.RetryLater("orders_first", seconds=2, uses_try=False)

    def _hold_back(self, backend, changes, read):
        """Take out of ``changes`` what waits for orders; return the ids of its products.

        That is what adds to a level which was read, not sent, last, at ``read``'s naive UTC time,
        while an order from before then isn't here yet: the sale may have brought the level there,
        and would be undone. An order from after then makes the level stale, so it doesn't count."""
        adding = {
            pair: read[pair]
            for pair, change in changes.items()
            if pair in read and change.quantity > change.expected
        }
        first = adding and backend._first_order_on_the_way()
        late = {pair for pair, at in adding.items() if first and first <= at + TOLD_LATE}
        for pair in late:
            del changes[pair]
        bindings = self.env["storefront.binding.variant"].browse({pair[0] for pair in late})
        return set(bindings.product_id.ids)

    def _read_outbox(self, backend):
        self.env.cr.execute(
            "SELECT id, product_id, is_sold, create_date FROM storefront_outbox"
            " WHERE backend_id = %s ORDER BY id LIMIT %s",
            [backend.id, ROWS_PER_STEP],
        )
        return self.env.cr.fetchall()

    def _delete_outbox(self, ids):
        self.env.cr.execute("DELETE FROM storefront_outbox WHERE id = ANY(%s)", [ids])

    # what differs

    def _compare(self, backend, product_ids, doubted=()):
        """Return what differs, {(binding, location): change}, the same of pairs whose level isn't
        known, and when it was read of those whose level was read, not sent, last.

        ``doubted``: products whose levels aren't what they were."""
        bindings = self.env["storefront.binding.variant"].search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("product_id", "in", list(product_ids)),
                ("inventory_external_id", "!=", False),
            ],
            ["product_id", "inventory_external_id", "count_in_store"],
        )
        locations = backend.location_ids
        wanted = self.env["storefront.stock.quantity"]._wanted(backend, bindings, locations)
        sure = bindings.filtered(lambda binding: binding.product_id.id not in doubted)
        known, were_read = self._known_levels(sure, locations)
        uncounted = set(bindings.filtered("count_in_store").ids)
        inventories = {one.id: one.inventory_external_id for one in bindings}
        places = {one.id: one.external_id for one in locations}
        changes, unknown = {}, {}
        for pair, quantity in wanted.items():
            if pair in known and known[pair] == quantity and pair[0] not in uncounted:
                continue
            key = StockKey(
                inventory_external_id=inventories[pair[0]], location_external_id=places[pair[1]]
            )
            change = StockChange(key=key, quantity=quantity, expected=known.get(pair))
            if change.expected is None:
                unknown[pair] = change
            else:
                changes[pair] = change
        return changes, unknown, were_read

    def _known_levels(self, bindings, locations):
        """Return {pair: quantity}, and {pair: when} of those that were read, not sent, last."""
        levels = self.env["storefront.stock.level"].search_fetch(
            [
                ("binding_id", "in", bindings.ids),
                ("location_id", "in", locations.ids),
                ("known_at", "!=", False),
            ],
            ["binding_id", "location_id", "quantity", "known_at", "pushed_at"],
        )
        known, were_read = {}, {}
        for level in levels:
            pair = (level.binding_id.id, level.location_id.id)
            known[pair] = Decimal(str(level.quantity)).normalize()
            if level.pushed_at != level.known_at:
                were_read[pair] = level.known_at
        return known, were_read

    # talking to the storefront

    def _learn(self, backend, adapter, unknown):
        """Keep what the storefront shows of ``{pair: change}`` whose level isn't known.

        Nothing is overwritten blindly, and nothing is added to a level before the orders are known
        that may have brought it there: a sale that isn't here yet would be undone."""
        pairs = list(unknown.items())
        size = adapter.capabilities.stock_per_fetch
        levels, adds = {}, False
        for start in range(0, len(pairs), size):
            batch = pairs[start : start + size]
            found = adapter.fetch_stock([change.key for _pair, change in batch])
            for pair, change in batch:
                levels[pair] = float(found.get(change.key) or 0)
                adds |= change.quantity > levels[pair]
        if adds:
            self._ask_for_orders(backend, adapter)
        self._record_levels(levels, pushed=False)

    def _ask_for_orders(self, backend, adapter):
        """Have the storefront's orders up to now noted, also those no webhook told of yet."""
        if backend.inbound_user_id:
            polls = self.env["storefront.order.poll"]
            polls._flow_env(backend, backend.inbound_user_id)._catch_up(backend, adapter)

    def _record_levels(self, levels, *, pushed):
        retry_concurrency(
            self.env,
            lambda: self.env["storefront.stock.level"].sudo()._record(levels, pushed=pushed),
        )

    def _push(self, backend, adapter, changes):
        """Send the changes in batches; return those that met another level than was known, and
        whether all of them came to an end."""
        pairs = list(changes.items())
        size = adapter.capabilities.stock_per_push
        stale, is_done = {}, True
        for start in range(0, len(pairs), size):
            batch = dict(pairs[start : start + size])
            result = self._push_batch(backend, adapter, batch)
            by_key = {change.key: pair for pair, change in batch.items()}
            stale.update((by_key[key], batch[by_key[key]]) for key in result.stale)
            is_done &= not (result.stale or result.unsent)
        return stale, is_done

    def _push_batch(self, backend, adapter, batch):
        """Send one batch; return what became of it, which is recorded.

        What gets no answer is sent again under the same key, which has no second effect. Once there
        was an answer the key is spent: the same under it would be refused for ever."""
        started = time.monotonic()
        sent = sorted(
            batch.values(),
            key=lambda change: (change.key.inventory_external_id, change.key.location_external_id),
        )
        claims, claim = self.env["storefront.claim"].sudo(), f"stock:{backend.id}"
        name = f"{backend.id}:{claims._count_answers(claim)}:{sent!r}"
        key = str(uuid.uuid5(KEY_NAMESPACE, name))
        pairs = {change.key: pair for pair, change in batch.items()}
        result = self._send(adapter, sent, pairs, key)
        accepted = {pairs[key]: float(batch[pairs[key]].quantity) for key in result.accepted}
        retry_concurrency(
            self.env, lambda: self._record_push(backend, batch, pairs, accepted, result, started)
        )
        claims._note_answer(claim)
        return result

    def _send(self, adapter, sent, pairs, key):
        """Send a batch; what somebody wants counted from now on is told so."""
        uncounted = set()
        if adapter.capabilities.stock_tracking:
            with unit_of_work(self.env):
                ids = [pair[0] for pair in pairs.values()]
                bindings = self.env["storefront.binding.variant"].browse(ids)
                uncounted = set(bindings.filtered("count_in_store").ids)
        started = [change for change in sent if pairs[change.key][0] in uncounted]
        if not started:
            return adapter.push_stock(sent, idempotency_key=key)
        others = [change for change in sent if pairs[change.key][0] not in uncounted]
        results = [adapter.track_stock(started)]
        if others:
            results.append(adapter.push_stock(others, idempotency_key=key))
        names = ("accepted", "stale", "refused", "unsent")
        return StockResult(
            **{name: sum((getattr(one, name) for one in results), ()) for name in names}
        )

    def _record_push(self, backend, batch, pairs, accepted, result, started):
        self.env["storefront.stock.level"].sudo()._record(accepted, pushed=True)
        bindings = self.env["storefront.binding.variant"].browse({pair[0] for pair in accepted})
        # sudo: the outbound user writes no bindings, and this is a job it has done.
        bindings.filtered("count_in_store").sudo().write({"count_in_store": False})
        for refusal in result.refused:
            self._report_refusal(backend, pairs[refusal.key][0], refusal)
        refused = {
            pairs[refusal.key]: float(batch[pairs[refusal.key]].quantity)
            for refusal in result.refused
        }
        # Kept as known, so that a refused value isn't sent again until it changes.
        self.env["storefront.stock.level"].sudo()._record(refused, pushed=False)
        is_stale = bool(result.stale) and not accepted
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "stock_push",
                "status": "retry" if is_stale else "success",
                "error_code": "stock_moving" if is_stale else False,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "lag_ms": self._lag(backend),
                "item_count": len(batch),
                "items": [
                    [
                        change.key.inventory_external_id,
                        change.key.location_external_id,
                        float(change.quantity),
                    ]
                    for change in batch.values()
                ],
            },
        )

    def _lag(self, backend):
        """Return the milliseconds the oldest waiting change has waited."""
        self.env.cr.execute(
            "SELECT create_date FROM storefront_outbox WHERE backend_id = %s ORDER BY id LIMIT 1",
            [backend.id],
        )
        row = self.env.cr.fetchone()
        return lag_ms(row and row[0])

    def _report_refusal(self, backend, binding_id, refusal):
        binding = self.env["storefront.binding.variant"].browse(binding_id)
        is_known = refusal.code in STOCK_REFUSALS
        cause = {
            "code": refusal.code if is_known else "stock_refused",
            "key": binding.external_id,
            "params": {
                "name": binding.product_id.display_name,
                "message": refusal.message,
                "variant_external_id": binding.external_id,
            },
        }
        self.env["storefront.issue"].sudo()._raise_for(backend, [cause], detail=refusal.code)
