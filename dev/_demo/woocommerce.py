# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The WooCommerce side of the demo. Only this file knows WooCommerce's words."""

from simulators.woocommerce.control import Control

from .simulated import SimulatedStorefront


class Storefront(SimulatedStorefront):
    name = "WooCommerce"
    module = "dev.simulators.woocommerce"
    control_class = Control
    order_topic = "order.created"

    def backend_vals(self):
        info = self.control.info()
        return {
            "platform": "woocommerce",
            "url": self.url,
            "woocommerce_consumer_key": info["consumer_key"],
            "woocommerce_consumer_secret": info["consumer_secret"],
            "woocommerce_allow_http": True,
        }

    def reference(self, external_id):
        return int(external_id)
