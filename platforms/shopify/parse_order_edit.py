# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An edited order as it is now, with what was refunded put back: refunds are read elsewhere.

Shopify counts a line's discounts and taxes for all units ever ordered. What left it is told by
refunds; one that an edit made has no money in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..documents.money import ZERO
from ..documents.order import OrderLine
from ..wire import Wire
from .parse import external_id, optional_id
from .parse_order_money import Side, shrunk_discounts, shrunk_taxes


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """What left a line: units, their price after discounts, and their taxes."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    tax: Decimal = ZERO

    def __add__(self, other: "Gone") -> "Gone":
        return Gone(
            quantity=self.quantity + other.quantity,
            amount=self.amount + other.amount,
            tax=self.tax + other.tax,
        )


_NOTHING = Gone()


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """How an edited order is read, in one currency. Lines are found by their ids."""

    side: Side
    included: bool
    removed: dict[str, Gone] = field(default_factory=dict)
    refunded: dict[str, Gone] = field(default_factory=dict)
    refunded_shipping: dict[str, Gone] = field(default_factory=dict)

    @property
    def refunded_total(self) -> Gone:
        """Return everything refunded, with its taxes."""
        return sum((*self.refunded.values(), *self.refunded_shipping.values()), _NOTHING)

    @property
    def refunded_charge(self) -> Decimal:
        """Return what was refunded as the customer paid it."""
        gone = self.refunded_total
        return gone.amount if self.included else gone.amount + gone.tax

    def shrink(self, item: Wire, line: OrderLine) -> OrderLine | None:
        """Return what is left of a line that is read as placed, None where nothing is."""
        removed = self.removed.get(line.external_id, _NOTHING)
        refunded = self.refunded.get(line.external_id, _NOTHING)
        current = item.number("currentQuantity", line.quantity)
        kept = min(current + refunded.quantity, line.quantity)
        if kept <= 0:
            return None
        if kept == line.quantity:
            return line
        share = kept / line.quantity
        is_known = kept + removed.quantity == line.quantity
        tax = line.tax_total - removed.tax if is_known else self._share(line.tax_total, share)
        if not refunded.quantity:
            # Told without taxes whatever the prices contain, and only for the units left.
            charged = self.side.money(item, "priceAfterAllDiscountsBeforeTaxesSet")
            charged += tax if self.included else ZERO
        elif is_known:
            charged = line.charged - removed.amount
        else:
            charged = self._share(line.charged, share)
        discount = line.unit_price * kept - charged
        return replace(
            line,
            quantity=kept,
            taxes=shrunk_taxes(line.taxes, share, tax, self.side) if line.taxes else (),
            discounts=shrunk_discounts(line.discounts, share, discount, self.side),
        )

    def shrink_shipping(self, item: Wire, line: OrderLine) -> OrderLine | None:
        """Return what is left of a shipping line, None where it was removed."""
        refunded = self.refunded_shipping.get(line.external_id, _NOTHING)
        left = self.side.optional(item, "currentDiscountedPriceSet") + refunded.amount
        is_removed = item.flag("isRemoved")
        if is_removed and not refunded.amount:
            return None
        if left == line.charged:
            return line
        share = left / line.charged if line.charged else ZERO
        tax = refunded.tax if is_removed else self._share(line.tax_total, share)
        taxes = shrunk_taxes(line.taxes, share, tax, self.side) if line.taxes else ()
        return replace(line, unit_price=left, discounts=(), taxes=taxes)

    def _share(self, amount: Decimal, share: Decimal) -> Decimal:
        return self.side.round(amount * share)


def edit_of(wire: Wire, side: Side) -> Edit | None:
    """Return how to read an edited order, None for one that is read as placed.

    A cancelled order has nothing left: it is read as placed."""
    if not wire.flag("edited") or wire.text("cancelledAt"):
        return None
    edit = Edit(side=side, included=wire.flag("taxesIncluded"))
    for refund in wire.rows("refunds"):
        is_paid = bool(
            side.optional(refund, "totalRefundedSet")
            or side.opposite(refund, "totalRefundedSet")
            or refund.rows("transactions.nodes")
        )
        for row in refund.rows("refundLineItems.nodes"):
            # What comes back was delivered, and no edit takes away what was delivered.
            is_refunded = is_paid or row.text("restockType") == "RETURN"
            _add(
                edit.refunded if is_refunded else edit.removed,
                external_id(row, "lineItem.id"),
                _gone(row, side, row.number("quantity", ZERO), "subtotalSet", "totalTaxSet"),
            )
        _add_shipping(edit, refund.rows("refundShippingLines.nodes"), is_paid)
    return edit


def _add_shipping(edit: Edit, rows: Iterable[Wire], is_paid: bool) -> None:
    for row in rows if is_paid else ():
        _add(
            edit.refunded_shipping,
            optional_id(row, "shippingLine.id"),
            _gone(row, edit.side, ZERO, "subtotalAmountSet", "taxAmountSet"),
        )


def _gone(row: Wire, side: Side, quantity: Decimal, amount: str, tax: str) -> Gone:
    return Gone(quantity=quantity, amount=side.optional(row, amount), tax=side.optional(row, tax))


def _add(found: dict[str, Gone], identifier: str, gone: Gone) -> None:
    found[identifier] = found.get(identifier, _NOTHING) + gone
