# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: only what the store signed is accepted, and nothing in it can do harm."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.documents.event import Event
from odoo.addons.storefront_connector.platforms.errors import BadPayload
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

SECRET = "app-secret"
BODY = b'{"id": 6201, "admin_graphql_api_id": "gid://shopify/Order/6201", "name": "#1001"}'
HEADERS = {
    "x-shopify-topic": "orders/updated",
    "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    "x-shopify-triggered-at": "2026-11-20T09:00:05.877041743Z",
}
# Any header as a web server hands it over.
HEADER = st.binary(max_size=60).map(lambda value: value.decode("latin-1"))
verify, read = ShopifyAdapter.verify_webhook, ShopifyAdapter.read_event


def sign(body, secret=SECRET):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(signature):
    return {"x-shopify-hmac-sha256": signature}


def test_the_signature_of_a_known_body():
    """Computed with `printf … | openssl dgst -sha256 -hmac app-secret -binary | base64`."""
    assert verify(signed("kBdx/em51YwVMFrSAR1PrmhmRQ98DXyDLTGFqEZI11w="), b'{"id":1}', [SECRET])


@pytest.mark.parametrize(
    ("secrets", "accepted"),
    [
        ([SECRET], True),
        (["new", SECRET], True),
        ([SECRET, "new"], True),
        (["new"], False),
        ([""], False),
        ([], False),
    ],
)
def test_any_current_secret_will_do(secrets, accepted):
    assert verify(signed(sign(BODY)), BODY, secrets) is accepted


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(""),
        signed("é"),
        signed(sign(BODY).rstrip("=")),
        signed(sign(BODY) + " "),
        signed(sign(BODY, "")),
        signed(hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()),
    ],
)
def test_anything_but_the_signature_is_refused(headers):
    assert not verify(headers, BODY, [SECRET, ""])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_changed_in_one_byte_is_refused(position, change):
    mutated = bytearray(BODY)
    mutated[position] ^= change
    assert not verify(signed(sign(BODY)), bytes(mutated), [SECRET])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=60), HEADER)
def test_a_made_up_signature_is_refused(body, signature):
    assert not verify(signed(signature), body, [SECRET])


def test_an_event_is_what_the_webhook_points_at():
    assert read(HEADERS, BODY) == Event(
        topic="orders/updated",
        kind="order",
        external_id="6201",
        delivery_id="orders/updated:b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        occurred_at=datetime(2026, 11, 20, 9, 0, 5, 877041, tzinfo=timezone.utc),
    )


@pytest.mark.parametrize(
    ("topic", "body", "kind", "external_id"),
    [
        ("orders/create", {"id": 5}, "order", "5"),
        ("orders/edited", {"order_edit": {"id": 7, "order_id": 5}}, "order", "5"),
        ("orders/delete", {"id": "5"}, "order", "5"),
        ("refunds/create", {"id": 9, "order_id": 5}, "order", "5"),
        ("products/update", {"id": 6}, "product", "6"),
        ("inventory_levels/update", {"inventory_item_id": 8, "location_id": 1}, "stock", "8"),
        ("customers/update", {"id": 7}, "customer", "7"),
        ("customers/data_request", {"customer": {"id": 7}}, "privacy", ""),
        ("customers/redact", {"customer": {"id": 7}}, "privacy", ""),
        ("shop/redact", {"shop_id": 7}, "privacy", ""),
        ("app/uninstalled", {"id": 1}, "access", ""),
        ("app/scopes_update", {"id": 1}, "access", ""),
        ("app_subscriptions/update", {"id": 1}, "", ""),
        ("shop/update", {"id": 1}, "", ""),
        ("orders/create", {"id": 2**63 - 1}, "order", str(2**63 - 1)),
    ],
)
def test_what_a_topic_is_about(topic, body, kind, external_id):
    event = read({**HEADERS, "x-shopify-topic": topic}, json.dumps(body).encode())
    assert (event.kind, event.external_id) == (kind, external_id)


@pytest.mark.parametrize("delivery", [None, "", "a" * 101, "line\nbreak", "naïve"])
def test_a_delivery_without_a_usable_id_is_known_by_its_body(delivery):
    headers = {**HEADERS, "x-shopify-webhook-id": delivery or ""}
    expected = "orders/updated:" + hashlib.sha256(BODY).hexdigest()
    assert read(headers, BODY).delivery_id == expected


@pytest.mark.parametrize("moment", ["", "yesterday", "9" * 400, "2026-02-30T00:00:00Z"])
def test_a_time_that_cannot_be_read_is_no_time(moment):
    assert read({**HEADERS, "x-shopify-triggered-at": moment}, BODY).occurred_at is None


@pytest.mark.parametrize(
    "topic", ["", "orders", "orders/create/x", "ORDERS_CREATE", "orders/create\n", "o" * 51 + "/x"]
)
def test_a_topic_must_look_like_one(topic):
    with pytest.raises(BadPayload):
        read({**HEADERS, "x-shopify-topic": topic}, BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": ' * 100_000,
        b"{}",
        b'{"id": null}',
        b'{"id": true}',
        b'{"id": 1.5}',
        b'{"id": 0}',
        b'{"id": -1}',
        b'{"id": "5 OR 1"}',
        b'{"id": [5]}',
        b'{"id": {"id": 5}}',
        b'{"id": 1e400}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": ' + b"9" * 4000 + b"}",
        b'{"id": "' + b"9" * 20 + b'"}',
        '{"id": "٣"}'.encode(),
    ],
)
def test_a_hostile_body_is_bad(body):
    with pytest.raises(BadPayload):
        read(HEADERS, body)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(HEADER, HEADER, HEADER, st.binary(max_size=80))
def test_nothing_from_outside_is_a_crash(topic, delivery, moment, body):
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-webhook-id": delivery,
        "x-shopify-triggered-at": moment,
    }
    try:
        event = read(headers, body)
    except BadPayload:
        return
    assert event.delivery_id.startswith(f"{topic}:")
