# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transactions -> payments: what succeeded, as the money that moved.

A transaction's amount leaves out the rounding of cash; a cash sale may be more than was due, and
change follows it.
"""

from decimal import Decimal

from ..documents.money import ZERO
from ..documents.order import Payment
from ..wire import Wire
from . import const
from .parse import external_id, optional_id
from .parse_order_money import Side, is_any


def payments(wire: Wire, side: Side) -> tuple[Payment, ...]:
    """Return what was reserved, paid and refunded, oldest first as the store lists it."""
    rows = [row for row in wire.rows("transactions") if row.text("status") == "SUCCESS"]
    voided = {_parent(row) for row in rows if row.text("kind") == "VOID"}
    change = [row for row in rows if row.text("kind") == "CHANGE"]
    found = []
    for row in rows:
        kind = const.PAYMENT_KINDS.get(row.text("kind"))
        if not kind or not is_any(row, "amountSet"):
            continue
        identifier = external_id(row)
        if kind == "authorization" and identifier in voided:
            continue
        back = _change(row, change, side) if kind == "payment" else ZERO
        gateway = row.text("gateway")
        found.append(
            Payment(
                external_id=identifier,
                kind=kind,
                method=gateway,
                amount=_amount(row, side) - back,
                processed_at=row.moment("processedAt"),
                reference=row.text("paymentId"),
                fee=_fee(row, side),
                is_gift_card=gateway == const.GIFT_CARD_GATEWAY,
            )
        )
    return tuple(found)


def total_refunded(wire: Wire, side: Side) -> Decimal:
    """Return what was given back, cash as it was rounded."""
    rounding = side.optional(wire, "totalCashRoundingAdjustment.refundSet")
    return side.optional(wire, "totalRefundedSet") + rounding


def _amount(row: Wire, side: Side) -> Decimal:
    return side.money(row, "amountSet") + side.optional(row, "amountRoundingSet")


def _parent(row: Wire) -> str:
    return optional_id(row, "parentTransaction.id")


def _change(row: Wire, change: list[Wire], side: Side) -> Decimal:
    """Return what was handed back of a payment in cash; each change counts once."""
    identifier, gateway = external_id(row), row.text("gateway")
    given = [one for one in change if _parent(one) in (identifier, "")]
    mine = [one for one in given if _parent(one) or one.text("gateway") == gateway]
    for one in mine:
        change.remove(one)
    return sum((abs(side.money(one, "amountSet")) for one in mine), ZERO)


def _fee(row: Wire, side: Side) -> Decimal:
    """Return what the provider kept, with its tax. A fee in the other currency is converted at the
    transaction's own rate; one in a third currency can't be."""
    total = ZERO
    for fee in row.rows("fees"):
        for part in filter(None, (fee.child("amount"), fee.child("taxAmount"))):
            total += _converted(part, row, side)
    return total


def _converted(fee: Wire, row: Wire, side: Side) -> Decimal:
    amount, currency = fee.number("amount", ZERO), fee.text("currencyCode")
    if currency == side.currency:
        return amount
    opposite = side.opposite(row, "amountSet") if currency == side.other else ZERO
    return side.round(amount * side.money(row, "amountSet") / opposite) if opposite else ZERO
