# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of this simulator's commands. README.md lists them with their arguments."""

from ..control import ControlClient, ControlError

__all__ = ["Control", "ControlError"]


class Control(ControlClient):
    """References: an order by name (`#1001`), id or global id; a location by name or id."""

    def info(self):
        """Address-independent facts: shop domain, token, client id and secret, API version."""
        return self.call("info")

    def reset(self, seed=0):
        """An empty shop: no products, orders, customers, subscriptions, faults or statistics."""
        return self.call("reset", seed=seed)

    def configure(self, **settings):
        """Change settings: see README.md, "Settings"."""
        return self.call("configure", **settings)

    def advance(self, seconds):
        """Let time pass for the store."""
        return self.call("advance", seconds=seconds)

    def seed(self, count=0, products=None, customers=None, stock=100, prefix="SIM"):
        """Make `count` products (SKU `<prefix>-00001`…), or these, and customers."""
        return self.call(
            "seed", count=count, products=products, customers=customers, stock=stock, prefix=prefix
        )

    def add_location(self, name, **values):
        return self.call("add_location", name=name, **values)

    def variants(self):
        """[{"sku", "id", "inventory_item_id", "price", "barcode", "product_id"}]."""
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
        """{SKU: quantity}; shipping (true or an amount), amount (what they cost), restock
        (NO_RESTOCK, RETURN, CANCEL), status, gateway, note."""
        return self.call("refund_order", reference=reference, lines=lines, **options)

    def delete_product(self, sku):
        return self.call("delete_product", sku=sku)

    def cancel_order(self, reference, **options):
        """reason, restock (true), refund (true), note."""
        return self.call("cancel_order", reference=reference, **options)

    def pay_order(self, reference):
        return self.call("pay_order", reference=reference)

    def fulfil_order(self, reference, skus=None, tracking=None, quantities=None):
        """What is open, or of `skus`, or `quantities` {SKU: units}."""
        return self.call(
            "fulfil_order", reference=reference, skus=skus, tracking=tracking, quantities=quantities
        )

    def update_order(self, reference, **values):
        """note, tags, email, phone, billing_address, shipping_address."""
        return self.call("update_order", reference=reference, values=values)

    def create_customer(self, **spec):
        """As the owner does: {"id", "name", "email", "phone", "tax_exempt", "addresses", …}."""
        return self.call("create_customer", **spec)

    def update_customer(self, reference, **values):
        """first_name, last_name, email, phone, note, tags, tax_exempt, locale, addresses."""
        return self.call("update_customer", reference=reference, values=values)

    def get_customer(self, reference):
        """By e-mail, id or global id."""
        return self.call("get_customer", reference=reference)

    def merge_customers(self, one, two):
        """{"status": "completed" or "failed", "kept", "deleted", "message"}."""
        return self.call("merge_customers", one=one, two=two)

    def erase_customer(self, reference):
        """Ask for the erasure of a customer's data; returns the seconds until it is done."""
        return self.call("erase_customer", reference=reference)

    def add_company(self, name, **spec):
        """{"id", "locations": {name: id}, "contacts": {email: id}}."""
        return self.call("add_company", name=name, **spec)

    def update_location(self, company, location=None, **values):
        """name, phone, tax_exempt, tax_registration_id, addresses of a company's location."""
        return self.call("update_location", company=company, location=location, values=values)

    def stock(self, sku, location=None):
        """{"available", "committed", "on_hand", …} of a SKU at a location (the primary one)."""
        return self.call("stock", sku=sku, location=location)

    def set_stock(self, sku, quantity, location=None, name="available"):
        """As the shop's owner does in the admin: echoed by a webhook."""
        return self.call("set_stock", sku=sku, quantity=quantity, location=location, name=name)

    def subscriptions(self):
        return self.call("subscriptions")

    def delete_subscription(self, topic=None):
        """The store drops the subscriptions of a topic, or all. Returns how many."""
        return self.call("delete_subscription", topic=topic)

    def compliance(self, topic, url=None, payload=None, **options):
        """Send customers/data_request, customers/redact or shop/redact, to `compliance_url` unless
        told otherwise. Without a payload: email, and orders (all of that address)."""
        return self.call("compliance", topic=topic, url=url, payload=payload, **options)

    def install(self):
        """Install the app again as the owner does in the admin; returns a token."""
        return self.call("install")

    def uninstall(self):
        """As the owner does: its tokens and subscriptions end, app/uninstalled is sent."""
        return self.call("uninstall")

    def authorize(self, url):
        """Consent to an authorization without a browser: the address of the app's callback."""
        return self.call("authorize", url=url)

    def issue_token(self, lifetime=None, text=None):
        return self.call("issue_token", lifetime=lifetime, text=text)

    def revoke_token(self, text=None, refresh=True):
        """End one token or all; `refresh`: what they can be renewed with, too."""
        return self.call("revoke_token", text=text, refresh=refresh)

    def rotate_secret(self, secret=None):
        """Make a new client secret beside the old one, which signs until it is revoked."""
        return self.call("rotate_secret", secret=secret)

    def revoke_secret(self):
        """End the oldest client secret and the tokens granted to it; returns the next."""
        return self.call("revoke_secret")

    def set_scopes(self, add=(), remove=()):
        """Grant or withdraw scopes of the app; tokens issued already feel it. Returns them."""
        return self.call("set_scopes", add=list(add), remove=list(remove))

    def refuse(self, reason=None, html=False):
        """Answer every call 403 with this reason (`address` and `expiring` are known ones), as JSON
        or as a page; or stop doing so."""
        return self.call("refuse", reason=reason, html=html)

    def drain_bucket(self):
        """Leave no points in the throttle's bucket."""
        return self.call("drain_bucket")
