# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks over real HTTP: subscriptions, signatures, retries, and disorder on purpose."""

import base64
import hashlib
import hmac
import json

import pytest

SECRET = "simulated-client-secret"


@pytest.fixture
def shop(control):
    control.seed(products=[{"sku": "A", "price": "10.00", "stock": 5}])
    return control


def order(shop):
    return shop.place_order(lines=[{"sku": "A"}], email="a@example.com")


def signature(body):
    return base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def test_an_order_is_announced_with_a_signature_over_the_body(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url, name="odoo-orders")
    placed = order(shop)
    assert shop.wait_webhooks() is True
    ((headers, body),) = receiver.received
    assert headers["X-Shopify-Hmac-Sha256"] == signature(body)
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == "simulated-store.myshopify.com"
    assert headers["X-Shopify-API-Version"] == "2026-10"
    assert headers["X-Shopify-Name"] == "odoo-orders"
    assert headers["X-Shopify-Triggered-At"].endswith("Z")
    assert len(headers["X-Shopify-Webhook-Id"]) == len(headers["X-Shopify-Event-Id"]) == 36
    payload = json.loads(body)
    assert payload["admin_graphql_api_id"] == placed["id"]
    assert (payload["name"], payload["total_price"]) == (placed["name"], "10.00")
    assert payload["updated_at"].endswith(("+01:00", "+02:00"))


def test_topics_of_an_order_s_life(shop, subscribe, receiver):
    topics = ("ORDERS_CREATE", "ORDERS_PAID", "ORDERS_EDITED", "ORDERS_UPDATED",
              "ORDERS_CANCELLED", "INVENTORY_LEVELS_UPDATE", "PRODUCTS_UPDATE")  # fmt: skip
    for topic in topics:
        assert subscribe(topic, receiver.url)["userErrors"] == []
    name = shop.place_order(lines=[{"sku": "A", "quantity": 2}], email="a@b.example")["name"]
    shop.edit_order(name, "A", 1)
    shop.cancel_order(name)
    sent = [one["topic"] for one in shop.deliveries()]
    stock = ["inventory_levels/update", "products/update"]
    assert sent == [
        "orders/create", *stock, "orders/paid",
        *stock, "orders/edited", "orders/updated",
        *stock, "orders/cancelled", "orders/updated",
    ]  # fmt: skip
    levels = [json.loads(one["body"]) for one in shop.deliveries("inventory_levels/update")]
    assert [one["available"] for one in levels] == [3, 4, 5]


def test_one_event_for_several_subscriptions(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url)
    subscribe("ORDERS_CREATE", f"{receiver.url}?second=1", includeFields=["id", "updated_at"])
    order(shop)
    first, second = shop.deliveries()
    for header, same in (("X-Shopify-Event-Id", True), ("X-Shopify-Webhook-Id", False)):
        assert (first["headers"][header] == second["headers"][header]) is same
    assert sorted(json.loads(second["body"])) == ["id", "updated_at"]


def test_a_failure_is_retried_with_the_same_body_and_headers(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url)
    receiver.statuses = [500, 404, 301]
    placed = order(shop)
    assert shop.wait_webhooks() is True
    assert len(receiver.received) == 4
    assert len({body for _headers, body in receiver.received}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _body in receiver.received}) == 1
    (delivery,) = shop.deliveries("orders/create")
    assert delivery["state"] == "delivered"
    assert [one["status"] for one in delivery["attempts"]] == [500, 404, 301, 200]
    assert json.loads(delivery["body"])["name"] == placed["name"]


def test_after_eight_failed_retries_the_subscription_is_deleted(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url)
    receiver.statuses = [503] * 8
    order(shop)
    assert shop.wait_webhooks() is True
    assert shop.deliveries()[0]["state"] == "delivered"
    assert len(shop.subscriptions()) == 1
    receiver.statuses = [503] * 9
    order(shop)
    assert shop.wait_webhooks() is True
    assert shop.deliveries()[1]["state"] == "failed"
    assert len(shop.deliveries()[1]["attempts"]) == 9
    assert shop.subscriptions() == []


def test_retries_follow_the_store_s_clock(shop, subscribe, receiver):
    shop.configure(webhook_scale=1)
    subscribe("ORDERS_CREATE", receiver.url)
    receiver.statuses = [503] * 3
    order(shop)
    receiver.wait(1)
    shop.advance(60)
    receiver.wait(2)
    shop.advance(120 + 300)  # the second retry fails too, and the third was due by then
    assert shop.wait_webhooks() is True
    assert [one["status"] for one in shop.deliveries()[0]["attempts"]] == [503, 503, 503, 200]


