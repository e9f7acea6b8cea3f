# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers of parcels, as plugins keep them in an order's meta: WooCommerce keeps none itself.

Some keep a list of parcels, each with its carrier, others one number beside one carrier's name.
Not here: WooCommerce's own fulfillments, which have calls of their own and are off by default.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..wire import Wire
from . import const
from .parse import meta_texts

# Where the client notes the names of the shop's own fields: a payload is read without settings.
OWN_KEYS = "storefront_tracking_keys"

_CARRIERS = ("custom_tracking_provider", "tracking_provider", "slug")


def tracking(wire: Wire) -> tuple[str, ...]:
    """Return the numbers of an order's parcels, each once, with the carrier before it."""
    found: dict[str, str] = {}
    for number, carrier in (*_parcels(wire), *_single(wire)):
        if number and not found.get(number):
            found[number] = carrier
    return tuple(f"{carrier} {number}".strip() for number, carrier in found.items())


def _parcels(wire: Wire) -> Iterator[tuple[str, str]]:
    keys = {*wire.texts(OWN_KEYS), *const.TRACKING_LIST_KEYS}
    for row in wire.rows("meta_data"):
        if row.get("key") not in keys:
            continue
        value = row.get("value")
        # A list PHP has taken a row out of is an object of numbered rows.
        rows = list(value.values()) if isinstance(value, Mapping) else value
        if isinstance(rows, list):
            yield from (_parcel(one) for one in rows if isinstance(one, Mapping))


def _parcel(row: Mapping[str, Any]) -> tuple[str, str]:
    carriers = (_text(row, name) for name in _CARRIERS)
    return _text(row, "tracking_number"), next(filter(None, carriers), "")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    is_text = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value).strip() if is_text else ""


def _single(wire: Wire) -> Iterator[tuple[str, str]]:
    texts = meta_texts(wire)
    for key in wire.texts(OWN_KEYS):
        yield texts.get(key, ""), ""
    for key, carrier in const.TRACKING_KEYS.items():
        yield texts.get(key, ""), texts.get(carrier, "")
