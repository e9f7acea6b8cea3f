# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same orders through the import flow and by bare ORM; called over `OdooProcess`."""

import time
from dataclasses import replace

from odoo import Command

from . import shop

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
    """Connect a backend and fetch the orders; return them as plain values for the bare side.

    The snapshots wait: `run_import` releases them block by block."""
    shop.make_products(env, [variant["sku"] for variant in store["variants"]])
    backend = shop.connect(env, store)
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
    return [_plain(parse(snapshot.payload)) for snapshot in snapshots]


def run_import(env, order_ids):
    """Import these orders; return the seconds it took."""
    backend = env["storefront.backend"].search([])
    user = backend.inbound_user_id
    env.cr.execute(
        "UPDATE storefront_snapshot SET next_try = NULL WHERE external_id = ANY(%s)", [order_ids]
    )
    env.cr.commit()
    flow = env["storefront.order.import"]._flow_env(backend, user)
    waiting = [("state", "=", "to_import"), ("next_try", "=", False)]
    started = time.perf_counter()
    while env["storefront.snapshot"].search_count(waiting, limit=1):
        flow._drain(backend.with_user(user))  # makes room after some seconds
    return time.perf_counter() - started


def begin_chain(env):
    """From now on, invoice and pay: each order by one card payment, whatever the store knows."""
    backend = env["storefront.backend"].search([])
    backend.paid_step = "pay"
    env["storefront.mapping.payment"].create(
        {"backend_id": backend.id, "name": "card", "journal_id": _bank(env).id}
    )
    env.cr.commit()
    adapter = backend._adapter_class()
    adapter.parse_order = staticmethod(_paid_by_card(adapter.parse_order))


def _paid_by_card(parse):
    # Here, for the bare side has no addon.
    from odoo.addons.storefront_connector.platforms.documents.order import Payment

    def parsed(payload):
        document = parse(payload)
        payment = Payment(
            external_id=document.external_id,
            kind="payment",
            method="card",
            amount=document.total,
            processed_at=document.created_at,
        )
        return replace(document, payments=(payment,), payment_methods=("card",))

    return parsed


def _bank(env):
    return env["account.journal"].search([("type", "=", "bank")], limit=1)


def prepare_bare(env, skus):
    """Make the same products, and a user with the same rights."""
    _products.update(shop.make_products(env, skus))
    shop.make_user(env)


def run_bare(env, orders, chain):
    """Create and confirm these orders, one transaction an order, and pay them in a ``chain``.

    Return the seconds it took."""
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
    for order in orders:
        created = _create(env, order, shared)
        if chain:
            _pay(env, created)
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
        "partners": len(orders.partner_id),
        "invoices": sorted(orders.invoice_ids.mapped("payment_state")),
        "payments": env["account.payment"].search_count([("state", "=", "paid")]),
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


def _pay(env, order):
    invoice = order._create_invoices()
    invoice.action_post()
    wizards = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizards.create({"journal_id": _bank(env).id})._create_payments()


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
