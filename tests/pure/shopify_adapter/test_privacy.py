# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compliance webhooks: whom they are about, whatever else their bodies hold."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.documents.access import PrivacyRequest
from odoo.addons.storefront_connector.platforms.errors import BadPayload
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

# The bodies of https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance.
SHOP = {"shop_id": 954889, "shop_domain": "lamps.myshopify.com"}
PERSON = {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"}
REQUEST = {
    **SHOP,
    "orders_requested": [299938, 280263, 220458],
    "customer": PERSON,
    "data_request": {"id": 9999},
}
REDACT = {**SHOP, "customer": PERSON, "orders_to_redact": [299938, 280263]}


def read(topic, body):
    return ShopifyAdapter.read_privacy_request(topic, json.dumps(body).encode())


def test_a_customer_wants_to_know():
    assert read("customers/data_request", REQUEST) == PrivacyRequest(
        type="customer_data",
        customer_external_id="191167",
        email="john@example.com",
        phone="555-625-1199",
        order_external_ids=("299938", "280263", "220458"),
    )


def test_a_customer_is_to_be_forgotten():
    assert read("customers/redact", REDACT) == PrivacyRequest(
        type="customer_redact",
        customer_external_id="191167",
        email="john@example.com",
        phone="555-625-1199",
        order_external_ids=("299938", "280263"),
    )


def test_a_store_is_to_be_forgotten():
    assert read("shop/redact", SHOP) == PrivacyRequest(type="shop_redact")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"customer": {"email": "g@x.example"}}, {"email": "g@x.example"}),
        ({"customer": {"id": None, "phone": "1"}, "orders_to_redact": None}, {"phone": "1"}),
        ({"customer": None, "orders_to_redact": [5]}, {"order_external_ids": ("5",)}),
        ({"orders_to_redact": ["5", 6]}, {"order_external_ids": ("5", "6")}),
        ({"customer": {"id": 7, "email": None}}, {"customer_external_id": "7"}),
    ],
)
def test_a_guest_has_no_id(body, expected):
    assert read("customers/redact", body) == PrivacyRequest(type="customer_redact", **expected)


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        SHOP,
        [],
        None,
        {"customer": {}},
        {"customer": {"id": 0}},
        {"customer": {"id": "7 OR 1"}},
        {"customer": {"id": True}},
        {"customer": 5},
        {"customer": {"email": ["a@b.example"]}},
        {"customer": {"id": 7}, "orders_to_redact": 5, "orders_requested": 5},
        {"customer": {"id": 7}, "orders_to_redact": [None], "orders_requested": [None]},
        {"customer": {"id": 7}, "orders_to_redact": [{"id": 5}], "orders_requested": [-5]},
    ],
)
def test_a_body_that_names_nobody_or_nonsense_is_bad(topic, body):
    with pytest.raises(BadPayload):
        read(topic, body)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("shop/redact", REDACT),
        ("shop/redact", REQUEST),
        ("shop/redact", {"id": 820982911946154508, "email": "ada@example.com"}),
        ("shop/redact", {}),
        ("customers/redact", REQUEST),
        ("customers/redact", {"id": 5, "customer": PERSON, "line_items": []}),
        ("customers/redact", {"id": 191167, "email": "john@example.com"}),
        ("customers/data_request", REDACT),
    ],
)
def test_a_signed_body_sent_as_another_topic_is_bad(topic, body):
    """The signature covers the body only: a replay may claim any topic."""
    with pytest.raises(BadPayload):
        read(topic, body)


@pytest.mark.parametrize("topic", ["", "orders/create", "customers/update", "shop/update"])
def test_no_other_topic_asks_for_anything(topic):
    with pytest.raises(BadPayload) as caught:
        read(topic, REDACT)
    assert caught.value.code == "bad_topic"


def test_who_asked_is_not_shown_by_accident():
    shown = repr(read("customers/redact", REDACT))
    assert "john@example.com" not in shown
    assert "555-625-1199" not in shown


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["customers/redact", "shop/redact", "x"]), st.binary(max_size=80))
def test_nothing_from_outside_is_a_crash(topic, body):
    try:
        request = ShopifyAdapter.read_privacy_request(topic, body)
    except BadPayload:
        return
    assert request == PrivacyRequest(type="shop_redact")
