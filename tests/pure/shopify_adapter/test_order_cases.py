# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each kind of order a store has, from the simulated one, with amounts computed by hand."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms.documents.order import Discount, Payment, TaxLine

VAT = {"title": "VAT", "rate": "0.21"}


def rows(order):
    """(kind, name, quantity, charged, tax) of each line."""
    return [(one.kind, one.name, one.quantity, one.charged, one.tax_total) for one in order.lines]


def row(kind, name, charged, tax=0, quantity=1):
    return (kind, name, D(quantity), D(charged), D(tax))


def test_an_order_in_yen_of_a_store_in_dinars(shop):
    """3 x 1,999 = 5,997, 10 % less 600 = 5,397; tax 10 %: 540. A yen is 0.00204 dinars."""
    shop.control.configure(currency_code="KWD")
    placed = shop.place(
        lines=[{"sku": "LAMP", "quantity": 3, "price": "1999"}],
        taxes=[{"title": "Tax", "rate": "0.1"}],
        discounts=[{"code": "TEN", "value": "10"}],
        presentment_currency="JPY",
        rate="0.00204",
    )
    order, shopper = shop.read(placed), shop.read(placed, "shopper")
    assert (shopper.currency, shopper.total, shopper.total_tax) == ("JPY", D(5937), D(540))
    assert rows(shopper) == [row("product", "Lamp", 5397, 540, 3)]
    assert shopper.lines[0].discounts == (Discount(title="TEN", amount=D(600)),)
    # 3 x 4.078 - 1.224 = 11.010, and 540 yen are 1.102 dinars
    assert (order.currency, order.total, order.total_tax) == ("KWD", D("12.112"), D("1.102"))
    assert rows(order) == [row("product", "Lamp", "11.010", "1.102", 3)]
    assert [one.amount for one in order.payments] == [D("12.111")], "converted by itself"
    assert order.counterpart == replace(shopper, counterpart=None)
    assert shopper.counterpart == replace(order, counterpart=None)
    assert order.counterpart.counterpart is None


def test_one_currency_has_no_counterpart(shop):
    placed = shop.place()
    assert shop.read(placed).counterpart is None
    assert shop.read(placed, "shopper") == shop.read(placed)


def test_two_taxes_contained_in_prices_and_two_shipping_methods(shop):
    """11.60 / 1.16 = 10.00; 5.80 / 1.16 = 5.00; the second method isn't taxed."""
    placed = shop.place(
        lines=[{"sku": "MUG", "price": "11.60"}],
        taxes=[{"title": "State", "rate": "0.1"}, {"title": "City", "rate": "0.06"}],
        taxes_included=True,
        shipping=[
            {"title": "Post", "code": "POST", "price": "5.80"},
            {"title": "Truck", "price": "3.00", "taxes": []},
        ],
    )
    order = shop.read(placed)
    assert (order.total, order.total_tax) == (D("20.40"), D("2.40"))
    assert rows(order) == [
        row("product", "Mug", "11.60", "1.60"),
        row("shipping", "Post", "5.80", "0.80"),
        row("shipping", "Truck", "3.00"),
    ]
    assert [one.code for one in order.lines] == ["", "POST", "Truck"]
    assert [tax.country_code for tax in order.lines[0].taxes] == ["BE", "BE"]


def test_more_shipping_methods_than_a_page(shop):
    methods = [{"title": f"Parcel {index}", "price": "1.00"} for index in range(23)]
    placed = shop.place(shipping=methods)
    shop.calls.clear()
    order = shop.read(placed)
    assert order.total == D("43.00")
    assert [one.name for one in order.lines[1:]] == [one["title"] for one in methods]
    assert [one.operation for one in shop.calls] == ["Orders", "OrderShipping"]


def test_three_hundred_lines(shop):
    placed = shop.place(lines=[{"sku": "MUG", "quantity": 2}] * 300, taxes=[VAT])
    order = shop.read(placed)
    assert len(order.lines) == 300
    assert (order.total, order.total_tax) == (D("7260.00"), D("1260.00"))


def test_who_is_exempt_pays_no_tax(shop):
    order = shop.read(shop.place(taxes=[VAT], tax_exempt=True))
    assert (order.total, order.total_tax, order.tax_exempt) == (D("20.00"), D(0), True)
    assert order.lines[0].taxes == ()


def test_taxes_a_marketplace_owes(shop):
    taxes = [{"title": "State", "rate": "0.0625", "channel_liable": True}]
    order = shop.read(shop.place(taxes=taxes))
    assert order.lines[0].taxes == (
        TaxLine(
            title="State",
            rate=D("0.0625"),
            amount=D("1.25"),
            collected_by_platform=True,
            country_code="BE",
        ),
    )


