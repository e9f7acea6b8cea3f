# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront sells: the sellable variant, as far as linking and stock need it."""

from dataclasses import dataclass

MARKER_PREFIX = "odoo:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One sellable unit. ``inventory_external_id`` is what stock is counted on (on Shopify the
    inventory item, elsewhere the variant itself). ``marker`` is the value we wrote on the variant
    (``odoo:<product.product id>``), empty where there is none. ``is_stock_tracked`` is false
    where the storefront ignores quantities of this variant. ``is_distinct`` is false where shoppers
    can't choose it, for nothing they are offered tells it from others of its product;
    ``unused_attributes`` names what would."""

    external_id: str
    product_external_id: str
    inventory_external_id: str
    name: str
    sku: str = ""
    barcode: str = ""
    marker: str = ""
    is_stock_tracked: bool = True
    is_distinct: bool = True
    unused_attributes: tuple[str, ...] = ()


def marker_of(product_id: int) -> str:
    """Return the marker of the variant that a ``product.product`` is linked to."""
    return f"{MARKER_PREFIX}{product_id}"


def product_id_of(marker: str) -> int | None:
    """Return the id of the ``product.product`` in a marker, None where it can't be one of ours."""
    number = marker.removeprefix(MARKER_PREFIX)
    # More digits than an id has are somebody else's marker.
    if marker != number and number.isascii() and number.isdecimal() and len(number) < 10:
        return int(number)
    return None
