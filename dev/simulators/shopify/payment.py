# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transactions: how an order is paid, with fees, gift cards and cash.

A transaction's amount leaves out the rounding of cash, which `amount_rounding_set` says; a customer
who hands over more gets a transaction CHANGE.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from .catalogue import Node
from .money import MoneyBag, MoneyV2, rounded

KINDS = ("sale", "authorization", "capture")
STATUSES = ("success", "failure", "pending", "error")


@dataclass(eq=False)
class Transaction(Node):
    TYPENAME = "OrderTransaction"
    kind: str = "SALE"
    status: str = "SUCCESS"
    gateway: str = "shopify_payments"
    test: bool = False
    amount_set: MoneyBag = None
    amount_rounding_set: MoneyBag = None
    payment_id: str = None
    parent_transaction: object = None
    created_at: datetime = None
    fees: tuple = ()

    error_code = None
    settlement_currency = settlement_currency_rate = None

    @property
    def formatted_gateway(self):
        return self.gateway.replace("_", " ").title()

    @property
    def manual_payment_gateway(self):
        return self.gateway == "manual"

    @property
    def processed_at(self):
        return self.created_at


@dataclass(eq=False)
class TransactionFee(Node):
    """What Shopify Payments keeps, in the shop's currency."""

    TYPENAME = "TransactionFee"
    amount: MoneyV2 = None
    tax_amount: MoneyV2 = None
    flat_fee: MoneyV2 = None
    rate: Decimal = Decimal(0)
    type: str = "processing_fee"

    flat_fee_name = rate_name = None


def add(store, order, amount_set, kind="SALE", **values):
    """One more transaction of an order. Money is converted when it moves: in the shop's currency
    the payments of an order may come to another amount than the order (recorded in 2026-07,
    https://github.com/airhorns/shopify-draft-proxy, money-bag-presentment-parity)."""
    transaction = Transaction(
        store.number("OrderTransaction"),
        kind=kind,
        test=order.test,
        amount_set=order.exchange.bag(amount_set.presentment_money.amount),
        payment_id=f"r{order.number}.{len(order.transactions) + 1}",
        created_at=store.now(),
        **{"gateway": order.gateway, **values},
    )
    order.transactions.append(store.register(transaction))
    return transaction


def pay(store, order, specs):
    """Pay with each of `specs` (README.md) in turn. Raises ValueError for one that can't be."""
    for spec in specs:
        kind, status = spec.get("kind", "sale"), spec.get("status", "success")
        if kind not in KINDS or status not in STATUSES:
            raise ValueError(f"No such payment: {kind} {status}")
        _pay(store, order, spec, kind, status.upper())


def _pay(store, order, spec, kind, status):
    due = _due(order)
    amount = order.exchange.bag(Decimal(str(spec["amount"]))) if "amount" in spec else due
    values = {"gateway": spec.get("gateway", order.gateway), "status": status}
    if kind == "authorization":
        add(store, order, amount, "AUTHORIZATION", **values)
        return
    if kind == "capture":
        values["parent_transaction"] = add(store, order, amount, "AUTHORIZATION", **values)
    paid = add(store, order, amount, "CAPTURE" if kind == "capture" else "SALE", **values)
    paid.fees = _fees(store, paid, spec)
    if spec.get("cash_rounding"):
        paid.amount_rounding_set = _rounding(order, amount, Decimal(str(spec["cash_rounding"])))
    if spec.get("tendered"):
        _give_change(store, order, paid, order.exchange.bag(Decimal(str(spec["tendered"]))))


def _due(order):
    """What is not paid yet: an authorization pays nothing, but its amount is spoken for."""
    held = order.exchange.total(
        one.amount_set
        for one in order.transactions
        if one.kind == "AUTHORIZATION" and one.status == "SUCCESS" and not _is_captured(order, one)
    )
    return order.total_outstanding_set - held


def _is_captured(order, authorization):
    return any(one.parent_transaction is authorization for one in order.transactions)


def _fees(store, transaction, spec):
    if not (spec.get("fee_rate") or spec.get("fee_flat")):
        return ()
    paid = transaction.amount_set.shop_money
    rate, flat = (Decimal(str(spec.get(name, 0))) for name in ("fee_rate", "fee_flat"))
    currency = paid.currency_code
    amount = rounded(paid.amount * rate, currency) + flat
    tax = rounded(amount * Decimal(str(spec.get("fee_tax_rate", 0))), currency)
    money = {
        "amount": MoneyV2(amount, currency),
        "tax_amount": MoneyV2(tax, currency),
        "flat_fee": MoneyV2(flat, currency),
    }
    return (store.register(TransactionFee(store.number("TransactionFee"), rate=rate, **money)),)


def _rounding(order, amount, denomination):
    """From the amount to the nearest that coins can pay, in the shopper's currency."""
    exact = amount.presentment_money.amount
    paid = (exact / denomination).quantize(Decimal(1), ROUND_HALF_UP) * denomination
    return order.exchange.bag(paid - exact)


def _give_change(store, order, paid, tendered):
    """The sale is told with what was handed over, what went back by a transaction of its own."""
    due = paid.amount_set
    if paid.amount_rounding_set:
        due = due + paid.amount_rounding_set
    change = tendered - due
    if change.presentment_money.amount < 0:
        raise ValueError("Less cash than is due")
    if change.presentment_money.amount:
        paid.amount_set = paid.amount_set + change
        values = {"gateway": paid.gateway, "parent_transaction": paid}
        add(store, order, change, "CHANGE", **values)
