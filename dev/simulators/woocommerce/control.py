# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of this simulator's commands. README.md lists them with their arguments."""

from ..control import ControlError
from ..control_store import StoreControl

__all__ = ["Control", "ControlError"]


class Control(StoreControl):
    """References: an order by id or number; a customer by id or e-mail."""

    def create_key(self, permissions="read_write"):
        """{"consumer_key", "consumer_secret"}; permissions: read, write or read_write."""
        return self.call("create_key", permissions=permissions)

    def revoke_key(self, consumer_key=None):
        """The owner revokes one key, or all."""
        return self.call("revoke_key", consumer_key=consumer_key)

    def add_tax(self, name, rate, **values):
        """A rate in percent; class_, country, state, priority, compound, shipping. Its id."""
        return self.call("add_tax", name=name, rate=rate, **values)

    def add_coupon(self, code, **values):
        """discount_type (percent, fixed_cart, fixed_product), amount, free_shipping."""
        return self.call("add_coupon", code=code, **values)

    def add_attribute(self, name, terms=()):
        return self.call("add_attribute", name=name, terms=list(terms))

    def recalculate_order(self, reference):
        """Taxes and totals again, from the rates of now."""
        return self.call("recalculate_order", reference=reference)

    def update_product(self, sku, **values):
        """As the owner does, in the API's words."""
        return self.call("update_product", sku=sku, values=values)

    def set_subscription(self, topic, status):
        """The owner sets those of a topic active, paused or disabled. Returns how many."""
        return self.call("set_subscription", topic=topic, status=status)

    def stock(self, sku):
        """{"available", "manage_stock", "status"} of a SKU."""
        return self.call("stock", sku=sku)

    def set_stock(self, sku, quantity):
        """As the shop's owner does in the back office: told by a webhook."""
        return self.call("set_stock", sku=sku, quantity=quantity)
