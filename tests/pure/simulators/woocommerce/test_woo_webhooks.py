# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks as a real shop sends them (recorded in 2026-11)."""

import base64
import hashlib
import hmac
import json

SECRET = "s3cr3t-Hook-Key-1"
# As recorded; what HTTP itself needs is left out.
RECORDED = {
    "User-Agent": "WooCommerce/10.7.0 Hookshot (WordPress/6.9.4)",
    "Content-Type": "application/json",
    "X-WC-Webhook-Topic": "order.updated",
    "X-WC-Webhook-Resource": "order",
    "X-WC-Webhook-Event": "updated",
    "X-WC-Webhook-ID": "1",
}


def place(shop, count=1):
    return [shop.place_order(lines=[{"sku": "LAMP"}], email="g@example.com")["id"]
            for _number in range(count)]  # fmt: skip


def events(receiver):
    """(headers, body as JSON) without pings."""
    return [
        (headers, json.loads(body))
        for headers, body in list(receiver.received)
        if "X-WC-Webhook-ID" in headers
    ]


def quiet(shop):
    assert shop.wait_webhooks(10)


def test_a_ping_has_no_signature_and_comes_before_the_answer(listen, receiver):
    hook = listen("order.updated")
    ((headers, body),) = receiver.received
    assert body == f"webhook_id={hook['id']}".encode()
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert not [name for name in headers if name.startswith("X-WC")]


def test_a_ping_that_fails_is_nobody_s_problem(listen, receiver):
    receiver.statuses[:] = [500]
    assert listen("order.updated")["status"] == "active"


def test_a_delivery_is_signed_and_named_as_recorded(shop, api, lamp, listen, receiver):
    listen("order.updated")
    (order_id,) = place(shop)
    quiet(shop)
    (headers, raw) = receiver.received[1]
    assert {name: headers[name] for name in RECORDED} == RECORDED
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
    assert headers["X-WC-Webhook-Signature"] == base64.b64encode(digest).decode()
    assert headers["X-WC-Webhook-Source"] == f"{shop.base_url}/"
    assert len(headers["X-WC-Webhook-Delivery-ID"]) == 32
    assert json.loads(raw) == api.get(f"orders/{order_id}") | {
        "payment_url": json.loads(raw)["payment_url"]
    }


def test_the_secret_is_decoded_as_html_first(shop, lamp, listen, receiver):
    listen("order.updated", secret="p&amp;ss")
    place(shop)
    quiet(shop)
    (headers, raw) = receiver.received[1]
    digest = hmac.new(b"p&ss", raw, hashlib.sha256).digest()
    assert headers["X-WC-Webhook-Signature"] == base64.b64encode(digest).decode()


def test_a_secret_is_never_told(api, listen):
    hook = listen("order.updated")
    assert "secret" not in hook
    assert "secret" not in api.get(f"webhooks/{hook['id']}")


def test_orders_of_one_second_share_a_delivery_id(shop, lamp, listen, receiver, woo_server):
    listen("order.created")
    store = woo_server.application.store
    store.frozen = store.now()
    place(shop, 2)
    quiet(shop)
    (one, _body), (other, _other_body) = events(receiver)
    assert one["X-WC-Webhook-Delivery-ID"] == other["X-WC-Webhook-Delivery-ID"]
    assert one["X-WC-Webhook-Signature"] != other["X-WC-Webhook-Signature"]


def test_an_order_is_created_and_updated(shop, lamp, listen, receiver):
    listen("order.created")
    listen("order.updated")
    (order_id,) = place(shop)
    quiet(shop)
    topics = sorted(headers["X-WC-Webhook-Topic"] for headers, _body in events(receiver))
    assert topics == ["order.created", "order.updated"]
    assert {body["id"] for _headers, body in events(receiver)} == {order_id}


def test_what_waits_is_told_once_as_it_is_by_then(shop, lamp, listen, receiver):
    listen("order.updated")
    shop.configure(webhook_lag=60)
    (order_id,) = place(shop)
    shop.update_order(order_id, note="first")
    shop.update_order(order_id, note="second")
    assert events(receiver) == []
    shop.advance(61)
    quiet(shop)
    assert [body["customer_note"] for _headers, body in events(receiver)] == ["second"]


def test_nothing_is_sent_twice_and_the_seventh_failure_disables(shop, api, lamp, listen, receiver):
    hook = listen("order.updated")
    (order_id,) = place(shop)
    quiet(shop)
    receiver.statuses[:] = [500] * 7
    states = []
    for number in range(8):
        shop.update_order(order_id, note=f"change {number}")
        quiet(shop)
        states.append((shop.subscriptions()[0]["status"], shop.subscriptions()[0]["failure_count"]))
    assert states == [("active", one) for one in range(1, 7)] + [("disabled", 6)] * 2
    assert len(events(receiver)) == 1 + 7
    assert api.get(f"webhooks/{hook['id']}")["status"] == "disabled"


def test_enabled_again_it_begins_anew_with_a_ping(shop, api, lamp, listen, receiver):
    hook = listen("order.updated")
    shop.set_subscription("order.updated", "disabled")
    place(shop)
    quiet(shop)
    assert len(receiver.received) == 1
    path = f"webhooks/{hook['id']}"
    assert api.send(path, {"status": "active"}, "PUT")["status"] == "active"
    assert receiver.received[1][1] == f"webhook_id={hook['id']}".encode()
    place(shop)
    quiet(shop)
    assert len(events(receiver)) == 1


def test_a_success_forgets_failures_and_a_redirect_is_one(shop, lamp, listen, receiver):
    listen("order.created")
    receiver.statuses[:] = [500, 500, 302]
    counts = []
    for _number in range(3):
        place(shop)
        quiet(shop)
        counts.append(shop.subscriptions()[0]["failure_count"])
    assert counts == [1, 2, 0]


def test_the_trash_is_told_by_an_id_and_the_end_by_nothing(shop, api, lamp, listen, receiver):
    listen("order.deleted")
    one, other = place(shop, 2)
    api.call("DELETE", f"orders/{one}")
    api.call("DELETE", f"orders/{one}", force="true")
    api.call("DELETE", f"orders/{other}", force="true")
    quiet(shop)
    assert [body for _headers, body in events(receiver)] == [{"id": one}]


def test_a_sale_changes_its_product_and_its_customer(shop, lamp, listen, receiver):
    shop.create_customer(email="ada@example.com", first_name="Ada")
    listen("product.updated")
    listen("customer.updated")
    shop.place_order(lines=[{"sku": "LAMP", "quantity": 3}], customer="ada@example.com")
    quiet(shop)
    bodies = {headers["X-WC-Webhook-Topic"]: body for headers, body in events(receiver)}
    assert bodies["product.updated"]["stock_quantity"] == 7
    assert bodies["customer.updated"]["is_paying_customer"] is True


def test_a_variation_comes_with_its_own_id(shop, listen, receiver):
    variants = [{"sku": "S", "price": "5", "options": {"Size": "S"}},
                {"sku": "M", "price": "6", "options": {"Size": "M"}}]  # fmt: skip
    shop.seed(products=[{"title": "Shirt", "variants": variants}])
    listen("product.updated")
    shop.set_stock("M", 4)
    quiet(shop)
    ((_headers, body),) = events(receiver)
    assert (body["sku"], body["type"], body["name"]) == ("M", "variation", "Shirt - M")
    assert body["parent_id"] != body["id"]
