# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: who sent them and what they point at.

https://developer.woocommerce.com/docs/apis/rest-api/webhooks/. The signature covers the body
alone, there is no time, and the delivery's id isn't one: it is a hash of webhook and second, so two
orders of one second share it (recorded: 73 deliveries, 45 ids).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from ..documents.event import Event, EventKind
from ..errors import BadPayload
from ..signature import is_signed
from ..wire import Wire
from . import const

_TOPIC = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,60}")
_PING = re.compile(rb"webhook_id=\d{1,19}")
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this is what a shop sends, unsigned, when a webhook is made: it wants a 200."""
    return bool(_PING.fullmatch(body)) and "x-wc-webhook-signature" not in headers


def verify(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
    """Whether ``X-WC-Webhook-Signature`` is the signature of ``body`` under one of ``secrets``."""
    return is_signed(headers.get("x-wc-webhook-signature", ""), body, secrets)


def read_event(headers: Mapping[str, str], body: bytes) -> Event:
    """Return what a verified webhook points at. Raises BadPayload."""
    topic = headers.get("x-wc-webhook-topic", "")
    if not _TOPIC.fullmatch(topic):
        raise BadPayload("bad_topic")
    try:
        payload = Wire(json.loads(body))
    except (ValueError, RecursionError):
        raise BadPayload("not_json") from None
    kind = const.WEBHOOK_KINDS.get(topic.partition(".")[0], "")
    external_id = _external_id(payload) if kind else ""
    return Event(
        topic=topic,
        kind=_without_drafts(kind, payload),
        external_id=external_id,
        delivery_id=_delivery(headers, topic, external_id, payload, body),
        occurred_at=payload.moment("date_modified_gmt"),
    )


def _without_drafts(kind: EventKind, payload: Wire) -> EventKind:
    """A checkout somebody is still at is no order yet."""
    is_draft = kind == "order" and payload.get("status") == const.DRAFT
    return "" if is_draft else kind


def _external_id(payload: Wire) -> str:
    value = payload.get("id")
    # Comparing first: turning a number of many thousand digits into text is refused or slow.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**19:
        raise payload.wrong("id", "not an id")
    return str(value)


def _delivery(
    headers: Mapping[str, str], topic: str, external_id: str, payload: Wire, body: bytes
) -> str:
    """Return what is the same for each repetition of one delivery and for no other one.

    ``{"id": 1}`` is the same body whenever that order is thrown away: there the second it was sent
    in, which is all the delivery's id tells, keeps two of them apart."""
    parts = [_header(headers, "x-wc-webhook-id"), topic, external_id]
    if set(payload.value) == {"id"}:
        parts.append(_header(headers, "x-wc-webhook-delivery-id"))
    return ":".join([*parts, hashlib.sha256(body).hexdigest()])


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if _NAME.fullmatch(value) else ""
