# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders as ShopifyAdapter asks for them: by id, by when they changed or were placed, by number."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..documents.connection import Page
from ..documents.event import FetchedRecord, RecordChange
from ..documents.order import OrderSummary
from ..errors import BadPayload, Rejected
from ..wire import Wire
from . import build, const, parse, parse_order, queries
from .build_changes import Position
from .build_order_list import ListPosition, bare_number, number_search
from .client import Client, next_cursor

__all__ = ["bare_number", "changes", "fetch", "find", "placed"]


def fetch(client: Client, ids: Sequence[str]) -> Iterator[FetchedRecord]:
    """Yield a batch of orders with everything in them; one call, and one for each further page."""
    gids = [build.gid("Order", external_id) for external_id in ids]
    nodes = client.nodes(queries.ORDERS, gids, {"lines": const.LINES_PER_ORDER})
    for external_id, node in zip(ids, nodes, strict=True):
        if node:
            client.complete(queries.ORDER_LINES, node, "lineItems")
            client.complete(queries.ORDER_SHIPPING, node, "shippingLines")
        yield parse_order.fetched_order(external_id, node)


def changes(client: Client, since: datetime, cursor: str) -> Page[RecordChange]:
    """Return a page of the orders changed since a moment."""
    position = Position.parse(cursor) if cursor else Position.start(since)
    data = _page(client, queries.CHANGES, position.variables())
    found = parse.order_changes(data)
    after = next_cursor(data.get("orders") or {}, position.after or None)
    return Page(items=found, next_cursor=position.next(found, after))


def placed(
    client: Client, created_from: datetime | None, created_to: datetime | None, cursor: str
) -> Page[OrderSummary]:
    """Return a page of the orders placed between two moments, the second one excluded."""
    position = ListPosition.parse(cursor) if cursor else ListPosition.first(created_from)
    data = _page(client, queries.ORDER_LIST, position.variables(created_to))
    found = [parse_order.summary(row) for row in Wire(data).rows("orders.nodes")]
    after = next_cursor(data.get("orders") or {}, position.after or None)
    return Page(
        items=tuple(
            one
            for one in found
            if one.external_id not in position.read
            and (created_from is None or one.created_at >= created_from)
            and (created_to is None or one.created_at < created_to)
        ),
        next_cursor=position.next(found, after),
    )


def find(client: Client, numbers: Sequence[str]) -> Iterator[OrderSummary]:
    """Yield the orders people call by one of ``numbers``: the search finds others too."""
    wanted = {bare_number(number).lower() for number in numbers}
    variables = {"search": number_search(numbers)}
    for row in map(Wire, client.rows(queries.ORDER_LIST, "orders", variables)):
        name = bare_number(row.required("name")).lower()
        if name in wanted or row.text("number") in wanted:
            yield parse_order.summary(row)


def _page(client: Client, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return client.execute(document, variables)
    except Rejected as error:
        # "Invalid cursor for current pagination sort." has no code of its own.
        if variables["after"] and "cursor" in error.detail.lower():
            raise BadPayload("bad_cursor", detail=error.detail) from None
        raise
