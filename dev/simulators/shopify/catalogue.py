# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Locations, products and stock. Attributes are named as the schema's fields in snake case:
what is not here and is asked for is answered by `resolvers/default.py`."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

# Every state of a quantity (`InventoryLevel.quantities`), `on_hand` being the sum of some.
QUANTITY_NAMES = (
    "available",
    "committed",
    "damaged",
    "incoming",
    "on_hand",
    "quality_control",
    "reserved",
    "safety_stock",
)
ON_HAND = ("available", "committed", "damaged", "quality_control", "reserved", "safety_stock")


@dataclass(eq=False)
class Node:
    """Anything with a global id."""

    TYPENAME = "Node"
    number: int

    @property
    def id(self):
        return f"gid://shopify/{self.TYPENAME}/{self.number}"

    @property
    def legacy_resource_id(self):
        return str(self.number)


@dataclass(eq=False)
class LocationAddress:
    TYPENAME = "LocationAddress"
    address1: str = None
    address2: str = None
    zip: str = None
    city: str = None
    province_code: str = None
    country_code: str = None
    phone: str = None

    @property
    def formatted(self):
        lines = (self.address1, self.address2, f"{self.zip or ''} {self.city or ''}".strip())
        return [line for line in (*lines, self.country_code) if line]


@dataclass(eq=False)
class Location(Node):
    TYPENAME = "Location"
    name: str = ""
    is_active: bool = True
    ships_inventory: bool = True
    fulfills_online_orders: bool = True
    is_fulfillment_service: bool = False
    fulfillment_service: object = None
    is_primary: bool = False
    legacy: bool = False
    address: LocationAddress = field(default_factory=LocationAddress)
    levels: dict = field(default_factory=dict)  # inventory item number -> InventoryLevel


@dataclass(eq=False)
class Product(Node):
    TYPENAME = "Product"
    title: str = ""
    handle: str = ""
    status: str = "ACTIVE"
    vendor: str = "Simulated"
    product_type: str = ""
    description_html: str = ""
    tags: list = field(default_factory=list)
    is_gift_card: bool = False
    variants: list = field(default_factory=list)
    metafields: dict = field(default_factory=dict)  # (namespace, key) -> Metafield
    created_at: datetime = None
    updated_at: datetime = None
    published_at: datetime = None

    category = None
    media = ()

    @property
    def options(self):
        values = [{"id": f"gid://shopify/ProductOptionValue/{one.number}", "name": one.title}
                  for one in self.variants]  # fmt: skip
        gid = f"gid://shopify/ProductOption/{self.number}"
        return [{"id": gid, "name": "Title", "position": 1, "option_values": values}]

    @property
    def variants_count(self):
        return {"count": len(self.variants), "precision": "EXACT"}

    @property
    def has_only_default_variant(self):
        return len(self.variants) == 1 and self.variants[0].title == "Default Title"

    @property
    def total_inventory(self):
        return sum(variant.inventory_quantity for variant in self.variants)

    @property
    def tracks_inventory(self):
        return any(variant.inventory_item.tracked for variant in self.variants)


@dataclass(eq=False)
class Variant(Node):
    TYPENAME = "ProductVariant"
    product: Product = None
    title: str = "Default Title"
    sku: str = None
    barcode: str = None
    price: Decimal = Decimal(0)
    compare_at_price: Decimal = None
    taxable: bool = True
    position: int = 1
    inventory_policy: str = "DENY"
    inventory_item: "InventoryItem" = None
    metafields: dict = field(default_factory=dict)
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def display_name(self):
        return f"{self.product.title} - {self.title}"

    @property
    def selected_options(self):
        return [{"name": "Title", "value": self.title}]

    @property
    def inventory_quantity(self):
        return sum(level.available for level in self.inventory_item.levels.values())

    @property
    def available_for_sale(self):
        untracked = not self.inventory_item.tracked or self.inventory_policy == "CONTINUE"
        return untracked or self.inventory_quantity > 0


@dataclass(eq=False)
class InventoryItem(Node):
    TYPENAME = "InventoryItem"
    variant: Variant = None
    tracked: bool = True
    requires_shipping: bool = True
    unit_cost: object = None
    harmonized_system_code: str = None
    country_code_of_origin: str = None
    weight: Decimal = Decimal(0)
    levels: dict = field(default_factory=dict)  # location number -> InventoryLevel
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def sku(self):
        return self.variant.sku

    @property
    def variants(self):
        return [self.variant]

    @property
    def measurement(self):
        weight = {"value": float(self.weight), "unit": "KILOGRAMS"}
        return {"id": f"gid://shopify/InventoryItemMeasurement/{self.number}", "weight": weight}


@dataclass(eq=False)
class InventoryLevel(Node):
    TYPENAME = "InventoryLevel"
    item: InventoryItem = None
    location: Location = None
    is_active: bool = True
    can_deactivate: bool = True
    stock: dict = field(default_factory=lambda: dict.fromkeys(QUANTITY_NAMES, 0))
    changed_at: dict = field(default_factory=dict)  # quantity name -> datetime
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def id(self):
        """A level's id carries its item, as in recorded answers of a live store."""
        return f"gid://shopify/InventoryLevel/{self.number}?inventory_item_id={self.item.number}"

    @property
    def available(self):
        return self.stock["available"]

    @property
    def on_hand(self):
        return sum(self.stock[name] for name in ON_HAND)

    def quantity(self, name):
        return self.on_hand if name == "on_hand" else self.stock[name]

    def change(self, name, delta, moment):
        """Add `delta`; `on_hand` can't be changed by itself: it moves `available`."""
        name = "available" if name == "on_hand" else name
        self.stock[name] += delta
        self.changed_at[name] = moment
        self.updated_at = moment
