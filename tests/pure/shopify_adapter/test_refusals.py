# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refused access: each cause has its own code, for each has its own remedy."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.shopify import queries

ORDERS = "Access denied for orders field. Required access: `read_orders` access scope."
CUSTOMERS = "Access denied for customer field. Required access: `read_customers` access scope."
PROTECTED = (
    "This app is not approved to access the Order object. See "
    "https://shopify.dev/docs/apps/launch/protected-customer-data for more details."
)


def refused(store, adapter, answer):
    store.answers.append(answer)
    with pytest.raises(errors.StorefrontError) as caught:
        adapter.client.execute(queries.SHOP)
    return caught.value


def denied(*messages, code="ACCESS_DENIED"):
    rows = [{"message": text, "extensions": {"code": code}} for text in messages]
    return {"data": {"shop": None}, "errors": rows}


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("[API] This action requires merchant approval for read_orders scope.", 1, "missing_scope"),
        (
            "Non-expiring access tokens are no longer accepted for the Admin API. Start using "
            "expiring offline tokens.",
            1,
            "token_must_expire",
        ),
        ("This app must call from an allowlisted address.", 1, "address_not_allowed"),
        ("Request IP is not in the app's IP allowlist", 1, "address_not_allowed"),
        ("Your IP address isn't allowed", 1, "address_not_allowed"),
        (PROTECTED, 1, "customer_data_protected"),
        ({"base": ["IP 203.0.113.9 is not allowed"]}, 1, "address_not_allowed"),
        ("Unauthorized Access", 0, "forbidden"),
        ("The clip art of this shipment is gone", 0, "forbidden"),
        (None, 0, "forbidden"),
    ],
)
def test_a_403_says_what_is_missing(store, adapter, words, kind, code):
    error = refused(store, adapter, (403, {"errors": words}))
    expected = (errors.AuthFailed, errors.NotConfigured)[kind]
    assert (type(error), error.code) == (expected, code)


@pytest.mark.parametrize("body", [None, [], "Forbidden", {}])
def test_a_403_that_says_nothing(store, adapter, body):
    error = refused(store, adapter, (403, body))
    assert (type(error), error.code) == (errors.AuthFailed, "forbidden")


def test_a_403_is_not_a_reason_for_another_token(store):
    store.answers += [
        {"access_token": "shpat_1", "expires_in": 3600},
        (403, {"errors": "Your IP address isn't allowed"}),
    ]
    adapter = store.adapter(client_id="app", client_secret="secret")
    with pytest.raises(errors.NotConfigured):
        adapter.client.execute(queries.SHOP)
    assert store.operations == ["AccessToken", "Shop"]


@pytest.mark.parametrize(
    ("messages", "scopes"),
    [
        ((ORDERS,), "read_orders"),
        ((ORDERS, CUSTOMERS, ORDERS), "read_customers, read_orders"),
        (("Field is odd", CUSTOMERS), "read_customers"),
    ],
)
def test_every_missing_scope_is_named(store, adapter, messages, scopes):
    error = refused(store, adapter, denied(*messages))
    assert (type(error), error.code) == (errors.NotConfigured, "missing_scope")
    assert error.params == {"scopes": scopes}


def test_a_scope_named_beside_the_message(store, adapter):
    row = {
        "message": "Access denied",
        "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`write_products` access scope."},
    }
    error = refused(store, adapter, {"errors": [row]})
    assert error.params == {"scopes": "write_products"}


@pytest.mark.parametrize(
    "message", [PROTECTED, "This app is not approved to use the email field. See …"]
)
def test_protected_customer_data_is_told(store, adapter, message):
    """Also where the answer has data: fields that are null for this reason look like guests."""
    error = refused(store, adapter, denied(message))
    assert (type(error), error.code) == (errors.NotConfigured, "customer_data_protected")


def test_an_access_denied_without_a_reason(store, adapter):
    error = refused(store, adapter, denied("Access denied"))
    assert (type(error), error.code) == (errors.AuthFailed, "forbidden")


def test_a_refused_access_is_told_before_other_errors(store, adapter):
    rows = [{"message": "odd"}, "text", None, 5, denied(ORDERS)["errors"][0]]
    error = refused(store, adapter, {"errors": rows})
    assert error.code == "missing_scope"


@pytest.mark.parametrize("rows", [[None], [5], [[]], [{}], [{"extensions": 5}], "x", 5, {"a": 1}])
def test_errors_of_any_shape_are_a_refusal(store, adapter, rows):
    error = refused(store, adapter, {"errors": rows})
    assert (type(error), error.code) == (errors.Rejected, "refused")
