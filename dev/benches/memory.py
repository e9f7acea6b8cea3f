# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What memory the workers of a server take over time."""

import contextlib
import statistics
import threading

import psutil

SAMPLE_SECONDS = 2.0
# A worker loads what it needs during its first requests: that isn't growth.
WARM_UP_SHARE = 0.2
LEAST_SAMPLES = 20


class MemoryWatch:
    """Samples the private memory of each HTTP worker of `server` during the block.

    `warm_up`: the share of the block that doesn't count."""

    def __init__(self, server, warm_up=WARM_UP_SHARE):
        self._server, self._warm_up, self._samples = server, warm_up, {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        self._thread.join()

    def growth(self):
        """The most any worker's memory grew: median of its last tenth ÷ of the tenth after warm-up.

        Workers that lived too briefly to tell don't count. Raises ValueError where none did."""
        return max(
            _ratio(series, self._warm_up)
            for series in self._samples.values()
            if len(series) >= LEAST_SAMPLES
        )

    def _watch(self):
        while not self._stop.wait(SAMPLE_SECONDS):
            for worker in self._server.http_workers():
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    memory = worker.memory_full_info().uss
                    self._samples.setdefault(worker.pid, []).append(memory)


def _ratio(series, warm_up):
    tenth = max(len(series) // 10, 1)
    start = round(len(series) * warm_up)
    return statistics.median(series[-tenth:]) / statistics.median(series[start : start + tenth])
