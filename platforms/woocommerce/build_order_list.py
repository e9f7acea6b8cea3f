# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a listing of orders by a time goes on.

Pages by number shift while orders change, so a page goes on from the second its last order has.
Times count whole seconds and ``after`` means later than that second: the second before is asked
for. Only within one second that fills whole pages are they counted.
https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..errors import BadPayload
from . import const

_SECOND = "%Y-%m-%dT%H:%M:%S"
_STEP = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Page ``number`` of the orders from the second ``start`` (UTC; None: from the first one) on,
    without those ``read`` already."""

    start: datetime | None
    number: int = 1
    read: tuple[str, ...] = ()

    @classmethod
    def first(cls, moment: datetime | None) -> "Position":
        """Return where a listing from an aware moment on begins."""
        return cls(start=second_of(moment) if moment else None)

    @classmethod
    def parse(cls, cursor: str) -> "Position":
        """Return what ``str()`` of a position made. Raises BadPayload."""
        text, *rest = cursor.split("|")
        try:
            number, read = rest
            start = datetime.strptime(text, _SECOND).replace(tzinfo=timezone.utc) if text else None
            return cls(start=start, number=int(number), read=tuple(filter(None, read.split(","))))
        except ValueError:
            raise BadPayload("bad_cursor") from None

    def __str__(self) -> str:
        return f"{_text(self.start)}|{self.number}|{','.join(self.read)}"

    def params(self, after: str, orderby: str, fields: str) -> dict[str, str]:
        """Return the query. Naive times with the flag are UTC; with a zone they would be shifted
        to the shop's and, under the flag, be wrong by its offset."""
        asked = {
            "status": "any",
            "orderby": orderby,
            "order": "asc",
            "per_page": str(const.MAX_ITEMS),
            "page": str(self.number),
            "dates_are_gmt": "true",
            "_fields": fields,
        }
        if self.start:
            asked[after] = _text(self.start - _STEP)
        return asked

    def next(self, page: Sequence[tuple[str, datetime]], more: bool) -> str:
        """Return the cursor of the next page; ``page`` is (id, time) of every row of this one."""
        if not more or not page:
            return ""
        last = second_of(page[-1][1])
        if last == self.start:
            return str(Position(start=last, number=self.number + 1, read=self.read))
        read = tuple(one for one, moment in page if second_of(moment) == last)
        return str(Position(start=last, read=read))


def second_of(moment: datetime) -> datetime:
    """Return the whole second of an aware moment, in UTC."""
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return moment.astimezone(timezone.utc).replace(microsecond=0)


def before(moment: datetime) -> str:
    """Return the second up to which, excluded, orders placed before ``moment`` are."""
    return _text(second_of(moment) + _STEP)


def bare_number(number: str) -> str:
    """Return what people call an order without the usual prefix: ``#1001`` is ``1001``."""
    return number.strip().removeprefix("#").strip()


def _text(second: datetime | None) -> str:
    return second.strftime(_SECOND) if second else ""
