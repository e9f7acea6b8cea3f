# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A store that is down for three days: everything waits, nobody has to do anything."""

from functools import partial

from _demo.report import wait_for
from world import PATIENCE

HOURS = 72
ROUNDS = 12
SILENT = "The storefront has not answered since"


def test_store_down_for_72_hours(world):
    sku = next(world.skus)
    counted = world.count(sku, 66)
    world.control.configure(down=HOURS * 3600)
    announced = world.place(next(world.skus), "outage@example.com")
    assert world.control.wait_webhooks()
    world.control.hold_webhooks()
    silent = [world.place(next(world.skus), f"silent{n}@example.com") for n in range(3)]
    world.apply(counted)
    for number in range(1, ROUNDS + 1):
        wait_for(partial(has_tried, world, number), PATIENCE, f"try {number}")
        assert world.drain("fetch")[1] == "server_error"
        # To Odoo, too, hours have passed.
        world.execute(
            "UPDATE storefront_claim SET failing_since = failing_since - %s::interval",
            f"{HOURS / ROUNDS} hours",
        )
        world.pass_time()
    wait_for(lambda: world.drain("stock")[1] == "server_error", PATIENCE, "the push to fail")
    assert world.backend_state() == ("connected", None)
    assert SILENT in world.banner()
    waiting = "SELECT state, tries FROM storefront_snapshot WHERE external_id = %s"
    assert world.rows(waiting, announced) == [("to_fetch", 0)]
    world.control.advance(HOURS * 3600)
    world.pass_time()
    # What no webhook announced is found by asking.
    world.let_cron_run("cron_poll")
    world.check()
    assert [len(world.orders(one)) for one in (announced, *silent)] == [1, 1, 1, 1]
    assert world.storefront.level(sku) == 66
    assert (world.drain("fetch"), world.drain("stock")) == ((0, None), (0, None))
    wait_for(lambda: SILENT not in world.banner(), PATIENCE, "the banner to go")


def has_tried(world, times):
    return world.drain("fetch")[0] >= times
