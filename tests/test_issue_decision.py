# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One decision for many issues: what will happen is said before, and then happens."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestIssueDecision(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "storefront_connector.group_storefront_"
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "manager", prefix + "manager", **company)
        cls.user = new_test_user(cls.env, "user", prefix + "user", **company)
        cls.twin = cls._connected_backend("Twin", cls.company)

    def taxed(self, external_id, title="GST", sku="CUP"):
        taxes = (title, "0.05", "0.50")
        line = self.line("1", "10.00", taxes, sku=sku, variant_external_id=f"V{sku}")
        return self.order(external_id, line)

    def ask(self, issues, button):
        """Press a button as the manager; return the open dialog."""
        action = getattr(issues.with_user(self.manager), button)()
        wizards = self.env[action["res_model"]].with_user(self.manager)
        return Form(wizards.with_context(**action["context"]))

    def press(self, dialog):
        dialog.save().action_apply()

    def go_on(self, backend=None):
        self.job("fetch", backend)
        self.job("import", backend)

    def all_issues(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["storefront.issue"].search(
            [("company_id", "=", self.company.id), *domain], order="id"
        )

    def test_same_tax_for_the_same_question_of_every_storefront(self):
        gst = self._tax("GST 6", 6.0)
        self.receive(self.taxed("1"), self.taxed("2"), self.taxed("3", title="PST"))
        self.receive(self.taxed("4"), backend=self.twin)
        first, other_title, of_twin = self.all_issues(code="tax_missing")
        dialog = self.ask(first, "action_ask_fix")
        self.assertEqual(
            dialog.message,
            "The tax “GST” (5 %, on top of prices, country: BE) has no counterpart. Choose the tax "
            "it stands for, or create it.",
        )
        self.assertEqual((dialog.fix_field, dialog.similar_count), ("tax_id", 2))
        self.assertEqual((dialog.issue_count, dialog.resumed_count, dialog.held_count), (1, 2, 0))
        dialog.with_similar = True
        self.assertEqual((dialog.issue_count, dialog.resumed_count, dialog.held_count), (2, 3, 0))
        dialog.tax_id = gst
        self.press(dialog)
        states = (first.state, of_twin.state, other_title.state)
        self.assertEqual(states, ("resolved", "resolved", "open"))
        self.go_on()
        self.go_on(self.twin)
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])
        self.assertEqual(self.sale_orders(self.twin)["4"].order_line.tax_ids, gst)

    def test_selected_issues_of_one_kind_take_one_answer(self):
        gst = self._tax("GST 6", 6.0)
        self.receive(self.taxed("1"), self.taxed("2", title="PST"))
        dialog = self.ask(self.issues(), "action_ask_fix")
        self.assertFalse(dialog.message)
        self.assertEqual((dialog.issue_count, dialog.resumed_count), (2, 2))
        dialog.tax_id = gst
        self.press(dialog)
        self.go_on()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])

    def test_issues_of_different_kinds_are_refused(self):
        self.receive(self.taxed("1", sku="GHOST"))
        dialog = self.ask(self.issues(), "action_ask_fix")
        with self.assertRaisesRegex(UserError, "These issues need different answers"):
            self.press(dialog)

    def test_fix_that_takes_no_answer_is_said_before_it_is_done(self):
        self.receive(self.taxed("1"))
        issue = self.issues()
        issue.code = "odoo_refused"
        mended = []

        def mend(record):
            mended.append(record.id)

        with patch.object(type(issue), "_fix_odoo_refused", mend, create=True):
            dialog = self.ask(issue, "action_ask_fix")
            self.assertEqual((dialog.fix_field, dialog.resumed_count), ("", 1))
            self.assertEqual(mended, [])
            self.press(dialog)
        self.assertEqual(mended, issue.ids)
        self.assertEqual((issue.state, self.snapshot("1").state), ("resolved", "to_fetch"))

    def test_order_that_waits_for_another_issue_too_is_said(self):
        self.receive(self.taxed("1", sku="GHOST"), self.taxed("2"))
        dialog = self.ask(self.issues(code="tax_missing"), "action_ask_fix")
        self.assertEqual((dialog.resumed_count, dialog.held_count), (1, 1))

    def test_answer_is_asked_for(self):
        self.receive(self.taxed("1"))
        action = self.issues().action_ask_fix()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        with self.assertRaisesRegex(UserError, "Choose the answer first."):
            wizard.action_apply()

    def test_retry_all_of_the_cause(self):
        self._tax("GST one", 5.0)
        second = self._tax("GST two", 5.0)
        self.receive(self.taxed("1"), self.taxed("2", title="PST"))
        dialog = self.ask(self.issues()[0], "action_ask_retry")
        self.assertEqual((dialog.issue_count, dialog.similar_count), (1, 1))
        dialog = self.ask(self.issues(), "action_ask_retry")
        self.assertEqual((dialog.issue_count, dialog.resumed_count), (2, 2))
        second.active = False
        self.press(dialog)
        self.go_on()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])
        self.assertEqual(set(self.issues().mapped("state")), {"resolved"})

    def test_ignore_all_takes_a_reason(self):
        self.receive(self.taxed("1"), self.taxed("2", title="PST"))
        issues = self.issues()
        dialog = self.ask(issues, "action_ask_ignore")
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            dialog.save()
        dialog.reason = "Sold by hand"
        self.press(dialog)
        self.assertEqual(issues.mapped("state"), ["ignored", "ignored"])
        self.assertEqual(issues.mapped("reason"), ["Sold by hand", "Sold by hand"])
        self.assertEqual(self.snapshot("1").state, "skipped")
        self.assertEqual(self.snapshot("2").state, "skipped")

    def test_issue_of_an_order_that_is_here_is_marked_as_done(self):
        order = self.receive(self.order("1", self.line("1", "10.00")))["1"]
        cause = {"code": "order_changed", "key": "1:9", "params": {"changes": "x"}}
        issue = self.env["storefront.issue"]._raise_for(self.backend, [cause], order=order)
        dialog = self.ask(issue, "action_ask_resolve")
        self.assertEqual((dialog.issue_count, dialog.resumed_count), (1, 0))
        self.press(dialog)
        self.assertEqual((issue.state, self.snapshot("1").state), ("resolved", "done"))

    def test_closed_issues_ask_nothing(self):
        self.receive(self.taxed("1"))
        self.issues().action_ignore("x")
        with self.assertRaisesRegex(UserError, "None of these issues is open."):
            self.issues().action_ask_retry()

    def test_dialog_is_for_managers(self):
        self.receive(self.taxed("1"))
        action = self.issues().action_ask_retry()
        wizards = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaises(AccessError):
            wizards.with_user(self.user).create({})
        theirs = wizards.with_user(self.manager).create({})
        another = new_test_user(
            self.env,
            "another",
            "storefront_connector.group_storefront_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            theirs.with_user(another).action_apply()
