# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for people at `/`, of a Shopify store."""

from ..page import SHOWN, StorePage, words
from . import lifecycle
from .payloads import amount


class Page(StorePage):
    product_headings = ("Product", "SKU", "Price", "Available", "Committed", "On hand")
    actions = {
        "pay": ("Mark as paid", lifecycle.pay),
        "fulfil": ("Fulfil", lifecycle.fulfil),
        "cancel": ("Cancel", lifecycle.cancel),
    }

    def title(self):
        shop = self.store.shop
        return shop.name, f"A simulated Shopify store, {shop.myshopify_domain}"

    def place(self, spec):
        return lifecycle.place(self.store, spec)

    def variants(self):
        for one in self.store.variants:
            if one.sku:
                yield one.sku, one.product.title, f"{one.price:.2f}", one.inventory_quantity

    def known(self):
        return {(one.email, one.display_name) for one in self.store.customers if one.email}

    def latest(self):
        return reversed(self.store.orders[-SHOWN:])

    def described(self, order):
        who = order.customer.display_name if order.customer else f"{order.email or ''} (guest)"
        status = "Cancelled" if order.cancelled_at else words(order.display_financial_status)
        shipped = "" if order.cancelled_at else words(order.display_fulfillment_status)
        units = sum(line.current_quantity for line in order.line_items)
        money = order.current_total_price_set.presentment_money
        total = f"{amount(money)} {money.currency_code}"
        return order.number, order.name, who, units, total, status, shipped, possible(order)

    def product_rows(self):
        return [
            (one.sku or "", one.product.title, f"{one.price:.2f}", one.inventory_quantity,
             _stock(one, "committed"), _stock(one, "on_hand"))
            for one in self.store.variants[:SHOWN]
        ]  # fmt: skip


def possible(order):
    """The actions an order's state allows."""
    if order.cancelled_at:
        return []
    waiting = any(line.unfulfilled_quantity for line in order.line_items)
    begun = any(line.fulfilled_quantity for line in order.line_items)
    allowed = {"pay": not order.fully_paid, "fulfil": waiting, "cancel": not begun}
    return [action for action, is_allowed in allowed.items() if is_allowed]


def _stock(variant, name):
    return sum(level.quantity(name) for level in variant.inventory_item.levels.values())
