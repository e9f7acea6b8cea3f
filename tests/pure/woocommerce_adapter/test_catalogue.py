# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products and variations, by page, SKU and marker; and their markers."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.product import Variant

NO_ROUTE = (404, {"code": "rest_no_route", "message": "No route", "data": {"status": 404}})


def product(own, sku="", type="simple", **more):
    return {"id": own, "parent_id": 0, "type": type, "name": f"P{own}", "sku": sku, **more}


def names(page):
    return [one.name for one in page.items]


def test_products_come_first_and_then_variations(shop, adapter, fixture):
    parent, variations = fixture("product_parent"), fixture("variations")
    shop.page([product(17, "MUG"), parent, product(18, "CAP")], pages=2)
    shop.page([product(30, "", "grouped"), product(31, "AD", "external")], pages=2)
    shop.page(variations)
    shop.page([parent])
    first = adapter.fetch_variants()
    assert ([one.sku for one in first.items], first.next_cursor) == (["MUG", "CAP"], "p2")
    second = adapter.fetch_variants("p2")
    assert (second.items, second.next_cursor) == ((), "v1")
    third = adapter.fetch_variants("v1")
    assert third.next_cursor == ""
    assert {one.external_id: one.inventory_external_id for one in third.items} == {
        "52": "11/52",
        "16": "11/16",
        "14": "11/14",
        "13": "11/13",
        "12": "11/12",
    }
    assert shop.paths == ["GET products", "GET products", "GET variations", "GET products"]
    assert shop.asked[3][1]["include"] == "11"


def test_a_recorded_variation(shop, adapter, fixture):
    shop.page(fixture("variations")[:1])
    shop.page([fixture("product_parent")])
    assert adapter.fetch_variants("v1").items == (
        Variant(
            external_id="52",
            product_external_id="11",
            inventory_external_id="11/52",
            name='Camiseta "Ñandú" & Co - L, Azul marino',
            sku="TSHIRT-L-A",
            is_stock_tracked=False,
        ),
    )


def test_a_variation_of_any_option_says_so(shop, adapter, fixture):
    """An attribute that isn't used for variations is none of its name."""
    (row, *_others) = fixture("variations")
    shop.page([{**row, "attributes": row["attributes"][:1]}])
    shop.page([fixture("product_parent")])
    assert names(adapter.fetch_variants("v1")) == ['Camiseta "Ñandú" & Co - L, any Color']


def test_a_shop_without_a_list_of_variations_is_read_by_parent(shop, adapter, fixture):
    parent = fixture("product_parent")
    variations = [
        {name: value for name, value in row.items() if name not in ("type", "parent_id")}
        for row in fixture("variations")
    ]
    shop.answer(NO_ROUTE)
    shop.page([parent], pages=2)
    shop.page(variations[:2])
    page = adapter.fetch_variants("v1")
    assert [one.inventory_external_id for one in page.items] == ["11/52", "11/16"]
    assert page.next_cursor == "f2"
    assert shop.asked[1][1]["type"] == "variable"
    assert shop.asked[2][0] == "GET products/11/variations"


@pytest.mark.parametrize("cursor", ["x", "p0", "p", "q1", "v1 ", "p99999999"])
def test_a_cursor_nobody_gave_is_bad(adapter, cursor):
    with pytest.raises(errors.BadPayload) as caught:
        adapter.fetch_variants(cursor)
    assert caught.value.code == "bad_cursor"


def test_a_sku_finds_products_and_variations_exactly(shop, adapter, fixture):
    shop.page([*fixture("products_by_sku"), product(17, "mug"), product(11, "SET", "variable")])
    found = adapter.find_variants(skus=["TSHIRT-S-R", "MUG", "SET", "MUG", ""])
    assert shop.asked[0][1]["sku"] == "TSHIRT-S-R,MUG,SET"
    assert found == (
        Variant(
            external_id="12",
            product_external_id="11",
            inventory_external_id="11/12",
            name='Camiseta "Ñandú" & Co - S, Rojo',
            sku="TSHIRT-S-R",
        ),
    )


def test_variants_are_read_by_id(shop, adapter, fixture):
    shop.page([product(17, "MUG"), product(30, "", "grouped")])
    shop.page(fixture("variations")[-1:])
    found = adapter.get_variants(["17", "12", "30", "4711", "x"])
    assert [(one.external_id, one.inventory_external_id) for one in found] == [
        ("17", "17"),
        ("12", "11/12"),
    ]
    assert [(path, query["include"]) for path, query in shop.asked] == [
        ("GET products", "17,12,30,4711"),
        ("GET variations", "12,4711"),
    ]


def test_a_sku_with_a_comma_is_searched_for(shop, adapter):
    shop.page([product(1, "A,B"), product(2, "A,B,C")])
    assert [one.sku for one in adapter.find_variants(skus=["A,B"])] == ["A,B"]
    assert shop.asked[0][1]["search_sku"] == "A,B"


def test_a_marker_is_looked_for_in_all_products_and_by_no_filter(shop, adapter):
    meta = [{"id": 5, "key": "odoo_id", "value": "odoo:7"}]
    shop.page([product(17, meta_data=meta), product(18)])
    shop.page([])
    assert [one.external_id for one in adapter.find_variants(markers=["odoo:7"])] == ["17"]
    assert not any("meta_key" in query for _path, query in shop.asked)


def test_markers_are_meta_values_and_null_takes_one_away(shop, adapter):
    shop.answer({"update": [{"id": 17}, {"id": 18}]})
    adapter.prepare_markers()
    assert adapter.push_markers({"17": "odoo:7", "18": ""}) == {}
    assert shop.written == [
        {
            "update": [
                {"id": 17, "meta_data": [{"key": "odoo_id", "value": "odoo:7"}]},
                {"id": 18, "meta_data": [{"key": "odoo_id", "value": None}]},
            ]
        }
    ]


def test_markers_of_variations_are_written_below_their_parents(shop, adapter, fixture):
    batch = fixture("batch_products")["update"]
    refusal = next(row for row in batch if row["id"] == 12)
    gone = next(row for row in batch if row["id"] == 888888)
    shop.answer({"update": [{"id": 17}, refusal, gone]})
    shop.page([{"id": 12, "parent_id": 11}])
    shop.answer({"update": [{"id": 12}]})
    markers = {"17": "odoo:1", "12": "odoo:2", "888888": "odoo:3", "x": "odoo:4"}
    assert adapter.push_markers(markers) == {"888888": "Invalid ID.", "x": "not an id"}
    assert shop.paths == [
        "POST products/batch",
        "GET variations",
        "POST products/11/variations/batch",
    ]


def test_where_there_is_no_list_of_variations_each_is_asked_for_its_parent(shop, adapter, fixture):
    refusal = next(row for row in fixture("batch_products")["update"] if row["id"] == 12)
    shop.answer({"update": [refusal]}, NO_ROUTE, {"id": 12, "parent_id": 11})
    shop.answer({"update": [{"id": 12}]})
    assert adapter.push_markers({"12": "odoo:2"}) == {}
    assert shop.paths[2:] == ["GET products/12", "POST products/11/variations/batch"]
