# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and accounts as the adapter asks for them: by id, by time, by number."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from ..documents.connection import Page
from ..documents.event import FetchedRecord, RecordChange
from ..documents.order import OrderSummary
from . import build, const, parse_customer, parse_order
from .build_order_list import Position, bare_number, before
from .client import Client, Row
from .parse_customer import OwnKeys

T = TypeVar("T")


def fetch(client: Client, ids: Sequence[str], own_keys: OwnKeys) -> Iterator[FetchedRecord]:
    """Yield orders with everything in them, fifty a call."""
    params = {"dp": const.AMOUNT_DECIMALS, "status": "any", "_fields": const.ORDER_FIELDS}
    for batch in batches(ids, const.ORDERS_PER_FETCH):
        found = by_id(client, "orders", batch, **params)
        for one in batch:
            yield parse_order.fetched_order(one, found.get(one), own_keys)


def fetch_customers(
    client: Client, ids: Sequence[str], own_keys: OwnKeys
) -> Iterator[FetchedRecord]:
    """Yield accounts of whatever role (a shop's staff buys too), a hundred a call."""
    params = {"role": "all", "_fields": const.CUSTOMER_FIELDS}
    for batch in batches(ids, const.CUSTOMERS_PER_FETCH):
        found = by_id(client, "customers", batch, **params)
        for one in batch:
            yield parse_customer.fetched_customer(one, found.get(one), own_keys)


def changes(client: Client, since: datetime, cursor: str) -> Page[RecordChange]:
    """Return a page of the orders changed since a moment."""
    position = Position.parse(cursor) if cursor else Position.first(since)
    params = position.params("modified_after", "modified", const.CHANGE_FIELDS)
    rows, more = client.page("orders", params)
    read = [(parse_order.change(row), parse_order.is_order(row)) for row in rows]
    times = [(one.external_id, one.updated_at) for one, _is_order in read]
    return Page(
        items=tuple(one for one, is_order in read if is_order),
        next_cursor=position.next(times, more),
    )


def placed(
    client: Client, created_from: datetime | None, created_to: datetime | None, cursor: str
) -> Page[OrderSummary]:
    """Return a page of the orders placed between two moments, the second one excluded."""
    position = Position.parse(cursor) if cursor else Position.first(created_from)
    params = position.params("after", "date", const.LIST_FIELDS)
    if created_to:
        params["before"] = before(created_to)
    rows, more = client.page("orders", params)
    read = [(parse_order.summary(row), parse_order.is_order(row)) for row in rows]
    items = (
        one
        for one, is_order in read
        if is_order
        and one.external_id not in position.read
        and (created_from is None or one.created_at >= created_from)
        and (created_to is None or one.created_at < created_to)
    )
    times = [(one.external_id, one.created_at) for one, _is_order in read]
    return Page(items=tuple(items), next_cursor=position.next(times, more))


def find(client: Client, numbers: Sequence[str]) -> Iterator[OrderSummary]:
    """Yield the orders of these numbers. A number is the order's id, unless a plugin counts."""
    wanted = dict.fromkeys(filter(None, map(bare_number, numbers)))
    fields = {"status": "any", "_fields": const.LIST_FIELDS}
    ids, found = [one for one in wanted if _is_id(one)], set()
    for batch in batches(ids, const.NUMBERS_PER_LOOKUP):
        for row in by_id(client, "orders", batch, **fields).values():
            one = parse_order.summary(row)
            if parse_order.is_order(row) and bare_number(one.number) in wanted:
                found.add(bare_number(one.number))
                yield one
    for number in wanted:
        if number in found:
            continue
        params = {**fields, "search": number, "per_page": str(const.MAX_ITEMS)}
        for row in client.page("orders", params)[0]:
            one = parse_order.summary(row)
            if parse_order.is_order(row) and bare_number(one.number).lower() == number.lower():
                yield one


def by_id(client: Client, path: str, ids: Sequence[str], **params: str) -> dict[str, Row]:
    """Return ``{id: row}`` of those that are there. A filter the shop doesn't know is ignored by
    it: rows nobody asked for are left out."""
    asked = dict.fromkeys(one for one in ids if _is_id(one))
    if not asked:
        return {}
    include = build.ids(list(asked))
    rows, _more = client.page(
        path, {"include": include, "per_page": str(const.MAX_ITEMS), **params}
    )
    found = {str(row.get("id")): row for row in rows}
    return {one: found[one] for one in asked if one in found}


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield ``items`` in pieces of at most ``size``."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20
