# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The amounts of an order in its second currency, line by line, adding up to that one's totals.

A storefront converts each amount by itself, so what it shows in the second currency rarely adds up.
Nothing here changes what the customer was charged.
"""

from dataclasses import replace
from decimal import Decimal

from .amounts import LineAmounts, Settlement, round_amount_to, settle
from .money import ZERO
from .order import Order, OrderLine


def settle_counterpart(
    order: Order, settled: Settlement, unit: Decimal
) -> tuple[Settlement, Decimal] | None:
    """Return the amounts in the currency of ``order.counterpart``, whose smallest is ``unit``, and
    how many of the order's units make one of it; None where it has no amounts.

    The lines are the counterpart's own where rounding explains what they lack to its totals, else
    the order's at the rate of the two."""
    other = order.counterpart
    rate = _rate(order, other) if other else ZERO
    if not other or not rate:
        return None
    if _is_parallel(order, other):
        own = settle(other, unit)
        allowed = unit * (len(other.lines) + 1)
        if abs(own.remainder) <= allowed or own.remainder * settled.remainder > 0:
            return _absorb(other, settled, own, unit), rate
    lines = tuple(_scaled(line, rate) for line in order.lines)
    scaled = replace(
        order, lines=lines, total=other.total, total_tax=other.total_tax, counterpart=None
    )
    return _absorb(other, settled, settle(scaled, unit), unit), rate


def _rate(order: Order, other: Order) -> Decimal:
    """Return the rate, taken from the larger of two sums: the less it suffers from rounding."""
    prices = [sum((abs(line.unit_price) for line in one.lines), ZERO) for one in (order, other)]
    totals = [abs(one.total) for one in (order, other)]
    units, per = max(prices, totals, key=lambda sums: sums[1])
    return units / per if per else ZERO


def _is_parallel(order: Order, other: Order) -> bool:
    """Whether the two have the same lines with the same taxes."""
    shapes = [[len(line.taxes) for line in one.lines] for one in (order, other)]
    return shapes[0] == shapes[1] and order.prices_include_tax == other.prices_include_tax


def _scaled(line: OrderLine, rate: Decimal) -> OrderLine:
    return replace(
        line,
        unit_price=line.unit_price / rate,
        discounts=tuple(replace(one, amount=one.amount / rate) for one in line.discounts),
        taxes=tuple(replace(one, amount=one.amount / rate) for one in line.taxes),
    )


def _absorb(other: Order, settled: Settlement, own: Settlement, unit: Decimal) -> Settlement:
    """Return ``own`` with what conversion has left over on the largest tax and the largest line.

    A remainder that the order has too is left to the order's own line for it; one it hasn't would
    be a line that costs the customer nothing."""
    lines = list(own.lines)
    taxes = {
        (row, column): tax
        for row, line in enumerate(lines)
        for column, tax in enumerate(line.taxes)
        if tax
    }
    missing = round_amount_to(other.total_tax, unit) - sum(taxes.values(), ZERO)
    remainder = own.remainder
    if taxes and abs(missing) <= unit * len(taxes):
        row, column = max(taxes, key=lambda place: abs(taxes[place]))
        amounts = list(lines[row].taxes)
        amounts[column] += missing
        lines[row] = LineAmounts(lines[row].untaxed, tuple(amounts))
        remainder -= missing
    if lines and remainder * settled.remainder <= 0:
        row = max(range(len(lines)), key=lambda row: abs(lines[row].untaxed))
        lines[row] = LineAmounts(lines[row].untaxed + remainder, lines[row].taxes)
        remainder = ZERO
    return Settlement(_on_one_side(settled, lines), remainder)


def _on_one_side(settled: Settlement, lines: list[LineAmounts]) -> tuple[LineAmounts, ...]:
    """Return ``lines`` without a base that is a credit here and a debit in the order's currency.

    Fractions rounded in both currencies may come to that, which no journal item can be; what such a
    line has goes to the largest other one that it fits."""
    bases = [line.untaxed for line in lines]
    sides = [line.untaxed for line in settled.lines]
    for row, base in enumerate(bases):
        if sides[row] * base >= 0:
            continue
        bases[row] = ZERO
        takers = [
            place
            for place, own in enumerate(bases)
            if place != row and sides[place] * (own + base) >= 0
        ]
        if takers:
            bases[max(takers, key=lambda place: abs(bases[place]))] += base
    return tuple(LineAmounts(base, line.taxes) for line, base in zip(lines, bases, strict=True))
