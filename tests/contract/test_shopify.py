# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading

from adapter_contract import AdapterContract
from storefront import Storefront

from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

from dev.simulators.server import Server
from dev.simulators.shopify.application import ShopifyStore
from dev.simulators.shopify.control import Control


class ShopifyStorefront(Storefront):
    adapter_class = ShopifyAdapter

    def __init__(self):
        self.credentials = {"access_token": "shpat_simulated"}
        self.webhook_secret = "simulated-client-secret"
        self.store = ShopifyStore(plan="basic")
        self.server = Server(("127.0.0.1", 0), self.store)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        super().__init__(Control(self.url))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def place(self, sample):
        people = {**sample.people, "billing_address": _fields(sample.billing)}
        people["shipping_address"] = _fields(sample.shipping)
        gid = self.control.place_order(**sample.spec, **people)["id"]
        if sample.then:
            getattr(self.control, f"{sample.then}_order")(gid)
        return gid.rsplit("/", 1)[1]

    def order_webhook(self, external_id):
        notifier = self.store.notifier
        order = self.store.store.nodes[f"gid://shopify/Order/{external_id}"]
        payload = notifier.payloads.of("orders/create", order)
        sent = notifier.delivery("orders/create", "https://erp.example", payload)
        return {name.lower(): value for name, value in sent.headers.items()}, sent.body


def _fields(address):
    first, last = address.name.split(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": address.company or None,
        "address1": address.street,
        "address2": address.street2 or None,
        "city": address.city,
        "zip": address.zip,
        "province_code": address.state_code or None,
        "country_code": address.country_code,
        "phone": address.phone or None,
    }


class TestShopify(AdapterContract):
    @classmethod
    def start(cls):
        return ShopifyStorefront()
