# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from _env.fixtures import odoo_database, odoo_server
from _env.pytest_plugin import loopback_only

__all__ = ["loopback_only", "odoo_database", "odoo_server"]
