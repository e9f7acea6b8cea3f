# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts in whole units: each next to what the storefront computed, together its totals."""

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.documents.amounts import LineAmounts, settle
from odoo.addons.storefront_connector.platforms.documents.counterpart import settle_counterpart
from odoo.addons.storefront_connector.platforms.documents.customer import Customer
from odoo.addons.storefront_connector.platforms.documents.order import (
    Discount,
    Order,
    OrderLine,
    TaxLine,
)

CENT = Decimal("0.01")


def line(unit_price, *taxes, quantity=1, discount=None):
    return OrderLine(
        external_id="1",
        name="Cup",
        quantity=Decimal(quantity),
        unit_price=Decimal(unit_price),
        discounts=(Discount(title="Sale", amount=Decimal(discount)),) if discount else (),
        taxes=tuple(
            TaxLine(title=title, rate=Decimal("0.2"), amount=Decimal(amount))
            for title, amount in taxes
        ),
    )


def order(*lines, total, tax="0", included=False, **values):
    moment = datetime(2026, 11, 20, tzinfo=timezone.utc)
    return Order(
        external_id="1",
        number="#1",
        created_at=moment,
        updated_at=moment,
        prices_include_tax=included,
        payment_state="paid",
        customer=Customer(),
        lines=lines,
        total=Decimal(total),
        total_tax=Decimal(tax),
        **{"currency": "EUR", **values},
    )


def settled(document, unit=CENT):
    """Return untaxed amount and taxes of each line as text, and the remainder."""
    found = settle(document, unit)
    lines = [(str(one.untaxed), *map(str, one.taxes)) for one in found.lines]
    return lines, str(found.remainder)


def test_whole_amounts_stay_what_they_are():
    document = order(
        line("10.00", ("VAT", "2.01")), line("5.00", ("VAT", "0.99")), total="18.00", tax="3.00"
    )
    assert settled(document) == ([("10.00", "2.01"), ("5.00", "0.99")], "0.00")


def test_a_line_contains_its_taxes_where_prices_do():
    document = order(line("12.00", ("VAT", "2.00")), total="12.00", tax="2.00", included=True)
    assert settled(document) == ([("10.00", "2.00")], "0.00")


def test_taxes_rounded_on_the_order_are_shared_out():
    # Three times 1.667 is 5.001, which the order rounds to 5.00; each line alone would be 1.67.
    lines = [line("8.33", ("VAT", "1.667")) for _number in range(3)]
    document = order(*lines, total="29.99", tax="5.00")
    found, remainder = settled(document)
    assert sorted(found) == [("8.33", "1.66"), ("8.33", "1.67"), ("8.33", "1.67")]
    assert remainder == "0.00"


def test_each_tax_is_rounded_by_itself_before_their_sum():
    lines = [line("1.00", ("State", "0.104"), ("City", "0.014")) for _number in range(2)]
    document = order(*lines, total="2.24", tax="0.24")
    taxes = [one.taxes for one in settle(document, CENT).lines]
    assert sum(own[0] for own in taxes) == Decimal("0.21")
    assert sum(own[1] for own in taxes) == Decimal("0.03")


def test_the_order_has_the_last_word_on_the_sum_of_taxes():
    # Rounded one by one the taxes are 0.21 and 0.03; this storefront rounded down.
    lines = [line("1.00", ("State", "0.104"), ("City", "0.014")) for _number in range(2)]
    document = order(*lines, total="2.23", tax="0.23")
    found = settle(document, CENT)
    assert sum(sum(one.taxes) for one in found.lines) == Decimal("0.23")
    assert found.remainder == 0


def test_fractions_of_prices_are_shared_out():
    document = order(*[line("3.333") for _number in range(3)], total="10.00")
    found, remainder = settled(document)
    assert sorted(found) == [("3.33",), ("3.33",), ("3.34",)]
    assert remainder == "0.00"


def test_the_amount_nearest_to_the_other_side_goes_there():
    document = order(line("1.001"), line("1.004"), line("1.002"), total="3.01")
    assert settled(document) == ([("1.00",), ("1.01",), ("1.00",)], "0.00")


def test_what_no_rounding_explains_is_the_remainder():
    document = order(line("10.00", ("VAT", "2.00")), total="11.98", tax="2.00")
    found = settle(document, CENT)
    assert (found.remainder, found.is_rounding) == (Decimal("-0.02"), False)
    assert found.lines == (LineAmounts(Decimal("10.00"), (Decimal("2.00"),)),)


