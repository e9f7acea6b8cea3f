# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whole orders as storefronts compute them: a hypothesis strategy over all that an order can be.

The arithmetic is the storefronts', of none in particular: each line rounded half up (``line``); the
taxes of the whole order rounded and shared out among the lines (``order``); or only totals rounded,
the lines keeping their fractions (``fractions``).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from ..platforms.documents.customer import Customer
from ..platforms.documents.money import ZERO, currency_decimals
from ..platforms.documents.order import Discount, Order, OrderLine, TaxLine

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
STYLES = ("line", "order", "fractions")
TAXES = {
    "VAT": Decimal("0.2"),
    "Reduced": Decimal("0.055"),
    "GST": Decimal("0.05"),
    "QST": Decimal("0.09975"),
    "State": Decimal("0.0625"),
    "Zero": ZERO,
}
# What may be on one line; on an order whose buyer is exempt, on none.
TAX_SETS = (
    ("VAT",),
    (),
    ("Reduced",),
    ("GST", "QST"),
    ("State", "GST", "QST"),
    ("State", "GST", "Reduced", "Zero"),
)
QUANTITIES = tuple(map(Decimal, ("1", "2", "3", "7", "12", "1000", "0.5", "2.75", "0.001", "0.33")))
# Per cent taken off a line; the last two are an amount off, and a surcharge.
DISCOUNTS = ("0", "10", "33.3333", "100", "amount", "surcharge")
KINDS = ("product", "custom", "gift_card", "free", "negative")
EXTRAS = ("shipping", "tip", "gift_wrap", "duty", "fee", "negative_fee")
# Currency of the order, that of its counterpart (empty: none) and its rate.
MONEY = (
    ("EUR", "", "1"),
    ("USD", "EUR", "0.9137"),
    ("JPY", "EUR", "0.00613"),
    ("KWD", "EUR", "2.9871"),
    ("USD", "", "1"),
    ("JPY", "", "1"),
    ("KWD", "", "1"),
    ("EUR", "JPY", "163.21"),
)


@dataclass(frozen=True)
class Shape:
    """What is drawn; an order is computed from it, so that it shrinks well."""

    money: tuple
    style: str
    included: bool
    exempt: bool
    items: tuple  # of (kind, cents, quantity, discount, tax set)
    order_discount: int  # per cent, on all items
    extras: tuple  # of (kind, cents, discount, tax set)
    cash_rounding: bool


def orders():
    """Return the strategy."""
    cents = st.integers(0, 30_000)
    item = st.tuples(
        st.sampled_from(KINDS),
        cents,
        st.sampled_from(QUANTITIES),
        st.sampled_from(DISCOUNTS),
        st.sampled_from(TAX_SETS),
    )
    extra = st.tuples(
        st.sampled_from(EXTRAS),
        cents,
        st.sampled_from(DISCOUNTS[:5]),
        st.sampled_from(TAX_SETS),
    )
    shapes = st.builds(
        Shape,
        money=st.sampled_from(MONEY),
        style=st.sampled_from(STYLES),
        included=st.booleans(),
        exempt=st.integers(0, 9).map(lambda number: number == 9),
        items=st.lists(item, min_size=1, max_size=5).map(tuple),
        order_discount=st.sampled_from((0, 15, 0, 33, 0, 8, 100)),
        extras=st.lists(extra, max_size=2).map(tuple),
        cash_rounding=st.booleans(),
    )
    return shapes.map(build)


def build(shape):
    """Return the order of a shape, with its counterpart where it has one."""
    currency, other, rate = shape.money
    lines = [_item(shape, index, *item) for index, item in enumerate(shape.items)]
    lines = _order_discount(shape, lines)
    lines += [_extra(shape, index, *extra) for index, extra in enumerate(shape.extras)]
    order = _totals(shape, currency, _taxed(shape, currency, lines))
    if shape.cash_rounding:
        order = _round_cash(order)
    if other:
        order = replace(order, counterpart=_convert(order, other, Decimal(rate)))
    return order


def unit(currency):
    return Decimal(1).scaleb(-currency_decimals(currency))


def half_up(amount, currency):
    return amount.quantize(unit(currency), ROUND_HALF_UP)


# the lines before taxes


def _item(shape, index, kind, cents, quantity, discount, tax_set):
    currency = shape.money[0]
    price = cents * unit(currency)
    if shape.style == "fractions":
        price += unit(currency) * Decimal("0.3331")
    if kind == "free":
        price = ZERO
    if kind == "negative":
        price = -price
    return OrderLine(
        external_id=str(index + 1),
        name=f"Item {index + 1}",
        sku="" if kind in ("custom", "gift_card") else "CUP",
        is_gift_card=kind == "gift_card",
        quantity=quantity,
        unit_price=price,
        discounts=_discounts(shape, price * quantity, discount),
        taxes=_named(shape, tax_set if kind != "gift_card" else ()),
    )


def _extra(shape, index, kind, cents, discount, tax_set):
    price = cents * unit(shape.money[0])
    if kind == "negative_fee":
        price = -price
    return OrderLine(
        external_id=f"x{index + 1}",
        kind=kind.removeprefix("negative_"),
        name=kind.title(),
        quantity=Decimal(1),
        unit_price=price,
        discounts=_discounts(shape, price, discount),
        taxes=_named(shape, tax_set if kind != "tip" else ()),
        requires_shipping=False,
    )


