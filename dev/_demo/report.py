# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demo prints on stdout: a line a step, a line a figure; and how it waits and fails."""

import contextlib
import statistics
import time


class StepFailed(Exception):
    """A step that didn't hold; the message says what was expected and what was found."""


class Report:
    """Steps and figures in the order they were reached. `holds`: whether every figure did."""

    def __init__(self):
        self.holds = True

    @contextlib.contextmanager
    def step(self, title):
        """Print the step with its seconds once it has succeeded.

        Yields a list: what the block appends to it is printed behind the title."""
        started = time.monotonic()
        details = []
        try:
            yield details
        except Exception:
            print(f"{time.monotonic() - started:7.1f} s  FAILED: {title}", flush=True)
            raise
        text = ": ".join([title, ", ".join(details)] if details else [title])
        print(f"{time.monotonic() - started:7.1f} s  {text}", flush=True)

    def lags(self, name, seconds, limit):
        """Print median and maximum of the lags beside their limit; all must be below it."""
        holds = max(seconds) < limit
        self.holds &= holds
        print(
            f"           {name} lag: median {statistics.median(seconds):.2f} s,"
            f" max {max(seconds):.2f} s of {len(seconds)}"
            f" (limit {limit} s: {'holds' if holds else 'DOES NOT HOLD'})",
            flush=True,
        )


def wait_for(condition, seconds, what, interval=0.1):
    """Call `condition` until it returns something true, and return that.

    Raises StepFailed, naming `what` was waited for, when `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise StepFailed(f"waited {seconds:.0f} s for {what}")
        time.sleep(interval)
    return found


def check_equal(what, found, expected):
    if found != expected:
        raise StepFailed(f"{what}: {found!r} instead of {expected!r}")