def test_nobody_there(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", "http://127.0.0.1:9/hook")
    order(shop)
    assert shop.wait_webhooks() is True
    assert shop.deliveries()[0]["attempts"][0]["error"] == "ConnectionRefusedError"


def test_dropped_doubled_held_and_shuffled(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url)
    shop.plan_webhooks("drop")
    shop.plan_webhooks("duplicate", times=3)
    lost, tripled = order(shop)["name"], order(shop)["name"]
    assert shop.wait_webhooks() is True
    names = [json.loads(body)["name"] for _headers, body in receiver.received]
    assert names == [tripled] * 3
    assert [one["state"] for one in shop.deliveries()] == ["dropped", "delivered"]
    assert lost not in names
    shop.hold_webhooks()
    held = [order(shop)["name"] for _ in range(3)]
    assert shop.wait_webhooks() is True
    assert len(receiver.received) == 3
    assert shop.release_webhooks() == 3
    assert shop.wait_webhooks() is True
    names = [json.loads(body)["name"] for _headers, body in receiver.received[3:]]
    assert sorted(names) == held


def test_redelivery_sends_the_original_again(shop, subscribe, receiver):
    subscribe("ORDERS_CREATE", receiver.url)
    for _ in range(4):
        order(shop)
    assert shop.wait_webhooks() is True
    originals = sorted(body for _headers, body in receiver.received)
    assert shop.redeliver(times=3) == 12
    assert shop.wait_webhooks() is True
    assert sorted(body for _headers, body in receiver.received[4:]) == sorted(originals * 3)


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"uri": "ftp://hooks.example.com/a"}, "callbackUrl",
         "Address protocol ftp:// is not supported"),
        ({"uri": "http://hooks.example.com/a"}, "callbackUrl",
         "Address protocol http:// is not supported"),
        ({"uri": "https://"}, "callbackUrl", "Address is invalid"),
        ({"uri": "https://x.myshopify.com/a"}, "callbackUrl",
         "Address cannot be a Shopify or an internal domain"),
        ({"uri": "https://hooks.example.com/a", "name": "has spaces"}, "name",
         "Name name field can only contain alphanumeric characters, underscores, and hyphens"),
        ({}, "callbackUrl", "Address can't be blank"),
    ],
)  # fmt: skip
def test_what_is_refused(subscribe, control, given, field, message):
    assert subscribe("ORDERS_CREATE", **given) == {
        "webhookSubscription": None,
        "userErrors": [{"field": ["webhookSubscription", field], "message": message}],
    }


def test_an_address_is_taken_once_a_topic(subscribe, receiver, control):
    uri = "https://hooks.example.com/a"
    created = subscribe("ORDERS_CREATE", uri)["webhookSubscription"]
    assert created["format"] == "JSON"
    assert created["apiVersion"] == {"handle": "2026-10"}
    assert subscribe("ORDERS_UPDATED", uri)["userErrors"] == []
    (error,) = subscribe("ORDERS_CREATE", uri)["userErrors"]
    assert error["message"] == "Address for this topic has already been taken"


def test_update_list_and_delete(client, subscribe, receiver, control):
    first = subscribe("ORDERS_CREATE", "https://hooks.example.com/a")["webhookSubscription"]
    subscribe("ORDERS_PAID", "https://hooks.example.com/b")
    update = """mutation U($id: ID!, $given: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $given) {
        webhookSubscription { uri } userErrors { field message } } }"""
    moved = client.data(update, {"id": first["id"], "given": {"uri": "https://new.example.com/a"}})
    assert moved["webhookSubscriptionUpdate"] == {
        "webhookSubscription": {"uri": "https://new.example.com/a"},
        "userErrors": [],
    }
    listed = """query L($uri: String) {
      webhookSubscriptions(first: 5, uri: $uri) { nodes { topic } } }"""
    rows = client.data(listed, {"uri": "https://new.example.com/a"})
    assert rows["webhookSubscriptions"]["nodes"] == [{"topic": "ORDERS_CREATE"}]
    delete = """mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { field message } } }"""
    gone = client.data(delete, {"id": first["id"]})["webhookSubscriptionDelete"]
    assert gone == {"deletedWebhookSubscriptionId": first["id"], "userErrors": []}
    again = client.data(delete, {"id": first["id"]})["webhookSubscriptionDelete"]
    assert again == {
        "deletedWebhookSubscriptionId": None,
        "userErrors": [{"field": ["id"], "message": "Webhook subscription does not exist"}],
    }
    assert [one["topic"] for one in control.subscriptions()] == ["ORDERS_PAID"]


def test_a_topic_needs_the_scope_of_its_data(subscribe, control):
    control.set_scopes(remove=["read_orders", "write_orders"])
    (error,) = subscribe("ORDERS_CREATE", "https://hooks.example.com/a")["userErrors"]
    assert error["message"] == (
        "You do not have permission to create or update webhooks with the ORDERS_CREATE topic."
        " Required access: `read_orders` access scope."
    )


def test_the_store_can_drop_subscriptions(subscribe, control):
    subscribe("ORDERS_CREATE", "https://hooks.example.com/a")
    subscribe("ORDERS_PAID", "https://hooks.example.com/a")
    assert control.delete_subscription("ORDERS_PAID") == 1
    assert [one["topic"] for one in control.subscriptions()] == ["ORDERS_CREATE"]
