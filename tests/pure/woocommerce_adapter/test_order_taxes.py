# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taxes of recorded and made-up orders, VAT numbers of plugins, and what is no order."""

from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.amounts import settle
from odoo.addons.storefront_connector.platforms.documents.order import TaxLine

CENT = D("0.01")


def amounts(order):
    """(kind, SKU or name, untaxed, taxes) of each line."""
    return [
        (one.kind, one.sku or one.name, order.untaxed(one), one.tax_total) for one in order.lines
    ]


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


@pytest.mark.parametrize(
    "key",
    [
        "_billing_vat_number",
        "vat_number",
        "_billing_eu_vat_number",
        "yweu_billing_vat",
        "billing_vat",
        "_shipping_vat_id",
        "_billing_cnpj",
    ],
)
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
