# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recorded deliveries: who sent them, what they point at, and which are the same one."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.event import WebhookSubscription
from odoo.addons.storefront_connector.platforms.woocommerce import build

SECRET = "s3cr3t-Hook-Key-1"
URL = "https://erp.example.com/storefront/webhook/token"


@pytest.fixture
def delivery(fixture):
    """Return (headers, body) of a recorded delivery."""

    def read(name, body=None):
        found = fixture("webhook_deliveries")[name]
        return found["headers"], (found["body"] if body is None else body).encode()

    return read


def event(adapter, headers, body):
    return adapter.read_event(headers, body)


@pytest.mark.parametrize(
    ("name", "topic", "kind", "external_id", "moment"),
    [
        ("order_created", "order.created", "order", "32", "2026-11-22T21:03:51"),
        ("customer_updated", "customer.updated", "customer", "2", "2026-11-22T21:03:53"),
        ("order_deleted", "order.deleted", "order", "47", None),
    ],
)
def test_a_recorded_delivery(adapter, delivery, name, topic, kind, external_id, moment):
    headers, body = delivery(name)
    assert adapter.verify_webhook(headers, body, ["another", SECRET])
    assert not adapter.verify_webhook(headers, body + b" ", [SECRET])
    assert not adapter.verify_webhook(headers, body, ["another", ""])
    assert not adapter.is_ping(headers, body)
    found = event(adapter, headers, body)
    assert (found.topic, found.kind, found.external_id) == (topic, kind, external_id)
    at = moment and datetime.fromisoformat(moment).replace(tzinfo=timezone.utc)
    assert found.occurred_at == at


def test_a_variation_that_changed_comes_as_a_product(adapter, delivery):
    found = event(adapter, *delivery("variation_updated"))
    assert (found.topic, found.kind, found.external_id) == ("product.updated", "product", "12")


def test_a_ping_is_unsigned_and_known(adapter, delivery):
    headers, body = delivery("ping")
    assert body == b"webhook_id=1"
    assert adapter.is_ping(headers, body)
    assert not adapter.verify_webhook(headers, body, [SECRET])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"webhook_id=1&x=2", {}),
        (b"webhook_id=", {}),
        (b"webhook_id=1\n", {}),
        (b'{"id": 1}', {}),
        (b"webhook_id=1", {"x-wc-webhook-signature": "x"}),
    ],
)
def test_nothing_else_is_a_ping(adapter, body, headers):
    assert not adapter.is_ping(headers, body)


def test_two_orders_of_one_second_share_an_id_and_are_two(adapter, fixture):
    first, second = fixture("webhook_deliveries")["same_second"]
    shared = "x-wc-webhook-delivery-id"
    assert first["headers"][shared] == second["headers"][shared]
    found = [event(adapter, one["headers"], one["body"].encode()) for one in (first, second)]
    assert found[0].delivery_id != found[1].delivery_id
    assert found[0].external_id != found[1].external_id


def test_a_repetition_is_the_same_and_a_change_another(adapter, delivery):
    headers, body = delivery("order_created")
    again = {**headers, "x-wc-webhook-delivery-id": "0" * 32}
    first = event(adapter, headers, body)
    assert event(adapter, again, body).delivery_id == first.delivery_id
    changed = body.replace(b'"processing"', b'"completed"').replace(b"21:03:51", b"21:03:52")
    assert event(adapter, headers, changed).delivery_id != first.delivery_id
    elsewhere = {**headers, "x-wc-webhook-id": "99"}
    assert event(adapter, elsewhere, body).delivery_id != first.delivery_id


def test_an_order_thrown_away_twice_is_two_events(adapter, delivery):
    headers, body = delivery("order_deleted")
    assert json.loads(body) == {"id": 47}
    later = {**headers, "x-wc-webhook-delivery-id": "0" * 32}
    first = event(adapter, headers, body)
    assert event(adapter, headers, body).delivery_id == first.delivery_id
    assert event(adapter, later, body).delivery_id != first.delivery_id


def test_a_checkout_somebody_is_at_is_ignored(adapter, delivery):
    headers, _body = delivery("order_created")
    body = b'{"id": 45, "status": "checkout-draft", "date_modified_gmt": "2026-11-22T21:05:03"}'
    found = event(adapter, headers, body)
    assert (found.kind, found.external_id) == ("", "45")


