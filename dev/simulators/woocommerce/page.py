# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for people at `/`, of a WooCommerce shop."""

from html import unescape
from itertools import islice

from .. import page
from . import checkout, edits, php
from .product import full_name, price, stock_keeper


class Page(page.StorePage):
    actions = {
        "pay": ("Mark as paid", edits.pay),
        "fulfil": ("Complete", edits.fulfil),
        "cancel": ("Cancel", edits.cancel),
    }

    def title(self):
        return self.store.name, f"A simulated WooCommerce shop, version {self.store.version}"

    def place(self, spec):
        return checkout.place(self.store, spec)

    def variants(self):
        store = self.store
        for one in store.products.values():
            if one["sku"] and one["type"] in ("simple", "variation") and one["status"] == "publish":
                keeper = stock_keeper(store, one)
                units = keeper["stock_quantity"] if keeper else one["stock_status"]
                yield one["sku"], unescape(full_name(store, one)), price(store, one), units

    def known(self):
        rows = self.store.customers.values()
        return {(one["email"], f"{one['first_name']} {one['last_name']}".strip()) for one in rows}

    def latest(self):
        return islice(reversed(self.store.orders.values()), page.SHOWN)

    def described(self, order):
        billing = order["billing"]
        buyer = f"{billing['first_name']} {billing['last_name']}".strip() or billing["email"]
        buyer = buyer if order["customer_id"] else f"{buyer} (guest)"
        units = sum(line["quantity"] for line in order["line_items"])
        total = f"{php.decimal(order['total'], self.store.decimals)} {order['currency']}"
        payment = "Paid" if order["paid"] else "Unpaid"
        delivery = page.words(order["status"])
        return (order["id"], order["number"], buyer, units, total, payment, delivery,
                possible(order))  # fmt: skip


def possible(order):
    """The actions that make sense in an order's status."""
    if order["status"] in ("cancelled", "refunded", "completed", "trash"):
        return []
    return ["fulfil", "cancel"] if order["paid"] else ["pay", "fulfil", "cancel"]
