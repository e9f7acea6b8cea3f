# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import tagged

from ..platforms import errors
from ..platforms.documents.stock import StockResult
from .common import StorefrontCase


class StockExportCase(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.binding = self.bind(self.product, "1")

    def sell(self, binding_external_id, shown):
        """The storefront shows ``shown`` of a variant."""
        self.shop.stock[self.stock_key(binding_external_id)] = shown

    def sent(self):
        """Return what was pushed: (quantity, expected) of each change, a list a batch."""
        return [
            [(int(change.quantity), change.expected) for change in changes]
            for _key, changes in self.shop.pushes
        ]

    def level(self, binding=None):
        return self.env["storefront.stock.level"].search(
            [("binding_id", "=", (binding or self.binding).id)]
        )

    def try_again(self):
        """Run the drain as when its delay is over."""
        self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.job("stock")

    def postponed(self):
        self.env.cr.execute(
            "SELECT error_code, tries FROM storefront_claim"
            " WHERE key = %s AND next_try IS NOT NULL",
            [f"stock:{self.backend.id}"],
        )
        return self.env.cr.fetchone()


@tagged("post_install", "-at_install")
class TestStockExport(StockExportCase):
    def test_unknown_level_is_read_before_it_is_written(self):
        self.sell("1", 3)
        self.set_stock(self.product, 10)
        self.job("stock")
        # More is to be shown than there is: an order may have brought it there.
        self.assertEqual(
            [verb for verb, _asked in self.shop.calls],
            ["fetch_stock", "fetch_changes", "push_stock"],
        )
        self.assertEqual(self.sent(), [[(10, 3)]])
        self.assertEqual(self.shop.stock, {self.stock_key("1"): 10})
        self.assertEqual(self.level().quantity, 10)
        self.assertTrue(self.level().pushed_at)
        self.assertEqual(self.outbox(), [])

    def test_what_the_storefront_shows_already_is_not_sent(self):
        self.sell("1", 10)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.level().quantity, 10)
        self.assertFalse(self.level().pushed_at)
        self.assertEqual(self.outbox(), [])
        self.assertFalse(self.operations("stock_push"))

    def test_nothing_is_sent_twice(self):
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.job("stock")
        self.set_stock(self.product, 2)
        self.set_stock(self.product, -2)
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 0)]])
        self.assertEqual(len(self.shop.heard("fetch_stock")), 1)

    def test_known_level_is_expected_without_reading_again(self):
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.set_stock(self.product, -4)
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 0)], [(6, 10)]])
        self.assertEqual(len(self.shop.heard("fetch_stock")), 1)

    def test_variant_the_storefront_has_no_stock_of_counts_as_none(self):
        self.set_stock(self.product, 10)
        self.shop.stock[self.stock_key("1")] = None
        self.shop.during("push_stock", lambda: self.sell("1", 0))
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 0)]])

    def test_batches_are_as_large_as_the_platform_takes(self):
        products = [self._product(f"P{number}", f"P{number}") for number in range(4)]
        for number, product in enumerate(products, 2):
            self.bind(product, str(number))
            self.set_stock(product, number)
        self.set_stock(self.product, 1)
        for number in range(1, 6):
            self.sell(str(number), 0)
        self.job("stock")
        self.assertEqual([len(batch) for batch in self.sent()], [2, 2, 1])
        self.assertEqual([len(keys) for keys in self.shop.heard("fetch_stock")], [2, 2, 1])
        self.assertEqual(
            {key.inventory_external_id: shown for key, shown in self.shop.stock.items()},
            {"I1": 1, "I2": 2, "I3": 3, "I4": 4, "I5": 5},
        )
        operations = self.operations("stock_push")
        self.assertEqual(operations.mapped("item_count"), [2, 2, 1])
        self.assertEqual(operations.mapped("status"), ["success"] * 3)
        self.assertEqual(
            sorted(item for items in operations.mapped("items") for item in items),
            [[f"I{number}", "L1", float(number)] for number in range(1, 6)],
        )
        self.assertEqual(operations.create_uid, self.backend.outbound_user_id)

    def test_sold_in_the_storefront_meanwhile(self):
        self.sell("1", 5)
        self.set_stock(self.product, 10)
        self.shop.during("push_stock", lambda: self.sell("1", 4))
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 5)], [(10, 4)]])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)
        keys = [key for key, _changes in self.shop.pushes]
        self.assertEqual(len(set(keys)), 2)
        self.assertEqual(self.operations("stock_push").mapped("status"), ["retry", "success"])
        self.assertEqual(
            self.operations("stock_push").mapped("error_code"), ["stock_moving", False]
        )

    def test_what_differs_may_be_an_order_a_worker_is_importing(self):
        """Its claim hides it from other workers, but its units are sold all the same."""
        self.sell("1", 5)
        self.set_stock(self.product, 10)
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.job("fetch")
        self.env["storefront.snapshot"]._claim_for_import(self.backend, 1)
        self.job("stock")
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.postponed(), ("orders_first", 0))

    def test_what_differs_may_be_an_order_that_is_not_here_yet(self):
        self.sell("1", 5)
        self.set_stock(self.product, 10)
        self.shop.during("push_stock", lambda: (self.sell("1", 4), self.poke("1001")))
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 5)]])
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.assertEqual(set(self.outbox()), {self.product.id})
        order = self.order("1001", self.line("1", "9.00", sku="CUP"), payment_state="paid")
        self.receive(order)
        self.try_again()
        self.assertEqual(self.shop.stock[self.stock_key("1")], 9)

    def test_held_for_as_long_as_an_order_is_on_its_way(self):
        self.sell("1", 5)
        self.set_stock(self.product, 10)
        self.shop.during("push_stock", lambda: (self.sell("1", 4), self.poke("1001")))
        self.job("stock")
        for _time in range(4):
            self.try_again()
            self.assertEqual(self.postponed(), ("orders_first", 0))
        self.assertEqual(self.sent(), [[(10, 5)]])
        self.receive(self.order("1001", self.line("1", "9.00", sku="CUP"), payment_state="paid"))
        self.try_again()
        self.assertEqual(self.shop.stock[self.stock_key("1")], 9)
        self.assertEqual(self.outbox(), [])

    def test_what_waits_for_an_order_holds_up_nothing_else(self):
        other = self._product("Plate", "PLATE")
        plate = self.bind(other, "2")
        self.sell("1", 5)
        self.sell("2", 0)
        self.set_stock(other, 3)
        self.job("stock")
        self.set_stock(self.product, 10)
        self.set_stock(other, 4)
        self.shop.during("push_stock", lambda: (self.sell("1", 4), self.poke("1001")))
        self.job("stock")
        self.assertEqual(self.level(plate).quantity, 7)
        self.assertEqual(self.shop.stock[self.stock_key("2")], 7)
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.assertEqual(set(self.outbox()), {self.product.id})

    def test_what_changes_while_sold_stock_waits_is_sent_at_once(self):
        other = self._product("Plate", "PLATE")
        self.bind(other, "2")
        self.sell("1", 9)
        self.sell("2", 0)
        self.set_stock(self.product, 10)
        self.set_stock(other, 3)
        self.receive(self.order("1001", self.line("1", "9.00", sku="CUP"), payment_state="paid"))
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("2")], 3)
        self.receive(self.order("1002", self.line("1", "9.00", sku="CUP"), payment_state="paid"))
        self.poke("1003")
        self.commit()
        # A test's transaction may have begun long ago.
        now = "clock_timestamp() AT TIME ZONE 'UTC'"
        self.env.cr.execute(f"UPDATE storefront_outbox SET create_date = {now}")
        self.job("stock")
        self.assertEqual(self.postponed(), ("orders_first", 0))
        reads = len(self.shop.heard("fetch_stock"))
        self.set_stock(other, 4)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("2")], 7)
        self.assertEqual(set(self.outbox()), {self.product.id})
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.assertEqual(len(self.shop.heard("fetch_stock")), reads)
        self.job("stock")
        self.assertEqual(set(self.outbox()), {self.product.id})

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