def test_fees_duties_and_a_tip(shop):
    duty = {"price": "4.00", "origin": "CN", "hs": "940511", "taxes": [VAT]}
    placed = shop.place(
        lines=[{"sku": "LAMP", "duties": [duty]}],
        additional_fees=[{"name": "Handling", "price": "3.00", "taxes": [VAT]}],
        taxes=[VAT],
        tip="5.00",
        tip_as_line=True,
    )
    order = shop.read(placed)
    assert rows(order) == [
        row("product", "Lamp", "20.00", "4.20"),
        row("tip", "Tip", "5.00"),
        row("duty", "Duties", "4.00", "0.84"),
        row("fee", "Handling", "3.00", "0.63"),
    ]
    assert (order.total, order.total_tax) == (D("37.67"), D("5.67"))


def test_duties_that_prices_contain_are_not_charged_again(shop):
    placed = shop.place(
        lines=[{"sku": "LAMP", "duties": [{"price": "4.00"}]}], duties_included=True
    )
    assert rows(shop.read(placed)) == [row("product", "Lamp", "20.00")]


def test_a_bundle_a_custom_line_and_gift_cards(shop):
    placed = shop.place(
        lines=[
            {"sku": "LAMP", "bundle": "Desk set"},
            {"sku": "MUG", "bundle": "Desk set"},
            {"custom": True, "title": "Engraving", "price": "5.00"},
            {"sku": "CARD"},
        ],
        payments=[
            {"gateway": "gift_card", "amount": "15.00"},
            {"gateway": "shopify_payments", "fee_rate": "0.015", "fee_flat": "0.25",
             "fee_tax_rate": "0.21"},
        ],
    )  # fmt: skip
    order = shop.read(placed)
    assert [one.bundle for one in order.lines] == ["Desk set", "Desk set", "", ""]
    assert [one.is_gift_card for one in order.lines] == [False, False, False, True]
    assert order.lines[2].variant_external_id == order.lines[2].sku == ""
    assert order.total == D("60.00")
    # 1.5 % of 45.00 is 0.68, and 0.25; 21 % of 0.93 is 0.20
    assert [(one.method, one.amount, one.fee, one.is_gift_card) for one in order.payments] == [
        ("gift_card", D("15.00"), D(0), True),
        ("shopify_payments", D("45.00"), D("1.13"), False),
    ]
    assert [one.title for line in order.lines for one in line.discounts] == []


def test_a_fee_in_the_other_currency_is_converted_at_the_rate_of_its_transaction(shop):
    """The fee of 50.00 dollars is kept in euro: 46.00 x 2 % = 0.92, a dollar."""
    placed = shop.place(
        lines=[{"sku": "LAMP", "price": "50.00"}],
        payments=[{"fee_rate": "0.02"}],
        presentment_currency="USD",
        rate="0.92",
    )
    assert [one.fee for one in shop.read(placed).payments] == [D("0.92")]
    assert [one.fee for one in shop.read(placed, "shopper").payments] == [D("1.00")]


def test_cash_is_rounded_and_change_is_given(shop):
    """12.98 is paid with 20.00: 13.00 stay, 0.02 of them are rounding."""
    shop.control.add_location("Shop", address={"country_code": "NL"})
    placed = shop.place(
        lines=[{"sku": "MUG", "price": "12.98"}],
        taxes=[VAT],
        taxes_included=True,
        source_name="pos",
        retail_location="Shop",
        billing_address=None,
        payments=[{"gateway": "cash", "cash_rounding": "0.05", "tendered": "20.00"}],
    )
    order = shop.read(placed)
    assert (order.total, order.total_tax) == (D("13.00"), D("2.25"))
    assert rows(order)[1:] == [row("rounding", "Cash rounding", "0.02")]
    assert [(one.method, one.amount) for one in order.payments] == [("cash", D("13.00"))]
    assert (order.channel, order.payment_state) == ("pos", "paid")
    assert order.location_external_id == shop.adapter.fetch_locations()[1].external_id
    assert order.lines[0].taxes[0].country_code == "NL"


def test_an_authorization_is_no_payment_until_it_is_captured(shop):
    held = shop.place(payments=[{"kind": "authorization"}, {"status": "failure"}])
    order = shop.read(held)
    assert [(one.kind, one.amount) for one in order.payments] == [("authorization", D("20.00"))]
    assert (order.payment_state, order.status) == ("authorized", "AUTHORIZED")
    captured = shop.read(shop.place(payments=[{"kind": "capture"}]))
    assert [one.kind for one in captured.payments] == ["authorization", "payment"]
    assert (captured.payment_state, captured.status) == ("paid", "PAID")


