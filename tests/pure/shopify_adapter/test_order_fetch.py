# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders: fetched many at a time, and to their last line."""

from datetime import datetime, timezone

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.shopify import queries
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

UPDATED_AT = datetime(2026, 11, 20, 9, 0, 5, tzinfo=timezone.utc)


def test_orders_come_in_the_order_asked_for_and_missing_ones_are_gone(store, adapter, fixture):
    placed, included = fixture("order_placed"), fixture("order_included")
    store.answer(nodes=[included, None, placed])
    records = adapter.fetch_records("order", ["6202", "404", "6201"])
    assert [(one.external_id, one.updated_at, one.payload) for one in records] == [
        ("6202", UPDATED_AT, included),
        ("404", None, None),
        ("6201", UPDATED_AT, placed),
    ]
    assert store.sent == [
        {"ids": [f"gid://shopify/Order/{one}" for one in (6202, 404, 6201)], "lines": 25}
    ]


def test_a_full_fetch_is_one_call(store, adapter):
    ids = [str(number) for number in range(1, 1 + adapter.capabilities.orders_per_fetch)]
    store.answer(nodes=[None] * len(ids))
    assert len(adapter.fetch_records("order", ids)) == len(ids)
    assert store.operations == ["Orders"]


def test_more_orders_than_fit_one_call_are_read_in_several(store, adapter):
    store.answer(nodes=[None] * 50)
    store.answer(nodes=[None])
    assert len(adapter.fetch_records("order", [str(number) for number in range(1, 52)])) == 51


def lines_page(fixture, count, cursor, first=0):
    sample = fixture("order_included")["lineItems"]["nodes"][0]
    nodes = [{**sample, "id": f"gid://shopify/LineItem/{first + one}"} for one in range(count)]
    return {"nodes": nodes, "pageInfo": {"hasNextPage": bool(cursor), "endCursor": cursor}}


def test_a_long_order_is_read_to_its_last_line(store, adapter, fixture):
    order = fixture("order_included")
    order["lineItems"] = lines_page(fixture, 25, "P1")
    store.answer(nodes=[order])
    for page in (lines_page(fixture, 250, "P2", 25), lines_page(fixture, 5, None, 275)):
        store.answer(order={"updatedAt": order["updatedAt"], "lineItems": page})
    (record,) = adapter.fetch_records("order", ["6202"])
    lines = [
        one.external_id
        for one in adapter.parse_order(record.payload).lines
        if one.kind == "product"
    ]
    assert lines == [str(number) for number in range(280)]
    assert store.operations == ["Orders", "OrderLines", "OrderLines"]
    assert [sent["after"] for sent in store.sent[1:]] == ["P1", "P2"]


def test_an_order_that_changes_between_two_pages_is_read_again_later(store, adapter, fixture):
    order = fixture("order_included")
    order["lineItems"] = lines_page(fixture, 25, "P1")
    store.answer(nodes=[order])
    page = lines_page(fixture, 1, None)
    store.answer(order={"updatedAt": "2026-11-20T09:00:06Z", "lineItems": page})
    with pytest.raises(errors.RetryLater) as caught:
        adapter.fetch_records("order", ["6202"])
    assert (caught.value.code, caught.value.uses_try) == ("changed_while_read", False)


@pytest.mark.parametrize("external_id", ["", "#1001", "-1", "gid://shopify/Order/1", "1" * 20, "²"])
def test_an_id_that_is_no_number_is_never_sent(store, adapter, external_id):
    with pytest.raises(errors.BadPayload):
        adapter.fetch_records("order", [external_id])
    assert store.script.requests == []


def test_only_orders_can_be_fetched(adapter):
    with pytest.raises(errors.Unsupported) as caught:
        adapter.fetch_records("product", ["1"])
    assert caught.value.params == {"capability": "fetch_product"}


def test_where_people_find_an_order():
    assert ShopifyAdapter.order_admin_url("lamps", "6201") == (
        "https://lamps.myshopify.com/admin/orders/6201"
    )


def test_pages_and_first_lines_ask_for_the_same_fields():
    assert queries.ORDERS.count("...Line }") == queries.ORDER_LINES.count("...Line }") == 1
