# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SIGKILL while orders are imported by hand: none lost, none twice, whatever the line."""

import pytest
from _demo.report import wait_for
from world import PATIENCE

# The job runner takes the places of killed jobs back once a minute.
RUNNER_PATIENCE = 150  # seconds
ORDERS = 3


class Run:
    """An import by hand of orders that nobody announces."""

    def __init__(self, world, name):
        self._world = world
        world.hold_cron("cron_poll")
        world.control.hold_webhooks()
        self.placed = [
            world.place(next(world.skus), f"{name}{number}@example.com") for number in range(ORDERS)
        ]
        known = {order["id"].rpartition("/")[2]: order["name"] for order in world.control.orders()}
        self._numbers = " ".join(known[external_id] for external_id in self.placed)

    def read(self):
        """Paste the numbers and press Read and Preview."""
        odoo, model = self._world.odoo, "storefront.import.wizard"
        vals = {"backend_id": self._world.backend_id, "numbers": self._numbers}
        wizard_id = odoo.create(model, vals)
        self.id = odoo.call(model, "action_read", [wizard_id])["res_id"]

    def apply(self):
        self._world.odoo.call("storefront.import", "action_apply", [self.id])

    def lines(self):
        """{state: number of orders}."""
        return dict(
            self._world.rows(
                "SELECT state, count(*) FROM storefront_import_line WHERE import_id = %s"
                " GROUP BY state",
                self.id,
            )
        )

    def wait(self, state):
        query = "SELECT state FROM storefront_import WHERE id = %s"
        wait_for(
            lambda: self._world.value(query, self.id) == state,
            RUNNER_PATIENCE,
            f"the import to be {state}",
        )

    def imported(self):
        return sum(len(self._world.orders(external_id)) for external_id in self.placed)

    def end(self):
        """Everything is here once, also after the store announces it at last."""
        self.wait("done")
        assert self.lines() == {"created": ORDERS}
        assert [len(self._world.orders(one)) for one in self.placed] == [1] * ORDERS
        self._world.control.release_webhooks()
        assert self._world.control.wait_webhooks()
        self._world.check()
        assert self.imported() == ORDERS


@pytest.mark.parametrize("point", ["history_read", "history_looked_into"])
def test_worker_killed_while_reading(world, point):
    run = Run(world, point)
    world.order_point(point, "kill_worker")
    run.read()
    world.wait_done(point)
    # What it had written died with it.
    before = {"history_read": {"to_find": ORDERS}, "history_looked_into": {"to_create": ORDERS}}
    assert run.lines() == before[point]
    world.let_cron_run()
    run.wait("to_review")
    assert run.lines() == {"to_create": ORDERS}
    sampled = "SELECT count(*) FROM storefront_import_line WHERE import_id = %s AND is_sampled"
    assert world.value(sampled, run.id) == ORDERS
    assert run.imported() == 0
    run.apply()
    run.end()


@pytest.mark.parametrize("point", ["history_handed_over", "order_written", "history_settled"])
def test_worker_killed_while_importing(world, point):
    run = Run(world, point)
    run.read()
    run.wait("to_review")
    world.order_point(point, "kill_worker")
    run.apply()
    world.wait_done(point)
    if point == "history_handed_over":
        assert run.lines() == {"to_create": ORDERS}
    world.let_cron_run()
    run.end()


def test_server_killed_while_importing(world):
    run = Run(world, "history-power")
    run.read()
    run.wait("to_review")
    world.order_point("order_written", "kill_server")
    run.apply()
    world.wait_dead()
    assert run.imported() < ORDERS
    world.restart()
    world.let_cron_run()
    run.end()


def test_stopped_and_gone_on_with(world):
    run = Run(world, "history-stopped")
    run.read()
    run.wait("to_review")
    world.order_point("order_written", "wait")
    run.apply()
    world.wait_at("order_written", 1)
    world.odoo.call("storefront.import", "action_cancel", [run.id])
    world.release("order_written")
    wait_for(lambda: run.lines() == {"created": ORDERS}, PATIENCE, "what was on its way")
    state = "SELECT state FROM storefront_import WHERE id = %s"
    assert world.value(state, run.id) == "cancelled"
    world.odoo.call("storefront.import", "action_continue", [run.id])
    run.end()
