# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on the way to a store and passes: nothing is lost, nobody is needed."""

from contextlib import closing

import pytest
from _demo.report import wait_for
from _env import databases
from world import PATIENCE

READ, WRITE = "nodes", "inventorySetQuantities"
# What the store does, what that is called, and whether it uses up a try.
FAULTS = {
    "unavailable": ({"kind": "status", "status": 503}, "server_error", 1),
    "gateway": ({"kind": "html", "status": 502}, "server_error", 1),
    "maintenance": ({"kind": "html", "status": 200}, "html_instead_of_json", 1),
    "rate_limit": ({"kind": "http_429", "retry_after": 1.0}, "rate_limited", 0),
    "throttled": ({"kind": "throttled"}, "throttled", 0),
    "silence": ({"kind": "timeout", "seconds": 10.0}, "timeout", 1),
    "reset": ({"kind": "reset_before"}, "connection_reset", 1),
    "cut_off": ({"kind": "truncated"}, "connection_reset", 1),
    "answer_lost": ({"kind": "reset_after"}, "connection_reset", 1),
}
MANY = 20  # more than any try makes calls
# queue_job looks for jobs that were handed out and never begun once a minute.
JOB_PATIENCE = 180


@pytest.mark.parametrize("name", FAULTS)
def test_fault_while_orders_are_fetched(world, name):
    fault, code, tries = FAULTS[name]
    world.control.add_fault(operation=READ, count=MANY, **fault)
    external_id = world.place(next(world.skus), f"{name}@example.com")
    assert world.wait_postponed("fetch", code) == tries
    assert world.orders(external_id) == []
    assert world.backend_state() == ("connected", None)
    world.control.clear_faults()
    world.pass_time()
    world.check()
    assert len(world.orders(external_id)) == 1
    assert world.drain("fetch") == (0, None)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_while_stock_is_pushed(world, name):
    fault, code, tries = FAULTS[name]
    sku = next(world.skus)
    counted = world.count(sku, 70)
    world.control.add_fault(operation=WRITE, count=MANY, **fault)
    world.apply(counted)
    assert world.wait_postponed("stock", code) == tries
    assert world.backend_state() == ("connected", None)
    world.control.clear_faults()
    world.pass_time()
    world.check()
    assert world.storefront.level(sku) == 70
    assert world.drain("stock") == (0, None)


def test_token_revoked_in_mid_run(world):
    """Of the calls one job makes, the second one meets a token that has ended: it gets another."""
    sku = next(world.skus)
    world.control.hold_webhooks()
    placed = [world.place(sku, "revoked@example.com") for _number in range(25)]
    # Long enough to act meanwhile, shorter than the worker waits for an answer.
    world.control.add_fault("delay", operation=READ, seconds=1.0)
    world.control.reset_stats()
    world.control.release_webhooks()
    wait_for(lambda: world.waits_for_store("fetch"), PATIENCE, "a call to begin")
    world.control.revoke_token()
    world.check()
    assert [len(world.orders(external_id)) for external_id in placed] == [1] * 25
    assert world.control.calls("access_token") >= 1
    assert world.backend_state() == ("connected", None)


def test_scopes_withdrawn(world):
    """Nothing can be done without a human: one sentence says what is missing, nothing is lost."""
    external_id = None
    world.control.set_scopes(remove=["read_orders", "write_orders"])
    try:
        external_id = world.place(next(world.skus), "scope@example.com")
        wait_for(lambda: world.backend_state()[0] == "paused", PATIENCE, "the backend to pause")
        assert world.backend_state() == ("paused", "missing_scope")
        assert world.orders(external_id) == []
        second = world.place(next(world.skus), "scope@example.com")
        assert world.control.wait_webhooks()
        events = "SELECT state FROM storefront_event WHERE external_id = %s LIMIT 1"
        assert world.rows(events, second) == [("pending",)]
    finally:
        world.control.set_scopes(add=["read_orders"])
    world.odoo.call("storefront.backend", "action_resume", [world.backend_id])
    world.check()
    assert len(world.orders(external_id)) == 1


def test_database_connections_cut_and_refused(world):
    """What a restart of the database is to its clients, for this database alone."""
    world.control.add_fault("delay", operation=READ, seconds=1.0, count=2)
    placed = [world.place(next(world.skus), f"restart{n}@example.com") for n in range(2)]
    sku = next(world.skus)
    counted = world.count(sku, 55)
    world.apply(counted)
    wait_for(lambda: world.control.calls(READ), PATIENCE, "a call to begin")
    with closing(databases.connect("postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{world.database}" ALLOW_CONNECTIONS false')
            try:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    [world.database],
                )
                assert cursor.fetchone()[0] >= 2
                cursor.execute("SELECT pg_sleep(3)")
            finally:
                cursor.execute(f'ALTER DATABASE "{world.database}" ALLOW_CONNECTIONS true')
    world.pass_time()
    world.check(JOB_PATIENCE)
    assert [len(world.orders(external_id)) for external_id in placed] == [1, 1]
    assert world.storefront.level(sku) == 55


def test_jobs_out_of_time(world):
    """Each job hands on what it didn't get to."""
    sku = next(world.skus)
    world.control.hold_webhooks()
    placed = [world.place(sku, "time@example.com") for _number in range(25)]
    before = world.finished_jobs()
    world.order_point("budget", "soon spent")
    world.control.release_webhooks()
    world.check()
    assert [len(world.orders(external_id)) for external_id in placed] == [1] * 25
    assert world.finished_jobs() - before > 8
