# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happened in the recorded shop between the recordings that are replayed.

Keys are numbers of recordings: what is told happened before that one."""

from datetime import timedelta

from dev.simulators.woocommerce import (
    coupons,
    order_write,
    product_write,
)

SPAIN = {"country": "ES"}


def prepare():
    return {
        "001": _shop,
        "115": _words,
        "202": _slow_batch,
        "314": _renamed,
        "344": _coupons,
        "608": _checkout,
        "609": _orders_to_delete,
        "616": _product_to_delete,
        "618": _another_product,
        "702": _webhook_fails,
        "808": _maintenance,
        "809": _maintenance_over,
        "817": _renamed_back,
    }


def _shop(shop):
    store = shop.store
    store.name = "Peer Woo Store"
    store.add_tax("IVA 21%", 21)


def _words(shop):
    store = shop.store
    store.add_attribute("Talla", ["S", "M", "L"])
    store.add_attribute("Color", ["Rojo", "Azul marino"])
    store.categories[23] = ("Ropa &amp; Moda", "ropa-moda")
    store.categories[24] = ("Camisetas", "camisetas")


def _slow_batch(shop):
    """The batch before went on into the next second."""
    for number in (22, 23, 24):
        product = shop.store.products[number]
        product["created"] = product["modified"] = product["created"] + timedelta(seconds=1)


def _renamed(shop):
    """Among pictures, which aren't simulated."""
    store = shop.store
    product_write.update(store, store.products[18], {"name": "Gorra roja"})
    product_write.touch(store, store.products[12])


def _coupons(shop):
    store = shop.store
    store.numbers["post"] = 29
    coupons.add(store, "VERANO10", "percent", 10)
    coupons.add(store, "menos5", "fixed_cart", 5)


def _checkout(shop):
    """An order placed on the shop's own pages."""
    store = shop.store
    address = {
        "first_name": "Luis",
        "last_name": "Pérez",
        "address_1": "Gran Vía 3",
        "city": "Madrid",
        "state": "M",
        "postcode": "28013",
        "country": "ES",
        "phone": "+34611111111",
    }
    store.numbers["post"] = 45
    store.frozen -= timedelta(seconds=2)
    order_write.create(
        store,
        {
            "billing": {**address, "email": "luis@example.com"},
            "shipping": address,
            "line_items": [
                {"product_id": 17, "quantity": 2},
                {"product_id": 11, "variation_id": 12, "quantity": 1},
            ],
            "shipping_lines": [
                {"method_id": "flat_rate", "method_title": "Flat rate", "total": "4.95",
                 "instance_id": "1"}
            ],
            "coupon_lines": [{"code": "menos5"}],
            "payment_method": "bacs",
            "payment_method_title": "Direct bank transfer",
            "customer_note": "Llamar antes",
            "status": "on-hold",
        },
        created_via="store-api",
    )  # fmt: skip


def _orders_to_delete(shop):
    store = shop.store
    for status in ("processing", "pending"):
        values = {"line_items": [{"product_id": 18, "quantity": 1}], "billing": SPAIN}
        order_write.create(store, {**values, "status": status})


def _product_to_delete(shop):
    store = shop.store
    given = {"name": "Efímero", "sku": "EPH", "regular_price": "5",
             "manage_stock": True, "stock_quantity": 5}  # fmt: skip
    store.numbers["post"] = 48
    product = product_write.create(store, given)
    values = {"line_items": [{"product_id": product["id"], "quantity": 1}], "billing": SPAIN}
    order_write.create(store, {**values, "status": "processing"})


def _another_product(shop):
    store = shop.store
    store.numbers["post"] = 50
    product_write.create(store, {"name": "Efímero 2", "sku": "EPH2", "regular_price": "5"})
    product_write.delete(store, store.by_sku["EPH2"], True)


def _webhook_fails(shop):
    store = shop.store
    store.webhooks[14].update(status="disabled", failure_count=6)


def _maintenance(shop):
    """Its product made twice is deleted again; an update of the shop begins."""
    product_write.delete(shop.store, shop.store.products[163], True)
    shop.maintenance = True


def _maintenance_over(shop):
    shop.maintenance = False


def _renamed_back(shop):
    product_write.update(shop.store, shop.store.products[17], {"name": "Taza"})
