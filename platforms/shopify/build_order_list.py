# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a listing of orders by the time they were placed goes on, and searches for orders.

As for changes (``build_changes``) a page goes on from the second its last order was placed in, so
that no listing meets the end of cursors at 25,000 objects. What was read of that second is left out
then. Only within one second that fills whole pages does Shopify's own cursor lead on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from ..documents.order import OrderSummary
from ..errors import BadPayload
from . import const
from .build import quoted

_SECOND = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPosition:
    """The orders placed in the second ``start`` (UTC; None: from the first order on) or later,
    without those ``read`` already; ``after`` is a cursor in it."""

    start: datetime | None
    after: str = ""
    read: tuple[str, ...] = ()

    @classmethod
    def first(cls, created_from: datetime | None) -> "ListPosition":
        """Return where the listing from a moment on begins, which must be aware."""
        return cls(start=_second(created_from) if created_from else None)

    @classmethod
    def parse(cls, cursor: str) -> "ListPosition":
        """Return what ``str()`` of a position made. Raises BadPayload."""
        second, bar, rest = cursor.partition("|")
        read, bar2, after = rest.partition("|")
        try:
            start = datetime.strptime(second, _SECOND).replace(tzinfo=timezone.utc)
        except ValueError:
            start = None
        if not (bar and bar2) or bool(second) != bool(start):
            raise BadPayload("bad_cursor")
        return cls(start=start, after=after, read=tuple(filter(None, read.split(","))))

    def __str__(self) -> str:
        return f"{_text(self.start)}|{','.join(self.read)}|{self.after}"

    def variables(self, created_to: datetime | None) -> dict[str, Any]:
        """Return the variables of ``queries.ORDER_LIST``."""
        terms = [f"processed_at:>='{_text(self.start)}'"] if self.start else []
        terms += [f"processed_at:<='{_text(_second(created_to))}'"] if created_to else []
        return {
            "first": const.MAX_ITEMS,
            "after": self.after or None,
            "search": " ".join(terms) or None,
        }

    def next(self, page: Sequence[OrderSummary], after: str | None) -> str:
        """Return the cursor of the next page: ``after`` is the store's own, None on the last."""
        if after is None or not page:
            return ""
        last = _second(page[-1].created_at)
        if last == self.start or last == _second(page[0].created_at):
            # Nothing but this second: the store's cursor is behind all that was read of it.
            return str(replace(self, after=after))
        read = tuple(one.external_id for one in page if _second(one.created_at) == last)
        return str(ListPosition(start=last, read=read))


def number_search(numbers: Sequence[str]) -> str:
    """Return a search for orders called by any of ``numbers``, with a leading # and without.

    It finds more than asked (names that begin with it): compare what comes back."""
    bare = dict.fromkeys(bare_number(number) for number in numbers)
    return " OR ".join(f"name:{quoted(form)}" for one in bare for form in (one, f"#{one}"))


def bare_number(number: str) -> str:
    """Return what people call an order without the usual prefix: ``#1001`` is ``1001``."""
    return number.strip().removeprefix("#")


def _second(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return moment.astimezone(timezone.utc).replace(microsecond=0)


def _text(second: datetime | None) -> str:
    return second.strftime(_SECOND) if second else ""
