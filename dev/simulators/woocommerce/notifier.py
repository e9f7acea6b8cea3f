# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what happens in the shop to webhooks as WooCommerce sends them.

What is to be told waits for its turn (`lag` seconds); the body shows the state of then, and what
happens meanwhile to the same resource needs no second one. Nothing is sent twice by itself.
"""

import base64
import hashlib
import hmac
import http.client
import threading
import time
from html import unescape

from ..webhooks import Courier, Delivery, Policy, post
from . import customers, order, php, product, webhook
from .auth import nonce_hash

PING_SECONDS = 5.0
AGENT = "WooCommerce/{} Hookshot (WordPress/6.9.4)"
REDIRECTS = (301, 302)  # count as received


def default_policy():
    """A minute to answer in, no retries."""
    return Policy(60.0, (), also_received=REDIRECTS)


def sign(body, secret):
    """`X-WC-Webhook-Signature`: the secret is decoded as if it had come from a form."""
    key = unescape(secret).encode()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


class Notifier:
    def __init__(self, store, home, workers=4, seed=0):
        self.store, self.home = store, home
        self.courier = Courier(default_policy(), workers, self._on_result, seed)
        self.pings = []  # ids of webhooks to ping once the request is over
        self.lag = 0.0
        self._waiting = {}  # (id of the webhook, topic, resource) -> time it is due
        self._changed = threading.Condition()
        self._building = False
        store.listeners.append(self.on_event)
        threading.Thread(target=self._work, name="scheduler", daemon=True).start()

    def restore(self):
        self.lag = 0.0
        self.pings.clear()
        with self._changed:
            self._waiting.clear()

    def on_event(self, topic, resource_id):
        """The store's lock is held."""
        if topic == "ping":
            self.pings.append(resource_id)
            return
        due = time.monotonic() + self.lag
        with self._changed:
            for row in self.store.webhooks.values():
                if row["topic"] == topic and row["status"] == "active":
                    self._waiting.setdefault((row["id"], topic, resource_id), due)
            self._changed.notify_all()

    def advance(self, seconds):
        """Time passed for the shop: what waits falls due."""
        with self._changed:
            self._waiting = {key: due - seconds for key, due in self._waiting.items()}
            self._changed.notify_all()
        self.courier.advance(seconds)

    def send_pings(self):
        """Ping new addresses and wait for their answers, as the shop does; whatever comes of it.

        Not while the store is locked: who is pinged may ask the shop something."""
        with self.store.lock:
            waiting, self.pings[:] = list(self.pings), []
            rows = [self.store.webhooks[one] for one in waiting if one in self.store.webhooks]
        for row in rows:
            headers = {
                "User-Agent": AGENT.format(self.store.version),
                "Content-Type": "application/x-www-form-urlencoded",
            }
            body = f"webhook_id={row['id']}".encode()
            try:
                status = post(row["delivery_url"], headers, body, PING_SECONDS)
            except (OSError, http.client.HTTPException):
                continue
            if self.courier.policy.is_received(status):
                row["modified"] = self.store.now()  # no longer waiting for its first delivery

    def wait_idle(self, seconds):
        """Whether nothing is to be told or being sent any more."""
        until = time.monotonic() + seconds
        with self._changed:
            if not self._changed.wait_for(self._is_idle, seconds):
                return False
        return self.courier.wait_idle(max(0.0, until - time.monotonic()))

    def _is_idle(self):
        return not self._waiting and not self._building

    def _work(self):
        while True:
            key = self._next()
            try:
                with self.store.lock:
                    delivery = self.delivery(*key)
                    if delivery is not None:
                        self.courier.submit(delivery)
            finally:
                with self._changed:
                    self._building = False
                    self._changed.notify_all()

    def _next(self):
        with self._changed:
            while True:
                key = min(self._waiting, key=self._waiting.get, default=None)
                pause = self._waiting[key] - time.monotonic() if key else None
                if pause is not None and pause <= 0:
                    del self._waiting[key]
                    self._building = True
                    return key
                self._changed.wait(pause)

    def delivery(self, webhook_id, topic, resource_id, payload=None):
        """The signed message about a resource as it is now, not yet sent; None without it."""
        row = self.store.webhooks.get(webhook_id)
        if row is None or row["status"] != "active":
            return None
        payload = payload or self._payload(topic, resource_id)
        body = php.json_bytes(payload)
        resource, _dot, event = topic.partition(".")
        number = nonce_hash(webhook_id, int(self.store.now().timestamp()))
        headers = {
            "User-Agent": AGENT.format(self.store.version),
            "Accept": "*/*",
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.home()}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": sign(body, row["secret"]),
            "X-WC-Webhook-ID": str(webhook_id),
            "X-WC-Webhook-Delivery-ID": number,
            "Connection": "close",
        }
        # Delivery ids collide; the journal needs one of its own.
        own = f"{webhook_id}-{topic}-{resource_id}-{len(self.courier.journal) + 1}"
        return Delivery(own, topic, row["delivery_url"], headers, body, str(webhook_id))

    def _payload(self, topic, resource_id):
        """What the API would answer; only the id where the resource is gone or goes."""
        store, home = self.store, self.home()
        resource, _dot, event = topic.partition(".")
        rows = {"order": store.orders, "product": store.products, "customer": store.customers}
        row = rows.get(resource, {}).get(resource_id)
        if row is None or event == "deleted":
            return {"id": resource_id}
        if resource == "order":
            return order.payload(store, row, home)
        if resource == "customer":
            return customers.payload(store, row)
        return product.product_payload(store, row, home)

    def _on_result(self, delivery, received):
        with self.store.lock:
            row = self.store.webhooks.get(int(delivery.subscription or 0))
            if row is None:
                return
            if received:
                row["failure_count"] = 0
            else:
                webhook.failed(self.store, row)
