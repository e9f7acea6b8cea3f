# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cursor pages, with the limits and refusals of the Admin API.

The cursor of a sorted list names a place in its order, not a row: a row that moves on between two
pages is read again later, and the rows it leaves behind are not skipped.
"""

import base64
import bisect
import json
from datetime import datetime

from ..errors import bad_request

MAXIMUM = 250


class Sorted(list):
    """Rows in ascending order of `key(row)`, which is (value, number)."""

    def __init__(self, rows, key):
        super().__init__(sorted(rows, key=key))
        self.key = key

    def place(self, row):
        """The key as JSON carries it, in the same order."""
        value, number = self.key(row)
        return [value.isoformat() if isinstance(value, datetime) else value, number]

    def cursor(self, row, _position):
        value, number = self.place(row)
        return _encoded({"last_id": number, "last_value": value})

    def position(self, text, reverse, after):
        """How many rows lie before the cursor, its own included when `after`."""
        mark = _decoded(text)
        try:
            place = [mark["last_value"], mark["last_id"]]
            side = bisect.bisect_right if after != reverse else bisect.bisect_left
            found = side(self, place, key=self.place)
        except (KeyError, TypeError):
            raise _invalid(text) from None
        return len(self) - found if reverse else found


class Unsorted(list):
    """Rows in the order they were made."""

    @staticmethod
    def cursor(row, position):
        return _encoded({"at": position, "id": getattr(row, "id", None)})

    def position(self, text, reverse, after):
        mark = _decoded(text)
        try:
            position, wanted = mark["at"], mark["id"]
        except (KeyError, TypeError):
            raise _invalid(text) from None
        rows = self[::-1] if reverse else self
        ids = [getattr(row, "id", None) for row in rows]
        return (ids.index(wanted) if wanted in ids else position) + after


class Page:
    """One window of a list, as `nodes`, `edges` and `pageInfo`."""

    def __init__(self, rows, start, end, reverse):
        listed = rows[::-1] if reverse else rows
        self.nodes = listed[start:end]
        self._cursors = [rows.cursor(row, start + at) for at, row in enumerate(self.nodes)]
        self._more = (start > 0, start + len(self.nodes) < len(rows))

    @property
    def edges(self):
        pairs = zip(self.nodes, self._cursors, strict=True)
        return [{"node": node, "cursor": cursor} for node, cursor in pairs]

    @property
    def page_info(self):
        before, after = self._more
        return {
            "has_next_page": after,
            "has_previous_page": before,
            "start_cursor": self._cursors[0] if self._cursors else None,
            "end_cursor": self._cursors[-1] if self._cursors else None,
        }


def page(rows, arguments):
    """The page of `rows` that first/after or last/before ask for. Raises GraphQLError."""
    first, last = _window(arguments)
    rows = rows if isinstance(rows, Sorted) else Unsorted(rows)
    reverse = bool(arguments.get("reverse"))
    start, end = 0, len(rows)
    if arguments.get("after"):
        start = rows.position(arguments["after"], reverse, True)
    if arguments.get("before"):
        end = rows.position(arguments["before"], reverse, False)
    if first is not None:
        end = min(end, start + first)
    else:
        start = max(start, end - last)
    return Page(rows, start, end, reverse)


def _window(arguments):
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    for name, value in (("first", first), ("last", last)):
        if value is not None and value > MAXIMUM:
            raise bad_request(f"{name} cannot exceed {MAXIMUM}")
        if value is not None and value < 0:
            raise bad_request(f"{name} must be a non-negative integer")
    return first, last


def _encoded(mark):
    return base64.b64encode(json.dumps(mark).encode()).decode()


def _decoded(text):
    """What a cursor says. Raises GraphQLError for what isn't one of ours."""
    try:
        return json.loads(base64.b64decode(text, validate=True))
    except ValueError:
        raise _invalid(text) from None


def _invalid(text):
    return bad_request(f"Invalid cursor for current pagination sort: {text}")
