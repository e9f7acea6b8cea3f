# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is read, compared and sent, and what waits for an order."""

from unittest.mock import patch

from odoo.tests import tagged

from ..platforms import errors
from .stock_export_case import StockExportCase


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

    def test_what_an_order_on_its_way_did_not_sell_is_sent_at_once(self):
        other = self._product("Plate", "PLATE")
        self.bind(other, "2")
        self.sell("1", 5)
        self.sell("2", 0)
        self.set_stock(self.product, 10)
        self.set_stock(other, 3)
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.job("stock")
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.job("fetch")
        self.try_again()
        self.assertEqual(self.sent(), [[(3, 0)]])
        self.assertEqual(self.shop.stock[self.stock_key("2")], 3)
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.assertEqual(set(self.outbox()), {self.product.id})

    def test_an_order_on_its_way_that_cannot_be_read_holds_up_all(self):
        other = self._product("Plate", "PLATE")
        self.bind(other, "2")
        self.sell("2", 0)
        self.set_stock(other, 3)
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.job("fetch")
        error = errors.BadPayload("wrong_type")
        with patch.object(self.adapter_class, "parse_order", side_effect=error):
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
