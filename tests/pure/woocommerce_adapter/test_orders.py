# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recorded orders, read to the cent."""

from datetime import datetime, timezone
from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms.documents.amounts import settle
from odoo.addons.storefront_connector.platforms.documents.customer import Address
from odoo.addons.storefront_connector.platforms.documents.order import (
    Discount,
    OrderLine,
    Payment,
    TaxLine,
)

CENT = D("0.01")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def iva(amount):
    return TaxLine(title="IVA 21%", rate=D("0.21"), amount=D(amount), country_code="ES")


def amounts(order):
    """(kind, SKU or name, untaxed, taxes) of each line."""
    return [
        (one.kind, one.sku or one.name, order.untaxed(one), one.tax_total) for one in order.lines
    ]


def test_an_order_of_an_account(read):
    order = read("order_paid")
    ana = Address(
        name="Ana García O'Neil",
        company="ACME S.L.",
        street="Calle Mayor 1",
        street2="2ºB",
        city="Madrid",
        zip="28013",
        state_code="M",
        country_code="ES",
        phone="+34600000000",
    )
    assert (order.external_id, order.number, order.currency) == ("32", "32", "EUR")
    assert (order.status, order.channel) == ("processing", "rest-api")
    assert (order.created_at, order.updated_at) == (
        at("2026-11-22T21:03:50"),
        at("2026-11-22T21:03:53"),
    )
    assert (order.billing_address, order.shipping_address) == (ana, ana)
    customer = order.customer
    assert (customer.external_id, customer.name, customer.email, customer.phone) == (
        "2",
        "Ana García O'Neil",
        "ana.garcia@example.com",
        "+34600000000",
    )
    assert (customer.vat, customer.company_name) == ("B12345678", "ACME S.L.")
    assert (order.note, order.prices_include_tax) == ("Dejar en portería", False)
    assert (order.payment_state, order.fulfillment_state) == ("paid", "unfulfilled")
    assert (order.total, order.total_tax) == (D("91.44"), D("15.88"))
    assert order.payments == (
        Payment(
            external_id="order-32",
            kind="payment",
            method="bacs",
            amount=D("91.44"),
            processed_at=at("2026-11-22T21:03:53"),
            reference="TX-1",
        ),
    )
    assert order.payment_methods == ("bacs",)


def test_lines_keep_their_fractions_and_the_taxes_that_were_charged(read):
    order = read("order_paid")
    mug = order.lines[0]
    assert mug == OrderLine(
        external_id="1",
        name="Taza",
        sku="MUG",
        product_external_id="17",
        variant_external_id="17",
        quantity=D(3),
        unit_price=D("8.2645"),
        discounts=(Discount(title="verano10", amount=D("2.47")),),
        taxes=(iva("4.69"),),
    )
    assert order.lines[1].name == 'Camiseta "Ñandú" & Co - S, Rojo'
    assert (order.lines[1].product_external_id, order.lines[1].variant_external_id) == ("11", "12")
    assert amounts(order) == [
        ("product", "MUG", D("22.3235"), D("4.69")),
        ("product", "TSHIRT-S-R", D("35.99"), D("7.56")),
        ("product", "CAP", D("10.80"), D("2.27")),
        ("shipping", "Flat rate", D("4.95"), D("1.04")),
        ("fee", "Envoltorio", D("1.50"), D("0.32")),
    ]
    assert order.lines[3].code == "flat_rate"


RECORDED = {
    "order_paid": ("91.44", "15.88"),
    "order_checkout": ("44.14", "7.66"),
    "order_refunded": ("91.44", "15.88"),
    "order_deleted_product": ("6.05", "1.05"),
    "order_negative_fee": ("12.10", "2.10"),
    "order_prices_with_tax": ("119.14", "20.67"),
    "order_dollars": ("30.25", "5.25"),
}


@pytest.mark.parametrize("name", RECORDED)
def test_lines_come_to_the_total_and_taxes_to_the_tax(read, name):
    order = read(name)
    total, tax = map(D, RECORDED[name])
    assert (order.total, order.total_tax) == (total, tax)
    settled = settle(order, CENT)
    assert (settled.remainder, sum(one.total for one in settled.lines)) == (0, total)
    assert sum(sum(one.taxes) for one in settled.lines) == tax


def test_a_guest_at_the_checkout(read):
    order = read("order_checkout")
    assert order.customer.is_guest
    assert (order.customer.name, order.customer.email) == ("Luis Pérez", "luis@example.com")
    assert (order.status, order.channel, order.note) == ("on-hold", "store-api", "Llamar antes")
    assert (order.payment_state, order.payments, order.payment_methods) == (
        "pending",
        (),
        ("bacs",),
    )
    # Recorded with two decimals: what the coupon took is the shop's own figure to the cent.
    assert [one.discount_total for one in order.lines] == [D("3.33"), D("1.67"), D(0)]
    assert {one.discounts[0].title for one in order.lines[:2]} == {"menos5"}
    assert order.shipping_address.phone == "+34611111111"


def test_refunds_are_counted_and_change_no_line(read):
    order = read("order_refunded")
    assert (order.status, order.fulfillment_state) == ("completed", "fulfilled")
    assert (order.payment_state, order.total_refunded) == ("partially_refunded", D("38.76"))
    refunds = {one.external_id: one.amount for one in order.payments if one.kind == "refund"}
    assert refunds == {
        "refund-33": D("9.00"),
        "refund-34": D("5.99"),
        "refund-35": D("2.00"),
        "refund-36": D("21.77"),
    }
    assert [one.quantity for one in order.lines] == [3, 2, 1, 1, 1]
    assert [one.fulfilled_quantity for one in order.lines] == [3, 2, 1, 0, 0]


