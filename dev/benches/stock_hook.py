# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the stock hook costs whoever works in the warehouse: CPU time and queries.

A picking of 100 lines is reserved and validated on a database with the addon, every product sold
by a connected storefront, and on one without it, in turns.
"""

import statistics

from _env import databases
from _env.console import step

from .figures import Figure
from .odoo_process import OdooProcess

LINES = 100
PAIRS = 30
WARM_UP = 3
TARGET_RATIO = 1.05
TARGET_QUERIES = 2


def measure():
    with (
        databases.temporary(databases.addon_template(), "hooked") as hooked_db,
        databases.temporary(databases.base_template(), "unhooked") as bare_db,
        OdooProcess(hooked_db, "stock") as hooked,
        OdooProcess(bare_db, "stock") as bare,
    ):
        with step(f"{LINES} products in stock, with and without the addon"):
            hooked.call("prepare", lines=LINES, sold=True)
            bare.call("prepare", lines=LINES, sold=False)
        with step(f"{PAIRS} pairs of a picking reserved and validated"):
            pairs = [_pair(hooked, bare, number) for number in range(WARM_UP + PAIRS)][WARM_UP:]
        waiting = hooked.call("waiting")
    with_hook = statistics.median(pair[0]["cpu"] for pair in pairs)
    without = statistics.median(pair[1]["cpu"] for pair in pairs)
    ratio = statistics.median(pair[0]["cpu"] / pair[1]["cpu"] for pair in pairs)
    extra = statistics.median(pair[0]["queries"] - pair[1]["queries"] for pair in pairs)
    return [
        Figure("picking of 100 lines, CPU", with_hook * 1000, "ms", without * 1000),
        Figure("median ratio of the pairs", ratio, "ratio", target=TARGET_RATIO),
        Figure("extra queries on the user's cursor", extra, "queries", target=TARGET_QUERIES),
        Figure("jobs waiting for the storefront", waiting["jobs"], "jobs", target=1),
        Figure("changes noted", waiting["rows"], "rows"),
    ]


def _pair(hooked, bare, number):
    """Measure both sides, the one that begins taking turns."""
    if number % 2:
        second = bare.call("ship")
        return hooked.call("ship"), second
    return hooked.call("ship"), bare.call("ship")
