# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No unit is sold twice: what a storefront sold is never added back to what it shows."""

import dataclasses
from datetime import timedelta

from odoo.tests import tagged

from .fake_shop import MOMENT
from .stock_export_case import StockExportCase

RESERVATIONS = ("at_confirm", "manual", "by_date")


@tagged("post_install", "-at_install")
class TestStockSold(StockExportCase):
    def setUp(self):
        super().setUp()
        start = MOMENT.replace(tzinfo=None, day=1)
        self.env["storefront.cursor"]._find(self.backend, "order").unlink()
        self.env["storefront.cursor"]._start(self.backend, "order", start)
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.assertEqual(self.shown(), 10)

    def shown(self, external_id="1"):
        return self.shop.stock[self.stock_key(external_id)]

    def place(self, external_id, *quantities, variants=("1",), told=True, **values):
        """The storefront sells, and subtracts what it sold at once; ``told``: and calls us."""
        lines = [
            self.line(
                f"{external_id}-{variant}",
                "5.00",
                quantity=quantity,
                variant_external_id=variant,
                sku=f"SKU-{variant}",
            )
            for variant, quantity in zip(variants, quantities, strict=True)
        ]
        order = self.order(external_id, *lines, **values)
        self.shop.orders[external_id] = order
        for variant, quantity in zip(variants, quantities, strict=True):
            if self.stock_key(variant) in self.shop.stock:
                self.shop.stock[self.stock_key(variant)] -= quantity
        if told:
            self.poke(external_id)
        return order

    def come_in(self):
        self.job("fetch")
        self.job("import")

    def settle(self):
        """Run what waits until nothing does."""
        for _round in range(4):
            self.come_in()
            self.try_again()
        self.assertEqual(self.outbox(), [])
        self.assertIsNone(self.postponed())

    def quiet(self):
        """Nothing differs: a further look sends nothing."""
        before = len(self.shop.pushes)
        self.env["storefront.outbox"]._mark_products(self.product.ids)
        self.job("stock")
        self.assertEqual(len(self.shop.pushes), before)
        self.assertEqual(self.outbox(), [])

    def ship(self, order):
        picking = order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    # orders that are on their way

    def test_sale_that_no_webhook_has_told_of_yet(self):
        self.place("1001", 2, told=False)
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shown(), 8, "13 is right, 15 would sell two units again")
        self.assertEqual(self.postponed(), ("orders_first", 0))
        self.settle()
        self.assertEqual(self.shown(), 13)
        self.assertEqual(set(self.sale_orders()), {"1001"})
        self.quiet()

    def test_level_that_is_read_for_the_first_time_asks_for_orders_too(self):
        self.env["storefront.stock.level"].search([]).sudo().unlink()
        self.place("1001", 2, told=False)
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shown(), 8)
        self.settle()
        self.assertEqual(self.shown(), 13)

    def test_less_is_sent_at_once_whatever_waits(self):
        self.place("1001", 2, told=False)
        self.set_stock(self.product, -6)
        self.job("stock")
        self.assertEqual(self.shown(), 4)
        self.job("poll")
        self.settle()
        self.assertEqual(self.shown(), 2)

    def test_sale_while_a_push_is_on_its_way(self):
        self.shop.during("push_stock", lambda: self.place("1001", 3, told=False))
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shown(), 7)
        self.settle()
        self.assertEqual(self.shown(), 12)

    def test_platform_without_compare_and_swap(self):
        self.adapter_class.capabilities = dataclasses.replace(
            self.adapter_class.capabilities, stock_compare_and_swap=False
        )
        self.place("1001", 2, told=False)
        self.set_stock(self.product, 5)
        self.job("stock")
        self.assertEqual(self.shown(), 8)
        self.settle()
        self.assertEqual(self.shown(), 13)
        # Asked for a moment ago: it isn't asked again, or one more order would always be first.
        asked, read = (len(self.shop.heard(one)) for one in ("fetch_changes", "fetch_stock"))
        self.set_stock(self.product, 1)
        self.job("stock")
        self.assertEqual(self.shown(), 14)
        self.assertEqual(len(self.shop.heard("fetch_changes")), asked)
        self.env["storefront.cursor"].search([]).asked_at -= timedelta(seconds=6)
        self.set_stock(self.product, 1)
        self.job("stock")
        self.assertEqual(self.shown(), 15)
        self.assertEqual(len(self.shop.heard("fetch_changes")), asked + 1)
        self.assertEqual(len(self.shop.heard("fetch_stock")), read)

    def test_order_that_waits_for_an_answer(self):
        self.place("1001", 2, 1, variants=("1", "404"))
        self.come_in()
        self.assertEqual(self.snapshot("1001").state, "requires_attention")
        self.assertEqual(self.snapshot("1001").sold["units"], {"1": 2.0, "404": 1.0})
        self.set_stock(self.product, 5)
        self.settle()
        self.assertEqual(self.shown(), 13)
        self.quiet()
        # Answered: the order is here, and says the same.
        self.bind(self.other_product, "404")
        self.issues(code="product_missing").action_retry()
        self.settle()
        self.assertFalse(self.snapshot("1001").sold)
        self.assertEqual(self.shown(), 13)

    def test_order_that_is_left_out_for_good(self):
        self.place("1001", 2, 1, variants=("1", "404"))
        self.come_in()
        self.snapshot("1001")._leave_out()
        self.settle()
        self.assertEqual(self.shown(), 10)

    # orders that are here

    def test_every_reservation_method_while_odoo_ships(self):
        self.product.sale_delay = 10  # so that a reservation by date isn't due
        for index, method in enumerate(RESERVATIONS):
            with self.subTest(method):
                number = str(1001 + index)
                self.warehouse.out_type_id.reservation_method = method
                start = self.shown()
                self.place(number, 2)
                self.come_in()
                order = self.sale_orders()[number]
                self.assertEqual(order.state, "sale")
                self.assertEqual(
                    order.picking_ids.move_ids.quantity, 2 if method == "at_confirm" else 0
                )
                self.settle()
                self.assertEqual(self.shown(), start - 2)
                self.set_stock(self.product, 5)
                self.settle()
                self.assertEqual(self.shown(), start + 3)
                self.quiet()
                # A unit is sold while the goods go out.
                self.shop.during("push_stock", lambda n=number: self.place(f"9{n}", 1, told=False))
                self.ship(order)
                self.set_stock(self.product, 1)
                self.settle()
                self.assertEqual(self.shown(), start + 3)
                self.quiet()

    def test_confirmed_order_that_is_cancelled_without_a_reservation(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.place("1001", 2)
        self.settle()
        self.assertEqual(self.shown(), 8)
        self.sale_orders()["1001"].action_cancel()
        self.settle()
        self.assertEqual(self.shown(), 10)

    def test_quotation_for_as_long_as_it_is_one(self):
        self.backend.paid_step = "quotation"
        self.place("1001", 2)
        self.settle()
        order = self.sale_orders()["1001"]
        self.assertEqual((order.state, self.shown()), ("draft", 8))
        self.set_stock(self.product, 5)
        self.settle()
        self.assertEqual(self.shown(), 13)
        self.quiet()
        order.order_line.product_uom_qty = 3
        self.settle()
        self.assertEqual(self.shown(), 12)
        order.action_confirm()
        self.settle()
        self.assertEqual(self.shown(), 12)
        order.action_cancel()
        self.settle()
        self.assertEqual(self.shown(), 15)
        order.unlink()
        self.settle()
        self.assertEqual(self.shown(), 15)

    def test_order_that_is_held(self):
        self.place("1001", 2, fraud_risk="high")
        self.settle()
        self.assertTrue(self.sale_orders()["1001"].storefront_is_held)
        self.set_stock(self.product, 5)
        self.settle()
        self.assertEqual(self.shown(), 13)
        self.quiet()

    def test_part_that_can_be_reserved(self):
        self.place("1001", 14)
        self.settle()
        self.assertEqual(self.sale_orders()["1001"].picking_ids.move_ids.quantity, 10)
        self.set_stock(self.product, 3)
        self.settle()
        self.assertEqual(self.shown(), 0, "one more is sold than there is")
        self.set_stock(self.product, 3)
        self.settle()
        self.assertEqual(self.shown(), 2)

    def test_what_the_store_handed_over_is_not_subtracted_again(self):
        self.backend.handover_stock = "none"
        self.place("1001", 2, fulfillment_state="fulfilled")
        self.settle()
        self.assertEqual(self.shown(), 10)

    def test_sale_and_receipt_that_make_up_for_each_other(self):
        """What was sent last is what Odoo has now, but not what the storefront shows."""
        self.place("1001", 2)
        self.set_stock(self.product, 2)
        self.settle()
        self.assertEqual(self.shown(), 10)

    def test_order_from_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.set_stock(self.product, 9, other.lot_stock_id)
        self.backend.write({"warehouse_id": other.id, "paid_step": "quotation"})
        self.place("1001", 2)
        self.settle()
        self.assertEqual(self.shown(), 10, "its units leave where nothing is shown of")

    # what is sold in other units

    def test_kit_in_a_quotation_takes_its_components(self):
        kit = self._product("Set", "SET", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": self.product.id, "product_qty": 2})],
            }
        )
        self.bind(kit, "7")
        self.sell("7", 5)
        self.job("stock")
        for step, state in (("quotation", "draft"), ("confirm", "sale")):
            with self.subTest(step):
                self.backend.paid_step = step
                self.warehouse.out_type_id.reservation_method = "manual"
                before = self.shown(), self.shown("7")
                number = f"10-{step}"
                self.place(number, 1, variants=("7",))
                self.settle()
                self.assertEqual(self.sale_orders()[number].state, state)
                self.assertEqual((self.shown(), self.shown("7")), (before[0] - 2, before[1] - 1))

    def test_packs_are_ordered_and_shown_as_packs(self):
        pack = self.env["uom.uom"].create(
            {
                "name": "Pack of 3",
                "relative_factor": 3,
                "relative_uom_id": self.product.uom_id.id,
            }
        )
        self.binding.uom_id = pack
        self.settle()
        self.assertEqual(self.shown(), 3)
        self.place("1001", 2, 1, variants=("1", "404"))
        self.come_in()
        self.set_stock(self.product, 3)
        self.settle()
        self.assertEqual(self.shown(), 2, "13 less two packs of 3 that wait")
        self.bind(self.other_product, "404")
        self.issues(code="product_missing").action_retry()
        self.settle()
        line = self.sale_orders()["1001"].order_line[0]
        self.assertEqual((line.product_uom_id, line.product_uom_qty), (pack, 2))
        self.assertEqual(line.price_unit, 5.0)
        self.assertEqual(line.move_ids.product_qty, 6)
        self.assertEqual(self.shown(), 2)

    # what other settings subtract

    def test_forecast_counts_a_confirmed_order_once(self):
        self.backend.stock_quantity = "forecast"
        self.warehouse.out_type_id.reservation_method = "manual"
        self.settle()
        self.place("1001", 2)
        self.settle()
        self.assertEqual(self.shown(), 8)
        self.backend.paid_step = "quotation"
        self.place("1002", 1)
        self.settle()
        self.assertEqual(self.shown(), 7)

    def test_storefront_that_keeps_reservations_apart(self):
        """What it shows includes what it sold itself, and not what others did."""
        self.adapter_class.capabilities = dataclasses.replace(
            self.adapter_class.capabilities, stock_meaning="physical"
        )
        order = self.place("1001", 2)
        self.sell("1", 10)
        self.settle()
        self.assertEqual(self.shown(), 10)
        self.assertEqual(self.sale_orders()["1001"].picking_ids.move_ids.quantity, 2)
        self.env["stock.quant"]._update_reserved_quantity(
            self.product, self.warehouse.lot_stock_id, 3
        )
        self.settle()
        self.assertEqual(self.shown(), 7)
        self.env["stock.quant"]._update_reserved_quantity(
            self.product, self.warehouse.lot_stock_id, -3
        )
        self.ship(self.sale_orders()[order.external_id])
        self.settle()
        self.assertEqual(self.shown(), 8)
