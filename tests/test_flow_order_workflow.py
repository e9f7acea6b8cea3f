# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far an order goes: by its payment, its status, its payment methods, and who is trusted."""

from dataclasses import replace

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .workflow_case import WorkflowCase


@tagged("post_install", "-at_install")
class TestOrderWorkflow(WorkflowCase):
    def change(self, document, **values):
        changed = replace(document, updated_at=self.later(60), **values)
        return self.receive(changed)[document.external_id]

    def replay(self, external_id="1001"):
        self.snapshot(external_id).action_retry()
        self.job("fetch")
        self.job("import")

    def status(self, name, **vals):
        return self.env["storefront.mapping.status"].create(
            {"backend_id": self.backend.id, "name": name, **vals}
        )

    def statuses(self):
        found = self.env["storefront.mapping.status"].search(
            [("backend_id", "=", self.backend.id)], order="name"
        )
        return [(status.name, status.step, status.is_new) for status in found]

    # steps

    def test_settings_of_the_storefront_where_nothing_else_is_said(self):
        cases = [
            ("confirm", "confirm", "pending", "sale"),
            ("confirm", "quotation", "pending", "draft"),
            ("confirm", "quotation", "authorized", "draft"),
            ("confirm", "quotation", "partially_paid", "draft"),
            ("confirm", "quotation", "paid", "sale"),
            ("confirm", "quotation", "partially_refunded", "sale"),
            ("confirm", "quotation", "refunded", "sale"),
            ("confirm", "quotation", "voided", "draft"),
            ("quotation", "quotation", "paid", "draft"),
        ]
        for number, (paid, unpaid, payment, expected) in enumerate(cases, 1):
            with self.subTest(paid=paid, unpaid=unpaid, payment=payment):
                self.backend.write({"paid_step": paid, "unpaid_step": unpaid})
                document = self.paid(str(number), payment_state=payment)
                self.assertEqual(self.receive(document)[str(number)].state, expected)

    def test_status_and_method_go_as_far_as_both_allow(self):
        """Columns: what the status says, what its payment method says, and what comes of it."""
        cases = [
            ("confirm", "usual", "sale", 0),
            ("post", "usual", "sale", 1),
            ("payment", "post", "sale", 1),
            ("payment", "usual", "draft", 0),
            ("post", "confirm", "sale", 0),
            ("confirm", "post", "sale", 0),
            ("quotation", "post", "draft", 0),
            ("post", "quotation", "draft", 0),
        ]
        self.backend.write({"paid_step": "quotation", "unpaid_step": "quotation"})
        for number, (status, method, state, invoices) in enumerate(cases, 1):
            with self.subTest(status=status, method=method):
                self.status(f"s{number}", step=status)
                self.map_payment(f"m{number}", paid_step=method)
                document = self.paid(
                    str(number), status=f"s{number}", payment_methods=(f"m{number}",)
                )
                order = self.receive(document)[str(number)]
                self.assertEqual((order.state, len(order.invoice_ids)), (state, invoices))

    def test_cash_on_delivery_is_confirmed_and_paid_when_it_is(self):
        self.backend.paid_step = "pay"
        self.map_payment("cod", unpaid_step="confirm")
        document = self.paid("1001", payment_state="pending", payment_methods=("cod",))
        order = self.receive(document)["1001"]
        self.assertEqual((order.state, len(order.invoice_ids)), ("sale", 0))
        paid = self.payment(method="cod")
        self.change(document, payment_state="paid", payments=(paid,))
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_two_methods_go_as_far_as_the_more_cautious_one(self):
        self.map_payment("card", paid_step="post")
        self.map_payment("voucher", paid_step="confirm")
        payments = (self.payment("t1", "7"), self.payment("t2", "5", "voucher"))
        order = self.receive(self.paid("1001", *payments))["1001"]
        self.assertEqual((order.state, len(order.invoice_ids)), ("sale", 0))
        payments = (self.payment("t3", "7"), self.payment("t4", "5", "other"))
        order = self.receive(self.paid("1002", *payments))["1002"]
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_status_that_changes_takes_the_order_further(self):
        self.status("packing", step="quotation")
        document = self.paid("1001", status="packing")
        order = self.receive(document)["1001"]
        self.assertEqual((order.state, order.storefront_status), ("draft", "packing"))
        self.change(document, status="packed")
        self.assertEqual((order.state, order.storefront_status), ("sale", "packed"))

    # statuses that appear

    def test_statuses_of_the_platform_are_listed_at_connection(self):
        self.backend.action_connect()
        expected = [
            ("failed", "skip", False),
            ("on-hold", "quotation", False),
            ("open", "payment", False),
        ]
        self.assertEqual(self.statuses(), expected)
        self.status("open-too")
        self.env["storefront.mapping.status"].search([("name", "=", "failed")]).step = "confirm"
        self.backend.action_connect()
        self.assertEqual(len(self.statuses()), 4)
        self.assertIn(("failed", "confirm", False), self.statuses())

    def test_status_never_seen_is_listed_and_announced(self):
        orders = self.receive(
            self.paid("1", status="in the kiln"),
            self.paid("2", status="in the kiln"),
            self.paid("3", status="on-hold"),
        )
        self.assertEqual([order.state for order in orders.values()], ["sale", "sale", "draft"])
        self.assertEqual(
            self.statuses(), [("in the kiln", "payment", True), ("on-hold", "quotation", False)]
        )
        self.assertFalse(self.issues())
        self.assertEqual(
            self.backend.banner_info,
            "Statuses seen for the first time: in the kiln. Their orders go as far as their "
            "payment says, until you decide otherwise.",
        )
        self.env["storefront.mapping.status"].search([("is_new", "=", True)]).action_accept()
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.banner_info)

    def test_deciding_on_a_status_is_enough(self):
        self.receive(self.paid("1", status="in the kiln"))
        self.env["storefront.mapping.status"].search([]).step = "confirm"
        self.assertEqual(self.statuses(), [("in the kiln", "confirm", False)])

    # lock

    def test_lock_once_an_order_is_where_it_goes(self):
        self.backend.lock_orders = True
        document = self.paid("1001", payment_state="pending")
        order = self.receive(document)["1001"]
        self.assertEqual((order.state, order.locked), ("draft", False))
        self.change(document, payment_state="paid")
        self.assertEqual((order.state, order.locked, len(order.picking_ids)), ("sale", True, 1))
        order.action_unlock()
        self.replay()
        self.assertFalse(order.locked)

    def test_cancellation_in_the_store_reaches_a_locked_order(self):
        self.backend.lock_orders = True
        document = self.paid("1001")
        order = self.receive(document)["1001"]
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertFalse(self.issues())

    def test_lock_is_put_back_after_a_change(self):
        self.backend.lock_orders = True
        order = self.receive(self.paid("1001"))["1001"]
        with self.env["storefront.order.workflow"]._unlocked(order):
            order.order_line.product_uom_qty = 2
        self.assertTrue(order.locked)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    # fraud

    def test_orders_are_held_at_the_risk_the_storefront_says(self):
        cases = [
            ("none", "high", "sale"),
            ("high", "", "sale"),
            ("high", "low", "sale"),
            ("high", "medium", "sale"),
            ("high", "high", "draft"),
            ("medium", "low", "sale"),
            ("medium", "medium", "draft"),
            ("medium", "high", "draft"),
        ]
        for number, (setting, risk, expected) in enumerate(cases, 1):
            with self.subTest(setting=setting, risk=risk):
                self.backend.fraud_hold = setting
                order = self.receive(self.paid(str(number), fraud_risk=risk))[str(number)]
                self.assertEqual(order.state, expected)
                self.assertEqual(order.storefront_is_held, expected == "draft")
                self.assertEqual(order.storefront_fraud_risk or "", risk)

    def test_held_order_goes_on_as_far_as_it_should_when_it_is_released(self):
        self.backend.paid_step = "pay"
        self.map_payment()
        document = self.paid("1001", self.payment(), fraud_risk="high")
        order = self.receive(document)["1001"]
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("fraud_hold", order))
        self.assertEqual((len(order.picking_ids), len(self.payments())), (0, 0))
        # The store's opinion may change; only a human releases.
        self.change(document, fraud_risk="low")
        self.assertEqual((order.state, order.storefront_is_held), ("draft", True))
        order.action_storefront_release()
        self.assertEqual(order.storefront_released_by, self.env.user)
        self.assertEqual((issue.state, order.state), ("resolved", "draft"))
        self.job("fetch")
        self.job("import")
        self.assertEqual((order.state, order.invoice_ids.payment_state), ("sale", "paid"))
        self.assertFalse(order.storefront_is_held)
        self.change(document, fraud_risk="high", note="again")
        self.assertFalse(self.issues(state="open"))

    def test_release_by_the_issue(self):
        order = self.receive(self.paid("1001", fraud_risk="high"))["1001"]
        manager = new_test_user(
            self.env,
            "manager",
            "storefront_connector.group_storefront_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        issue = self.issues().with_user(manager)
        action = issue.action_ask_fix()
        wizards = self.env["storefront.issue.decision"].with_user(manager)
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertEqual((wizard.issue_count, wizard.resumed_count), (1, 1))
        wizard.action_apply()
        self.job("fetch")
        self.job("import")
        self.assertEqual((order.state, order.storefront_released_by), ("sale", manager))
        with self.assertRaises(AccessError):
            order.with_user(manager).action_storefront_release()

    def test_confirming_by_hand_releases(self):
        order = self.receive(self.paid("1001", fraud_risk="high"))["1001"]
        order.action_confirm()
        self.assertEqual((order.state, order.storefront_is_held), ("sale", False))
        self.assertEqual(order.storefront_released_by, self.env.user)
        self.assertEqual(self.issues().state, "resolved")

    def test_held_order_that_is_cancelled_is_held_no_longer(self):
        document = self.paid("1001", fraud_risk="high")
        order = self.receive(document)["1001"]
        self.change(document, cancelled_at=self.later(50))
        self.assertEqual((order.state, order.storefront_is_held), ("cancel", False))
        self.assertEqual(self.issues().state, "resolved")

    def test_risk_that_comes_out_too_late_is_told(self):
        document = self.paid("1001")
        order = self.receive(document)["1001"]
        self.change(document, fraud_risk="high")
        self.assertEqual((order.state, order.storefront_is_held), ("sale", False))
        self.assertEqual((self.issues().code, self.issues().order_id), ("fraud_late", order))
        self.issues().action_resolve()
        self.change(document, fraud_risk="high", note="again")
        self.assertFalse(self.issues(state="open"))

    # which orders come in

    def test_orders_are_left_out_by_rule_and_come_in_when_it_is_changed(self):
        status = self.status("wholesale", step="skip")
        channel = self.env["storefront.mapping.channel"].create(
            {"backend_id": self.backend.id, "name": "pos", "is_skipped": True}
        )
        self.backend.write({"import_since": "2026-11-21", "skip_tags": "B2B, hand made"})
        day_after = {"created_at": self.later(86400)}
        cases = {
            "1": {},
            "2": {"status": "wholesale", **day_after},
            "3": {"channel": "pos", **day_after},
            "4": {"tags": ("Gift", "Hand Made"), **day_after},
            "5": {"cancelled_at": self.later(90000), **day_after},
        }
        reasons = {
            "1": (
                "placed_too_early",
                "Placed on 2026-11-20, before the day orders are imported from.",
            ),
            "2": ("status_skipped", "Orders with the status “wholesale” are not imported."),
            "3": ("channel_skipped", "Orders of the channel “pos” are not imported."),
            "4": ("tag_skipped", "Orders tagged “Hand Made” are not imported."),
            "5": ("cancelled_before_import", "Cancelled before it was imported."),
        }
        self.receive(*(self.paid(number, **values) for number, values in cases.items()))
        self.assertFalse(self.sale_orders())
        for number, (code, sentence) in reasons.items():
            with self.subTest(code=code):
                snapshot = self.snapshot(number)
                self.assertEqual((snapshot.state, snapshot.error_code), ("skipped", code))
                self.assertEqual(snapshot.error_message, sentence)
        self.assertFalse(self.issues())
        status.step = "payment"
        channel.is_skipped = False
        self.backend.write({"import_since": False, "skip_tags": False, "import_cancelled": True})
        for number in cases:
            self.snapshot(number).action_retry()
        for _batch in range(2):
            self.job("fetch")
        self.job("import")
        self.assertEqual(
            {number: order.state for number, order in self.sale_orders().items()},
            {"1": "sale", "2": "sale", "3": "sale", "4": "sale", "5": "cancel"},
        )
        self.assertFalse(self.snapshot("1").error_message)

    def test_day_of_an_order_is_the_stores(self):
        self.backend.import_since = "2026-11-21"
        at_night = self.later(14 * 3600)  # 23:30 in UTC, past midnight in Brussels
        self.assertEqual(list(self.receive(self.paid("1", created_at=at_night))), ["1"])

    def test_order_cancelled_before_its_import_comes_in_cancelled(self):
        self.backend.write({"import_cancelled": True, "paid_step": "pay"})
        self.map_payment()
        document = self.paid("1", self.payment(), cancelled_at=self.later(50))
        order = self.receive(document)["1"]
        self.assertEqual((order.state, len(order.picking_ids)), ("cancel", 0))
        self.assertFalse(order.invoice_ids or self.payments())
        self.change(document, cancelled_at=self.later(50), note="again")
        self.assertEqual((order.state, order.storefront_note), ("cancel", "again"))
        self.assertFalse(self.issues())
