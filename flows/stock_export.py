# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the outbox to the storefront: only what differs, in the largest batches.

Compares what the storefront should show with what it was last known to show, and sends the
differences. Not here: how much that is (``stock_quantity``), noticing that stock changed
(``stock.quant``), what waits for orders (``stock_late``), the calls that send it (``stock_push``).
"""

from decimal import Decimal

from odoo import models

from ..models.storefront_event import now_utc
from ..platforms import errors
from ..platforms.documents.stock import StockChange, StockKey
from .flow import retry_concurrency, unit_of_work
from .stock_late import BURST_SECONDS

ROWS_PER_STEP = 20_000
# Products compared at once: the storefront works on them while the next ones are compared.
PRODUCTS_PER_PART = 1_000
# Rounds of "the storefront showed something else: read it, compare again" before waiting.
STALE_ROUNDS = 3


class StorefrontStockExport(models.AbstractModel):
    _name = "storefront.stock.export"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Export"

    def _drain(self, backend):
        claims = self.env["storefront.claim"].sudo()
        if claims._is_put_off(f"stock:{backend.id}", "orders_first"):
            step, beside = self._step_beside, True
        else:
            step, beside = self._step, False
        return self._drain_alone(
            backend, "stock", lambda adapter: step(backend, adapter), beside=beside
        )

    def _step(self, backend, adapter):
        """Send what the waiting rows stand for, then delete exactly those rows."""
        with unit_of_work(self.env):
            rows = self._read_outbox(backend)
        if not rows:
            return False
        self.env["storefront.stock.late"]._wait_for_burst(backend, rows)
        if not self._send_rows(backend, adapter, rows):
            # What was only sold is shown right meanwhile: looking again is not worth a call.
            seconds = BURST_SECONDS if all(row[2] for row in rows) else 2
            raise errors.RetryLater("orders_first", seconds=seconds, uses_try=False)
        return True

    def _step_beside(self, backend, adapter):
        """Send what waits for no order, while the rest does: products that weren't sold."""
        with unit_of_work(self.env):
            rows = self._read_outbox(backend)
        sold = {row[1] for row in rows if row[2]}
        rows = [row for row in rows if row[1] not in sold]
        return bool(rows) and self._send_rows(backend, adapter, rows)

    def _send_rows(self, backend, adapter, rows):
        """Send what the rows stand for and delete them, but for those that wait for an order;
        return whether there were none of these."""
        push = _Push(rows)
        for _attempt in range(STALE_ROUNDS):
            push.unknown = {}
            parts = self._parts(backend, adapter, push)
            is_large = len(push.product_ids) > PRODUCTS_PER_PART
            pushes = self.env["storefront.stock.push"]
            stale, is_done = pushes._push(backend, adapter, parts, is_large=is_large)
            unknown = {**push.unknown, **stale}
            if is_done and not unknown:
                break
            push.doubted = set()
            push.held |= self._learn(backend, adapter, unknown)
        else:
            raise errors.RetryLater("stock_moving", seconds=2, uses_try=False)
        ended = [row[0] for row in rows if row[1] not in push.held]
        retry_concurrency(self.env, lambda: self._delete_outbox(ended))
        return not push.held

    def _parts(self, backend, adapter, push):
        """Yield {pair: change} of some products after the others. Each part is compared when the
        ones before are on their way; once there is a level that isn't known, none is yielded."""
        overwrites = not adapter.capabilities.stock_compare_and_swap
        look = self._look_overwriting if overwrites else self._look
        waiting = [one for one in push.product_ids if one not in push.held]
        for start in range(0, len(waiting), PRODUCTS_PER_PART):
            part = waiting[start : start + PRODUCTS_PER_PART]
            changes, unknown, held = look(backend, adapter, part, push)
            push.unknown.update(unknown)
            push.held |= held
            if changes and not push.unknown:
                if overwrites:
                    self._doubt_levels(changes)
                yield changes

    def _look(self, backend, adapter, product_ids, push):
        """Return what differs and what isn't known, as ``_compare`` does, without what waits for
        orders, and the ids of the products that do.

        Where a level that was read is to be raised, the storefront is asked for orders first,
        unless it was since then: a sale that nobody told of may have brought the level there."""
        late = self.env["storefront.stock.late"]
        for is_asked in (False, True):
            with unit_of_work(self.env):
                changes, unknown, read = self._compare(backend, product_ids, push.doubted)
                held = late._hold_back(backend, changes, read)
                is_asked = is_asked or late._was_asked_since(backend, changes, read)
            if is_asked:
                break
            late._ask(backend, adapter)
        return changes, unknown, held

    def _look_overwriting(self, backend, adapter, product_ids, push):
        """Return what ``_look`` does where what is sent overwrites whatever is shown."""
        late = self.env["storefront.stock.late"]
        if not late._has_just_asked(backend):
            late._ask(backend, adapter)
        with unit_of_work(self.env):
            changes, unknown, _read = self._compare(backend, product_ids, push.doubted)
            return changes, unknown, late._hold_sold(backend, changes)

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
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, product_id, inventory_external_id, count_in_store"
            " FROM storefront_binding_variant"
            " WHERE backend_id = %s AND product_id = ANY(%s) AND inventory_external_id > ''",
            [backend.id, list(product_ids)],
        )
        rows, locations = self.env.cr.fetchall(), backend.location_ids
        bindings = self.env["storefront.binding.variant"].browse([row[0] for row in rows])
        wanted = self.env["storefront.stock.quantity"]._wanted(backend, bindings, locations)
        sure = [row[0] for row in rows if row[1] not in doubted]
        known, were_read = self._known_levels(sure, locations)
        inventories = {row[0]: row[2] for row in rows}
        to_count = {row[0] for row in rows if row[3]}
        places = {one.id: one.external_id for one in locations}
        changes, unknown = {}, {}
        for pair, quantity in wanted.items():
            expected = known.get(pair)
            if expected == quantity and pair[0] not in to_count:
                continue
            key = StockKey(
                inventory_external_id=inventories[pair[0]], location_external_id=places[pair[1]]
            )
            change = StockChange(key=key, quantity=quantity, expected=expected)
            if expected is None:
                unknown[pair] = change
            else:
                changes[pair] = change
        return changes, unknown, were_read

    def _known_levels(self, binding_ids, locations):
        """Return {pair: quantity}, and {pair: when} of those that were read, not sent, last."""
        self.env.cr.execute(
            "SELECT binding_id, location_id, coalesce(quantity, 0),"
            " CASE WHEN pushed_at IS DISTINCT FROM known_at THEN known_at END"
            " FROM storefront_stock_level WHERE binding_id = ANY(%s) AND location_id = ANY(%s)"
            " AND known_at IS NOT NULL",
            [binding_ids, locations.ids],
        )
        known, were_read, seen = {}, {}, {}  # most of a catalogue shows one of few quantities
        for binding_id, location_id, shown, read_at in self.env.cr.fetchall():
            pair = (binding_id, location_id)
            quantity = seen.get(shown)
            if quantity is None:
                quantity = seen[shown] = Decimal(str(shown)).normalize()
            known[pair] = quantity
            if read_at:
                were_read[pair] = read_at
        return known, were_read

    # talking to the storefront

    def _learn(self, backend, adapter, unknown):
        """Keep what the storefront shows of ``{pair: change}`` whose level isn't known; return the
        ids of the products that wait for orders.

        Nothing is overwritten blindly, and nothing is added to a level before the orders are known
        that may have brought it there: a sale that isn't here yet would be undone. While orders
        that are known of aren't here, what adds waits, and the storefront isn't asked for more."""
        pairs = list(unknown.items())
        size = adapter.capabilities.stock_per_fetch
        tracking = self.env["storefront.stock.tracking"]
        levels, adding, ignored = {}, set(), {}
        for start in range(0, len(pairs), size):
            batch = pairs[start : start + size]
            found = adapter.fetch_stock([change.key for _pair, change in batch])
            bindings = {change.key: pair[0] for pair, change in batch}
            ignored.update(tracking._find(adapter, found, bindings))
            for pair, change in batch:
                levels[pair] = float(found.get(change.key) or 0)
                if change.quantity > levels[pair]:
                    adding.add(pair)
        held, read_at = set(), now_utc()
        if adding:
            late = self.env["storefront.stock.late"]
            with unit_of_work(self.env):
                held = set(late._sold_on_the_way(backend, adding).product_id.ids)
            if not held:
                late._ask(backend, adapter)
        self._record_levels(levels, read_at)
        if ignored:
            retry_concurrency(self.env, lambda: tracking._report(backend, ignored))
        return held

    def _doubt_levels(self, pairs):
        """Have levels that are about to be overwritten read again, unless the answer is kept.

        A call whose answer is lost may have set them: nothing else would tell."""
        levels = self.env["storefront.stock.level"].sudo()
        retry_concurrency(self.env, lambda: levels._doubt_pairs(pairs))

    def _record_levels(self, levels, read_at):
        kept = self.env["storefront.stock.level"].sudo()
        retry_concurrency(self.env, lambda: kept._record(levels, pushed=False, at=read_at))


class _Push:
    """What is known of one push of waiting rows: its products; of these the ``doubted``, which were
    sold, so that what is shown of them isn't known any more, and the ``held``, which wait for
    orders; {pair: change} of levels that are ``unknown``."""

    def __init__(self, rows):
        self.product_ids = sorted({row[1] for row in rows})
        self.doubted = {row[1] for row in rows if row[2]}
        self.held, self.unknown = set(), {}
