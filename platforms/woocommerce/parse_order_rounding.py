# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines of a shop that shows fewer decimals than its currency has (whole crowns, whole forints).

Such a shop rounds the figure of each line, or only the order and its taxes, to what it shows, and
keeps the fractions in its lines: without that rounding they come neither to the total nor to the
taxes. What fractions of the currency's own unit leave is none of this: it is settled later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from ..documents.money import ZERO, currency_decimals, round_amount
from ..documents.order import OrderLine, TaxLine

TaxKey = tuple[str, Decimal]

_HALF = Decimal("0.5")


def as_charged(
    lines: Sequence[OrderLine], total: Decimal, taxes: Mapping[TaxKey, Decimal], currency: str
) -> tuple[OrderLine, ...]:
    """Return lines that come to ``total`` and to the sums of ``taxes``, {(title, rate): amount}.

    Each line rounded where that makes the total, else a line for what rounding has left."""
    decimals = currency_decimals(currency)
    cent, shown = Decimal(1).scaleb(-decimals), decimals_of(total)
    if shown >= decimals:
        return tuple(lines)
    found = _with_taxes(lines, taxes, cent)
    target = total - round_amount(sum(taxes.values(), ZERO), currency)
    if _can_make(target, found, cent):
        return found
    for places in range(shown, decimals):
        rounded = tuple(_rounded(line, Decimal(1).scaleb(-places)) for line in found)
        if _can_make(target, rounded, cent):
            return rounded
    missing = target - sum((line.charged for line in found), ZERO)
    if abs(missing) > Decimal(1).scaleb(-shown) * _HALF * (len(found) + len(taxes) + 1):
        return found  # something else than rounding
    rest = OrderLine(
        external_id="rounding",
        kind="rounding",
        name="Rounding",
        quantity=Decimal(1),
        unit_price=missing,
        requires_shipping=False,
    )
    return (*found, rest)


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a number has, zeros at its end left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def key_of(tax: TaxLine) -> TaxKey:
    """Return what tells a tax of an order from its others."""
    return tax.title, tax.rate


def _with_taxes(
    lines: Sequence[OrderLine], sums: Mapping[TaxKey, Decimal], cent: Decimal
) -> tuple[OrderLine, ...]:
    """Return lines whose taxes come to ``sums``: the largest of each tax takes the difference."""
    found = [list(line.taxes) for line in lines]
    for key, target in sums.items():
        places = [
            (row, column)
            for row, taxes in enumerate(found)
            for column, tax in enumerate(taxes)
            if key_of(tax) == key
        ]
        amounts = [found[row][column].amount for row, column in places]
        if not places or _is_settled(target, amounts, cent):
            continue
        missing = target - sum(amounts, ZERO)
        row, column = max(places, key=lambda place: abs(found[place[0]][place[1]].amount))
        largest = found[row][column]
        found[row][column] = replace(largest, amount=largest.amount + missing)
    return tuple(
        replace(line, taxes=tuple(taxes)) for line, taxes in zip(lines, found, strict=True)
    )


def _is_settled(target: Decimal, amounts: Sequence[Decimal], cent: Decimal) -> bool:
    """Whether amounts make ``target`` when each is rounded to ``cent``, one way or the other."""
    least = sum((_to(amount, cent, ROUND_FLOOR) for amount in amounts), ZERO)
    most = sum((_to(amount, cent, ROUND_CEILING) for amount in amounts), ZERO)
    return least <= _to(target, cent, ROUND_HALF_UP) <= most


def _can_make(target: Decimal, lines: Iterable[OrderLine], cent: Decimal) -> bool:
    return _is_settled(target, [line.charged for line in lines], cent)


def _to(amount: Decimal, unit: Decimal, mode: str) -> Decimal:
    return amount.quantize(unit, mode)


def _rounded(line: OrderLine, unit: Decimal) -> OrderLine:
    charged = line.charged.quantize(unit, ROUND_HALF_UP)
    if charged == line.charged:
        return line
    return replace(line, unit_price=(charged + line.discount_total) / line.quantity)
