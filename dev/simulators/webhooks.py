# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delivers webhooks over real HTTP, with a platform's retries and with what goes wrong on the way.

A platform makes `Delivery` objects; the courier sends them from a pool of threads in the order
they fall due, tries again after the platform's delays, and tells the platform when one succeeded
or was given up. Tests may hold, drop, double, delay and shuffle deliveries.
"""

import heapq
import http.client
import itertools
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Delivery:
    """One message to one address, with its journal.

    `state`: waiting, held, sending, delivered, retrying, failed, dropped.
    """

    id: str
    topic: str
    url: str
    headers: dict
    body: bytes
    subscription: str = ""
    state: str = "waiting"
    attempts: list = field(default_factory=list)
    delay: float = 0.0

    def as_dict(self, with_body=True):
        return {
            "id": self.id,
            "topic": self.topic,
            "url": self.url,
            "subscription": self.subscription,
            "state": self.state,
            "attempts": list(self.attempts),
            "headers": dict(self.headers),
            "body": self.body.decode() if with_body else None,
        }


@dataclass
class Policy:
    """How a platform sends: seconds to answer in, delays before each retry (scaled by `scale`).

    `also_received`: statuses that count as received besides 2xx."""

    timeout: float = 5.0
    retries: tuple = ()
    scale: float = 1.0
    also_received: tuple = ()

    def is_received(self, status):
        return status is not None and (200 <= status < 300 or status in self.also_received)


def post(url, headers, body, timeout):
    """POST and return the status; raises OSError or HTTPException as the network does."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        response.read(64 * 1024)
        return response.status
    finally:
        connection.close()


class Courier:
    """Thread-safe. `on_result(delivery, ok)` is called at the end of a delivery's life."""

    def __init__(self, policy=None, workers=4, on_result=lambda delivery, ok: None, seed=0):
        self.policy = policy or Policy()
        self.on_result = on_result
        self.journal = []
        self._plans = deque()
        self._held = None
        self._random = random.Random(seed)
        self._queue = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._busy = 0
        self._ahead = 0.0
        for number in range(workers):
            name = f"courier-{number}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, delivery):
        """Send it, or do to it what the next plan or a hold says."""
        with self._ready:
            self.journal.append(delivery)
            plan = self._plans.popleft() if self._plans else {}
            if plan.get("action") == "drop":
                delivery.state = "dropped"
                return
            if self._held is not None:
                delivery.state = "held"
                self._held.append(delivery)
                return
            delay = plan.get("seconds", 0.0) if plan.get("action") == "delay" else delivery.delay
            for _copy in range(plan.get("times", 2) if plan.get("action") == "duplicate" else 1):
                self._push(delivery, delay)

    def plan(self, action, count=1, **options):
        """For the next `count` deliveries: drop, delay (seconds) or duplicate (times)."""
        if action not in ("drop", "delay", "duplicate"):
            raise ValueError(f"Unknown plan {action!r}; one of drop, delay, duplicate")
        with self._ready:
            self._plans.extend({"action": action, **options} for _ in range(count))

    def hold(self):
        """Keep what comes from now on until `release`."""
        with self._ready:
            self._held = self._held if self._held is not None else []

    def release(self, order="fifo"):
        """Send what was held: fifo, reversed or shuffled. Returns how many."""
        with self._ready:
            held, self._held = self._held or [], None
            self._arrange(held, order)
            for delivery in held:
                self._push(delivery, 0.0)
            return len(held)

    def redeliver(self, deliveries, times=1, order="shuffled"):
        """Send these again as they were (same body, same headers). Returns how many were sent."""
        copies = [delivery for delivery in deliveries for _ in range(times)]
        with self._ready:
            self._arrange(copies, order)
            for delivery in copies:
                self._push(delivery, 0.0)
        return len(copies)

    def advance(self, seconds):
        """Let time pass: what falls due is sent, a retry that fails counts from when it was due."""
        with self._ready:
            self._ahead += seconds
            self._ready.notify_all()

    def clear(self):
        """Forget the journal, the plans and everything that waits."""
        with self._ready:
            self.journal.clear()
            self._plans.clear()
            self._queue.clear()
            self._held = None

    def wait_idle(self, seconds):
        """Whether nothing is due or being sent any more; retries that wait for their time count."""
        with self._ready:
            return self._ready.wait_for(lambda: not self._queue and not self._busy, seconds)

    def _arrange(self, deliveries, order):
        if order == "shuffled":
            self._random.shuffle(deliveries)
        elif order == "reversed":
            deliveries.reverse()

    def _now(self):
        return time.monotonic() + self._ahead

    def _push(self, delivery, delay, since=None):
        due = (self._now() if since is None else since) + delay
        heapq.heappush(self._queue, (due, next(self._order), delivery))
        self._ready.notify_all()

    def _work(self):
        while True:
            due, delivery = self._take()
            try:
                self._send(delivery, due)
            finally:
                with self._ready:
                    self._busy -= 1
                    self._ready.notify_all()

    def _take(self):
        with self._ready:
            while True:
                pause = self._queue[0][0] - self._now() if self._queue else None
                if pause is not None and pause <= 0:
                    self._busy += 1
                    due, _number, delivery = heapq.heappop(self._queue)
                    return due, delivery
                self._ready.wait(pause)

    def _send(self, delivery, due):
        started = time.time()
        status, error = None, None
        delivery.state = "sending"
        try:
            status = post(delivery.url, delivery.headers, delivery.body, self.policy.timeout)
        except (OSError, http.client.HTTPException) as problem:
            error = type(problem).__name__
        seconds = round(time.time() - started, 4)
        attempt = {"at": started, "status": status, "error": error, "seconds": seconds}
        delivery.attempts.append(attempt)
        if self.policy.is_received(status):
            delivery.state = "delivered"
            self.on_result(delivery, True)
        else:
            self._retry(delivery, due)

    def _retry(self, delivery, due):
        failures = sum(not self.policy.is_received(one["status"]) for one in delivery.attempts)
        if failures > len(self.policy.retries):
            delivery.state = "failed"
            self.on_result(delivery, False)
            return
        delivery.state = "retrying"
        with self._ready:
            self._push(delivery, self.policy.retries[failures - 1] * self.policy.scale, due)
