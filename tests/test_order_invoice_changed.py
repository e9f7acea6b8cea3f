# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices of imported orders where somebody has changed the order, or an invoice's currency."""

from odoo.tests import tagged

from .test_order_invoice import OrderInvoiceCase


@tagged("post_install", "-at_install")
class TestChangedInvoices(OrderInvoiceCase):
    def thirds(self):
        """Three of 3.34 less 0.02, with 2.00 of taxes: 10.00 and 2.00."""
        return self.place(
            self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        )

    def test_price_that_somebody_changed_is_invoiced_as_odoo_computes_it(self):
        order = self.thirds()
        order.order_line.write({"price_unit": 5.0, "discount": 0.0})
        move = self.invoice_quantity(order, 1)
        self.assertEqual(self.amounts(move), [(5.0, 1.0, 6.0)])
        self.assertFalse(move.invoice_line_ids.extra_tax_data)

    def test_quantity_on_a_draft_of_a_changed_order_is_computed_by_odoo(self):
        order = self.thirds()
        move = self.invoice_quantity(order, 1)
        self.assertEqual(self.amounts(move), [(3.33, 0.67, 4.0)])
        order.order_line.price_unit = 5.0
        move.invoice_line_ids.quantity = 2
        self.assertFalse(move.invoice_line_ids.extra_tax_data)

    def test_invoice_in_another_currency_counts_for_its_quantity(self):
        order = self.thirds()
        first = self.invoice_quantity(order, 1)
        first.currency_id = self._currency("USD")
        rest = self.invoice_quantity(order, 2)
        # Two of three parts: what the first would have been is 3.33 and 0.67.
        self.assertEqual(self.amounts(rest), [(6.67, 1.33, 8.0)])
