# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever is ordered, edited and refunded: lines and taxes add up, in both currencies."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.documents.money import (
    ZERO,
    currency_decimals,
    round_amount,
)

from dev.simulators.shopify.control import ControlError

SKUS = ("A", "B", "C")
# Units of the store's currency for one of the shopper's.
RATES = {"EUR": "1.07", "USD": "0.92", "JPY": "0.0061", "KWD": "2.98"}
TAXES = tuple(
    {"title": title, "rate": rate, "channel_liable": liable}
    for title, rate, liable in (
        ("VAT", "0.21", False),
        ("Reduced", "0.06", False),
        ("State", "0.0725", True),
        ("City", "0.01125", False),
    )
)


def amounts(currency, low=1, high=20000):
    decimals = currency_decimals(currency)
    return st.integers(low, high).map(lambda units: str(D(units).scaleb(-decimals)))


def some(values, most):
    return st.lists(values, max_size=most)


taxes = st.lists(st.sampled_from(TAXES), max_size=3, unique_by=lambda tax: tax["title"])


@st.composite
def discounts(draw, currency):
    fixed = draw(st.booleans())
    value = amounts(currency, 1, 3000) if fixed else st.sampled_from(["10", "7.5", "33.33", "100"])
    return {
        draw(st.sampled_from(["code", "title"])): "Off",
        "type": "fixed_amount" if fixed else "percentage",
        "value": draw(value),
        "target": draw(st.sampled_from(["order", "line", "shipping"])),
        "skus": draw(st.sampled_from([["A"], ["B", "C"], None])),
    }


@st.composite
def payments(draw, currency):
    """One that pays all, after a gift card or a part that doesn't, perhaps in cash."""
    rest = st.sampled_from(
        [
            {"gateway": "shopify_payments", "kind": "capture", "fee_rate": "0.015",
             "fee_flat": "1", "fee_tax_rate": "0.21"},
            {"gateway": "cash", "cash_rounding": "0.05"},
            {"kind": "authorization"},
            {"status": "failure"},
        ]
    )  # fmt: skip
    card = {"gateway": "gift_card", "amount": draw(amounts(currency, 1, 500))}
    return [*draw(some(st.just(card), 1)), draw(rest)]


@st.composite
def specs(draw):
    currency = draw(st.sampled_from(tuple(RATES)))

    def charge(**more):
        return st.fixed_dictionaries({"price": amounts(currency), "taxes": taxes, **more})

    units = {"sku": st.sampled_from(SKUS), "quantity": st.integers(1, 7)}
    line = st.fixed_dictionaries(
        {**units, "price": amounts(currency), "bundle": st.sampled_from([None, "Box"])},
        optional={"taxes": taxes, "duties": some(charge(), 1)},
    )
    fee = charge(name=st.just("Handling"))
    return {
        "lines": draw(st.lists(line, min_size=1, max_size=4)),
        "taxes": draw(taxes),
        "taxes_included": draw(st.booleans()),
        "duties_included": draw(st.booleans()),
        "shipping": draw(some(charge(title=st.sampled_from(["Post", "Truck"])), 3)),
        "discounts": draw(some(discounts(currency), 3)),
        "additional_fees": draw(some(fee, 2)),
        "tip": draw(st.sampled_from([None, "5", "3"])),
        "tip_as_line": draw(st.booleans()),
        "tax_exempt": draw(st.sampled_from([False, False, True])),
        "payments": draw(payments(currency)),
        "presentment_currency": currency,
        "email": "guest@example.com",
    }


def edits(currency):
    added = {"sku": "C", "quantity": 3, "price": "7"}
    changes = st.one_of(
        st.tuples(st.sampled_from(SKUS), st.integers(0, 9)).map(
            lambda one: {"sku": one[0], "quantity": one[1]}
        ),
        st.just({"add": added}),
        st.just({"shipping": {"title": "Extra", "price": "4"}}),
        st.just({"remove_shipping": "Post"}),
    )
    return changes.map(lambda change: ("edit_order", change))


