# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refusals that no scope explains: addresses, protected customer data, a store that is down."""

import pytest

from dev.simulators.shopify.control import ControlError

SHOP = "{ shop { name } }"
HOUR = 3600
SEE = "See https://shopify.dev/docs/apps/launch/protected-customer-data for more details."


def call(client, query=SHOP):
    headers = {"X-Shopify-Access-Token": client.token}
    return client.post(client.path, {"query": query}, **headers)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("address", "[API] The IP address of this request is not on the app's allowlist"),
        ("expiring", "Non-expiring access tokens are no longer accepted for the Admin API."
         " Start using expiring offline tokens."),
        ("Whatever it says", "Whatever it says"),
    ],
)  # fmt: skip
def test_every_call_is_refused_until_told_otherwise(client, control, reason, words):
    control.refuse(reason)
    assert call(client) == (403, {"errors": words})
    control.refuse(None)
    assert call(client)[0] == 200


def test_a_refusal_may_be_a_page(client, control):
    control.refuse("address", html=True)
    headers = {"X-Shopify-Access-Token": client.token}
    code, sent, body = client.request("POST", client.path, b'{"query": "{ shop { id } }"}', headers)
    assert (code, sent["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert b"not on the app&#x27;s allowlist" in body


@pytest.fixture
def shop(control):
    control.seed(count=1, customers=[{"email": "jane@example.com", "first_name": "Jane"}])
    address = {"first_name": "Jane", "address1": "Market street 1", "city": "Brussels"}
    control.place_order(
        lines=[{"sku": "SIM-00001"}], customer="jane@example.com", billing_address=address
    )
    return control


ORDERS = """{ orders(first: 1) { nodes { name email customer { id firstName }
  billingAddress { address1 city } } } }"""


def refused(answer):
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"ACCESS_DENIED"}
    return [(one["path"], one["message"]) for one in answer["errors"]]


def test_fields_not_approved_are_empty_and_explained(shop, client):
    shop.configure(customer_data=["name"])
    answer = client.graphql(ORDERS)
    (order,) = answer["data"]["orders"]["nodes"]
    assert order["email"] is None
    assert order["customer"]["firstName"] == "Jane"
    assert order["billingAddress"] == {"address1": None, "city": "Brussels"}
    row = ["orders", "nodes", 0]
    assert refused(answer) == [
        ([*row, "email"], f"This app is not approved to use the email field. {SEE}"),
        (
            [*row, "billingAddress", "address1"],
            f"This app is not approved to use the address1 field. {SEE}",
        ),
    ]


def test_without_any_approval_objects_are_out_of_reach(shop, client):
    order = shop.get_order("#1001")["id"]
    shop.configure(customer_data=None)
    answer = client.graphql(ORDERS)
    assert answer["data"] is None
    assert refused(answer) == [
        (["orders"], f"This app is not approved to access the Order object. {SEE}")
    ]
    answer = client.graphql("query N($id: ID!) { node(id: $id) { id } }", {"id": order})
    assert answer["data"] == {"node": None}
    assert refused(answer)[0][1] == f"This app is not approved to access the Order object. {SEE}"
    assert call(client, "{ productVariants(first: 1) { nodes { sku } } }")[0] == 200


def test_without_any_approval_topics_about_customers_are_refused(shop, subscribe):
    shop.configure(customer_data=None)
    uri = "https://hooks.example.com/a"
    assert subscribe("ORDERS_CREATE", uri)["userErrors"] == [
        {
            "field": ["webhookSubscription", "topic"],
            "message": "This app is not approved to subscribe to webhook topics containing"
            f" protected customer data. {SEE}",
        }
    ]
    for topic in ("PRODUCTS_UPDATE", "APP_UNINSTALLED"):
        assert subscribe(topic, uri)["userErrors"] == []


def test_an_unknown_field_of_customer_data(control):
    with pytest.raises(ControlError, match="null or some of address, email, name, phone"):
        control.configure(customer_data=["shoe size"])


def test_a_store_that_is_down_comes_back_when_its_time_has_passed(client, control):
    control.configure(down=72 * HOUR)
    control.advance(72 * HOUR - 60)
    for path in (client.path, "/admin/oauth/access_token", "/"):
        assert client.request("POST", path, b"{}")[0] == 503
    assert control.info()["shop_domain"] == "simulated-store.myshopify.com"
    control.advance(60)
    assert call(client)[0] == 200


def test_a_store_that_is_down_until_told_otherwise(client, control):
    control.configure(down=True, down_as="reset")
    control.advance(365 * 24 * HOUR)
    with pytest.raises(ConnectionResetError):
        client.request("GET", "/")
    control.configure(down=False)
    assert call(client)[0] == 200
