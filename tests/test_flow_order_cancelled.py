# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that were cancelled in the storefront, live again, or are gone."""

import re
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .update_case import OrderUpdateCase

# What stands in the way of a cancellation; where nothing does, the order is cancelled.
OBSTACLES = {
    "quotation": "",
    "confirmed": "",
    "locked": "",
    "draft_invoice": "",
    "partly_delivered": "Line 1: 1 left the warehouse (return them)",
    "delivered": "Line 1: 2 left the warehouse (return them); "
    "Plate: 1 left the warehouse (return them)",
    "partly_invoiced": "{invoice}: posted, {amount:.2f} EUR (credit it)",
    "invoiced": "{invoice}: posted, 35.95 EUR (credit it)",
}


@tagged("post_install", "-at_install")
class TestOrderCancelled(OrderUpdateCase):
    def _bring_draft_invoice(self, order):
        order._create_invoices()

    def cancel(self, document, seconds=60, **values):
        values = {"cancelled_at": self.later(50), "payment_state": "voided", **values}
        return self.change(document, seconds, **values)

    def test_cancellation_in_each_state(self):
        for state, obstacle in OBSTACLES.items():
            with self.subTest(state=state), self.undone():
                document = self.placed()
                order = self.bring(document, state)
                said = order.message_ids
                self.cancel(document)
                self.assertEqual(order.storefront_payment_state, "voided")
                self.assertFalse(
                    order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
                )
                self.assertEqual(self.last_status(), "success")
                self.assertEqual(order.message_ids, said)
                if obstacle:
                    self.check_refused(order, obstacle)
                else:
                    self.assertEqual((order.state, order.locked), ("cancel", False))
                    self.assertEqual(set(order.invoice_ids.mapped("state")) - {"cancel"}, set())
                    self.assertFalse(self.issues())

    def check_refused(self, order, obstacle):
        issue = self.issues()
        invoice = order.invoice_ids
        obstacle = obstacle.format(invoice=invoice.name, amount=invoice.amount_total)
        self.assertEqual((order.state, issue.code), ("sale", "cancel_refused"))
        self.assertEqual(
            issue.message,
            "The order was cancelled in the storefront. Here it can't be, for goods have left or "
            f"an invoice is posted: {obstacle}. What had not left was stopped. Once all is "
            "returned and credited it is cancelled by itself. Cancel it by hand if nothing comes "
            "back, or mark this as done if the customer keeps it.",
        )
        self.assertEqual((issue.order_id, issue.snapshot_ids), (order, self.snapshot("1001")))
        self.assertTrue(order.storefront_differs)

    def test_amounts_of_a_cancelled_order_say_nothing(self):
        """An edited order that is cancelled then may be told as it was placed."""
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.change_lines(document, self.cups(quantity=3, tax="6.01"), *self.rest())
        self.cancel(document, seconds=120)
        self.assertEqual((order.state, order.amount_total), ("cancel", 47.95))
        self.assertEqual((order.storefront_total, order.storefront_total_tax), (47.95, 8.0))

    def test_pending_difference_is_no_question_once_the_order_is_cancelled(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        order.order_line[0].product_uom_qty = 5
        self.change_lines(document, self.cups(quantity=3, tax="6.01"), *self.rest())
        self.assertTrue(order.storefront_differs)
        self.cancel(document, seconds=120)
        self.assertEqual((order.state, self.issues().state), ("cancel", "resolved"))
        self.assertFalse(order.storefront_differs)

    def test_order_cancelled_here_already_is_unchanged(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        order.action_cancel()
        self.cancel(document, payment_state="paid")
        self.assertEqual(self.last_status(), "unchanged")
        self.cancel(document, seconds=120)
        self.assertEqual(self.last_status(), "success")
        self.assertEqual(order.storefront_payment_state, "voided")

    def test_refused_cancellation_somebody_has_dealt_with_is_not_asked_again(self):
        document = self.placed()
        order = self.bring(document, "partly_delivered")
        self.cancel(document)
        issue = self.issues()
        issue.action_ignore("The customer keeps it")
        issue.unlink()  # as after a while
        order.order_line._action_launch_stock_rule()  # and the rest is sent after all
        self.cancel(document, seconds=120, note="again")
        self.assertFalse(self.issues())
        self.assertEqual(self.snapshot("1001").state, "done")
        self.assertEqual(self.demand(order), {self.product: 1.0, self.other_product: 1.0})

    def test_cancellation_follows_once_everything_is_taken_back(self):
        document = self.placed()
        order = self.bring(document, "invoiced")
        self.cancel(document)
        issue = self.issues()
        invoice = order.invoice_ids
        self.assertEqual(self.snapshot("1001").state, "done")
        invoice._reverse_moves([{"date": invoice.date}], cancel=True)
        self.assertEqual(invoice.payment_state, "reversed")
        self.look_again()
        self.assertEqual((order.state, issue.state), ("cancel", "resolved"))

    def look_again(self):
        """Do what follows by itself: nobody presses Retry."""
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
        self.job("fetch")
        self.job("import")

    def test_invoice_that_was_paid_is_taken_back_by_a_credit_note(self):
        """It stays paid: its credit note is paid out, not set against it."""
        order = self.bring(self.placed(), "invoiced")
        journal = self.env["account.journal"].create(
            {"name": "Bank", "code": "BNK9", "type": "bank", "company_id": self.company.id}
        )
        invoice = order.invoice_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": journal.id})._create_payments()
        self.cancel(self.placed())
        issue = self.issues()
        credit = invoice._reverse_moves([{"date": invoice.date}])
        self.assertEqual(self.snapshot("1001").state, "done")
        credit.action_post()
        self.assertNotEqual(invoice.payment_state, "reversed")
        self.look_again()
        self.assertEqual((order.state, issue.state), ("cancel", "resolved"))

    def test_invoice_that_is_no_longer_posted(self):
        order = self.bring(self.placed(), "invoiced")
        self.cancel(self.placed())
        order.invoice_ids.button_draft()
        self.look_again()
        self.assertEqual((order.state, order.invoice_ids.state), ("cancel", "cancel"))
        self.assertEqual(self.issues().state, "resolved")

    def test_goods_that_are_returned(self):
        order = self.bring(self.placed(), "partly_delivered")
        self.cancel(self.placed())
        issue = self.issues()
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        wizard = self.env["stock.return.picking"].create({"picking_id": done.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": 1, "picked": True})
        self.assertEqual(self.snapshot("1001").state, "done")
        back.button_validate()
        self.assertEqual(set(order.order_line.mapped("qty_delivered")), {0.0})
        self.look_again()
        self.assertEqual((order.state, issue.state), ("cancel", "resolved"))

    def handed_over(self, quantity=2, **values):
        """The store itself has handed over cups; no transfer here has."""
        cups = self.cups(fulfilled_quantity=Decimal(quantity))
        return self.order("1001", cups, *self.rest(), **values)

    def test_what_the_store_handed_over_is_told_apart(self):
        order = self.bring(self.handed_over(), "confirmed")
        self.cancel(self.handed_over())
        self.check_refused(order, "Line 1: 2 handed over by the store, without a transfer here")
        self.assertEqual(self.demand(order), {})
        self.cancel(self.handed_over(quantity=1), seconds=120)
        self.assertIn("Line 1: 1 handed over by the store", self.issues().message)
        self.assertEqual(order.order_line[0].qty_delivered, 1.0)
        self.cancel(self.handed_over(quantity=0), seconds=180)
        self.assertEqual((order.state, self.issues().state), ("cancel", "resolved"))
        self.assertEqual(order.order_line[0].qty_delivered, 0.0)

    def test_quotation_of_what_the_store_handed_over_is_cancelled(self):
        order = self.bring(self.handed_over(), "quotation")
        self.assertEqual(order.order_line[0].qty_delivered, 2.0)
        self.cancel(self.handed_over())
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.issues())

    def test_work_that_was_done_is_no_goods_to_return(self):
        self.product.write({"is_storable": False, "type": "service"})
        order = self.bring(self.placed(), "confirmed")
        order.order_line[0].qty_delivered = 1
        self.cancel(self.placed())
        self.check_refused(order, "Line 1: left already: 1")

    def test_issue_says_how_things_are_now(self):
        document = self.placed()
        order = self.bring(document, "partly_delivered")
        self.cancel(document)
        issue = self.issues()
        order.order_line._action_launch_stock_rule()
        self.deliver(order, {self.product: 1, self.other_product: 1})
        self.cancel(document, seconds=120, note="again")
        self.assertIn(f"{OBSTACLES['delivered']}.", issue.message)

    def test_order_cancelled_by_hand_closes_its_issue(self):
        document = self.placed()
        order = self.bring(document, "partly_delivered")
        self.cancel(document)
        issue = self.issues()
        order.action_cancel()
        self.assertEqual(issue.state, "resolved")
        self.look_again()
        self.assertEqual((issue.state, order.storefront_differs), ("resolved", False))

    # living again

    def test_order_that_lives_again_goes_as_far_as_it_had(self):
        for state, expected in (("quotation", "draft"), ("confirmed", "sale"), ("locked", "sale")):
            with self.subTest(state=state), self.undone():
                document = self.placed()
                order = self.bring(document, state)
                self.cancel(document)
                self.assertEqual(order.state, "cancel")
                lines = (self.cups(quantity=3, tax="6.01"), *self.rest())
                self.change_lines(document, *lines, seconds=120)
                self.assertEqual((order.state, order.amount_total), (expected, 47.95))
                if expected == "sale":
                    self.assertEqual(
                        self.demand(order), {self.product: 3.0, self.other_product: 1.0}
                    )
                self.assertFalse(self.issues())

    def test_order_that_somebody_had_live_again_here_is_left_to_live(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.cancel(document)
        order.action_draft()
        order.action_confirm()
        self.commit()
        self.cancel(document, seconds=120, note="again")
        self.assertEqual((order.state, order.storefront_note), ("sale", "again"))
        self.assertFalse(self.issues())

    def test_order_that_was_cancelled_here_first_stays_so(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        order.action_cancel()
        self.cancel(document)
        self.change(document, seconds=120)
        self.assertEqual(order.state, "cancel")

    def test_what_was_stopped_goes_on_when_the_order_lives_again(self):
        document = self.placed()
        order = self.bring(document, "partly_delivered")
        self.cancel(document)
        self.assertEqual(self.demand(order), {})
        issue = self.issues()
        self.change(document, seconds=120)
        self.assertEqual((order.state, issue.state), ("sale", "resolved"))
        self.assertEqual(self.demand(order), {self.product: 1.0, self.other_product: 1.0})
        self.cancel(document, seconds=180)
        self.assertEqual(self.demand(order), {})
        self.assertEqual(self.issues(state="open").code, "cancel_refused")

    # deleted

    def delete(self):
        del self.shop.orders["1001"]
        self.poke("1001")
        self.job("fetch")

    def test_deleted_order_is_asked_about_and_cancelled_by_one_click(self):
        order = self.bring(self.placed(), "locked")
        self.delete()
        issue = self.issues()
        self.assertEqual((order.state, issue.code, issue.can_fix), ("sale", "order_deleted", True))
        issue.action_fix()
        self.assertEqual((order.state, issue.state), ("cancel", "resolved"))
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.issues(), issue)

    def test_deleted_order_that_somebody_cancels_is_no_question_any_more(self):
        order = self.bring(self.placed(), "confirmed")
        self.delete()
        clerk = new_test_user(self.env, "clerk", "sales_team.group_sale_salesman_all_leads",
                              company_id=self.company.id, company_ids=self.company.ids)  # fmt: skip
        order.with_user(clerk).action_cancel()
        self.assertEqual((order.state, self.issues().state), ("cancel", "resolved"))
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.issues(state="open"), self.issues().browse())

    def test_deleted_order_that_has_left_is_not_cancelled(self):
        order = self.bring(self.placed(), "delivered")
        self.delete()
        with self.assertRaisesRegex(
            UserError,
            re.escape(f"This order can't be cancelled any more: {OBSTACLES['delivered']}."),
        ):
            self.issues().action_fix()
        self.assertEqual(order.state, "sale")

    def test_deleted_order_somebody_keeps_is_not_asked_about_again(self):
        order = self.bring(self.placed(), "confirmed")
        self.delete()
        self.issues().action_resolve()
        self.issues().unlink()  # as after a while
        self.poke("1001")
        self.job("fetch")
        self.assertFalse(self.issues())
        self.assertEqual(order.state, "sale")

    def test_order_that_is_shown_again_was_not_deleted(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.delete()
        issue = self.issues()
        self.receive(document)
        self.assertEqual((issue.state, order.state), ("resolved", "sale"))
        self.assertEqual(self.snapshot("1001").state, "done")
