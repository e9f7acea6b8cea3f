# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders placed and changed by commands, as the API shows them; and what it refuses."""

import pytest

from dev.simulators.woocommerce.control import ControlError

VAT = {"title": "VAT 21%", "rate": 0.21}
LOW = {"title": "VAT 6%", "rate": 0.06}
PRODUCTS = [
    {"title": "Lamp", "sku": "LAMP", "price": "20.00", "stock": 10},
    {"title": "Book", "sku": "BOOK", "price": "8.48", "stock": 5},
    {"title": "Card", "sku": "CARD", "price": "1.00", "tracked": False},
]
ADDRESS = {"first_name": "Ada", "last_name": "Byron", "address1": "Rue Neuve 1", "zip": "1000",
           "city": "Bruxelles", "country_code": "BE"}  # fmt: skip


@pytest.fixture
def stocked(shop):
    shop.seed(products=PRODUCTS)
    return shop


def lines(shown):
    return [(one["sku"], one["quantity"], one["total"], one["total_tax"])
            for one in shown["line_items"]]  # fmt: skip


def test_an_order_is_taxed_as_its_specification_says(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP", "quantity": 2}, {"sku": "BOOK", "taxes": [LOW]}],
        taxes=[VAT],
        taxes_included=False,
        shipping={"title": "Standard", "price": "5.00"},
        email="g@example.com",
        billing_address=ADDRESS,
        note="Ring twice",
    )
    shown = api.get(f"orders/{placed['id']}")
    assert lines(shown) == [("LAMP", 2, "40.00", "8.40"), ("BOOK", 1, "8.48", "0.51")]
    assert [(one["label"], one["rate_percent"], one["tax_total"], one["shipping_tax_total"])
            for one in shown["tax_lines"]] == [
        ("VAT 21%", 21, "8.40", "1.05"), ("VAT 6%", 6, "0.51", "0.00")]  # fmt: skip
    assert (shown["total"], shown["status"], shown["customer_note"]) == (
        "63.44", "processing", "Ring twice")  # fmt: skip
    assert shown["billing"]["postcode"] == shown["shipping"]["postcode"] == "1000"
    assert placed["taxes"] == {"VAT 21%": "9.45", "VAT 6%": "0.51"}
    known = {row["name"] for row in api.get("taxes")}
    assert known == {"VAT 21%", "VAT 6%"}


def test_a_set_of_taxes_is_one_class_however_often_it_comes(stocked, api):
    for rate in (0.07, "0.07"):
        taxes = [{"title": "VAT 7%", "rate": rate}]
        stocked.place_order(lines=[{"sku": "LAMP"}], taxes=taxes, email="g@example.com")
    assert [(one["name"], one["rate"]) for one in api.get("taxes")] == [("VAT 7%", "7.0000")]


def test_prices_with_taxes_are_shown_without(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP", "price": "24.20"}],
        taxes=[VAT],
        taxes_included=True,
        shipping={"title": "Standard", "price": "6.05"},
        email="g@example.com",
    )
    shown = api.get(f"orders/{placed['id']}")
    assert shown["prices_include_tax"] is True
    assert lines(shown) == [("LAMP", 1, "20.00", "4.20")]
    assert (shown["shipping_total"], shown["total"]) == ("5.00", "30.25")


def test_discounts_are_coupons(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP", "quantity": 3}, {"sku": "BOOK"}],
        discounts=[
            {"code": "TEN", "value": 10},
            {"title": "Two off", "type": "fixed_amount", "value": 2, "target": "line",
             "skus": ["BOOK"]},
            {"code": "SHIP", "value": 100, "target": "shipping"},
        ],
        shipping={"title": "Standard", "price": "5.00"},
        email="g@example.com",
    )  # fmt: skip
    shown = api.get(f"orders/{placed['id']}")
    assert [(one["code"], one["discount"], one["discount_type"], one["free_shipping"])
            for one in shown["coupon_lines"]] == [
        ("ten", "6.85", "percent", False), ("two-off", "2", "fixed_product", False),
        ("ship", "0", "percent", True)]  # fmt: skip
    assert (shown["discount_total"], shown["shipping_total"], shown["total"]) == (
        "8.85", "0.00", "59.63")  # fmt: skip


