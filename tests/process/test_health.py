# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A store that stops announcing: what it didn't say is asked for."""

from _demo.report import wait_for
from world import PATIENCE

DAY = 86400


def test_subscriptions_the_store_deleted_for_three_days(world):
    for cron in ("cron_check_webhooks", "cron_poll"):
        world.hold_cron(cron)
    topics = [one["topic"] for one in world.control.subscriptions()]
    assert topics
    paid = world.place(next(world.skus), "before@example.com", paid=False)
    world.settle()
    assert world.control.delete_subscription() == len(topics)
    sent = len(world.control.deliveries(bodies=False))
    missed = []
    for day in range(3):
        missed.append(world.place(next(world.skus), f"day{day}@example.com"))
        world.control.advance(DAY)
    world.control.pay_order(f"gid://shopify/Order/{paid}")
    assert len(world.control.deliveries(bodies=False)) == sent
    assert [world.orders(external_id) for external_id in missed] == [[], [], []]
    world.let_cron_run("cron_check_webhooks")
    wait_for(lambda: len(world.orders(missed[-1])) == 1, PATIENCE, "the last order")
    world.check()
    assert [len(world.orders(external_id)) for external_id in missed] == [1, 1, 1]
    assert [state for _id, state, _total in world.orders(paid)] == ["sale"]
    assert sorted(one["topic"] for one in world.control.subscriptions()) == sorted(topics)
    # A check after that one, whoever asked for it, finds nothing to mend.
    checks = world.rows(
        "SELECT status, jsonb_array_length(items->'lost') FROM storefront_operation"
        " WHERE type = 'webhook_check' AND status != 'unchanged' ORDER BY id DESC LIMIT 1"
    )
    assert checks == [("success", len(topics))]
    world.place(next(world.skus), "after@example.com")
    assert world.control.wait_webhooks()
    assert len(world.control.deliveries(bodies=False)) > sent
    world.check()
