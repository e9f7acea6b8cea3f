# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's ``extra_tax_data``: the amounts of a line that come from elsewhere, and what they are for.

Odoo 19 takes a line's base and taxes from there as long as its price, discount, quantity and taxes
are those the amounts were given for. Each amount is there twice: in the document's currency
(``…_currency``) and in the company's.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from math import isclose
from typing import Any

Data = Mapping[str, Any]
# Where an amount is: the tax (its id as text, or that there is none) and the amount's name.
Place = tuple[str, str]

# A key Odoo doesn't know and copies: these amounts are a storefront's.
MARK = "storefront"
BASE = ("manual_total_excluded_currency", "manual_total_excluded")
# A line without taxes needs a key that is none, or its base isn't taken over.
NO_TAX = "0"


def is_ours(data: Data | None) -> bool:
    """Whether a line's ``extra_tax_data`` is of a storefront."""
    return bool(data and MARK in data)


def fits(
    data: Data, price_unit: float, discount: float, quantity: float, tax_ids: Iterable[int]
) -> bool:
    """Whether a line still is the one that the amounts in ``data`` were given for.

    Odoo itself compares in the currency's decimals, where a quantity of 1.4 is the same as 1 in
    yen."""
    return (
        _is_same(price_unit, data["price_unit"])
        and _is_same(discount, data["discount"])
        and _is_same(quantity, data["quantity"])
        and {str(tax_id) for tax_id in tax_ids} == data["manual_tax_amounts"].keys() - {NO_TAX}
    )


def amounts_of(data: Data) -> dict[Place, float]:
    """Return each amount in ``data`` by its place; the base has no tax."""
    amounts: dict[Place, float] = {(NO_TAX, name): data[name] for name in BASE}
    for tax_id, taxes in data["manual_tax_amounts"].items():
        amounts.update({(tax_id, name): amount for name, amount in taxes.items()})
    return amounts


def part_of(
    data: Data,
    quantity: float,
    share: float,
    done: Collection[Mapping[Place, float]],
    round_amount: Callable[[Place, float], float],
) -> dict[str, Any]:
    """Return ``data`` for a part of its line: what ``share`` comes to, less what is ``done``.

    ``share``: of the line's quantity, with this part and those that are done."""
    amounts = amounts_of(data)
    for place, amount in amounts.items():
        before = sum(one.get(place, 0.0) for one in done)
        amounts[place] = round_amount(place, round_amount(place, amount * share) - before)
    in_currency, in_company = ((NO_TAX, name) for name in BASE)
    if amounts[in_currency] * amounts[in_company] < 0:
        # No journal item is a debit in one currency and a credit in the other: where a person has
        # invoiced so much that a rest comes to that, the next part makes up for it.
        amounts[in_company] = 0.0
    return _with_amounts(data, amounts, quantity)


def negated(data: Data) -> dict[str, Any]:
    """Return ``data`` with the sign of each amount turned, that of the quantity kept."""
    amounts = {place: amount and -amount for place, amount in amounts_of(data).items()}
    return _with_amounts(data, amounts, data["quantity"])


def _with_amounts(data: Data, amounts: Mapping[Place, float], quantity: float) -> dict[str, Any]:
    """Return ``data`` for another quantity, with other amounts in its places."""
    taxes = {
        tax_id: {name: amounts[tax_id, name] for name in names}
        for tax_id, names in data["manual_tax_amounts"].items()
    }
    base = {name: amounts[NO_TAX, name] for name in BASE}
    return {**data, **base, "quantity": quantity, "manual_tax_amounts": taxes}


def _is_same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
