# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A piece of a catalogue as reconciliation compares it. Plain Python: no query is made here."""

from itertools import chain, repeat
from operator import itemgetter

from ..platforms.documents.stock import StockKey

# In whole calls. No more: Python's garbage collection goes through all of a page.
PAGE_VARIANTS = 500


def page_size(per_call):
    """Return how many variants make a page."""
    return per_call * max(PAGE_VARIANTS // per_call, 1)


class Page:
    """What the variants of the products after ``first`` to ``last`` should show."""

    def __init__(self, first, last, count, rows, places):
        """``count`` variants, of which ``rows`` are written, see `storefront.stock.quantity`, at
        ``places``: {location id: external id}."""
        self.first, self.last, self.count = first, last, count
        self._rows, self._places = rows, places
        self.checked_count = len(rows) * len(places)

    def keys(self):
        """Return what is asked for. Made when it is: Python's garbage collection goes through all
        that waits, and a page has to cost the same however many there are."""
        inventories = list(map(itemgetter(2), self._rows))
        keys = (map(StockKey, inventories, repeat(place)) for place in self._places.values())
        return list(chain.from_iterable(keys))

    def bindings(self, keys):
        """Return {key: binding id}."""
        ids = [row[0] for row in self._rows] * len(self._places)
        return dict(zip(keys, ids, strict=True))

    def differences(self, keys, shown):
        """Return {(binding id, location id): (shown, wanted)} of what differs from ``shown``; what
        has no level shows nothing."""
        found, levels, count = {}, list(map(shown.get, keys)), len(self._rows)
        for index, location_id in enumerate(self._places):
            there = levels[index * count : (index + 1) * count]
            wanted = list(map(itemgetter(index + 3), self._rows))
            if there == wanted:  # as on nearly all pages
                continue
            for row, level, quantity in zip(self._rows, there, wanted, strict=True):
                seen = level or 0
                if seen != quantity:
                    found[row[0], location_id] = (float(seen), float(quantity))
        return found
