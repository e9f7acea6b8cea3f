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
    # Odoo's scheduler would end the reservations, which no move has.
    env.ref("stock.ir_cron_scheduler_action").active = False
    env.cr.commit()
    return f"/storefront/webhook/{backend.webhook_token}"


def change_all(env, units):
    """Add units of every product in both warehouses; return the time of the commit."""
    committed = _note_commit(env)
    quants = env["stock.quant"].search([("location_id", "in", _stock_locations(env))])
    for quantity, same in quants.grouped("quantity").items():
        same.quantity = quantity + units
    env.cr.commit()
    return committed[0]


def change_one(env, number, units):
    """Add units of the product linked ``number``-th in the first warehouse; return the time."""
    committed = _note_commit(env)
    binding = env["storefront.binding.variant"].search([], order="id", offset=number, limit=1)
    location = env["stock.location"].browse(_stock_locations(env)[0])
    env["stock.quant"]._update_available_quantity(binding.product_id, location, units)
    env.cr.commit()
    return committed[0]


def _stock_locations(env):
    return env["stock.warehouse"].search([], order="id").lot_stock_id.ids


def _note_commit(env):
    """Return a list that will hold the time of the commit, before what comes after it is done."""
    times = []
    env.cr.postcommit.add(lambda: times.append(time.time()))
    return times