def test_fees_may_be_negative(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP"}, {"custom": True, "title": "Engraving", "price": "5.00"}],
        fees=[{"name": "Loyalty", "price": "-2.00"}],
        taxes=[VAT],
        email="g@example.com",
    )
    shown = api.get(f"orders/{placed['id']}")
    assert [(one["name"], one["total"], one["total_tax"]) for one in shown["fee_lines"]] == [
        ("Engraving", "5.00", "1.05"), ("Loyalty", "-2.00", "-0.42")]  # fmt: skip
    assert shown["total"] == "27.83"


def test_a_customer_is_found_or_made(stocked, api):
    person = {"email": "ada@example.com", "first_name": "Ada", "addresses": [ADDRESS]}
    first = stocked.place_order(lines=[{"sku": "LAMP"}], customer=person)
    second = stocked.place_order(lines=[{"sku": "LAMP"}], customer="ada@example.com")
    guest = stocked.place_order(lines=[{"sku": "LAMP"}], email="ada@example.com")
    assert first["customer_id"] == second["customer_id"] == 2
    assert guest["customer_id"] is None
    (account,) = api.get("customers", email="ada@example.com")
    assert account["billing"]["city"] == "Bruxelles"
    assert api.get(f"orders/{second['id']}")["billing"]["email"] == "ada@example.com"


def test_stock_is_taken_once_and_given_back_once(stocked):
    placed = stocked.place_order(lines=[{"sku": "LAMP", "quantity": 3}], email="g@example.com")
    assert stocked.stock("LAMP")["available"] == 7
    stocked.fulfil_order(placed["id"])
    assert stocked.stock("LAMP")["available"] == 7
    stocked.cancel_order(placed["id"])
    assert stocked.stock("LAMP")["available"] == 10
    with pytest.raises(ControlError, match="cancelled"):
        stocked.cancel_order(placed["id"])


def test_an_order_nobody_paid_waits_and_is_paid(stocked, api):
    placed = stocked.place_order(lines=[{"sku": "LAMP"}], email="g@example.com", paid=False)
    assert (placed["status"], placed["paid"]) == ("on-hold", False)
    assert stocked.pay_order(placed["id"])["status"] == "processing"
    assert api.get(f"orders/{placed['id']}")["date_paid_gmt"] is not None
    with pytest.raises(ControlError, match="paid"):
        stocked.pay_order(placed["id"])


def test_an_edit_keeps_a_line_s_price_and_its_stock(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP", "quantity": 4}, {"sku": "BOOK"}],
        taxes=[VAT],
        taxes_included=False,
        discounts=[{"code": "TEN", "value": 10}],
        email="g@example.com",
    )
    stocked.edit_order(placed["id"], "LAMP", 3)
    shown = api.get(f"orders/{placed['id']}")
    # The coupon's last cent had gone to the lamps: 71.99 for four.
    assert lines(shown)[0] == ("LAMP", 3, "53.99", "11.34")
    assert stocked.stock("LAMP")["available"] == 7
    stocked.edit_order(placed["id"], "BOOK", 0)
    stocked.edit_order(placed["id"], add={"sku": "CARD", "quantity": 2})
    stocked.edit_order(placed["id"], shipping={"title": "Fast", "price": "9.00"})
    shown = api.get(f"orders/{placed['id']}")
    assert [one["sku"] for one in shown["line_items"]] == ["LAMP", "CARD"]
    assert shown["shipping_total"] == "9.00"
    stocked.edit_order(placed["id"], remove_shipping="Fast")
    assert api.get(f"orders/{placed['id']}")["shipping_lines"] == []
    assert stocked.stock("BOOK")["available"] == 5


