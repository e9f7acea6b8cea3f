# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lines of an order: what was sold, how it is sent, and fees, negative ones too.

All amounts are without taxes, whatever the shop's prices are: WooCommerce keeps them so.
"""

from collections.abc import Iterator
from decimal import Decimal

from ..documents.money import ZERO
from ..documents.order import Discount, OrderLine
from ..wire import Wire
from . import const
from .parse import identifier, optional_id, title
from .parse_order_money import Taxes, amount

_ONE = Decimal(1)
_LEAST = Decimal("0.000001")


class Lines:
    """Reads the lines of one order."""

    def __init__(self, wire: Wire, taxes: Taxes) -> None:
        self.wire, self.taxes = wire, taxes
        codes = [title(row, "code") for row in wire.rows("coupon_lines")]
        # Which of several coupons took how much off a line isn't told.
        self._coupons = ", ".join(code for code in codes if code) or "Discount"
        self._is_done = wire.text("status") == const.COMPLETED
        # False only where all goods are virtual and downloadable.
        self._is_sent = wire.get("needs_processing") is not False

    def parse(self) -> tuple[OrderLine, ...]:
        """Return the lines in the order people read an invoice."""
        return (*self._products(), *self._shipping(), *self._fees())

    def _products(self) -> Iterator[OrderLine]:
        for item in self.wire.rows("line_items"):
            quantity = item.number("quantity")
            if quantity <= 0:
                continue
            if quantity < _LEAST:
                raise item.wrong("quantity", "out of range")
            listed, charged = amount(item, "subtotal"), amount(item, "total")
            # An admin may raise a line's total above its price: then that is the price.
            price = max(listed, charged)
            yield OrderLine(
                external_id=identifier(item),
                name=title(item, "name") or item.text("sku") or "Product",
                sku=item.text("sku"),
                product_external_id=optional_id(item, "product_id"),
                variant_external_id=optional_id(item, "variation_id")
                or optional_id(item, "product_id"),
                quantity=quantity,
                unit_price=price / quantity,
                discounts=_discounts(self._coupons, price - charged),
                taxes=self.taxes.of(item),
                requires_shipping=self._is_sent,
                fulfilled_quantity=quantity if self._is_done else ZERO,
            )

    def _shipping(self) -> Iterator[OrderLine]:
        for item in self.wire.rows("shipping_lines"):
            code = item.text("method_id")
            yield OrderLine(
                external_id=identifier(item),
                kind="shipping",
                name=title(item, "method_title") or code or "Shipping",
                quantity=_ONE,
                unit_price=amount(item, "total"),
                taxes=self.taxes.of(item),
                requires_shipping=False,
                code=code,
            )

    def _fees(self) -> Iterator[OrderLine]:
        """Yield fees; plugins give discounts as negative ones."""
        for item in self.wire.rows("fee_lines"):
            yield OrderLine(
                external_id=identifier(item),
                kind="fee",
                name=title(item, "name") or "Fee",
                quantity=_ONE,
                unit_price=amount(item, "total"),
                taxes=self.taxes.of(item),
                requires_shipping=False,
            )


def _discounts(name: str, off: Decimal) -> tuple[Discount, ...]:
    return (Discount(title=name, amount=off),) if off > 0 else ()
