# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The store did what it was asked, and the answer never came."""

import pytest
from _demo.report import wait_for
from world import PATIENCE, STOCK_PER_PUSH

WRITE = "inventorySetQuantities"


# How a store treats a repeated key: with its first answer, or by comparing quantities again.
@pytest.mark.parametrize("replay", ["original", "compare"])
def test_answer_lost_after_a_write(world, replay):
    sku = next(world.skus)
    counted = world.count(sku, 90)
    world.control.configure(idempotent_replay=replay)
    world.control.reset_stats()
    world.control.add_fault("reset_after", operation=WRITE)
    world.apply(counted)
    tried = "SELECT count(*) FROM storefront_claim WHERE key LIKE 'stock:%%' AND tries = 1"
    wait_for(lambda: world.value(tried), PATIENCE, "the push to be postponed")
    assert world.storefront.level(sku) == 90
    world.place(sku, "lost@example.com")  # 89 in the store: 90 must not be written again
    # Its delay has passed.
    world.execute("UPDATE storefront_claim SET next_try = NULL")
    world.let_cron_run()
    world.check()
    assert world.storefront.level(sku) == 89
    assert world.control.calls(WRITE) >= 2


def test_one_answer_of_several_lost(world):
    skus = [next(world.skus) for _batch in range(3) for _change in range(STOCK_PER_PUSH)]
    counted = [quant_id for sku in skus for quant_id in world.count(sku, 70)]
    world.control.reset_stats()
    world.control.add_fault("reset_after", operation=WRITE)
    world.apply(counted)
    tried = "SELECT count(*) FROM storefront_claim WHERE key LIKE 'stock:%%' AND tries = 1"
    wait_for(lambda: world.value(tried), PATIENCE, "the push to be postponed")
    world.pass_time()
    world.check()
    assert {world.storefront.level(sku) for sku in skus} == {70}
    assert world.control.calls(WRITE) > 3
