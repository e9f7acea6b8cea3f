# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the hook on stock costs the warehouse: people's work with and without the addon.

Two Odoo processes on equal data, one with the addon and each product linked to a storefront, one
without, work alternately. CPU time, because the machine's other work must not count. Where a
process's memory happens to lie makes it some per cent faster or slower than another one that does
the same, so both are started again now and then. Then four
warehouse workers at once, none of whom touches what another one does: what makes one of them start
again is ours.
"""

import statistics
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from _env import databases
from _env.console import SetupError, step

from . import store
from .figures import Figure
from .odoo_process import OdooProcess

PRODUCTS = 1000
# Work -> its lines, and how often each of its clicks marks a product.
WORKS = {"receipt": 100, "delivery": 100, "inventory": PRODUCTS}
SESSIONS = 6
PAIRS = 30 // SESSIONS
WARM_UP = 1
WORKERS = 4
OPERATIONS = 2000
TARGET_RATIO = 1.05
TARGET_QUERIES = 2


def measure():
    with (
        databases.temporary(databases.addon_template(), "hook") as with_addon,
        databases.temporary(databases.base_template(), "bare") as without,
        store.running(PRODUCTS) as control,
    ):
        control.begin()
        described = control.describe()
        skus = [variant["sku"] for variant in described["variants"]]
        with _both(with_addon, without) as (hooked, bare):
            hooked.call("prepare", skus=skus, store=described)
            bare.call("prepare", skus=skus)
        figures = []
        for work, lines in WORKS.items():
            pairs = []
            with step(f"{SESSIONS} times {PAIRS} pairs: {work} of {lines} lines"):
                for _session in range(SESSIONS):
                    with _both(with_addon, without) as (hooked, bare):
                        pairs += _compare(hooked, bare, work, lines)
            figures += _figures(work, pairs)
        with step(f"{WORKERS} workers, {OPERATIONS} operations"):
            conflicts = _operate(with_addon)
        with OdooProcess(with_addon, "stock_hook") as hooked:
            jobs = hooked.call("waiting")["jobs"]
    return [
        *figures,
        Figure(f"conflicts of {WORKERS} workers", conflicts, "transactions", target=0),
        Figure("jobs that wait to push it all", jobs, "jobs", target=1),
    ]


@contextmanager
def _both(with_addon, without):
    with (
        OdooProcess(with_addon, "stock_hook") as hooked,
        OdooProcess(without, "stock_hook") as bare,
    ):
        yield hooked, bare


def _compare(hooked, bare, work, lines):
    """Return what both sides took for each pair of work, the first ones left out."""
    before = hooked.call("waiting")["rows"]
    pairs = [_pair(hooked, bare, index, work, lines) for index in range(WARM_UP + PAIRS)]
    noted = hooked.call("waiting")["rows"] - before
    # Reserving and leaving change what is free, each once a product.
    if noted != lines * sum(side["clicks"] for side, _bare in pairs):
        raise SetupError(f"{work}: every click must note each product once, not {noted} in all")
    return pairs[WARM_UP:]


def _pair(hooked, bare, index, work, lines):
    """Run one piece of work on each side, the first one in turn."""
    order = [hooked, bare] if index % 2 else [bare, hooked]
    results = {process: process.call("run", work=work, lines=lines) for process in order}
    return results[hooked], results[bare]


def _figures(work, pairs):
    value, limit = (
        statistics.median(side["seconds"] for side in sides) * 1000
        for sides in zip(*pairs, strict=True)
    )
    ratio = statistics.median(one["seconds"] / other["seconds"] for one, other in pairs)
    # Core alone varies by one query from run to run (moves written at once or in two parts), so the
    # most on either side are compared.
    hooked, bare = (max(side["queries"] for side in sides) for sides in zip(*pairs, strict=True))
    return [
        Figure(f"{work}: CPU time, medians", value, "ms", limit),
        Figure(f"{work}: CPU time, median of the pairs' ratios", ratio, "×", target=TARGET_RATIO),
        Figure(f"{work}: extra queries", hooked - bare, "queries", target=TARGET_QUERIES),
    ]


def _operate(db):
    """Have all workers deliver at once; return how many transactions had to be repeated."""
    with ExitStack() as stack, ThreadPoolExecutor(WORKERS) as pool:
        workers = [stack.enter_context(OdooProcess(db, "stock_hook")) for _one in range(WORKERS)]
        counts = pool.map(
            lambda index: workers[index].call(
                "operate", worker=index, workers=WORKERS, count=OPERATIONS // WORKERS
            ),
            range(WORKERS),
        )
        return sum(counts)
