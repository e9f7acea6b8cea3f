# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SIGKILL at the worst moments. A lost wake-up is the cron's to find; it is made to run at once."""

import pytest
import requests
from _demo.report import wait_for
from world import PATIENCE, PRODUCTS, STOCK_PER_PUSH, deliver


def test_server_killed_between_commit_of_a_webhook_and_its_wake_up(world):
    world.control.hold_webhooks()
    external_id = world.place(next(world.skus), "killed@example.com")
    delivery = world.control.deliveries(topic="orders/create", state="held")[-1]
    world.wait_idle()  # whoever wakes anybody next dies
    for cron in ("cron_drain", "cron_poll"):  # starting anew may take longer than until their turn
        world.hold_cron(cron)
    world.forget_failures()
    world.order_point("committed", "kill_server")
    with pytest.raises(requests.ConnectionError):
        deliver(delivery)
    world.wait_dead()
    state = "SELECT state FROM storefront_event WHERE external_id = %s"
    assert world.rows(state, external_id) == [("pending",)]
    assert world.jobs("_job_fetch_orders") == 0
    world.restart()
    # The store got no answer, so it sends the webhook again; that one announces nothing new.
    assert deliver(delivery) == 200
    assert world.jobs("_job_fetch_orders") == 0
    world.let_cron_run()
    wait_for(lambda: len(world.orders(external_id)) == 1, PATIENCE, "the order")
    assert world.rows(state, external_id) == [("done",)]
    world.control.release_webhooks()
    assert world.control.wait_webhooks()
    world.check()
    assert len(world.orders(external_id)) == 1


def test_server_killed_between_commit_of_stock_and_its_wake_up(world):
    sku = next(world.skus)
    counted = world.count(sku, 75)
    world.wait_idle()
    world.order_point("committed", "kill_server")
    with pytest.raises(requests.ConnectionError):
        world.apply(counted)
    world.wait_dead()
    assert world.value("SELECT count(DISTINCT product_id) FROM storefront_outbox") == 1
    assert world.jobs("_job_push_stock") == 0
    assert world.storefront.level(sku) == 60
    world.restart()
    world.let_cron_run()
    world.check()
    assert world.storefront.level(sku) == 75


def test_worker_killed_in_mid_import(world):
    sku = next(world.skus)
    world.order_point("order_written", "kill_worker")
    external_id = world.place(sku, "import@example.com", 2)
    world.wait_done("order_written")
    # What it had written died with it; another worker may have begun anew.
    assert len(world.orders(external_id)) <= 1
    world.let_cron_run()
    world.check()
    assert [state for _id, state, _total in world.orders(external_id)] == ["sale"]
    assert world.storefront.level(sku) == 58


def test_server_killed_in_mid_import(world):
    sku = next(world.skus)
    world.order_point("order_written", "kill_server")
    external_id = world.place(sku, "power@example.com")
    world.wait_dead()
    assert world.orders(external_id) == []
    world.restart()
    world.let_cron_run()
    world.check()
    assert len(world.orders(external_id)) == 1


def test_worker_killed_in_mid_push(world):
    """The store has the new quantity, Odoo doesn't know; meanwhile a unit is sold."""
    sku = next(world.skus)
    world.order_point("stock_pushed", "kill_worker")
    world.apply(world.count(sku, 80))
    world.wait_done("stock_pushed")
    assert world.storefront.level(sku) == 80
    world.place(sku, "push@example.com")
    world.let_cron_run()
    world.check()
    assert world.storefront.level(sku) == 79


def test_workers_killed_in_mid_reconciliation(world):
    """One with a page that it had compared, one with repairs that it had handed over."""
    sku = next(world.skus)
    world.settle()
    points = ("page_compared", "repairs_handed_over")
    for point in points:
        world.order_point(point, "kill_worker")
    world.control.set_stock(sku, 7)
    world.odoo.call("storefront.backend", "action_reconcile", [world.backend_id])
    for point in points:
        world.wait_done(point)
        world.let_cron_run()
    run = "SELECT {} FROM storefront_reconciliation ORDER BY id DESC LIMIT 1"
    wait_for(lambda: world.value(run.format("state")) == "done", PATIENCE, "the reconciliation")
    counts = "page_count, variant_count, drift_count, repaired_count"
    assert world.rows(run.format(counts)) == [(1, PRODUCTS, 1, 1)]
    assert world.storefront.level(sku) == 60
    world.check()


def test_worker_killed_with_several_batches_on_their_way(world):
    """Some are in the store, of which some answers are known here."""
    skus = [next(world.skus) for _batch in range(3) for _change in range(STOCK_PER_PUSH)]
    counted = [quant_id for sku in skus for quant_id in world.count(sku, 80)]
    world.order_point("stock_pushed", "kill_worker")
    world.apply(counted)
    world.wait_done("stock_pushed")
    assert 80 in map(world.storefront.level, skus)
    world.let_cron_run()
    world.check()
    assert {world.storefront.level(sku) for sku in skus} == {80}