@pytest.mark.parametrize(
    ("spec", "risk"),
    [({"recommendation": "CANCEL", "risk_levels": ["LOW"]}, "high"),
     ({"recommendation": "INVESTIGATE"}, "medium"), ({"recommendation": "ACCEPT"}, "low"),
     ({"recommendation": "NONE", "risk_levels": ["LOW", "HIGH", "PENDING"]}, "high"),
     ({"recommendation": "NONE", "risk_levels": ["PENDING"]}, "")],
)  # fmt: skip
def test_what_the_store_thinks_of_fraud(shop, spec, risk):
    assert shop.read(shop.place(**spec)).fraud_risk == risk


@pytest.mark.parametrize(
    ("spec", "channel"),
    [({"draft_order": True}, "shopify_draft_order"), ({"source_name": "web"}, "web"),
     ({"source_name": "2329312", "app": "Facebook & Instagram"}, "Facebook & Instagram"),
     ({"source_name": None, "app": "Marketplace"}, "Marketplace"),
     ({"source_name": "2329312"}, "2329312"), ({"source_name": "amazon"}, "amazon")],
)  # fmt: skip
def test_where_an_order_was_placed(shop, spec, channel):
    assert shop.read(shop.place(**spec)).channel == channel


def test_a_completed_draft_is_paid_by_hand(shop):
    placed = shop.place(draft_order=True, gateway="manual", po_number="PO-9", test=True)
    order = shop.read(placed)
    assert (order.purchase_number, order.is_test) == ("PO-9", True)
    assert order.payments == (
        Payment(
            external_id=order.payments[0].external_id,
            kind="payment",
            method="manual",
            amount=D("20.00"),
            processed_at=order.payments[0].processed_at,
            reference=f"r{order.external_id}.1",
        ),
    )


def test_a_deleted_product_keeps_its_name_and_sku(shop):
    placed = shop.place()
    shop.control.delete_product("LAMP")
    (line,) = shop.read(placed).lines
    assert (line.name, line.sku, line.product_external_id, line.variant_external_id) == (
        "Lamp", "LAMP", "", "",
    )  # fmt: skip


SMALL = {"presentment_currency": "JPY", "rate": "0.001"}


def test_what_is_a_tip_is_one_in_both_currencies(shop):
    """6 yen aren't part of a tip of 5, though both are a cent."""
    note = {"custom": True, "title": "Note", "price": "6", "requires_shipping": False,
            "taxable": False}  # fmt: skip
    placed = shop.place(lines=[note], tip="5", **SMALL)
    order, shopper = shop.read(placed), shop.read(placed, "shopper")
    assert rows(shopper) == [row("product", "Note", 6), row("tip", "Tip", 5)]
    assert rows(order) == [row("product", "Note", "0.01"), row("tip", "Tip", "0.01")]


def test_a_tip_of_nothing_in_one_currency_is_a_line_in_both(shop):
    placed = shop.place(lines=[{"sku": "MUG", "price": "1000"}], tip="1", **SMALL)
    order, shopper = shop.read(placed), shop.read(placed, "shopper")
    assert rows(shopper) == [row("product", "Mug", 1000), row("tip", "Tip", 1)]
    assert rows(order) == [row("product", "Mug", "1.00"), row("tip", "Tip", 0)]


def test_a_rounding_of_nothing_in_one_currency_is_a_line_in_both(shop):
    placed = shop.place(
        lines=[{"sku": "MUG", "price": "12.98"}],
        presentment_currency="USD",
        rate="0.1",
        payments=[{"gateway": "cash", "cash_rounding": "0.05"}],
    )
    order, shopper = shop.read(placed), shop.read(placed, "shopper")
    assert rows(shopper)[1:] == [row("rounding", "Cash rounding", "0.02")]
    assert rows(order)[1:] == [row("rounding", "Cash rounding", 0)]
    assert (order.total, shopper.total) == (D("1.30"), D("13.00"))


@pytest.mark.parametrize(
    ("title", "destination", "country"),
    [("DE MwSt", "FR", "DE"), ("FR TVA", "FR", "FR"), ("VAT", "FR", "FR"), ("GB VAT", "US", "US"),
     ("CA State Tax", "US", "US"), ("DE State Tax", "US", "US"), ("HST", "CA", "CA"),
     ("DEMwSt", "AT", "AT")],
)  # fmt: skip
def test_whose_tax_it_is(shop, title, destination, country):
    address = {"city": "Somewhere", "country_code": destination}
    taxes = [{"title": title, "rate": "0.19"}]
    order = shop.read(shop.place(taxes=taxes, shipping_address=address))
    assert order.lines[0].taxes[0].country_code == country
