# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order's arithmetic: cases worked out by hand, and what holds for every order."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev.simulators.woocommerce import coupons, order, order_write, php, product_write
from dev.simulators.woocommerce.store import Store

SIZES = {"quantity": st.integers(1, 7), "cents": st.integers(1, 99999)}


@pytest.fixture
def store():
    return Store()


def sell(store, *lines, included=False, **values):
    """Place an order of (price, quantity, class of taxes) and return it as REST shows it."""
    rows = []
    for price, quantity, class_ in lines:
        given = {"name": "Thing", "regular_price": str(price), "tax_class": class_}
        product = product_write.create(store, given)
        rows.append({"product_id": product["id"], "quantity": quantity})
    values = {"line_items": rows, **values}
    made = order_write.create(store, values, prices_include_tax=included)
    return order.payload(store, made, "")


def option(store, **values):
    store.settings.update({f"woocommerce_{name}": value for name, value in values.items()})


def sums(shown):
    return [shown[name] for name in ("discount_total", "cart_tax", "shipping_tax", "total")]


def test_a_compound_tax_is_of_the_others_too(store):
    store.add_tax("GST", 5)
    store.add_tax("QST", 9.975, priority=2, compound=True)
    shown = sell(store, ("100.00", 1, ""))
    assert [one["tax_total"] for one in shown["tax_lines"]] == ["5.00", "10.47"]
    assert sums(shown) == ["0.00", "15.47", "0.00", "115.47"]


def test_compound_taxes_come_out_of_a_price_again(store):
    store.add_tax("GST", 5)
    store.add_tax("QST", 9.975, priority=2, compound=True)
    shown = sell(store, ("115.47", 1, ""), included=True)
    assert [one["tax_total"] for one in shown["tax_lines"]] == ["5.00", "10.47"]
    assert (shown["line_items"][0]["total"], shown["total"]) == ("100.00", "115.47")


@pytest.mark.parametrize(
    ("decimals", "price", "quantity", "tax", "total"),
    [
        ("0", "333", 1, "33", "366"),
        ("1", "3.3", 3, "1.0", "10.9"),
        ("3", "1.2345", 1, "0.123", "1.358"),
        ("4", "1.2345", 3, "0.3704", "4.0739"),
    ],
)
def test_amounts_have_the_shops_decimals(store, decimals, price, quantity, tax, total):
    option(store, price_num_decimals=decimals)
    store.add_tax("VAT", 10)
    shown = sell(store, (price, quantity, ""))
    assert (shown["total_tax"], shown["total"]) == (tax, total)


def test_taxes_are_rounded_a_line_or_at_the_end(store):
    store.add_tax("VAT", 21)
    lines = [("0.10", 1, "")] * 3  # 0.021 each
    assert sell(store, *lines)["total_tax"] == "0.06"
    assert sell(store, *[("0.12", 1, "")] * 3)["total_tax"] == "0.09"
    option(store, tax_round_at_subtotal="yes")
    assert sell(store, *lines)["total_tax"] == "0.06"
    assert sell(store, *[("0.12", 1, "")] * 3)["total_tax"] == "0.08"


def test_a_negative_fee_takes_its_taxes_from_what_it_reduces(store):
    store.add_tax("VAT", 21)
    store.add_tax("VAT low", 6, **{"class": "reduced-rate"})
    fees = [{"name": "Loyalty", "total": "-15.00"}]
    shown = sell(store, ("100", 1, ""), ("50", 1, "reduced-rate"), fee_lines=fees)
    assert [one["tax_total"] for one in shown["tax_lines"]] == ["18.90", "2.70"]
    assert (shown["fee_lines"][0]["total_tax"], shown["total"]) == ("-2.40", "156.60")


def test_a_negative_fee_takes_no_more_than_there_is(store):
    shown = sell(store, ("10", 1, ""), fee_lines=[{"name": "Gift", "total": "-20"}])
    assert (shown["fee_lines"][0]["total"], shown["total"]) == ("-10.00", "0.00")


def test_shipping_is_taxed_by_the_rates_that_are_for_it(store):
    store.add_tax("VAT", 21)
    store.add_tax("Bottle", 2, priority=2, shipping=False)
    ways = [{"method_id": "flat_rate", "method_title": "Flat rate", "total": "10"}]
    shown = sell(store, ("100", 1, ""), shipping_lines=ways)
    assert sums(shown) == ["0.00", "23.00", "2.10", "135.10"]


