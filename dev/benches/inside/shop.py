# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every bench begins with: a shop in Odoo, connected to the simulator where one is given."""

from odoo import Command

SALES_TAX_PERCENT = 15.0
STOCK = 100000
# What the inbound user is besides our own group, so that bare Odoo works with equal rights.
INBOUND_GROUPS = (
    "base.group_user",
    "base.group_partner_manager",
    "sales_team.group_sale_salesman_all_leads",
    "account.group_account_invoice",
)


def make_products(env, skus):
    """Make a storable product in stock for each SKU; return {SKU: product id}."""
    products = env["product.product"].create(
        [
            {
                "name": f"Product {sku}",
                "default_code": sku,
                "is_storable": True,
                "list_price": 10.0,
                "taxes_id": [Command.set(sales_tax(env).ids)],
            }
            for sku in skus
        ]
    )
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for product in products:
        env["stock.quant"]._update_available_quantity(product, location, STOCK)
    return {product.default_code: product.id for product in products}


def sales_tax(env):
    return env["account.tax"].search(
        [("type_tax_use", "=", "sale"), ("amount", "=", SALES_TAX_PERCENT)], limit=1
    )


def make_user(env):
    """Make a user of bare Odoo with the rights of the inbound user."""
    groups = [env.ref(name).id for name in INBOUND_GROUPS]
    return env["res.users"].create(
        {"name": "Bare", "login": "bare", "group_ids": [Command.set(groups)]}
    )


def connect(env, store):
    """Connect a backend to the simulated store and link its variants; return the backend.

    `store`: what its `describe` returns.
    """
    backend = env["storefront.backend"].create(
        {
            "name": "Simulated store",
            "webhook_base_url": "http://127.0.0.1:9",
            **store["values"],
        }
    )
    backend.action_create_users()
    backend._apply_connection(backend._adapter().check_connection())
    backend._apply_locations(backend._adapter().fetch_locations())
    backend.connected_database = backend._database_identity()
    backend.state = "connected"
    products = env["product.product"].search([("default_code", "!=", False)])
    by_sku = {product.default_code: product.id for product in products}
    env["storefront.binding.variant"].create(
        [
            {
                "backend_id": backend.id,
                "product_id": by_sku[variant["sku"]],
                "external_id": variant["external_id"],
                "sku": variant["sku"],
            }
            for variant in store["variants"]
        ]
    )
    return backend
