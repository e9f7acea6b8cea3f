# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A push so large that some of it is sent while the rest is still compared."""

from unittest.mock import patch

from odoo.tests import tagged

from ..flows import stock_export
from ..flows.stock_export import StorefrontStockExport
from ..platforms import errors
from .stock_export_case import StockExportCase


@tagged("post_install", "-at_install")
class TestStockParts(StockExportCase):
    def setUp(self):
        super().setUp()
        self.patch(stock_export, "PRODUCTS_PER_PART", 1)
        self.products = [self.product]
        for number in range(2, 6):
            self.products.append(self._product(f"P{number}", f"P{number}"))
            self.bind(self.products[-1], str(number))
        for number, product in enumerate(self.products, 1):
            self.sell(str(number), 0)
            self.set_stock(product, number)
        self.job("stock")
        self.shop.pushes.clear()

    def change_all(self):
        for product in self.products:
            self.set_stock(product, 10)

    def shown(self):
        return [self.shop.stock[self.stock_key(str(number))] for number in range(1, 6)]

    def test_batches_are_filled_over_the_parts(self):
        self.change_all()
        self.job("stock")
        self.assertEqual([len(batch) for batch in self.sent()], [2, 2, 1])
        self.assertEqual(self.shown(), [11, 12, 13, 14, 15])
        self.assertEqual(self.outbox(), [])

    def test_nothing_is_sent_after_what_is_not_known(self):
        self.change_all()
        self.level(self.binding_of(self.products[1]))._doubt("manual")
        heard = len(self.shop.calls)
        self.job("stock")
        self.assertEqual(self.sent(), [[(11, 1)], [(12, 2), (13, 3)], [(14, 4), (15, 5)]])
        verbs = [verb for verb, _asked in self.shop.calls[heard:]]
        self.assertEqual(verbs[:3], ["push_stock", "fetch_stock", "fetch_changes"])
        self.assertEqual(self.shown(), [11, 12, 13, 14, 15])

    def test_what_was_sent_is_kept_where_the_next_part_fails(self):
        self.change_all()
        original, compared = StorefrontStockExport._compare, []

        def compare(flow, backend, product_ids, doubted=()):
            compared.append(product_ids)
            if len(compared) == 4:
                raise errors.RetryLater("unavailable")
            return original(flow, backend, product_ids, doubted)

        with patch.object(StorefrontStockExport, "_compare", compare):
            self.job("stock")
        self.assertEqual([len(batch) for batch in self.sent()], [2])
        self.assertEqual(self.shown(), [11, 12, 3, 4, 5])
        self.assertEqual(self.level(self.binding_of(self.products[1])).quantity, 12)
        self.assertEqual(
            set(self.outbox()), set(self.env["product.product"].concat(*self.products).ids)
        )
        self.try_again()
        self.assertEqual(self.shown(), [11, 12, 13, 14, 15])
        self.assertEqual([len(batch) for batch in self.sent()], [2, 2, 1])

    def binding_of(self, product):
        return self.env["storefront.binding.variant"].search([("product_id", "=", product.id)])
