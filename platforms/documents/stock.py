# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Places and quantities: what is read from a storefront and what is sent to it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A place the storefront counts stock at."""

    external_id: str
    name: str
    is_active: bool = True


class StockKey(NamedTuple):
    """What one quantity belongs to: an inventory record at a location.

    A tuple, because a comparison of all stock makes and looks up hundreds of thousands."""

    inventory_external_id: str
    location_external_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StockChange:
    """Set ``key`` to ``quantity`` (sellable units) if the storefront still shows ``expected``.

    ``expected`` is None where the storefront's quantity isn't known: it is then overwritten."""

    key: StockKey
    quantity: Decimal
    expected: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StockRefusal:
    """A change the storefront refused for good; ``code`` and ``message`` are the platform's."""

    key: StockKey
    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StockResult:
    """What became of one batch: every change is in exactly one of the four."""

    accepted: tuple[StockKey, ...] = ()
    stale: tuple[StockKey, ...] = ()
    """Not applied: the storefront no longer showed ``expected``."""
    refused: tuple[StockRefusal, ...] = ()
    unsent: tuple[StockKey, ...] = field(default=())
    """Not applied though nothing is wrong with them: the batch failed as a whole."""
