# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from typing import ClassVar

from adapter_contract import AdapterContract
from contract_changes import MarkersContract
from contract_customers import CustomersContract
from storefront import Storefront

from odoo.addons.storefront_connector.platforms.woocommerce.adapter import WooCommerceAdapter

from dev.simulators.server import Server
from dev.simulators.woocommerce.application import WooStore
from dev.simulators.woocommerce.control import Control


class WooCommerceStorefront(Storefront):
    adapter_class = WooCommerceAdapter
    orders_name_accounts = False
    # Over http it is part of every address, as OAuth has it.
    public_credentials = frozenset({"consumer_key"})
    timezone = "Europe/Madrid"
    pause = 200
    happen: ClassVar = {
        "fulfil": Control.fulfil_order,
        "cancel": lambda control, order: control.cancel_order(order, refund=True),
        "remove_a_mug": lambda control, order: control.edit_order(order, "MUG", 3),
        "refund_a_lamp": lambda control, order: control.refund_order(order, {"LAMP": 1}),
    }

    def __init__(self):
        self.webhook_secret = "A-secret_of-ours"
        self.shop = WooStore()
        self.server = Server(("127.0.0.1", 0), self.shop)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        super().__init__(Control(self.url))
        info = self.control.info()
        self.credentials = {
            "consumer_key": info["consumer_key"],
            "consumer_secret": info["consumer_secret"],
            "webhook_secret": self.webhook_secret,
            "allow_http": "1",
        }

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def place(self, sample):
        placed = self.control.place_order(
            **sample.spec,
            **sample.people,
            billing_address=_fields(sample.billing),
            shipping_address=_fields(sample.shipping),
        )
        if sample.then:
            self.happen[sample.then](self.control, placed["id"])
        return str(placed["id"])

    def place_guest(self, email):
        return str(self.control.place_order(lines=[{"sku": "MUG"}], email=email)["id"])

    def place_customer(self, email, **spec):
        customer = {"email": email}
        placed = self.control.place_order(lines=[{"sku": "MUG"}], customer=customer, **spec)
        return str(placed["id"])

    def create_customer(self, **spec):
        """An account has no phone but that of its address."""
        spec.pop("phone", None)
        spec.setdefault("email", f"{spec['first_name']}@example.com")
        return str(self.control.create_customer(**spec)["id"])

    def change(self, external_id):
        self.control.update_order(int(external_id), note="Leave it at the door")

    def order_webhook(self, external_id):
        return self._signed("order.updated", external_id)

    def customer_webhook(self, external_id):
        return self._signed("customer.updated", external_id)

    def _signed(self, topic, external_id):
        made = self.adapter([]).create_webhook(topic, f"{self.url}/nobody")
        with self.shop.store.lock:
            sent = self.shop.notifier.delivery(int(made.external_id), topic, int(external_id))
        return {name.lower(): value for name, value in sent.headers.items()}, sent.body


def _fields(address):
    first, last = address.name.split(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": address.company,
        "address1": address.street,
        "address2": address.street2,
        "city": address.city,
        "zip": address.zip,
        "province_code": address.state_code,
        "country_code": address.country_code,
        "phone": address.phone,
    }


class TestWooCommerce(MarkersContract, CustomersContract, AdapterContract):
    accounts_have_details = False

    @classmethod
    def start(cls):
        return WooCommerceStorefront()
