# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The issue of a change that can't follow: it comes, it goes, and what was decided stays."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .update_case import OrderUpdateCase


@tagged("post_install", "-at_install")
class TestOrderUpdateIssue(OrderUpdateCase):
    def refused(self):
        """Bring an order of two cups that have left, of which the store takes one off."""
        document = self.placed()
        order = self.bring(document, "delivered")
        self.change_lines(document, *self.lines(1, "2.01"))
        return document, order, self.issues()

    def test_issue_is_in_the_readers_language(self):
        _document, _order, issue = self.refused()
        self.env["res.lang"]._activate_lang("fr_FR")
        words = {"quantity %(old)s → %(new)s": "quantité %(old)s → %(new)s"}
        patched = patch(
            "odoo.tools.translate.CodeTranslations.get_python_translations",
            lambda _self, module, lang: words if lang == "fr_FR" else {},
        )
        with patched:
            french = issue.with_context(lang="fr_FR")
            self.assertIn("Line 1: quantité 2 → 1 (left already: 2)", french.message)
        self.assertIn("Line 1: quantity 2 → 1 (left already: 2)", issue.message)

    def test_issue_closes_when_the_store_takes_its_change_back(self):
        document, order, issue = self.refused()
        self.change_lines(document, *self.lines(), seconds=120)
        self.assertEqual(issue.state, "resolved")
        self.assertFalse(order.storefront_differs)
        self.assertEqual((order.amount_total, order.storefront_total), (35.95, 35.95))

    def test_retry_follows_once_the_way_is_free(self):
        _document, order, issue = self.refused()
        self.assertTrue(issue.can_retry)
        dialog = self.env["storefront.issue.decision"].with_context(
            **issue.action_ask_retry()["context"]
        )
        dialog = dialog.create({})
        self.assertEqual((dialog.compared_count, dialog.issue_count), (1, 1))
        dialog.action_apply()
        self.job("fetch")
        self.job("import")
        self.assertEqual((issue.state, self.last_status()), ("open", "unchanged"))
        self.take_back(order, 1)
        issue.action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual((issue.state, order.storefront_differs), ("resolved", False))
        self.assertEqual((order.amount_total, order.order_line[0].product_uom_qty), (23.95, 1.0))

    def take_back(self, order, quantity):
        """Return cups of an order that were delivered."""
        picking = order.picking_ids.filtered(lambda one: one.state == "done")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        lines = wizard.product_return_moves
        lines.filtered(lambda line: line.product_id == self.product).quantity = quantity
        wizard._create_return().button_validate()
        self.commit()

    def test_change_by_hand_is_compared_by_itself(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        order.order_line[0].product_uom_qty = 5
        self.change_lines(document, *self.lines(3, "6.01"))
        issue = self.issues()
        seller = new_test_user(
            self.env,
            "seller",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with Form(order.with_user(seller)) as form:
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 3
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
        self.job("fetch")
        self.job("import")
        self.assertEqual((issue.state, order.amount_total), ("resolved", 47.95))

    def test_what_somebody_has_decided_on_is_not_asked_again(self):
        document, order, issue = self.refused()
        self.assertEqual(order.storefront_warning, issue.message)
        issue.action_resolve()
        self.assertFalse(order.storefront_warning)
        self.assertEqual(self.snapshot("1001").state, "done")
        again = self.order("1001", *self.lines(1, "2.01"), note="again")
        self.change(again, seconds=120)
        self.assertEqual((self.issues(), issue.state), (issue, "resolved"))
        # Issues are deleted after a while; what was decided isn't forgotten.
        issue.unlink()
        self.change(again, seconds=180, note="and again")
        self.assertFalse(self.issues())
        self.assertFalse(order.storefront_differs)
        # Another part is asked about alone.
        lines = (*self.lines(1, "2.01")[:1], *self.rest()[1:])
        self.change_lines(document, *lines, seconds=240)
        second = self.issues()
        self.assertIn(
            "itself: Plate: removed, 1 × 5.00 EUR (left already: 1). Bring", second.message
        )
        # One more change of what was decided is a new question, in the issue that is open.
        self.change_lines(document, *self.rest()[1:], seconds=300)
        self.assertEqual(self.issues(), second)
        self.assertIn(
            "Line 1: removed, 2 × 10.00 EUR (left already: 2); Plate: removed", second.message
        )
        self.change_lines(document, *lines, seconds=360)
        self.assertIn("Line 1: quantity 2 → 1", self.issues(state="open").message)

    def test_what_somebody_decided_to_leave_is_left_though_it_could_follow_now(self):
        document, order, issue = self.refused()
        issue.action_resolve()
        self.take_back(order, 1)
        again = self.order("1001", *self.lines(1, "2.01"), note="again")
        self.change(again, seconds=120)
        self.assertEqual((order.order_line[0].product_uom_qty, order.amount_total), (2.0, 35.95))
        self.assertFalse(self.issues(state="open"))
        self.change_lines(document, *self.rest(), seconds=180)
        self.assertIn("removed, 2 × 10.00 EUR (left already: 1)", self.issues(state="open").message)

    def test_reopened_issue_stays_open(self):
        document, order, issue = self.refused()
        issue.action_ignore("The customer keeps both")
        self.assertTrue(order.storefront_decided)
        issue.action_reopen()
        self.assertFalse(order.storefront_decided)
        again = self.order("1001", *self.lines(1, "2.01"), note="again")
        self.change(again, seconds=120)
        self.assertEqual((self.issues(), issue.state), (issue, "open"))
        self.assertEqual(document.note, "")

    def test_decision_needs_no_right_on_orders(self):
        _document, order, issue = self.refused()
        manager = new_test_user(
            self.env,
            "decider",
            "storefront_connector.group_storefront_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(order.with_user(manager).has_access("write"))
        issue.with_user(manager).action_resolve()
        self.assertEqual(list(order.storefront_decided), ["order_changed/1"])
