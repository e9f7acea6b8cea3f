# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders: what they are read as, to the cent."""

from datetime import datetime, timezone
from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms.documents.customer import Address, Customer
from odoo.addons.storefront_connector.platforms.documents.money import ZERO
from odoo.addons.storefront_connector.platforms.documents.order import (
    Discount,
    Order,
    OrderLine,
    Payment,
    TaxLine,
)
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

parse = ShopifyAdapter.parse_order
NAMES = ("order_placed", "order_included", "order_edited", "order_extras")


def tax(title, rate, amount, country="", by_platform=False):
    return TaxLine(
        title=title,
        rate=D(rate),
        amount=D(amount),
        collected_by_platform=by_platform,
        country_code=country,
    )


def discount(title, amount):
    return Discount(title=title, amount=D(amount))


def at(second, minute=0):
    return datetime(2026, 11, 20, 9, minute, second, tzinfo=timezone.utc)


def line(external_id, kind, name, price, *, quantity=1, **values):
    values.setdefault("requires_shipping", kind == "product")
    return OrderLine(
        external_id=external_id,
        kind=kind,
        name=name,
        quantity=D(quantity),
        unit_price=D(price),
        **values,
    )


def sum_of_lines(order):
    taxes = ZERO if order.prices_include_tax else sum(one.tax_total for one in order.lines)
    return sum(one.charged for one in order.lines) + taxes


PLACED = Order(
    external_id="6201",
    number="#1001",
    created_at=at(0),
    updated_at=at(5),
    currency="EUR",
    prices_include_tax=False,
    payment_state="paid",
    fulfillment_state="partial",
    customer=Customer(
        external_id="501",
        name="Ada Lovelace",
        email="ada@home.example",
        phone="+3225550101",
        language="fr",
    ),
    billing_address=Address(
        name="Ada Lovelace",
        company="Analytical Engines",
        street="Rue Neuve 1",
        street2="Bte 3",
        city="Bruxelles",
        zip="1000",
        country_code="BE",
        phone="+3225550102",
    ),
    shipping_address=Address(
        name="Charles Babbage",
        street="5 Rue Sainte-Catherine",
        city="Montréal",
        zip="H2X 1Z4",
        state_code="QC",
        country_code="CA",
    ),
    lines=(
        line(
            "91",
            "product",
            "Lamp - Red",
            "19.99",
            quantity=3,
            sku="LAMP-R",
            product_external_id="11",
            variant_external_id="21",
            discounts=(discount("Summer", "6"), discount("WELCOME10", "5.40")),
            taxes=(tax("VAT", "0.21", "10.20", "CA"), tax("City", "0.015", "0.73", "CA")),
            fulfilled_quantity=D(1),
        ),
        line(
            "92",
            "product",
            "Gift note",
            "4.50",
            discounts=(discount("WELCOME10", "0.45"),),
            requires_shipping=False,
        ),
        line(
            "71",
            "shipping",
            "Express",
            "9.90",
            discounts=(discount("SHIP", "4.90"),),
            taxes=(tax("VAT", "0.21", "1.05", "CA"),),
            code="EXP",
        ),
    ),
    total=D("69.60"),
    total_tax=D("11.98"),
    note="Ring twice",
    tags=("vip", "web"),
    payment_methods=("shopify_payments", "gift_card"),
    payments=(
        Payment(
            external_id="302",
            kind="payment",
            method="gift_card",
            amount=D("19.60"),
            processed_at=at(1),
            reference="r1.2",
            is_gift_card=True,
        ),
        Payment(
            external_id="303",
            kind="authorization",
            method="shopify_payments",
            amount=D("50.00"),
            processed_at=at(1),
            reference="r1.3",
        ),
        Payment(
            external_id="304",
            kind="payment",
            method="shopify_payments",
            amount=D("50.00"),
            processed_at=at(3),
            reference="r1.4",
            fee=D("1.51"),
        ),
    ),
    status="PAID",
    channel="web",
    fraud_risk="low",
    purchase_number="PO-7",
)


def test_an_order_as_placed(fixture):
    payload = fixture("order_placed")
    order = parse(payload)
    assert order == PLACED
    assert order.raw is payload


def test_a_guest_with_taxes_included_in_a_currency_without_decimals(fixture):
    order = parse(fixture("order_included"))
    assert (order.total, order.total_tax, order.total_untaxed) == (D(3750), D(250), D(3500))
    assert [order.untaxed(one) for one in order.lines] == [D(2000), D(1000), D(500)]
    assert [one.is_gift_card for one in order.lines] == [False, True, False]
    assert [one.external_id for one in order.lines] == ["93", "94", "shipping-0"]
    assert order.customer == Customer(
        name="Kei Sato", email="kei@example.jp", phone="+81355501234", language="ja"
    )
    assert order.billing_address is None
    assert (order.shipping_address.country_code, order.shipping_address.state_code) == ("JP", "13")
    assert (order.payment_state, order.fulfillment_state) == ("pending", "unfulfilled")
    assert order.is_test


def test_an_edited_order_is_read_as_it_is_now(fixture):
    order = parse(fixture("order_edited"))
    assert (order.total, order.total_tax) == (D("116.38"), D("19.39"))
    assert [(one.name, one.quantity, one.charged, one.tax_total) for one in order.lines] == [
        ("Chair", D(3), D("67.50"), D("13.50")),
        ("Cushion", D(2), D("18.98"), D("3.79")),
        ("Blanket", D(1), D("8.01"), D("1.60")),
        ("Pallet", D(1), D("2.50"), D("0.50")),
    ]
    assert order.lines[1].discounts == (discount("TEN", "0.67"), discount("Loyal", "0.33"))
    assert order.lines[1].taxes == (tax("VAT", "0.2", "3.79", by_platform=True),)


