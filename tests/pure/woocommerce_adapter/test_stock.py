# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quantities: what the shop takes, and what it takes without a word and forgets."""

from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.stock import (
    StockChange,
    StockKey,
    StockRefusal,
    StockResult,
)

NO_ROUTE = (404, {"code": "rest_no_route", "message": "No route", "data": {"status": 404}})


def key(stock_id):
    return StockKey(inventory_external_id=stock_id, location_external_id="stock")


def changes(**quantities):
    """``changes(p17=5)`` sets product 17, ``p11v12=5`` variation 12 of product 11."""
    ids = {name[1:].replace("v", "/"): quantity for name, quantity in quantities.items()}
    return [
        StockChange(key=key(one), quantity=D(str(quantity)), expected=None)
        for one, quantity in ids.items()
    ]


def push(adapter, **quantities):
    return adapter.push_stock(changes(**quantities), idempotency_key="unused")


def row(own, quantity, manage_stock=True):
    return {"id": own, "manage_stock": manage_stock, "stock_quantity": quantity}


def test_a_recorded_batch_with_every_kind_of_row(shop, adapter, fixture):
    shop.answer(fixture("batch_products"))
    result = push(adapter, p17=15, p18=5, p11=9, p12=6, p19=-2, p888888=1)
    assert shop.paths == ["POST products/batch"]
    assert shop.written == [
        {
            "update": [
                {"id": 17, "stock_quantity": 15},
                {"id": 18, "stock_quantity": 5},
                {"id": 11, "stock_quantity": 9},
                {"id": 12, "stock_quantity": 6},
                {"id": 19, "stock_quantity": -2},
                {"id": 888888, "stock_quantity": 1},
            ]
        }
    ]
    assert result.accepted == (key("17"), key("19"))
    assert [(one.key.inventory_external_id, one.code) for one in result.refused] == [
        ("18", "stock_untracked"),
        ("11", "sold_as_variations"),
        ("12", "woocommerce_rest_invalid_product_id"),
        ("888888", "woocommerce_rest_product_invalid_id"),
    ]
    assert all(one.message for one in result.refused)


def test_variations_are_written_below_their_parents(shop, adapter):
    shop.answer({"update": [row(17, 3)]}, {"update": [row(12, 1), row(13, 2)]})
    shop.answer({"update": [row(22, 4)]})
    result = push(adapter, p17=3, p11v12=1, p11v13=2, p21v22=4)
    assert shop.paths == [
        "POST products/batch",
        "POST products/11/variations/batch",
        "POST products/21/variations/batch",
    ]
    assert result == StockResult(accepted=(key("17"), key("11/12"), key("11/13"), key("21/22")))


def test_a_variation_that_is_counted_with_its_parent_is_told(shop, adapter, fixture):
    shop.answer({"update": [fixture("variation_of_parent")]})
    (refusal,) = push(adapter, p11v13=99).refused
    assert (refusal.key, refusal.code) == (key("11/13"), "stock_of_parent")


def test_a_quantity_the_shop_changed_is_told(shop, adapter):
    shop.answer({"update": [row(17, 10)]})
    assert push(adapter, p17=12).refused == (
        StockRefusal(
            key=key("17"), code="stock_not_taken", message="The store shows 10 instead of 12."
        ),
    )


def test_units_are_whole(shop, adapter):
    shop.answer({"update": [row(17, 7), row(18, -1)]})
    assert push(adapter, p17="7.9", p18="-0.5").refused == ()
    assert [one["stock_quantity"] for one in shop.written[0]["update"]] == [7, -1]


def test_counting_begins_with_a_quantity(shop, adapter):
    shop.answer({"update": [row(18, 5)]})
    result = adapter.track_stock(changes(p18=5))
    assert shop.written == [{"update": [{"id": 18, "stock_quantity": 5, "manage_stock": True}]}]
    assert result.accepted == (key("18"),)


def test_a_parent_that_is_gone_takes_its_variations_along(shop, adapter):
    shop.refuse(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    (refusal,) = push(adapter, p11v12=1).refused
    assert refusal.code == "woocommerce_rest_product_invalid_id"


def test_what_may_have_landed_is_said(shop, adapter):
    shop.answer((502, b"<html>"))
    with pytest.raises(errors.AnswerLost):
        push(adapter, p17=1)


def test_nothing_is_nothing(shop, adapter):
    assert push(adapter) == StockResult()
    assert adapter.fetch_stock([]) == {}
    assert shop.paths == []


def test_an_id_that_isn_t_ours_is_bad(adapter):
    with pytest.raises(errors.BadPayload):
        push(adapter, p17x=1)


def test_levels_of_products_and_variations_are_two_calls(shop, adapter):
    shop.page([row(17, 3), row(18, None, False), row(4712, 1)])
    shop.page([row(12, 9), row(13, 50, "parent")])
    keys = [key(one) for one in ("17", "18", "4711", "11/12", "11/13")]
    assert adapter.fetch_stock(keys) == {
        key("17"): 3,
        key("18"): None,
        key("4711"): None,
        key("11/12"): 9,
        key("11/13"): None,
    }
    assert shop.asked == [
        (
            "GET products",
            {
                "include": "17,18,4711",
                "per_page": "100",
                "_fields": "id,type,manage_stock,stock_quantity",
            },
        ),
        (
            "GET variations",
            {
                "include": "12,13",
                "per_page": "100",
                "_fields": "id,type,manage_stock,stock_quantity",
            },
        ),
    ]


def test_where_there_is_no_list_of_variations_parents_are_asked(shop, adapter):
    shop.answer(NO_ROUTE)
    shop.page([row(12, 9)])
    shop.refuse(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    keys = [key("11/12"), key("21/22")]
    assert adapter.fetch_stock(keys) == {keys[0]: 9, keys[1]: None}
    assert shop.paths == [
        "GET variations",
        "GET products/11/variations",
        "GET products/21/variations",
    ]


def test_what_the_shop_doesn_t_count_is_found_by_asking(shop, adapter):
    shop.page([row(17, 3), row(18, None, False), {**row(19, None, False), "type": "variable"}])
    shop.page([row(12, 9), row(13, 50, "parent"), row(14, None, False)])
    asked = ("17", "18", "19", "99", "11/12", "11/13")
    found = adapter.find_untracked([key(one) for one in asked])
    assert [(one.key, one.code) for one in found] == [
        (key("18"), "stock_untracked"),
        (key("19"), "sold_as_variations"),
        (key("11/13"), "stock_of_parent"),
    ]
    assert all(one.message for one in found)
    assert [(path, query["include"]) for path, query in shop.asked] == [
        ("GET products", "17,18,19,99"),
        ("GET variations", "12,13"),
    ]


@pytest.mark.parametrize(("shown", "read"), [("4", 4), (2.5, 2), ("", 0), (None, 0)])
def test_a_quantity_of_a_plugin_is_whole(shop, adapter, shown, read):
    shop.page([row(17, shown)])
    assert adapter.fetch_stock([key("17")]) == {key("17"): read}
