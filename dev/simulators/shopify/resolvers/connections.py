# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cursor pages, with the limits and refusals of the Admin API."""

import base64
import json

from ..errors import bad_request

MAXIMUM = 250


class Page:
    """One window of a list, as `nodes`, `edges` and `pageInfo`."""

    def __init__(self, rows, start, total):
        self.nodes = list(rows)
        self.start = start
        self.total = total

    @property
    def edges(self):
        return [
            {"node": node, "cursor": cursor(node, self.start + index)}
            for index, node in enumerate(self.nodes)
        ]

    @property
    def page_info(self):
        rows = self.nodes
        return {
            "has_next_page": self.start + len(rows) < self.total,
            "has_previous_page": self.start > 0,
            "start_cursor": cursor(rows[0], self.start) if rows else None,
            "end_cursor": cursor(rows[-1], self.start + len(rows) - 1) if rows else None,
        }


def cursor(node, position):
    """Opaque to clients; names the row, so that a page goes on after it when rows move."""
    return base64.b64encode(json.dumps({"at": position, "id": _mark(node)}).encode()).decode()


def _mark(node):
    return getattr(node, "id", None)


def page(rows, arguments):
    """The page of `rows` that first/after or last/before ask for. Raises GraphQLError."""
    first, last = _window(arguments)
    rows = list(reversed(rows)) if arguments.get("reverse") else rows
    start = _position(rows, arguments["after"]) + 1 if arguments.get("after") else 0
    end = _position(rows, arguments["before"]) if arguments.get("before") else len(rows)
    if first is not None:
        end = min(end, start + first)
    else:
        start = max(start, end - last)
    return Page(rows[start:end], start, len(rows))


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


def _position(rows, text):
    """Where the cursor's row is now. Raises GraphQLError for what isn't one of our cursors."""
    try:
        mark = json.loads(base64.b64decode(text, validate=True))
        position, wanted = mark["at"], mark["id"]
    except (ValueError, KeyError, TypeError):
        raise bad_request(f"Invalid cursor for current pagination sort: {text}") from None
    if position < len(rows) and _mark(rows[position]) == wanted:
        return position
    return next((at for at, row in enumerate(rows) if _mark(row) == wanted), position)