def test_what_is_not_taxable_is_not_taxed(store):
    store.add_tax("VAT", 21)
    given = {"name": "Voucher", "regular_price": "10", "tax_status": "none"}
    product = product_write.create(store, given)
    made = order_write.create(store, {"line_items": [{"product_id": product["id"]}]})
    assert order.payload(store, made, "")["total_tax"] == "0.00"


def test_rates_go_by_the_place_that_is_shipped_to(store):
    store.add_tax("VAT", 21, country="ES")
    store.add_tax("TVA", 20, country="FR")
    france, spain = {"country": "FR"}, {"country": "ES"}
    shown = sell(store, ("100", 1, ""), billing=spain, shipping=france)
    assert [one["rate_code"] for one in shown["tax_lines"]] == ["FR-TVA-1"]
    assert sell(store, ("100", 1, ""), billing={"country": "US"})["total_tax"] == "0.00"


@settings(max_examples=60)
@given(
    lines=st.lists(st.tuples(SIZES["cents"], SIZES["quantity"]), min_size=1, max_size=5),
    decimals=st.integers(0, 4),
    rates=st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=3),
    included=st.booleans(),
    at_subtotal=st.booleans(),
    percent=st.sampled_from((0, 7.5, 10, 33)),
)
def test_the_parts_come_to_the_total(lines, decimals, rates, included, at_subtotal, percent):
    """To the unit where lines are rounded; where only the sum is, once it is."""
    store = Store()
    option(store, price_num_decimals=str(decimals),
           tax_round_at_subtotal="yes" if at_subtotal else "no")  # fmt: skip
    for priority, (rate, compound) in enumerate(rates, 1):
        store.add_tax(f"T{priority}", rate, priority=priority, compound=compound)
    coupons_used = []
    if percent:
        coupons.add(store, "off", "percent", percent)
        coupons_used = [{"code": "off"}]
    priced = [(Decimal(cents).scaleb(-decimals), quantity, "") for cents, quantity in lines]
    ways = [{"method_id": "x", "method_title": "X", "total": "5"}]
    given = {"coupon_lines": coupons_used, "shipping_lines": ways}
    shown = sell(store, *priced, included=included, **given)
    made = store.orders[shown["id"]]
    exact = order.payload(store, made, "", 6) if at_subtotal else shown
    net = sum(Decimal(one["total"]) for one in exact["line_items"] + exact["shipping_lines"])
    taxes = sum(Decimal(one["tax_total"]) + Decimal(one["shipping_tax_total"])
                for one in exact["tax_lines"])  # fmt: skip
    step = Decimal(1).scaleb(-decimals)
    assert abs((net + taxes) - Decimal(shown["total"])) <= (step / 2 if at_subtotal else 0)


@settings(max_examples=60)
@given(cents=SIZES["cents"], quantity=SIZES["quantity"], rate=st.integers(1, 3000))
def test_a_plain_tax_is_what_is_expected(cents, quantity, rate):
    """Against exact arithmetic; six decimals are what WooCommerce keeps before it rounds."""
    store = Store()
    percent = Decimal(rate) / 100
    store.add_tax("VAT", float(percent))
    shown = sell(store, (Decimal(cents) / 100, quantity, ""))
    net = Decimal(cents) / 100 * quantity
    tax = (net * percent / 100).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert Decimal(shown["total_tax"]) == tax.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=60)
@given(
    lines=st.lists(st.tuples(SIZES["cents"], SIZES["quantity"]), min_size=1, max_size=6),
    off=st.integers(1, 5000),
)
def test_a_fixed_coupon_takes_what_it_says(lines, off):
    store = Store()
    coupons.add(store, "off", "fixed_cart", off / 100)
    priced = [(Decimal(cents) / 100, quantity, "") for cents, quantity in lines]
    shown = sell(store, *priced, coupon_lines=[{"code": "OFF"}])
    whole = sum(price * quantity for price, quantity, _class in priced)
    assert Decimal(shown["discount_total"]) == min(Decimal(off) / 100, whole)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(1.005, 2, 1.01), (2.675, 2, 2.68), (-1.5, 0, -2.0), (0.285, 2, 0.29), (1.0449999, 2, 1.04)],
)
def test_floats_are_rounded_as_php_does(value, places, expected):
    assert php.rounded(value, places) == expected


def test_half_a_cent_of_tax_goes_down_where_prices_include_it(store):
    store.add_tax("VAT", 10)
    assert sell(store, ("0.15", 1, ""))["total_tax"] == "0.02"
    option(store, prices_include_tax="yes")
    assert sell(store, ("0.15", 1, ""))["total_tax"] == "0.01"
