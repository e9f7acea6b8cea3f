# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what happens in the store to signed webhooks.

The signature covers the body alone (base64 of HMAC-SHA256 with the app's secret); every copy and
retry keeps its headers. An address that fails nine times (once and eight retries over four hours,
with the original body) loses its subscription:
https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks
"""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import datetime, timezone

from ..webhooks import Courier, Delivery, Policy
from .payloads import Payloads
from .schema import API_VERSION

RETRIES = (60, 120, 300, 600, 1200, 2400, 3600, 6120)  # seconds: four hours in all
COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")


def sign(body, secret):
    """`X-Shopify-Hmac-Sha256` of a raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def default_policy():
    """Five seconds to answer in, eight retries."""
    return Policy(5.0, RETRIES)


class Notifier:
    def __init__(self, store, app, workers=4, seed=0):
        self.store, self.app = store, app
        self.payloads = Payloads(store)
        self.courier = Courier(default_policy(), workers, self._on_result, seed)
        self.restore()
        store.listeners.append(self.on_event)

    def restore(self):
        self.lag = 0.0  # seconds between what happened and the first attempt
        self.compliance_url = None  # where the topics of the app's configuration go
        self._scheduled = []

    def on_event(self, topic, resource):
        """Send it to every subscription of the topic. The store's lock is held."""
        wanted = topic.replace("/", "_").upper()
        rows = [row for row in self.store.subscriptions if row.topic == wanted]
        if not rows:
            return
        payload = self.payloads.of(topic, resource)
        event = str(uuid.uuid4())
        for row in rows:
            body = _trimmed(payload, row.include_fields)
            self.courier.submit(self.delivery(topic, row.uri, body, event, row))

    def delivery(self, topic, url, payload, event=None, subscription=None):
        """A signed message, not yet sent."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        number = str(uuid.uuid4())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(body, self.app.client_secret),
            "X-Shopify-Shop-Domain": self.store.shop.myshopify_domain,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": number,
            "X-Shopify-Event-Id": event or str(uuid.uuid4()),
            "X-Shopify-Triggered-At": self._now(),
        }
        if subscription is not None and subscription.name:
            headers["X-Shopify-Name"] = subscription.name
        owner = subscription.id if subscription is not None else ""
        return Delivery(number, topic, url, headers, body, owner, delay=self.lag)

    def compliance(self, topic, url, payload):
        """Send one of the topics set in the app's configuration. Raises ValueError."""
        if topic not in COMPLIANCE:
            raise ValueError(f"Unknown compliance topic {topic!r}; one of {', '.join(COMPLIANCE)}")
        if not (url or self.compliance_url):
            raise ValueError("The app's configuration has no compliance_url")
        delivery = self.delivery(topic, url or self.compliance_url, payload)
        self.courier.submit(delivery)
        return delivery

    def schedule(self, delay, topic, payload):
        """Send a compliance topic once the store's clock has moved on by `delay`, a timedelta."""
        if self.compliance_url:
            self._scheduled.append((self.store.now() + delay, topic, payload))

    def advance(self, seconds):
        """Time passed for the store: retries and what was scheduled fall due."""
        self.courier.advance(seconds)
        now = self.store.now()
        due = [one for one in self._scheduled if one[0] <= now]
        self._scheduled = [one for one in self._scheduled if one[0] > now]
        for _moment, topic, payload in due:
            self.compliance(topic, None, payload)

    def _now(self):
        moment = datetime.now(timezone.utc) + self.store.offset
        return f"{moment:%Y-%m-%dT%H:%M:%S.%f}000Z"

    def _on_result(self, delivery, delivered):
        """Given up: the subscription goes."""
        if delivered or not delivery.subscription:
            return
        with self.store.lock:
            row = self.store.nodes.get(delivery.subscription)
            if row is not None:
                self.store.remove_subscription(row)


def _trimmed(payload, include_fields):
    if not include_fields:
        return payload
    return {name: payload[name] for name in include_fields if name in payload}
