# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a listing of changed orders goes on.

The search is by ``updated_at``, which counts whole seconds, sorted by the same. A page goes on from
the second its last order changed in, so that an order that changes meanwhile (and moves to the end)
shifts no other, and no listing meets the end of cursors at 25,000 objects. Only within one second
that fills whole pages does Shopify's own cursor lead on.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..documents.event import RecordChange
from ..errors import BadPayload
from . import const

_SECOND = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """The orders changed in the second ``since`` (UTC) or later; ``after`` is a cursor in it."""

    since: datetime
    after: str = ""

    @classmethod
    def start(cls, since: datetime) -> "Position":
        """Return the beginning of the second of ``since``, which must be aware."""
        if since.tzinfo is None:
            raise ValueError("since has no time zone")
        return cls(since=since.astimezone(timezone.utc).replace(microsecond=0))

    @classmethod
    def parse(cls, cursor: str) -> "Position":
        """Return what ``str()`` of a position made. Raises BadPayload."""
        second, bar, after = cursor.partition("|")
        try:
            since = datetime.strptime(second, _SECOND).replace(tzinfo=timezone.utc)
        except ValueError:
            raise BadPayload("bad_cursor") from None
        if not bar:
            raise BadPayload("bad_cursor")
        return cls(since=since, after=after)

    def __str__(self) -> str:
        return f"{self.since.strftime(_SECOND)}|{self.after}"

    def variables(self) -> dict[str, Any]:
        """Return the variables of ``queries.CHANGES``."""
        return {
            "first": const.MAX_ITEMS,
            "after": self.after or None,
            "search": f"updated_at:>='{self.since.strftime(_SECOND)}'",
        }

    def next(self, changes: tuple[RecordChange, ...], after: str | None) -> str:
        """Return the cursor of the next page: ``after`` is the store's own, None on the last."""
        if after is None or not changes:
            return ""
        last = Position.start(changes[-1].updated_at)
        if last.since > self.since:
            return str(last)
        return str(Position(since=self.since, after=after))
