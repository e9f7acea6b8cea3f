# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lines of an order, everything that was charged for: README.md says what makes each."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

from ..documents.money import ZERO
from ..documents.order import OrderLine
from ..wire import Wire
from .parse import external_id, optional_id
from .parse_order_edit import Edit
from .parse_order_money import Side, discounts, is_any, taxes

_ONE = Decimal(1)
_TIP = "totalTipReceivedSet"
_ROUNDING = "totalCashRoundingAdjustment.paymentSet"


class Lines:
    """Reads the lines of one order in one currency; ``country`` is where the order goes."""

    def __init__(self, wire: Wire, side: Side, edit: Edit | None, country: str) -> None:
        self.wire, self.side, self.edit, self.country = wire, side, edit, country
        # What no line has explained yet of the tip, on this side and on the other.
        self._tip = side.optional(wire, _TIP)
        self._opposite_tip = side.opposite(wire, _TIP)

    def parse(self) -> tuple[OrderLine, ...]:
        """Return the lines in the order people read an invoice; the same ones on both sides."""
        lines: list[OrderLine] = []
        duties: list[OrderLine] = []
        for item in self.wire.rows("lineItems.nodes"):
            line = self._product(item)
            if line is None:
                continue
            lines.append(self._as_tip(item, line) or line)
            if not self.wire.flag("dutiesIncluded"):
                duties += self._fees("duty", item.rows("duties"))
        lines += self._shipping()
        lines += duties
        lines += self._fees("fee", self.wire.rows("additionalFees"))
        if self._tip or self._opposite_tip:
            lines.append(_extra("tip", "Tip", self._tip))
        if is_any(self.wire, _ROUNDING):
            rounding = self.side.optional(self.wire, _ROUNDING)
            lines.append(_extra("rounding", "Cash rounding", rounding))
        return tuple(lines)

    def _product(self, item: Wire) -> OrderLine | None:
        """Return a line, None where nothing is left of it."""
        quantity = item.number("quantity")
        if quantity <= 0:
            return None
        line = OrderLine(
            external_id=external_id(item),
            name=item.required("name"),
            sku=item.text("sku"),
            product_external_id=optional_id(item, "product.id"),
            variant_external_id=optional_id(item, "variant.id"),
            quantity=quantity,
            unit_price=self.side.money(item, "originalUnitPriceSet"),
            discounts=discounts(item, self.side),
            taxes=taxes(item, self.side, self.country),
            is_gift_card=item.flag("isGiftCard"),
            requires_shipping=item.flag("requiresShipping"),
            bundle=item.text("lineItemGroup.title"),
            fulfilled_quantity=_fulfilled(item, quantity),
        )
        return self.edit.shrink(item, line) if self.edit else line

    def _as_tip(self, item: Wire, line: OrderLine) -> OrderLine | None:
        """Return a line as (a part of) the tip if it is: nothing says so but what it lacks and its
        amount, which must fit on both sides."""
        plain = not (line.variant_external_id or line.sku or line.taxes or line.requires_shipping)
        if not plain or item.flag("taxable") or line.discounts:
            return None
        opposite = self.side.opposite(item, "originalUnitPriceSet") * line.quantity
        fits = line.charged <= self._tip and opposite <= self._opposite_tip
        if not fits or line.charged <= 0:
            return None
        self._tip -= line.charged
        self._opposite_tip -= opposite
        return _extra("tip", "Tip", line.charged, line.external_id)

    def _shipping(self) -> Iterator[OrderLine]:
        for index, item in enumerate(self.wire.rows("shippingLines.nodes")):
            line: OrderLine | None = OrderLine(
                external_id=optional_id(item, "id") or f"shipping-{index}",
                kind="shipping",
                name=item.text("title") or item.text("code") or "Shipping",
                quantity=_ONE,
                unit_price=self.side.money(item, "originalPriceSet"),
                discounts=discounts(item, self.side),
                taxes=taxes(item, self.side, self.country),
                requires_shipping=False,
                code=item.text("code"),
            )
            if line and self.edit:
                line = self.edit.shrink_shipping(item, line)
            if line:
                yield line

    def _fees(self, kind: Literal["duty", "fee"], rows: Iterable[Wire]) -> list[OrderLine]:
        """Return the lines of duties and of additional fees."""
        return [
            OrderLine(
                external_id=external_id(row),
                kind=kind,
                name=row.text("name") or "Duties",
                quantity=_ONE,
                unit_price=self.side.money(row, "price"),
                taxes=taxes(row, self.side, self.country),
                requires_shipping=False,
            )
            for row in rows
        ]


def _fulfilled(item: Wire, quantity: Decimal) -> Decimal:
    """Return how many units have left: those that neither wait nor can't be fulfilled."""
    waiting = item.number("unfulfilledQuantity", quantity)
    never = item.number("nonFulfillableQuantity", ZERO)
    return max(quantity - waiting - never, ZERO)


def _extra(
    kind: Literal["tip", "rounding"], name: str, amount: Decimal, identifier: str = ""
) -> OrderLine:
    return OrderLine(
        external_id=identifier or kind,
        kind=kind,
        name=name,
        quantity=_ONE,
        unit_price=amount,
        requires_shipping=False,
    )
