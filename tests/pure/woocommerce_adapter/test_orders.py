# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recorded orders, read to the cent."""

from datetime import datetime, timezone
from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms import errors
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
            external_id="TX-1",
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


# taxes


def tax_row(rate_id, label, percent, code, **more):
    return {"rate_id": rate_id, "label": label, "rate_percent": percent, "rate_code": code, **more}


def line_row(total, total_tax, taxes, **more):
    return {
        "id": 1,
        "name": "Lamp",
        "quantity": 1,
        "subtotal": total,
        "total": total,
        "total_tax": total_tax,
        "taxes": [{"id": rate_id, "total": amount} for rate_id, amount in taxes],
        **more,
    }


def test_two_taxes_of_a_line_come_to_what_the_line_was_charged(read):
    """A shop that rounds lines keeps the fractions of each tax and the rounded sum of both."""
    (line,) = read(
        "order_deleted_product",
        total="11.500000",
        total_tax="1.500000",
        line_items=[line_row("10.000000", "1.500000", [(1, "0.504500"), (2, "0.994500")])],
        tax_lines=[
            tax_row(1, "GST", 5, "CA-GST-1"),
            tax_row(2, "QST", 9.975, "CA-QC-QST-2", compound=True),
        ],
    ).lines
    assert line.taxes == (
        TaxLine(title="GST", rate=D("0.05"), amount=D("0.50"), country_code="CA"),
        TaxLine(title="QST", rate=D("0.09975"), amount=D("1.00"), country_code="CA"),
    )


def test_a_shop_that_rounds_orders_keeps_fractions(read):
    order = read(
        "order_deleted_product",
        total="30.010000",
        total_tax="5.210000",
        line_items=[
            line_row("8.264500", "1.735545", [(1, "1.735545")], id=number) for number in (1, 2, 3)
        ],
    )
    assert [one.tax_total for one in order.lines] == [D("1.735545")] * 3
    settled = settle(order, CENT)
    assert settled.remainder == D("0.00")
    assert sum(one.untaxed for one in settled.lines) == D("24.80")
    assert sum(sum(one.taxes) for one in settled.lines) == D("5.21")


@pytest.mark.parametrize(
    ("code", "label", "country"),
    [
        ("IVA 21%-1", "IVA 21%", "ES"),
        ("DE-MWST-1", "MwSt", "DE"),
        ("US-CA-STATE TAX-1", "State Tax", "US"),
        ("FR-TAX-1", "", "FR"),
        ("VAT-IN-1", "VAT-IN", "ES"),
        ("", "Sales", "ES"),
    ],
)
def test_whose_tax_it_is(read, code, label, country):
    (line,) = read("order_deleted_product", tax_lines=[tax_row(1, label, 21, code)]).lines
    assert line.taxes[0].country_code == country


def test_a_rate_that_isn_t_told_is_what_the_amounts_say(read):
    (line,) = read("order_deleted_product", tax_lines=[tax_row(1, "VAT", None, "VAT-1")]).lines
    assert line.taxes[0].rate == D("0.21")


def test_a_tax_that_has_nothing_to_do_with_a_line_isn_t_one(read):
    (line,) = read(
        "order_deleted_product",
        line_items=[line_row("5.00", "1.05", [(1, "1.05"), (2, "")])],
    ).lines
    assert [one.amount for one in line.taxes] == [D("1.05")]


def test_a_tax_nobody_named_is_a_tax(read):
    (line,) = read("order_deleted_product", line_items=[line_row("5.00", "1.05", [])]).lines
    assert line.taxes == (
        TaxLine(title="Tax", rate=D("0.21"), amount=D("1.05"), country_code="ES"),
    )


def test_a_line_raised_by_an_admin_has_no_discount(read):
    row = line_row("8.00", "1.68", [(1, "1.68")], subtotal="5.00", quantity=2)
    (line,) = read("order_deleted_product", line_items=[row]).lines
    assert (line.unit_price, line.discounts, line.charged) == (D(4), (), D(8))


# meta of plugins


@pytest.mark.parametrize("key", ["_billing_vat_number", "vat_number", "_billing_eu_vat_number"])
def test_the_vat_numbers_of_common_plugins(read, key):
    order = read("order_checkout", meta_data=[{"key": key, "value": "ES B12 345 678"}])
    assert order.customer.vat == "ESB12345678"


def test_a_shop_s_own_vat_field_goes_first(shop, fixture):
    adapter = shop.adapter(vat_keys=" my_vat ,other ")
    payload = fixture("order_paid")
    payload["meta_data"].append({"key": "my_vat", "value": "X1"})
    shop.page([payload])
    (record,) = adapter.fetch_records("order", ["32"])
    assert adapter.parse_order(record.payload).customer.vat == "X1"


def test_meta_that_is_no_text_is_left_alone(read):
    meta = [{"key": "_vat_number", "value": {"a": 1}}, {"key": "is_vat_exempt", "value": "yes"}]
    order = read("order_checkout", meta_data=meta)
    assert (order.customer.vat, order.tax_exempt, order.customer.tax_exempt) == ("", True, True)


# privacy, and what is no order


def test_without_its_customer_it_is_the_same_order(adapter, fixture):
    payload = fixture("order_paid")
    whole, kept = adapter.parse_order(payload), adapter.forget_customer(payload)
    nobody = adapter.parse_order(kept)
    assert "Ana" not in str(kept)
    assert "ACME" not in str(kept)
    assert "Ñoño" not in str(kept)
    assert (nobody.total, amounts(nobody)) == (whole.total, amounts(whole))
    assert (nobody.customer.is_guest, nobody.customer.email, nobody.note) == (True, "", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 0},
        {"id": "x"},
        {"date_created_gmt": None},
        {"date_modified_gmt": "yesterday"},
        {"currency": ""},
        {"total": "a lot"},
        {"line_items": {}},
        {"line_items": [{"id": 1, "quantity": "1e-300", "total": "1"}]},
        {"tax_lines": [{"rate_id": "x"}]},
    ],
)
def test_what_is_no_order_is_bad(read, changes):
    with pytest.raises(errors.BadPayload):
        read("order_paid", **changes)