def test_an_edited_order_with_taxes_included(fixture):
    payload = fixture("order_edited")
    payload["taxesIncluded"] = True
    chair = parse(payload).lines[0]
    assert (chair.charged, chair.discounts) == (D("81.00"), (discount("TEN", "-6.00"),))


def test_a_cancelled_order_is_read_as_placed(fixture):
    payload = fixture("order_edited")
    payload["cancelledAt"] = "2026-11-20T09:30:00Z"
    order = parse(payload)
    assert order.cancelled_at == at(0, minute=30)
    assert [one.quantity for one in order.lines] == [D(4), D(1), D(3), D(1), D(1), D(1)]
    assert (order.total, order.total_tax) == (D("238.93"), D("39.82"))


def test_duties_fees_tips_and_cash_rounding_are_lines(fixture):
    order = parse(fixture("order_extras"))
    assert order.lines[1:] == (
        line("100", "tip", "Tip", "8.00"),
        line("51", "duty", "Duties", "12.00", taxes=(tax("GST", "0.05", "0.60", "CA"),)),
        line("61", "fee", "Handling", "3.00", taxes=(tax("GST", "0.04", "0.12", "CA"),)),
        line("tip", "tip", "Tip", "2.00"),
        line("rounding", "rounding", "Cash rounding", "0.03"),
    )
    assert order.lines[0].taxes == (tax("GST", "0.05", "5.00", "CA", by_platform=True),)
    assert (order.total, order.total_tax) == (D("130.75"), D("5.72"))


def test_duties_that_prices_contain_are_no_lines(fixture):
    payload = fixture("order_extras")
    payload["dutiesIncluded"] = True
    assert "duty" not in [one.kind for one in parse(payload).lines]


def test_a_line_like_a_tip_is_none_where_nothing_was_tipped(fixture):
    payload = fixture("order_extras")
    payload["totalTipReceivedSet"] = None
    assert [one.kind for one in parse(payload).lines][:2] == ["product", "product"]


def test_a_company_buys(fixture):
    assert parse(fixture("order_extras")).customer == Customer(
        external_id="502",
        name="Tremblay",
        email="achats@example.ca",
        phone="+15145550199",
        language="fr-CA",
        company_name="Tremblay et fils",
        company_external_id="41",
        company_location_external_id="42",
        company_location_name="Dépôt",
        contact_external_id="43",
        vat="123456789RT0001",
        tax_exempt=True,
    )


def test_an_account_without_an_address_of_its_own_has_the_orders(fixture):
    payload = fixture("order_placed")
    payload["customer"].update(defaultEmailAddress=None, defaultPhoneNumber=None)
    payload["phone"] = "+3225550103"
    customer = parse(payload).customer
    assert (customer.email, customer.phone) == ("ada@example.com", "+3225550103")


def test_an_exemption_is_the_locations_where_a_company_buys(fixture):
    payload = fixture("order_extras")
    payload["customer"]["taxExempt"] = True
    payload["purchasingEntity"]["location"]["taxSettings"]["taxExempt"] = False
    assert not parse(payload).customer.tax_exempt
    payload["purchasingEntity"] = None
    assert parse(payload).customer.tax_exempt


@pytest.mark.parametrize("name", NAMES)
def test_lines_add_up_to_the_total_and_taxes_to_the_tax(fixture, name):
    order = parse(fixture(name))
    assert sum_of_lines(order) == order.total
    assert sum(one.tax_total for one in order.lines) == order.total_tax


def test_figures_that_do_not_add_up_are_left_as_they_are(fixture):
    payload = fixture("order_placed")
    payload["totalPriceSet"]["shopMoney"]["amount"] = "70.0"
    assert parse(payload).total - sum_of_lines(parse(payload)) == D("0.40")


@pytest.mark.parametrize(
    ("shopify", "state"),
    [("AUTHORIZED", "authorized"), ("EXPIRED", "voided"), ("PARTIALLY_PAID", "partially_paid"),
     ("PARTIALLY_REFUNDED", "partially_refunded"), ("REFUNDED", "refunded"), ("VOIDED", "voided"),
     (None, "pending"), ("NEW_ONE", "pending")],
)  # fmt: skip
def test_payment_states(fixture, shopify, state):
    assert (
        parse({**fixture("order_placed"), "displayFinancialStatus": shopify}).payment_state == state
    )


@pytest.mark.parametrize(
    ("shopify", "cancelled", "status"),
    [("PAID", None, "PAID"), ("NEW_ONE", None, "NEW_ONE"), (None, None, "PENDING"),
     ("REFUNDED", "2026-11-20T09:30:00Z", "CANCELLED")],
)  # fmt: skip
def test_where_an_order_stands(fixture, shopify, cancelled, status):
    payload = fixture("order_placed")
    payload.update(displayFinancialStatus=shopify, cancelledAt=cancelled)
    assert parse(payload).status == status


@pytest.mark.parametrize(
    ("shopify", "state"),
    [("FULFILLED", "fulfilled"), ("FULFILLMENT_NOT_REQUIRED", "fulfilled"),
     ("UNFULFILLED", "unfulfilled"), ("SCHEDULED", "unfulfilled"), ("NEW_ONE", "unfulfilled")],
)  # fmt: skip
def test_fulfillment_states(fixture, shopify, state):
    payload = {**fixture("order_placed"), "displayFulfillmentStatus": shopify}
    assert parse(payload).fulfillment_state == state
