# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents -> wire: ids, searches and variables as Shopify wants them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ..documents.stock import StockChange
from ..errors import BadPayload
from . import const

GidType = Literal[
    "Customer", "Order", "ProductVariant", "InventoryItem", "Location", "WebhookSubscription"
]


def gid(kind: GidType, external_id: str) -> str:
    """Return Shopify's global id. Raises BadPayload for an id that isn't a number."""
    if not (external_id.isascii() and external_id.isdigit() and len(external_id) <= 19):
        raise BadPayload("bad_id", detail=f"{kind} id isn't a number", kind=kind)
    return f"gid://shopify/{kind}/{external_id}"


def marker_variables() -> dict[str, Any]:
    """Return where variants carry the marker."""
    return {"namespace": const.MARKER_NAMESPACE, "key": const.MARKER_KEY}


def variant_page_variables(cursor: str) -> dict[str, Any]:
    """Return the variables of the page of variants whose ids come after ``cursor``."""
    if cursor and not cursor.isdigit():
        raise BadPayload("bad_cursor")
    search = f"id:>{cursor}" if cursor else None
    return {"first": const.MAX_ITEMS, "search": search, **marker_variables()}


def sku_search(skus: Sequence[str]) -> str:
    """Return a search for any of ``skus``, each a quoted phrase.

    Syntax: https://shopify.dev/docs/api/usage/search-syntax. It finds more than asked (it ignores
    case and punctuation): compare what comes back."""
    return " OR ".join(f"sku:{quoted(sku)}" for sku in skus)


def marker_lookups(markers: Sequence[str]) -> dict[str, Any]:
    """Return the variables of ``queries.variants_by_marker``."""
    lookups = {
        f"m{index}": {"customId": {**marker_variables(), "value": marker}}
        for index, marker in enumerate(markers)
    }
    return {**marker_variables(), **lookups}


def marker_definition() -> dict[str, Any]:
    """Return the variables that define the marker. A value of type ``id`` is one variant's alone,
    which is what makes the lookup by it possible."""
    definition = {
        **marker_variables(),
        "name": "Odoo product",
        "type": const.MARKER_TYPE,
        "ownerType": "PRODUCTVARIANT",
    }
    return {"definition": definition}


def markers_set_variables(markers: Mapping[str, str]) -> dict[str, Any]:
    """Return the variables that write ``{variant id: marker}``."""
    rows = [
        {**_marker_of(external_id), "type": const.MARKER_TYPE, "value": marker}
        for external_id, marker in markers.items()
    ]
    return {"metafields": rows}


def markers_delete_variables(external_ids: Iterable[str]) -> dict[str, Any]:
    """Return the variables that take the markers off these variants."""
    return {"metafields": [_marker_of(external_id) for external_id in external_ids]}


def _marker_of(external_id: str) -> dict[str, Any]:
    return {"ownerId": gid("ProductVariant", external_id), **marker_variables()}


def stock_set_variables(changes: Sequence[StockChange], idempotency_key: str) -> dict[str, Any]:
    """Return the variables that set ``available``; units are whole, parts are dropped.

    ``changeFromQuantity`` is always sent, null to overwrite: left out, the call is refused."""
    quantities = [
        {
            "inventoryItemId": gid("InventoryItem", change.key.inventory_external_id),
            "locationId": gid("Location", change.key.location_external_id),
            "quantity": math.floor(change.quantity),
            "changeFromQuantity": (
                None if change.expected is None else math.floor(change.expected)
            ),
        }
        for change in changes
    ]
    return {
        "key": idempotency_key,
        "input": {
            "name": "available",
            "reason": "correction",
            "referenceDocumentUri": f"gid://storefront-connector/StockPush/{idempotency_key}",
            "quantities": quantities,
        },
    }


def quoted(text: str) -> str:
    """Return a phrase of a search."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