def refunds(currency):
    what = st.one_of(
        st.tuples(st.sampled_from(SKUS), st.integers(1, 3)).map(
            lambda one: {"lines": {one[0]: one[1]}}
        ),
        st.just({"shipping": True}),
        amounts(currency, 1, 100).map(lambda amount: {"shipping": amount}),
    )
    restock = st.sampled_from(["NO_RESTOCK", "RETURN"])
    return st.tuples(what, restock).map(lambda one: ("refund_order", {**one[0], "restock": one[1]}))


def apply(control, reference, steps):
    """Do what the store lets be done; return whether an edit was among it."""
    edited = False
    for command, options in steps:
        try:
            getattr(control, command)(reference, **options)
        except ControlError:
            continue
        edited |= command == "edit_order"
    return edited


def sum_of_lines(order):
    on_top = ZERO if order.prices_include_tax else sum(one.tax_total for one in order.lines)
    return sum(one.charged for one in order.lines) + on_top


def check(order):
    """Everything is explained, in whole units of the currency."""
    assert sum_of_lines(order) == order.total
    assert sum(one.tax_total for one in order.lines) == order.total_tax
    parts = [tax.amount for one in order.lines for tax in one.taxes]
    parts += [cut.amount for one in order.lines for cut in one.discounts]
    parts += [one.unit_price for one in order.lines] + [one.amount for one in order.payments]
    parts += [one.fee for one in order.payments]
    assert [one for one in parts if one != round_amount(one, order.currency)] == []
    assert [one for one in order.lines if not ZERO <= one.fulfilled_quantity <= one.quantity] == []


def outline(order):
    """What is the same in both currencies."""
    return [
        (one.external_id, one.kind, one.name, one.quantity, one.bundle,
         [cut.title for cut in one.discounts], [(tax.title, tax.rate) for tax in one.taxes])
        for one in order.lines
    ]  # fmt: skip


def check_both(simulated, placed):
    payload = simulated.fetch(placed)
    parse = simulated.adapter.parse_order
    store, shopper = (parse(payload, currency=currency) for currency in ("store", "shopper"))
    check(store)
    if store.currency == shopper.currency:
        assert store == shopper
        assert store.counterpart is None
        return store, shopper
    check(shopper)
    assert outline(store) == outline(shopper)
    assert store.counterpart == replace(shopper, counterpart=None)
    assert shopper.counterpart == replace(store, counterpart=None)
    return store, shopper


@pytest.fixture
def shop(simulated):
    """Make an empty store that sells in a currency."""

    def make(currency):
        simulated.control.reset()
        simulated.control.configure(currency_code=currency)
        simulated.control.seed(products=[{"sku": sku, "stock": 500} for sku in SKUS])
        return simulated

    return make


SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(spec=specs(), currency=st.sampled_from(["EUR", "JPY", "KWD"]), data=st.data())
def test_any_order_adds_up(shop, spec, currency, data):
    simulated = shop(currency)
    rate = "1" if spec["presentment_currency"] == currency else RATES[spec["presentment_currency"]]
    placed = simulated.control.place_order(**spec, rate=rate)
    _store, shopper = check_both(simulated, placed)
    rounding = sum(one.unit_price for one in shopper.lines if one.kind == "rounding")
    assert shopper.total == D(placed["total"]) + rounding
    assert shopper.total_tax == D(placed["tax"])

    steps = data.draw(some(refunds(spec["presentment_currency"]), 2))
    apply(simulated.control, placed["id"], steps)
    assert outline(check_both(simulated, placed)[1]) == outline(shopper), "read as placed"

    steps = data.draw(some(edits(spec["presentment_currency"]) | refunds("JPY"), 4))
    is_edited = apply(simulated.control, placed["id"], steps)
    _store, shopper = check_both(simulated, placed)
    now = simulated.control.get_order(placed["id"])
    if not is_edited:
        assert shopper.total == D(placed["total"]) + rounding
    elif not shopper.total_refunded:
        assert shopper.total == D(now["current_total"]) + rounding
