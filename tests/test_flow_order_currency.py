# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace

from odoo.tests import tagged

from .test_flow_order_import import OrderImportCase


@tagged("post_install", "-at_install")
class TestOrderCurrency(OrderImportCase):
    """An order in euro of a shopper who paid 24.00 dollars for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._currency("USD")

    def both(self, external_id):
        shopper = self.order(
            external_id, self.line("1", "20.00", ("VAT", "0.2", "4.00")), currency="USD"
        )
        store = self.order(external_id, self.line("1", "18.40", ("VAT", "0.2", "3.68")))
        return replace(store, counterpart=shopper)

    def totals(self, order):
        return order.currency_id.name, order.amount_untaxed, order.amount_tax, order.amount_total

    def test_amounts_are_in_the_stores_currency(self):
        order = self.receive(self.both("1001"))["1001"]
        self.assertEqual(self.totals(order), ("EUR", 18.4, 3.68, 22.08))

    def test_amounts_are_in_the_shoppers_currency_if_the_backend_says_so(self):
        self.backend.order_currency = "shopper"
        orders = self.receive(self.both("1001"), self.simple("1002"))
        self.assertEqual(self.totals(orders["1001"]), ("USD", 20.0, 4.0, 24.0))
        self.assertEqual(self.totals(orders["1002"]), ("EUR", 10.0, 2.0, 12.0))
