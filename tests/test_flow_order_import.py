# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo.tests import tagged

from ..platforms.documents.customer import Customer
from ..platforms.shopify.adapter import ShopifyAdapter
from .common import StorefrontCase

OPERATION_LOGGER = "odoo.addons.storefront_connector.models.storefront_operation"


class OrderImportCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._tax("VAT 20 %", 20.0)

    def simple(self, external_id="1001", **values):
        return self.order(external_id, self.line("1", "10.00", ("VAT", "0.2", "2.00")), **values)

    def state(self, external_id):
        snapshot = self.snapshot(external_id)
        return snapshot.state, snapshot.error_code


@tagged("post_install", "-at_install")
class TestOrderImport(OrderImportCase):
    def test_order_as_the_customer_placed_it(self):
        document = self.order(
            "1001",
            self.line("11", "10.00", ("VAT", "0.2", "3.60"), quantity=2, discount="2.00"),
            self.line("11", "5.00", ("VAT", "0.2", "1.00"), kind="shipping", name="Express"),
            note="Ring twice",
        )
        order = self.receive(document)["1001"]
        self.assertEqual(
            (order.amount_untaxed, order.amount_tax, order.amount_total), (23.0, 4.6, 27.6)
        )
        self.assertEqual((order.storefront_total, order.storefront_total_tax), (27.6, 4.6))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.date_order, datetime(2026, 11, 20, 9, 30))
        self.assertEqual(order.origin, "shopify-1001")
        self.assertEqual(order.client_order_ref, "#1001")
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.warehouse_id, self.warehouse)
        self.assertFalse(order.user_id)
        self.assertFalse(order.message_partner_ids)
        self.assertEqual(order.create_uid, self.backend.inbound_user_id)
        self.assertEqual(order.storefront_note, "Ring twice")
        self.assertEqual(order.storefront_payment_state, "paid")
        self.assertEqual(order.storefront_url, "https://fake.example/orders/1001")
        cup, shipping = order.order_line
        self.assertEqual(cup.product_id, self.product)
        self.assertEqual(
            (cup.product_uom_qty, cup.price_unit, cup.discount, cup.price_subtotal),
            (2.0, 10.0, 10.0, 18.0),
        )
        self.assertEqual(cup.price_total, 21.6)
        self.assertEqual(cup.tax_ids, self.vat)
        self.assertEqual(cup.storefront_external_id, "11")
        self.assertEqual(shipping.product_id, self.backend.shipping_product_id)
        self.assertEqual(shipping.name, "Express")
        self.assertEqual((cup.is_delivery, shipping.is_delivery), (False, True))
        self.assertEqual(order.picking_ids.move_ids.product_id, self.product)

    def test_order_of_a_backend_without_an_address_has_none(self):
        order = self.receive(self.simple())["1001"]
        self.adapter_class = ShopifyAdapter
        self.backend.url = False
        self.assertIs(order.storefront_url, False)
        self.assertIs(self.snapshot("1001").storefront_url, False)

    def test_operation_and_snapshot_tell_what_became_of_it(self):
        order = self.receive(self.simple())["1001"]
        snapshot = self.snapshot("1001")
        self.assertEqual(snapshot.state, "done")
        self.assertEqual(snapshot.order_id, order)
        self.assertEqual(snapshot.applied_hash, snapshot.payload_hash)
        self.assertFalse(snapshot.claimed_until)
        self.assertFalse(snapshot.event_at)
        operation = self.operations("order_import")
        self.assertEqual(operation.source_ref, "1001")
        self.assertEqual(operation.target_ref, f"sale.order,{order.id}")
        self.assertEqual((operation.status, operation.tries), ("success", 1))
        self.assertEqual(operation.item_count, 1)

    def test_lag_counts_from_the_first_event(self):
        self.shop.orders["1001"] = self.simple()
        now = datetime.now(timezone.utc)
        self.poke("1001", at=now - timedelta(hours=2))
        self.poke("1001", at=now - timedelta(hours=1))
        self.job("fetch")
        self.job("import")
        lag = timedelta(milliseconds=self.operations("order_import").lag_ms)
        self.assertEqual(lag // timedelta(minutes=10), 12)

    def test_log_line_holds_no_personal_data(self):
        with self.assertLogs(OPERATION_LOGGER, logging.INFO) as logs:
            order = self.receive(self.simple())["1001"]
        text = "\n".join(logs.output)
        self.assertIn(f'"target": "sale.order,{order.id}"', text)
        self.assertIn('"status": "success"', text)
        self.assertNotIn("Ada", text)
        self.assertNotIn("ada@example.com", text)

    def test_the_same_order_again_changes_nothing(self):
        first = self.receive(self.simple())
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders(), first)
        self.assertEqual(self.operations("order_import").mapped("status"), ["success", "unchanged"])

    def test_warehouse_and_team_of_the_backend(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        team = self.env["crm.team"].create({"name": "Web", "company_id": self.company.id})
        self.backend.write({"warehouse_id": other.id, "team_id": team.id})
        order = self.receive(self.simple())["1001"]
        self.assertEqual((order.warehouse_id, order.team_id), (other, team))

    def test_test_orders_are_left_out_unless_wanted(self):
        self.assertEqual(self.receive(self.simple(is_test=True)), {})
        self.assertEqual(self.state("1001"), ("skipped", "test_order"))
        self.assertEqual(self.operations("order_import").status, "skipped")
        self.assertFalse(self.issues())
        self.backend.import_test_orders = True
        self.assertEqual(list(self.receive(self.simple("1002", is_test=True))), ["1002"])

    def test_order_cancelled_before_its_import_is_left_out(self):
        self.assertEqual(self.receive(self.simple(cancelled_at=self.later(5))), {})
        self.assertEqual(self.state("1001"), ("skipped", "cancelled_before_import"))

    # products

    def test_binding_comes_before_the_sku(self):
        self.bind(self.other_product, "V1")
        line = self.line("1", "10.00", sku="CUP", variant_external_id="V1")
        order = self.receive(self.order("1001", line))["1001"]
        self.assertEqual(order.order_line.product_id, self.other_product)

    def test_lines_that_are_no_product(self):
        kinds = ["shipping", "fee", "tip", "gift_wrap", "duty", "rounding"]
        lines = [
            self.line(str(number), "1.00", kind=kind, sku="", name=kind.title())
            for number, kind in enumerate(kinds, 1)
        ]
        lines.append(self.line("7", "1.00", sku="", name="Engraving"))
        order = self.receive(self.order("1001", *lines))["1001"]
        fee = self.backend.fee_product_id
        self.assertEqual(
            [line.product_id for line in order.order_line],
            [self.backend.shipping_product_id, fee, fee, fee, fee]
            + [self.backend.rounding_product_id, self.backend.custom_product_id],
        )
        self.assertEqual(
            order.order_line.mapped("name"),
            ["Shipping", "Fee", "Tip", "Gift_Wrap", "Duty", "Rounding", "Engraving"],
        )
        self.assertEqual(order.amount_total, 7.0)

    def test_line_without_quantity_is_left_out(self):
        lines = (self.line("1", "10.00"), self.line("2", "5.00", quantity=0))
        order = self.receive(self.order("1001", *lines))["1001"]
        self.assertEqual(order.order_line.mapped("storefront_external_id"), ["1"])
        self.assertEqual(order.amount_total, 10.0)

    def test_all_that_is_missing_is_said_at_once_and_nothing_is_left_behind(self):
        self._product("Cup again", "CUP")
        self.env["res.currency"].search([("name", "=", "JPY")]).active = False
        document = self.order(
            "1001",
            self.line("1", "10", ("VAT", "0.2", "2"), sku="CUP", variant_external_id="V1"),
            self.line("2", "10", ("GST", "0.05", "1"), sku="GHOST", variant_external_id="V2"),
            currency="JPY",
        )
        self.assertEqual(self.receive(document), {})
        self.assertEqual(self.state("1001"), ("requires_attention", "currency_missing"))
        self.assertEqual(
            sorted(self.issues(state="open").mapped("key")),
            [
                "currency_missing:JPY",
                "product_ambiguous:V1",
                "product_missing:V2",
                "tax_missing:GST:5:BE",
            ],
        )
        self.assertFalse(self.env["res.partner"].search([("email", "=", "ada@example.com")]))
        self.assertEqual(self.operations("order_import").status, "requires_attention")

    def test_two_orders_of_one_guest_have_one_partner(self):
        guest = Customer(name="Grace", email="Grace@Example.com")
        orders = self.receive(
            self.simple("1", customer=guest),
            self.simple("2", customer=replace(guest, email="grace@example.com")),
        )
        self.assertEqual(orders["1"].partner_id, orders["2"].partner_id)
