# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A storefront that is down: when it is asked again, and what a human is told meanwhile."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.storefront_backend_drains import COUNT_LIMIT
from ..models.storefront_claim import MAX_DELAY
from ..platforms import errors
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestDrainRetries(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")

    def fail(self, verb="fetch_records", code="server_error", drain="fetch", **values):
        self.shop.fail(verb, errors.RetryLater(code, **values))
        self.job(drain)

    def claim(self, drain="fetch"):
        key = f"{drain}:{self.backend.id}"
        claim = self.env["storefront.claim"].search([("key", "=", key)])
        claim.invalidate_recordset()
        return claim

    def age(self, minutes, drain="fetch"):
        """Let a failure be ``minutes`` older than it is; the next try stays where it is."""
        claim = self.claim(drain)
        earlier = timedelta(minutes=minutes)
        claim.write(
            {
                "failed_at": claim.failed_at - earlier,
                "failing_since": claim.failing_since - earlier,
            }
        )
        self.env.flush_all()

    def calls(self):
        return len(self.shop.heard("fetch_records"))

    # delays

    def test_row_tries_are_not_used_up_by_a_storefront_that_is_down(self):
        for _time in range(9):
            self.fail()
            self.claim().next_try = False
        snapshot = self.snapshot("1001")
        self.assertEqual((snapshot.state, snapshot.tries), ("to_fetch", 0))
        self.assertEqual(self.claim().tries, 9)
        self.job("fetch")
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_storefront_that_asks_for_a_day_gets_an_hour(self):
        self.fail(seconds=86400)
        # A job's time has whole seconds: one that is a moment early must find its drain due.
        now = self.env.cr.now().replace(microsecond=0)
        self.assertEqual(self.claim().next_try, now + timedelta(seconds=MAX_DELAY))
        self.assertEqual(MAX_DELAY, 3600)

    def test_failing_since_is_the_first_failure(self):
        self.fail()
        self.age(10)
        since = self.claim().failing_since
        self.claim().next_try = False
        self.fail(code="timeout")
        self.assertEqual(self.claim().failing_since, since)
        self.assertEqual(self.claim().error_code, "timeout")
        self.claim().next_try = False
        self.job("fetch")
        claim = self.claim()
        self.assertEqual((claim.failing_since, claim.failed_at, claim.tries), (False, False, 0))

    # what ends the wait

    def test_webhook_ends_the_wait(self):
        self.fail()
        self.age(1)
        self.job("fetch")
        self.assertEqual(self.calls(), 1, "nothing has arrived since")
        self.poke("1002")
        self.job("fetch")
        self.assertEqual(self.calls(), 2)
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_webhook_right_after_the_failure_does_not(self):
        """A storefront that announces much and answers nothing isn't asked at each webhook."""
        self.fail()
        self.poke("1002")
        self.job("fetch")
        self.assertEqual(self.calls(), 1)

    def test_webhook_does_not_end_a_slowdown(self):
        self.fail(code="throttled", seconds=60, uses_try=False)
        self.poke("1002")
        self.job("fetch")
        self.assertEqual(self.calls(), 1)
        self.backend.action_try_now()
        self.job("fetch")
        self.assertEqual(self.calls(), 1)

    def test_webhook_of_another_backend_ends_nothing(self):
        self.fail()
        self.age(1)
        other = self._connected_backend("Other", self.company)
        self.poke("1002", backend=other)
        self.job("fetch")
        self.assertEqual(self.calls(), 1)

    def test_try_now_and_resume_end_the_wait(self):
        for number, button in enumerate(("action_try_now", "action_resume"), 1):
            with self.subTest(button=button):
                self.poke("1001")
                self.fail()
                self.job("fetch")
                self.assertEqual(self.calls(), 2 * number - 1)
                self.backend.state = "paused" if button == "action_resume" else "connected"
                getattr(self.backend, button)()
                self.assertIn("fetch", self.woken())
                self.job("fetch")
                self.assertEqual(self.calls(), 2 * number)

    def woken(self):
        wakes = self.env.cr.postcommit.data.get("storefront_connector.wakes", ())
        return {drain for backend, drain, _slot, seconds, _user in wakes if not seconds}

    def test_one_drain_that_gets_through_frees_the_others(self):
        self.bind(self.product, "1")
        self.set_stock(self.product, 5)
        self.shop.stock[self.stock_key("1")] = 0
        self.fail("fetch_stock", drain="stock")
        self.fail()
        self.assertTrue(self.claim("stock").next_try)
        self.backend._end_postponements()
        self.claim("stock").next_try = fields.Datetime.now() + timedelta(minutes=5)
        self.commit()
        self.perform("fetch")
        self.assertIn("stock", self.woken())
        self.assertFalse(self.claim("stock").next_try)
        self.job("import")  # the level waits for the order, which may have brought it there
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 4)  # less what was ordered

    def test_try_now_is_for_managers(self):
        user = new_test_user(
            self.env,
            "looks-only",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_try_now()

    # what is said

    def banner(self):
        self.backend.invalidate_recordset()
        return self.backend.banner_danger

    def test_short_outage_is_not_worth_a_word(self):
        self.fail()
        self.age(14)
        self.assertFalse(self.banner())
        self.assertTrue(self.backend.is_failing)

    def test_storefront_that_is_silent(self):
        self.fail()
        self.age(16)
        since = self.claim().failing_since
        self.bind(self.product, "1")
        self.set_stock(self.product, 5)
        self.poke("1002")
        self.env.flush_all()
        waiting = 2 + len(self.outbox())  # one event, one order to fetch
        time = self.env["ir.qweb.field.datetime"].value_to_html(since, {})
        self.assertEqual(
            self.banner(),
            f"The storefront has not answered since {time}; {waiting} changes wait. It is asked "
            "again by itself every five minutes. Look whether it is down, or press Try Now.",
        )
        self.assertTrue(self.backend.is_failing)
        self.claim().next_try = False
        self.job("fetch")
        self.assertFalse(self.banner())
        self.assertFalse(self.backend.is_failing)

    def test_silence_is_said_once_not_for_each_work(self):
        self.claim_fails(4)
        self.age(16)
        self.backend.invalidate_recordset()
        self.assertIn("has not answered", self.backend.banner_danger)
        self.assertFalse(self.backend.banner_warning)

    def claim_fails(self, times):
        for _time in range(times):
            self.claim().next_try = False
            self.fail()

    def test_other_failure_is_no_silence(self):
        self.fail(code="certificate_invalid")
        self.age(16)
        self.assertFalse(self.banner())
        self.assertTrue(self.backend.is_failing)

    def test_slowdown_is_no_failure(self):
        self.fail(code="throttled", seconds=5, uses_try=False)
        self.assertFalse(self.claim().failing_since)

    def test_paused_backend_tells_why_it_is_paused_only(self):
        self.fail()
        self.age(16)
        self.backend.action_pause()
        self.assertFalse(self.banner())

    def test_a_great_many_are_not_counted(self):
        self.env.cr.execute(
            "INSERT INTO storefront_outbox (backend_id, product_id)"
            " SELECT %s, generate_series(1, %s)",
            [self.backend.id, COUNT_LIMIT + 5],
        )
        self.assertEqual(self.backend._count_waiting(), COUNT_LIMIT + 1)
        self.fail()
        self.age(16)
        self.assertIn("10000+ changes wait", self.banner())