def test_a_remainder_that_fractions_explain_is_called_so():
    # Tax 2.005: the storefront rounds it down in the total and up in its sum of taxes.
    document = order(line("10.00", ("VAT", "2.005")), total="12.00", tax="2.01")
    found = settle(document, CENT)
    assert (found.remainder, found.is_rounding) == (Decimal("-0.01"), True)


def test_a_coarser_unit_than_the_storefronts():
    # Odoo may keep a currency in steps that the storefront doesn't know of.
    document = order(line("10.03"), line("10.04"), total="20.07")
    assert settled(document, Decimal("0.05")) == ([("10.00",), ("10.05",)], "0.00")


def test_an_order_without_lines_is_all_remainder():
    assert settled(order(total="3.00")) == ([], "3.00")


def counterpart(document, **values):
    return replace(document, counterpart=replace(document, **{"currency": "USD", **values}))


def in_dollars(document):
    found = settle_counterpart(document, settle(document, CENT), CENT)
    return found and ([(one.untaxed, *one.taxes) for one in found[0].lines], found[1])


def test_without_a_counterpart_there_is_nothing_to_settle():
    assert in_dollars(order(line("10.00"), total="10.00")) is None


def test_a_counterpart_of_nothing_has_no_rate():
    assert in_dollars(counterpart(order(line("0"), total="0"))) is None


def test_the_counterparts_own_lines_are_taken():
    document = order(
        line("100.00", ("VAT", "20.00")),
        line("50.00", ("VAT", "10.00")),
        total="180.00",
        tax="30.00",
    )
    other = counterpart(
        document,
        lines=(line("110.01", ("VAT", "22.00")), line("54.99", ("VAT", "11.00"))),
        total=Decimal("198.00"),
        total_tax=Decimal("33.00"),
    )
    assert in_dollars(other) == (
        [(Decimal("110.01"), Decimal("22.00")), (Decimal("54.99"), Decimal("11.00"))],
        Decimal(180) / Decimal(198),
    )


def test_cents_that_conversion_left_over_go_to_the_largest():
    document = order(
        line("100.00", ("VAT", "20.00")),
        line("50.00", ("VAT", "10.00")),
        total="180.00",
        tax="30.00",
    )
    other = counterpart(
        document,
        lines=(line("110.01", ("VAT", "22.00")), line("54.99", ("VAT", "11.00"))),
        total=Decimal("198.02"),
        total_tax=Decimal("33.01"),
    )
    lines, _rate = in_dollars(other)
    assert lines == [(Decimal("110.02"), Decimal("22.01")), (Decimal("54.99"), Decimal("11.00"))]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((line("0.01", quantity=1000),), id="a unit price that lost its decimals"),
        pytest.param((line("1.00"), line("1.00")), id="other lines"),
        pytest.param((line("2.00", ("VAT", "0.10")),), id="other taxes"),
    ],
)
def test_lines_that_do_not_make_the_total_are_computed_from_the_orders(lines):
    document = order(line("0.014", quantity=1000), total="14.00")
    other = counterpart(document, lines=lines, total=Decimal("15.40"))
    assert in_dollars(other) == ([(Decimal("15.40"),)], Decimal(14) / Decimal("15.40"))


def test_a_line_is_no_credit_in_one_currency_and_debit_in_the_other():
    document = order(line("100.00"), line("0.01"), total="100.01")
    other = counterpart(document, lines=(line("110.00"), line("-0.01")), total=Decimal("109.99"))
    assert in_dollars(other)[0] == [(Decimal("109.99"),), (Decimal(0),)]


def test_a_line_that_fits_no_side_is_nothing():
    document = order(line("0.01"), total="0.01")
    other = counterpart(document, lines=(line("-0.01"),), total=Decimal("-0.01"))
    assert in_dollars(other)[0] == [(Decimal(0),)]


def test_a_remainder_of_both_is_left_to_its_own_line():
    document = order(line("10.00"), total="10.50")
    other = counterpart(document, lines=(line("11.00"),), total=Decimal("11.55"))
    found, _rate = settle_counterpart(other, settle(other, CENT), CENT)
    assert (found.lines[0].untaxed, found.remainder) == (Decimal("11.00"), Decimal("0.55"))


@given(
    charged=st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=9),
    off=st.integers(-2, 2),
)
def test_no_amount_moves_by_a_whole_unit(charged, off):
    total = round(sum(charged), 2) + off * CENT
    document = order(*[line(amount) for amount in charged], total=total)
    found = settle(document, CENT)
    for amount, one in zip(charged, found.lines, strict=True):
        assert abs(one.untaxed - amount) < CENT
        assert one.untaxed % CENT == 0
    assert sum(one.untaxed for one in found.lines) + found.remainder == total
