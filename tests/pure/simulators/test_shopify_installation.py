# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Uninstallation, changed scopes, and what the law makes the store pass on."""

import json

import pytest

from dev.simulators.shopify.control import ControlError

DAY = 86400
SHOP = {"shop_id": 7000000032768, "shop_domain": "simulated-store.myshopify.com"}
UNINSTALL = "mutation { appUninstall { app { title } userErrors { code message } } }"
CREDENTIALS = {
    "client_id": "simulated-client-id",
    "client_secret": "simulated-client-secret",
    "grant_type": "client_credentials",
}


def status(client):
    headers = {"X-Shopify-Access-Token": client.token}
    return client.post(client.path, {"query": "{ shop { name } }"}, **headers)[0]


def grant(client):
    return client.post("/admin/oauth/access_token", CREDENTIALS)


def bodies(control, topic):
    assert control.wait_webhooks() is True
    return [json.loads(one["body"]) for one in control.deliveries(topic)]


def test_an_app_uninstalls_itself(client, control, subscribe, receiver):
    subscribe("APP_UNINSTALLED", receiver.url)
    subscribe("ORDERS_CREATE", receiver.url)
    payload = client.data(UNINSTALL)["appUninstall"]
    assert payload == {"app": {"title": "Odoo connector"}, "userErrors": []}
    assert status(client) == 401
    assert control.subscriptions() == []
    assert grant(client) == (
        400,
        {
            "error": "app_not_installed",
            "error_description": "The app is not installed on this shop.",
        },
    )
    (body,) = bodies(control, "app/uninstalled")
    assert (body["id"], body["myshopify_domain"]) == (SHOP["shop_id"], SHOP["shop_domain"])
    assert len(receiver.received) == 1


def test_the_shop_s_data_must_go_48_hours_after_the_uninstallation(control, receiver):
    control.configure(compliance_url=receiver.url)
    control.uninstall()
    control.advance(2 * DAY - 1)
    assert bodies(control, "shop/redact") == []
    control.advance(2)
    assert bodies(control, "shop/redact") == [SHOP]
    assert len(receiver.received) == 1


def test_a_new_installation_gives_new_tokens(client, control):
    control.uninstall()
    token = control.install()
    assert token != client.token
    assert status(client) == 401
    assert client.graphql("{ shop { name } }", token=token)["data"] == {
        "shop": {"name": "Simulated Store"}
    }
    assert grant(client)[0] == 200


def test_changed_scopes_are_announced(control, subscribe, receiver):
    control.set_scopes(remove=control.set_scopes(), add=["read_products"])
    subscribe("APP_SCOPES_UPDATE", receiver.url)
    control.set_scopes(add=["write_products"])
    control.set_scopes(add=["read_products"])  # which writing implies: nothing changes
    (body,) = bodies(control, "app/scopes_update")
    assert (body["previous"], body["current"]) == (
        ["read_products"],
        ["read_products", "write_products"],
    )
    assert body["shop_id"] == "gid://shopify/Shop/7000000032768"


@pytest.fixture
def shop(control, receiver):
    """A customer with two orders, a guest with one."""
    control.configure(compliance_url=receiver.url)
    control.seed(
        products=[{"sku": "A"}], customers=[{"email": "jane@example.com", "phone": "+3215000000"}]
    )
    for who in ({"customer": "jane@example.com"}, {"email": "guest@example.com"}) * 2:
        control.place_order(lines=[{"sku": "A"}], **who)
    return control


def numbers(shop, *names):
    return [int(shop.get_order(name)["id"].rsplit("/", 1)[1]) for name in names]


def test_a_customer_s_data_is_asked_for(shop):
    shop.compliance("customers/data_request", email="jane@example.com")
    (body,) = bodies(shop, "customers/data_request")
    customer = int(shop.get_order("#1001")["customer_id"].rsplit("/", 1)[1])
    assert body == {
        **SHOP,
        "orders_requested": numbers(shop, "#1001", "#1003"),
        "customer": {"id": customer, "email": "jane@example.com", "phone": "+3215000000"},
        "data_request": {"id": body["data_request"]["id"]},
    }
    assert isinstance(body["data_request"]["id"], int)


def test_a_guest_s_data_must_go(shop):
    shop.compliance("customers/redact", email="guest@example.com", orders=["#1004"])
    assert bodies(shop, "customers/redact") == [
        {
            **SHOP,
            "customer": {"email": "guest@example.com"},
            "orders_to_redact": numbers(shop, "#1004"),
        }
    ]


def test_a_body_of_one_s_own(shop, receiver):
    shop.compliance("customers/redact", payload={"customer": {"id": 2}})
    assert bodies(shop, "customers/redact") == [{"customer": {"id": 2}}]
    assert receiver.received[0][0]["X-Shopify-Topic"] == "customers/redact"


def test_a_compliance_topic_needs_an_address_and_a_customer(control):
    with pytest.raises(ControlError, match="has no compliance_url"):
        control.compliance("shop/redact")
    with pytest.raises(ControlError, match="give email"):
        control.compliance("customers/redact", "http://127.0.0.1:9/hook")
