# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of a few yen, each less than a cent's worth: counter-examples the bench `exactness` found."""

from decimal import Decimal

from odoo.tests import tagged

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
        document, order = self.sell(cup, rounding, prices_include_tax=True, total=Decimal(5))
        moves = order_chain.invoice_by_hand(order)
        order_chain.post(moves)
        self.assertEqual(sum(moves.mapped("amount_total")), 5.0)
        unpaid = order_chain.pay(moves)
        import logging; logging.getLogger("x").warning("PERF %s", [(m.amount_total, m.amount_residual, m.amount_total_signed, m.amount_residual_signed, m.payment_state, [(l.balance,l.amount_currency,l.display_type,l.amount_residual,l.amount_residual_currency) for l in m.line_ids]) for m in moves])
        self.assertFalse(unpaid)
