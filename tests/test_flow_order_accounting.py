# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Journal entries, to the cent, of what is invoiced, paid and kept."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .workflow_case import WorkflowCase

INVOICE = {"Receivable": 12.0, "Sales": -10.0, "Vat": -2.0}


@tagged("post_install", "-at_install")
class TestOrderAccounting(WorkflowCase):
    def setUp(self):
        super().setUp()
        self.backend.paid_step = "pay"

    def change(self, document, **values):
        changed = replace(document, updated_at=self.later(60), **values)
        return self.receive(changed)[document.external_id]

    # how far

    def test_each_step_takes_in_those_before(self):
        self.map_payment()
        expected = {
            "quotation": ("draft", [], 0),
            "confirm": ("sale", [], 0),
            "invoice": ("sale", [("draft", "not_paid")], 0),
            "post": ("sale", [("posted", "not_paid")], 0),
            "pay": ("sale", [("posted", "paid")], 1),
        }
        for step, (state, invoices, paid) in expected.items():
            with self.subTest(step=step):
                self.backend.paid_step = step
                order = self.receive(self.paid(step, self.payment(step)))[step]
                self.assertEqual(order.state, state)
                self.assertEqual(
                    [(one.state, one.payment_state) for one in order.invoice_ids], invoices
                )
                self.assertEqual(len(order.storefront_payment_ids), paid)

    def test_card_paid_is_invoiced_and_paid(self):
        self.map_payment()
        order = self.receive(self.paid("1001", self.payment()))["1001"]
        invoice = order.invoice_ids
        self.assertEqual(self.entry(invoice), INVOICE)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (12.0, 0.0))
        self.assertEqual(invoice.invoice_origin, order.name)
        payment = self.payments()
        self.assertRecordValues(
            payment,
            [
                {
                    "amount": 12.0,
                    "date": date(2026, 11, 20),
                    "memo": "#1001 ref-t1",
                    "payment_reference": "ref-t1",
                    "journal_id": self.journal.id,
                    "partner_id": order.partner_id.id,
                    "currency_id": self.euro.id,
                    "storefront_external_id": "t1",
                    "storefront_order_id": order.id,
                    "outstanding_account_id": self.accounts["clearing"].id,
                }
            ],
        )
        self.assertEqual(self.entry(payment.move_id), {"Clearing": 12.0, "Receivable": -12.0})
        self.assertEqual(payment.reconciled_invoice_ids, invoice)
        self.assertEqual(payment.create_uid, self.backend.inbound_user_id)
        self.assertFalse(self.issues())

    def test_without_a_clearing_account_the_journals_own_is_used(self):
        line = self.journal.inbound_payment_method_line_ids[:1].copy({"name": "By card"})
        line.payment_account_id = self.accounts["clearing"]
        self.map_payment(clearing_account_id=False, payment_method_line_id=line.id)
        self.receive(self.paid("1001", self.payment()))
        self.assertEqual(self.payments().payment_method_line_id, line)
        self.assertEqual(
            self.entry(self.payments().move_id), {"Clearing": 12.0, "Receivable": -12.0}
        )

    # dates

    def test_dates_are_the_stores(self):
        """Half past eleven at night in UTC is the next day in Brussels."""
        self.map_payment()
        late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
        document = self.paid("1001", self.payment(processed_at=late), created_at=late)
        with freeze_time("2026-11-24 23:30:00"):
            order = self.receive(document)["1001"]
        self.assertEqual(self.payments().date, date(2026, 11, 21))
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 11, 25))
        self.backend.invoice_date_is = "ordered"
        document = self.paid("1002", self.payment("t2"), created_at=late)
        order = self.receive(document)["1002"]
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 11, 21))

    # fees

    def test_fee_is_an_entry_of_its_own(self):
        self.map_payment(fee_account_id=self.accounts["fees"].id)
        self.receive(self.paid("1001", self.payment(fee="0.48")))
        payment = self.payments()
        self.assertEqual((payment.amount, payment.storefront_fee), (12.0, 0.48))
        entries = self.env["account.move"].search([("ref", "=", "Fee of #1001 ref-t1")])
        self.assertEqual(self.entry(entries), {"Fees": 0.48, "Clearing": -0.48})
        self.assertRecordValues(
            entries,
            [{"state": "posted", "date": date(2026, 11, 20), "journal_id": self.journal.id}],
        )

    def test_fee_that_is_known_later_or_changes_is_booked_once(self):
        self.map_payment(fee_account_id=self.accounts["fees"].id)
        document = self.paid("1001", self.payment())
        self.receive(document)
        for fee, booked in (("0.48", 0.48), ("0.48", 0.48), ("0.40", 0.4)):
            self.change(document, payments=(self.payment(fee=fee),), note=fee)
            self.assertEqual(self.payments().storefront_fee, booked)
        entries = self.env["account.move"].search([("ref", "=", "Fee of #1001 ref-t1")], order="id")
        self.assertEqual(
            [self.entry(entry) for entry in entries],
            [{"Fees": 0.48, "Clearing": -0.48}, {"Fees": -0.08, "Clearing": 0.08}],
        )

    def test_fee_without_an_account_is_left_to_the_payout(self):
        self.map_payment()
        self.receive(self.paid("1001", self.payment(fee="0.48")))
        self.assertEqual(self.payments().storefront_fee, 0.0)
        self.assertFalse(self.env["account.move"].search([("ref", "like", "Fee of")]))

    # several payments

    def test_gift_card_redeemed_is_paid_out_of_what_is_owed(self):
        self.map_payment()
        self.map_payment("gift_card", clearing_account_id=self.accounts["cards"].id)
        card = self.payment("t2", "5.00", "gift_card", is_gift_card=True)
        order = self.receive(self.paid("1001", self.payment(amount="7.00"), card))["1001"]
        self.assertEqual(
            [self.entry(payment.move_id) for payment in self.payments()],
            [{"Clearing": 7.0, "Receivable": -7.0}, {"Cards": 5.0, "Receivable": -5.0}],
        )
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(self.entry(order.invoice_ids), INVOICE)

    def test_part_then_the_rest(self):
        self.map_payment()
        self.map_payment("bank")
        self.backend.unpaid_step = "pay"
        document = self.paid("1001", self.payment(amount="5.00"), payment_state="partially_paid")
        order = self.receive(document)["1001"]
        invoice = order.invoice_ids
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("partial", 7.0))
        rest = self.payment("t2", "7.00", "bank", processed_at=self.later(86400))
        self.change(document, payment_state="paid", payments=(*document.payments, rest))
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("paid", 0.0))
        self.assertEqual(order.invoice_ids, invoice)
        self.assertEqual(self.payments().mapped("date"), [date(2026, 11, 20), date(2026, 11, 21)])

    def test_payment_that_arrives_later_confirms_invoices_and_pays(self):
        self.map_payment()
        document = self.paid("1001", payment_state="pending")
        order = self.receive(document)["1001"]
        self.assertEqual((order.state, len(order.invoice_ids)), ("draft", 0))
        self.change(document, payment_state="paid", payments=(self.payment(),))
        self.assertEqual((order.state, order.invoice_ids.payment_state), ("sale", "paid"))

    def test_what_is_paid_too_much_stays_the_customers(self):
        self.map_payment()
        order = self.receive(self.paid("1001", self.payment(amount="15.00")))["1001"]
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        line = self.payments().move_id.line_ids.filtered(
            lambda line: line.account_id == self.accounts["receivable"]
        )
        self.assertEqual((line.balance, line.amount_residual), (-15.0, -3.0))

    def test_what_is_only_reserved_or_given_back_is_not_registered(self):
        self.map_payment()
        document = self.paid(
            "1001",
            self.payment("t0", kind="authorization"),
            self.payment("t1"),
            self.payment("t2", "4.00", kind="refund"),
            payment_state="partially_refunded",
            total_refunded=Decimal("4.00"),
        )
        order = self.receive(document)["1001"]
        self.assertEqual(self.payments().mapped("storefront_external_id"), ["t1"])
        self.assertEqual(self.entry(order.invoice_ids), INVOICE)
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_order_for_nothing_is_invoiced_and_owes_nothing(self):
        line = self.line("1", "10.00", discount="10.00")
        order = self.receive(self.order("1001", line))["1001"]
        self.assertEqual((order.invoice_ids.state, order.invoice_ids.amount_total), ("posted", 0))
        self.assertFalse(self.payments())

    # currencies

    def test_another_currency_at_the_rate_of_each_day(self):
        self.map_payment(fee_account_id=self.accounts["fees"].id)
        dollar = self._currency("USD")
        rates = (("2026-11-01", 1.25), ("2026-11-21", 1.2))
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                    "name": name,
                    "rate": rate,
                }
                for name, rate in rates
            ]
        )
        self.backend.invoice_date_is = "ordered"
        paid = self.payment(processed_at=self.later(86400), fee="0.60")
        order = self.receive(self.paid("1001", paid, currency="USD"))["1001"]
        invoice, payment = order.invoice_ids, self.payments()
        self.assertEqual(self.entry(invoice), {"Receivable": 9.6, "Sales": -8.0, "Vat": -1.6})
        self.assertEqual(self.entry(payment.move_id), {"Clearing": 10.0, "Receivable": -10.0})
        self.assertEqual((payment.currency_id, payment.amount), (dollar, 12.0))
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("paid", 0.0))
        fee = self.env["account.move"].search([("ref", "=", "Fee of #1001 ref-t1")])
        self.assertEqual(self.entry(fee), {"Fees": 0.5, "Clearing": -0.5})
        self.assertEqual(sorted(fee.line_ids.mapped("amount_currency")), [-0.6, 0.6])
        # The gain is Odoo's own entry: 12 dollars were owed as 9.60 and came as 10.00.
        self.assertFalse(invoice.line_ids.filtered("amount_residual"))
        self.assertFalse(
            payment.move_id.line_ids.filtered(
                lambda line: line.account_id == self.accounts["receivable"] and line.amount_residual
            )
        )

    # once

    def test_by_cron_where_no_job_runner_can_be(self):
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")
        self.map_payment()
        document = self.paid("1001", self.payment())
        self.shop.orders["1001"] = document
        self.poke("1001")
        self.commit()
        self.env["storefront.backend"]._cron_drain()
        order = self.sale_orders()["1001"]
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(self.payments().create_uid, self.backend.inbound_user_id)

    def test_nothing_is_done_twice(self):
        self.map_payment(fee_account_id=self.accounts["fees"].id)
        document = self.paid("1001", self.payment(fee="0.48"), status="open", channel="web")
        order = self.receive(document)["1001"]
        user = self.backend.inbound_user_id
        workflow = self.env["storefront.order.workflow"]._flow_env(self.backend, user)
        args = [
            record.with_env(workflow.env) for record in (self.backend, self.snapshot("1001"), order)
        ]
        self.env.invalidate_all()
        with self.no_writes():
            self.assertFalse(workflow._advance(*args, document))
        self.assertEqual(len(order.invoice_ids), 1)
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.operations("order_import").mapped("status"), ["success", "unchanged"])
        self.assertEqual((len(order.invoice_ids), len(self.payments())), (1, 1))

    def test_money_that_moved_once_is_registered_once(self):
        self.map_payment()
        order = self.receive(self.paid("1001", self.payment()))["1001"]
        twin = {
            "amount": 12.0,
            "payment_type": "inbound",
            "journal_id": self.journal.id,
            "partner_id": order.partner_id.id,
            "storefront_backend_id": self.backend.id,
            "storefront_external_id": "t1",
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["account.payment"].create(twin).flush_recordset()

    def test_what_people_did_to_invoice_and_payment_stays(self):
        self.map_payment()
        document = self.paid("1001", self.payment())
        order = self.receive(document)["1001"]
        self.payments().action_cancel()
        order.invoice_ids.button_draft()
        self.change(document, note="1")
        self.assertEqual(order.invoice_ids.mapped("state"), ["draft"])
        self.assertEqual(self.payments().mapped("state"), ["canceled"])
        order.invoice_ids.button_cancel()
        self.change(document, note="2")
        self.assertEqual(order.invoice_ids.mapped("state"), ["cancel"])

    def test_what_somebody_registered_by_hand_is_not_registered_again(self):
        self.map_payment()
        self.backend.paid_step = "post"
        document = self.paid("1001", self.payment())
        order = self.receive(document)["1001"]
        wizards = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        )
        wizards.create({"journal_id": self.journal.id})._create_payments()
        self.backend.paid_step = "pay"
        self.change(document, note="again")
        self.assertEqual((order.invoice_ids.payment_state, self.payments().ids), ("paid", []))

    def test_what_was_credited_is_not_invoiced_again(self):
        document = self.paid("1001")
        order = self.receive(document)["1001"]
        invoice = order.invoice_ids
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Refund", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        self.assertEqual(order.invoice_status, "to invoice")
        self.change(document, note="again")
        self.assertEqual(order.invoice_ids, invoice | wizard.new_move_ids)

    def test_drafts_of_people_are_not_posted(self):
        self.backend.paid_step = "confirm"
        document = self.paid("1001")
        order = self.receive(document)["1001"]
        draft = order._create_invoices()
        self.backend.paid_step = "pay"
        self.change(document, note="again")
        self.assertEqual((order.invoice_ids, draft.state), (draft, "draft"))

    def test_draft_is_posted_when_the_order_goes_further(self):
        self.backend.write({"unpaid_step": "invoice"})
        document = self.paid("1001", payment_state="pending")
        order = self.receive(document)["1001"]
        draft = order.invoice_ids
        self.assertEqual(draft.state, "draft")
        self.change(document, payment_state="paid")
        self.assertEqual((order.invoice_ids, draft.state), (draft, "posted"))

    # goods that are invoiced when they leave

    def test_payment_ahead_of_the_invoice_settles_it(self):
        self.map_payment()
        self.product.invoice_policy = "delivery"
        document = self.paid("1001", self.payment())
        order = self.receive(document)["1001"]
        self.assertFalse(order.invoice_ids)
        self.assertEqual(
            self.entry(self.payments().move_id), {"Clearing": 12.0, "Receivable": -12.0}
        )
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.payment_state, self.entry(invoice)), ("paid", INVOICE))

    def test_goods_that_have_left_are_invoiced_with_the_next_change(self):
        self.map_payment()
        self.product.invoice_policy = "delivery"
        document = self.paid("1001", self.payment())
        order = self.receive(document)["1001"]
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        self.change(document, fulfillment_state="fulfilled")
        self.assertEqual(self.entry(order.invoice_ids), INVOICE)
        self.assertEqual(order.invoice_ids.payment_state, "paid")
