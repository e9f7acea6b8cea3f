# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Half an hour of warehouse work, sales, faults and killed workers, without reconciliation.

The long form of the test of the same name, see `tests/process/soak.py`.
"""

import sys
import tempfile
from pathlib import Path

from _demo.shopify import Storefront
from _env import databases
from _env.console import step
from _env.paths import ROOT

from .figures import Figure

sys.path.append(str(ROOT / "tests" / "process"))

MINUTES = 30
PRODUCTS = 60


def measure(minutes=MINUTES):
    from soak import Soak
    from world import World

    with (
        tempfile.TemporaryDirectory() as folder,
        databases.temporary(databases.addon_template(), "soak") as db,
        Storefront(PRODUCTS) as storefront,
    ):
        world = World(db, storefront, Path(folder))
        try:
            skus = list(world.product_ids)
            soak = Soak(world, skus, world.product_ids)
            with step(f"{minutes:g} minutes"):
                soak.run(minutes * 60)
            different, oversold = soak.differing(), soak.oversold()
            counts = soak.counts
            calls = storefront.control.stats()["calls"]
        finally:
            world.server.stop()
    return [
        Figure("warehouse operations", float(counts["moved"]), ""),
        Figure("orders placed", float(counts["sold"]), ""),
        Figure("workers killed", float(counts["killed"]), ""),
        Figure("users' calls that failed with them", float(counts["refused"]), ""),
        Figure("store calls", float(calls), ""),
        Figure("faults met", float(counts["faults"]), ""),
        Figure("variants that differ in the end", float(len(different)), "", target=0),
        Figure("units oversold by sync", float(sum(oversold.values())), "", target=0),
    ]
