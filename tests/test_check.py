# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Test Connection: what it finds, that it changes nothing, and who may press it."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

from ..models.messages import render
from ..platforms import errors, public_address
from ..platforms.documents.event import WebhookSubscription
from ..platforms.documents.stock import Location
from ..platforms.public_address import Answer
from .common import StorefrontCase
from .fake_shop import REPORT

BASE = "https://odoo.example"


class CheckCase(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.backend.webhook_base_url = BASE

    def check(self):
        """Press the button; return {topic: [(level, code)]} of what it found."""
        action = self.backend.action_test_connection()
        self.assertEqual(action["context"]["group_by"], ["topic"])
        self.lines = self.env[action["res_model"]].search(action["domain"])
        found = {}
        for line in self.lines:
            found.setdefault(line.topic, []).append((line.level, line.code))
        return found

    def words(self, code):
        line = self.lines.filtered(lambda line: line.code == code)
        self.assertEqual(len(line), 1)
        return line.sentence, line.remedy


@tagged("post_install", "-at_install")
class TestCheck(CheckCase):
    def setUp(self):
        super().setUp()
        self.asked = []
        self.answer = Answer(outcome="unreachable")
        self.startPatcher(patch.object(public_address, "ask", self._ask))
        self.startPatcher(patch.object(public_address, "reach", lambda _url: "public"))

    def _ask(self, url):
        self.asked.append(url)
        return self.answer

    # our own address

    def test_only_the_configured_address_is_asked(self):
        self.check()
        [url] = self.asked
        start = f"{BASE}/storefront/health/{self.backend.webhook_token}?nonce="
        self.assertTrue(url.startswith(start), url)
        self.check()
        self.assertNotEqual(*self.asked)

    def test_address_of_the_system_is_asked_by_default(self):
        self.backend.webhook_base_url = False
        self.env["ir.config_parameter"].set_param("web.base.url", "https://system.example")
        self.check()
        self.assertTrue(self.asked[0].startswith("https://system.example/storefront/health/"))

    def test_each_outcome_has_a_sentence_and_a_remedy(self):
        outcomes = public_address.Outcome.__args__
        self.assertEqual(len(outcomes), 9)
        for outcome in set(outcomes) - {"answered"}:
            with self.subTest(outcome=outcome):
                self.answer = Answer(outcome=outcome, status=502)
                self.assertEqual(self.check()["address"], [("problem", f"address_{outcome}")])
                sentence, remedy = self.words(f"address_{outcome}")
                self.assertIn("odoo.example", sentence)
                self.assertTrue(remedy)

    def test_something_else_answers(self):
        for text in ("", "Welcome!", "g" * 64, "a" * 65):
            with self.subTest(text=text):
                self.answer = Answer(outcome="answered", status=200, text=text)
                self.assertEqual(self.check()["address"], [("problem", "address_foreign")])

    def test_another_database_answers(self):
        self.answer = Answer(outcome="answered", status=200, text="ab" * 32)
        self.assertEqual(self.check()["address"], [("problem", "address_other_database")])

    # the store

    def test_store_that_is_sound(self):
        found = self.check()
        self.assertEqual(
            found["store"],
            [("ok", "store_found"), ("ok", "store_timezone"), ("ok", "currency_same")],
        )
        self.assertEqual(
            self.words("store_timezone")[0],
            "Its days are those of the time zone Europe/Brussels: invoices follow them.",
        )
        self.assertEqual(
            self.words("store_found")[0], "“Fake Shop” (basic) at https://fake.example."
        )
        self.assertEqual(found["access"], [("ok", "scopes_granted")])
        self.assertEqual(found["locations"], [("ok", "location_mapped")])
        self.assertEqual(
            self.words("location_mapped"),
            (f"“Main Street” shows the stock of {self.warehouse.name}.", ""),
        )

    def test_all_the_store_can_say(self):
        self.shop.report = replace(
            REPORT,
            api_version="2026-10",
            currency="USD",
            companies=True,
            customer_data=True,
            granted_scopes=("read_things",),
        )
        self._currency("USD")
        found = self.check()
        self.assertEqual(
            found["store"],
            [
                ("ok", "store_found"),
                ("ok", "store_version"),
                ("ok", "store_timezone"),
                ("warning", "currency_other"),
                ("ok", "companies_known"),
            ],
        )
        self.assertEqual(
            found["access"], [("ok", "scopes_granted"), ("ok", "customer_data_granted")]
        )
        self.assertEqual(
            self.words("currency_other")[0],
            "The store sells in USD, the company keeps its books in EUR.",
        )

    def test_what_is_missing(self):
        self.shop.report = replace(
            REPORT,
            shop_external_id="78",
            currency="XTS",
            companies=False,
            customer_data=False,
            missing_scopes=("read_orders", "write_inventory"),
            missing_optional_scopes=("write_products",),
        )
        self.backend.shop_external_id = "77"
        found = self.check()
        self.assertEqual(
            found["store"],
            [
                ("problem", "store_other"),
                ("ok", "store_timezone"),
                ("problem", "currency_missing"),
                ("ok", "companies_none"),
            ],
        )
        self.assertEqual(
            found["access"],
            [
                ("problem", "missing_scope"),
                ("warning", "scopes_optional"),
                ("warning", "customer_data_missing"),
            ],
        )
        self.assertIn("read_orders, write_inventory", self.words("missing_scope")[0])

    def test_store_that_refuses(self):
        self.shop.fail("check_connection", errors.AuthFailed("unauthorized"))
        found = self.check()
        self.assertEqual(found["store"], [("problem", "unauthorized")])
        self.assertEqual(set(found), {"address", "store", "work"})
        self.assertEqual(self.backend.state, "connected", "to test pauses nothing")

    def test_one_question_that_is_refused_leaves_the_others(self):
        self.shop.fail("fetch_locations", errors.RetryLater("timeout"))
        found = self.check()
        self.assertEqual(found["locations"], [("problem", "timeout")])
        self.assertIn("webhooks", found)

    def test_locations(self):
        self.shop.locations = (
            Location(external_id="L1", name="Main Street"),
            Location(external_id="L2", name="Attic"),
            Location(external_id="L3", name="Closed", is_active=False),
            Location(external_id="L4", name="Brand New"),
        )
        self._location(self.backend, "L2", self.env["stock.warehouse"])
        self.assertEqual(
            self.check()["locations"],
            [
                ("ok", "location_mapped"),
                ("warning", "location_unmapped"),
                ("warning", "location_new"),
            ],
        )
        self.shop.locations = ()
        self.assertEqual(self.check()["locations"], [("problem", "location_none")])

    def test_webhooks(self):
        missing = [("warning", "webhooks_missing")]
        self.assertEqual(self.check()["webhooks"], missing)
        self.assertEqual(
            self.words("webhooks_missing")[0],
            "The store doesn't announce to this database: orders/new, orders/changed.",
        )
        self.backend.action_connect()
        self.assertEqual(self.check()["webhooks"], [("ok", "webhooks_subscribed")])
        other = "https://other.example/storefront/webhook/their-token"
        self.shop.webhooks["9"] = WebhookSubscription(
            external_id="9", topic="orders/new", url=other
        )
        self.assertEqual(
            self.check()["webhooks"],
            [("ok", "webhooks_subscribed"), ("warning", "webhooks_elsewhere")],
        )
        sentence = self.words("webhooks_elsewhere")[0]
        self.assertIn("other.example", sentence)
        self.assertNotIn("their-token", sentence)

    # work

    def test_runner_that_is_not_there(self):
        self.assertIn(("problem", "runner_missing"), self.check()["work"])
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")
        self.assertNotIn(("problem", "runner_missing"), self.check()["work"])

    def test_runner_is_known_by_its_lock(self):
        with self.env.registry._db.cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s)", [PG_ADVISORY_LOCK_ID])
            self.assertIn(("ok", "runner_alive"), self.check()["work"])
            other.execute("SELECT pg_advisory_unlock(%s)", [PG_ADVISORY_LOCK_ID])

    def test_jobs_that_wait_for_long(self):
        self.commit()
        self.env.cr.execute("DELETE FROM queue_job")
        self.backend._wake("fetch")
        self.commit()
        self.assertNotIn(("warning", "jobs_late"), self.check()["work"])
        self.env.cr.execute(
            "UPDATE queue_job SET eta = NULL, date_created = now() AT TIME ZONE 'UTC'"
            " - interval '6 minutes' WHERE model_name = 'storefront.backend'"
        )
        self.assertIn(("warning", "jobs_late"), self.check()["work"])
        self.assertEqual(
            self.words("jobs_late")[0], "Jobs that have waited for more than five minutes: 1."
        )

    def test_scheduled_action(self):
        cron = self.env.ref("storefront_connector.cron_drain")
        now = fields.Datetime.now()
        for vals, expected in [
            ({"nextcall": now + timedelta(minutes=1)}, ("ok", "cron_alive")),
            ({"nextcall": now - timedelta(minutes=6)}, ("problem", "cron_overdue")),
            ({"active": False}, ("problem", "cron_archived")),
        ]:
            with self.subTest(vals=vals):
                cron.write(vals)
                self.assertEqual(self.check()["work"][-1], expected)

    def test_backend_without_users(self):
        draft = self._draft_backend("New", self.company)
        lines = self.env["storefront.check.line"].search(draft.action_test_connection()["domain"])
        self.assertIn("user_missing", lines.mapped("code"))

    def test_copy_asks_the_store_nothing(self):
        self.backend.connected_database = "elsewhere/1"
        found = self.check()
        self.assertIn(("problem", "other_database"), found["work"])
        self.assertEqual(found["store"], [("problem", "other_database")])
        self.assertEqual(self.shop.calls, [])

    # what it does and doesn't

    def test_it_reads_only(self):
        before = self.backend.read()
        self.check()
        self.assertEqual(
            [verb for verb, _asked in self.shop.calls],
            ["check_connection", "fetch_locations", "fetch_webhooks"],
        )
        self.env.invalidate_all()
        self.assertEqual(self.backend.read(), before)

    def test_again(self):
        action = self.backend.action_test_connection()
        lines = self.env["storefront.check.line"]
        again = lines.with_context(**action["context"]).action_test_again()
        self.assertNotEqual(again["domain"], action["domain"])
        self.assertEqual(len(lines.search(again["domain"])), len(lines.search(action["domain"])))

    def test_managers_only(self):
        for group in ("group_storefront_user", "group_storefront_inbound"):
            user = new_test_user(
                self.env,
                f"check-{group}",
                f"storefront_connector.{group}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            with self.subTest(group=group), self.assertRaises(AccessError):
                self.backend.with_user(user).action_test_connection()
        self.assertEqual((self.shop.calls, self.asked), ([], []))

    def test_webhook_base_url_is_an_address(self):
        for url in ("odoo.example", "ftp://odoo.example", "https://[odoo", "javascript:alert(1)"):
            with self.subTest(url=url), self.assertRaises(Exception) as caught:
                self.backend.webhook_base_url = url
            self.assertEqual(
                str(caught.exception), render(self.env, "address_invalid", {"url": url})
            )
