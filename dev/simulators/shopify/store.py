# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The state of one store, in the memory of one process. Every access holds `store.lock`."""

import random
import threading
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .catalogue import (
    InventoryItem,
    InventoryLevel,
    Location,
    LocationAddress,
    Product,
    Variant,
)
from .customer import Address, Customer
from .money import MoneyV2
from .shop import Shop

# Where the ids of each type begin: as long as real ones, so that nothing takes them for 32 bits.
FIRST_ID = 7_000_000_000_000


class Store:
    def __init__(self, seed=0):
        self.lock = threading.RLock()
        self.listeners = []  # called with (topic, resource)
        self.reset(seed)

    def reset(self, seed=0):
        """An empty shop with one location, as after its owner signed up."""
        self.random = random.Random(seed)
        self.offset = timedelta()
        self._numbers = {}
        self.nodes = {}
        self.locations, self.products, self.variants = [], [], []
        self.inventory_items, self.customers, self.orders = [], [], []
        self.companies = []
        self.erasures = []  # (when it is due, customer)
        self.by_sku, self.by_barcode = {}, {}
        self.by_metafield = {}  # (type of owner, namespace, key, value) -> owners
        self.metafield_definitions = []
        self.subscriptions = []
        now = self.now()
        self.shop = self.register(Shop(self.number("Shop"), created_at=now, updated_at=now))
        address = {"address1": "Main street 1", "zip": "1000", "city": "Brussels"}
        self.add_location("Main warehouse", address={**address, "country_code": "BE"})

    # Identity and time.

    def number(self, kind):
        """A new id for this type."""
        self._numbers[kind] = self._numbers.get(kind, FIRST_ID) + 32768
        return self._numbers[kind]

    def register(self, node):
        """Make a node findable by its global id."""
        self.nodes[node.id] = node
        return node

    def now(self):
        """The store's time in whole seconds, the precision of Shopify's timestamps."""
        return (datetime.now(timezone.utc) + self.offset).replace(microsecond=0)

    def advance(self, seconds):
        """Let time pass for the store: tokens expire, timestamps move on."""
        self.offset += timedelta(seconds=seconds)

    def touch(self, node):
        """Set `updated_at`, never back in time."""
        node.updated_at = max(self.now(), node.updated_at or self.now())

    def emit(self, topic, resource):
        for listener in self.listeners:
            listener(topic, resource)

    def remove_subscription(self, row):
        self.subscriptions.remove(row)
        del self.nodes[row.id]

    # Locations and products.

    def add_location(self, name, address=None, **values):
        """The first location is the primary one."""
        location = Location(
            self.number("Location"),
            name=name,
            is_primary=not self.locations,
            address=LocationAddress(**(address or {})),
            **values,
        )
        self.register(location)
        self.locations.append(location)
        return location

    def location(self, reference=None):
        """By name, id or global id; the primary one when nothing is named. Raises KeyError."""
        if reference is None:
            return self.locations[0]
        for location in self.locations:
            if str(reference) in (location.name, location.id, str(location.number)):
                return location
        raise KeyError(f"No location {reference!r}")

    def add_product(self, spec):
        """A product with one variant for each of `spec["variants"]` (or the spec itself).

        A variant has sku, barcode, price, stock (a number at the first location, or
        {location name: number}), taxable, tracked, requires_shipping, cost.
        """
        now = self.now()
        number = self.number("Product")
        title = spec.get("title") or f"Product {spec.get('sku', number)}"
        product = Product(
            number,
            title=title,
            handle=title.lower().replace(" ", "-"),
            status=spec.get("status", "ACTIVE"),
            is_gift_card=spec.get("gift_card", False),
            created_at=now,
            updated_at=now,
            published_at=now,
        )
        self.products.append(self.register(product))
        for values in spec.get("variants") or [spec]:
            self._add_variant(product, values, now)
        return product

    def _add_variant(self, product, spec, now):
        item = InventoryItem(
            self.number("InventoryItem"),
            tracked=spec.get("tracked", True),
            requires_shipping=spec.get("requires_shipping", True),
            created_at=now,
            updated_at=now,
        )
        if spec.get("cost"):
            item.unit_cost = MoneyV2(Decimal(str(spec["cost"])), self.shop.currency_code)
        variant = Variant(
            self.number("ProductVariant"),
            product=product,
            title=spec.get("variant_title", "Default Title"),
            sku=spec.get("sku"),
            barcode=spec.get("barcode"),
            price=Decimal(str(spec.get("price", "10.00"))),
            taxable=spec.get("taxable", True),
            position=len(product.variants) + 1,
            inventory_item=item,
            created_at=now,
            updated_at=now,
        )
        item.variant = variant
        product.variants.append(variant)
        self.variants.append(self.register(variant))
        self.inventory_items.append(self.register(item))
        self.by_sku.setdefault((variant.sku or "").lower(), []).append(variant)
        self.by_barcode.setdefault((variant.barcode or "").lower(), []).append(variant)
        self._stock(item, spec.get("stock", 0))

    def _stock(self, item, stock):
        by_location = stock if isinstance(stock, dict) else {self.locations[0].name: stock}
        for reference, quantity in by_location.items():
            self.level(item, self.location(reference)).stock["available"] = int(quantity)

    def level(self, item, location):
        """The stock of an item at a location; made when it isn't stocked there yet.

        Since 2026-10 a quantity can be set at any location without activating it first.
        """
        if location.number not in item.levels:
            now = self.now()
            level = InventoryLevel(
                self.number("InventoryLevel"),
                item=item,
                location=location,
                created_at=now,
                updated_at=now,
            )
            item.levels[location.number] = self.register(level)
            location.levels[item.number] = level
        return item.levels[location.number]

    def variant(self, sku):
        """The variant with this SKU. Raises KeyError."""
        found = self.by_sku.get(str(sku).lower())
        if not found:
            raise KeyError(f"No variant with SKU {sku!r}")
        return found[0]

    # Customers.

    def add_address(self, values):
        known = {name: values.get(name) for name in Address.__dataclass_fields__ if name in values}
        known.pop("number", None)
        return self.register(Address(self.number("MailingAddress"), **known))

    def add_customer(self, spec):
        """first_name, last_name, email, phone, tags, note, tax_exempt, addresses (list)."""
        now = self.now()
        plain = (
            "first_name",
            "last_name",
            "email",
            "phone",
            "note",
            "tags",
            "tax_exempt",
            "locale",
        )
        customer = Customer(
            self.number("Customer"),
            created_at=now,
            updated_at=now,
            **{name: spec[name] for name in plain if name in spec},
        )
        customer.addresses = [self.add_address(values) for values in spec.get("addresses", ())]
        self.customers.append(self.register(customer))
        self.emit("customers/create", customer)
        return customer

    def customer(self, email):
        """The customer with this e-mail address, or None."""
        wanted = (email or "").lower()
        return next((one for one in self.customers if (one.email or "").lower() == wanted), None)

    def order(self, reference):
        """By name (`#1001`), id or global id. Raises KeyError."""
        for gid in (reference, f"gid://shopify/Order/{reference}"):
            if gid in self.nodes:
                return self.nodes[gid]
        for order in reversed(self.orders):
            if order.name == reference:
                return order
        raise KeyError(f"No order {reference!r}")
