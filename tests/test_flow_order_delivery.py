# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What had left the store before its order came in: no warehouse is asked, but it is invoiced."""

from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from .workflow_case import WorkflowCase

LONG_AGO = "2020-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestOrderDelivery(WorkflowCase):
    def setUp(self):
        super().setUp()
        self.backend.handover_since = LONG_AGO
        self.set_stock(self.product, 10)

    def left(self, external_id="1", quantity=5, handed=0, product="CUP", **values):
        line = self.line(
            "1", "10.00", quantity=quantity, fulfilled_quantity=Decimal(handed), sku=product
        )
        return self.order(external_id, line, **values)

    def delivered(self, order):
        """Return (ordered, delivered, still to be moved, done by a move)."""
        line = order.order_line
        moves = line.move_ids
        waiting = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        done = moves.filtered(lambda move: move.state == "done")
        return (
            line.product_uom_qty,
            line.qty_delivered,
            sum(waiting.mapped("product_uom_qty")),
            sum(done.mapped("quantity")),
        )

    def in_stock(self, warehouse=None):
        warehouse = warehouse or self.warehouse
        return self.product.with_context(warehouse_id=warehouse.id).qty_available

    # stock is left as it is

    def test_fulfilled_order_asks_nothing_of_the_warehouse(self):
        order = self.receive(self.left(fulfillment_state="fulfilled"))["1"]
        self.assertEqual((order.state, order.picking_ids.ids), ("sale", []))
        self.assertEqual(self.delivered(order), (5.0, 5.0, 0, 0))
        self.assertEqual((order.delivery_status, self.in_stock()), ("full", 10.0))

    def test_only_the_rest_is_delivered(self):
        order = self.receive(self.left(handed=2, fulfillment_state="partial"))["1"]
        self.assertEqual(self.delivered(order), (5.0, 2.0, 3.0, 0))
        self.assertEqual(order.delivery_status, "partial")
        order.picking_ids.move_ids.write({"quantity": 3, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(self.delivered(order), (5.0, 5.0, 0, 3.0))
        self.assertEqual((order.delivery_status, self.in_stock()), ("full", 7.0))

    def test_more_of_it_later_is_delivered_and_no_more(self):
        order = self.receive(self.left(handed=2, fulfillment_state="partial"))["1"]
        order.order_line.product_uom_qty = 6
        self.assertEqual(self.delivered(order), (6.0, 2.0, 4.0, 0))
        self.assertEqual(len(order.picking_ids.move_ids), 1)

    def test_delivered_quantities_are_invoiced(self):
        self.product.invoice_policy = "delivery"
        self.backend.paid_step = "post"
        orders = self.receive(
            self.left("1", fulfillment_state="fulfilled"),
            self.left("2", handed=2, fulfillment_state="partial"),
            self.left("3"),
        )
        self.assertEqual(
            [order.invoice_ids.amount_total for order in orders.values()], [50.0, 20.0, 0.0]
        )
        self.assertEqual(orders["2"].order_line.qty_to_invoice, 0.0)

    def test_quotation_that_is_confirmed_later_knows_what_has_left_by_then(self):
        document = self.left(handed=1, fulfillment_state="partial", payment_state="pending")
        order = self.receive(document)["1"]
        self.assertEqual(order.order_line.storefront_delivered_qty, 1.0)
        line = replace(document.lines[0], fulfilled_quantity=Decimal(4))
        changed = replace(document, lines=(line,), payment_state="paid", updated_at=self.later(60))
        self.receive(changed)
        self.assertEqual(self.delivered(order), (5.0, 4.0, 1.0, 0))

    def test_services_handed_over_are_delivered(self):
        self._product("Advice", "ADVICE", type="service", is_storable=False)
        order = self.receive(self.left(product="ADVICE", fulfillment_state="fulfilled"))["1"]
        self.assertEqual(self.delivered(order), (5.0, 5.0, 0, 0))
        self.assertFalse(order.delivery_status)

    # stock is taken out

    def test_what_a_shop_handed_over_leaves_its_warehouse(self):
        shop = self.env["stock.warehouse"].create(
            {"name": "Shop", "code": "SHOP", "company_id": self.company.id}
        )
        self._location(self.backend, "L9", shop)
        self.set_stock(self.product, 10, shop.lot_stock_id)
        document = self.left(
            fulfillment_state="fulfilled", channel="pos", location_external_id="L9"
        )
        order = self.receive(document)["1"]
        self.assertEqual(self.delivered(order), (5.0, 5.0, 0, 5.0))
        self.assertEqual((self.in_stock(shop), self.in_stock()), (5.0, 10.0))
        picking = order.picking_ids
        self.assertEqual((picking.state, picking.picking_type_id), ("done", shop.out_type_id))
        self.assertEqual(
            (picking.partner_id, picking.origin), (order.partner_shipping_id, order.name)
        )
        self.assertEqual(order.delivery_status, "full")
        self.assertFalse(picking.message_ids.filtered("email_from").filtered("partner_ids"))

    def test_part_from_the_shop_the_rest_as_ever(self):
        document = self.left(handed=2, fulfillment_state="partial", location_external_id="L1")
        order = self.receive(document)["1"]
        self.assertEqual(self.delivered(order), (5.0, 2.0, 3.0, 2.0))
        self.assertEqual(self.in_stock(), 8.0)
        order.order_line.product_uom_qty = 6
        self.assertEqual(self.delivered(order), (6.0, 2.0, 4.0, 2.0))
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.move_ids.write({"quantity": 4, "picked": True})
        rest.button_validate()
        self.assertEqual(self.delivered(order), (6.0, 6.0, 0, 6.0))

    def test_in_a_warehouse_of_several_steps_it_leaves_at_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        document = self.left(handed=2, fulfillment_state="partial", location_external_id="L1")
        order = self.receive(document)["1"]
        self.assertEqual(order.order_line.qty_delivered, 2.0)
        self.assertEqual(self.in_stock(), 8.0)

    def test_stock_goes_below_zero_where_it_was_wrong(self):
        self.set_stock(self.product, -10)
        self.receive(self.left(fulfillment_state="fulfilled", location_external_id="L1"))
        self.assertEqual(self.in_stock(), -5.0)

    def test_settings_say_what_is_taken_out(self):
        cases = [
            ("none", "L1", LONG_AGO, 10.0),
            ("shops", "L1", LONG_AGO, 5.0),
            ("shops", "", LONG_AGO, 10.0),
            ("shops", "elsewhere", LONG_AGO, 10.0),
            ("all", "", LONG_AGO, 5.0),
            ("all", "", False, 5.0),
            ("all", "", "2026-11-21 00:00:00", 10.0),
        ]
        for number, (setting, place, since, expected) in enumerate(cases, 1):
            with self.subTest(setting=setting, place=place, since=since):
                self.backend.write({"handover_stock": setting, "handover_since": since})
                document = self.left(
                    str(number), fulfillment_state="fulfilled", location_external_id=place
                )
                order = self.receive(document)[str(number)]
                self.assertEqual(self.in_stock(), expected)
                self.assertEqual(order.order_line.qty_delivered, 5.0)
                if expected < 10:
                    self.set_stock(self.product, 10 - expected)

    def test_lots_are_for_somebody_to_choose(self):
        self._product("Wine", "WINE", tracking="lot")
        document = self.left(
            product="WINE", fulfillment_state="fulfilled", location_external_id="L1"
        )
        order = self.receive(document)["1"]
        self.assertEqual(self.delivered(order), (5.0, 0.0, 5.0, 0))
