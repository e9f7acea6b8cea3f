# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders whose lines, taxes, customers and journal entries were worked out by hand.

Each is a file of ``golden/``, imported from what the storefront's API answers until it is paid,
under both of Odoo's ways to round taxes where they could come to different results.
"""

from odoo.tests import tagged

from .golden import golden_orders
from .golden_case import GoldenCase

ROUNDINGS = ("round_per_line", "round_globally")


@tagged("post_install", "-at_install")
class TestGoldenOrders(GoldenCase):
    maxDiff = None

    def test_golden_orders_are_many_and_cite_their_sources(self):
        self.assertGreaterEqual(len(golden_orders.names()), 30)
        for name in golden_orders.names():
            with self.subTest(golden=name):
                golden = golden_orders.read(name)
                self.assertTrue(golden["title"] and golden["why"])
                for source in golden["source"]:
                    self.assertTrue(source["url"].startswith("https://"))
                    self.assertTrue(source["says"])
                self.assertTrue(golden["source"])

    def check(self, name, rounding):
        golden = golden_orders.read(name)
        expected = golden_orders.expected(golden)
        order = self.receive_golden(golden, rounding)
        record = self.env["storefront.snapshot"].search([("backend_id", "=", self.backend.id)])
        reason = expected.get("skipped", False)
        ended = ("skipped" if reason else "done", reason)
        self.assertEqual((record.state, record.error_code), ended, self.issues().mapped("message"))
        issues = {issue.code: issue.message for issue in self.issues()}
        self.assertEqual(sorted(issues), expected.get("issues", []), issues)
        if reason:
            self.assertFalse(order)
            return
        self.check_order(order, expected)
        self.check_people(order, expected)
        self.check_entries(order, expected)

    def check_order(self, order, expected):
        self.assertEqual(order.state, expected["state"])
        self.assertEqual(order.currency_id.name, expected["currency"])
        self.assertEqual(self.said_of_lines(order), expected["lines"])
        self.assertEqual(self.said_of_totals(order), expected["totals"])
        self.assertEqual(order.fiscal_position_id.name or None, expected["fiscal_position"])

    def check_people(self, order, expected):
        for field, name in (
            ("partner_id", "partner"),
            ("partner_invoice_id", "invoice_to"),
            ("partner_shipping_id", "deliver_to"),
        ):
            wanted = expected[name] or expected["partner"]
            self.assertEqual(self.said_of_partner(order[field]), wanted, name)
        if "partners_made" in expected:
            made = self.env["res.partner"].search_count([("company_id", "=", self.company.id)])
            self.assertEqual(made, expected["partners_made"])

    def check_entries(self, order, expected):
        invoices = order.invoice_ids
        self.assertEqual(self.said_of_entry(invoices), sorted(expected["invoice"]))
        payments = order.storefront_payment_ids.sorted("id")
        self.assertEqual(
            [self.said_of_entry(payment.move_id) for payment in payments],
            [sorted(entry) for entry in expected["payments"]],
        )
        others = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("id", "not in", (invoices | payments.move_id).ids),
            ]
        )
        self.assertEqual(self.said_of_entry(others), sorted(expected.get("others", [])))
        self.assertEqual(
            set((invoices | payments.move_id | others).mapped("state")) - {"posted"}, set()
        )
        if invoices:
            places = invoices.currency_id.decimal_places
            self.assertEqual(invoices.payment_state, expected["payment_state"])
            self.assertEqual(f"{invoices.amount_residual:.{places}f}", expected["residual"])
            taxes = {line.id: line.tax_ids for line in order.order_line}
            for line in invoices.invoice_line_ids:
                self.assertEqual(line.tax_ids, taxes[line.sale_line_ids.id])


def _add_tests():
    """Give each golden order tests of its own, named after it and the way to round."""
    for name in golden_orders.names():
        for rounding in ROUNDINGS if golden_orders.is_taxed_twice(name) else ROUNDINGS[:1]:

            def test(self, name=name, rounding=rounding):
                self.check(name, rounding)

            test.__name__ = f"test_{name}_{rounding}"
            setattr(TestGoldenOrders, test.__name__, test)


_add_tests()
