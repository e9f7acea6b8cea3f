# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The short form of ``./dev/bench soak``: in the end the store shows what Odoo has, by itself."""

from itertools import islice

import pytest
from _demo.shopify import Storefront
from _env import databases
from soak import Soak
from world import World

SECONDS, PRODUCTS = 30, 24


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world of its own: all its products are in it."""
    folder = tmp_path_factory.mktemp("soak")
    with databases.temporary(databases.addon_template(), "soak") as database:
        with Storefront(PRODUCTS) as storefront:
            world = World(database, storefront, folder)
            yield world
            world.server.stop()


def test_the_store_equals_odoo_and_nothing_is_sold_twice(world):
    skus = list(islice(world.skus, PRODUCTS))
    soak = Soak(world, skus, world.product_ids)
    soak.run(SECONDS)
    assert soak.oversold() == {}
    assert soak.differing() == {}
    assert soak.counts["moved"] and soak.counts["sold"] and soak.counts["killed"]
    assert world.value("SELECT count(*) FROM storefront_reconciliation") == 0
