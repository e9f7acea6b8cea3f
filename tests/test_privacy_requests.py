# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How privacy requests come, are carried out in pieces, and fail; and whole stores."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..flows import privacy_erase
from ..platforms import errors
from .privacy_case import ADA, PrivacyCase

PRIVACY_LOGGER = "odoo.addons.storefront_connector.flows.privacy"


@tagged("post_install", "-at_install")
class TestPrivacyRequests(PrivacyCase):
    # a whole store

    def lose_access(self):
        self.backend._pause_for(errors.AuthFailed("unauthorized"))

    def shop_of_customers(self):
        """Three orders of Ada and Bob, one more that waits, one issue; nothing under way."""
        ghost = self.line("1", "10.00", sku="GHOST", name="Ghost")
        orders = self.receive(
            self.order_of("1001"),
            self.order_of("1002", self.bob()),
            self.order_of("1003"),
            self.order_of("1004", line=ghost),
        )
        for sale_order in orders.values():
            sale_order.picking_ids.action_cancel()
        return orders

    def test_store_that_removed_the_app_is_forgotten(self):
        orders = self.shop_of_customers()
        self.lose_access()
        with patch.multiple(privacy_erase, BATCH=1, ROWS=2):
            request = self.ask("shop_redact")
        self.assertEqual((request.state, request.progress), ("done", False))
        self.assertForgotten()
        self.assertNotIn("bob@example.com", self.holdings())
        self.assertEqual({order.partner_id.name for order in orders.values()}, {"Erased customer"})
        self.assertEqual(self.snapshot("1004").state, "skipped")
        self.assertEqual(self.snapshot("1001").state, "done")
        counts = self.erased(request)
        self.assertEqual((counts["partners"], counts["orders"], counts["snapshots"]), (2, 3, 4))
        self.assertEqual(request.result["kept"], {})
        self.assertEqual(self.issues(code="product_missing").params["sku"], "GHOST")

    def test_other_store_is_left_alone(self):
        other = self._connected_backend("Other", self.company)
        self.receive(self.order_of("1001", self.bob()), backend=other)
        self.shop_of_customers()
        self.lose_access()
        self.ask("shop_redact")
        self.assertEqual(
            self.snapshot("1001", other).payload["customer"]["email"], "bob@example.com"
        )
        partner = self.sale_orders(other)["1001"].partner_id
        self.assertEqual((partner.name, partner.active), ("Bob", True))

    def test_store_that_still_lets_us_in_is_asked_about(self):
        """A webhook's topic isn't signed: a whole store isn't erased for it without a look."""
        self.shop_of_customers()
        request = self.ask("shop_redact")
        self.assertEqual((request.state, request.processed_at), ("to_do", False))
        self.assertEqual(request.activity_ids.user_id, self.manager)
        self.assertIn("Ada Byron", self.holdings())
        request.with_user(self.manager).action_confirm()
        self.job("privacy")
        self.assertEqual(request.state, "done")
        self.assertForgotten()
        self.assertFalse(request.activity_ids)

    def test_disconnected_store_is_forgotten_by_a_button(self):
        self.shop_of_customers()
        with self.assertRaises(UserError):
            self.backend.action_redact_store()
        self.backend.write({"state": "draft", "connected_at": fields.Datetime.now()})
        with self.assertRaises(AccessError):
            self.backend.with_user(self.user).action_redact_store()
        action = self.backend.with_user(self.manager).action_redact_store()
        request = self.requests.browse(action["res_id"])
        self.assertEqual((request.type, request.is_confirmed), ("shop_redact", True))
        self.job("privacy")
        self.assertEqual(request.state, "done")
        self.assertForgotten()

    def test_erasing_goes_on_where_a_killed_worker_left_it(self):
        self.shop_of_customers()
        self.lose_access()
        self.announce("shop_redact")
        real = type(self.env["storefront.privacy.erase"])._erase_shop
        steps = iter(range(3))

        def erase_shop(flow, backend, request):
            if next(steps, None) is None:
                raise KeyboardInterrupt
            return real(flow, backend, request)

        erase = type(self.env["storefront.privacy.erase"])
        with patch.multiple(privacy_erase, BATCH=1), patch.object(erase, "_erase_shop", erase_shop):
            try:
                self.job("privacy")
            except KeyboardInterrupt:
                self.env.invalidate_all()
        request = self.requests.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(request.progress["phase"], "orders")
        self.job("privacy")
        self.assertEqual(request.state, "done")
        self.assertEqual(self.erased(request)["partners"], 2)
        self.assertForgotten()

    # how requests come

    def test_duplicates_are_one_request(self):
        self.announce("customer_data", customer_external_id="501")
        self.announce("customer_data", customer_external_id="501")
        self.announce("customer_data", customer_external_id="502")
        self.job("privacy")
        requests = self.requests.search([("backend_id", "=", self.backend.id)])
        self.assertEqual(sorted(requests.mapped("customer_external_id")), ["501", "502"])

    def test_second_erasure_finds_nothing(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        first = self.ask()
        second = self.ask()
        self.assertNotEqual(first, second)
        self.assertEqual((second.state, self.erased(second)), ("done", {}))
        self.assertEqual(second.report, "Erased: nothing, for there was nothing.")

    def test_event_forgets_its_payload_and_the_request_its_email(self):
        event = self.announce("customer_redact", customer_external_id="501", email=ADA[1])
        self.assertEqual(self.backend._waiting_drains(), [])
        self.job("privacy")
        self.assertEqual((event.state, event.payload), ("done", False))
        self.assertForgotten()

    def test_paused_backend_answers_too(self):
        self.receive(self.order_of("1001"))
        self.backend.action_pause()
        self.assertEqual(self.ask().state, "done")

    def test_waking(self):
        for state, wakes in (("paused", {"privacy"}), ("connected", {"privacy", "fetch"})):
            with self.subTest(state=state):
                self.backend.state = state
                self.commit()
                self.env.cr.postcommit.data.pop("storefront_connector.wakes", None)
                self.backend._wake_for("privacy")
                self.backend._wake_for("order")
                found = self.env.cr.postcommit.data["storefront_connector.wakes"]
                self.assertEqual({wake[1] for wake in found}, wakes)

    def test_cron_finds_what_waits(self):
        self.announce("customer_data", customer_external_id="501")
        self.backend.action_pause()
        self.commit()
        self.env["queue.job"].search([]).unlink()
        self.env["storefront.backend"]._cron_drain()
        self.commit()
        jobs = self.env["queue.job"].search([])
        self.assertEqual(jobs.mapped("method_name"), ["_job_answer_privacy"])

    def test_unreadable_request_is_shown_to_a_human(self):
        event = self.announce("")
        self.job("privacy")
        issue = self.issues(code="privacy_unreadable")
        self.assertEqual((issue.state, event.state), ("open", "ignored"))
        self.assertFalse(self.requests.search([("backend_id", "=", self.backend.id)]))

    # what goes wrong

    def test_failure_is_tried_again_then_an_issue_whose_retry_goes_on(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        erase = type(self.env["storefront.privacy.erase"])
        broken = patch.object(erase, "_erase_customer", side_effect=ValueError("Ada Byron"))
        with broken, self.assertLogs(PRIVACY_LOGGER, "ERROR") as logs:
            request = self.ask()
        self.assertNotIn("Ada Byron", str(logs.output))
        self.assertEqual((request.state, request.tries), ("to_do", 1))
        self.assertTrue(request.next_try)
        self.assertFalse(self.issues(code="privacy_failed"))
        self.job("privacy")
        self.assertEqual(request.tries, 1)
        request.write({"tries": 6, "next_try": fields.Datetime.now()})
        with broken, self.assertLogs(PRIVACY_LOGGER, "ERROR"):
            self.job("privacy")
        issue = self.issues(code="privacy_failed")
        self.assertEqual((request.tries, request.next_try, issue.state), (7, False, "open"))
        self.job("privacy")
        self.assertEqual(request.state, "to_do")
        issue.with_user(self.manager).action_retry()
        self.job("privacy")
        self.assertEqual((request.state, issue.state), ("done", "resolved"))
        self.assertForgotten()

    def test_user_presses_nothing(self):
        request = self.ask("customer_data").with_user(self.user)
        for button in ("action_retry", "action_confirm", "action_done", "action_download"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(request, button)()
