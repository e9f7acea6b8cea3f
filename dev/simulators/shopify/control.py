# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of this simulator's commands. README.md lists them with their arguments."""

from ..control import ControlError
from ..control_store import StoreControl

__all__ = ["Control", "ControlError"]


class Control(StoreControl):
    """References: an order by name (`#1001`), id or global id; a location by name or id."""

    def add_location(self, name, **values):
        return self.call("add_location", name=name, **values)

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

    def stock(self, sku, location=None):
        """{"available", "committed", "on_hand", …} of a SKU at a location (the primary one)."""
        return self.call("stock", sku=sku, location=location)

    def set_stock(self, sku, quantity, location=None, name="available"):
        """As the shop's owner does in the admin: echoed by a webhook."""
        return self.call("set_stock", sku=sku, quantity=quantity, location=location, name=name)
