# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a commit in Odoo to the store: a whole catalogue at once, then one product at a time.

Everything is sent by the real job runner, of a server that has started and has nothing else to do.
The single changes happen while orders come in. What isn't the store's own time counts as ours: the
runner's and PostgreSQL's too, and the wire's.
"""

import statistics
import threading
import time
from contextlib import closing

from _env import databases
from _env.console import SetupError, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .odoo_process import OdooProcess
from .reconcile import FREE, fill
from .webhook_sender import Storm

VARIANTS = 10_000
UNITS = 3
ROUNDS = 5
SINGLES, ORDERS = 50, 200
SENDERS = 2
WORKERS, CHANNELS = 4, "root:4"
PATIENCE_SECONDS = 600
# The runner says so when it takes jobs, some seconds after its server has started.
RUNNER_READY = "database connections ready"
TARGET_FURTHER_CALLS = 2
TARGET_SHARE = 0.5
TARGET_SINGLE_SECONDS = 2.0


def measure(variants=VARIANTS, platform="shopify"):
    with (
        databases.temporary(databases.addon_template(), "push") as db,
        store.running(0, platform) as control,
    ):
        control.begin()
        with step(f"{variants} variants in the store and in Odoo"):
            fill(control, variants, prefix="SIM")
            described = control.describe()
        with OdooProcess(db, "stock_push") as process:
            path = process.call("prepare", store=described)
            with OdooServer(db, workers=WORKERS, channels=CHANNELS) as server:
                run = _Run(db, control, process, server, path, described["variants"])
                return [*run.measure_all(), *run.measure_singles()]


class _Run:
    def __init__(self, db, control, process, server, path, variants):
        self._db, self._control, self._process, self._server = db, control, process, server
        self._path, self._skus = path, [variant["sku"] for variant in variants]

    def measure_all(self):
        """Change every variant at both locations, in one transaction; so several times."""
        self._wait(lambda: RUNNER_READY in self._server.log() and not self._has_jobs())
        further, seconds, busy = zip(*map(self._change_all, range(ROUNDS)), strict=True)
        shares = [1 - one / whole for one, whole in zip(busy, seconds, strict=True)]
        return [
            Figure("calls beyond the fewest", max(further), "", None, TARGET_FURTHER_CALLS),
            Figure("commit to the store's last change, median", statistics.median(seconds), "s"),
            Figure("of that in the store, median", statistics.median(busy), "s"),
            Figure("share of our code, median", statistics.median(shares), "", None, TARGET_SHARE),
        ]

    def _change_all(self, number):
        """Return the calls beyond the fewest, the seconds it took, and those in the store."""
        self._wait(lambda: not self._has_jobs())
        self._control.reset_stats()
        with step(f"{len(self._skus)} changes sent"):
            committed = self._process.call("change_all", units=UNITS)
            self._wait(lambda: not self._waiting())
        seconds = self._sent_at() - committed
        stats = self._control.stats()
        added = UNITS * (number + 1)
        for sku in (self._skus[0], self._skus[-1]):
            shown = self._control.shown(sku)
            if shown != self._control.places(quantity + added for quantity in FREE):
                raise SetupError(f"{sku} shows {shown}")
        # Others' calls (webhooks checked, orders polled) aren't stock's.
        calls = map(self._control.calls, self._control.PUSHES)
        return sum(calls) - self._control.fewest_pushes(len(self._skus)), seconds, stats["busy"]

    def measure_singles(self):
        """Change one variant after the other while orders come in, a few before each change."""
        orders = store.place_orders(self._control, ORDERS)
        storm = Storm(self._server.port, self._path, self._control, SENDERS)
        each = ORDERS // SINGLES
        times, left = [], []
        with step(f"{SINGLES} single changes while {ORDERS} orders come in"):
            for number in range(SINGLES):
                first = number * each
                batch = [(one, orders[one]) for one in range(first, first + each)]
                sender = threading.Thread(target=storm.send, args=(batch, {}))
                sender.start()
                times.append(self._change_one(number))
                left.append(ORDERS - self._imported())
                sender.join()
            self._wait(lambda: self._imported() == ORDERS)
        return [
            Figure(
                "a single change, median",
                statistics.median(times),
                "s",
                None,
                TARGET_SINGLE_SECONDS,
            ),
            Figure("a single change, the slowest", max(times), "s"),
            Figure("of them while orders were imported", sum(map(bool, left)), "changes"),
        ]

    def _change_one(self, number):
        # Not one of those the orders are of.
        place = store.SKU_COUNT + number
        expected = self._level(self._skus[place]) + 1
        committed = self._process.call("change_one", number=place, units=1)
        self._wait(lambda: self._level(self._skus[place]) == expected, 0.01)
        return time.time() - committed

    def _level(self, sku):
        return self._control.shown(sku)[0]

    def _imported(self):
        return self._count("sale_order WHERE storefront_external_id > ''")

    def _has_jobs(self):
        return self._count(
            "queue_job WHERE state IN ('enqueued', 'started') OR state = 'pending'"
            " AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')"
        )

    def _waiting(self):
        # Not counted: what is measured shares two cores with this.
        return self._rows("SELECT EXISTS (SELECT 1 FROM storefront_outbox)")[0][0]

    def _sent_at(self):
        """The time of the last batch sent, as the log has it."""
        query = (
            "SELECT extract(epoch FROM max(write_date AT TIME ZONE 'UTC'))::float8"
            " FROM storefront_operation WHERE type = 'stock_push'"
        )
        return self._rows(query)[0][0]

    def _count(self, table):
        return self._rows(f"SELECT count(*) FROM {table}")[0][0]

    def _rows(self, query):
        with closing(databases.connect(self._db)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def _wait(self, is_so, pause=0.1):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise SetupError(f"Nothing came of it in {PATIENCE_SECONDS} s", self._server.log())
            time.sleep(pause)
