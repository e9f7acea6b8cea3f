# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of what was sent: stale, lost, refused, left out; and what is never sent."""

from odoo.tests import tagged

from ..platforms import errors
from ..platforms.documents.stock import StockResult
from .stock_export_case import StockExportCase


@tagged("post_install", "-at_install")
class TestStockAnswers(StockExportCase):
    def test_storefront_that_never_stands_still(self):
        self.sell("1", 1)
        self.set_stock(self.product, 10)
        for shown in (2, 3, 4):
            self.shop.during("push_stock", lambda shown=shown: self.sell("1", shown))
        self.job("stock")
        self.assertEqual(self.postponed(), ("stock_moving", 0))
        self.assertEqual(set(self.outbox()), {self.product.id})
        self.try_again()
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)
        self.assertEqual(self.outbox(), [])

    def test_lost_answer_is_looked_up_and_not_repeated_blindly(self):
        self.sell("1", 3)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.set_stock(self.product, 1)

        def land_and_fail():
            self.sell("1", 11)
            raise errors.AnswerLost()

        self.shop.during("push_stock", land_and_fail)
        self.job("stock")
        self.assertEqual(self.postponed(), ("answer_lost", 1))
        self.assertEqual(set(self.outbox()), {self.product.id})
        self.assertEqual(self.level().quantity, 10)
        self.try_again()
        # The same call under the same key, refused as stale, then read: nothing left to send.
        (first, *_rest), (second, *_more) = self.shop.pushes[-2:]
        self.assertEqual(first, second)
        self.assertEqual(self.sent(), [[(10, 3)], [(11, 10)], [(11, 10)]])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 11)
        self.assertEqual(self.level().quantity, 11)
        self.assertIsNone(self.postponed())

    def test_error_keeps_the_answers_before_it_and_nothing_more_is_sent(self):
        products = [self._product(f"P{number}", f"P{number}") for number in range(2, 6)]
        for number, product in enumerate([self.product, *products], 1):
            if number > 1:
                self.bind(product, str(number))
            self.sell(str(number), 0)
            self.set_stock(product, 1)

        def fail_next():
            self.shop.during("push_stock", lambda: self.shop.fail("push_stock", lost))

        lost = errors.AnswerLost()
        self.shop.during("push_stock", fail_next)
        self.job("stock")
        self.assertEqual([len(batch) for batch in self.sent()], [2, 2])
        self.assertEqual(self.postponed(), ("answer_lost", 1))
        self.assertEqual(len(self.operations("stock_push")), 1)
        self.try_again()
        keys = [key for key, _changes in self.shop.pushes]
        self.assertEqual([len(batch) for batch in self.sent()], [2, 2, 2, 1])
        self.assertEqual(keys[1], keys[2])
        self.assertEqual(len(set(keys)), 3)
        self.assertEqual(set(self.shop.stock.values()), {1})

    def test_refused_change_becomes_an_issue_and_the_rest_goes_through(self):
        self.bind(self.other_product, "2")
        self.sell("1", 0)
        self.sell("2", 0)
        self.shop.refusals[self.stock_key("1")] = ("NOT_STOCKED", "Not stocked here")
        self.set_stock(self.product, 5)
        self.set_stock(self.other_product, 6)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("2")], 6)
        issue = self.issues()
        self.assertEqual((issue.code, issue.detail), ("stock_refused", "NOT_STOCKED"))
        self.assertEqual(
            issue.message,
            "The storefront refused the quantity of “[CUP] Cup”: Not stocked here",
        )
        self.assertEqual(self.outbox(), [])
        self.job("stock")
        self.set_stock(self.product, 1)
        self.set_stock(self.product, -1)
        self.job("stock")
        self.assertEqual(len(self.shop.pushes), 1)

    def test_refused_change_is_sent_again_when_the_issue_is_retried(self):
        self.sell("1", 0)
        self.shop.refusals[self.stock_key("1")] = ("NOT_STOCKED", "Not stocked here")
        self.set_stock(self.product, 5)
        self.job("stock")
        self.shop.refusals.clear()
        issue = self.issues()
        issue.action_retry()
        self.assertEqual(issue.state, "resolved")
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)

    def test_unsent_part_of_a_batch_is_sent_again(self):
        self.sell("1", 0)
        self.set_stock(self.product, 5)
        push = self.adapter_class.push_stock
        results = iter([StockResult(unsent=(self.stock_key("1"),))])

        def push_nothing_first(adapter, changes, *, idempotency_key):
            return next(results, None) or push(adapter, changes, idempotency_key=idempotency_key)

        self.patch(self.adapter_class, "push_stock", push_nothing_first)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)

    def test_change_that_comes_during_a_push_is_sent_next(self):
        self.sell("1", 0)
        self.set_stock(self.product, 5)
        self.shop.during(
            "push_stock", lambda: (self.set_stock(self.product, 1), self.env.cr.flush())
        )
        self.job("stock")
        self.assertEqual(self.sent(), [[(5, 0)], [(6, 5)]])
        self.assertEqual(self.outbox(), [])

    def test_places_without_a_warehouse_and_inactive_ones_are_never_written(self):
        self._location(self.backend, "L2", self.env["stock.warehouse"])
        closed = self._location(self.backend, "L3", self.warehouse)
        closed.active = False
        self.sell("1", 0)
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(list(self.shop.stock), [self.stock_key("1")])

    def test_two_warehouses_for_two_places(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self._location(self.backend, "L2", other)
        self.shop.stock = {self.stock_key("1"): 0, self.stock_key("1", "L2"): 0}
        self.set_stock(self.product, 5)
        self.set_stock(self.product, 7, other.lot_stock_id)
        self.job("stock")
        self.assertEqual(self.shop.stock, {self.stock_key("1"): 5, self.stock_key("1", "L2"): 7})

    def test_variant_that_is_not_counted_is_left_alone(self):
        self.binding.inventory_external_id = False
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shop.calls, [])
        self.assertEqual(self.outbox(), [])

    def test_variant_is_sent_once_it_can_be_counted(self):
        self.binding.inventory_external_id = False
        self.set_stock(self.product, 5)
        self.job("stock")
        self.sell("1", 0)
        self.binding.inventory_external_id = "I1"
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)

    def test_paused_backend_sends_nothing_until_it_goes_on(self):
        self.sell("1", 0)
        self.backend.action_pause()
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shop.calls, [])
        self.backend.action_resume()
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)

    def test_archived_product_keeps_being_sent(self):
        self.sell("1", 0)
        self.product.active = False
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)
