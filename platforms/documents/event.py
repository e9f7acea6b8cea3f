# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A webhook as received, and a record as fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

RecordKind = Literal["order", "product", "customer", "stock"]
EventKind = Literal["order", "product", "customer", "stock", "privacy", "access", ""]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What a webhook points at. It is a poke: its payload is never taken as state.

    ``delivery_id`` is the platform's id of this delivery (or a hash where it has none);
    ``occurred_at`` is the platform's time of the change, for lag only (it may be forged);
    ``kind`` is empty for a topic nothing is done for; ``privacy`` is a customer's right to be
    told or forgotten, ``access`` a change of what the connection may do. ``merged_into`` is set
    where the record is said to be gone because it was merged into that one."""

    topic: str
    kind: EventKind
    external_id: str
    delivery_id: str
    occurred_at: datetime | None
    merged_into: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordChange:
    """That a record changed last at ``updated_at`` (aware)."""

    external_id: str
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedRecord:
    """The state of one storefront record at ``updated_at``. ``payload`` is None: it is gone."""

    kind: RecordKind
    external_id: str
    updated_at: datetime | None
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookSubscription:
    """One subscription as the storefront holds it; ``topic`` in the platform's spelling.

    ``is_active``: false where the storefront keeps it but sends nothing any more."""

    external_id: str
    topic: str
    url: str
    is_active: bool = True
