# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that are already fetched: the import flow beside bare ORM, and through the job runner.

The import works on a database with the addon, the bare side on one without it; the same orders,
customers and rights, a transaction an order. Both take their blocks alternately.
"""

import statistics
import time
from contextlib import closing

from _env import databases
from _env.console import SetupError, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .odoo_process import OdooProcess

ORDERS = 200
BLOCK = 10
WARM_UP = 20
TARGET_RATIO = 1.15
RUNNER_SECONDS = 300


def measure():
    with (
        databases.temporary(databases.addon_template(), "orders") as imported,
        databases.temporary(databases.base_template(), "bare") as bare,
        store.running() as control,
    ):
        control.configure(currency_code="USD")
        with step(f"{WARM_UP + ORDERS} orders placed in the store and fetched"):
            order_ids = store.place_orders(control, WARM_UP + ORDERS)
            with OdooProcess(imported, "orders") as odoo:
                described = store.describe(control)
                orders = odoo.call("prepare_import", store=described, order_ids=order_ids)
        databases.clone(imported, databases.own_name("runner"))
        skus = [variant["sku"] for variant in described["variants"]]
        blocks = _measure_blocks(imported, bare, skus, order_ids, orders)
        return [*blocks, _measure_runner(databases.own_name("runner"), len(order_ids))]


def _measure_blocks(imported, bare, skus, order_ids, orders):
    flow_seconds, bare_seconds = [], []
    with (
        step(f"{ORDERS} orders each way, in blocks of {BLOCK}"),
        OdooProcess(imported, "orders") as flow,
        OdooProcess(bare, "orders") as plain,
    ):
        plain.call("prepare_bare", skus=skus)
        for start in range(0, len(orders), BLOCK):
            block = slice(start, start + BLOCK)
            flow_seconds.append(flow.call("run_import", order_ids=order_ids[block]))
            bare_seconds.append(plain.call("run_bare", orders=orders[block]))
        done, expected = flow.call("summary"), plain.call("summary")
    if done != expected:
        raise SetupError("The two sides did not do the same", f"{done}\n{expected}")
    measured = slice(WARM_UP // BLOCK, None)
    value, limit = _per_order(flow_seconds[measured]), _per_order(bare_seconds[measured])
    return [Figure("import an order", value, "ms", limit, TARGET_RATIO)]


def _per_order(seconds):
    return statistics.median(seconds) / BLOCK * 1000


def _measure_runner(db, count):
    try:
        with closing(databases.connect(db)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("UPDATE storefront_snapshot SET next_try = NULL")
                # The job that imports was enqueued when the orders had been fetched.
                with (
                    step(f"{count} orders through the job runner"),
                    OdooServer(db, workers=4, channels="root:2"),
                ):
                    seconds = _wait_imported(cursor, count)
        return Figure("orders through the runner", count / seconds, "orders/s")
    finally:
        databases.drop(db)


def _wait_imported(cursor, count):
    deadline = time.monotonic() + RUNNER_SECONDS
    while time.monotonic() < deadline:
        cursor.execute(
            "SELECT count(*), extract(epoch FROM max(create_date) - min(create_date))"
            " FROM sale_order"
        )
        found, seconds = cursor.fetchone()
        if found == count:
            return float(seconds)
        time.sleep(0.5)
    raise SetupError(f"Only {found} of {count} orders came through in {RUNNER_SECONDS} s")
