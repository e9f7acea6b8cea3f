# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order that is here already does when it changed in the storefront."""

from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from .test_flow_order_import import OrderImportCase


@tagged("post_install", "-at_install")
class TestOrderUpdate(OrderImportCase):
    def change(self, document, **values):
        """Have a later state of an order arrive; return the sale order."""
        changed = replace(document, updated_at=self.later(60), **values)
        return self.receive(changed)[document.external_id]

    def deliver(self, order):
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def last_status(self):
        return self.operations("order_import")[-1].status

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

    def test_other_changes_leave_the_order_as_it_is(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.change(document, note="Please hurry")
        self.assertEqual(self.last_status(), "unchanged")
        self.assertFalse(order.storefront_note)

    def test_changed_total_is_shown_to_a_human(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.change(document, total=Decimal("9.50"))
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("order_changed", order))
        self.assertEqual(
            issue.message,
            "The order changed in the storefront after it was imported: total 12.0 → 9.5",
        )
        self.assertIn('"total": "9.50"', issue.payload_text)
        self.assertEqual(order.amount_total, 12.0)
        self.assertEqual(order.storefront_issue_ids, issue)
        self.change(document, total=Decimal("9.50"), note="again")
        self.assertEqual(self.issues(), issue)

    def test_change_somebody_has_dealt_with_is_not_asked_again(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.change(document, total=Decimal("9.50"))
        first = self.issues()
        first.action_resolve()
        self.assertEqual(self.snapshot("1001").state, "done")
        self.change(document, total=Decimal("9.50"), note="again")
        self.assertEqual((self.issues(), first.state), (first, "resolved"))
        self.change(document, total=Decimal("8.00"))
        second = self.issues(state="open")
        self.assertEqual(second.params, {"changes": "total 12.0 → 8.0"})
        self.change(document, total=Decimal("9.50"))
        third = self.issues(state="open")
        self.assertEqual((second.state, third.params["changes"]), ("resolved", "total 12.0 → 9.5"))
        self.change(document)
        self.assertEqual((third.state, order.amount_total), ("resolved", 12.0))

    def test_refused_cancellation_somebody_has_dealt_with_is_not_asked_again(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.deliver(order)
        self.change(document, cancelled_at=self.later(50))
        self.issues().action_ignore("The customer keeps it")
        self.change(document, cancelled_at=self.later(50), note="again")
        self.assertEqual(self.issues(state="open").ids, [])
        self.assertEqual(self.snapshot("1001").state, "done")

    def test_cancellation_cancels(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.change(document, cancelled_at=self.later(50), payment_state="voided")
        self.assertEqual((order.state, order.storefront_payment_state), ("cancel", "voided"))
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(self.last_status(), "success")
        self.assertFalse(self.issues())

    def test_order_cancelled_here_already_is_unchanged(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        order.action_cancel()
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual(self.last_status(), "unchanged")
        self.change(document, cancelled_at=self.later(50), payment_state="voided")
        self.assertEqual(self.last_status(), "success")
        self.assertEqual(order.storefront_payment_state, "voided")

    def test_cancellation_after_goods_have_left_needs_a_human(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        self.deliver(order)
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual(order.state, "sale")
        self.assertEqual((self.issues().code, self.issues().order_id), ("cancel_refused", order))
        self.assertEqual(self.issues().snapshot_ids, self.snapshot("1001"))

    def test_cancellation_reaches_a_locked_order(self):
        document = self.simple()
        order = self.receive(document)["1001"]
        order.action_lock()
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertFalse(self.issues())

    def test_cancellation_after_the_invoice_is_posted_needs_a_human(self):
        self.load_chart()
        self._tax("VAT again", 20.0)
        document = self.simple()
        order = self.receive(document)["1001"]
        self.product.invoice_policy = "order"
        order._create_invoices().action_post()
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.issues().code, "cancel_refused")

    def test_copy_of_an_order_is_not_of_the_storefront(self):
        copy = self.receive(self.simple())["1001"].copy()
        self.assertFalse(copy.storefront_backend_id)
        self.assertFalse(copy.storefront_external_id)
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
