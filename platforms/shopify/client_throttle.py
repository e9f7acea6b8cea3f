# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an answer says of the store's bucket of points: ``extensions.cost``.

https://shopify.dev/docs/api/usage/limits: rates differ by plan and are read, never assumed.
"""

from dataclasses import dataclass
from typing import Any

from . import const


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """Points. ``cost`` is what the call had to find in the bucket to be let in; what it doesn't use
    up is given back at once."""

    cost: float
    maximum: float
    available: float
    restore_rate: float

    @property
    def seconds(self) -> float:
        """How long until the call would be let in."""
        return max((self.cost - self.available) / self.restore_rate, 0.0) + 0.05


def read_bucket(body: Any) -> Bucket | None:
    """Return the bucket as the answer tells it, None where it doesn't."""
    try:
        cost = body["extensions"]["cost"]
        status = cost["throttleStatus"]
        bucket = Bucket(
            cost=float(cost["requestedQueryCost"]),
            maximum=float(status["maximumAvailable"]),
            available=float(status["currentlyAvailable"]),
            restore_rate=float(status["restoreRate"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return bucket if bucket.restore_rate > 0 else None


def throttled_seconds(body: Any, bucket: Bucket | None) -> float | None:
    """Return how long a throttled call has to wait; None if it wasn't throttled."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not any(map(_is_throttled, errors if isinstance(errors, list) else [])):
        return None
    return bucket.seconds if bucket else const.THROTTLE_MAX_SECONDS


def _is_throttled(row: Any) -> bool:
    extensions = row.get("extensions") if isinstance(row, dict) else None
    return isinstance(extensions, dict) and extensions.get("code") == "THROTTLED"
