# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks are as they must be, whoever changed them; and others' are left alone."""

from dataclasses import replace
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..platforms import errors
from ..platforms.documents.event import Event, WebhookSubscription
from .common import StorefrontCase

BASE = "https://odoo.example"


@tagged("post_install", "-at_install")
class TestWebhookHealth(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.backend.webhook_base_url = BASE
        self.backend.action_connect()
        self.commit()
        self.shop.calls.clear()

    @property
    def url(self):
        return f"{BASE}/storefront/webhook/{self.backend.webhook_token}"

    def subscribe(self, external_id, topic, url):
        self.shop.webhooks[external_id] = WebhookSubscription(
            external_id=external_id, topic=topic, url=url
        )

    def subscribed(self):
        return sorted((one.topic, one.url) for one in self.shop.webhooks.values())

    def needed(self, url=None):
        return [("orders/changed", url or self.url), ("orders/new", url or self.url)]

    def announce(self, topic="app/gone"):
        event = Event(
            topic=topic, kind="access", external_id="", delivery_id=topic, occurred_at=None
        )
        self.env["storefront.event"]._receive(self.backend, event, b"{}")
        return self.env["storefront.event"].search([("delivery_id", "=", topic)])

    def woken(self):
        wakes = self.env.cr.postcommit.data.get("storefront_connector.wakes", ())
        return {drain for backend_id, drain, *_rest in wakes if backend_id == self.backend.id}

    # repairing

    def test_nothing_to_mend(self):
        self.job("health")
        self.assertEqual(self.shop.heard("create_webhook"), [])
        self.assertEqual(self.shop.heard("delete_webhook"), [])
        self.assertEqual(self.backend.webhook_state, "complete")
        operation = self.operations("webhook_check")
        self.assertEqual(
            (operation.status, operation.item_count, operation.items), ("unchanged", 2, False)
        )
        self.assertEqual(operation.create_uid, self.backend.reconciliation_user_id)
        self.assertEqual(self.woken(), set())

    def test_subscription_the_storefront_deleted_is_made_again_and_polled_for(self):
        del self.shop.webhooks[self.backend.webhook_ids["orders/new"]]
        self.job("health")
        self.assertEqual(self.subscribed(), self.needed())
        self.assertEqual(self.backend.webhook_ids, {"orders/new": "3", "orders/changed": "2"})
        changes = {"created": ["orders/new"], "lost": ["orders/new"]}
        self.assertEqual(self.backend.webhook_repairs, changes)
        self.assertEqual(
            self.backend.webhook_repair_text,
            "made: orders/new; had been deleted by the storefront: orders/new",
        )
        self.assertEqual(self.backend.webhook_repaired_at, self.backend.webhook_checked_at)
        operation = self.operations("webhook_check")
        self.assertEqual((operation.status, operation.items), ("success", changes))
        self.assertEqual(self.woken(), {"poll"})

    def test_one_the_storefront_switched_off_is_on_again_and_polled_for(self):
        external_id = self.backend.webhook_ids["orders/new"]
        silent = replace(self.shop.webhooks[external_id], is_active=False)
        self.shop.webhooks[external_id] = silent
        self.job("health")
        self.assertEqual(self.shop.heard("enable_webhook"), [external_id])
        self.assertTrue(self.shop.webhooks[external_id].is_active)
        self.assertEqual(self.subscribed(), self.needed())
        self.assertEqual(self.backend.webhook_repairs, {"enabled": ["orders/new"]})
        self.assertEqual(
            self.backend.webhook_repair_text, "had been switched off by the storefront: orders/new"
        )
        self.assertIn("switched off webhooks", self.backend.banner_info)
        self.assertEqual(self.operations("webhook_check").status, "success")
        self.assertEqual(self.woken(), {"poll"})
        self.backend.webhook_repaired_at -= timedelta(days=8)
        self.backend.invalidate_recordset(["banner_info"])
        self.assertFalse(self.backend.banner_info)

    def test_one_that_isn_t_needed_is_deleted_and_not_switched_on(self):
        self.subscribe("93", "orders/gone", self.url)
        self.shop.webhooks["93"] = replace(self.shop.webhooks["93"], is_active=False)
        self.job("health")
        self.assertEqual(self.shop.heard("enable_webhook"), [])
        self.assertEqual(self.shop.heard("delete_webhook"), ["93"])

    def test_outdated_needless_and_doubled_are_deleted_and_others_left(self):
        others = [
            ("91", "orders/new", "https://other-app.example/hook"),
            ("92", "orders/new", "https://odoo.example/storefront/webhook/of-another-backend"),
        ]
        ours = [
            ("93", "orders/gone", self.url),
            ("94", "orders/new", self.url.replace("odoo", "old")),
            ("95", "orders/new", self.url),
        ]
        for subscription in (*others, *ours):
            self.subscribe(*subscription)
        self.job("health")
        self.assertEqual(
            self.subscribed(),
            sorted(self.needed() + [(topic, url) for _id, topic, url in others]),
        )
        self.assertEqual(sorted(self.shop.heard("delete_webhook")), ["93", "94", "95"])
        self.assertEqual(
            self.operations("webhook_check").items["deleted"],
            [
                "orders/gone",
                "orders/new",
                "orders/new",
            ],
        )

    def test_known_by_its_id_although_the_address_has_no_token_of_ours(self):
        external_id = self.backend.webhook_ids["orders/new"]
        self.subscribe(external_id, "orders/new", "https://odoo.example/rewritten")
        self.job("health")
        self.assertEqual(self.subscribed(), self.needed())
        self.assertEqual(self.shop.heard("delete_webhook"), [external_id])

    def test_ids_lost_with_a_process_are_found_by_the_token(self):
        self.backend.webhook_ids = False
        self.job("health")
        self.assertEqual(self.shop.heard("create_webhook"), [])
        self.assertEqual(self.backend.webhook_ids, {"orders/new": "1", "orders/changed": "2"})

    def test_change_of_address(self):
        self.backend.webhook_base_url = "https://moved.example"
        self.assertEqual(self.woken(), {"health"})
        self.job("health")
        moved = self.url.replace("odoo.example", "moved.example")
        self.assertEqual(self.subscribed(), self.needed(moved))
        verbs = [verb for verb, _asked in self.shop.calls if verb.endswith("e_webhook")]
        self.assertEqual(verbs, ["create_webhook"] * 2 + ["delete_webhook"] * 2)
        self.assertEqual(self.woken(), {"poll"})

    def test_change_of_the_systems_address(self):
        self.backend.webhook_base_url = False
        self.env["ir.config_parameter"].set_param("web.base.url", "https://system.example")
        self.job("health")
        url = f"https://system.example/storefront/webhook/{self.backend.webhook_token}"
        self.assertEqual(self.subscribed(), self.needed(url))

    def test_refused_topic_is_said_and_the_old_subscription_kept(self):
        self.shop.refused_topics = {"orders/new"}
        self.backend.webhook_base_url = "https://moved.example"
        self.job("health")
        moved = self.url.replace("odoo.example", "moved.example")
        self.assertEqual(self.subscribed(), [("orders/changed", moved), ("orders/new", self.url)])
        self.assertEqual(self.backend.webhook_state, "incomplete")
        self.assertEqual(
            self.backend.banner_warning,
            "The storefront does not announce orders/new: The storefront refused the request. "
            "Orders are still found by asking for them, some minutes later.",
        )
        self.assertEqual(self.operations("webhook_check").status, "requires_attention")
        self.shop.refused_topics = set()
        self.job("health")
        self.assertEqual(self.subscribed(), self.needed(moved))
        self.assertFalse(self.backend.banner_warning)

    def test_connecting_goes_on_where_webhooks_are_refused(self):
        backend = self._draft_backend("New", self.company)
        backend.action_create_users()
        self.shop.refused_topics = {"orders/new", "orders/changed"}
        backend.action_connect()
        self.assertEqual((backend.state, backend.webhook_state), ("connected", "incomplete"))
        self.assertIn("orders/new, orders/changed", backend.banner_warning)

    def test_busy_storefront_is_asked_again(self):
        self.shop.fail("fetch_webhooks", errors.RetryLater(seconds=30))
        self.job("health")
        claim = self.env["storefront.claim"].search([("key", "=", f"health:{self.backend.id}")])
        self.assertTrue(claim.next_try)
        self.assertFalse(self.operations("webhook_check"))

    def test_removing_takes_ours_only(self):
        self.subscribe("91", "orders/new", "https://other-app.example/hook")
        address = self.backend._webhook_address()
        self.assertEqual(self.backend._remove_webhooks(self.backend._adapter(), address), 2)
        self.assertEqual(list(self.shop.webhooks), ["91"])
        self.assertFalse(self.backend.webhook_ids)

    # when

    def test_connecting_and_resuming_check_at_once(self):
        self.backend.action_connect()
        self.assertLessEqual({"health", "poll"}, self.woken())
        self.commit()
        self.backend.action_pause()
        self.backend.action_resume()
        self.assertLessEqual({"health", "poll"}, self.woken())

    def test_cron_checks_what_is_connected(self):
        self.env["queue.job"].search([]).unlink()
        self.env["storefront.backend"]._cron_check_webhooks()
        self.commit()
        self.assertEqual(
            self.env["queue.job"].search([]).mapped("method_name"), ["_job_check_webhooks"]
        )

    def test_wake_up_triggers_its_own_cron_where_no_runner_can_be(self):
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")
        triggers = self.env["ir.cron.trigger"]
        for drain in ("check_webhooks", "poll"):
            cron = self.env.ref(f"storefront_connector.cron_{drain}")
            before = triggers.search_count([("cron_id", "=", cron.id)])
            self.backend.action_check_webhooks()
            self.commit()
            self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_button_is_for_managers(self):
        user = new_test_user(
            self.env,
            "looker",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_check_webhooks()
        self.assertTrue(self.backend.with_user(user).webhook_checked_at)

    # what the connection may do

    def test_scopes_withdrawn_are_said_and_scopes_granted_again_too(self):
        event = self.announce("app/changed")
        self.assertEqual(self.backend._waiting_drains(), ["health"])
        self.shop.report = replace(self.shop.report, missing_scopes=("write_inventory",))
        self.job("health")
        self.assertEqual((event.state, self.backend.state), ("done", "connected"))
        self.assertEqual(
            self.backend.banner_warning,
            "The app may not do this: scope write_inventory is missing. Grant it in the "
            "storefront's administration, then connect again.",
        )
        self.shop.report = replace(self.shop.report, missing_scopes=())
        self.job("health")
        self.assertFalse(self.backend.banner_warning)

    def test_removed_app_pauses_with_its_own_sentence(self):
        event = self.announce()
        self.shop.fail("check_connection", errors.AuthFailed("unauthorized"))
        self.job("health")
        self.assertEqual((self.backend.state, event.state), ("paused", "done"))
        self.assertEqual(self.backend.pause_code, "access_withdrawn")
        self.assertEqual(
            self.backend.banner_danger.splitlines()[0],
            "The storefront no longer lets this app in: it was removed there, or its access was "
            "withdrawn. Install it again, then connect again. Nothing is lost: what happens "
            "meanwhile is read then.",
        )

    def test_refusal_without_an_event_keeps_its_own_cause(self):
        self.shop.fail("check_connection", errors.AuthFailed("unauthorized"))
        self.job("health")
        self.assertEqual(self.backend.pause_code, "unauthorized")

    def test_forged_or_late_event_changes_nothing(self):
        event = self.announce()
        self.job("health")
        self.assertEqual((self.backend.state, event.state), ("connected", "done"))
        self.assertFalse(self.backend.banner_danger)
        self.assertEqual(self.subscribed(), self.needed())

    def test_events_of_access_hold_up_no_stock_and_are_left_to_their_check(self):
        event = self.announce()
        self.assertIsNone(self.backend._first_order_on_the_way())
        self.job("fetch")
        self.assertEqual(event.state, "pending")

    def test_last_webhook(self):
        self.assertFalse(self.backend.webhook_received_at)
        self.poke("1001")
        event = self.env["storefront.event"].search([("backend_id", "=", self.backend.id)])
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.webhook_received_at, event.create_date)
