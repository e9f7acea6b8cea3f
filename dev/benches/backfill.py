# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A history imported by hand, from the preview to the last order, by the job runner.

While it goes on the store announces an order now and then: how long that one takes beside how many
old ones is a figure too.
"""

import itertools
import statistics
import time
from contextlib import closing

from _env import databases
from _env.console import SetupError, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .memory import MemoryWatch
from .odoo_process import OdooProcess
from .webhook import Sender

ORDERS = 10_000
# What workers load during their first orders isn't growth.
WARM_UP = 1_000
WORKERS, CHANNELS = 4, "root:2"
PATIENCE_SECONDS = 6 * 3600
TODAY_SECONDS = 30
# Orders that are placed at once, and orders of today that come while the history is imported.
PLACED_AT_ONCE = 500
TODAYS = 20
TARGET_CALLS = 10
TARGET_GROWTH = 1.1
TARGET_TODAY_SECONDS = 10.0


def measure(orders=ORDERS):
    with (
        databases.temporary(databases.addon_template(), "backfill") as db,
        store.running() as control,
    ):
        control.begin()
        with step(f"{orders} orders placed"):
            for start in range(0, orders, PLACED_AT_ONCE):
                store.place_orders(control, min(PLACED_AT_ONCE, orders - start), start=start)
        with OdooProcess(db, "backfill") as process:
            path = process.call("prepare", store=control.describe())
            with OdooServer(db, workers=WORKERS, channels=CHANNELS) as server:
                return _Run(db, control, process, server, path, orders).measure()


class _Run:
    def __init__(self, db, control, process, server, path, orders):
        self._db, self._control, self._process, self._server = db, control, process, server
        self._path, self._orders = path, orders
        self._todays = []

    def measure(self):
        with step(f"{self._orders} orders read for the preview"):
            started = time.monotonic()
            self._process.call("read")
            self._wait(lambda: self._state() == "to_review")
            read_seconds = time.monotonic() - started
            found = self._count("to_create")
        if found != self._orders:
            raise SetupError(f"The preview shows {found} orders to create")
        self._control.reset_stats()
        self._process.call("apply")
        warm_up = min(WARM_UP, self._orders // 4)
        with step(f"The first {warm_up} orders imported"):
            self._wait(lambda: self._imported() >= warm_up)
        with step("The others"), MemoryWatch(self._server, warm_up=0.0) as memory:
            first, started = self._imported(), time.monotonic()
            self._place_todays_orders(first)
            self._wait(lambda: self._state() == "done")
            seconds = time.monotonic() - started
        calls = self._control.stats()["calls"] - len(self._todays)
        return [
            Figure("orders read for the preview", self._orders / read_seconds, "orders/s"),
            Figure("orders imported", (self._orders - first) / seconds, "orders/s"),
            Figure(
                "store calls per 100 orders", 100 * calls / self._orders, "", None, TARGET_CALLS
            ),
            Figure("an order of today, meanwhile", self._today(), "s", None, TARGET_TODAY_SECONDS),
            Figure("growth of a worker's memory", memory.growth(), "", None, TARGET_GROWTH),
            *self._compare(),
        ]

    def _place_todays_orders(self, imported):
        """Have the store announce orders, evenly over the import; note how long each took."""
        sender = Sender(self._server.port, self._path, self._control)
        for number in range(1, TODAYS + 1):
            due = imported + (self._orders - imported) * number // (TODAYS + 1)
            self._wait(lambda due=due: self._imported() >= due)
            started = time.monotonic()
            # Even numbers: each comes with a new customer.
            (order_id,) = store.place_orders(self._control, 1, start=self._orders + 2 * number)
            sender.webhook(order_id)
            self._wait(lambda one=order_id: self._is_here(one), TODAY_SECONDS, 0.05)
            self._todays.append(time.monotonic() - started)

    def _today(self):
        return statistics.median(self._todays)

    def _compare(self):
        """How Odoo differs from the store: each figure must be 0."""
        placed = set(map(self._control.id_of, self._control.orders()))
        found = [row[0] for row in self._rows("SELECT storefront_external_id FROM sale_order")]
        old = "FROM sale_order WHERE storefront_import_id IS NOT NULL"
        pickings = f"SELECT count(*) FROM stock_picking WHERE sale_id IN (SELECT id {old})"
        failed = "SELECT count(*) FROM storefront_import_line WHERE state != 'created'"
        return [
            Figure("orders lost", float(len(placed - set(found))), "", target=0),
            Figure("orders double", float(len(found) - len(set(found))), "", target=0),
            Figure("orders failed", float(self._rows(failed)[0][0]), "", target=0),
            Figure("deliveries of old orders", float(self._rows(pickings)[0][0]), "", target=0),
        ]

    # what the database says

    def _imported(self):
        return self._rows("SELECT count(*) FROM sale_order WHERE storefront_import_id > 0")[0][0]

    def _is_here(self, order_id):
        query = "SELECT count(*) FROM sale_order WHERE storefront_external_id = %s"
        return self._rows(query, order_id)[0][0]

    def _state(self):
        return self._rows("SELECT state FROM storefront_import")[0][0]

    def _count(self, state):
        query = "SELECT count(*) FROM storefront_import_line WHERE state = %s"
        return self._rows(query, state)[0][0]

    def _rows(self, query, *params):
        with closing(databases.connect(self._db)) as connection, connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()

    def _wait(self, is_so, seconds=PATIENCE_SECONDS, pause=1.0):
        deadline = time.monotonic() + seconds
        for _try in itertools.count():
            if is_so():
                return
            if time.monotonic() > deadline:
                raise SetupError(f"Nothing came of it in {seconds} s", self._server.log())
            time.sleep(pause)
