# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What leaves an order: units removed by an edit, refunded or cancelled, and shipping refunded.

Shopify makes a refund of each; one that an edit makes has no transaction
(https://github.com/microsoft/BCApps/pull/7447, /10462). Amounts are the share of what is left of
the line, the last unit takes the rest.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from . import payment
from .catalogue import Node
from .money import MoneyBag


@dataclass(eq=False)
class RefundLineItem(Node):
    """`taxes` are those of the units, one for each tax line of the line."""

    TYPENAME = "RefundLineItem"
    line_item: object = None
    quantity: int = 0
    restock_type: str = "NO_RESTOCK"
    location: object = None
    subtotal_set: MoneyBag = None
    taxes: tuple = ()

    @property
    def total_tax_set(self):
        return self.line_item.exchange.total(self.taxes)

    @property
    def price_set(self):
        return self.subtotal_set.times(1 / Decimal(self.quantity))

    @property
    def restocked(self):
        return self.restock_type != "NO_RESTOCK"


@dataclass(eq=False)
class RefundShippingLine(Node):
    TYPENAME = "RefundShippingLine"
    shipping_line: object = None
    subtotal_amount_set: MoneyBag = None
    taxes: tuple = ()

    @property
    def tax_amount_set(self):
        return self.shipping_line.exchange.total(self.taxes)


@dataclass(eq=False)
class Refund(Node):
    TYPENAME = "Refund"
    order: object = None
    note: str = None
    refund_line_items: list = field(default_factory=list)
    refund_shipping_lines: list = field(default_factory=list)
    transactions: list = field(default_factory=list)
    created_at: datetime = None

    @property
    def total_refunded_set(self):
        done = (one.amount_set for one in self.transactions if one.status == "SUCCESS")
        return self.order.exchange.total(done)

    @property
    def processed_at(self):
        return self.created_at

    @property
    def updated_at(self):
        return self.created_at

    @property
    def worth(self):
        """What the customer paid for what is in it."""
        lines = [(one.subtotal_set, one.total_tax_set) for one in self.refund_line_items]
        lines += [
            (one.subtotal_amount_set, one.tax_amount_set) for one in self.refund_shipping_lines
        ]
        total = self.order.exchange.total(subtotal for subtotal, _tax in lines)
        if self.order.taxes_included:
            return total
        return total + self.order.exchange.total(tax for _subtotal, tax in lines)


def new(store, order, note=None):
    """An empty refund of an order."""
    refund = Refund(store.number("Refund"), order=order, note=note, created_at=store.now())
    order.refunds.append(store.register(refund))
    return refund


def take(store, refund, line, quantity, restock_type):
    """Take units off a line. Raises ValueError where it has fewer."""
    if not 0 < quantity <= line.current_quantity:
        raise ValueError("Quantity cannot refund more items than were purchased")
    share = Decimal(quantity) / line.current_quantity
    row = RefundLineItem(
        store.number("RefundLineItem"),
        line_item=line,
        quantity=quantity,
        restock_type=restock_type,
        location=line.location if restock_type != "NO_RESTOCK" else None,
        subtotal_set=line.current_net.times(share),
        taxes=tuple(tax.price_set.times(share) for tax in line.current_tax_lines),
    )
    refund.refund_line_items.append(store.register(row))
    line.gone.append(row)
    line.current_quantity -= quantity


def take_shipping(store, refund, line, amount=None):
    """Refund a shipping line, or an amount of it. Raises ValueError where it costs less."""
    left = line.current_discounted_price_set
    bag = left if amount is None else line.exchange.bag(Decimal(str(amount)))
    total, given = left.presentment_money.amount, bag.presentment_money.amount
    if not 0 < given <= total:
        raise ValueError("Shipping refund amount is more than was paid")
    share = given / total
    row = RefundShippingLine(
        store.number("RefundShippingLine"),
        shipping_line=line,
        subtotal_amount_set=left.times(share),
        taxes=tuple(tax.price_set.times(share) for tax in line.current_tax_lines),
    )
    refund.refund_shipping_lines.append(store.register(row))
    line.gone.append(row)


def give_back(store, refund, amount=None, status="SUCCESS", gateway=None):
    """Return the money of a refund: what is in it is worth, or `amount`, or nothing (0).

    Raises ValueError where the customer paid less."""
    order = refund.order
    bag = refund.worth if amount is None else order.exchange.bag(Decimal(str(amount)))
    given, paid = bag.presentment_money.amount, order.net_payment_set.presentment_money.amount
    if given > paid:
        raise ValueError(f"Refund amount ${given} is greater than net payment received ${paid}")
    if given:
        parent = next(one for one in order.transactions if one.kind in ("SALE", "CAPTURE"))
        values = {"gateway": gateway or parent.gateway, "parent_transaction": parent}
        made = payment.add(store, order, bag, "REFUND", status=status, **values)
        refund.transactions.append(made)
