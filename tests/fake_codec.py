# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders as the storefront in memory keeps them: what JSON can hold, and back."""

import dataclasses
from datetime import datetime
from decimal import Decimal

from ..platforms.documents.customer import Address, Customer
from ..platforms.documents.order import Discount, Order, OrderLine, Payment, TaxLine


def encode(value):
    """Return a document as JSON holds it."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.name != "raw"]
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def decode_order(payload):
    """Return the order in a payload made by ``encode``."""
    values = dict(payload)
    values["customer"] = Customer(**values["customer"])
    for name in ("billing_address", "shipping_address"):
        values[name] = values[name] and Address(**values[name])
    for name in ("created_at", "updated_at", "cancelled_at"):
        values[name] = _moment(values[name])
    for name in ("total", "total_tax", "total_refunded"):
        values[name] = Decimal(values[name])
    for name in ("tags", "payment_methods"):
        values[name] = tuple(values[name])
    values["lines"] = tuple(_decode_line(line) for line in values["lines"])
    values["payments"] = tuple(_decode_payment(payment) for payment in values["payments"])
    values["counterpart"] = values["counterpart"] and decode_order(values["counterpart"])
    return Order(**values)


def swapped(order):
    """Return the order in its other currency, if it has one."""
    other = order.counterpart
    if other is None:
        return order
    return dataclasses.replace(other, counterpart=dataclasses.replace(order, counterpart=None))


def _moment(text):
    return text and datetime.fromisoformat(text)


def _decode_payment(payload):
    amounts = {name: Decimal(payload[name]) for name in ("amount", "fee")}
    return Payment(**{**payload, **amounts, "processed_at": _moment(payload["processed_at"])})


def _decode_line(payload):
    values = dict(payload)
    for name in ("quantity", "unit_price", "fulfilled_quantity"):
        values[name] = Decimal(values[name])
    values["discounts"] = tuple(
        Discount(title=given["title"], amount=Decimal(given["amount"]))
        for given in values["discounts"]
    )
    values["taxes"] = tuple(
        TaxLine(**{**given, "rate": Decimal(given["rate"]), "amount": Decimal(given["amount"])})
        for given in values["taxes"]
    )
    return OrderLine(**values)
