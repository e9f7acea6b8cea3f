# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A level that was read may be where a sale brought it that Odoo hasn't heard of."""

from datetime import datetime, timedelta, timezone

from odoo.tests import tagged

from .stock_export_case import StockExportCase


@tagged("post_install", "-at_install")
class TestStockUnheard(StockExportCase):
    def order_sold(self, changed_later=0):
        """One unit was sold, and no webhook told of it; the order changed some minutes later."""
        shown = self.shop.stock[self.stock_key("1")]
        self.sell("1", shown - 1)
        changed_at = datetime.now(timezone.utc) + timedelta(minutes=changed_later)
        line = self.line("1", "9.00", sku="CUP")
        self.shop.orders["1001"] = self.order("1001", line, updated_at=changed_at)

    def import_order(self):
        self.job("fetch")
        self.job("import")
        self.commit()

    def asked(self):
        return len(self.shop.heard("fetch_changes"))

    def test_read_in_the_second_in_which_something_was_sent(self):
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.order_sold()
        self.poke("1001")
        self.set_stock(self.product, 2)
        self.job("stock")
        self.try_again()
        self.assertEqual(self.sent(), [[(10, 0)], [(12, 10)]])
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.import_order()
        self.try_again()
        self.assertEqual(self.sent()[2:], [[(11, 9)]])

    def test_nothing_is_added_before_the_orders_are_asked_for(self):
        self.sell("1", 11)
        self.order_sold()
        self.set_stock(self.product, 10)
        self.job("stock")
        self.assertEqual((self.level().quantity, self.asked()), (10, 0))
        self.set_stock(self.product, 2)
        self.job("stock")
        self.assertEqual((self.sent(), self.asked()), ([], 1))
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.import_order()
        self.try_again()
        self.assertEqual(self.sent(), [[(11, 10)]])
        self.assertEqual(self.asked(), 2)  # its level was read once more, after the import

    def test_an_order_that_changed_after_the_look_may_be_from_before_it(self):
        self.sell("1", 11)
        self.order_sold(changed_later=5)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.set_stock(self.product, 2)
        self.job("stock")
        self.assertEqual((self.sent(), self.asked()), ([], 1))
        self.assertEqual(self.postponed(), ("orders_first", 0))

    def test_a_listing_may_lag_behind_the_store(self):
        self.sell("1", 10)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.job("poll")
        read_at = self.level().known_at - timedelta(minutes=1)
        self.env.cr.execute("UPDATE storefront_stock_level SET known_at = %s", [read_at])
        cursor, asked = self.backend.cursor_ids, self.asked()
        for product_count, seconds, further in ((12, 10, 1), (14, 20, 0)):
            with self.subTest(seconds=seconds):
                cursor.asked_at = read_at + timedelta(seconds=seconds)
                self.env.flush_all()
                self.set_stock(self.product, 2)
                self.job("stock")
                self.assertEqual(self.shop.stock[self.stock_key("1")], product_count)
                self.assertEqual(self.asked() - asked, further)
                asked = self.asked()
                query = "UPDATE storefront_stock_level SET known_at = %s, pushed_at = NULL"
                self.env.cr.execute(query, [read_at])

    def test_orders_are_not_asked_for_twice_after_one_look(self):
        self.sell("1", 10)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.set_stock(self.product, 2)
        self.job("stock")
        self.set_stock(self.product, 2)
        self.job("stock")
        self.assertEqual(self.sent(), [[(12, 10)], [(14, 12)]])
        self.assertEqual(self.asked(), 1)

    def test_what_takes_away_waits_for_no_order(self):
        self.sell("1", 10)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.set_stock(self.product, -2)
        self.job("stock")
        self.assertEqual((self.sent(), self.asked()), ([[(8, 10)]], 0))
