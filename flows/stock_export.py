# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the outbox to the storefront: only what differs, in the largest batches.

Compares what the storefront should show with what it was last known to show, and sends the
differences. Not here: how much that is (``stock_quantity``), noticing that stock changed
(``stock.quant``).
"""

import time
import uuid
from decimal import Decimal

from odoo import models

from ..platforms import errors
from ..platforms.documents.stock import StockChange, StockKey
from .flow import lag_ms, retry_concurrency, unit_of_work

ROWS_PER_STEP = 20_000
# Rounds of "the storefront showed something else: read it, compare again" before waiting.
STALE_ROUNDS = 3
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
        product_ids = sorted({product_id for _id, product_id in rows})
        last_id = rows[-1][0]
        for attempt in range(STALE_ROUNDS):
            with unit_of_work(self.env):
                changes, unknown = self._compare(backend, product_ids)
            if unknown:
                self._read_levels(backend, adapter, unknown)
            elif not changes or self._push(backend, adapter, changes, f"{last_id}:{attempt}"):
                break
        else:
            raise errors.RetryLater("stock_moving", seconds=2, uses_try=False)
        retry_concurrency(self.env, lambda: self._delete_outbox([row[0] for row in rows]))
        return True

    def _read_outbox(self, backend):
        self.env.cr.execute(
            "SELECT id, product_id FROM storefront_outbox WHERE backend_id = %s"
            " ORDER BY id LIMIT %s",
            [backend.id, ROWS_PER_STEP],
        )
        return self.env.cr.fetchall()

    def _delete_outbox(self, ids):
        self.env.cr.execute("DELETE FROM storefront_outbox WHERE id = ANY(%s)", [ids])

    # what differs

    def _compare(self, backend, product_ids):
        """Return ({(binding, location): change}, keys whose level isn't known yet)."""
        bindings = self.env["storefront.binding.variant"].search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("product_id", "in", product_ids),
                ("inventory_external_id", "!=", False),
            ],
            ["product_id", "inventory_external_id"],
        )
        locations = backend.location_ids
        wanted = self.env["storefront.stock.quantity"]._wanted(backend, bindings, locations)
        known = self._known_levels(bindings, locations)
        inventories = {one.id: one.inventory_external_id for one in bindings}
        places = {one.id: one.external_id for one in locations}
        changes, unknown = {}, {}
        for pair, quantity in wanted.items():
            key = StockKey(
                inventory_external_id=inventories[pair[0]], location_external_id=places[pair[1]]
            )
            if pair not in known:
                unknown[pair] = key
            elif known[pair] != quantity:
                changes[pair] = StockChange(key=key, quantity=quantity, expected=known[pair])
        return changes, unknown

    def _known_levels(self, bindings, locations):
        levels = self.env["storefront.stock.level"].search_fetch(
            [
                ("binding_id", "in", bindings.ids),
                ("location_id", "in", locations.ids),
                ("known_at", "!=", False),
            ],
            ["binding_id", "location_id", "quantity"],
        )
        return {
            (level.binding_id.id, level.location_id.id): Decimal(str(level.quantity)).normalize()
            for level in levels
        }

    # talking to the storefront

    def _read_levels(self, backend, adapter, unknown):
        """Keep what the storefront shows for pairs whose level isn't known.

        Nothing is overwritten blindly: a sale that isn't here yet would be undone."""
        pairs = list(unknown.items())
        size = adapter.capabilities.stock_per_fetch
        for start in range(0, len(pairs), size):
            batch = pairs[start : start + size]
            found = adapter.fetch_stock([key for _pair, key in batch])
            levels = {pair: float(found.get(key) or 0) for pair, key in batch}
            self._record_levels(levels, pushed=False)

    def _record_levels(self, levels, *, pushed):
        retry_concurrency(
            self.env,
            lambda: self.env["storefront.stock.level"].sudo()._record(levels, pushed=pushed),
        )

    def _push(self, backend, adapter, changes, seed):
        """Send the changes in batches; return whether all of them came to an end."""
        pairs = list(changes.items())
        size = adapter.capabilities.stock_per_push
        is_done = True
        for start in range(0, len(pairs), size):
            batch = dict(pairs[start : start + size])
            is_done &= self._push_batch(backend, adapter, batch, seed)
        return is_done

    def _push_batch(self, backend, adapter, batch, seed):
        """Send one batch; return whether every change came to an end.

        A worker that dies sends the same again under the same key, which has no second effect;
        another attempt has another key, because that of a refused one is spent."""
        started = time.monotonic()
        sent = sorted(
            batch.values(),
            key=lambda change: (change.key.inventory_external_id, change.key.location_external_id),
        )
        key = str(uuid.uuid5(KEY_NAMESPACE, f"{backend.id}:{seed}:{sent!r}"))
        result = adapter.push_stock(sent, idempotency_key=key)
        pairs = {change.key: pair for pair, change in batch.items()}
        accepted = {pairs[key]: float(batch[pairs[key]].quantity) for key in result.accepted}
        retry_concurrency(
            self.env, lambda: self._record_push(backend, batch, pairs, accepted, result, started)
        )
        if result.stale:
            self._check_orders_imported(backend)
            self._read_levels(backend, adapter, {pairs[key]: key for key in result.stale})
        return not (result.stale or result.unsent)

    def _check_orders_imported(self, backend):
        """Raise RetryLater while orders wait: what differs may be a sale that isn't here yet."""
        with unit_of_work(self.env):
            are_coming = backend._has_orders_on_the_way()
        if are_coming:
            raise errors.RetryLater("orders_first", seconds=2, uses_try=False)

    def _record_push(self, backend, batch, pairs, accepted, result, started):
        self.env["storefront.stock.level"].sudo()._record(accepted, pushed=True)
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
        cause = {
            "code": "stock_refused",
            "key": binding.external_id,
            "params": {
                "name": binding.product_id.display_name,
                "message": refusal.message,
                "variant_external_id": binding.external_id,
            },
        }
        self.env["storefront.issue"].sudo()._raise_for(backend, [cause], detail=refusal.code)
