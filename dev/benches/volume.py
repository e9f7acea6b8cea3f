# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a long history costs: the same work beside a million events, records and operations.

Two databases differ in nothing else: one has two hundred rows of each, so that every screen has a
page to show, the other a million more of the last three months, of two backends. A small shop of
another company has two hundred in both. Everything is done on both alternately, the first one in
turn.
"""

import contextlib
import statistics
from contextlib import closing

from _env import databases
from _env.console import SetupError, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .odoo_process import OdooProcess
from .webhook import Sender

ROWS = 1_000_000
PAGE = 200
TABLES = ("storefront_event", "storefront_snapshot", "storefront_operation")
WEBHOOKS = 300
BLOCKS, BLOCK = 24, 5
PUSHES = 24
OPENINGS = 100
WARM_UP = 2
TARGET_RATIO = 1.3


class Side:
    """One database with its storefront; `process` works in it."""

    def __init__(self, stack, purpose):
        self.control = stack.enter_context(store.running())
        self.control.begin()
        name = databases.own_name(purpose)
        databases.clone(databases.addon_template(), name)
        stack.callback(databases.drop, name)
        self.db = name
        self.process = stack.enter_context(OdooProcess(name, "volume"))
        self.path = self.process.call("prepare", store=self.control.describe())
        self._waiting = iter(store.place_orders(self.control, (WARM_UP + BLOCKS + 1) * BLOCK))

    def next_orders(self):
        return [next(self._waiting) for _number in range(BLOCK)]

    def fill(self, **numbers):
        self.process.call("fill", **numbers)

    def analyze(self):
        """Do what autovacuum has long done in a database of this age."""
        with closing(databases.connect(self.db)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")

    def count(self):
        with closing(databases.connect(self.db)) as connection, connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {name}" for name in TABLES))
            return [count for (count,) in cursor.fetchall()]


def measure():
    with contextlib.ExitStack() as stack:
        with step("Two databases, each with a storefront and orders"):
            full, empty = Side(stack, "full"), Side(stack, "empty")
        _fill(full, empty)
        figures = [
            *_measure_drains(full, empty),
            *_measure_screens(full, empty),
            *_measure_webhook(full, empty),
            _find_scans(full),
        ]
        return figures


def _fill(full, empty):
    with step(f"{ROWS} events, snapshots and operations"):
        for side in (full, empty):
            side.fill(small=True, start=50_001, count=PAGE, days=1, dead=2)
        full.fill(start=100_001, count=ROWS, days=89, dead=10_000)
        for side in (full, empty):
            side.fill(start=1, count=PAGE, days=1, dead=2)
            side.process.call("link_issues")
            side.analyze()
    counts = full.count()
    if min(counts) < ROWS:
        raise SetupError(f"Only {counts} rows are there")


def _pairs(full, empty, count, work):
    """Call `work(side)` on both sides alternately; return what came, one list a side."""
    results = {full: [], empty: []}
    for index in range(WARM_UP + count):
        for side in (full, empty) if index % 2 else (empty, full):
            results[side].append(work(side))
    return results[full][WARM_UP:], results[empty][WARM_UP:]


def _figure(name, full, empty):
    value, limit = (statistics.median(seconds) * 1000 for seconds in (full, empty))
    return Figure(name, value, "ms", limit, TARGET_RATIO)


def _measure_drains(full, empty):
    with step(f"{BLOCKS} pairs of {BLOCK} orders fetched and imported"):
        pairs = _pairs(
            full,
            empty,
            BLOCKS,
            lambda side: side.process.call("import_orders", order_ids=side.next_orders()),
        )
    for drain in ("fetch", "import"):
        seconds = [[times[drain] for times in side] for side in pairs]
        yield _figure(f"{drain} {BLOCK} orders", *seconds)
    with step(f"{PUSHES} pairs of stock pushes"):
        yield _figure(
            "push stock", *_pairs(full, empty, PUSHES, lambda side: side.process.call("push_stock"))
        )


def _measure_screens(full, empty):
    with step(f"{OPENINGS} pairs of every screen"):
        pairs = _pairs(full, empty, OPENINGS, lambda side: side.process.call("open_screens"))
    for name in pairs[0][0]:
        yield _figure(f"open {name}", *([times[name] for times in side] for side in pairs))


def _measure_webhook(full, empty):
    """Without runner and cron: what is stored waits."""
    options = {"workers": 2, "runner": False, "cron_threads": 0}
    with contextlib.ExitStack() as stack:
        senders = {}
        for side in (full, empty):
            server = stack.enter_context(OdooServer(side.db, **options))
            senders[side] = Sender(server.port, side.path, side.control)
        order_id = full.control.id_of(full.control.first_order())
        with step(f"{WEBHOOKS} pairs of webhooks"):
            pairs = _pairs(
                full, empty, WEBHOOKS, lambda side: senders[side].webhook(order_id) / 1000
            )
    yield _figure("acknowledge a webhook", *pairs)


def _find_scans(full):
    with step("Plans of every statement"):
        found = full.process.call("scans", order_ids=full.next_orders())
    if found["statements"] < len(TABLES):
        raise SetupError(f"Only {found['statements']} statements were seen")
    for statement in found["scans"]:
        print(f"reads a whole table: {' '.join(statement.split())}")
    return Figure("statements that read a whole table", len(found["scans"]), "", target=0)
