# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks that come too often or in the wrong order."""

import threading
from concurrent.futures import ThreadPoolExecutor

from world import deliver

TIMES = 10


def test_one_webhook_delivered_ten_times_at_once(world):
    world.control.hold_webhooks()
    external_id = world.place(next(world.skus), "ten@example.com")
    delivery = world.control.deliveries(topic="orders/create", state="held")[-1]
    together = threading.Barrier(TIMES)

    def deliver_together(_number):
        together.wait()
        return deliver(delivery)

    with ThreadPoolExecutor(TIMES) as pool:
        statuses = list(pool.map(deliver_together, range(TIMES)))
    assert statuses == [200] * TIMES
    events = "SELECT count(*) FROM storefront_event WHERE external_id = %s AND topic = %s"
    assert world.value(events, external_id, "orders/create") == 1
    world.control.release_webhooks()
    assert world.control.wait_webhooks()
    assert world.value(events, external_id, "orders/create") == 1
    world.check()
    assert len(world.orders(external_id)) == 1


def test_two_webhooks_out_of_order(world):
    world.control.hold_webhooks()
    external_id = world.place(next(world.skus), "order@example.com", paid=False)
    world.control.pay_order(f"gid://shopify/Order/{external_id}")
    held = [one["topic"] for one in world.control.deliveries(state="held", bodies=False)]
    # The last birth and what followed it are this order's.
    assert "orders/updated" in "\n".join(held).rpartition("orders/create")[2].split("\n")
    world.control.release_webhooks("reversed")
    world.check()  # paid: confirmed, though the news of its birth came last
    oldest = world.control.deliveries(topic="orders/create", bodies=False)[-1]["id"]
    events = "SELECT count(*) FROM storefront_event WHERE external_id = %s"
    before = world.value(events, external_id)
    world.control.redeliver([oldest])
    assert world.control.wait_webhooks()
    assert world.value(events, external_id) == before
    world.check()
    assert len(world.orders(external_id)) == 1
