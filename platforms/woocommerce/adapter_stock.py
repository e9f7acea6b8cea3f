# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quantities: of products in one call, of variations in one to read and one a parent to write.

What a shop doesn't count it takes without a word and forgets: every row of an answer is looked at.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..documents.stock import StockChange, StockKey, StockRefusal, StockResult
from ..errors import BadPayload, NotConfigured, NotFound
from ..wire import Wire
from . import build, client_errors, const, parse
from .adapter_orders import batches, by_id
from .client import Client, Row

MakeRow = Callable[[int, Decimal], Row]


def fetch(client: Client, keys: Sequence[StockKey]) -> dict[StockKey, int | None]:
    """Return what the shop shows of each key, None where it counts nothing or has none of it."""
    levels: dict[StockKey, int | None] = dict.fromkeys(keys)
    for key, row in _rows(client, keys):
        if row.get("manage_stock") is True:
            levels[key] = _quantity(row)
    return levels


def untracked(client: Client, keys: Sequence[StockKey]) -> Iterator[StockRefusal]:
    """Yield why the shop counts nothing of each key; what it counts, or hasn't, is left out."""
    for key, row in _rows(client, keys):
        refusal = _tracking(key, row)
        if refusal:
            yield refusal


def push(client: Client, changes: Sequence[StockChange], make: MakeRow) -> StockResult:
    """Write the rows ``make`` makes of the changes and return what became of each."""
    wanted = {change.key: change.quantity for change in changes}
    accepted: list[StockKey] = []
    refused: list[StockRefusal] = []
    for parent, keys in build.by_parent(wanted).items():
        for batch in batches(list(keys), const.MAX_ITEMS):
            rows = [make(own, wanted[keys[own]]) for own in batch]
            for sent, told in zip(rows, _write(client, parent, rows), strict=True):
                refusal = None if _is_taken(sent, told) else _refusal(keys[sent["id"]], sent, told)
                if refusal:
                    refused.append(refusal)
                else:
                    accepted.append(keys[sent["id"]])
    return StockResult(accepted=tuple(accepted), refused=tuple(refused))


def _write(client: Client, parent: str, rows: Sequence[Row]) -> Sequence[Mapping[str, Any]]:
    """Write one batch; a parent that is gone takes its variations along."""
    try:
        return client.update(build.products_path(parent), rows)
    except NotFound as error:
        problem = {"code": "woocommerce_rest_product_invalid_id", "message": error.detail}
        return [{"id": row["id"], "error": problem} for row in rows]


def _is_taken(sent: Row, told: Mapping[str, Any]) -> bool:
    """Whether a row was plainly taken, as nearly all are; ``_refusal`` judges the others."""
    return (
        told.get("stock_quantity") == sent["stock_quantity"]
        and told.get("manage_stock") is True
        and "error" not in told
    )


def _refusal(key: StockKey, sent: Row, told: Mapping[str, Any]) -> StockRefusal | None:
    """Return why a row wasn't taken, by what the shop shows now; None where it was."""
    error = told.get("error")
    if isinstance(error, Mapping):
        code, message = str(error.get("code") or "refused"), str(error.get("message") or "")
        return StockRefusal(key=key, code=code, message=message or code)
    refusal, shown = _tracking(key, told), _quantity(told)
    if not refusal and shown != sent["stock_quantity"]:
        message = f"The store shows {shown} instead of {sent['stock_quantity']}."
        return StockRefusal(key=key, code="stock_not_taken", message=message)
    return refusal


def _tracking(key: StockKey, row: Mapping[str, Any]) -> StockRefusal | None:
    """Return why the shop would ignore a quantity, None where it counts it."""
    if row.get("manage_stock") is True:
        return None
    if parse.is_parent(row):
        # To have its stock counted would take it from its variations.
        message = "It is sold as its variations by now: link those."
        return StockRefusal(key=key, code="sold_as_variations", message=message)
    if row.get("manage_stock") == "parent":
        message = "The quantity is counted for the whole product, not for its variations."
        return StockRefusal(key=key, code="stock_of_parent", message=message)
    message = "The store doesn't count the stock of this product."
    return StockRefusal(key=key, code="stock_untracked", message=message)


def _rows(client: Client, keys: Sequence[StockKey]) -> Iterator[tuple[StockKey, Row]]:
    """Yield the row of each key the shop has."""
    parents = build.by_parent(keys)
    plain = parents.pop("", {})
    for batch in batches(list(plain), const.MAX_ITEMS):
        yield from _keyed(plain, by_id(client, "products", _texts(batch), **_fields()))
    yield from _variations(client, parents)


def _variations(
    client: Client, parents: Mapping[str, Mapping[int, StockKey]]
) -> Iterator[tuple[StockKey, Row]]:
    """Yield the rows of variations: of all in one call, where the shop has that list."""
    keys = {own: key for rows in parents.values() for own, key in rows.items()}
    try:
        for batch in batches(list(keys), const.MAX_ITEMS):
            yield from _keyed(keys, by_id(client, "variations", _texts(batch), **_fields()))
    except NotConfigured as error:
        if not client_errors.is_no_route(error):
            raise
        for parent, rows in parents.items():
            yield from _variations_below(client, parent, rows)


def _variations_below(
    client: Client, parent: str, keys: Mapping[int, StockKey]
) -> Iterator[tuple[StockKey, Row]]:
    path = build.products_path(parent)
    for batch in batches(list(keys), const.MAX_ITEMS):
        try:
            yield from _keyed(keys, by_id(client, path, _texts(batch), **_fields()))
        except NotFound:
            continue  # the parent is gone


def _keyed(
    keys: Mapping[int, StockKey], found: Mapping[str, Row]
) -> Iterator[tuple[StockKey, Row]]:
    return ((keys[int(own)], row) for own, row in found.items())


def _quantity(row: Mapping[str, Any]) -> int:
    """Return a quantity; plugins may make it a text or a fraction."""
    wire = Wire(row)
    try:
        return math.floor(wire.number("stock_quantity", Decimal(0)))
    except BadPayload:
        return 0


def _texts(ids: Sequence[int]) -> list[str]:
    return [str(one) for one in ids]


def _fields() -> dict[str, str]:
    return {"_fields": const.STOCK_FIELDS}
