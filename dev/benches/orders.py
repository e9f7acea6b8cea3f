# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that are already fetched: the import flow beside bare ORM, and through the job runner.

The import works on a database with the addon, the bare side on one without it; the same orders,
customers and rights, a transaction an order; and, to show what of the difference is batches, as
many a transaction as an import takes. All take their blocks alternately. Once an order is
created and confirmed, once it goes the whole way: invoiced, posted and paid as well. Then a burst
of webhooks shows how many calls the store gets for a hundred orders.
"""

import statistics
import time
from contextlib import ExitStack, closing

from _env import databases
from _env.console import SetupError, say, step
from _env.server import OdooServer

from . import store
from .figures import Figure
from .odoo_process import OdooProcess
from .webhook_sender import Storm

ORDERS = 200
BLOCK = 10
TOGETHER = 4  # as many as an import claims
WARM_UP = 20
TARGET_RATIO = 1.15
TARGET_CHAIN_RATIO = 1.2
RUNNER_SECONDS = 300
BURST = 100
SENDERS = 4
TARGET_CALLS = 10


def measure(platform="shopify"):
    with ExitStack() as stack:
        imported = _temporary(stack, databases.addon_template(), "orders")
        control = stack.enter_context(store.running(platform=platform))
        control.begin()
        with step(f"{WARM_UP + ORDERS} orders placed in the store and fetched"):
            order_ids = store.place_orders(control, WARM_UP + ORDERS)
            described = control.describe()
            with OdooProcess(imported, "orders") as odoo:
                prepared = odoo.call("prepare_import", store=described, order_ids=order_ids)
        chained = _temporary(stack, imported, "chain")
        through_runner = _temporary(stack, imported, "runner")
        with OdooProcess(through_runner, "orders") as odoo:
            odoo.call("go_live")
        with OdooServer(through_runner, workers=4, channels="root:2") as server:
            runner = _Runner(through_runner, server, control)
            figures = [runner.measure_import(len(order_ids))]
            figures.append(runner.measure_burst(prepared["path"], len(order_ids)))
        skus = [variant["sku"] for variant in described["variants"]]
        sides = _Sides(skus, order_ids, prepared["orders"])
        figures += sides.measure(stack, "import an order", imported, TARGET_RATIO, chain=False)
        figures += sides.measure(stack, "the whole chain", chained, TARGET_CHAIN_RATIO, chain=True)
        return figures


def _temporary(stack, template, purpose):
    return stack.enter_context(databases.temporary(template, purpose))


class _Sides:
    """The same orders by the flow and by bare ORM."""

    def __init__(self, skus, order_ids, orders):
        self._skus, self._order_ids, self._orders = skus, order_ids, orders

    def measure(self, stack, name, db, target, *, chain):
        """Return the figure of one kind of work; none where the addon can't do it."""
        bare = _temporary(stack, databases.base_template(), "bare")
        joint = _temporary(stack, databases.base_template(), "joint")
        flow_seconds, bare_seconds, joint_seconds = [], [], []
        with (
            OdooProcess(db, "orders") as flow,
            OdooProcess(bare, "orders") as plain,
            OdooProcess(joint, "orders") as batched,
        ):
            if chain and not flow.call("switch_on_chain"):
                say(f"{name}: the addon has no setting for it, so it isn't measured")
                return []
            for side in (plain, batched):
                side.call("prepare_bare", skus=self._skus)
            with step(f"{name}: {ORDERS} orders each way, in blocks of {BLOCK}"):
                for start in range(0, len(self._orders), BLOCK):
                    block = slice(start, start + BLOCK)
                    flow_seconds.append(flow.call("run_import", order_ids=self._order_ids[block]))
                    orders = self._orders[block]
                    bare_seconds.append(plain.call("run_bare", orders=orders, chain=chain))
                    joint_seconds.append(
                        batched.call("run_bare", orders=orders, chain=chain, together=TOGETHER)
                    )
            done, expected = flow.call("summary"), plain.call("summary")
        if done != expected:
            raise SetupError("The two sides did not do the same", f"{done}\n{expected}")
        measured = slice(WARM_UP // BLOCK, None)
        value, limit, joint_limit = (
            _per_order(seconds[measured]) for seconds in (flow_seconds, bare_seconds, joint_seconds)
        )
        return [
            Figure(name, value, "ms", limit, target),
            Figure(f"{name}, beside {TOGETHER} a transaction", value, "ms", joint_limit),
        ]


def _per_order(seconds):
    return statistics.median(seconds) / BLOCK * 1000


class _Runner:
    """A server whose job runner works on the database `db`."""

    def __init__(self, db, server, control):
        self._db, self._server, self._control = db, server, control

    def measure_import(self, count):
        with closing(databases.connect(self._db)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor, step(f"{count} orders through the job runner"):
                seconds = self._wait_imported(cursor, count)
        return Figure("orders through the runner", count / seconds, "orders/s")

    def measure_burst(self, path, count):
        """Announce many orders at once; count the calls until all of them are here."""
        storm = Storm(self._server.port, path, self._control, SENDERS)
        with (
            closing(databases.connect(self._db)) as connection,
            step(f"A burst of {BURST} webhooks"),
        ):
            connection.autocommit = True
            placed = store.place_orders(self._control, BURST, start=count)
            self._control.reset_stats()
            storm.send(list(enumerate(placed)), at={})
            with connection.cursor() as cursor:
                self._wait_imported(cursor, count + BURST)
        calls = self._control.stats()["calls"]
        return Figure(f"store calls per {BURST} orders", float(calls), "", target=TARGET_CALLS)

    def _wait_imported(self, cursor, count):
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
