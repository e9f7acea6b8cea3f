# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stock that changes in a large catalogue; called over `OdooProcess`."""

import time

from . import catalogue


def prepare(env, store):
    """Connect a backend and link the catalogue; return the path its webhooks go to."""
    # All come from one source: to be counted, but never to be refused.
    env["ir.config_parameter"].set_param("storefront_connector.webhook_rate", "100000")
    backend = catalogue.connect(env, store)
    catalogue.know_levels(env, backend)
    return f"/storefront/webhook/{backend.webhook_token}"


def change_all(env, units):
    """Add units of every product in both warehouses; return the time of the commit."""
    quants = env["stock.quant"].search([("location_id", "in", _stock_locations(env))])
    for quantity, same in quants.grouped("quantity").items():
        same.quantity = quantity + units
    return _commit(env)


def change_one(env, number, units):
    """Add units of the product linked ``number``-th in the first warehouse; return the time."""
    binding = env["storefront.binding.variant"].search([], order="id", offset=number, limit=1)
    location = env["stock.location"].browse(_stock_locations(env)[0])
    env["stock.quant"]._update_available_quantity(binding.product_id, location, units)
    return _commit(env)


def _stock_locations(env):
    return env["stock.warehouse"].search([], order="id").lot_stock_id.ids


def _commit(env):
    env.cr.commit()
    return time.time()
