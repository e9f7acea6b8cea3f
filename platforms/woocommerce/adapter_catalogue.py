# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants in pages, by SKU and by marker, and their markers.

A listing reads all products first, then all variations: ``p2`` is the second page of products,
``v2`` that of variations, ``f2`` the same where the shop has no list of all variations and they are
read parent by parent.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ..documents.connection import Page
from ..documents.product import Variant
from ..errors import BadPayload, NotConfigured, NotFound
from ..wire import Wire
from . import build, client_errors, const, parse
from .adapter_orders import batches, by_id
from .client import Client, Row
from .parse_variation import Parent, variation

_CURSOR = re.compile(r"([pvf])([1-9]\d{0,6})")
_NOT_HERE = "woocommerce_rest_invalid_product_id"


def variants(client: Client, cursor: str) -> Page[Variant]:
    """Return one page; the last one of a kind leads to the first one of the next kind."""
    rows, parents, next_cursor = _page(client, cursor, const.PRODUCT_FIELDS)
    items = [variation(row, parents.get(str(row.get("parent_id")))) for row in rows]
    return Page(items=tuple(items), next_cursor=next_cursor)


def _page(client: Client, cursor: str, fields: str) -> tuple[list[Row], Mapping[str, Parent], str]:
    """Return the rows of one page, the parents of those that are variations, the next cursor."""
    found = _CURSOR.fullmatch(cursor or "p1")
    if not found:
        raise BadPayload("bad_cursor")
    kind, number = found[1], int(found[2])
    if kind == "p":
        rows, more = client.page("products", build.page(number, _fields=fields))
        sold = [row for row in rows if parse.is_sold(row)]
        return sold, {}, f"p{number + 1}" if more and rows else "v1"
    try:
        read = _variations if kind == "v" else _variations_by_parent
        rows, parents, more = read(client, number, fields)
    except NotConfigured as error:
        if kind == "f" or not client_errors.is_no_route(error):
            raise
        return _page(client, "f1", fields)
    return rows, parents, f"{kind}{number + 1}" if more else ""


def find_by_sku(client: Client, skus: Sequence[str]) -> Iterator[Variant]:
    """Yield the variants with one of ``skus``: the filter takes a list and ignores case."""
    wanted = [sku for sku in dict.fromkeys(skus) if sku]
    listed = [sku for sku in wanted if "," not in sku]
    searches = [{"sku": ",".join(batch)} for batch in batches(listed, const.SKUS_PER_LOOKUP)]
    # A comma would end it: such a SKU is searched for as a part of one.
    searches += [{"search_sku": sku} for sku in wanted if "," in sku]
    for search in searches:
        for row in client.rows("products", {**search, "_fields": const.PRODUCT_FIELDS}):
            if row.get("sku") in wanted and parse.is_sold(row):
                yield parse.variant(row)


def find_by_marker(client: Client, markers: Collection[str]) -> Iterator[Variant]:
    """Yield the variants with one of ``markers``. A filter by meta isn't refused but ignored, so
    there is none: of the whole catalogue ids and meta are read, and the rest of what is found."""
    found, cursor = [], "p1"
    while cursor:
        rows, _parents, cursor = _page(client, cursor, const.MARKER_FIELDS)
        found += [
            str(row.get("id")) for row in rows if parse.meta(Wire(row), const.MARKER_KEY) in markers
        ]
    return find_by_id(client, found)


def find_by_id(client: Client, external_ids: Sequence[str]) -> Iterator[Variant]:
    """Yield the products, then the variations of these ids."""
    for batch in batches(list(dict.fromkeys(external_ids)), const.MAX_ITEMS):
        ids = [one for one in batch if build.ids([one])]
        products = by_id(client, "products", ids, _fields=const.PRODUCT_FIELDS)
        others = [one for one in ids if one not in products]
        variations = _rows_of_variations(client, others, const.PRODUCT_FIELDS) if others else {}
        for row in (*products.values(), *variations.values()):
            if parse.is_sold(row):
                yield parse.variant(row)


