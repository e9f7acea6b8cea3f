# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront sells: the sellable variant, as far as linking and stock need it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One sellable unit. ``inventory_external_id`` is what stock is counted on (on Shopify the
    inventory item, elsewhere the variant itself). ``marker`` is the value we wrote on the variant
    (``odoo:<product.product id>``), empty where there is none. ``is_stock_tracked`` is false
    where the storefront ignores quantities of this variant."""

    external_id: str
    product_external_id: str
    inventory_external_id: str
    name: str
    sku: str = ""
    barcode: str = ""
    marker: str = ""
    is_stock_tracked: bool = True
