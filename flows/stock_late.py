# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which stock waits for orders that aren't here yet, and asking the storefront for them.

Not here: what becomes of it (``stock_export``), what orders on their way sold
(``storefront.snapshot``).
"""

from datetime import datetime, timedelta

from odoo import fields, models

from ..models.storefront_event import now_utc
from ..platforms import errors
from .flow import unit_of_work

# So long what a storefront sold may wait for more of it.
BURST_SECONDS = 15
# How long after a sale its webhook may come, and clocks may differ.
TOLD_LATE = timedelta(minutes=2)
# So long a change of the storefront may be missing in its own list of changed orders.
INDEX_LAG = timedelta(seconds=15)
# Orders that were asked for so lately aren't asked for again before stock is overwritten.
ASKED_LATELY = timedelta(seconds=5)


class StorefrontStockLate(models.AbstractModel):
    _name = "storefront.stock.late"
    _inherit = "storefront.flow"
    _description = "Storefront Stock That Waits for Orders"

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
        adding = self._adding(changes, read)
        first = adding and backend._first_order_on_the_way()
        late = {pair for pair in adding if first and first <= read[pair] + TOLD_LATE}
        return self._take_out(changes, self._sold_on_the_way(backend, late))

    def _adding(self, changes, read):
        """Return the pairs whose level was read and is to be raised."""
        return [
            pair
            for pair, change in changes.items()
            if pair in read and change.quantity > change.expected
        ]

    def _hold_sold(self, backend, changes):
        """Take out of ``changes``, which overwrite whatever is shown, what an order may have sold
        that isn't here yet; return the ids of its products."""
        return self._take_out(changes, self._sold_on_the_way(backend, changes))

    def _take_out(self, changes, held):
        binding_ids = set(held.ids)
        for pair in [pair for pair in changes if pair[0] in binding_ids]:
            del changes[pair]
        return set(held.product_id.ids)

    def _sold_on_the_way(self, backend, pairs):
        """Return those of the pairs' bindings which an order that isn't here yet may have sold."""
        bindings = self.env["storefront.binding.variant"].browse({pair[0] for pair in pairs})
        if not bindings or not backend._first_order_on_the_way():
            return bindings.browse()
        sold = self.env["storefront.snapshot"]._sold_on_the_way(backend)
        if sold is None:
            return bindings
        return bindings.filtered(
            lambda one: not sold.isdisjoint((one.external_id, one.sku, one.product_id.default_code))
        )

    def _ask(self, backend, adapter):
        """Have the storefront's orders up to now noted, also those no webhook told of yet."""
        if backend.inbound_user_id:
            polls = self.env["storefront.order.poll"]
            polls._flow_env(backend, backend.inbound_user_id)._catch_up(backend, adapter)

    def _has_just_asked(self, backend):
        """Whether the orders were asked for a moment ago.

        Else stock would never go where there is always one more order to know of first."""
        with unit_of_work(self.env):
            return now_utc() - self._asked_at(backend) < ASKED_LATELY

    def _was_asked_since(self, backend, changes, read):
        """Whether the orders were asked for since the levels were read that are to be raised: long
        enough since, or just now."""
        adding = self._adding(changes, read)
        if not adding:
            return True
        asked_at, read_at = self._asked_at(backend), max(read[pair] for pair in adding)
        is_recent = now_utc() - asked_at < ASKED_LATELY
        return asked_at >= (read_at if is_recent else read_at + INDEX_LAG)

    def _asked_at(self, backend):
        """Return when the storefront was last asked for its orders, to their end (naive UTC)."""
        cursor = self.env["storefront.cursor"].sudo()._find(backend, "order")
        return cursor.asked_at or datetime.min
