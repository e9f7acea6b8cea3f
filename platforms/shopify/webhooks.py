# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: who sent them and what they point at.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https. The signature covers the body alone:
headers can be forged by whoever replays a body, so nothing but lag is taken from the time.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from ..documents.access import PrivacyRequest
from ..documents.event import Event, EventKind
from ..errors import BadPayload
from ..signature import is_signed
from ..wire import Wire, parse_moment
from . import const, parse

_TOPIC = re.compile(r"[a-z_]{1,50}/[a-z_]{1,50}")
_DELIVERY = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_ID = re.compile(r"[1-9][0-9]{0,18}")


def verify(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
    """Whether ``X-Shopify-Hmac-Sha256`` is the signature of ``body`` under one of ``secrets``."""
    return is_signed(headers.get("x-shopify-hmac-sha256", ""), body, secrets)


def read_event(headers: Mapping[str, str], body: bytes) -> Event:
    """Return what a verified webhook points at. Raises BadPayload."""
    topic = headers.get("x-shopify-topic", "")
    if not _TOPIC.fullmatch(topic):
        raise BadPayload("bad_topic")
    payload = _payload(body)
    delivery = headers.get("x-shopify-webhook-id", "")
    if not _DELIVERY.fullmatch(delivery):
        delivery = hashlib.sha256(body).hexdigest()
    kind, external_id, merged_into = _record(topic, payload)
    return Event(
        topic=topic,
        kind=kind,
        external_id=external_id,
        delivery_id=f"{topic}:{delivery}",
        occurred_at=parse_moment(headers.get("x-shopify-triggered-at", "")),
        merged_into=merged_into,
    )


def _record(topic: str, payload: Wire) -> tuple[EventKind, str, str]:
    """Return the kind and id of what a webhook is about, and the id it was merged into."""
    if topic == const.MERGE_TOPIC:
        gone, kept = (
            parse.external_id(payload, path) for path in (const.MERGE_GONE, const.MERGE_KEPT)
        )
        is_done = payload.text("status").lower() == const.MERGE_DONE and gone != kept
        return ("customer", gone, kept) if is_done else ("", "", "")
    records = const.WEBHOOK_RECORDS
    kind, path = records.get(topic) or records.get(topic.split("/")[0], ("", ""))
    return kind, _external_id(payload, path) if path else "", ""


def read_privacy_request(topic: str, body: bytes) -> PrivacyRequest:
    """Return what a compliance webhook asks for. Raises BadPayload.

    https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance"""
    if topic not in const.PRIVACY_REQUESTS:
        raise BadPayload("bad_topic")
    kind, orders = const.PRIVACY_REQUESTS[topic]
    payload = _payload(body)
    _check_privacy_body(payload, orders)
    if not orders:
        return PrivacyRequest(type=kind)
    has_id = payload.get("customer.id") is not None
    request = PrivacyRequest(
        type=kind,
        customer_external_id=_external_id(payload, "customer.id") if has_id else "",
        email=payload.text("customer.email"),
        phone=payload.text("customer.phone"),
        order_external_ids=tuple(_order_ids(payload, orders)),
    )
    if request == PrivacyRequest(type=kind):
        raise BadPayload("missing_field", detail="customer", path="customer")
    return request


def _check_privacy_body(payload: Wire, orders: str) -> None:
    """Raise BadPayload for a body that isn't of this topic.

    The topic isn't signed: whoever got hold of any signed body could send it as another topic, and
    have an order's customer or the whole store erased. One with unknown keys is a human's to read.
    """
    known = {"shop_id", "shop_domain"}
    if orders:
        known |= {"customer", orders}
    if orders == "orders_requested":
        known.add("data_request")
    strange = sorted(set(payload.value) - known)
    if strange:
        raise payload.wrong(str(strange[0])[:50], "not of this topic")
    if not payload.value:
        raise BadPayload("missing_field", detail="shop_domain", path="shop_domain")


def _order_ids(payload: Wire, path: str) -> Iterator[str]:
    ids = payload.get(path)
    if ids is not None and not isinstance(ids, list):
        raise payload.wrong(path, "not a list")
    for value in ids or ():
        yield _external_id(Wire({"id": value}, path), "id")


def _payload(body: bytes) -> Wire:
    try:
        return Wire(json.loads(body))
    except (ValueError, RecursionError):
        raise BadPayload("not_json") from None


def _external_id(payload: Wire, path: str) -> str:
    """Return the id as text: a positive number of at most 19 digits."""
    value = payload.get(path)
    # Comparing first: turning a number of many thousand digits into text is refused or slow.
    if isinstance(value, int) and not 0 < value < 10**19:
        raise payload.wrong(path, "not an id")
    if not _ID.fullmatch(payload.text(path)):
        raise payload.wrong(path, "not an id")
    return payload.text(path)
