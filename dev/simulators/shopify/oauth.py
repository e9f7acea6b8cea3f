# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens of the one app this store has installed. `grants.py` says who gets one."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from ..wire import Response
from .access import granted
from .throttle import PLANS, Bucket

LIFETIME = 86399  # seconds, what `expires_in` says of a new token
SCOPES = (
    "read_customers", "read_fulfillments", "read_inventory", "read_locations", "read_orders",
    "read_all_orders", "read_products", "read_returns", "read_payment_terms", "read_publications",
    "write_fulfillments", "write_inventory", "write_orders", "write_products", "write_customers",
    "write_merchant_managed_fulfillment_orders", "read_companies", "read_channels",
    "read_customer_merge",
)  # fmt: skip
UNAUTHORIZED = {
    "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
}

# Reasons of a 403. Of the address only the status is published
# (https://shopify.dev/docs/apps/build/dev-dashboard/ip-allowlist, 2026-11), the words are ours.
REFUSALS = {
    "address": "[API] The IP address of this request is not on the app's allowlist",
    "expiring": "Non-expiring access tokens are no longer accepted for the Admin API. Start using"
    " expiring offline tokens.",
}


@dataclass(eq=False)
class Token:
    text: str
    scopes: set
    bucket: Bucket
    expires_at: datetime = None
    secret: str = None  # the client secret it was granted to


class Tokens:
    """Every token of the app. All share one bucket: the limit is the app's, on this store."""

    def __init__(self, store, app, pasted, plan="plus"):
        self.store, self.app = store, app
        self.pasted, self.plan = pasted, plan
        self._lock = threading.Lock()
        self._tokens = {}
        self.scopes = set()
        self.restore()

    def restore(self):
        """As after installation: all scopes, and only the pasted token."""
        self.scopes.clear()
        self.scopes.update(SCOPES)
        self.lifetime = LIFETIME
        self.permitted = True  # whether app and store belong to one organisation
        self.installed = True
        self.refusal = None  # the answer to every call
        self.revoke()
        self.set_plan(self.plan)
        self.issue(self.pasted)

    def set_plan(self, plan):
        """basic, advanced, plus or enterprise. Raises KeyError."""
        name, maximum, rate = PLANS[plan]
        self.plan = plan
        self.store.shop.plan.public_display_name = name
        self.store.shop.plan.shopify_plus = plan in ("plus", "enterprise")
        self.set_bucket(maximum, rate)

    def set_bucket(self, maximum, rate):
        self.bucket = Bucket(maximum, rate)
        for token in self._tokens.values():
            token.bucket = self.bucket

    def set_scopes(self, scopes):
        """Grant these scopes and no others; every token issued already feels it."""
        before, after = sorted(granted(self.scopes)), sorted(granted(scopes))
        self.scopes.clear()
        self.scopes.update(scopes)
        if self.installed and before != after:
            self.store.emit("app/scopes_update", self._change(before, after))

    def _change(self, before, after):
        """https://shopify.dev/docs/api/webhooks/latest#list-of-topics-app/scopes_update"""
        return {
            "id": self.app.number,
            "previous": before,
            "current": after,
            "updated_at": self.store.now().isoformat(),
            "shop_id": self.store.shop.id,
        }

    def issue(self, text=None, lifetime=None, secret=None):
        """A new token with the app's scopes; without a lifetime it never ends."""
        expires = self.store.now() + timedelta(seconds=lifetime) if lifetime is not None else None
        text = text or f"shpat_{secrets.token_hex(16)}"
        token = Token(text, self.scopes, self.bucket, expires, secret)
        with self._lock:
            self._tokens[token.text] = token
        return token

    def find(self, text):
        """The live token of this text, or None."""
        token = self._tokens.get(text or "")
        if token and token.expires_at and token.expires_at <= self.store.now():
            return None
        return token

    def revoke_secret(self):
        """End the oldest client secret with the tokens granted to it. Raises ValueError."""
        app = self.app
        if not app.newer_secrets:
            raise ValueError("The app has only one secret: make another first")
        old, app.client_secret, app.newer_secrets = (
            app.client_secret,
            app.newer_secrets[0],
            app.newer_secrets[1:],
        )
        for text in [text for text, token in self._tokens.items() if token.secret == old]:
            self.revoke(text)

    def revoke(self, text=None):
        """End one token, or all of them."""
        with self._lock:
            if text is None:
                self._tokens.clear()
            else:
                self._tokens.pop(text, None)


def refused(words):
    return Response.json({"errors": words}, 403)


def refused_page(words):
    return Response.html(f"<!DOCTYPE html><title>403</title><p>{escape(words)}</p>", 403)
