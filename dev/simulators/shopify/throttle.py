# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The leaky bucket of an app on a store: a query needs its requested cost, pays its actual one."""

import threading
import time
from dataclasses import dataclass, field

# Restore rates of https://shopify.dev/docs/api/usage/limits; a bucket holds twenty seconds' worth.
PLANS = {
    "basic": ("Basic", 2000, 100),
    "advanced": ("Advanced", 4000, 200),
    "plus": ("Shopify Plus", 20000, 1000),
    "enterprise": ("Commerce Components", 40000, 2000),
}


@dataclass
class Bucket:
    maximum: float = 2000
    rate: float = 100
    clock: object = time.monotonic
    _level: float = None
    _seen: float = 0.0
    _lock: object = field(default_factory=threading.Lock)

    def take(self, cost):
        """Take `cost` points; False when there are not enough."""
        with self._lock:
            self._refill()
            if cost > self._level:
                return False
            self._level -= cost
            return True

    def give_back(self, points):
        with self._lock:
            self._level = min(self.maximum, self._level + points)

    def drain(self):
        """Leave nothing, as another process of the same app would."""
        with self._lock:
            self._refill()
            self._level = 0.0

    def status(self):
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": float(self.maximum),
                "currentlyAvailable": int(self._level),
                "restoreRate": float(self.rate),
            }

    def _refill(self):
        now = self.clock()
        if self._level is None:
            self._level = self.maximum
        else:
            passed = now - self._seen
            self._level = min(self.maximum, self._level + passed * self.rate)
        self._seen = now
