# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Any orders through the whole of Odoo, counting what is not exact; called over `OdooProcess`."""

import sys
import time
import traceback
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from odoo import Command

from odoo.addons.storefront_connector.tests import order_chain, order_space

STOCK = 100_000_000
# Before the orders and after them: invoices must keep the rate of the order.
RATES = {"USD": (1.1, 1.3), "JPY": (160.0, 120.0), "KWD": (0.33, 0.5)}


def prepare(env, rounding):
    """Make a company in euro with all taxes and rates, a product in stock and a backend."""
    company = env.company
    company.currency_id = _currency(env, "EUR")
    company.tax_calculation_rounding_method = rounding
    for code, rates in RATES.items():
        for day, rate in zip(("2026-11-01", "2026-11-21"), rates, strict=True):
            vals = {"currency_id": _currency(env, code).id, "company_id": company.id}
            env["res.currency.rate"].create({**vals, "name": day, "rate": rate})
    env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
    for title, rate in order_space.TAXES.items():
        for included in (False, True):
            _make_tax(env, title, float(rate * 100), included)
    product = env["product.product"].create(
        {
            "name": "Cup",
            "default_code": "CUP",
            "is_storable": True,
            "invoice_policy": "delivery",
            "taxes_id": [Command.clear()],
        }
    )
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    env["stock.quant"]._update_available_quantity(product, location, STOCK)
    backend = env["storefront.backend"].create(
        {"name": "Any", "platform": "shopify", "url": "https://any.example"}
    )
    backend.action_create_users()
    backend.write({"paid_step": "confirm", "unpaid_step": "confirm", "state": "connected"})


def run(env, orders, number):
    """Put this many orders through; return the counts of what is not as it must be."""
    counts = dict.fromkeys(("blocked", "totals", "invoices", "taxes", "unexplained"), 0)
    started = time.perf_counter()
    drawn = _draw(orders, number)
    for index, (document, way) in enumerate(drawn, 1):
        document = replace(document, external_id=str(index), number=f"#{index}")
        try:
            for fault in _faults(env, document, way):
                counts[fault] += 1
                _tell(fault, document, way)
            env.cr.commit()
        except Exception:
            env.cr.rollback()
            counts["blocked"] += 1
            _tell(traceback.format_exc(), document, way)
        env.invalidate_all()
    return {**counts, "orders": len(drawn), "seconds": time.perf_counter() - started}


def _draw(orders, number):
    drawn = []

    @seed(number)
    @settings(
        max_examples=orders,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(order_space.orders(), st.sampled_from(order_chain.WAYS))
    def draw(document, way):
        drawn.append((document, way))

    draw()
    return drawn


def _faults(env, document, way):
    """Yield what is not exact of one order."""
    backend = env["storefront.backend"].search([])
    order = order_chain.import_order(backend, document).with_env(env)
    if [order.amount_total, order.amount_tax] != [float(document.total), float(document.total_tax)]:
        yield "totals"
    if order.storefront_issue_ids or order.storefront_is_changed:
        yield "unexplained"
    moves = way(order)
    order_chain.post(moves)
    if order_chain.pay(moves):
        yield "invoices"
    for suffix, code in (("_currency", document.currency), ("", "EUR")):
        expected = order_chain.charged(document, code)
        if expected:
            found = order_chain.booked(moves, suffix)
            unit = order_space.unit(code)
            wrong = {
                name
                for name, amount in expected.items()
                if abs(Decimal(repr(found.get(name, 0.0))) - amount) > unit / 1000
            }
            yield from ("invoices",) if "untaxed" in wrong else ()
            yield from ("taxes",) if wrong - {"untaxed"} else ()


def _tell(fault, document, way):
    """Write to the log what a counter-example is."""
    print(fault, way.__name__, replace(document, counterpart=None), file=sys.stderr, flush=True)


def _currency(env, code):
    currency = env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
    currency.active = True
    return currency


def _make_tax(env, title, percent, included):
    env["account.tax"].create(
        {
            "name": f"{title} included" if included else title,
            "amount": percent,
            "price_include_override": "tax_included" if included else "tax_excluded",
            "type_tax_use": "sale",
        }
    )
