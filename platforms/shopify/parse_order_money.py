# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two currencies a MoneyBag is told in, and amounts and taxes in one of them.

Which lines an order has is decided on both sides at once: it must be the same lines in either.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Literal

from ..documents.money import ZERO, round_amount
from ..documents.order import Discount, TaxLine
from ..errors import BadPayload
from ..wire import Wire
from . import const

SideKey = Literal["shopMoney", "presentmentMoney"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One side of every MoneyBag of an order: ``currency``, and the ``other`` one."""

    key: SideKey
    currency: str
    other: str

    def money(self, wire: Wire, path: str) -> Decimal:
        """Return an amount. Raises BadPayload without one."""
        return wire.number(f"{path}.{self.key}.amount")

    def optional(self, wire: Wire, path: str) -> Decimal:
        """Return an amount, zero without one."""
        return wire.number(f"{path}.{self.key}.amount", ZERO)

    def opposite(self, wire: Wire, path: str) -> Decimal:
        """Return an amount in the other currency, zero without one."""
        key = "shopMoney" if self.key == "presentmentMoney" else "presentmentMoney"
        return wire.number(f"{path}.{key}.amount", ZERO)

    def round(self, amount: Decimal) -> Decimal:
        """Round half-up to the currency. Raises BadPayload for what is no amount of money."""
        try:
            return round_amount(amount, self.currency)
        except InvalidOperation:
            detail = f"out of range: {amount:.3e}"
            raise BadPayload("wrong_type", detail=detail, path=self.key) from None


def sides(wire: Wire) -> tuple[Side, Side]:
    """Return the store's side and the shopper's; they are equal where there is one currency."""
    store = wire.required("currencyCode")
    shopper = wire.text("presentmentCurrencyCode") or store
    shop_side = Side(key="shopMoney", currency=store, other=shopper)
    if store == shopper:
        return shop_side, shop_side
    return shop_side, Side(key="presentmentMoney", currency=shopper, other=store)


def is_any(wire: Wire, path: str) -> bool:
    """Whether an amount isn't zero on one of the sides at least."""
    return any(
        wire.number(f"{path}.{key}.amount", ZERO) for key in ("shopMoney", "presentmentMoney")
    )


def taxes(wire: Wire, side: Side, country: str) -> tuple[TaxLine, ...]:
    """Return the taxes of a line or fee; ``country`` is where the order goes."""
    return tuple(
        TaxLine(
            title=row.text("title"),
            rate=row.number("rate", ZERO),
            amount=side.money(row, "priceSet"),
            collected_by_platform=row.flag("channelLiable"),
            country_code=tax_country(row.text("title"), country),
        )
        for row in wire.rows("taxLines")
    )


def tax_country(title: str, destination: str) -> str:
    """Return whose tax it is. Within Europe titles begin with the country (``DE MwSt``): it may be
    the seller's. Elsewhere two letters may be a state's (``CA State Tax``)."""
    named, space, _name = title.partition(" ")
    if space and {named, destination} <= const.VAT_COUNTRIES:
        return named
    return destination


def discounts(wire: Wire, side: Side) -> tuple[Discount, ...]:
    """Return what each discount took off a line, its share of order-wide ones included."""
    rows = (
        (row.child("discountApplication"), side.money(row, "allocatedAmountSet"), row)
        for row in wire.rows("discountAllocations")
    )
    return tuple(
        Discount(
            title=(given.text("code") or given.text("title") if given else "") or "Discount",
            amount=amount,
        )
        for given, amount, row in rows
        if is_any(row, "allocatedAmountSet")
    )


def shrunk_taxes(
    given: tuple[TaxLine, ...], share: Decimal, total: Decimal, side: Side
) -> tuple[TaxLine, ...]:
    """Scale taxes down; the largest takes what remains of ``total``."""
    shrunk = [replace(tax, amount=side.round(tax.amount * share)) for tax in given]
    rest = total - _sum(tax.amount for tax in shrunk)
    if rest:
        largest = max(range(len(shrunk)), key=lambda index: abs(shrunk[index].amount))
        shrunk[largest] = replace(shrunk[largest], amount=shrunk[largest].amount + rest)
    return tuple(shrunk)


def shrunk_discounts(
    given: tuple[Discount, ...], share: Decimal, total: Decimal, side: Side
) -> tuple[Discount, ...]:
    """Scale discounts down; the last takes what remains of ``total``, so that the line adds up."""
    shrunk = []
    for discount in given[:-1]:
        amount = side.round(discount.amount * share)
        shrunk.append(replace(discount, amount=amount))
        total -= amount
    return (*shrunk, *(replace(discount, amount=total) for discount in given[-1:]))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
