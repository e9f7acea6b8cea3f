# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents as the storefront in memory keeps them: what JSON can hold, and back."""

import dataclasses
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from ..platforms.documents.customer import Customer
from ..platforms.documents.order import Order

# Of the real class, also while a test stops the clock.
_MOMENT = datetime(2000, 1, 1)


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
    return decode(Order, payload)


def decode_customer(payload):
    """Return the customer in a payload made by ``encode``."""
    return decode(Customer, payload)


def swapped(order):
    """Return the order in its other currency, if it has one."""
    other = order.counterpart
    if other is None:
        return order
    return dataclasses.replace(other, counterpart=dataclasses.replace(order, counterpart=None))


def decode(kind, value):
    """Return ``value`` as the annotation ``kind`` of a document's field wants it."""
    if value is None:
        return None
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], given) for name, given in value.items()})
    if get_origin(kind) is tuple:
        return tuple(decode(get_args(kind)[0], item) for item in value)
    if get_origin(kind) in (Union, UnionType):
        return decode(get_args(kind)[0], value)
    if isinstance(kind, type) and issubclass(kind, type(_MOMENT)):
        return datetime.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


@cache
def _hints(kind):
    return get_type_hints(kind)
