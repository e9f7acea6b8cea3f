# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The amounts of an order's lines in whole units of a currency, adding up to its totals.

Some storefronts round each line, others only the order and then keep fractions of a cent in their
lines. Not here: what an amount becomes in Odoo.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .money import ZERO
from .order import Order


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One line: its base, and the amount of each of its taxes in their order."""

    untaxed: Decimal
    taxes: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """Return base and taxes together."""
        return self.untaxed + sum(self.taxes, ZERO)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The lines of an order in whole units; ``remainder`` is what it charges beyond them.

    ``is_rounding``: the remainder is no more than the fractions of a unit that were in the order's
    amounts can have left."""

    lines: tuple[LineAmounts, ...]
    remainder: Decimal = ZERO
    is_rounding: bool = False


def settle(order: Order, unit: Decimal) -> Settlement:
    """Return the order's amounts in multiples of ``unit``, the smallest amount of a currency.

    No amount moves by a whole unit. Fractions are rounded half up, and then those nearest to the
    other side are taken there until the order's own totals are met, each tax's first."""
    total = round_amount_to(order.total, unit)
    exact = [tax.amount for line in order.lines for tax in line.taxes]
    taxes = _settle_taxes(order, exact, unit)
    charged = [line.charged for line in order.lines]
    target = total if order.prices_include_tax else total - sum(taxes, ZERO)
    lines = []
    rest = iter(taxes)
    for line, amount in zip(order.lines, _reach(charged, target, unit), strict=True):
        own = tuple(next(rest) for _tax in line.taxes)
        untaxed = amount - sum(own, ZERO) if order.prices_include_tax else amount
        lines.append(LineAmounts(untaxed, own))
    remainder = total - sum((line.total for line in lines), ZERO)
    fractions = sum(1 for amount in (order.total, *exact, *charged) if amount % unit)
    return Settlement(tuple(lines), remainder, abs(remainder) <= fractions * unit)


def _settle_taxes(order: Order, exact: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Return the amounts of all tax lines of all lines, in their order."""
    by_tax = [round_amount_to(amount, unit) for amount in exact]
    if by_tax == exact:
        return by_tax
    for places in _places_by_tax(order).values():
        amounts = [exact[place] for place in places]
        settled = _reach(amounts, round_amount_to(sum(amounts, ZERO), unit), unit)
        for place, amount in zip(places, settled, strict=True):
            by_tax[place] = amount
    target = round_amount_to(order.total_tax, unit)
    if sum(by_tax, ZERO) == target:
        return by_tax
    together = _reach(exact, target, unit)
    return together if sum(together, ZERO) == target else by_tax


def _places_by_tax(order: Order) -> Mapping[object, list[int]]:
    groups: dict[object, list[int]] = {}
    taxes = (tax for line in order.lines for tax in line.taxes)
    for place, tax in enumerate(taxes):
        groups.setdefault((tax.title, tax.rate), []).append(place)
    return groups


def _reach(exact: Sequence[Decimal], target: Decimal, unit: Decimal) -> list[Decimal]:
    """Return the amounts rounded to one of their two neighbours such that they make ``target``.

    Those nearest to the other neighbour go there. Half up where no choice makes it."""
    rounded = [round_amount_to(amount, unit) for amount in exact]
    missing = target - sum(rounded, ZERO)
    if not missing:
        return rounded
    step = unit.copy_sign(missing)
    lost = [(amount - near) * step for amount, near in zip(exact, rounded, strict=True)]
    movable = sorted((place for place, loss in enumerate(lost) if loss > 0), key=lost.__getitem__)
    count = int(missing / step)
    if count <= len(movable):
        for place in movable[len(movable) - count :]:
            rounded[place] += step
    return rounded


def round_amount_to(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up to a multiple of ``unit``."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
