# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products and variations, by page, SKU and marker; and their markers."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.product import Variant
from odoo.addons.storefront_connector.platforms.woocommerce import const

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


# variations shoppers can't choose between


def attribute(name, options, used=True):
    return {"id": 0, "name": name, "slug": name, "variation": used, "options": options}


def shirt(*attributes, variations=(12, 13)):
    return product(11, "", "variable", attributes=attributes, variations=list(variations))


def size_of(own, **options):
    chosen = [
        {"id": 0, "name": name, "slug": name, "option": value} for name, value in options.items()
    ]
    return {
        "id": own,
        "parent_id": 11,
        "type": "variation",
        "name": "x",
        "sku": f"S{own}",
        "attributes": chosen,
    }


def judged(page):
    return {one.external_id: (one.is_distinct, one.unused_attributes) for one in page.items}


def test_variations_that_differ_in_an_attribute_that_isn_t_used_are_alike(shop, adapter):
    """What is recorded of a variation once its attribute isn't used: it is missing there."""
    color = attribute("Color", ["Red", "Blue"], used=False)
    material = attribute("Material", ["Cotton"], used=False)
    rows = [size_of(12, Size="S"), size_of(13, Size="S"), size_of(14, Size="L")]
    shop.page(rows)
    shop.page([shirt(attribute("Size", ["S", "L"]), color, material, variations=(12, 13, 14))])
    page = adapter.fetch_variants("v1")
    assert judged(page) == {
        "12": (False, ("Color",)),
        "13": (False, ("Color",)),
        "14": (True, ()),
    }
    assert names(page)[0] == "P11 - S"
    assert len(shop.paths) == 2


def test_a_product_without_any_attribute_to_choose_by_has_no_variation_to_choose(shop, adapter):
    shop.page([size_of(12)])
    shop.page([shirt(attribute("Size", ["S", "L"], used=False), variations=(12,))])
    assert judged(adapter.fetch_variants("v1")) == {"12": (False, ("Size",))}


def test_the_same_options_twice_are_alike_and_any_isn_t_the_same_as_one(shop, adapter):
    used = (attribute("Size", ["S", "L"]), attribute("Color", ["Red", "Blue"]))
    rows = [
        size_of(12, Size="S", Color="Red"),
        size_of(13, Size="S", Color="Red"),
        size_of(14, Size="S"),
        size_of(15, Size="L", Color="Red"),
    ]
    shop.page(rows)
    shop.page([shirt(*used, variations=(12, 13, 14, 15))])
    assert judged(adapter.fetch_variants("v1")) == {
        "12": (False, ()),
        "13": (False, ()),
        "14": (True, ()),
        "15": (True, ()),
    }


def test_a_variation_nobody_is_offered_is_the_same_as_none(shop, adapter):
    shop.page([size_of(12, Size="S"), {**size_of(13, Size="S"), "status": "private"}])
    shop.page([shirt(attribute("Size", ["S", "L"]))])
    assert judged(adapter.fetch_variants("v1")) == {"12": (True, ()), "13": (True, ())}


def test_variations_of_other_pages_are_looked_at_where_they_may_be_the_same(shop, adapter):
    color = attribute("Color", ["Red", "Blue"], used=False)
    shop.page([size_of(13, Size="S")], pages=2)
    shop.page([shirt(attribute("Size", ["S", "L"]), color)])
    shop.page([size_of(12, Size="S"), size_of(13, Size="S")])
    assert judged(adapter.fetch_variants("v2")) == {"13": (False, ("Color",))}
    path, query = shop.asked[2]
    assert (path, query["_fields"]) == ("GET products/11/variations", const.OPTION_FIELDS)


def test_an_attribute_that_only_informs_costs_no_call(shop, adapter):
    """Options of it aren't missing anywhere: all variations are of different sizes."""
    shop.page([size_of(12, Size="S"), size_of(13, Size="L")])
    shop.page([shirt(attribute("Size", ["S", "L"]), attribute("Care", ["30°", "Dry"], used=False))])
    assert judged(adapter.fetch_variants("v1")) == {"12": (True, ()), "13": (True, ())}
    assert len(shop.paths) == 2


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
    variation = {"id": 12, "parent_id": 11, "type": "variation", "name": "S", "sku": "SHIRT-S"}
    shop.page([product(17, meta_data=meta), product(18), product(11, "", "variable")])
    shop.page([{**variation, "meta_data": meta}])
    shop.page([product(17, "MUG", meta_data=meta)])
    shop.page([{**variation, "meta_data": meta}])
    found = adapter.find_variants(markers=["odoo:7"])
    assert [(one.external_id, one.sku, one.marker) for one in found] == [
        ("17", "MUG", "odoo:7"),
        ("12", "SHIRT-S", "odoo:7"),
    ]
    assert not any("meta_key" in query for _path, query in shop.asked)
    assert [(path, query.get("_fields"), query.get("include")) for path, query in shop.asked] == [
        ("GET products", const.MARKER_FIELDS, None),
        ("GET variations", const.MARKER_FIELDS, None),
        ("GET products", const.PRODUCT_FIELDS, "17,12"),
        ("GET variations", const.PRODUCT_FIELDS, "12"),
    ]


def test_a_marker_nothing_carries_costs_a_reading_of_ids(shop, adapter):
    shop.page([product(18)])
    shop.page([])
    assert adapter.find_variants(markers=["odoo:7"]) == ()
    assert shop.paths == ["GET products", "GET variations"]


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