def test_a_refund_has_negative_lines_and_gives_stock_back(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP", "quantity": 2}], taxes=[VAT], email="g@example.com",
        shipping={"title": "Standard", "price": "5.00"},
    )  # fmt: skip
    stocked.refund_order(placed["id"], {"LAMP": 1}, shipping=True, note="Broken")
    (refund,) = api.get(f"orders/{placed['id']}/refunds")
    assert (refund["amount"], refund["reason"]) == ("30.25", "Broken")
    (line,) = refund["line_items"]
    assert (line["quantity"], line["total"], line["total_tax"]) == (-1, "-20.00", "-4.20")
    assert refund["shipping_lines"][0]["total"] == "-5.00"
    assert stocked.stock("LAMP")["available"] == 9
    assert api.get(f"orders/{placed['id']}")["refunds"][0]["total"] == "-30.25"
    rest = stocked.refund_order(placed["id"], amount="24.20")
    assert (rest["status"], rest["current_total"]) == ("refunded", "0.00")
    with pytest.raises(ControlError, match="Invalid refund amount"):
        stocked.refund_order(placed["id"], amount="0.01")


def test_tracking_and_numbers_of_plugins(stocked, api):
    placed = stocked.place_order(
        lines=[{"sku": "LAMP"}], email="g@example.com", number="WEB-77",
        meta=[{"key": "_billing_vat", "value": "BE0477472701"}],
    )  # fmt: skip
    stocked.fulfil_order("WEB-77", tracking={"company": "bpost", "number": "323"})
    shown = api.get(f"orders/{placed['id']}")
    meta = {row["key"]: row["value"] for row in shown["meta_data"]}
    assert (shown["number"], meta["_billing_vat"]) == ("WEB-77", "BE0477472701")
    assert meta["_wc_shipment_tracking_items"][0]["tracking_number"] == "323"
    assert [one["id"] for one in api.get("orders", search="WEB-77")] == [placed["id"]]


def test_a_deleted_product_leaves_its_name(stocked, api):
    placed = stocked.place_order(lines=[{"sku": "LAMP"}], email="g@example.com")
    stocked.delete_product("LAMP")
    (line,) = api.get(f"orders/{placed['id']}")["line_items"]
    assert (line["name"], line["product_id"], line["sku"]) == ("Lamp", 0, None)


def test_statuses_of_plugins_are_known_once_they_are_there(stocked, api):
    placed = stocked.place_order(lines=[{"sku": "LAMP"}], email="g@example.com")
    path = f"orders/{placed['id']}"
    assert api.call("PUT", path, {"status": "packed"})[0] == 400
    assert api.call("GET", "orders", status="packed")[0] == 400
    stocked.configure(statuses=["packed"])
    assert api.send(path, {"status": "packed"}, "PUT")["status"] == "packed"
    assert [one["id"] for one in api.get("orders", status="packed")] == [placed["id"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"line_items": [{"id": 999, "quantity": 1}]}, "woocommerce_rest_invalid_item_id"),
        ({"line_items": [{"quantity": 1}]}, "woocommerce_rest_required_product_reference"),
        ({"coupon_lines": [{"code": "none"}]}, "woocommerce_rest_invalid_coupon"),
        ({"customer_id": 99}, "woocommerce_rest_invalid_customer_id"),
        ({"line_items": "x", "billing": 3}, "rest_invalid_param"),
    ],
)
def test_what_makes_no_sense_is_refused(stocked, api, body, code):
    placed = stocked.place_order(lines=[{"sku": "LAMP"}], email="g@example.com")
    status, answer = api.call("PUT", f"orders/{placed['id']}", body)
    assert (status, answer["code"]) == (400, code)


def test_notes_are_kept(stocked, api):
    placed = stocked.place_order(lines=[{"sku": "LAMP"}], email="g@example.com")
    path = f"orders/{placed['id']}/notes"
    api.send(path, {"note": "Tracking 323", "customer_note": True})
    assert [(one["note"], one["customer_note"]) for one in api.get(path)] == [
        ("Tracking 323", True)
    ]
    status, answer = api.call("POST", path, {})
    assert (status, answer["code"]) == (400, "rest_missing_callback_param")


def test_samples_are_the_same_for_the_same_seed(shop):
    shop.seed(count=5)
    first = [one["total"] for one in shop.place_samples(12, seed=3)]
    shop.reset()
    shop.seed(count=5)
    assert [one["total"] for one in shop.place_samples(12, seed=3)] == first
    assert len(set(first)) > 6
