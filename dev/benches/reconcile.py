# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All stock compared: two warehouses, four quants a variant, a few quantities edited in the store,
which shows a number a warehouse, or one of both.

The comparison is everything but the calls: reading links and stock, computing, comparing, noting.
Beside it the bare grouped SQL. Both are done alternately, so that what disturbs the machine
disturbs both, and the medians count. Then once more with four times the variants.
"""

import statistics
from math import ceil

from _env import databases
from _env.console import SetupError, step

from . import store
from .figures import Figure
from .odoo_process import OdooProcess

VARIANTS = 50_000
TIMES_LARGER = 4
EDITED = 50
RUNS = 5
SEEDED_AT_ONCE = 20_000
# Free in the two warehouses, as `inside.catalogue` has it.
FREE = (100, 70)
TARGET_RATIO = 3.0
TARGET_CALLS = 1.05
TARGET_MEMORY = 300.0
# At most linear; what is beyond is the noise of a machine shared with others.
TARGET_GROWTH = 1.1


def measure(variants=VARIANTS, platform="shopify"):
    small, figures = _measure(variants, platform)
    large, more = _measure(variants * TIMES_LARGER, platform)
    growth = large / TIMES_LARGER
    return [
        *figures,
        *more,
        Figure(
            f"compare a variant, {variants * TIMES_LARGER} beside {variants}",
            1e6 * growth / variants,
            "µs",
            1e6 * small / variants,
            TARGET_GROWTH,
        ),
    ]


def fill(control, variants, prefix="REC"):
    """Have the store sell `variants`, as many as are free; the SKUs are `prefix` and a number."""
    for start in range(0, variants, SEEDED_AT_ONCE):
        count = min(SEEDED_AT_ONCE, variants - start)
        # Each part begins with number 1.
        control.fill(count, f"{prefix}{start or ''}", control.places(FREE))


def _measure(variants, platform):
    """Return (seconds of the comparison, figures)."""
    with (
        databases.temporary(databases.addon_template(), "reconcile") as db,
        store.running(0, platform) as control,
    ):
        control.begin()
        with step(f"{variants} variants in the store and in Odoo"):
            fill(control, variants)
            described = control.describe()
            with OdooProcess(db, "reconcile") as process:
                process.call("prepare", store=described)
        edited = described["variants"][:: max(variants // EDITED, 1)][:EDITED]
        with step("Compared"), OdooProcess(db, "reconcile") as process:
            runs = [_run(control, process, edited, variants) for _time in range(RUNS)]
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    own, calls = middle["own_seconds"], max(run["calls"] for run in runs)
    fewest = ceil(variants / control.BATCH)
    grown = max(run["grown"] for run in runs)
    return own, [
        Figure(f"compute and compare, {variants} variants", own, "s", middle["bare"], TARGET_RATIO),
        Figure("store calls", float(calls), "", float(fewest), TARGET_CALLS),
        Figure("the calls' time", middle["call_seconds"], "s"),
        Figure("all of it, repairs included", middle["total_seconds"], "s"),
        Figure("growth of memory, peak", grown / 2**20, "MB", target=TARGET_MEMORY),
    ]


def _run(control, process, edited, variants):
    """Edit some quantities in the store and have them put right; return what it took."""
    for variant in edited:
        control.set_stock(variant["sku"], 7)
    control.reset_stats()
    bare = process.call("bare")
    done = process.call("reconcile")
    found = (done.pop("state"), *(done.pop(name) for name in ("variants", "drift", "repaired")))
    if found != ("done", variants, EDITED, EDITED):
        raise SetupError(f"It found something else: {found}")
    return {**done, "bare": bare, "calls": sum(map(control.calls, control.READS))}
