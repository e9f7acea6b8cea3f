# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of yen, each less than a cent: counter-examples that the bench `exactness` found."""

from decimal import Decimal

from odoo.tests import tagged

from ..tools import tax_data
from . import order_chain
from .exactness_case import ExactnessCase


@tagged("post_install", "-at_install")
class TestOrderInYen(ExactnessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load_accounts()
        cls.backend.unpaid_step = "confirm"
        cls._rate("JPY", 120.0, "2026-11-21")

    def sell(self, *lines, **values):
        """Import an order in yen; return its document and the sale order."""
        document = self.order("1", *lines, currency="JPY", **values)
        order = order_chain.import_order(self.backend, document).with_env(self.env)
        self.assertEqual(order.amount_total, float(document.total))
        return document, order

    def test_invoice_changed_by_hand_to_less_than_a_cent(self):
        cup = self.line("1", "5", ("VAT", "0.2", "1"), discount="2")
        rounding = self.line("rounding", "2", kind="rounding", sku="")
        _document, order = self.sell(cup, rounding, prices_include_tax=True, total=Decimal(5))
        moves = order_chain.invoice_by_hand(order)
        order_chain.post(moves)
        self.assertEqual(sum(moves.mapped("amount_total")), 5.0)
        self.assertFalse(order_chain.pay(moves))
        # Nothing in euro, so that there is nothing to reconcile.
        self.assertEqual(moves.mapped("amount_total_signed"), [0.0, 0.03])
        self.assertEqual(moves.mapped("payment_state"), ["not_paid", "paid"])

    def test_line_that_rounding_made_a_debit_in_euro_and_a_credit_in_yen(self):
        lines = self.line("1", "1000"), self.line("2", "-1", kind="fee", sku="")
        own = self.order("1", self.line("1", "6.12"), self.line("2", "0.01", kind="fee", sku=""))
        _document, order = self.sell(*lines, counterpart=own)
        moves = order_chain.invoice_whole(order)
        order_chain.post(moves)
        self.assertEqual(order_chain.booked(moves, "_currency")["untaxed"], 999.0)
        self.assertEqual(order_chain.booked(moves, "")["untaxed"], 6.13)
        self.assertFalse(order_chain.pay(moves))

    def test_rest_that_would_be_a_debit_in_euro_and_a_credit_in_yen(self):
        _document, order = self.sell(self.line("1", "1000"))
        line = order.order_line
        whole = line.extra_tax_data
        done = tax_data.amounts_of(whole)
        done["0", "manual_total_excluded_currency"] = 999.0
        done["0", "manual_total_excluded"] += 0.01
        rest = tax_data.part_of(whole, 0.1, 1.0, [done], line._round_storefront)
        self.assertEqual([rest[name] for name in tax_data.BASE], [1.0, 0.0])
