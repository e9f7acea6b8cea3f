# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A connected backend whose webhooks are measured; called over `OdooProcess`."""

from . import shop


def prepare(env, store):
    """Connect a backend; return the path its webhooks go to."""
    # All come from one source: to be counted, but never to be refused.
    env["ir.config_parameter"].set_param("storefront_connector.webhook_rate", "100000")
    shop.make_products(env, [variant["sku"] for variant in store["variants"]])
    backend = shop.connect(env, store)
    return f"/storefront/webhook/{backend.webhook_token}"
