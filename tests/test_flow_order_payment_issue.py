# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money that waits: for a journal somebody must choose, for what accounting refuses."""

from datetime import date

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .workflow_case import WorkflowCase


@tagged("post_install", "-at_install")
class TestOrderPaymentIssue(WorkflowCase):
    def setUp(self):
        super().setUp()
        self.backend.paid_step = "pay"

    def test_method_without_a_journal_asks_once_and_stops_no_order(self):
        documents = [self.paid(number, self.payment(f"t{number}")) for number in ("1", "2")]
        orders = self.receive(*documents)
        self.assertEqual([order.state for order in orders.values()], ["sale", "sale"])
        self.assertEqual(
            [order.invoice_ids.payment_state for order in orders.values()], ["not_paid"] * 2
        )
        issue = self.issues()
        self.assertEqual((issue.code, issue.params), ("payment_method_missing", {"method": "card"}))
        self.assertEqual(issue.snapshot_ids, self.snapshot("1") | self.snapshot("2"))
        self.assertEqual(issue.snapshot_ids.mapped("state"), ["done", "done"])
        told = [(trouble.code, trouble.count) for trouble in self.backend._troubles()]
        self.assertEqual(told, [("payment_method_missing", 2)])
        action = issue.action_ask_fix()
        wizard = self.env["storefront.issue.decision"].with_context(**action["context"]).create({})
        self.assertEqual((wizard.issue_count, wizard.resumed_count), (1, 2))
        wizard.journal_id = self.journal
        wizard.action_apply()
        mapping = self.env["storefront.mapping.payment"].search([("name", "=", "card")])
        self.assertEqual(mapping.journal_id, self.journal)
        self.job("fetch")
        self.job("import")
        self.assertEqual(
            [order.invoice_ids.payment_state for order in orders.values()], ["paid"] * 2
        )
        self.assertEqual(self.payments().mapped("date"), [date(2026, 11, 20)] * 2)
        self.assertEqual((issue.state, self.issues(state="open").ids), ("resolved", []))

    def test_journal_chosen_in_the_list_goes_on_with_what_waited(self):
        order = self.receive(self.paid("1001", self.payment()))["1001"]
        self.env["storefront.mapping.payment"].search([]).journal_id = self.journal
        self.job("fetch")
        self.job("import")
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(self.issues().state, "resolved")

    def test_only_journal_is_proposed_and_not_chosen(self):
        others = self.env["account.journal"].search(
            [
                ("company_id", "=", self.company.id),
                ("type", "in", ("bank", "cash", "credit")),
                ("id", "!=", self.journal.id),
            ]
        )
        self.receive(self.paid("1001", self.payment()))
        issue = self.issues()
        self.assertFalse(issue.action_ask_fix()["context"]["default_journal_id"])
        others.active = False
        self.assertEqual(issue.action_ask_fix()["context"]["default_journal_id"], self.journal.id)
        self.assertFalse(self.payments())

    def test_part_that_can_be_registered_is(self):
        self.map_payment()
        other = self.payment("t2", "5.00", "voucher")
        order = self.receive(self.paid("1001", self.payment(amount="7.00"), other))["1001"]
        self.assertEqual(self.payments().mapped("storefront_external_id"), ["t1"])
        self.assertEqual(order.invoice_ids.amount_residual, 5.0)
        self.assertEqual(self.issues().params, {"method": "voucher"})

    # what accounting refuses

    @freeze_time("2026-11-25 10:00:00")
    def test_what_falls_into_a_locked_period_is_booked_on_the_first_open_day(self):
        """Odoo's own rule; the order itself comes in and is delivered all the same."""
        self.map_payment()
        self.company.fiscalyear_lock_date = "2026-11-23"
        order = self.receive(self.paid("1001", self.payment()))["1001"]
        payment = self.payments()
        self.assertEqual(
            (payment.date, payment.move_id.date), (date(2026, 11, 20), date(2026, 11, 25))
        )
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(order.picking_ids.scheduled_date.date(), date(2026, 11, 25))

    def test_refusal_leaves_the_order_and_is_mended_by_one_click(self):
        self.map_payment()
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")]
        )
        journals.active = False
        order = self.receive(self.paid("1001", self.payment()))["1001"]
        self.assertEqual((order.state, order.invoice_ids.ids), ("sale", []))
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("accounting_refused", order))
        self.assertEqual(self.snapshot("1001").state, "done")
        for _again in range(2):
            issue.action_fix()
            self.job("fetch")
            self.job("import")
            issue = self.issues(state="open")
            self.assertEqual((issue.code, issue.order_id), ("accounting_refused", order))
        journals.active = True
        issue.action_fix()
        self.job("fetch")
        self.job("import")
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertFalse(self.issues(state="open"))

    # companies

    def test_companies_keep_their_money_apart(self):
        self.map_payment()
        other = self.env["res.company"].create(
            {"name": "Other", "currency_id": self.euro.id, "country_id": self.env.ref("base.be").id}
        )
        self.env["account.chart.template"].try_loading("generic_coa", other)
        with self.assertRaisesRegex(UserError, "Card"):
            self.env["storefront.mapping.payment"].create(
                {
                    "backend_id": self._connected_backend("Elsewhere", other).id,
                    "name": "card",
                    "journal_id": self.journal.id,
                }
            )
