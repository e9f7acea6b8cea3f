# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from odoo.tests import tagged

from ..platforms.documents.customer import Address, Customer
from .common import StorefrontCase

VAT = ("VAT", "0.2")


@tagged("post_install", "-at_install")
class TestOrderImport(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._tax("VAT 20 %", 20.0)

    def simple(self, external_id="1001", **values):
        return self.order(external_id, self.line("1", "10.00", (*VAT, "2.00")), **values)

    def test_order_as_the_customer_placed_it(self):
        document = self.order(
            "1001",
            self.line("11", "10.00", (*VAT, "3.60"), quantity=2, discount="2.00"),
            self.line("12", "5.00", (*VAT, "1.00"), kind="shipping", sku="", name="Express"),
            note="Ring twice",
        )
        order = self.receive(document)["1001"]
        self.assertEqual(
            (order.amount_untaxed, order.amount_tax, order.amount_total), (23.0, 4.6, 27.6)
        )
        self.assertEqual(order.storefront_total, 27.6)
        self.assertEqual(order.storefront_total_tax, 4.6)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.date_order, datetime(2026, 11, 20, 9, 30))
        self.assertEqual(order.origin, "shopify-1001")
        self.assertEqual(order.client_order_ref, "#1001")
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.warehouse_id, self.warehouse)
        self.assertFalse(order.user_id)
        self.assertEqual(order.create_uid, self.backend.inbound_user_id)
        self.assertEqual(order.storefront_note, "Ring twice")
        self.assertEqual(order.storefront_payment_state, "paid")
        self.assertEqual(order.storefront_url, "https://fake.example/orders/1001")
        cup, shipping = order.order_line
        self.assertEqual(cup.product_id, self.product)
        self.assertEqual(
            (cup.product_uom_qty, cup.price_unit, cup.discount, cup.price_subtotal, cup.price_tax),
            (2.0, 10.0, 10.0, 18.0, 3.6),
        )
        self.assertEqual(cup.tax_ids, self.vat)
        self.assertEqual(cup.storefront_external_id, "11")
        self.assertEqual(shipping.product_id, self.backend.shipping_product_id)
        self.assertEqual(shipping.name, "Express")
        self.assertTrue(shipping.is_delivery)
        self.assertFalse(cup.is_delivery)
