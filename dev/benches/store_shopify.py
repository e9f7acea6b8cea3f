# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bench has to know of Shopify. Only this file knows its words."""

import base64
import hashlib
import hmac
from datetime import datetime, timezone
from math import ceil

from simulators.shopify.control import Control

TOPICS = ("orders/create", "orders/updated", "orders/paid")
SECOND = "Second warehouse"


class Store(Control):
    PLATFORM = "shopify"
    MODULE = "dev.simulators.shopify"
    BATCH = 250  # quantities a call, read or set
    # What levels are read by, and what a push takes, as the store counts it.
    READS = ("nodes",)
    PUSHES = (*READS, "inventorySetQuantities")

    def begin(self):
        """Set up an empty store as every bench has it."""
        self.configure(currency_code="USD")

    def fill(self, count, prefix, shown):
        """Sell so many more products, of SKUs that begin so; ``shown``: of `places`."""
        names = [one["name"] for one in self.info()["locations"]]
        if SECOND not in names:
            self.add_location(SECOND)
        stock = dict(zip((names[0], SECOND), shown, strict=True))
        self.seed(count, stock=stock, prefix=prefix)

    def fewest_pushes(self, count):
        """The fewest calls that change so many variants at both places."""
        return ceil(2 * count / self.BATCH)

    def places(self, quantities):
        """What it shows of stock in two warehouses, a number a place."""
        return tuple(quantities)

    def shown(self, sku):
        """What it shows of a SKU, a number a place."""
        return tuple(self.stock(sku, place)["available"] for place in (None, SECOND))

    @property
    def secret(self):
        """What webhooks are signed with."""
        return self.info()["client_secret"]

    def first_order(self):
        return self.get_order("#1001")

    def describe(self):
        """What Odoo must know to connect, as JSON."""
        values = {
            "platform": self.PLATFORM,
            "url": self.base_url,
            "shopify_access": "token",
            "shopify_client_secret": self.secret,
            "shopify_access_token": self.info()["token"],
        }
        variants = [
            {
                "sku": one["sku"],
                "external_id": self.id_of(one),
                "inventory_external_id": one["inventory_item_id"].rpartition("/")[2],
            }
            for one in self.variants()
        ]
        return {"values": values, "variants": variants}

    def id_of(self, row):
        """The id of an order or a variant as Odoo keeps it."""
        return row["id"].rpartition("/")[2]

    def webhook_headers(self, number, body, secret):
        """The headers of the webhook of this number, a change of an order, with this body."""
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return {
            "X-Shopify-Topic": TOPICS[number % len(TOPICS)],
            "X-Shopify-Webhook-Id": f"event-{number}",
            "X-Shopify-Triggered-At": datetime.now(timezone.utc).isoformat(),
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }
