# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens: pasted ones that never end, and those of the client-credentials grant.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
"""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from .throttle import PLANS, Bucket

LIFETIME = 86399  # seconds, what `expires_in` says of a new token
SCOPES = (
    "read_customers", "read_fulfillments", "read_inventory", "read_locations", "read_orders",
    "read_all_orders", "read_products", "read_returns", "read_payment_terms", "read_publications",
    "write_fulfillments", "write_inventory", "write_orders", "write_products", "write_customers",
    "write_merchant_managed_fulfillment_orders", "read_companies", "read_channels",
)  # fmt: skip
UNAUTHORIZED = {
    "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
}


@dataclass(eq=False)
class Token:
    text: str
    scopes: set
    bucket: Bucket
    expires_at: datetime = None


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
        self.refusal = None  # the reason of a 403 for every call
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

    def issue(self, text=None, lifetime=None):
        """A new token with the app's scopes; without a lifetime it never ends."""
        expires = self.store.now() + timedelta(seconds=lifetime) if lifetime is not None else None
        text = text or f"shpat_{secrets.token_hex(16)}"
        token = Token(text, self.scopes, self.bucket, expires)
        with self._lock:
            self._tokens[token.text] = token
        return token

    def find(self, text):
        """The live token of this text, or None."""
        token = self._tokens.get(text or "")
        if token and token.expires_at and token.expires_at <= self.store.now():
            return None
        return token

    def revoke(self, text=None):
        """End one token, or all of them."""
        with self._lock:
            if text is None:
                self._tokens.clear()
            else:
                self._tokens.pop(text, None)

    def grant(self, fields):
        """(status, payload) of `POST /admin/oauth/access_token`."""
        if fields.get("client_id") != self.app.client_id:
            return 400, _refusal("application_cannot_be_found", "App not found.")
        if not secrets.compare_digest(
            str(fields.get("client_secret", "")).encode(), self.app.client_secret.encode()
        ):
            return 400, _refusal("invalid_client", "Client authentication failed.")
        if fields.get("grant_type") != "client_credentials":
            return 400, _refusal("unsupported_grant_type", "The grant type is not supported.")
        if not self.permitted:
            words = "Client credentials cannot be performed on this shop."
            return 400, _refusal("shop_not_permitted", words)
        token = self.issue(lifetime=self.lifetime)
        return 200, {
            "access_token": token.text,
            "scope": ",".join(sorted(token.scopes)),
            "expires_in": self.lifetime,
        }


def _refusal(code, words):
    return {"error": code, "error_description": words}
