# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Shopify side of the demo. Only this file knows Shopify's words."""

from simulators.shopify.control import Control

from .simulated import SimulatedStorefront


class Storefront(SimulatedStorefront):
    name = "Shopify"
    module = "dev.simulators.shopify"
    control_class = Control
    order_topic = "orders/create"

    def backend_vals(self):
        info = self.control.info()
        return {
            "platform": "shopify",
            "url": self.url,
            "shopify_access": "client_credentials",
            "shopify_client_id": info["client_id"],
            "shopify_client_secret": info["client_secret"],
        }

    def reference(self, external_id):
        return f"gid://shopify/Order/{external_id}"
