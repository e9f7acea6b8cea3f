# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents -> wire: the bodies of what is written, and which key belongs to which path."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..documents.stock import StockKey
from ..errors import BadPayload
from . import const


def split_stock_id(stock_id: str) -> tuple[str, str]:
    """Return (parent, own id) of what stock is counted on; no parent for what is no variation.

    Raises BadPayload for what isn't one of ours."""
    parent, _slash, own = stock_id.rpartition(const.STOCK_ID_SEPARATOR)
    for part in filter(None, (parent, own)):
        if not (part.isascii() and part.isdecimal() and len(part) < 20):
            raise BadPayload("wrong_type", detail="not an id", path="inventory_external_id")
    return parent, own


def by_parent(keys: Iterable[StockKey]) -> dict[str, dict[int, StockKey]]:
    """Return ``{parent: {id: key}}``: variations are read and written below their parents."""
    found: dict[str, dict[int, StockKey]] = {}
    for key in keys:
        parent, own = split_stock_id(key.inventory_external_id)
        found.setdefault(parent, {})[int(own or 0)] = key
    return found


def products_path(parent: str) -> str:
    """Return the list that holds the variations of ``parent``, or all products."""
    return f"products/{parent}/variations" if parent else "products"


def stock_row(own: int, quantity: Decimal) -> dict[str, Any]:
    """Return the row that sets a quantity; units are whole, parts are dropped."""
    return {"id": own, "stock_quantity": math.floor(quantity)}


def tracking_row(own: int, quantity: Decimal) -> dict[str, Any]:
    """Return the row that has the shop count a product's stock, from ``quantity`` on."""
    return {**stock_row(own, quantity), "manage_stock": True}


def marker_row(external_id: str, marker: str) -> dict[str, Any]:
    """Return the row that writes our meta value; null takes it away."""
    return {
        "id": int(external_id),
        "meta_data": [{"key": const.MARKER_KEY, "value": marker or None}],
    }


def webhook(topic: str, url: str, secret: str) -> dict[str, Any]:
    """Return a subscription with our own secret: one the shop makes up is never told."""
    return {
        "name": webhook_name(topic, secret),
        "topic": topic,
        "delivery_url": url,
        "secret": secret,
        "status": "active",
    }


def webhook_name(topic: str, secret: str) -> str:
    """Return the name of a subscription. It tells which secret signs it: the shop never does."""
    mark = hashlib.sha256(f"webhook:{secret}".encode()).hexdigest()[:10]
    return f"{const.WEBHOOK_NAME} {topic} ({mark})"


def ids(external_ids: Sequence[str]) -> str:
    """Return ids as a list in a query: commas, for OAuth's signature breaks on ``[]``."""
    return ",".join(one for one in external_ids if one.isascii() and one.isdecimal())


def page(number: int, **params: str) -> Mapping[str, str]:
    """Return the query of one page, the largest there is, by id."""
    return {
        "per_page": str(const.MAX_ITEMS),
        "orderby": "id",
        "order": "asc",
        "page": str(number),
        **params,
    }
