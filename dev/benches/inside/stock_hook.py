# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do in a warehouse, up to the end of its commit; called over `OdooProcess`."""

import gc
import random
import time

import psycopg2
from odoo import Command
from psycopg2 import errorcodes

from . import shop

CONFLICTS = (errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED)


def prepare(env, skus, store=None):
    """Make the products in stock; with `store`, link each to a connected backend."""
    shop.make_products(env, skus)
    # Else confirming reserves, outside of what is measured.
    env["stock.picking.type"].search([("code", "=", "outgoing")]).reservation_method = "manual"
    if store:
        shop.connect(env, store)


def run(env, work, lines):
    """Do one piece of work with so many products; return its CPU seconds and its queries.

    Each click is a transaction, measured with all that a hook puts off to the commit. The queries
    are those of the user's cursor."""
    clicks = WORKS[work](env, _products(env, lines))
    env.cr.commit()
    gc.collect()
    queries, started = env.cr.sql_log_count, time.process_time()
    for click in clicks:
        click()
        env.cr.commit()
    return {
        "seconds": time.process_time() - started,
        "queries": env.cr.sql_log_count - queries,
        "clicks": len(clicks),
    }


def operate(env, worker, workers, count):
    """Deliver `count` times what no other worker touches; return how often a transaction that
    conflicted with another one had to be repeated."""
    own = _products(env, None)[worker::workers]
    chance, conflicts = random.Random(worker), 0
    for _operation in range(count):
        products = env["product.product"].browse(chance.sample(own.ids, 3))
        while True:
            try:
                _picking(env, products, "out_type_id").action_assign()
                env.cr.commit()
                break
            except psycopg2.Error as error:
                env.cr.rollback()
                if error.pgcode not in CONFLICTS:
                    raise
                conflicts += 1
    return conflicts


def waiting(env):
    """Return the rows left in the outbox, and the jobs that are to send them."""
    jobs = env["queue.job"].search_count(
        [("method_name", "=", "_job_push_stock"), ("state", "=", "pending")]
    )
    return {"rows": env["storefront.outbox"].search_count([]), "jobs": jobs}


def _products(env, lines):
    return env["product.product"].search([("is_storable", "=", True)], order="id", limit=lines)


def _receipt(env, products):
    return [_picking(env, products, "in_type_id").button_validate]


def _delivery(env, products):
    picking = _picking(env, products, "out_type_id")
    return [picking.action_assign, picking.button_validate]


def _inventory(env, products):
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    quants = (
        env["stock.quant"]
        .with_context(inventory_mode=True)
        .search([("product_id", "in", products.ids), ("location_id", "=", location.id)])
    )
    for quant in quants:
        quant.inventory_quantity = quant.quantity + 1
    return [quants.action_apply_inventory]


def _picking(env, products, kind):
    kind = env["stock.warehouse"].search([], limit=1)[kind]
    suppliers = env.ref("stock.stock_location_suppliers")
    customers = env.ref("stock.stock_location_customers")
    locations = {
        "location_id": (kind.default_location_src_id or suppliers).id,
        "location_dest_id": (kind.default_location_dest_id or customers).id,
    }
    if kind.code == "incoming":
        locations["location_id"] = suppliers.id
    else:
        locations["location_dest_id"] = customers.id
    moves = [
        Command.create({"product_id": product.id, "product_uom_qty": 1, **locations})
        for product in products
    ]
    picking = env["stock.picking"].create(
        {"picking_type_id": kind.id, "move_ids": moves, **locations}
    )
    picking.action_confirm()
    return picking


WORKS = {"receipt": _receipt, "delivery": _delivery, "inventory": _inventory}
