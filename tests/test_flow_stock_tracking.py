# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants whose stock the storefront doesn't count, until somebody says that it shall."""

from dataclasses import replace

from odoo.tests import tagged

from .stock_export_case import StockExportCase


@tagged("post_install", "-at_install")
class TestStockTracking(StockExportCase):
    def setUp(self):
        super().setUp()
        tracking = replace(self.adapter_class.capabilities, stock_tracking=True)
        self.patch(self.adapter_class, "capabilities", tracking)
        self.bind(self.other_product, "2")
        self.sell("1", 0)
        self.sell("2", 0)

    def refuse(self, code):
        self.shop.refusals[self.stock_key("1")] = (code, "Not counted")
        self.set_stock(self.product, 5)
        self.set_stock(self.other_product, 6)
        self.job("stock")

    def levels(self):
        return self.env["storefront.stock.level"].search([("backend_id", "=", self.backend.id)])

    def test_what_isn_t_counted_is_an_issue_that_can_be_fixed(self):
        self.refuse("stock_untracked")
        self.assertEqual(self.shop.stock[self.stock_key("2")], 6)
        issue = self.issues()
        self.assertEqual((issue.code, issue.can_fix), ("stock_untracked", True))
        self.assertIn("doesn't count the stock of “[CUP] Cup”", issue.message)
        self.assertEqual(self.shop.heard("track_stock"), [])
        refused = {level.product_id: level.issue_id for level in self.levels()}
        self.assertEqual(refused, {self.product: issue, self.other_product: issue.browse()})
        issue.action_fix()
        self.assertEqual(issue.state, "resolved")
        # That level isn't known any more: it is read, and sent, anew.
        self.assertEqual(self.levels().product_id, self.other_product)
        self.assertFalse(self.levels().issue_id)
        self.assertTrue(self.binding.count_in_store)
        self.set_stock(self.other_product, 1)
        self.job("stock")
        self.assertEqual(self.shop.heard("track_stock"), [[5]])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)
        self.assertEqual(self.shop.stock[self.stock_key("2")], 7)
        self.assertFalse(self.binding.count_in_store)
        self.set_stock(self.product, 1)
        self.job("stock")
        self.assertEqual(len(self.shop.heard("track_stock")), 1)
        self.assertEqual(self.shop.stock[self.stock_key("1")], 6)

    def test_counting_begins_although_there_is_nothing_to_sell(self):
        """What isn't counted reads as 0, and the storefront sells it all the same."""
        self.refuse("stock_of_parent")
        self.set_stock(self.product, -5)
        issue = self.issues()
        self.assertEqual((issue.code, issue.can_fix), ("stock_of_parent", True))
        issue.action_fix()
        self.job("stock")
        self.assertEqual(self.shop.heard("track_stock"), [[0]])
        self.assertFalse(self.binding.count_in_store)

    def test_other_reasons_stay_as_they_are(self):
        self.refuse("stock_not_taken")
        self.assertEqual(
            (self.issues().code, self.issues().detail), ("stock_refused", "stock_not_taken")
        )