def test_a_deleted_product_keeps_its_name(read):
    (line,) = read("order_deleted_product").lines
    assert (line.name, line.sku) == ("Efímero", "")
    assert (line.product_external_id, line.variant_external_id) == ("", "")


def test_a_negative_fee_is_a_line(read):
    assert amounts(read("order_negative_fee"))[1] == ("fee", "Descuento", D("-2.00"), D("-0.42"))


def test_prices_with_tax_are_read_without(read):
    order = read("order_prices_with_tax")
    assert order.prices_include_tax is False
    assert amounts(order)[0] == ("product", "TSHIRT-S-R", D("48.60"), D("10.20"))
    assert order.lines[0].unit_price == D("16.61")


def test_an_order_knows_its_own_currency(read):
    order = read("order_dollars")
    assert (order.currency, order.counterpart) == ("USD", None)
    assert (order.billing_address.country_code, order.billing_address.state_code) == ("US", "CA")


def test_an_order_of_nothing_known_is_still_read(read):
    order = read("order_nothing_known")
    assert [(one.name, one.quantity, one.charged) for one in order.lines] == [("Product", 1, 0)]
    assert (order.customer.name, order.billing_address) == ("", None)


# numbers of parcels


def meta(**values):
    return [{"id": 1, "key": key, "value": value} for key, value in values.items()]


def parcel(number, **carrier):
    return {"tracking_number": number, "date_shipped": "1795381723", **carrier}


@pytest.mark.parametrize(
    ("meta_data", "tracking"),
    [
        ([], ()),
        (
            meta(
                _wc_shipment_tracking_items=[
                    parcel("A1", tracking_provider="dhl", custom_tracking_provider=""),
                    parcel("A2", tracking_provider="", custom_tracking_provider="Bike"),
                    parcel("A1", tracking_provider="dhl"),
                    parcel(""),
                    "odd",
                ]
            ),
            ("dhl A1", "Bike A2"),
        ),
        (meta(_wc_shipment_tracking_items={"1": parcel(" A3 ", tracking_provider="ups")}),
         ("ups A3",)),
        (
            meta(
                _aftership_tracking_items=[parcel("B1", slug="gls")],
                _aftership_tracking_number="B1",
            ),
            ("gls B1",),
        ),
        (meta(ywot_tracking_code="C1", ywot_carrier_name="SEUR"), ("SEUR C1",)),
        (meta(_wcst_order_trackno=4711), ("4711",)),
        (meta(_wc_shipment_tracking_items="", _tracking_number=None), ()),
        (meta(my_parcel="D1"), ()),
    ],
)  # fmt: skip
def test_parcels_are_told_by_the_common_plugins(read, meta_data, tracking):
    assert read("order_paid", meta_data=meta_data).tracking == tracking


def test_a_shop_s_own_field_of_parcels_is_named_on_the_backend(shop, fixture):
    adapter = shop.adapter(tracking_keys="my_parcel, my_list")
    own = meta(my_parcel="D1", my_list=[parcel("D2", tracking_provider="dpd")], other="D3")
    shop.page([{**fixture("order_paid"), "meta_data": own}])
    (record,) = adapter.fetch_records("order", ["32"])
    assert adapter.parse_order(record.payload).tracking == ("dpd D2", "D1")


# statuses and payments


@pytest.mark.parametrize(
    ("status", "changes", "state"),
    [
        ("processing", {}, "paid"),
        ("completed", {}, "paid"),
        ("on-hold", {"date_paid_gmt": None}, "pending"),
        ("pending", {"date_paid_gmt": None}, "pending"),
        ("failed", {"date_paid_gmt": None}, "voided"),
        ("cancelled", {"date_paid_gmt": None}, "voided"),
        ("cancelled", {"refunds": [{"id": 7, "total": "-91.44"}]}, "refunded"),
        ("refunded", {}, "refunded"),
        ("processing", {"payment_method": "cod"}, "pending"),
        ("completed", {"payment_method": "cod"}, "paid"),
        ("processing", {"total": "0.00"}, "paid"),
        ("packing", {"date_paid_gmt": None}, "pending"),
    ],
)
def test_where_the_payment_stands(read, status, changes, state):
    assert read("order_paid", status=status, **changes).payment_state == state


def test_a_payment_is_the_same_when_its_transaction_is_told_later(read):
    (before,) = read("order_paid", transaction_id="").payments
    (after,) = read("order_paid", transaction_id="TX-2").payments
    assert (before.external_id, before.reference) == ("order-32", "")
    assert (after.external_id, after.reference) == ("order-32", "TX-2")


def test_a_cancelled_order_is_cancelled(read):
    order = read("order_paid", status="cancelled")
    assert order.cancelled_at == order.updated_at
    assert read("order_paid", status="failed").cancelled_at is None


def test_what_statuses_do_by_default(adapter):
    assert adapter.default_statuses["processing"] is None
    assert adapter.default_statuses["on-hold"] == "quotation"
    left_out = {name for name, step in adapter.default_statuses.items() if step == "skip"}
    assert left_out == {"pending", "failed", "checkout-draft"}


def test_a_number_of_a_plugin_isn_t_the_id(read):
    order = read("order_paid", number="WEB-2026-0007")
    assert (order.external_id, order.number) == ("32", "WEB-2026-0007")
