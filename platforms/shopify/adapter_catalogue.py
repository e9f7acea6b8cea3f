# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants by SKU and marker, their markers, their levels: what takes more than one call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ..documents.product import Variant
from ..documents.stock import StockKey
from ..errors import NotFound
from . import build, const, parse, queries
from .client import Client

T = TypeVar("T")


def find_by_sku(client: Client, skus: Sequence[str]) -> Iterator[Variant]:
    """Yield the variants with one of ``skus``, case included."""
    for batch in batches([sku for sku in dict.fromkeys(skus) if sku], const.SKUS_PER_SEARCH):
        variables = {"search": build.sku_search(batch), **build.marker_variables()}
        rows = client.rows(queries.VARIANTS, "productVariants", variables)
        yield from (variant for variant in map(parse.variant, rows) if variant.sku in batch)


def find_by_marker(client: Client, markers: Sequence[str]) -> Iterator[Variant]:
    """Yield the variants with one of ``markers``: none before the marker was defined."""
    for batch in batches(list(dict.fromkeys(markers)), const.MARKERS_PER_LOOKUP):
        document = queries.variants_by_marker(len(batch))
        try:
            found = client.execute(document, build.marker_lookups(batch))
        except NotFound:
            return  # "Metafield definition of type 'id' is required when using custom ids."
        yield from (parse.variant(row) for row in found.values() if row)


def push_markers(client: Client, markers: Mapping[str, str]) -> dict[str, str]:
    """Write ``{variant id: marker}``; return ``{variant id: message}`` of those refused.

    Removing comes first: a marker is one variant's alone and may have moved."""
    removed = [external_id for external_id, marker in markers.items() if not marker]
    refused = _push_rows(
        client, queries.MARKERS_DELETE, "metafieldsDelete", removed, build.markers_delete_variables
    )
    written = [external_id for external_id, marker in markers.items() if marker]
    return refused | _push_rows(
        client,
        queries.MARKERS_SET,
        "metafieldsSet",
        written,
        lambda ids: build.markers_set_variables({one: markers[one] for one in ids}),
    )


def fetch_stock(client: Client, keys: Sequence[StockKey]) -> dict[StockKey, int | None]:
    """Return ``available`` of each key. An item's levels are read together, asked for or not."""
    levels: dict[tuple[str, str], int | None] = {}
    locations = list(dict.fromkeys(key.location_external_id for key in keys))
    for places in batches(locations, const.LOCATIONS_PER_FETCH):
        names = {place: f"l{index}" for index, place in enumerate(places)}
        variables = {name: build.gid("Location", place) for place, name in names.items()}
        document = queries.stock(len(names))
        wanted = dict.fromkeys(item for item, place in keys if place in names)
        for items in batches(list(wanted), const.MAX_ITEMS):
            gids = [build.gid("InventoryItem", item) for item in items]
            for item, node in zip(items, client.nodes(document, gids, variables), strict=True):
                for place, name in names.items():
                    levels[item, place] = parse.stock_level(node, name)
    return {key: levels[key] for key in keys}


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield ``items`` in pieces of at most ``size``."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _push_rows(
    client: Client,
    document: str,
    mutation: str,
    external_ids: Sequence[str],
    variables: Callable[[Sequence[str]], dict[str, Any]],
) -> dict[str, str]:
    """Send rows until none is refused: a single one keeps all others from being written."""
    refused: dict[str, str] = {}
    rows = list(external_ids)
    while rows:
        found = parse.marker_refusals(client.execute(document, variables(rows)), mutation, rows)
        if not found:
            break
        refused.update(found)
        rows = [external_id for external_id in rows if external_id not in found]
    return refused
