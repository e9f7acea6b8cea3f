# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""pytest fixtures for tests with real processes."""

import pytest

from . import databases
from .server import OdooServer


@pytest.fixture
def odoo_database():
    """The name of a fresh database with the addon; dropped afterwards."""
    with databases.temporary(databases.addon_template(), "process") as name:
        yield name


@pytest.fixture
def odoo_server(odoo_database, tmp_path):
    """A function that returns a started `OdooServer`, taking its options; stopped afterwards."""
    servers = []

    def start(**options):
        log_file = tmp_path / f"odoo-{len(servers)}.log"
        server = OdooServer(odoo_database, log_file=log_file, **options)
        servers.append(server)
        server.start()
        server.wait_ready()
        return server

    yield start
    for server in servers:
        server.stop()
