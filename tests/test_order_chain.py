# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""150 orders through the whole of Odoo: imported, delivered, invoiced, posted and paid.

Whatever way they are invoiced, and though the rate has changed since, their journal entries come to
what was charged.
"""

import itertools
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from . import order_chain, order_space
from .exactness_case import ExactnessCase

ORDERS = 75  # under each of the two rounding methods
# Nobody else counts the rows of a transaction that never commits: core's search for what a payment
# was reconciled with, with its two ORs, would join tables said to be empty for minutes.
ANALYZE_EVERY = 10
ANALYZED = ("account_move", "account_move_line", "account_partial_reconcile", "account_payment")


@tagged("post_install", "-at_install")
class TestOrderChain(ExactnessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load_accounts()
        cls.backend.unpaid_step = "confirm"
        cls.product.invoice_policy = "delivery"
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 10_000_000
        )
        for code, rate in (("USD", 1.3), ("JPY", 120.0), ("KWD", 0.5)):
            cls._rate(code, rate, "2026-11-21")  # the day after the orders
        cls.numbers = itertools.count(1)

    def check_any(self, rounding):
        self.company.tax_calculation_rounding_method = rounding

        @settings(
            max_examples=ORDERS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(order_space.orders(), st.sampled_from(order_chain.WAYS))
        def check(document, way):
            self.check(document, way)

        check()

    def check(self, document, way):
        number = next(self.numbers)
        if number % ANALYZE_EVERY == 0:
            self.env.cr.execute(f"ANALYZE {', '.join(ANALYZED)}")
        order = order_chain.import_order(
            self.backend, replace(document, external_id=str(number), number=f"#{number}")
        )
        self.assertEqual(order.amount_total, float(document.total))
        self.assertEqual(order.amount_tax, float(document.total_tax))
        self.assertFalse(order.storefront_is_changed)
        self.assertFalse(order.storefront_issue_ids)
        order = order.with_env(self.env)
        moves = way(order)
        order_chain.post(moves)
        self.compare(document, order, moves)
        self.assertFalse(order_chain.pay(moves))
        self.assertFalse(order.amount_to_invoice)

    def compare(self, document, order, moves):
        for suffix, code in (("_currency", document.currency), ("", "EUR")):
            expected = order_chain.charged(document, code)
            if expected:
                self.assert_same(order_chain.booked(moves, suffix), expected, code)

    def test_any_order_rounded_as_a_whole(self):
        self.check_any("round_globally")

    def test_any_order_rounded_per_line(self):
        self.check_any("round_per_line")
