# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A storm: every order announced again and again, in disorder, while workers die and calls fail.

Each event is delivered three times, all in one shuffled order. Half-way through, orders are paid
and cancelled in the store. One call in a hundred to the store fails, and two workers are killed.
In the end Odoo must hold what the store holds, once.
"""

import random
import time
from contextlib import closing
from decimal import Decimal

from _env import databases
from _env.console import SetupError, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .memory import MemoryWatch
from .odoo_process import OdooProcess
from .webhook_sender import Storm

ORDERS = 5_000
# Each is delivered three times: 100,000 webhooks.
EVENTS = 33_334
TIMES = 3
WORKERS, CHANNELS = 4, "root:3"
SENDERS = 6
# One worker in each half of the deliveries.
KILL_AT = 0.5
FAULTS = ("status", "html", "reset_before", "truncated", "http_429")
FAULT_SHARE = 0.01
PAID_LATER, CANCELLED = 0.2, 0.05
QUIET_SECONDS = 3600
GROWTH_TARGET = 1.1


def measure():
    with (
        databases.temporary(databases.addon_template(), "storm") as db,
        store.running() as control,
    ):
        control.begin()
        orders = _place_orders(control)
        with OdooProcess(db, "webhook") as process:
            path = process.call("prepare", store=control.describe())
        with OdooServer(db, workers=WORKERS, channels=CHANNELS) as server:
            return _Run(db, control, server, path, orders).measure()


def _place_orders(control):
    """Place the orders, some to be paid later; return {id: paid at once}."""
    with step(f"{ORDERS} orders placed"):
        chance = random.Random(1)
        paid = [chance.random() >= PAID_LATER for _number in range(ORDERS)]
        ids = store.place_orders(control, ORDERS, lambda number: {"paid": paid[number]})
        return dict(zip(ids, paid, strict=True))


class _Run:
    def __init__(self, db, control, server, path, orders):
        self._db, self._control, self._server = db, control, server
        self._orders, self._chance, self._cancelled = orders, random.Random(2), set()
        self._storm = Storm(server.port, path, control, SENDERS)

    def measure(self):
        for kind in FAULTS:
            self._control.add_fault(kind, probability=FAULT_SHARE / len(FAULTS), retry_after=1)
        with MemoryWatch(self._server) as memory:
            started = time.monotonic()
            self._send()
            sent = time.monotonic()
            with step("Until nothing waits"):
                self._wait_quiet()
            quiet = time.monotonic()
        return [
            Figure("deliveries", float(EVENTS * TIMES), ""),
            Figure("acknowledged", EVENTS * TIMES / (sent - started), "deliveries/s"),
            Figure("worked off", EVENTS * TIMES / (quiet - started), "deliveries/s"),
            Figure("last delivery to quiet", quiet - sent, "s"),
            Figure("sent again after a failure", float(self._storm.repeated), ""),
            Figure("calls to the store", float(self._control.stats()["calls"]), ""),
            Figure("faults met", float(self._faults_met()), ""),
            *self._compare(),
            Figure("growth of a worker's memory", memory.growth(), "", target=GROWTH_TARGET),
        ]

    def _send(self):
        first, second = self._plan()
        with step(f"{EVENTS} events delivered {TIMES} times"):
            self._storm.send(first, at={KILL_AT: self._kill_worker})
            self._change_orders()
            self._storm.send(second, at={KILL_AT: self._kill_worker})

    def _plan(self):
        """The deliveries before and after the orders change: each order has an event of its own
        for that, as the store sends one for each change."""
        ids = list(self._orders)
        events = [(number, ids[number % ORDERS]) for number in range(EVENTS)]
        changes, others = events[:ORDERS] * TIMES, events[ORDERS:] * TIMES
        self._chance.shuffle(others)
        half = EVENTS * TIMES // 2
        second = others[half:] + changes
        self._chance.shuffle(second)
        return others[:half], second

    def _change_orders(self):
        for order_id, is_paid in self._orders.items():
            reference = f"gid://shopify/Order/{order_id}"
            if not is_paid:
                self._control.pay_order(reference)
            elif self._chance.random() < CANCELLED:
                self._control.cancel_order(reference)
                self._cancelled.add(order_id)

    def _kill_worker(self):
        """SIGKILL the worker that works hardest: most likely in the middle of an import."""
        busiest = max(self._server.http_workers(), key=lambda worker: worker.cpu_percent(0.2))
        busiest.kill()

    def _wait_quiet(self):
        waiting = (
            "SELECT (SELECT count(*) FROM storefront_event WHERE state = 'pending')"
            " + (SELECT count(*) FROM storefront_snapshot WHERE state IN ('to_fetch', 'to_import'))"
            " + (SELECT count(*) FROM storefront_outbox)"
        )
        deadline = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            if not self._rows(waiting)[0][0]:
                return
            time.sleep(1)
        raise SetupError(f"Work was still waiting after {QUIET_SECONDS} s", self._server.log())

    def _compare(self):
        """How Odoo differs from the store: each figure must be 0."""
        totals = {
            self._control.id_of(order): Decimal(order["total"]) for order in self._control.orders()
        }
        found = self._rows("SELECT storefront_external_id, amount_total, state FROM sale_order")
        imported = [row[0] for row in found]
        # One that was cancelled before it was first seen isn't imported: that is no loss.
        absent = set(totals) - self._cancelled - set(imported)
        expected = {key: "cancel" if key in self._cancelled else "sale" for key in totals}
        different = [row for row in found if row[1:] != (totals[row[0]], expected[row[0]])]
        emails = self._rows("SELECT email FROM res_partner WHERE email LIKE 'ada%@example.com'")
        events = self._rows("SELECT count(*) FROM storefront_event")[0][0]
        return [
            Figure("events lost", float(EVENTS - events), "", target=0),
            Figure("orders lost", float(len(absent)), "", target=0),
            Figure("orders double", float(len(imported) - len(set(imported))), "", target=0),
            Figure("orders unlike the store's", float(len(different)), "", target=0),
            Figure("customers double", float(len(emails) - len(set(emails))), "", target=0),
            Figure("issues open", float(self._rows(_OPEN_ISSUES)[0][0]), "", target=0),
            Figure("dead letters", float(self._rows(_DEAD)[0][0]), "", target=0),
        ]

    def _faults_met(self):
        return sum(fault["hits"] for fault in self._control.faults())

    def _rows(self, query):
        with closing(databases.connect(self._db)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


_OPEN_ISSUES = "SELECT count(*) FROM storefront_issue WHERE state = 'open'"
_DEAD = "SELECT count(*) FROM storefront_snapshot WHERE state IN ('dead', 'requires_attention')"
