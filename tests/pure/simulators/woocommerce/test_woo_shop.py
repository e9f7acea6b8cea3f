# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products, stock, lists, older shops and the page for people, beyond what was recorded."""

import pytest

from dev.simulators.woocommerce.control import ControlError


@pytest.fixture
def shirt(shop, api):
    """A variable product: S, M, and one of any size. {SKU: path of the variation}."""
    variants = [
        {"sku": "S", "price": "5", "options": {"Size": "S"}, "stock": 3},
        {"sku": "M", "price": "6", "options": {"Size": "M"}, "tracked": False},
        {"sku": "ANY", "price": "7", "options": {"Size": ""}},
    ]
    shop.seed(products=[{"title": "Shirt", "variants": variants}])
    return {one["sku"]: f"products/{one['product_id']}/variations/{one['id']}"
            for one in shop.variants()}  # fmt: skip


def test_a_variation_may_stand_for_any_option(api, shirt):
    shown = {sku: api.get(path) for sku, path in shirt.items()}
    assert [one["option"] for one in shown["S"]["attributes"]] == ["S"]
    assert shown["ANY"]["attributes"] == []
    parent = api.get(f"products/{shown['S']['parent_id']}")
    assert (parent["type"], parent["price"], parent["attributes"][0]["variation"]) == (
        "variable", "5", True)  # fmt: skip


def test_stock_that_is_not_managed_is_ignored_without_a_word(api, shirt):
    answer = api.send(shirt["M"], {"stock_quantity": 9}, "PUT")
    assert (answer["manage_stock"], answer["stock_quantity"]) == (False, None)


def test_a_parent_keeps_its_variations_stock(shop, api, shirt):
    parent = shirt["M"].partition("/variations")[0]
    api.send(parent, {"manage_stock": True, "stock_quantity": 50}, "PUT")
    answer = api.send(shirt["M"], {"stock_quantity": 9}, "PUT")
    assert (answer["manage_stock"], answer["stock_quantity"]) == ("parent", 50)
    shop.place_order(lines=[{"sku": "M", "quantity": 2}], email="g@example.com")
    assert shop.stock("M") == {"available": 48, "manage_stock": "parent", "status": "instock"}
    assert shop.stock("S")["available"] == 3


def test_the_same_write_counts_as_a_change(shop, api, lamp):
    before = api.get(f"products/{lamp}")["date_modified_gmt"]
    shop.advance(5)
    answer = api.send(f"products/{lamp}", {"stock_quantity": 10}, "PUT")
    assert answer["stock_quantity"] == 10
    assert answer["date_modified_gmt"] > before


def test_a_hundred_rows_are_a_batch_and_no_more(api, lamp):
    rows = [{"id": lamp, "stock_quantity": number} for number in range(100)]
    answer = api.send("products/batch", {"update": rows})
    assert [one["stock_quantity"] for one in answer["update"]] == list(range(100))
    status, refused = api.call("POST", "products/batch", {"update": rows, "delete": [lamp]})
    assert (status, refused["code"]) == (413, "woocommerce_rest_request_entity_too_large")
    assert api.get(f"products/{lamp}")["stock_quantity"] == 99


def test_fields_empty_the_answer_of_a_batch(api, lamp):
    """Recorded with `update.id`; the rows are written all the same."""
    body = {"update": [{"id": lamp, "stock_quantity": 4}]}
    assert api.call("POST", "products/batch", body, _fields="update.id") == (200, {"update": []})
    assert api.call("POST", "products/batch", body, _fields="id") == (200, [])
    assert api.get(f"products/{lamp}", _fields="stock_quantity") == {"stock_quantity": 4}


def test_unknown_filters_return_everything(shop, api):
    shop.seed(count=3)
    rows = api.get("products", meta_key="odoo_id", meta_value="7", no_such="filter")
    assert len(rows) == 3


def test_pages_are_told_by_headers(shop, api):
    shop.seed(count=5)
    status, headers, _body = api.raw(
        "GET", f"{api.base}products?per_page=2&page=2&orderby=id&order=asc", headers=api.headers
    )
    assert (status, headers["X-WP-Total"], headers["X-WP-TotalPages"]) == (200, "5", "3")
    assert 'rel="prev"' in headers["Link"] and 'rel="next"' in headers["Link"]
    assert api.get("products", per_page=2, page=4) == []
    assert len(api.get("products", per_page=2, offset=4)) == 1


def test_an_older_shop_lacks_lists(shop, api, shirt):
    assert len(api.get("variations")) == 3
    assert api.get("refunds") == []
    shop.configure(missing_routes=["variations", "refunds"], version="8.9.3")
    for path in ("variations", "refunds"):
        status, answer = api.call("GET", path)
        assert (status, answer["code"]) == (404, "rest_no_route")
    assert api.get("system_status")["environment"]["version"] == "8.9.3"
    assert len(api.get(shirt["S"].rpartition("/")[0])) == 3


def test_options_are_what_the_api_says(shop, api):
    shop.configure(prices_include_tax=True, currency="JPY", price_num_decimals=0)
    values = {one["id"]: one["value"] for one in api.get("settings/general")}
    assert values["woocommerce_currency"] == "JPY"
    assert api.get("settings/tax/woocommerce_prices_include_tax")["value"] == "yes"
    assert api.get("data/currencies/current")["symbol"] == "&yen;"
    assert api.get("system_status")["settings"]["number_of_decimals"] == 0
    with pytest.raises(ControlError, match="Unknown setting"):
        shop.configure(no_such=1)


def test_accounts_are_changed_and_deleted(shop, api, lamp):
    made = shop.create_customer(email="ada@example.com", first_name="Ada")
    placed = shop.place_order(lines=[{"sku": "LAMP"}], customer="ada@example.com")
    shop.update_customer("ada@example.com", email="new@example.com")
    assert api.get(f"customers/{made['id']}")["email"] == "new@example.com"
    taken = {"email": "admin@example.com"}
    status, answer = api.call("PUT", f"customers/{made['id']}", taken)
    assert (status, answer["code"]) == (400, "woocommerce_rest_customer_invalid_email")
    assert [one["id"] for one in api.get("customers", search="new@")] == [made["id"]]
    assert api.call("DELETE", f"customers/{made['id']}", force="true")[0] == 200
    status, answer = api.call("GET", f"customers/{made['id']}")
    assert (status, answer["code"]) == (404, "woocommerce_rest_invalid_id")
    assert api.get(f"orders/{placed['id']}")["customer_id"] == 0


def test_the_page_shows_stock_and_places_orders(shop, api, lamp):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = "sku=LAMP&quantity=2&guest=g%40example.com&tax=standard&paid=yes"
    status, headers, _body = api.raw("POST", "/page/order", fields, form)
    assert status == 303
    assert "placed%3A+54.39+EUR" in headers["Location"]
    status, _headers, page = api.raw("GET", "/")
    assert status == 200
    assert b"Lamp \xc2\xb7 20.00 \xc2\xb7 8 available" in page
    assert b"Demo Shopper (guest)" in page
    (order,) = shop.orders()
    api.raw("POST", "/page/fulfil", f"order={order['id']}", form)
    assert shop.get_order(order["id"])["status"] == "completed"


def test_a_name_is_escaped_where_it_is_shown(shop, api):
    shop.seed(products=[{"title": "<i>Tea & Co</i>", "sku": "TEA", "price": "3"}])
    assert b"&lt;i&gt;Tea &amp; Co&lt;/i&gt;" in api.raw("GET", "/")[2]
    (product,) = api.get("products")
    assert product["name"] == "&lt;i&gt;Tea &amp; Co&lt;/i&gt;"
