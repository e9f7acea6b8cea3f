# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers: fetched many at a time, read without what orders know, merged by a signed word."""

import copy
import json
from datetime import datetime, timezone

import pytest
from graphql import execute, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.customer import Address, Customer
from odoo.addons.storefront_connector.platforms.documents.event import Event
from odoo.addons.storefront_connector.platforms.shopify import queries
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

from dev.simulators.shopify.schema import load_schema

UPDATED_AT = datetime(2026, 11, 20, 9, 0, 5, tzinfo=timezone.utc)
ADA = Customer(
    external_id="501",
    name="Ada Lovelace",
    email="ada@home.example",
    phone="+3225550101",
    language="fr-BE",
    tax_exempt=True,
    addresses=(
        Address(
            name="Ada Lovelace",
            company="Analytical Engines",
            street="Rue Neuve 1",
            street2="Bte 3",
            city="Bruxelles",
            zip="1000",
            country_code="BE",
            phone="+3225550102",
        ),
    ),
    updated_at=UPDATED_AT,
)


def test_customers_come_in_the_order_asked_for_and_missing_ones_are_gone(store, adapter, fixture):
    payload = fixture("customer")
    store.answer(nodes=[None, payload])
    records = adapter.fetch_records("customer", ["404", "501"])
    assert [(one.kind, one.external_id, one.updated_at, one.payload) for one in records] == [
        ("customer", "404", None, None),
        ("customer", "501", UPDATED_AT, payload),
    ]
    assert store.sent == [{"ids": [f"gid://shopify/Customer/{one}" for one in (404, 501)]}]


def test_a_full_fetch_is_one_call_and_more_are_several(store, adapter):
    count = adapter.capabilities.customers_per_fetch
    store.answer(nodes=[None] * count)
    store.answer(nodes=[None])
    ids = [str(number) for number in range(1, count + 2)]
    assert len(adapter.fetch_records("customer", ids)) == count + 1
    assert store.operations == ["Customers", "Customers"]


def test_a_customer_is_read(fixture):
    assert ShopifyAdapter.parse_customer(fixture("customer")) == ADA


def test_a_customer_of_whom_little_is_known(fixture):
    nothing = {"firstName": None, "lastName": None, "defaultEmailAddress": None}
    nothing |= {"defaultPhoneNumber": None, "defaultAddress": None, "locale": None}
    payload = {**fixture("customer"), **nothing, "taxExempt": False}
    assert ShopifyAdapter.parse_customer(payload) == Customer(
        external_id="501", updated_at=UPDATED_AT
    )


def test_the_recorded_customer_is_what_the_query_would_answer(fixture):
    customer = fixture("customer")
    result = execute(
        load_schema(),
        parse(queries.CUSTOMERS),
        root_value={"nodes": [customer]},
        variable_values={"ids": [customer["id"]]},
        type_resolver=lambda *_arguments: "Customer",
    )
    assert (result.errors, result.data) == (None, {"nodes": [customer]})


@pytest.mark.parametrize("name", ["id", "updatedAt"])
def test_what_a_customer_cannot_do_without(fixture, name):
    with pytest.raises(errors.BadPayload) as caught:
        ShopifyAdapter.parse_customer({**fixture("customer"), name: None})
    assert caught.value.params == {"path": name}


JUNK = st.sampled_from([None, "", "x", -1, 1e400, True, [], {}, [None], "9" * 5000])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_a_hostile_payload_is_bad_or_read_but_never_a_crash(data):
    payload = copy.deepcopy(HOSTILE)
    places = [(payload, name) for name in payload]
    places += [(one, name) for one in payload.values() if isinstance(one, dict) for name in one]
    for _change in range(data.draw(st.integers(1, 3))):
        holder, name = data.draw(st.sampled_from(places))
        holder[name] = data.draw(JUNK)
    try:
        customer = ShopifyAdapter.parse_customer(payload)
    except errors.BadPayload:
        return
    assert isinstance(customer, Customer)


HOSTILE = {
    "id": "gid://shopify/Customer/1",
    "firstName": "A",
    "locale": "en",
    "taxExempt": False,
    "updatedAt": "2026-01-01T00:00:00Z",
    "defaultEmailAddress": {"emailAddress": "a@example.com"},
    "defaultAddress": {"address1": "B", "countryCodeV2": "BE", "provinceCode": "BE-X"},
}


def test_where_people_find_a_customer():
    assert ShopifyAdapter.customer_admin_url("lamps", "501") == (
        "https://lamps.myshopify.com/admin/customers/501"
    )


# Webhooks.

MERGE = {
    "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/501",
    "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/502",
    "admin_graphql_api_job_id": None,
    "status": "completed",
    "errors": [],
}


def read(topic, payload):
    headers = {"x-shopify-topic": topic, "x-shopify-webhook-id": "d-1"}
    return ShopifyAdapter.read_event(headers, json.dumps(payload).encode())


def event(topic, kind, external_id="", merged_into=""):
    return Event(
        topic=topic,
        kind=kind,
        external_id=external_id,
        merged_into=merged_into,
        delivery_id=f"{topic}:d-1",
        occurred_at=None,
    )


@pytest.mark.parametrize("topic", ["customers/create", "customers/update"])
def test_a_change_is_a_poke_at_the_customer(topic):
    assert read(topic, {"id": 501, "email": "a@b.example"}) == event(topic, "customer", "501")


def test_a_merge_names_both_customers():
    assert read("customers/merge", MERGE) == event("customers/merge", "customer", "502", "501")


@pytest.mark.parametrize(
    "change",
    [
        {"status": "failed"},
        {"status": "in_progress"},
        {"status": None},
        {"admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/501"},
    ],
)
def test_a_merge_that_did_not_happen_is_nothing(change):
    assert read("customers/merge", {**MERGE, **change}) == event("customers/merge", "")


@pytest.mark.parametrize(
    "body",
    [
        {"id": 501},
        {**MERGE, "admin_graphql_api_customer_kept_id": None},
        {**MERGE, "admin_graphql_api_customer_deleted_id": "502"},
    ],
)
def test_a_body_of_another_topic_merges_nobody(body):
    """The topic isn't signed: whoever has a signed body could send it as a merge."""
    with pytest.raises(errors.BadPayload):
        read("customers/merge", body)
