# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every variant shows in the storefront beside what it should show, and the repair.

A run reads page by page, and each page is a transaction. What differs may be an order that isn't
here yet, so orders are read up to after that moment, then the storefront is asked once more: what
shows the same quantity as before, and still another than it should, is drift. Repairs go the way
of every change: by the outbox, with compare-and-swap. Not here: how much should be shown
(``stock_quantity``), how it is sent (``stock_export``).
"""

import math
import time
from bisect import bisect_right
from operator import itemgetter

from odoo import fields, models

from ..platforms import errors
from ..platforms.documents.stock import StockKey
from . import stock_quantity
from .flow import retry_concurrency, unit_of_work
from .stock_late import INDEX_LAG
from .stock_page import Page, page_size

# Calls of one look at what differed, and of one repair.
LOOK_CALLS = 20
# Variants computed at once. No more: the planner would take it for a report, and compile it.
COMPUTED_AT_ONCE = 20_000
# Pages are noted together once they have so many variants, or took so long: what a worker that is
# killed has to do again.
NOTED_AT_ONCE = 10_000
NOTED_SECONDS = 15
# A level that moves at each look is in work: the next run sees whether it is right.
MAX_LOOKS = 3
# Of so few variants each is repaired without asking: a share of them means nothing.
SMALL_CATALOGUE = 50
WAIT_SECONDS = 2
LONG_WAIT_SECONDS = 60


class StorefrontStockReconcile(models.AbstractModel):
    _name = "storefront.stock.reconcile"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Reconciliation"

    def _drain(self, backend):
        ahead = []  # pages that this drain has prepared
        return self._drain_alone(
            backend, "reconcile", lambda adapter: self._step(backend, adapter, ahead)
        )

    def _step(self, backend, adapter, ahead):
        """Go on with the backend's run; return whether there was one."""
        with unit_of_work(self.env):
            run = self.env["storefront.reconciliation"]._find_running(backend)
            step = run.step
        if not run:
            return False
        if step == "read":
            self._step_read(backend, adapter, run, ahead)
        else:
            getattr(self, f"_step_{step}")(backend, adapter, run)
        return True

    # reading

    def _step_read(self, backend, adapter, run, ahead):
        """Compare some pages of variants."""
        size = page_size(adapter.capabilities.stock_per_fetch)
        with unit_of_work(self.env):  # ends before the calls: no transaction waits for HTTP
            position = run.position
            tracked = adapter.capabilities.stock_tracking and not run.is_dry
            to_settle = tracked and self.env["storefront.stock.tracking"]._has_issues(backend)
            if not ahead or ahead[0].first != position:
                ahead[:] = self._pages(backend, position, size)
        if not ahead:
            self._go_on(run, lambda: run.write({"step": "check"}))
            return
        compared = []
        try:
            self._compare(adapter, ahead, tracked, to_settle, compared)
        finally:  # what was read before an error isn't read again
            self._go_on(run, lambda: self._note(backend, run, compared))

    def _compare(self, adapter, ahead, tracked, to_settle, compared):
        """Take pages from ``ahead`` until it is time to note them, and add to ``compared`` what
        was found on each: see ``_note``.

        ``tracked``: look for what the storefront doesn't count; ``to_settle``: and for what it
        counts by now."""
        count, started = 0, time.monotonic()
        while ahead and count < NOTED_AT_ONCE:
            page, read_at = ahead.pop(0), fields.Datetime.now()
            keys = page.keys()
            shown = adapter.fetch_stock(keys)
            looked, ignored = None, {}
            if to_settle or (tracked and None in shown.values()):
                looked = (shown, page.bindings(keys))
                ignored = self.env["storefront.stock.tracking"]._find(adapter, *looked)
            compared.append((page, page.differences(keys, shown), read_at, looked, ignored))
            count += page.count
            if time.monotonic() - started > NOTED_SECONDS:
                ahead.clear()  # what was computed for a slow storefront would be old

    def _note(self, backend, run, compared):
        tracking = self.env["storefront.stock.tracking"]
        tracking._settle(backend, [looked for *_page, looked, _ignored in compared if looked])
        for *_page, ignored in compared:
            tracking._report(backend, ignored)
        run._note_pages([found[:3] for found in compared])

    def _pages(self, backend, position, size):
        """Return the next pages of ``size`` variants after the product ``position``."""
        self.env.cr.execute(
            "SELECT product_id FROM storefront_binding_variant WHERE backend_id = %s"
            " AND product_id > %s AND inventory_external_id != '' ORDER BY product_id LIMIT %s",
            [backend.id, position, size * max(COMPUTED_AT_ONCE // size, 1)],
        )
        product_ids = [product_id for (product_id,) in self.env.cr.fetchall()]
        if not product_ids:
            return []
        parts = (product_ids[start : start + size] for start in range(0, len(product_ids), size))
        bounds = [(part[-1], len(part)) for part in parts]
        quantities = self.env["storefront.stock.quantity"]
        locations = quantities._fed(backend.location_ids)
        products = stock_quantity.between(position + 1, bounds[-1][0])
        sold = quantities._sold(backend, locations)
        rows = [row for row in quantities._rows(backend, products, locations, sold) if row[2]]
        rows.sort(key=itemgetter(1))
        places = {location.id: location.external_id for location in locations}
        pages, start = [], 0
        for last, count in bounds:
            end = bisect_right(rows, last, key=itemgetter(1))
            pages.append(Page(position, last, count, rows[start:end], places))
            position, start = last, end
        return pages

    def _prepare_page(self, backend, items):
        """Return ({pair: quantity to be shown}, {pair: its key in the storefront}).

        A pair is (binding id, location id); those that are never written are absent."""
        locations = backend.location_ids
        bindings = self.env["storefront.binding.variant"].browse(items)
        wanted = self.env["storefront.stock.quantity"]._wanted(backend, bindings, locations)
        places = {location.id: location.external_id for location in locations}
        keys = {
            pair: StockKey(
                inventory_external_id=items[pair[0]], location_external_id=places[pair[1]]
            )
            for pair in wanted
        }
        return wanted, keys

    def _items(self, bindings):
        return {binding.id: binding.inventory_external_id for binding in bindings}

    # telling drift from what is on its way

    def _step_check(self, backend, adapter, run):
        """Look once more at what differed, after the orders that may explain it are here."""
        with unit_of_work(self.env):
            lines = run._found_lines(adapter.capabilities.stock_per_fetch * LOOK_CALLS)
            moment = self._orders_read_until(backend, lines) if lines else None
            lines = lines.filtered(lambda line: line.read_at <= moment)
            looks = {(line.binding_id.id, line.location_id.id): line.id for line in lines}
            bindings = lines.binding_id
            keys = self._prepare_page(backend, self._items(bindings))[1]
        if not looks:
            self._go_on(run, lambda: self._conclude(backend, run))
            return
        read_at = fields.Datetime.now()
        asked = {pair: key for pair, key in keys.items() if pair in looks}
        shown = adapter.fetch_stock(list(asked.values()))
        self._go_on(run, lambda: self._judge(backend, bindings, looks, shown, read_at))

    def _orders_read_until(self, backend, lines):
        """Return the time until which every order of the storefront is here, be it unfinished.

        Raises RetryLater while that is before the first of ``lines`` was read."""
        first = min(lines.mapped("read_at"))
        now = fields.Datetime.now()
        if now < first + INDEX_LAG:
            wait = (first + INDEX_LAG - now).total_seconds()
            raise errors.RetryLater("orders_first", seconds=math.ceil(wait), uses_try=False)
        cursor = self.env["storefront.cursor"]._find(backend, "order")
        if cursor.error_code == "unsupported":
            polled_at = now
        else:
            polled_at = cursor.polled_at
            if not polled_at or polled_at < first + INDEX_LAG:
                self._wake_committed(backend, "poll")
                seconds = LONG_WAIT_SECONDS if cursor.error_code else WAIT_SECONDS
                raise errors.RetryLater("orders_first", seconds=seconds, uses_try=False)
        if self._has_orders_before(backend, polled_at):
            raise errors.RetryLater("orders_first", seconds=WAIT_SECONDS, uses_try=False)
        return polled_at - INDEX_LAG

    def _has_orders_before(self, backend, moment):
        """Whether an order that was known of at ``moment`` is still to be read or imported.

        One that waits for its next try, or for a human, doesn't count: what it sold does."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_event WHERE backend_id = %(id)s"
            " AND state = 'pending' AND kind = 'order' AND create_date <= %(moment)s)"
            " OR EXISTS (SELECT 1 FROM storefront_snapshot WHERE backend_id = %(id)s"
            " AND kind = 'order' AND state IN ('to_fetch', 'to_import') AND import_id IS NULL"
            " AND create_date <= %(moment)s"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC'))",
            {"id": backend.id, "moment": moment},
        )
        return self.env.cr.fetchone()[0]

    def _judge(self, backend, bindings, looks, shown, read_at):
        """Decide what each line is, by what the storefront shows now."""
        bindings = bindings.exists()
        wanted, keys = self._prepare_page(backend, self._items(bindings))
        products = {binding.id: binding.product_id.id for binding in bindings}
        waiting = self.env["storefront.outbox"]._waiting_products(backend, products.values())
        lines = self.env["storefront.reconciliation.line"].browse(looks.values())
        causes = self._causes(backend, bindings, lines)
        settled, moved, drift = [], [], []
        for line in lines.exists():
            pair = (line.binding_id.id, line.location_id.id)
            quantity = wanted.get(pair)
            seen = float(shown.get(keys.get(pair)) or 0)
            if quantity is None or products[pair[0]] in waiting or seen == quantity:
                settled.append(line.id)
            elif seen == line.shown:
                drift.append((line.id, float(quantity), causes(pair, seen, quantity)))
            elif line.looks + 1 < MAX_LOOKS:
                moved.append((line.id, seen))
            else:
                settled.append(line.id)
        lines._settle(settled, moved, drift, read_at)

    def _causes(self, backend, bindings, lines):
        """Return what names the cause of a drift: ``(pair, shown, wanted) -> cause``."""
        levels = self.env["storefront.stock.level"].search_fetch(
            [("binding_id", "in", bindings.ids), ("location_id", "in", lines.location_id.ids)],
            ["binding_id", "location_id", "quantity"],
        )
        known = {(one.binding_id.id, one.location_id.id): one.quantity for one in levels}
        refused = self._refused(bindings)
        unnoticed = "missed" if backend.stock_is_live else "hook_off"

        def cause(pair, shown, wanted):
            if pair[0] in refused:
                return "refused"
            if pair not in known:
                return "new"
            is_moved, is_changed = known[pair] != shown, known[pair] != float(wanted)
            if is_moved and not is_changed:
                return "edited"
            return unnoticed if is_changed and not is_moved else "unknown"

        return cause

    def _refused(self, bindings):
        """Return the ids of the bindings whose refusal a human already has to look at."""
        # sudo: the reconciliation user may not read what the issue is about.
        return set(self.env["storefront.issue"].sudo()._stock_refusals(bindings))

    def _conclude(self, backend, run):
        """End the comparison: stop and ask where too much differs, else repair."""
        variants, drift = run._count_drift()
        run.drift_count = drift
        is_large = run.variant_count >= SMALL_CATALOGUE and (
            100 * variants > backend.reconcile_share * run.variant_count
        )
        if run.is_dry or not drift:
            run._finish()
        elif is_large and not run.is_approved:
            run._ask(variants)
        else:
            run.step = "repair"

    # repairing

    def _step_repair(self, backend, adapter, run):
        """Hand a page of differences to the outbox; what the storefront showed is then expected."""
        size = adapter.capabilities.stock_per_fetch * LOOK_CALLS
        self._go_on(run, lambda: run._send_lines(size))

    def _step_wait(self, backend, _adapter, run):
        """End the run once all that was handed over is sent."""
        with unit_of_work(self.env):
            is_sent = not self.env["storefront.outbox"]._has_rows(backend, run.mark_id)
            waited = (fields.Datetime.now() - run.sent_at).total_seconds()
        if not is_sent:
            seconds = min(max(waited / 4, WAIT_SECONDS), LONG_WAIT_SECONDS)
            raise errors.RetryLater("repairs_sent", seconds=seconds, uses_try=False)
        self._go_on(run, run._finish)

    def _go_on(self, run, work):
        """Do ``work`` in a transaction, unless somebody has discarded the run meanwhile."""
        retry_concurrency(self.env, lambda: run.state == "running" and work())
