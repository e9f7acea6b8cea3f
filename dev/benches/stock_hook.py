# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the hook on stock costs the warehouse: a delivery of 100 lines with and without the addon.

Two Odoo processes on equal data, one with the addon and each product linked to a storefront, one
without, work alternately. CPU time, because the machine's other work must not count.
"""

import statistics

from _env import databases
from _env.console import SetupError, step

from . import store
from .figures import Figure
from .odoo_process import OdooProcess

LINES = 100
PAIRS = 30
WARM_UP = 2
TARGET_RATIO = 1.05
TARGET_QUERIES = 2


def measure():
    with (
        databases.temporary(databases.addon_template(), "hook") as with_addon,
        databases.temporary(databases.base_template(), "bare") as without,
        store.running(LINES) as control,
        OdooProcess(with_addon, "stock_hook") as hooked,
        OdooProcess(without, "stock_hook") as bare,
    ):
        control.configure(currency_code="USD")
        described = store.describe(control)
        skus = [variant["sku"] for variant in described["variants"]]
        hooked.call("prepare", skus=skus, store=described)
        bare.call("prepare", skus=skus)
        before = hooked.call("waiting")
        with step(f"{PAIRS} pairs of deliveries of {LINES} lines"):
            pairs = [_pair(hooked, bare, index) for index in range(WARM_UP + PAIRS)]
        after = hooked.call("waiting")
        if after["rows"] - before["rows"] != 2 * LINES * len(pairs):
            raise SetupError("The hook must mark each product twice: when reserved, when gone")
    return [
        *_figures(pairs[WARM_UP:]),
        Figure("jobs that wait to push it all", after["jobs"], "jobs", target=1),
    ]


def _pair(hooked, bare, index):
    """Run one delivery on each side, the first one in turn."""
    order = [hooked, bare] if index % 2 else [bare, hooked]
    results = {process: process.call("run") for process in order}
    return results[hooked], results[bare]


def _figures(pairs):
    value, limit = (
        statistics.median(side["seconds"] for side in sides) * 1000
        for sides in zip(*pairs, strict=True)
    )
    ratio = statistics.median(one["seconds"] / other["seconds"] for one, other in pairs)
    # Core alone varies by one query from run to run (moves written at once or in two parts), so the
    # most on either side are compared.
    hooked, bare = (max(side["queries"] for side in sides) for sides in zip(*pairs, strict=True))
    return [
        Figure("CPU time, medians", value, "ms", limit),
        Figure("CPU time, median of the pairs' ratios", ratio, "×", target=TARGET_RATIO),
        Figure("extra queries", hooked - bare, "queries", target=TARGET_QUERIES),
    ]
