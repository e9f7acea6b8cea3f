# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A piece of a catalogue as reconciliation compares it. Plain Python: no query is made here."""

from ..platforms.documents.stock import StockKey


class Page:
    """What the variants of the products after ``first`` to ``last`` should show."""

    def __init__(self, first, last, count, rows, locations):
        """``count`` variants, of which ``rows`` are written at ``locations``: see
        `storefront.stock.quantity`."""
        self.first, self.last, self.count = first, last, count
        self._rows, self._locations = rows, locations.ids
        self._places = locations.mapped("external_id")
        self.checked_count = len(rows) * len(self._places)

    def keys(self):
        """Return what is asked for. Made when it is: Python's garbage collection goes through all
        that waits, and a page has to cost the same however many there are."""
        return [StockKey(row[2], place) for place in self._places for row in self._rows]

    def bindings(self, keys):
        """Return {key: binding id}."""
        ids = [row[0] for row in self._rows] * len(self._locations)
        return dict(zip(keys, ids, strict=True))

    def differences(self, keys, shown):
        """Return {(binding id, location id): (shown, wanted)} of what differs from ``shown``; what
        has no level shows nothing."""
        found, levels = {}, map(shown.get, keys)
        for column, location_id in enumerate(self._locations, 3):
            for row, level in zip(self._rows, levels, strict=False):
                seen = level or 0
                if seen != row[column]:
                    found[row[0], location_id] = (float(seen), float(row[column]))
        return found
