# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stops a backend is said on top of it, with who, when and why."""

from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..platforms import errors
from .test_flow_order_import import OrderImportCase


@tagged("post_install", "-at_install")
class TestPause(OrderImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "manager",
            "storefront_connector.group_storefront_manager",
            name="Mia Manager",
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @freeze_time("2026-11-20 09:30:00")
    def test_pause_asks_for_a_reason_and_shows_it(self):
        backend = self.backend.with_user(self.manager)
        action = backend.action_ask_pause()
        wizards = self.env[action["res_model"]].with_user(self.manager)
        dialog = Form(wizards.with_context(**action["context"]))
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            dialog.save()
        dialog.reason = "Stocktaking"
        dialog.save().action_pause()
        self.assertEqual(
            (backend.state, backend.pause_user_id, backend.paused_at, backend.pause_reason),
            ("paused", self.manager, datetime(2026, 11, 20, 9, 30), "Stocktaking"),
        )
        self.assertRegex(
            backend.banner_warning,
            r"^Mia Manager paused this storefront on 11/20/2026 09:30:00 AM: Stocktaking\. "
            r"Webhooks are stored and stock changes noted; Resume goes on where it stopped\.$",
        )
        self.assertFalse(backend.banner_danger)
        backend.action_resume()
        self.assertEqual(
            (backend.state, backend.paused_at, backend.pause_reason, backend.pause_user_id.ids),
            ("connected", False, False, []),
        )
        self.assertEqual((backend.banner_danger, backend.banner_warning), ("", ""))

    @freeze_time("2026-11-20 09:30:00")
    def test_error_that_stops_it_says_since_when(self):
        self.shop.fail("fetch_records", errors.AuthFailed("unauthorized"))
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.backend.state, "paused")
        cause, since = self.backend.with_context(tz="UTC").banner_danger.split("\n")
        self.assertEqual(
            cause,
            "The storefront refuses the credentials. Check them on the backend, then connect "
            "again.",
        )
        self.assertRegex(since, r"^Nothing has been exchanged since 11/20/2026 09:30:00 AM\. ")
        self.assertFalse(self.backend.pause_user_id)

    def test_resumed_with_the_same_fault_it_pauses_again(self):
        self.shop.orders["1001"] = self.simple()
        self.poke("1001")
        for _again in range(2):
            self.shop.fail("fetch_records", errors.AuthFailed("unauthorized"))
            self.job("fetch")
            self.assertEqual(self.backend.state, "paused")
            self.backend.action_resume()
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])

    def test_only_what_is_connected_is_paused_and_what_is_paused_resumed(self):
        draft = self._draft_backend("New", self.company)
        draft.action_pause("x")
        draft.action_resume()
        self.assertEqual(draft.state, "draft")

    def test_work_that_keeps_failing_is_said(self):
        self.shop.orders["1001"] = self.simple()
        self.poke("1001")
        for tries in range(1, 5):
            self.assertFalse(self.backend.banner_warning)
            self.shop.fail("fetch_records", errors.RetryLater("server_error"))
            self.job("fetch")
            self.env.cr.execute(
                "UPDATE storefront_claim SET next_try = NULL WHERE tries = %s", [tries]
            )
            self.env.invalidate_all()
        self.env.cr.execute("UPDATE storefront_claim SET next_try = '2026-11-20 09:30:00'")
        self.assertRegex(
            self.backend.with_context(tz="UTC").banner_warning,
            r"^This work has failed 4 times in a row: fetching orders\. The last cause: The "
            r"storefront failed on its side\. It is tried again by itself\. Next try: "
            r"11/20/2026 09:30:00 AM\.$",
        )
        self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.job("fetch")
        self.env.invalidate_all()
        self.assertFalse(self.backend.banner_warning)

    def test_what_waits_is_said_with_the_way_out(self):
        ghost = self.line("1", "10.00", sku="GHOST")
        self.receive(self.order("1", ghost), self.order("2", ghost), self.simple("3"))
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = 'dead', error_code = 'server_error'"
            " WHERE external_id = '3'"
        )
        self.env.invalidate_all()
        backend = self.backend
        self.assertEqual((backend.dead_count, backend.blocked_count), (1, 2))
        self.assertEqual(
            backend.banner_danger,
            "Dead letters: 1. All tries are used up: mend the cause, then replay them.",
        )
        self.assertEqual(
            backend.banner_warning,
            "Orders that wait for a decision: 2. Decide on their issues and they come in.",
        )
        dead = backend.action_open_dead()
        self.assertEqual(self.env[dead["res_model"]].search(dead["domain"]), self.snapshot("3"))
        blocking = backend.action_open_blocking()
        self.assertEqual(self.env[blocking["res_model"]].search(blocking["domain"]), self.issues())
        self.assertEqual(blocking["context"]["search_default_open"], 1)

    def test_share_of_failures(self):
        self.assertEqual(self.backend.failure_share, 0)
        ghost = self.order("2", self.line("1", "10.00", sku="GHOST"))
        self.receive(self.simple("1"), ghost)  # one fetch, one import, one failure
        self.env.invalidate_all()
        self.assertAlmostEqual(self.backend.failure_share, 1 / 3)
        action = self.backend.action_open_failures()
        self.assertEqual(action["res_model"], "storefront.operation")
        self.env.cr.execute(
            "UPDATE storefront_operation SET create_date = create_date - interval '25 hours'"
        )
        self.env.invalidate_all()
        self.assertEqual(self.backend.failure_share, 0)

    def test_users_read_the_banners_and_press_nothing(self):
        user = new_test_user(
            self.env,
            "user",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        backend = self.backend.with_user(user)
        self.backend.action_pause("Stocktaking")
        self.assertIn("Stocktaking", backend.banner_warning)
        self.assertEqual((backend.dead_count, backend.failure_share), (0, 0))
        buttons = ("action_ask_pause", "action_pause", "action_resume")
        for button in (*buttons, "action_replay", "action_replay_dead"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(backend, button)()
