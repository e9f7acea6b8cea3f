# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast a webhook is acknowledged: beside a route that creates a row, and under load.

One server with two workers answers all requests. First nothing else happens: requests of both
kinds alternate, each webhook a new delivery of an order that is imported already, so that verify,
store and wake are paid for in full. Then the store brings new orders, and webhooks are timed while
the job runner fetches and imports them.
"""

import http.client
import itertools
import json
import time
from contextlib import closing

from _env import databases, odoo
from _env.console import SetupError, step
from _env.paths import ROOT, paths
from _env.server import OdooServer

from . import store
from .figures import Figure, percentile
from .odoo_process import OdooProcess

ADDONS = ROOT / "dev/benches/addons"
REQUESTS = 600
WARM_UP = 20
ORDERS = 300
TARGET_RATIO = 2.0
TARGET_P99_MS = 250.0
BASELINE = "/storefront_bench/row"
START_SECONDS = 60


def measure():
    with (
        databases.temporary(databases.addon_template(), "webhook") as db,
        store.running() as control,
    ):
        control.begin()
        order_ids = store.place_orders(control, ORDERS + 1)
        _install_baseline(db)
        with OdooProcess(db, "webhook") as process:
            path = process.call("prepare", store=control.describe())
        options = {"addons_path": odoo.addons_path(ADDONS)}
        # One job at a time leaves a worker to the webhooks, as the documentation asks for.
        with OdooServer(db, workers=2, channels="root:1", extra_conf=options) as server:
            sender = Sender(server.port, path, control)
            return [
                *_measure_alone(sender, order_ids[0]),
                *_measure_loaded(sender, db, order_ids[1:]),
            ]


def _install_baseline(db):
    configuration = odoo.write_configuration(db, {"addons_path": odoo.addons_path(ADDONS)})
    log = paths().local / f"{db}.log"
    arguments = ["-c", configuration, "-d", db, "-i", "storefront_bench", "--stop-after-init"]
    odoo.run(*arguments, "--no-http", log=log, what="Odoo could not install the baseline")
    configuration.unlink()
    log.unlink()


class Sender:
    """Sends requests as the storefront does, a connection each, and times the answers."""

    def __init__(self, port, path, store):
        self._port, self._path, self._store, self._secret = port, path, store, store.secret
        self._order, self._numbers = store.first_order(), itertools.count()

    def webhook(self, order_id):
        """Send a webhook of an order with an id of its own; return the milliseconds."""
        body = self._body(order_id)
        headers = self._store.webhook_headers(next(self._numbers), body, self._secret)
        return self._post(self._path, body, headers)

    def baseline(self, order_id):
        return self._post(BASELINE, self._body(order_id), {})

    def _body(self, order_id):
        return json.dumps({**self._order, "id": int(order_id)}).encode()

    def _post(self, path, body, headers):
        headers = {"Content-Type": "application/json", **headers}
        started = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            response.read()
        milliseconds = (time.perf_counter() - started) * 1000
        if response.status != 200:
            raise SetupError(f"{path} answered {response.status}")
        return milliseconds


def _measure_alone(sender, order_id):
    with step(f"{REQUESTS} webhooks, alternating with as many rows by ORM"):
        pairs = [
            (sender.webhook(order_id), sender.baseline(order_id))
            for _index in range(WARM_UP + REQUESTS)
        ][WARM_UP:]
    webhooks, rows = zip(*pairs, strict=True)
    return [
        Figure(
            "acknowledgement p50",
            percentile(webhooks, 50),
            "ms",
            percentile(rows, 50),
            TARGET_RATIO,
        ),
        Figure("acknowledgement p99", percentile(webhooks, 99), "ms"),
    ]


def _measure_loaded(sender, db, order_ids):
    with closing(databases.connect(db)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, step(f"{REQUESTS} webhooks during imports"):
            for order_id in order_ids:
                sender.webhook(order_id)
            before = _wait_importing(cursor)
            started = time.monotonic()
            times = [sender.webhook(order_ids[n % len(order_ids)]) for n in range(REQUESTS)]
            seconds = time.monotonic() - started
            imported = _count_orders(cursor) - before
            if _count_orders(cursor) == len(order_ids) + 1:
                raise SetupError("The imports ended before the last webhook was sent")
    return [
        Figure("p50 during imports", percentile(times, 50), "ms"),
        Figure("p99 during imports", percentile(times, 99), "ms", target=TARGET_P99_MS),
        Figure("orders imported meanwhile", imported / seconds, "orders/s"),
    ]


def _wait_importing(cursor):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        count = _count_orders(cursor)
        if count > 1:
            return count
        time.sleep(0.1)
    raise SetupError(f"No order was imported within {START_SECONDS} s")


def _count_orders(cursor):
    cursor.execute("SELECT count(*) FROM sale_order")
    return cursor.fetchone()[0]
