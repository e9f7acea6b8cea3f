# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that are already fetched: the import flow beside bare ORM, and through the job runner;
to the confirmed order, and on to the invoice that is paid.

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
CHAINED = 100
BLOCK = 10
WARM_UP = 20
TARGET_RATIO = 1.15
CHAIN_RATIO = 1.2
RUNNER_SECONDS = 300


def measure():
    with (
        databases.temporary(databases.addon_template(), "orders") as imported,
        databases.temporary(databases.base_template(), "bare") as bare,
        store.running() as control,
    ):
        control.configure(currency_code="USD")
        count = WARM_UP + ORDERS + WARM_UP + CHAINED
        with step(f"{count} orders placed in the store and fetched"):
            order_ids = store.place_orders(control, count)
            with OdooProcess(imported, "orders") as odoo:
                described = store.describe(control)
                orders = odoo.call("prepare_import", store=described, order_ids=order_ids)
        databases.clone(imported, databases.own_name("runner"))
        skus = [variant["sku"] for variant in described["variants"]]
        blocks = _measure_blocks(imported, bare, skus, order_ids, orders)
        return [*blocks, _measure_runner(databases.own_name("runner"), len(order_ids))]


def _measure_blocks(imported, bare, skus, order_ids, orders):
    with OdooProcess(imported, "orders") as flow, OdooProcess(bare, "orders") as plain:
        plain.call("prepare_bare", skus=skus)
        sides = flow, plain
        cut = WARM_UP + ORDERS
        with step(f"{ORDERS} orders each way, in blocks of {BLOCK}"):
            confirmed = _alternate(*sides, order_ids[:cut], orders[:cut])
        flow.call("begin_chain")
        with step(f"{CHAINED} orders each way, to the paid invoice"):
            chained = _alternate(*sides, order_ids[cut:], orders[cut:], chain=True)
        done, expected = flow.call("summary"), plain.call("summary")
    if done != expected:
        raise SetupError("The two sides did not do the same", f"{done}\n{expected}")
    return [
        Figure("import an order", *_per_order(confirmed), TARGET_RATIO),
        Figure("import, invoice and pay an order", *_per_order(chained), CHAIN_RATIO),
    ]


def _alternate(flow, plain, order_ids, orders, chain=False):
    """Have both sides take their blocks in turn; return the seconds of each block and side."""
    seconds = []
    for start in range(0, len(orders), BLOCK):
        block = slice(start, start + BLOCK)
        seconds.append(
            (
                flow.call("run_import", order_ids=order_ids[block]),
                plain.call("run_bare", orders=orders[block], chain=chain),
            )
        )
    return seconds[WARM_UP // BLOCK :]


def _per_order(seconds):
    """Return value, unit and limit of a figure."""
    value, limit = (statistics.median(side) / BLOCK * 1000 for side in zip(*seconds, strict=True))
    return value, "ms", limit


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
