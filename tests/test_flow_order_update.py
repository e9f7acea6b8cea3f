# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order that is here already does when it changed in the storefront, as a whole."""

from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from .update_case import OrderUpdateCase


@tagged("post_install", "-at_install")
class TestOrderUpdate(OrderUpdateCase):
    # payment and note

    def test_payment_confirms_the_quotation(self):
        document = self.simple(payment_state="pending")
        order = self.receive(document)["1001"]
        self.assertEqual((order.state, order.storefront_payment_state), ("draft", "pending"))
        changed = self.change(document, payment_state="paid")
        self.assertEqual(changed, order)
        self.assertEqual((order.state, order.storefront_payment_state), ("sale", "paid"))
        self.assertEqual(order.date_order.isoformat(), "2026-11-20T09:30:00")
        self.assertEqual(self.last_status(), "success")

    def test_refund_is_noted_and_confirms_nothing_twice(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.change(document, payment_state="refunded")
        self.assertEqual((order.state, order.storefront_payment_state), ("sale", "refunded"))
        self.assertEqual(len(order.picking_ids), 1)

    def test_note_follows_in_every_state(self):
        for state in ("quotation", "locked", "invoiced"):
            with self.subTest(state=state), self.undone():
                document = self.placed(note="Ring twice")
                order = self.bring(document, state)
                self.change(document, note="Please hurry")
                self.assertEqual(order.storefront_note, "Please hurry")
                self.assertEqual(self.last_status(), "success")
                self.change(document, seconds=120, note="")
                self.assertFalse(order.storefront_note)

    def test_parcels_follow_in_every_state(self):
        for state in ("quotation", "locked", "invoiced"):
            with self.subTest(state=state), self.undone():
                document = self.placed(tracking=("DHL 1",))
                order = self.bring(document, state)
                self.assertEqual(order.storefront_tracking, "DHL 1")
                self.change(document, tracking=("DHL 1", "GLS 2"))
                self.assertEqual(order.storefront_tracking, "DHL 1, GLS 2")
                self.assertEqual(self.last_status(), "success")
                self.change(document, seconds=120, tracking=())
                self.assertFalse(order.storefront_tracking)

    # what people did here

    def test_line_that_was_changed_here_stays_and_the_others_follow(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        plate = order.order_line.filtered(lambda line: line.product_id == self.other_product)
        plate.price_unit = 4.0
        self.assertEqual(order.storefront_edits, "Plate: price 5.00 EUR → 4.00 EUR")
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual((plate.price_unit, plate.price_total), (4.0, 4.8))
        self.assertEqual(order.amount_total, 46.75)
        self.assertEqual(order.storefront_total, 47.95)
        self.assertFalse(self.issues())

    def test_one_line_changed_on_both_sides_is_told_with_all_three(self):
        document = self.placed()
        order = self.bring(document, "quotation")
        cups = order.order_line[0]
        cups.write({"product_uom_qty": 5, "discount": 10.0})
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual(cups.product_uom_qty, 5.0)
        self.assertIn(
            "Line 1: quantity 2 → 3 (changed here: quantity 2 → 5, discount 0 % → 10 %). Bring",
            self.issues().message,
        )

    def test_line_that_was_removed_here(self):
        document = self.placed()
        order = self.bring(document, "quotation")
        order.order_line[0].unlink()
        self.assertEqual(order.storefront_edits, "Line 1: removed here")
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertIn("Line 1: quantity 2 → 3 (removed here). Bring", self.issues().message)
        self.change_lines(document, *self.rest(), seconds=120)
        self.assertEqual(self.issues().state, "resolved")
        self.assertEqual((order.amount_total, len(order.order_line)), (11.94, 2))

    def test_line_that_was_added_here_stays(self):
        document = self.placed()
        order = self.bring(document, "quotation")
        order.order_line = [
            Command.create({"product_id": self.product.id, "name": "Gift", "price_unit": 1.0})
        ]
        self.assertEqual(order.storefront_edits, "Gift: added, 1 × 1.00 EUR")
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual(order.amount_total, 47.95 + 1.0)
        self.assertFalse(self.issues())

    def test_what_somebody_did_by_hand_already_is_made_exact(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        cups = order.order_line[0]
        cups.product_uom_qty = 3
        self.assertEqual(cups.price_total, 36.0)
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual((cups.price_total, order.amount_total), (36.01, 47.95))
        self.assertFalse(self.issues())
        self.assertFalse(order.storefront_edits)

    def test_order_cancelled_here_stays_so(self):
        document = self.placed(payment_state="pending")
        order = self.bring(document, "confirmed")
        order.action_cancel()
        self.change(document, payment_state="paid")
        self.assertEqual((order.state, order.storefront_payment_state), ("cancel", "paid"))
        self.assertFalse(self.issues())
        more = self.line("4", "9.99", ("VAT", "0.2", "2.00"), name="Bowl")
        self.change_lines(document, *self.lines(), more, seconds=120)
        self.assertEqual((order.state, order.amount_total), ("cancel", 35.95))
        self.assertIn(
            "Bowl: added, 1 × 9.99 EUR (the order is cancelled here). Bring", self.issues().message
        )

    # several changes, in any order

    def test_changes_that_arrive_together_are_one(self):
        document = self.placed(payment_state="pending")
        self.backend.unpaid_step = "quotation"
        order = self.receive(document)["1001"]
        self.assertEqual(order.state, "draft")
        more = self.line("4", "9.99", ("VAT", "0.2", "2.00"))
        changed = self.order(
            "1001",
            self.cups(quantity=3, tax="6.01"),
            self.rest()[1],
            more,
            note="Hurry",
            updated_at=self.later(60),
        )
        self.receive(changed)
        self.assertEqual((order.state, order.storefront_note), ("sale", "Hurry"))
        self.assertEqual((order.amount_total, order.amount_tax), (53.94, 9.0))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3.0, 1.0, 1.0])
        self.assertEqual(self.demand(order), {self.product: 4.0})
        self.assertEqual(self.operations("order_import").mapped("status"), ["success", "success"])

    def test_older_state_that_arrives_late_changes_nothing(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.change_lines(document, *self.lines(3, "6.01"), seconds=60)
        imports = len(self.operations("order_import"))
        self.change_lines(document, *self.lines(1, "2.01"), seconds=30)
        self.assertEqual((order.amount_total, order.order_line[0].product_uom_qty), (47.95, 3.0))
        self.assertEqual(len(self.operations("order_import")), imports)

    def test_same_change_twice_is_applied_once(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        for _again in range(2):
            self.change_lines(document, *self.lines(3, "6.01"))
            self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.last_status(), "unchanged")
        self.assertEqual((order.amount_total, len(order.order_line)), (47.95, 3))
        self.assertEqual(self.demand(order), {self.product: 3.0, self.other_product: 1.0})

    def test_line_that_comes_back_sells_again(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.change_lines(document, *self.rest(), seconds=60)
        cups = order.order_line[0]
        self.assertEqual((cups.product_uom_qty, order.amount_total), (0.0, 11.94))
        self.change_lines(document, *self.lines(), seconds=120)
        self.assertEqual((cups.product_uom_qty, order.amount_total), (2.0, 35.95))
        self.assertEqual(self.demand(order), {self.product: 2.0, self.other_product: 1.0})

    # what a change may meet

    def test_change_to_an_unknown_product_waits_and_goes_on(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        ghost = self.line("4", "9.99", ("VAT", "0.2", "2.00"), sku="GHOST")
        self.change_lines(document, *self.lines(), ghost)
        self.assertEqual(self.state("1001"), ("requires_attention", "product_missing"))
        self.assertEqual(order.amount_total, 35.95)
        product = self._product("Ghost", "GHOST")
        self.issues().action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual((self.state("1001"), order.amount_total), (("done", False), 47.94))
        self.assertEqual(order.order_line[-1].product_id, product)

    def test_order_that_comes_in_another_currency(self):
        self._currency("USD")
        document = self.placed()
        order = self.bring(document, "confirmed")
        dollars = self.order("1001", *self.lines(3, "6.01"), currency="USD")
        self.change(dollars)
        self.assertEqual(self.state("1001"), ("requires_attention", "currency_changed"))
        self.assertEqual(
            self.issues().message,
            "The order was imported in EUR and now comes in USD. Have the storefront's setting say "
            "the first again, or change the order by hand and ignore this.",
        )
        self.assertEqual((order.amount_total, order.currency_id), (35.95, self.euro))

    def test_packed_goods_stay(self):
        self.set_stock(self.product, 2)
        document = self.placed()
        order = self.bring(document, "confirmed")
        move = order.picking_ids.move_ids.filtered(lambda one: one.product_id == self.product)
        move.write({"quantity": 2, "picked": True})
        self.change_lines(document, *self.lines(1, "2.01"))
        self.assertIn("quantity 2 → 1 (left or packed: 2)", self.issues().message)
        self.assertEqual(move.product_uom_qty, 2.0)

    def test_draft_invoice_that_nobody_touched_is_made_anew(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        inbound = self.backend.inbound_user_id
        draft = order.with_user(inbound)._create_invoices()
        self.commit()
        self.change_lines(document, *self.lines(1, "2.01"))
        self.assertFalse(draft.exists())
        self.assertEqual((order.amount_total, order.invoice_status), (23.95, "to invoice"))
        self.assertFalse(self.issues())

    def test_draft_invoice_of_a_person_stays(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        draft = order._create_invoices()
        self.commit()
        self.change_lines(document, *self.lines(1, "2.01"))
        self.assertEqual(draft.amount_total, 35.95)
        self.assertIn("quantity 2 → 1 (on an invoice: 2)", self.issues().message)

    def test_order_confirmed_without_delivery_stays_without(self):
        document = self.placed(payment_state="pending")
        self.backend.paid_step = "quotation"
        order = self.receive(document)["1001"]
        order.with_context(skip_procurement=True).action_confirm()
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual((order.state, order.amount_total), ("sale", 47.95))
        self.assertFalse(order.picking_ids)

    def test_what_no_line_explains_has_its_line_as_long_as_it_is_there(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.change(document, total=document.total + 1)
        self.assertEqual((order.amount_total, len(order.order_line)), (36.95, 4))
        self.assertEqual(self.issues().code, "unexplained_difference")
        self.change(document, seconds=120, total=document.total + 2)
        self.assertEqual((order.amount_total, len(order.order_line)), (37.95, 4))
        self.change(document, seconds=180)
        self.assertEqual((order.amount_total, order.amount_tax), (35.95, 6.0))
        self.assertEqual(self.issues().state, "resolved")

    def test_order_from_before_anything_was_remembered(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        order.storefront_imported = False
        self.assertFalse(order.storefront_edits)
        self.change_lines(document, *self.lines(3, "6.01"))
        self.assertEqual((order.amount_total, order.amount_tax), (47.95, 8.0))
        self.assertEqual(order.storefront_imported["lines"]["1"]["quantity"], "3")
        self.assertFalse(self.issues())

    # what is no order of the storefront's

    def test_copy_of_an_order_is_not_of_the_storefront(self):
        copy = self.receive(self.simple())["1001"].copy()
        self.assertFalse(copy.storefront_backend_id)
        self.assertFalse(copy.storefront_external_id)
        self.assertFalse(copy.storefront_imported)
        self.assertIs(copy.storefront_url, False)
        self.assertEqual(copy.storefront_total, 0.0)
        self.assertEqual(copy.amount_total, 12.0)

    def test_order_of_the_house_keeps_its_date_of_confirmation(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id,
                "date_order": "2020-01-01 10:00:00",
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        self.assertGreater(order.date_order.year, 2020)
        self.assertFalse(order.storefront_edits)

    def test_older_orders_of_one_customer_are_left_alone(self):
        first = self.placed()
        order = self.bring(first, "confirmed")
        second = self.bring(replace(first, external_id="1002", number="#1002"), "confirmed")
        self.change_lines(first, *self.lines(3, "6.01"))
        self.assertEqual((order.amount_total, second.amount_total), (47.95, 35.95))
