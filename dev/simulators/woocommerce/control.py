# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of this simulator's commands. README.md lists them with their arguments."""

from ..control import ControlClient, ControlError

__all__ = ["Control", "ControlError"]


class Control(ControlClient):
    """References: an order by id or number; a customer by id or e-mail."""

    def info(self):
        """url, name, version, currency, consumer_key and consumer_secret."""
        return self.call("info")

    def reset(self, seed=0):
        """An empty shop: no products, orders, taxes, webhooks, faults or statistics."""
        return self.call("reset", seed=seed)

    def configure(self, **settings):
        """Change settings: see README.md, "Settings"."""
        return self.call("configure", **settings)

    def advance(self, seconds):
        """Let time pass for the shop."""
        return self.call("advance", seconds=seconds)

    def create_key(self, permissions="read_write"):
        """{"consumer_key", "consumer_secret"}; permissions: read, write or read_write."""
        return self.call("create_key", permissions=permissions)

    def revoke_key(self, consumer_key=None):
        """The owner revokes one key, or all."""
        return self.call("revoke_key", consumer_key=consumer_key)

    def authorize(self, url):
        """Approve a request for a key without a browser: the address the browser is sent to."""
        return self.call("authorize", url=url)

    def add_tax(self, name, rate, **values):
        """A rate in percent; class_, country, state, priority, compound, shipping. Its id."""
        return self.call("add_tax", name=name, rate=rate, **values)

    def add_coupon(self, code, **values):
        """discount_type (percent, fixed_cart, fixed_product), amount, free_shipping."""
        return self.call("add_coupon", code=code, **values)

    def add_attribute(self, name, terms=()):
        return self.call("add_attribute", name=name, terms=list(terms))

    def seed(self, count=0, products=None, customers=None, stock=100, prefix="SIM"):
        """Make `count` products (SKU `<prefix>-00001`…), or these, and customers."""
        return self.call(
            "seed", count=count, products=products, customers=customers, stock=stock, prefix=prefix
        )

    def variants(self):
        """[{"sku", "id", "product_id", "price", "barcode"}]: simple products and variations."""
        return self.call("variants")

    def place_order(self, **spec):
        """Place one order; returns it as `get_order`."""
        return self.call("place_orders", specs=[spec])[0]

    def place_orders(self, specs):
        """Place many orders; returns [{"id", "name", "total"}]."""
        rows = self.call("place_orders", specs=specs)
        return [{name: row[name] for name in ("id", "name", "total")} for row in rows]

    def place_samples(self, count, seed=0, **fixed):
        """Place varied orders from the catalogue, the same for the same seed; as `place_orders`."""
        return self.call("place_samples", count=count, seed=seed, **fixed)

    def get_order(self, reference):
        """The order: id, name, total, tax, taxes, lines, status … amounts as strings."""
        return self.call("get_order", reference=reference)

    def orders(self):
        """Every order as {"id", "name", "total"}."""
        return self.call("orders")

    def edit_order(self, reference, sku=None, quantity=None, **change):
        """One edit: `quantity` of a SKU (0 removes it); add (a line), shipping (a shipping line),
        remove_shipping (a title)."""
        if sku:
            change.update(sku=sku, quantity=quantity)
        return self.call("edit_order", reference=reference, **change)

    def refund_order(self, reference, lines=None, **options):
        """{SKU: quantity}; shipping (true or an amount), amount (else what they cost), restock,
        note."""
        return self.call("refund_order", reference=reference, lines=lines, **options)

    def cancel_order(self, reference, **options):
        """refund (false): give back first what was paid; note."""
        return self.call("cancel_order", reference=reference, **options)

    def pay_order(self, reference):
        return self.call("pay_order", reference=reference)

    def fulfil_order(self, reference, **options):
        """Complete it; tracking {company, number, url}."""
        return self.call("fulfil_order", reference=reference, **options)

    def update_order(self, reference, **values):
        """note, status, email, phone, billing_address, shipping_address, meta."""
        return self.call("update_order", reference=reference, values=values)

    def recalculate_order(self, reference):
        """Taxes and totals again, from the rates of now."""
        return self.call("recalculate_order", reference=reference)

    def delete_product(self, sku, force=True):
        """For ever, or into the trash."""
        return self.call("delete_product", sku=sku, force=force)

    def update_product(self, sku, **values):
        """As the owner does, in the API's words."""
        return self.call("update_product", sku=sku, values=values)

    def create_customer(self, **spec):
        """email, first_name, last_name, phone, addresses; answers as the API."""
        return self.call("create_customer", **spec)

    def update_customer(self, reference, **values):
        return self.call("update_customer", reference=reference, values=values)

    def get_customer(self, reference):
        return self.call("get_customer", reference=reference)

    def stock(self, sku):
        """{"available", "manage_stock", "status"} of a SKU."""
        return self.call("stock", sku=sku)

    def set_stock(self, sku, quantity):
        """As the shop's owner does in the back office: told by a webhook."""
        return self.call("set_stock", sku=sku, quantity=quantity)

    def subscriptions(self):
        """Webhooks as {"id", "topic", "uri", "status", "failure_count"}."""
        return self.call("subscriptions")

    def delete_subscription(self, topic=None):
        """The owner deletes the webhooks of a topic, or all. Returns how many."""
        return self.call("delete_subscription", topic=topic)

    def set_subscription(self, topic, status):
        """The owner sets those of a topic active, paused or disabled. Returns how many."""
        return self.call("set_subscription", topic=topic, status=status)
