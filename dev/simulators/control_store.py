# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client's commands that every simulated store has: those of orders, products and settings.

A store's README says what each takes beyond this; its own `Control` adds what only it knows.
"""

from .control import ControlClient


class StoreControl(ControlClient):
    def info(self):
        """Address-independent facts: name, currency, what a client signs in with."""
        return self.call("info")

    def reset(self, seed=0):
        """An empty store: no products, orders, customers, webhooks, faults or statistics."""
        return self.call("reset", seed=seed)

    def configure(self, **settings):
        """Change settings: see the store's README.md, "Settings"."""
        return self.call("configure", **settings)

    def advance(self, seconds):
        """Let time pass for the store."""
        return self.call("advance", seconds=seconds)

    def seed(self, count=0, products=None, customers=None, stock=100, prefix="SIM"):
        """Make `count` products (SKU `<prefix>-00001`…), or these, and customers."""
        return self.call(
            "seed", count=count, products=products, customers=customers, stock=stock, prefix=prefix
        )

    def variants(self):
        """[{"sku", "id", "product_id", "price", "barcode", …}]."""
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
        """The order: id, name, total, tax, taxes, lines, statuses … amounts as strings."""
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
        """{SKU: quantity}; shipping (true or an amount), amount (what they cost), restock, note."""
        return self.call("refund_order", reference=reference, lines=lines, **options)

    def cancel_order(self, reference, **options):
        """refund, note, and what else the store asks."""
        return self.call("cancel_order", reference=reference, **options)

    def pay_order(self, reference):
        return self.call("pay_order", reference=reference)

    def fulfil_order(self, reference, **options):
        """tracking {company, number, url}, and what else the store takes."""
        return self.call("fulfil_order", reference=reference, **options)

    def update_order(self, reference, **values):
        """note, email, phone, billing_address, shipping_address, and what else the store has."""
        return self.call("update_order", reference=reference, values=values)

    def delete_product(self, sku, **options):
        return self.call("delete_product", sku=sku, **options)

    def create_customer(self, **spec):
        """As the owner does: email, first_name, last_name, phone, addresses, …."""
        return self.call("create_customer", **spec)

    def update_customer(self, reference, **values):
        return self.call("update_customer", reference=reference, values=values)

    def get_customer(self, reference):
        """By e-mail or id."""
        return self.call("get_customer", reference=reference)

    def authorize(self, url):
        """Consent without a browser: the address the browser is sent back to."""
        return self.call("authorize", url=url)

    def subscriptions(self):
        return self.call("subscriptions")

    def delete_subscription(self, topic=None):
        """The webhooks of a topic, or all, are gone. Returns how many."""
        return self.call("delete_subscription", topic=topic)