def test_a_topic_nothing_is_done_for_is_ignored(adapter, delivery):
    headers, _body = delivery("order_created")
    found = event(adapter, {**headers, "x-wc-webhook-topic": "coupon.updated"}, b'{"id": 3}')
    assert (found.kind, found.external_id) == ("", "")


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("", b'{"id": 1}'),
        ("orders/create", b'{"id": 1}'),
        ("order.created", b"webhook_id=1"),
        ("order.created", b"[]"),
        ("order.created", b"{}"),
        ("order.created", b'{"id": true}'),
        ("order.created", b'{"id": -1}'),
        ("order.created", b'{"id": "1"}'),
        ("order.created", b'{"id": 1%s}' % (b"0" * 5000)),
        ("order.created", b'{"code": "woocommerce_rest_cannot_view"}'),
    ],
)
def test_what_can_t_be_read_is_bad(adapter, topic, body):
    with pytest.raises(errors.BadPayload):
        adapter.read_event({"x-wc-webhook-topic": topic}, body)


def test_headers_of_an_attacker_don_t_get_into_the_key(adapter, delivery):
    headers, body = delivery("order_deleted")
    forged = {**headers, "x-wc-webhook-id": "1:x" * 9, "x-wc-webhook-delivery-id": "é\n"}
    assert event(adapter, forged, body).delivery_id.startswith(":order.deleted:47::")


# subscriptions


def hook(number, topic, secret="hook-1", **more):
    return {
        "id": number,
        "name": build.webhook_name(topic, secret),
        "topic": topic,
        "delivery_url": URL,
        "status": "active",
        **more,
    }


def test_a_webhook_is_made_with_our_own_secret(shop, adapter):
    shop.answer((201, hook(7, "order.created")))
    made = adapter.create_webhook("order.created", URL)
    assert made == WebhookSubscription(external_id="7", topic="order.created", url=URL)
    (body,) = shop.written
    assert {**body, "name": ""} == {
        "name": "",
        "topic": "order.created",
        "delivery_url": URL,
        "secret": "hook-1",
        "status": "active",
    }
    assert "hook-1" not in body["name"]


def test_without_a_secret_none_is_made(shop):
    with pytest.raises(errors.NotConfigured):
        shop.adapter(webhook_secret="").create_webhook("order.created", URL)
    assert shop.paths == []


def test_only_ours_are_listed_with_what_is_wrong_with_them(shop, adapter, fixture):
    shop.page(
        [
            *fixture("webhooks"),
            hook(1, "order.created"),
            hook(2, "order.updated", status="disabled"),
            hook(3, "order.deleted", secret="the one before"),
            hook(4, "order.restored", name="Renamed"),
        ]
    )
    ours = {one.external_id: (one.url == URL, one.is_active) for one in adapter.fetch_webhooks()}
    assert ours == {"1": (True, True), "2": (True, False), "3": (False, True), "4": (False, True)}


def test_one_the_shop_has_disabled_is_enabled(shop, adapter):
    shop.answer(hook(2, "order.updated"))
    adapter.enable_webhook("2")
    assert (shop.paths, shop.written) == (["PUT webhooks/2"], [{"status": "active"}])


def test_one_that_is_gone_is_no_error(shop, adapter):
    shop.answer(hook(2, "order.updated"))
    shop.refuse(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
    adapter.delete_webhook("2")
    adapter.delete_webhook("2")
    assert shop.asked == [("DELETE webhooks/2", {"force": "true"})] * 2


def test_a_shop_signs_as_we_check(adapter):
    body = b'{"id":1}'
    digest = hmac.new(b"a-_Z9", body, hashlib.sha256).digest()
    headers = {"x-wc-webhook-signature": base64.b64encode(digest).decode()}
    assert adapter.verify_webhook(headers, body, ["a-_Z9"])
    assert not adapter.verify_webhook({}, body, ["a-_Z9"])
    assert not adapter.verify_webhook({"x-wc-webhook-signature": "é"}, body, ["a-_Z9"])
