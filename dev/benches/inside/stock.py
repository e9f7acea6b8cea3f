# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A picking reserved and validated, with the time of our process; called over `OdooProcess`."""

import gc
import time

from odoo import Command

from . import shop

_product_ids = []


def prepare(env, lines, sold):
    """Make ``lines`` products in stock; with ``sold``, a connected storefront sells them all."""
    skus = [f"HOOK-{number:03}" for number in range(lines)]
    _product_ids.extend(shop.make_products(env, skus).values())
    if sold:
        _sell(env)
    env.cr.commit()


def _sell(env):
    backend = env["storefront.backend"].create(
        {"name": "Measured", "platform": "shopify", "url": "http://127.0.0.1:9"}
    )
    backend.action_create_users()
    backend.state = "connected"
    env["storefront.binding.variant"].create(
        [
            {
                "backend_id": backend.id,
                "product_id": product_id,
                "external_id": str(product_id),
                "inventory_external_id": str(product_id),
            }
            for product_id in _product_ids
        ]
    )


def ship(env):
    """Deliver one of each product; return CPU seconds and queries of reserving and validating."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": env.ref("stock.stock_location_customers").id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": product_id,
                        "product_uom_qty": 1,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": env.ref("stock.stock_location_customers").id,
                    }
                )
                for product_id in _product_ids
            ],
        }
    )
    env.cr.commit()
    gc.collect()
    queries, started = env.cr.sql_log_count, time.process_time()
    picking.action_confirm()
    picking.action_assign()
    env.cr.commit()
    picking.button_validate()
    env.cr.commit()
    cpu = time.process_time() - started
    assert picking.state == "done"
    return {"cpu": cpu, "queries": env.cr.sql_log_count - queries}


def waiting(env):
    """Return the rows of the outbox and the jobs that wait to send them."""
    jobs = env["queue.job"].search_count(
        [("method_name", "=", "_job_push_stock"), ("state", "=", "pending")]
    )
    return {"jobs": jobs, "rows": env["storefront.outbox"].search_count([])}