def _named(shape, tax_set):
    titles = () if shape.exempt else tax_set
    return tuple(TaxLine(title=title, rate=TAXES[title], amount=ZERO) for title in titles)


def _discounts(shape, full, discount):
    amount = {"amount": min(full, Decimal("1")), "surcharge": -unit(shape.money[0])}.get(discount)
    if amount is None:
        amount = full * Decimal(discount) / 100
    if shape.style != "fractions":
        amount = half_up(amount, shape.money[0])
    return (Discount(title="Sale", amount=amount),) if amount else ()


def _order_discount(shape, lines):
    """Share a discount on the whole order out among its items; the last one takes the rest."""
    left = sum((line.charged for line in lines), ZERO) * shape.order_discount / 100
    left = half_up(left, shape.money[0])
    shared = []
    for place, line in enumerate(lines):
        part = half_up(line.charged * shape.order_discount / 100, shape.money[0])
        if place == len(lines) - 1:
            part = left
        left -= part
        given = (Discount(title="CODE", amount=part),) if part else ()
        shared.append(replace(line, discounts=line.discounts + given))
    return shared


# taxes and totals


def _taxed(shape, currency, lines):
    exact = [_exact_taxes(shape, currency, line) for line in lines]
    if shape.style == "line":
        exact = [[half_up(amount, currency) for amount in amounts] for amounts in exact]
    if shape.style == "fractions":
        exact = [[round(amount, 6) for amount in amounts] for amounts in exact]
    if shape.style == "order":
        exact = _allocate(currency, lines, exact)
    return [
        replace(
            line,
            taxes=tuple(
                replace(tax, amount=amount) for tax, amount in zip(line.taxes, amounts, strict=True)
            ),
        )
        for line, amounts in zip(lines, exact, strict=True)
    ]


def _exact_taxes(shape, currency, line):
    charged = line.charged if shape.style == "fractions" else half_up(line.charged, currency)
    rates = sum((tax.rate for tax in line.taxes), ZERO)
    base = charged / (1 + rates) if shape.included else charged
    return [base * tax.rate for tax in line.taxes]


def _allocate(currency, lines, exact):
    """Round each tax of the order, and share it out by largest remainder."""
    shared = [list(amounts) for amounts in exact]
    for title in TAXES:
        places = [
            (row, column)
            for row, line in enumerate(lines)
            for column, tax in enumerate(line.taxes)
            if tax.title == title
        ]
        floors = {
            place: exact[place[0]][place[1]].quantize(unit(currency), ROUND_FLOOR)
            for place in places
        }
        total = half_up(sum((exact[row][column] for row, column in places), ZERO), currency)
        left = int((total - sum(floors.values(), ZERO)) / unit(currency))
        by_loss = sorted(places, key=lambda place: floors[place] - exact[place[0]][place[1]])
        for number, place in enumerate(by_loss):
            shared[place[0]][place[1]] = floors[place] + unit(currency) * (number < left)
    return shared


def _totals(shape, currency, lines):
    by_title = {}
    for line in lines:
        for tax in line.taxes:
            by_title[tax.title] = by_title.get(tax.title, ZERO) + tax.amount
    total_tax = sum((half_up(amount, currency) for amount in by_title.values()), ZERO)
    charged = sum((_charged(shape, currency, line) for line in lines), ZERO)
    total = half_up(charged, currency) + (ZERO if shape.included else total_tax)
    return Order(
        external_id="1",
        number="#1",
        created_at=MOMENT,
        updated_at=MOMENT,
        currency=currency,
        prices_include_tax=shape.included,
        payment_state="paid",
        customer=Customer(external_id="501", name="Ada Byron", email="ada@example.com"),
        lines=tuple(lines),
        total=total,
        total_tax=total_tax,
        tax_exempt=shape.exempt,
    )


def _charged(shape, currency, line):
    return line.charged if shape.style == "fractions" else half_up(line.charged, currency)


def _round_cash(order):
    """Add the line of a till that has no small coins."""
    coin = unit(order.currency) * 5
    total = (order.total / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin
    if total == order.total:
        return order
    line = OrderLine(
        external_id="rounding",
        kind="rounding",
        name="Cash rounding",
        quantity=Decimal(1),
        unit_price=total - order.total,
        requires_shipping=False,
    )
    return replace(order, lines=(*order.lines, line), total=total)


def _convert(order, currency, rate):
    """Return the order in another currency: each amount converted by itself, as storefronts do."""

    def convert(amount):
        return half_up(amount * rate, currency)

    lines = tuple(
        replace(
            line,
            unit_price=convert(line.unit_price),
            discounts=tuple(
                replace(discount, amount=convert(discount.amount)) for discount in line.discounts
            ),
            taxes=tuple(replace(tax, amount=convert(tax.amount)) for tax in line.taxes),
        )
        for line in order.lines
    )
    tax = sum((line.tax_total for line in lines), ZERO)
    return replace(order, currency=currency, lines=lines, total=convert(order.total), total_tax=tax)
