# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants whose stock the storefront doesn't count, until somebody says that it shall."""

from dataclasses import replace

from odoo.tests import tagged

from .reconcile_case import ReconcileCase
from .stock_export_case import StockExportCase


class TrackingCase(StockExportCase):
    def setUp(self):
        super().setUp()
        self.able(True)

    def able(self, can_track):
        tracking = replace(self.adapter_class.capabilities, stock_tracking=can_track)
        self.patch(self.adapter_class, "capabilities", tracking)

    def uncount(self, external_id, code="stock_untracked"):
        """The storefront counts nothing of a variant."""
        key = self.stock_key(external_id)
        self.shop.stock.pop(key, None)
        self.shop.refusals[key] = (code, "Not counted")

    def count(self, external_id, shown):
        """Somebody has it counted in the storefront."""
        self.shop.refusals.pop(self.stock_key(external_id))
        self.sell(external_id, shown)

    def asked(self):
        return [[key.inventory_external_id for key in keys] for keys in self.asked_keys()]

    def asked_keys(self):
        return self.shop.heard("find_untracked")


@tagged("post_install", "-at_install")
class TestStockTracking(TrackingCase):
    def setUp(self):
        super().setUp()
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


@tagged("post_install", "-at_install")
class TestStockTrackingSeen(TrackingCase):
    """What isn't counted is said at the first look, although there is nothing to be sent."""

    def test_linking_tells_although_there_is_nothing_to_sell(self):
        self.uncount("1", "stock_of_parent")
        self.job("stock")
        issue = self.issues()
        self.assertEqual((issue.code, issue.can_fix), ("stock_of_parent", True))
        self.assertEqual(issue.params["variant_external_id"], "1")
        self.assertIn("“[CUP] Cup”", issue.message)
        self.assertEqual((self.asked(), self.shop.pushes), ([["I1"]], []))
        issue.action_fix()
        self.job("stock")
        self.assertEqual(self.shop.heard("track_stock"), [[0]])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 0)
        self.assertEqual(self.asked(), [["I1"]], "nobody asks about what is mended")
        self.assertFalse(self.issues(state="open"))

    def test_what_is_known_or_was_ignored_is_asked_no_more(self):
        self.uncount("1")
        self.job("stock")
        self.binding._mark_stock()
        self.level().unlink()
        self.job("stock")
        self.assertEqual((len(self.issues()), self.asked()), (1, [["I1"]]))
        self.issues().action_ignore()
        self.binding._mark_stock()
        self.level().unlink()
        self.job("stock")
        self.assertEqual((self.issues().mapped("state"), self.asked()), (["ignored"], [["I1"]]))

    def test_one_that_is_gone_or_at_zero_is_nothing_to_tell(self):
        self.shop.stock.pop(self.stock_key("1"), None)
        self.bind(self.other_product, "2")
        self.sell("2", 0)
        self.job("stock")
        self.assertEqual(self.asked(), [["I1"]])
        self.assertFalse(self.issues())

    def test_what_is_never_sent_is_not_asked_about(self):
        self.uncount("1")
        self.binding.is_excluded = True
        self.job("stock")
        self.assertEqual((self.asked(), self.issues().ids), ([], []))

    def test_where_counting_can_t_be_turned_on_nothing_is_asked(self):
        self.able(False)
        self.uncount("1")
        self.job("stock")
        self.assertEqual((self.asked(), self.issues().ids), ([], []))


@tagged("post_install", "-at_install")
class TestStockTrackingReconciled(TrackingCase, ReconcileCase):
    def test_a_reconciliation_tells_what_is_no_longer_counted(self):
        self.set_stock(self.product, -10)
        self.job("stock")
        self.forget_calls()
        self.uncount("1")
        run = self.reconcile()
        self.assertEqual((run.state, run.drift_count), ("done", 0))
        self.assertEqual(self.asked(), [["I1"]])
        self.assertEqual(self.issues().code, "stock_untracked")
        self.reconcile()
        self.assertEqual((len(self.issues()), self.asked()), (1, [["I1"]]))

    def test_what_isn_t_counted_is_for_a_human_and_not_sent_in_vain(self):
        self.uncount("1")
        run = self.reconcile()
        self.assertEqual(self.found(run), [("1", 0, 10, "refused", "refused")])
        self.assertEqual((run.state, self.sent()), ("done", []))

    def test_once_it_is_counted_there_the_issue_closes_and_the_quantity_is_sent(self):
        self.uncount("1")
        self.reconcile()
        self.count("1", 3)
        run = self.reconcile()
        self.assertEqual(self.issues().mapped("state"), ["resolved"])
        self.assertEqual(self.found(run), [("1", 3, 10, "edited", "repaired")])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)

    def test_a_dry_run_says_nothing(self):
        self.uncount("1")
        self.reconcile(self.run_of(is_dry=True))
        self.assertEqual((self.asked(), self.issues().ids), ([], []))
