# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transactions: which of them move money, how much, and in which currency."""

from datetime import datetime, timezone
from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms.documents.order import Payment
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter


def bag(shop, shopper=None):
    return {"shopMoney": {"amount": shop}, "presentmentMoney": {"amount": shopper or shop}}


def transaction(number, kind, amount, **values):
    parent = values.pop("parent", None)
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": kind,
        "status": "SUCCESS",
        "gateway": "cash",
        "paymentId": None,
        "processedAt": "2026-11-20T09:00:01Z",
        "amountSet": bag(*amount) if isinstance(amount, tuple) else bag(amount),
        "amountRoundingSet": None,
        "parentTransaction": parent and {"id": f"gid://shopify/OrderTransaction/{parent}"},
        "fees": [],
        **values,
    }


@pytest.fixture
def read(fixture):
    """Parse the transactions of an order in euro (for a shopper with dollars)."""

    def parse(*transactions, currency="store", **values):
        payload = {**fixture("order_placed"), "transactions": [*transactions], **values}
        return ShopifyAdapter.parse_order(payload, currency=currency)

    return parse


def amounts(order):
    return [(one.external_id, one.kind, one.amount) for one in order.payments]


def test_a_payment(read):
    (payment,) = read(transaction(1, "SALE", "9.5", gateway="gift_card", paymentId="x")).payments
    assert payment == Payment(
        external_id="1",
        kind="payment",
        method="gift_card",
        amount=D("9.5"),
        processed_at=datetime(2026, 11, 20, 9, 0, 1, tzinfo=timezone.utc),
        reference="x",
        is_gift_card=True,
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("AUTHORIZATION", "authorization"), ("EMV_AUTHORIZATION", "authorization"),
     ("CAPTURE", "payment"), ("SALE", "payment"), ("REFUND", "refund")],
)  # fmt: skip
def test_what_moves_money(read, kind, expected):
    assert amounts(read(transaction(1, kind, "5.0"))) == [("1", expected, D("5.0"))]


@pytest.mark.parametrize("kind", ["VOID", "CHANGE", "SUGGESTED_REFUND", "NEW_ONE"])
def test_what_moves_none(read, kind):
    assert read(transaction(1, kind, "5.0")).payments == ()


@pytest.mark.parametrize("status", ["FAILURE", "PENDING", "ERROR", "AWAITING_RESPONSE", "UNKNOWN"])
def test_only_what_succeeded_counts(read, status):
    assert read(transaction(1, "SALE", "5.0", status=status)).payments == ()


def test_a_payment_of_nothing_is_none(read):
    assert amounts(read(transaction(1, "SALE", "0.0"), transaction(2, "SALE", "1.0"))) == [
        ("2", "payment", D("1.0"))
    ]


def test_an_authorization_that_was_voided_holds_nothing(read):
    order = read(
        transaction(1, "AUTHORIZATION", "5.0"),
        transaction(2, "AUTHORIZATION", "6.0"),
        transaction(3, "VOID", "5.0", parent=1),
        transaction(4, "VOID", "6.0", parent=2, status="FAILURE"),
    )
    assert amounts(order) == [("2", "authorization", D("6.0"))]


def test_change_is_taken_off_the_payment_it_belongs_to(read):
    order = read(
        transaction(1, "SALE", "20.0"),
        transaction(2, "SALE", "50.0"),
        transaction(3, "CHANGE", "2.5", parent=2),
    )
    assert amounts(order) == [("1", "payment", D("20.0")), ("2", "payment", D("47.5"))]


def test_change_without_a_parent_is_taken_off_cash_once(read):
    order = read(
        transaction(1, "SALE", "10.0", gateway="shopify_payments"),
        transaction(2, "SALE", "20.0"),
        transaction(3, "SALE", "30.0"),
        transaction(4, "CHANGE", "1.5"),
    )
    assert [one.amount for one in order.payments] == [D("10.0"), D("18.5"), D("30.0")]


def test_cash_is_what_was_handed_over(read):
    order = read(
        transaction(1, "SALE", "12.98", amountRoundingSet=bag("0.02")),
        transaction(2, "REFUND", "4.97", amountRoundingSet=bag("-0.02")),
        totalRefundedSet=bag("4.97"),
        totalCashRoundingAdjustment={"paymentSet": bag("0.02"), "refundSet": bag("-0.02")},
    )
    assert [one.amount for one in order.payments] == [D("13.00"), D("4.95")]
    assert order.total_refunded == D("4.95")


FEES = {"amount": {"amount": "0.8", "currencyCode": "EUR"},
        "taxAmount": {"amount": "0.12", "currencyCode": "EUR"}}  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "fee_currency", "fee"),
    [("store", "EUR", "0.92"), ("shopper", "EUR", "1.00"), ("shopper", "USD", "0.92"),
     ("store", "USD", "0.85"), ("store", "GBP", "0"), ("shopper", "GBP", "0")],
)  # fmt: skip
def test_a_fee_is_told_in_the_currency_of_the_order(read, currency, fee_currency, fee):
    """46.00 euro are 50.00 dollars: 0.8 and 0.12 euro are 0.87 and 0.13 dollars, 0.8 and 0.12
    dollars 0.74 and 0.11 euro."""
    fees = [{part: {**money, "currencyCode": fee_currency} for part, money in FEES.items()}]
    order = read(
        transaction(1, "SALE", ("46.0", "50.0"), fees=fees),
        presentmentCurrencyCode="USD",
        currency=currency,
    )
    assert [one.fee for one in order.payments] == [D(fee)]


def test_a_fee_of_a_payment_of_nothing_in_the_other_currency_is_unknown(read):
    order = read(
        transaction(1, "SALE", ("0.0", "1.0"), fees=[FEES]),
        presentmentCurrencyCode="JPY",
        currency="shopper",
    )
    assert [(one.amount, one.fee) for one in order.payments] == [(D("1.0"), D(0))]
    assert [one.amount for one in order.counterpart.payments] == [D("0.0")]
