# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same orders through the import flow and by bare ORM; called over `OdooProcess`."""

import time

from odoo import Command

from . import shop, webhook

# What the flows set too: without it the bare side would write mails nobody wants.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_activity_automation_skip": True,
    "skip_sms": True,
}
_products = {}
_partners = {}


def prepare_import(env, store, order_ids):
    """Connect a backend and fetch the orders; return {"orders": as plain values for the bare side,
    "path": of its webhooks}.

    The snapshots wait: `run_import` releases them block by block."""
    path = webhook.prepare(env, store)
    backend = env["storefront.backend"].search([])
    snapshots = env["storefront.snapshot"].create(
        [
            {"backend_id": backend.id, "kind": "order", "external_id": order_id}
            for order_id in order_ids
        ]
    )
    env.cr.commit()
    user = backend.inbound_user_id
    env["storefront.order.fetch"]._flow_env(backend, user)._drain(backend.with_user(user))
    env.invalidate_all()
    assert set(snapshots.mapped("state")) == {"to_import"}, snapshots.mapped("error_message")
    env.cr.execute("UPDATE storefront_snapshot SET next_try = 'infinity'")
    parse = backend._adapter_class().parse_order
    return {"orders": [_plain(parse(snapshot.payload)) for snapshot in snapshots], "path": path}


def go_live(env):
    """Let the orders be imported in this database, a copy: copies don't speak to the store."""
    backend = env["storefront.backend"].search([])
    backend.connected_database = backend._database_identity()
    env.cr.execute("UPDATE storefront_snapshot SET next_try = NULL")
    backend._wake("import")


def switch_on_chain(env):
    """Have each paid order invoiced, the invoice posted, and its payments registered.

    All settings this takes are here. Return whether the addon has them."""
    backend = env["storefront.backend"].search([])
    if "paid_step" not in backend._fields:
        return False
    backend.paid_step = "pay"
    parse = backend._adapter_class().parse_order
    documents = [parse(snapshot.payload) for snapshot in env["storefront.snapshot"].search([])]
    methods = {payment.method for document in documents for payment in document.payments}
    mappings = env["storefront.mapping.payment"]._find_or_note(backend, sorted(methods))
    mappings.journal_id = _bank(env)
    return True


def run_import(env, order_ids):
    """Import these orders; return the seconds it took."""
    backend = env["storefront.backend"].search([])
    user = backend.inbound_user_id
    env.cr.execute(
        "UPDATE storefront_snapshot SET next_try = NULL WHERE external_id = ANY(%s)", [order_ids]
    )
    env.cr.commit()
    flow = env["storefront.order.import"]._flow_env(backend, user)
    waiting = [("external_id", "in", order_ids), ("state", "=", "to_import")]
    started = time.perf_counter()
    while env["storefront.snapshot"].search_count(waiting, limit=1):
        flow._drain(backend.with_user(user))  # makes room after some seconds: on a slow machine
    return time.perf_counter() - started


def prepare_bare(env, skus):
    """Make the same products, and a user with the same rights."""
    _products.update(shop.make_products(env, skus))
    shop.make_user(env)


def run_bare(env, orders, chain, together=1):
    """Create and confirm these orders, ``together`` in a transaction; return the seconds it took.

    `chain`: invoice them, post the invoices and register the payments too."""
    user = env["res.users"].search([("login", "=", "bare")])
    env = env["sale.order"].with_user(user).with_company(user.company_id).env
    env = env(context={**env.context, **QUIET})
    shared = {
        "currency": env.company.currency_id.id,
        "tax": shop.sales_tax(env(su=True)).id,
        "country": env.ref("base.us").id,
        "state": env.ref("base.state_us_5").id,
    }
    started = time.perf_counter()
    for number, order in enumerate(orders, start=1):
        created = _create(env, order, shared)
        if chain:
            _account(env, created)
        if number % together == 0 or number == len(orders):
            env.cr.commit()
    return time.perf_counter() - started


def summary(env):
    """What came of it, to show that both sides did the same."""
    orders = env["sale.order"].search([])
    return {
        "orders": len(orders),
        "states": sorted(set(orders.mapped("state"))),
        # Untaxed: the storefront rounds taxes in another way, which bare Odoo does not follow.
        "untaxed": round(sum(orders.mapped("amount_untaxed")), 2),
        "lines": len(orders.order_line),
        "taxes": sum(len(line.tax_ids) for line in orders.order_line),
        "invoices": sorted(orders.invoice_ids.mapped("state")),
        "paid": orders.invoice_ids.mapped("payment_state").count("paid"),
        "payments": sorted(orders.invoice_ids.matched_payment_ids.mapped("state")),
        "partners": len(orders.partner_id),
        "reserved": sum(orders.picking_ids.move_ids.mapped("quantity")),
    }


def _create(env, order, shared):
    email = order["email"]
    if email not in _partners:
        _partners[email] = env["res.partner"].create(_partner_vals(env, order, shared)).id
    partner_id = _partners[email]
    vals = {
        "company_id": env.company.id,
        "partner_id": partner_id,
        "partner_invoice_id": partner_id,
        "partner_shipping_id": partner_id,
        "client_order_ref": order["number"],
        "origin": order["origin"],
        "currency_id": shared["currency"],
        "pricelist_id": False,
        "user_id": False,
        "team_id": False,
        "order_line": [
            Command.create(
                {
                    "product_id": _products[line["sku"]],
                    "product_uom_qty": line["quantity"],
                    "price_unit": line["price"],
                    "discount": 0.0,
                    "tax_ids": [Command.set([shared["tax"]])],
                }
            )
            for line in order["lines"]
        ],
    }
    created = env["sale.order"].create(vals)
    created.action_confirm()
    return created


def _account(env, order):
    """Invoice an order, post the invoice and pay it, as a user does."""
    invoice = order._create_invoices()
    invoice.action_post()
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({"journal_id": _bank(env).id})._create_payments()


def _bank(env):
    return env["account.journal"].search([("type", "=", "bank")], limit=1)


def _partner_vals(env, order, shared):
    address = order["address"]
    return {
        "name": order["name"],
        "email": order["email"],
        "phone": address["phone"],
        "company_id": env.company.id,
        "lang": "en_US",
        "is_company": False,
        "street": address["street"],
        "street2": False,
        "city": address["city"],
        "zip": address["zip"],
        "country_id": shared["country"],
        "state_id": shared["state"],
    }


def _plain(document):
    address = document.billing_address
    return {
        "number": document.number,
        "origin": f"shopify-{document.external_id}",
        "email": document.customer.email,
        "name": document.customer.name,
        "address": {name: getattr(address, name) for name in ("street", "city", "zip", "phone")},
        "lines": [
            {"sku": line.sku, "quantity": float(line.quantity), "price": float(line.unit_price)}
            for line in document.lines
        ],
    }
