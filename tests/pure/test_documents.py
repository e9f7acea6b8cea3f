# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The canonical documents: arithmetic, immutability, and what their errors and reprs don't tell."""

import dataclasses
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings
from odoo.addons.storefront_connector.platforms.documents.customer import Customer
from odoo.addons.storefront_connector.platforms.documents.money import (
    currency_decimals,
    round_amount,
)
from odoo.addons.storefront_connector.platforms.documents.order import (
    Discount,
    Order,
    OrderLine,
    TaxLine,
)

LINE = OrderLine(
    external_id="1",
    name="Lamp",
    quantity=Decimal(3),
    unit_price=Decimal("12.10"),
    discounts=(
        Discount(title="A", amount=Decimal("1.00")),
        Discount(title="B", amount=Decimal("2.30")),
    ),
    taxes=(
        TaxLine(title="VAT", rate=Decimal("0.21"), amount=Decimal("5.73")),
        TaxLine(title="City", rate=Decimal("0.01"), amount=Decimal("0.27")),
    ),
)


def order(prices_include_tax):
    moment = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return Order(
        external_id="9",
        number="#9",
        created_at=moment,
        updated_at=moment,
        currency="EUR",
        prices_include_tax=prices_include_tax,
        payment_state="paid",
        customer=Customer(),
        lines=(LINE,),
        total=Decimal("39.00"),
        total_tax=Decimal("6.00"),
        raw={"secret": "payload"},
    )


def test_a_line_adds_up():
    assert LINE.discount_total == Decimal("3.30")
    assert LINE.tax_total == Decimal("6.00")
    assert LINE.charged == Decimal("33.00")


@pytest.mark.parametrize(("included", "untaxed"), [(False, "33.00"), (True, "27.00")])
def test_untaxed_depends_on_what_prices_contain(included, untaxed):
    assert order(included).untaxed(LINE) == Decimal(untaxed)


def test_the_untaxed_total_is_the_total_less_its_taxes():
    assert order(False).total_untaxed == Decimal("33.00")


def test_orders_are_compared_without_their_payload_and_do_not_show_it():
    first, second = order(True), dataclasses.replace(order(True), raw={})
    assert first == second
    assert "payload" not in repr(first)


def test_documents_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        LINE.name = "Other"


def test_who_has_no_account_is_a_guest():
    assert Customer(email="a@example.com").is_guest
    assert not Customer(external_id="5").is_guest


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.01"),
        ("-1.005", "EUR", "-1.01"),
        ("2.5", "JPY", "3"),
        ("1.0005", "KWD", "1.001"),
        ("1.005", "XXX", "1.01"),
    ],
)
def test_amounts_round_half_up_to_the_currency(amount, currency, rounded):
    assert str(round_amount(Decimal(amount), currency)) == rounded


def test_currency_decimals():
    assert [currency_decimals(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]


def test_settings_do_not_show_credentials():
    settings = AdapterSettings(
        url="https://shop.example",
        credentials={"access_token": "very-secret"},
        on_call=print,
        check_allowed=print,
    )
    assert repr(settings) == "AdapterSettings(url='https://shop.example')"


def test_an_error_is_a_code_its_parameters_and_a_detail():
    error = errors.NotConfigured("missing_scope", detail="Orders: denied", scopes=("read_orders",))
    assert str(error) == "missing_scope: Orders: denied"
    assert error.params == {"scopes": ("read_orders",)}
    assert str(errors.NotFound()) == "not_found"


def test_an_error_knows_what_happens_next():
    lost = errors.AnswerLost(seconds=3.0)
    assert isinstance(lost, errors.RetryLater)
    assert (lost.code, lost.seconds, lost.uses_try) == ("answer_lost", 3.0, True)
    refused = errors.Rejected(field_errors=(("sku", "taken"),))
    assert (refused.code, refused.field_errors) == ("rejected", (("sku", "taken"),))
    assert errors.Unsupported("returns").params == {"capability": "returns"}
