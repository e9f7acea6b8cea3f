# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from typing import ClassVar

from adapter_contract import AdapterContract
from contract_access import AuthorizationContract
from contract_changes import MarkersContract
from contract_customers import CompaniesContract, CustomersContract, MergesContract
from storefront import Storefront

from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

from dev.simulators.server import Server
from dev.simulators.shopify.application import ShopifyStore
from dev.simulators.shopify.control import Control


class ShopifyStorefront(Storefront):
    adapter_class = ShopifyAdapter
    app_credentials: ClassVar = {
        "access": "authorization",
        "client_id": "simulated-client-id",
        "client_secret": "simulated-client-secret",
    }
    token_operation = "access_token"
    happen: ClassVar = {
        "fulfil": Control.fulfil_order,
        "cancel": Control.cancel_order,
        "remove_a_mug": lambda control, gid: control.edit_order(gid, "MUG", 3),
        "refund_a_lamp": lambda control, gid: control.refund_order(gid, {"LAMP": 1}),
    }

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
            self.happen[sample.then](self.control, gid)
        return gid.rsplit("/", 1)[1]

    def place_guest(self, email):
        placed = self.control.place_order(lines=[{"sku": "MUG"}], email=email)
        return placed["id"].rsplit("/", 1)[1]

    def place_customer(self, email, **spec):
        placed = self.control.place_order(lines=[{"sku": "MUG"}], customer=email, **spec)
        return placed["id"].rsplit("/", 1)[1]

    def create_customer(self, **spec):
        return self.control.create_customer(**spec)["id"].rsplit("/", 1)[1]

    def customer_webhook(self, external_id):
        customer = self.store.store.nodes[f"gid://shopify/Customer/{external_id}"]
        return self._signed("customers/update", self.store.notifier.payloads.customer(customer))

    def merge_webhook(self, gone, kept):
        merged = []
        self.store.store.listeners.append(lambda *event: merged.append(event))
        self.control.merge_customers(gone, kept)
        self.store.store.listeners.pop()
        return self._signed(*next(event for event in merged if event[0] == "customers/merge"))

    def change(self, external_id):
        self.control.update_order(external_id, note="Leave it at the door")

    def consent(self, address):
        return self.control.authorize(address)

    def end_token(self):
        self.control.advance(3601)

    def order_webhook(self, external_id):
        order = self.store.store.nodes[f"gid://shopify/Order/{external_id}"]
        return self._signed(
            "orders/create", self.store.notifier.payloads.of("orders/create", order)
        )

    def privacy_webhook(self, kind, email):
        payloads = self.store.notifier.payloads
        person = payloads.person(email)
        orders = [order for order in self.store.store.orders if order.email == email]
        topic, payload = {
            "customer_data": ("customers/data_request", payloads.data_request(person, orders)),
            "customer_redact": ("customers/redact", payloads.customer_redaction(person, orders)),
            "shop_redact": ("shop/redact", payloads.redaction()),
        }[kind]
        return self._signed(topic, payload)

    def _signed(self, topic, payload):
        sent = self.store.notifier.delivery(topic, "https://erp.example", payload)
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


class TestShopify(
    AuthorizationContract,
    MarkersContract,
    CustomersContract,
    MergesContract,
    CompaniesContract,
    AdapterContract,
):
    @classmethod
    def start(cls):
        return ShopifyStorefront()
