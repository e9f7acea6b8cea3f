# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from _demo.shopify import Storefront
from _env import databases
from _env.fixtures import odoo_database, odoo_server
from _env.pytest_plugin import loopback_only
from world import PRODUCTS, World

__all__ = ["loopback_only", "odoo_database", "odoo_server", "shared_world", "world"]


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    """One Odoo and one store for all tests: each takes products and customers of its own."""
    folder = tmp_path_factory.mktemp("world")
    with databases.temporary(databases.addon_template(), "world") as database:
        with Storefront(PRODUCTS) as storefront:
            world = World(database, storefront, folder)
            yield world
            world.server.stop()


@pytest.fixture
def world(shared_world):
    shared_world.ensure_running()
    shared_world.ensure_linked()
    return shared_world