def push_markers(client: Client, markers: Mapping[str, str]) -> dict[str, str]:
    """Write ``{variant id: marker}``; return ``{variant id: message}`` of those refused.

    All are written as products; what the shop says to be a variation is written as one."""
    valid = [one for one in markers if build.ids([one])]
    refused = {one: "not an id" for one in markers if one not in valid}
    for batch in batches(valid, const.MARKERS_PER_PUSH):
        errors = _write_markers(client, "", {one: markers[one] for one in batch})
        refused.update({one: words for one, (code, words) in errors.items() if code != _NOT_HERE})
        others = [one for one, (code, _words) in errors.items() if code == _NOT_HERE]
        for parent, own in _parents(client, others).items():
            errors = _write_markers(client, parent, {one: markers[one] for one in own})
            refused.update({one: words for one, (_code, words) in errors.items()})
    return refused


def _write_markers(
    client: Client, parent: str, markers: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return ``{id: (code, message)}`` of the rows refused."""
    rows = [build.marker_row(one, marker) for one, marker in markers.items()]
    told = client.update(build.products_path(parent), rows)
    errors = {str(row.get("id")): row.get("error") for row in told}
    return {
        one: (str(error.get("code")), str(error.get("message") or error.get("code")))
        for one, error in errors.items()
        if isinstance(error, dict)
    }


def _parents(client: Client, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return ``{parent: variations}`` of these variations."""
    parents: dict[str, list[str]] = {}
    for one, row in _rows_of_variations(client, ids, "id,parent_id").items():
        parents.setdefault(str(row.get("parent_id") or ""), []).append(one)
    parents.pop("", None)
    return parents


def _rows_of_variations(client: Client, ids: Sequence[str], fields: str) -> dict[str, Row]:
    """Return ``{id: row}`` of variations; one by one where the shop has no list of all."""
    try:
        return by_id(client, "variations", ids, _fields=fields)
    except NotConfigured as error:
        if not client_errors.is_no_route(error):
            raise
    found = {}
    for one in ids:
        try:
            found[one] = client.get(f"products/{one}", {"_fields": fields})
        except NotFound:
            continue  # deleted since
    return found


# variations


def _variations(
    client: Client, number: int, fields: str
) -> tuple[list[Row], Mapping[str, Parent], bool]:
    """Return one page of the list of all variations, their parents, and whether more follow."""
    rows, more = client.page("variations", build.page(number, _fields=fields))
    parents = _parents_of(client, rows) if fields == const.PRODUCT_FIELDS else {}
    return rows, parents, more and bool(rows)


def _parents_of(client: Client, rows: Sequence[Row]) -> dict[str, Parent]:
    """Return ``{id: parent}`` of variations; those of them that lie on other pages are read where
    they could be the same as these."""
    below: dict[str, list[Row]] = {}
    for row in rows:
        below.setdefault(str(row.get("parent_id") or ""), []).append(row)
    found = {}
    for one, row in by_id(client, "products", list(below), _fields=const.PARENT_FIELDS).items():
        found[one] = Parent.of(row, below[one])
        if found[one].may_be_alike:
            path = build.products_path(one)
            siblings = client.rows(path, {"_fields": const.OPTION_FIELDS})
            found[one] = Parent.of(row, siblings)
    return found


def _variations_by_parent(
    client: Client, number: int, fields: str
) -> tuple[list[Row], Mapping[str, Parent], bool]:
    params = {
        **build.page(number, type=const.PARENT_PREFIX, _fields=const.PARENT_FIELDS),
        "per_page": str(const.PARENTS_PER_PAGE),
    }
    rows, more = client.page("products", params)
    found, parents = [], {}
    for row in rows:
        one = str(row.get("id"))
        own = list(client.rows(build.products_path(one), {"_fields": fields}))
        found += [{**each, "type": "variation", "parent_id": row.get("id")} for each in own]
        parents[one] = Parent.of(row, own)
    return found, parents, more and bool(rows)
