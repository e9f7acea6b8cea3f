# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deliveries of 100 lines, reserved and validated; called over `OdooProcess`."""

import gc
import time

from odoo import Command

from . import shop


def prepare(env, skus, store=None):
    """Make the products in stock; with `store`, link each to a connected backend."""
    shop.make_products(env, skus)
    # Else confirming reserves, outside of what is measured.
    env["stock.picking.type"].search([("code", "=", "outgoing")]).reservation_method = "manual"
    if store:
        shop.connect(env, store)


def run(env):
    """Reserve and validate a delivery of every product; return its CPU seconds and its queries.

    Two clicks, so two transactions, each up to the end of its commit: all that a hook puts off is
    counted. The queries are those of the user's cursor."""
    picking = _make_picking(env)
    env.cr.commit()
    gc.collect()
    queries, started = env.cr.sql_log_count, time.process_time()
    picking.action_assign()
    env.cr.commit()
    picking.button_validate()
    env.cr.commit()
    seconds, queries = time.process_time() - started, env.cr.sql_log_count - queries
    assert picking.state == "done", picking.state
    return {"seconds": seconds, "queries": queries}


def waiting(env):
    """Return the rows left in the outbox, and the jobs that are to send them."""
    jobs = env["queue.job"].search_count(
        [("method_name", "=", "_job_push_stock"), ("state", "=", "pending")]
    )
    return {"rows": env["storefront.outbox"].search_count([]), "jobs": jobs}


def _make_picking(env):
    kind = env["stock.warehouse"].search([], limit=1).out_type_id
    locations = {
        "location_id": kind.default_location_src_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    products = env["product.product"].search([("is_storable", "=", True)])
    moves = [
        Command.create({"product_id": product.id, "product_uom_qty": 1, **locations})
        for product in products
    ]
    picking = env["stock.picking"].create(
        {"picking_type_id": kind.id, "move_ids": moves, **locations}
    )
    picking.action_confirm()
    return picking
