# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading JSON that came from outside: every value is checked, every complaint names its path.

Not here: what a field means; each platform's ``parse`` knows that.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import BadPayload

# Larger than any order, small enough that no arithmetic on it becomes a burden.
_MAX_EXPONENT = 15
_FRACTION = re.compile(r"(\.\d{1,6})\d*")


class Wire:
    """One JSON object and where it was found.

    Paths are dotted (``customer.email``); a null on the way is a null at the end. Methods raise
    BadPayload where a value has the wrong type or, unless it has a default, is missing."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        self.path = path
        if not isinstance(value, Mapping):
            raise BadPayload("wrong_type", detail=f"{path or 'document'}: not an object", path=path)
        self.value: Mapping[str, Any] = value

    def at(self, path: str) -> str:
        """Return ``path`` as seen from the whole document."""
        return f"{self.path}.{path}" if self.path else path

    def get(self, path: str) -> Any:
        """Return the raw value, None where it or anything before it is null or absent."""
        value: Any = self.value
        for key in path.split("."):
            if value is None:
                return None
            if not isinstance(value, Mapping):
                raise self.wrong(path, "not in an object")
            value = value.get(key)
        return value

    def text(self, path: str) -> str:
        """Return a string or a number as text, stripped; empty where it is null."""
        value = self.get(path)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.wrong(path, "not a text")
        return str(value).strip()

    def required(self, path: str) -> str:
        """Return a text that must not be empty."""
        value = self.text(path)
        if not value:
            raise BadPayload("missing_field", detail=self.at(path), path=self.at(path))
        return value

    def flag(self, path: str) -> bool:
        """Return a boolean; null is false."""
        value = self.get(path)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(path, "not a boolean")
        return bool(value)

    def number(self, path: str, default: Decimal | None = None) -> Decimal:
        """Return a finite number, given as a JSON number or a text."""
        value = self.get(path)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self.wrong(path, "not a number")
        try:
            number = Decimal(str(value))
        except (InvalidOperation, ValueError):
            raise self.wrong(path, "not a number") from None
        if not number.is_finite() or number.adjusted() >= _MAX_EXPONENT:
            raise self.wrong(path, "out of range")
        return number

    def moment(self, path: str) -> datetime | None:
        """Return an ISO 8601 time in UTC, None where it is null."""
        value = self.text(path)
        moment = parse_moment(value)
        if value and moment is None:
            raise self.wrong(path, "not a time")
        return moment

    def required_moment(self, path: str) -> datetime:
        """Return an ISO 8601 time that must be there, in UTC."""
        moment = self.moment(path)
        if moment is None:
            raise BadPayload("missing_field", detail=self.at(path), path=self.at(path))
        return moment

    def child(self, path: str) -> "Wire | None":
        """Return a nested object, None where it is null."""
        value = self.get(path)
        return None if value is None else Wire(value, self.at(path))

    def rows(self, path: str) -> "tuple[Wire, ...]":
        """Return a list of objects; null is empty, null rows are left out."""
        value = self._list(path)
        return tuple(
            Wire(row, f"{self.at(path)}[{index}]")
            for index, row in enumerate(value)
            if row is not None
        )

    def texts(self, path: str) -> tuple[str, ...]:
        """Return a list of texts; null is empty."""
        value = self._list(path)
        if not all(isinstance(item, str) for item in value):
            raise self.wrong(path, "not a list of texts")
        return tuple(value)

    def wrong(self, path: str, problem: str) -> BadPayload:
        """Return the error for a value that is there and can't be used."""
        return BadPayload("wrong_type", detail=f"{self.at(path)}: {problem}", path=self.at(path))

    def _list(self, path: str) -> list[Any]:
        value = self.get(path)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(path, "not a list")
        return value


def parse_moment(text: str) -> datetime | None:
    """Return an ISO 8601 time in UTC, None where it can't be read; without a zone it is UTC.

    Storefronts write ``Z`` and nanoseconds, which ``fromisoformat`` reads from Python 3.11 on."""
    text = _FRACTION.sub(lambda found: found[1].ljust(7, "0"), text.strip())
    if text[-1:] in ("Z", "z"):
        text = text[:-1] + "+00:00"
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
