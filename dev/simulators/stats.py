# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often each operation was called and how long the simulator itself took for it."""

import threading


class Stats:
    def __init__(self):
        self._lock = threading.Lock()
        self._calls = {}

    def count(self, label, seconds):
        with self._lock:
            row = self._calls.setdefault(label, {"calls": 0, "seconds": 0.0})
            row["calls"] += 1
            row["seconds"] += seconds

    def clear(self):
        with self._lock:
            self._calls.clear()

    def as_dict(self):
        """{"calls": n, "seconds": s, "operations": {label: {"calls": n, "seconds": s}}}."""
        with self._lock:
            operations = {label: dict(row) for label, row in self._calls.items()}
        return {
            "calls": sum(row["calls"] for row in operations.values()),
            "seconds": sum(row["seconds"] for row in operations.values()),
            "operations": operations,
        }
