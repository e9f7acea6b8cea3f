# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines of a shop that shows fewer decimals than its currency has (whole crowns, whole forints).

Such a shop rounds the figure of each line, or only the order and its taxes, to what it shows, and
keeps the fractions in its lines: without that rounding they come neither to the total nor to the
taxes. What fractions of the currency's own unit leave is none of this: it is settled later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from ..documents.money import ZERO, currency_decimals
from ..documents.order import OrderLine, TaxLine

TaxKey = tuple[str, Decimal]
Place = tuple[int, int]  # of a line, and of a tax of it

_HALF = Decimal("0.5")


def as_charged(
    lines: Sequence[OrderLine],
    total: Decimal,
    total_tax: Decimal,
    taxes: Mapping[TaxKey, Decimal],
    currency: str,
) -> tuple[OrderLine, ...]:
    """Return lines that come to ``total`` and ``total_tax``, and as near as these allow to the sums
    of ``taxes``, {(title, rate): amount}.

    Each line rounded where that makes the total, else a line for what rounding has left."""
    decimals = currency_decimals(currency)
    cent, shown = Decimal(1).scaleb(-decimals), decimals_of(total)
    if shown >= decimals:
        return tuple(lines)
    found = _with_taxes(lines, taxes, cent)
    found = _adjusted(found, _places(found), total_tax, cent)
    target = total - total_tax
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
    found = tuple(lines)
    for key, target in sums.items():
        places = [(row, at) for row, at in _places(found) if key_of(found[row].taxes[at]) == key]
        found = _adjusted(found, places, target, cent)
    return found


def _places(lines: Sequence[OrderLine]) -> list[Place]:
    return [(row, at) for row, line in enumerate(lines) for at in range(len(line.taxes))]


def _adjusted(
    lines: tuple[OrderLine, ...], places: Sequence[Place], target: Decimal, cent: Decimal
) -> tuple[OrderLine, ...]:
    """Return lines whose taxes at ``places`` make ``target``: the largest takes the difference."""
    amounts = [lines[row].taxes[at].amount for row, at in places]
    if not places or _is_settled(target, amounts, cent):
        return lines
    row, at = places[max(range(len(places)), key=lambda place: abs(amounts[place]))]
    taxes = list(lines[row].taxes)
    taxes[at] = replace(taxes[at], amount=taxes[at].amount + target - sum(amounts, ZERO))
    return (*lines[:row], replace(lines[row], taxes=tuple(taxes)), *lines[row + 1 :])


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
