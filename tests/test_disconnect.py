# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..flows.flow import retry_concurrency
from ..hooks import uninstall_hook
from ..platforms import errors
from ..platforms.documents.event import WebhookSubscription
from .common import StorefrontCase

ELSEWHERE = WebhookSubscription(
    external_id="99", topic="orders/new", url="https://elsewhere.example/storefront/webhook/other"
)


@tagged("post_install", "-at_install")
class TestDisconnect(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.backend.webhook_base_url = "https://odoo.example"
        self.backend.action_connect()
        self.token = self.backend.webhook_token
        self.shop.webhooks["99"] = ELSEWHERE
        self.shop.calls.clear()

    def disconnect(self):
        """Press the button; return what the user is told."""
        action = self.backend.action_disconnect()
        self.assertEqual(action["tag"], "display_notification")
        return action["params"]["message"]

    def assertLeft(self):
        """Nothing is left here that could be used, and no webhook finds in."""
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend.shopify_client_secret)
        self.assertFalse(self.backend.shopify_access_token)
        self.assertFalse(self.backend._token())
        self.assertFalse(self.backend.webhook_ids)
        self.assertFalse(self.backend.connected_database)
        self.assertNotEqual(self.backend.webhook_token, self.token)
        self.assertGreaterEqual(len(self.backend.webhook_token), 32)

    def test_both_sides(self):
        order = self.receive(self.order("1", self.line("1", "10.00")))["1"]
        self.assertEqual(
            self.disconnect(),
            "Disconnected: the webhooks are removed from the store, the access is given back, the "
            "credentials are deleted here.",
        )
        self.assertLeft()
        self.assertEqual(self.shop.webhooks, {"99": ELSEWHERE}, "somebody else's stays")
        self.assertEqual(
            [verb for verb, _asked in self.shop.calls if verb.endswith(("webhook", "access"))],
            ["delete_webhook", "delete_webhook", "revoke_access"],
        )
        self.assertEqual(self.backend.order_count, 1)
        self.assertEqual(order.storefront_backend_id, self.backend)
        self.assertTrue(self.backend.connected_at)
        self.assertIn("Disconnected", self.backend.message_ids[0].body)

    def test_subscriptions_to_an_older_address_of_ours(self):
        older = f"https://older.example/storefront/webhook/{self.token}"
        self.shop.webhooks["50"] = WebhookSubscription(
            external_id="50", topic="orders/new", url=older
        )
        self.disconnect()
        self.assertEqual(self.shop.webhooks, {"99": ELSEWHERE})

    def test_store_that_cannot_be_reached_or_refuses(self):
        for verb, error, reason in [
            ("fetch_webhooks", errors.RetryLater("connection_failed"), "can't be reached"),
            ("fetch_webhooks", errors.AuthFailed("unauthorized"), "refuses the credentials"),
            ("delete_webhook", errors.Rejected("refused"), "refused the request"),
            ("revoke_access", errors.RetryLater("timeout"), "took too long"),
        ]:
            with self.subTest(verb=verb, error=error.code):
                self.backend.write(
                    {
                        "shopify_client_secret": "hush-hush",
                        "shopify_access_token": "shpat_secret_token",
                    }
                )
                self.backend.action_connect()
                self.token = self.backend.webhook_token
                self.shop.fail(verb, error)
                told = self.disconnect()
                self.assertIn(reason, told)
                self.assertIn("In its administration, uninstall the app", told)
                self.assertLeft()

    def test_platform_without_a_way_to_revoke(self):
        self.shop.fail("revoke_access", errors.Unsupported("revocation"))
        self.assertIn(
            "uninstall the app, or delete its key, in the store's administration", self.disconnect()
        )
        self.assertEqual(self.shop.webhooks, {"99": ELSEWHERE})
        self.assertLeft()

    def test_credentials_that_are_gone_already(self):
        self.backend._wipe_secrets()
        self.assertIn("Client Secret is missing", self.disconnect())
        self.assertLeft()

    def test_crash_in_the_middle_and_again(self):
        """What a worker has committed before it died: nothing comes in, the rest is done again."""
        retry_concurrency(self.env, self.backend._close)
        self.assertEqual(self.backend.state, "draft")
        self.assertNotEqual(self.backend.webhook_token, self.token)
        self.assertTrue(self.backend.connected_database, "the button is still there")
        self.disconnect()
        self.assertLeft()
        self.assertEqual(self.shop.webhooks, {"99": ELSEWHERE}, "known by their ids")

    def test_twice(self):
        self.disconnect()
        self.disconnect()
        self.assertLeft()
        self.assertEqual(len(self.shop.heard("delete_webhook")), 2)

    def test_copy_leaves_the_store_alone(self):
        self.backend.connected_database = "elsewhere/1"
        self.assertIn("This database is a copy", self.disconnect())
        self.assertEqual(self.shop.calls, [])
        self.assertEqual(len(self.shop.webhooks), 3)
        self.assertLeft()

    def test_connecting_again(self):
        self.disconnect()
        self.backend.write(
            {"shopify_client_secret": "hush-hush", "shopify_access_token": "shpat_secret_token"}
        )
        self.backend.action_connect()
        self.assertEqual(self.backend.state, "connected")
        url = f"https://odoo.example/storefront/webhook/{self.backend.webhook_token}"
        urls = [one.url for one in self.shop.webhooks.values() if one != ELSEWHERE]
        self.assertEqual(urls, [url, url])

    def test_a_worker_that_was_busy_meanwhile_changes_nothing(self):
        self.disconnect()
        self.backend._pause_for(errors.AuthFailed("unauthorized"))
        self.assertEqual((self.backend.state, self.backend.pause_code), ("draft", False))
        self.poke("7")
        self.shop.calls.clear()
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])

    def test_managers_only(self):
        user = new_test_user(
            self.env,
            "onlooker",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for button in ("action_disconnect", "action_confirm_live"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(self.backend.with_user(user), button)()
        self.assertEqual((self.backend.state, self.shop.calls), ("connected", []))

    # deleting, archiving, uninstalling

    def test_connected_backend_is_not_deleted(self):
        with self.assertRaises(UserError) as caught:
            self.backend.unlink()
        self.assertEqual(
            str(caught.exception), "“Shop” is connected. Disconnect it before you delete it."
        )
        self.disconnect()
        self.backend.unlink()
        self.assertFalse(self.backend.exists())

    def test_archiving_pauses(self):
        self.backend.action_archive()
        self.assertEqual(
            (self.backend.state, self.backend.pause_message),
            ("paused", "The backend was archived, so it is paused. Resume it to go on."),
        )
        self.poke("7")
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])
        self.backend.action_unarchive()
        self.assertEqual(self.backend.state, "paused")
        self.backend.action_resume()
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [["7"]])

    def test_archiving_a_draft_leaves_a_draft(self):
        draft = self._draft_backend("New", self.company)
        draft.action_archive()
        self.assertEqual(draft.state, "draft")

    def test_uninstalling_removes_what_is_ours_and_calls_nobody(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("storefront_connector.runner", "cron")
        parameters.set_param("storefront_other.setting", "stays")
        parameters.set_param("storefront_connector.runner", "queue_job")
        self.backend._wake("fetch")
        self.commit()
        jobs = self.env["queue.job"].search([("model_name", "=", "storefront.backend")])
        self.assertTrue(jobs)
        users = self.backend.inbound_user_id | self.backend.outbound_user_id
        name = "odoo.addons.storefront_connector.hooks"
        with self.assertLogs(name, "WARNING") as logs:
            uninstall_hook(self.env)
        self.assertIn("Shop (https://fake.example)", logs.output[0])
        self.assertFalse(jobs.exists())
        self.assertEqual(users.mapped("active"), [False, False])
        self.assertFalse(parameters.get_param("storefront_connector.runner"))
        self.assertEqual(parameters.get_param("storefront_other.setting"), "stays")
        self.assertEqual(self.shop.calls, [])

    def test_uninstalling_says_nothing_when_all_is_disconnected(self):
        self.disconnect()
        with self.assertNoLogs("odoo.addons.storefront_connector.hooks", "WARNING"):
            uninstall_hook(self.env)
