# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from decimal import Decimal as D
from typing import ClassVar

from adapter_contract import AdapterContract
from contract_changes import MarkersContract
from contract_customers import CustomersContract
from storefront import Storefront

from odoo.addons.storefront_connector.platforms.documents.stock import StockChange, StockKey
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

    # What only this platform has.

    SIZES = ("S", "M")
    COLORS = ("Red", "Blue")

    def shirts(self, storefront, **values):
        """Seed a shirt of two sizes and two colors; return its id and {SKU: id}."""
        variants = [
            {
                "sku": f"SHIRT-{size}-{color}",
                "options": {"Size": size, "Color": color},
                "stock": 3,
                **values,
            }
            for size in self.SIZES
            for color in self.COLORS
        ]
        storefront.control.seed(products=[{"title": "Shirt", "variants": variants}])
        found = [one for one in storefront.control.variants() if one["sku"].startswith("SHIRT")]
        return found[0]["product_id"], {one["sku"]: str(one["id"]) for one in found}

    def listed(self, adapter):
        found, cursor = {}, "p1"
        while cursor:
            page = adapter.fetch_variants(cursor)
            found.update((one.sku, one) for one in page.items)
            cursor = page.next_cursor
        return found

    def test_variations_are_alike_once_their_attribute_isn_t_used(self, storefront, adapter):
        product_id, ids = self.shirts(storefront)
        before = self.listed(adapter)
        assert [before[sku].is_distinct for sku in ids] == [True] * 4
        assert before["SHIRT-S-Red"].name == "Shirt - S, Red"
        parent = adapter.client.get(f"products/{product_id}")
        for row in parent["attributes"]:
            row["variation"] = row["name"] == "Size"
        adapter.client.put(f"products/{product_id}", {"attributes": parent["attributes"]})
        after = self.listed(adapter)
        told = {(after[sku].is_distinct, after[sku].unused_attributes) for sku in ids}
        assert told == {(False, ("Color",))}
        assert after["SHIRT-S-Red"].name == "Shirt - S"
        assert after["LAMP"].is_distinct

    def test_what_isn_t_counted_is_found_and_then_counted(self, storefront, adapter):
        product_id, ids = self.shirts(storefront)
        storefront.control.update_product("LAMP", manage_stock=False)
        storefront.control.update_product("SHIRT-S-Red", manage_stock="parent")
        storefront.control.update_product("SHIRT-M-Red", manage_stock=False)
        adapter.client.put(f"products/{product_id}", {"manage_stock": True, "stock_quantity": 9})
        variants = self.listed(adapter)
        keys = {
            sku: StockKey(
                inventory_external_id=variants[sku].inventory_external_id,
                location_external_id="stock",
            )
            for sku in ("LAMP", "MUG", *ids)
        }
        levels = adapter.fetch_stock(list(keys.values()))
        silent = [key for key in keys.values() if levels[key] is None]
        found = {one.key: one.code for one in adapter.find_untracked(silent)}
        assert found == {
            keys["LAMP"]: "stock_untracked",
            keys["SHIRT-S-Red"]: "stock_of_parent",
            # Without stock of its own it shows that of its parent, which has some.
            keys["SHIRT-M-Red"]: "stock_of_parent",
        }
        changes = [StockChange(key=key, quantity=D(0), expected=None) for key in found]
        assert set(adapter.track_stock(changes).accepted) == set(found)
        assert adapter.find_untracked(list(keys.values())) == ()
        assert [adapter.fetch_stock([key])[key] for key in found] == [0, 0, 0]
