# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bench has to know of WooCommerce. Only this file knows its words."""

import base64
import hashlib
import hmac
import random
from math import ceil

from simulators import samples
from simulators.woocommerce.control import Control

TOPICS = ("order.created", "order.updated")


class Store(Control):
    PLATFORM = "woocommerce"
    MODULE = "dev.simulators.woocommerce"
    BATCH = 100  # rows a call, read or set
    # What levels are read by, and what a push takes, as the store counts it: it has no
    # compare-and-swap, so its orders are looked for first.
    READS = ("GET products",)
    PUSHES = (*READS, "POST products/batch", "GET orders")
    secret = "what-webhooks-are-signed-with"

    def begin(self):
        """Set up an empty store as every bench has it."""
        self.configure(currency="USD")

    def fill(self, count, prefix, shown):
        """Sell so many more products, of SKUs that begin so; ``shown``: of `places`."""
        products = samples.products(count, prefix, shown[0], random.Random(0))
        # It takes no barcode twice, and each part counts them from the first one.
        self.seed(products=[{**one, "barcode": None} for one in products])

    def fewest_pushes(self, count):
        """The fewest calls that change so many variants."""
        return ceil(count / self.BATCH)

    def places(self, quantities):
        """What it shows of stock in two warehouses: one number, of both."""
        return (sum(quantities),)

    def shown(self, sku):
        """What it shows of a SKU, a number a place."""
        return (self.stock(sku)["available"],)

    def first_order(self):
        return self.get_order(self.orders()[0]["id"])

    def describe(self):
        """What Odoo must know to connect, as JSON."""
        info = self.info()
        values = {
            "platform": self.PLATFORM,
            "url": self.base_url,
            "woocommerce_consumer_key": info["consumer_key"],
            "woocommerce_consumer_secret": info["consumer_secret"],
            "woocommerce_webhook_secret": self.secret,
            "woocommerce_allow_http": True,
        }
        variants = [
            dict.fromkeys(("external_id", "inventory_external_id"), str(one["id"]))
            | {"sku": one["sku"]}
            for one in self.variants()
        ]
        return {"values": values, "variants": variants}

    def id_of(self, row):
        """The id of an order or a product as Odoo keeps it."""
        return str(row["id"])

    def webhook_headers(self, number, body, secret):
        """The headers of the webhook of this number, a change of an order, with this body."""
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return {
            "X-WC-Webhook-Topic": TOPICS[number % len(TOPICS)],
            "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Delivery-ID": f"{number:032x}",
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
        }
