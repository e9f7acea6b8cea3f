# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often each operation was called and how long the simulator itself took for it."""

import contextlib
import threading
import time


class Stats:
    def __init__(self):
        self._lock = threading.Lock()
        self._calls = {}
        self._at_work, self._since, self._busy = 0, 0.0, 0.0

    @contextlib.contextmanager
    def working(self):
        """Time spent in this block is the simulator's own, counted once where calls overlap."""
        with self._lock:
            if not self._at_work:
                self._since = time.perf_counter()
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1
                if not self._at_work:
                    self._busy += time.perf_counter() - self._since

    def count(self, label, seconds):
        with self._lock:
            row = self._calls.setdefault(label, {"calls": 0, "seconds": 0.0})
            row["calls"] += 1
            row["seconds"] += seconds

    def clear(self):
        with self._lock:
            self._calls.clear()
            self._busy, self._since = 0.0, time.perf_counter()

    def as_dict(self):
        """{"calls": n, "seconds": s, "busy": s, "operations": {label: {"calls": n, "seconds": s}}}.

        ``seconds`` adds up what calls took, ``busy`` is how long any was worked on, from its
        request's arrival until its answer was sent."""
        with self._lock:
            operations = {label: dict(row) for label, row in self._calls.items()}
            busy = self._busy
        return {
            "calls": sum(row["calls"] for row in operations.values()),
            "seconds": sum(row["seconds"] for row in operations.values()),
            "busy": busy,
            "operations": operations,
        }
