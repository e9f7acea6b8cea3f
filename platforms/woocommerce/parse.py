# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> documents, orders and customers aside. What can't be read is BadPayload.

Texts of products come with HTML entities in them, dates twice: in the shop's time and, the ones
read here, in UTC without saying so.
"""

import html
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..documents.event import WebhookSubscription
from ..documents.product import Variant
from ..errors import BadPayload
from ..wire import Wire
from . import const

_KEY = re.compile(r"[a-z]{2}_[0-9A-Za-z]{20,80}")


def identifier(wire: Wire, path: str = "id") -> str:
    """Return an id, which must be there."""
    found = optional_id(wire, path)
    if not found:
        raise wire.wrong(path, "not an id")
    return found


def optional_id(wire: Wire, path: str) -> str:
    """Return an id, empty for 0: nobody, or a product that is gone."""
    text = wire.text(path)
    if text and not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise wire.wrong(path, "not an id")
    return "" if text.strip("0") == "" else text


def title(wire: Wire, path: str) -> str:
    """Return a text people read, without HTML's entities."""
    return html.unescape(wire.text(path)).strip()


def updated_at(wire: Wire) -> datetime:
    """Return when a record changed last; a new account has changed when it was made."""
    return wire.moment("date_modified_gmt") or wire.required_moment("date_created_gmt")


def meta(wire: Wire, *keys: str) -> str:
    """Return the first of these meta values that is a text and isn't empty."""
    found = meta_texts(wire)
    return next((found[key] for key in keys if found.get(key)), "")


def meta_texts(wire: Wire) -> dict[str, str]:
    """Return the meta values that are texts, by their keys; of two of one key the first."""
    found: dict[str, str] = {}
    for row in wire.rows("meta_data"):
        value = row.get("value")
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            found.setdefault(str(row.get("key")), str(value).strip())
    return found


# products


def is_parent(row: Mapping[str, Any]) -> bool:
    """Whether a product is sold as its variations."""
    return str(row.get("type")).startswith(const.PARENT_PREFIX)


def is_sold(row: Mapping[str, Any]) -> bool:
    """Whether a product is itself what is sold: no parent, group or link to another shop."""
    return not is_parent(row) and row.get("type") not in const.NOT_SOLD


def variant(
    row: Mapping[str, Any],
    *,
    name: str = "",
    is_distinct: bool = True,
    unused_attributes: tuple[str, ...] = (),
) -> Variant:
    """Return a product or a variation; ``name`` is another than its own, which for a variation of
    the list of variations is that of its options only."""
    wire = Wire(row)
    own, above = identifier(wire), optional_id(wire, "parent_id")
    is_variation = bool(above) and wire.text("type") in const.VARIATION_TYPES
    return Variant(
        external_id=own,
        product_external_id=above if is_variation else own,
        inventory_external_id=stock_id(own, above if is_variation else ""),
        name=name or title(wire, "name") or wire.text("sku") or own,
        sku=wire.text("sku"),
        barcode=wire.text("global_unique_id"),
        marker=meta(wire, const.MARKER_KEY),
        is_stock_tracked=wire.get("manage_stock") is True,
        is_distinct=is_distinct,
        unused_attributes=unused_attributes,
    )


def stock_id(own: str, parent: str) -> str:
    """Return what stock is counted on: a variation is written below its parent only."""
    return f"{parent}{const.STOCK_ID_SEPARATOR}{own}" if parent else own


# access and webhooks


def granted_key(body: bytes) -> dict[str, str]:
    """Return the key in what the shop's authorization page sends, as credentials."""
    try:
        wire = Wire(json.loads(body))
    except (ValueError, RecursionError):
        raise BadPayload("not_json") from None
    found = {name: wire.required(name) for name in ("consumer_key", "consumer_secret")}
    if not all(_KEY.fullmatch(value) for value in found.values()):
        raise wire.wrong("consumer_key", "not a key")
    return found


def subscription(row: Mapping[str, Any]) -> WebhookSubscription:
    """Return a webhook; not active is one the shop has disabled, or somebody paused."""
    wire = Wire(row)
    return WebhookSubscription(
        external_id=identifier(wire),
        topic=wire.required("topic"),
        url=wire.text("delivery_url"),
        is_active=wire.text("status") == "active",
    )
