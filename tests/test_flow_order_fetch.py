# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..flows import flow
from ..models.storefront_backend_jobs import BUSY_SECONDS
from ..models.storefront_claim import LEASE_SECONDS
from ..platforms import errors
from ..platforms.documents.event import Event
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestOrderFetch(StorefrontCase):
    def place(self, *external_ids, **values):
        for external_id in external_ids:
            order = self.order(external_id, self.line("1", "10.00"), **values)
            self.shop.orders[external_id] = order
        return order

    def claim(self):
        self.env.cr.execute(
            "SELECT tries, error_code, next_try IS NOT NULL AS waits, token"
            " FROM storefront_claim WHERE key = %s",
            [f"fetch:{self.backend.id}"],
        )
        return self.env.cr.dictfetchone()

    def test_a_hundred_events_of_one_order_make_one_fetch(self):
        self.place("1001")
        for number in range(100):
            self.assertTrue(self.poke("1001", delivery=f"d{number}", at=self.later(number)))
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [["1001"]])
        snapshot = self.snapshot("1001")
        self.assertEqual(snapshot.state, "to_import")
        self.assertEqual(snapshot.event_at.isoformat(), "2026-11-20T09:30:00")
        events = self.env["storefront.event"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(events.mapped("state"), ["done"] * 100)

    def test_known_delivery_is_no_second_event(self):
        self.assertTrue(self.poke("1001", delivery="d1"))
        self.assertFalse(self.poke("1001", delivery="d1"))
        other = self._connected_backend("Other", self.company)
        self.assertTrue(self.poke("1001", delivery="d1", backend=other))

    def test_many_orders_are_fetched_in_few_calls(self):
        ids = [str(number) for number in range(1, 8)]
        self.place(*ids)
        for external_id in ids:
            self.poke(external_id)
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [ids[:3], ids[3:6], ids[6:]])
        operations = self.operations("order_fetch")
        self.assertEqual(operations.mapped("item_count"), [3, 3, 1])
        self.assertEqual(operations.mapped("items"), [ids[:3], ids[3:6], ids[6:]])
        self.assertEqual(operations.mapped("source_ref"), [False, False, "7"])

    def test_event_without_a_time_counts_from_its_arrival(self):
        self.place("1001")
        self.poke("1001", at=None)
        self.job("fetch")
        event = self.env["storefront.event"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(self.snapshot("1001").event_at, event.create_date)

    def test_event_of_another_kind_is_done_and_fetches_nothing(self):
        event = Event(
            topic="products/changed",
            kind="product",
            external_id="5",
            delivery_id="d",
            occurred_at=None,
        )
        self.env["storefront.event"]._receive(self.backend, event, b"{}")
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])
        self.assertFalse(self.snapshot("5"))
        events = self.env["storefront.event"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(events.state, "done")

    def test_nothing_to_do_calls_nobody(self):
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])

    def test_state_applied_already_is_not_imported_again(self):
        self.receive(self.place("1001"))
        self.poke("1001")
        self.job("fetch")
        snapshot = self.snapshot("1001")
        self.assertEqual((snapshot.state, snapshot.event_at), ("done", False))
        self.job("import")
        self.assertEqual(len(self.operations("order_import")), 1)

    def test_older_state_does_not_replace_a_newer_one(self):
        newer = self.place("1001", updated_at=self.later(60), note="new")
        self.receive(newer)
        self.shop.orders["1001"] = replace(newer, updated_at=self.later(30), note="old")
        self.poke("1001")
        self.job("fetch")
        snapshot = self.snapshot("1001")
        self.assertEqual(snapshot.payload["note"], "new")
        self.assertEqual(snapshot.source_updated_at.isoformat(), "2026-11-20T09:31:00")
        self.assertEqual(snapshot.state, "done")

    def test_order_that_changes_during_the_call_is_fetched_again(self):
        order = self.place("1001")
        flow_env = self.env["storefront.order.fetch"]

        def change():
            flow_env._poke(self.backend, "order", "1001", order.updated_at.replace(tzinfo=None))

        self.shop.during("fetch_records", change)
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [["1001"], ["1001"]])
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_order_the_storefront_does_not_have_is_skipped(self):
        self.poke("404")
        self.job("fetch")
        snapshot = self.snapshot("404")
        self.assertEqual((snapshot.state, snapshot.error_code), ("skipped", "not_found"))
        self.assertFalse(self.issues())

    def test_order_deleted_after_its_import_becomes_an_issue(self):
        order = self.receive(self.place("1001"))["1001"]
        del self.shop.orders["1001"]
        self.poke("1001")
        self.job("fetch")
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("order_deleted", order))
        self.assertEqual(
            issue.message,
            "The order was deleted in the storefront, or is no longer shown to this app. Fix "
            "cancels it here; mark it as done to keep it.",
        )

    # failing

    def test_passing_failure_postpones_longer_each_time(self):
        self.place("1001")
        self.poke("1001")
        delays = []
        postpone = type(self.env["storefront.claim"])._postpone

        def record(claims, key, failure):
            delays.append(postpone(claims, key, failure))
            return delays[-1]

        self.patch(type(self.env["storefront.claim"]), "_postpone", record)
        for _try in range(8):
            self.shop.fail("fetch_records", errors.RetryLater("server_error"))
            self.job("fetch")
            self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.assertEqual(delays, [30, 60, 300, 300, 300, 300, 300, 300])
        self.assertEqual(self.claim()["tries"], 8)
        self.job("fetch")
        self.assertEqual(
            self.claim(), {"tries": 0, "error_code": None, "waits": False, "token": None}
        )
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_postponed_drain_waits_for_its_time(self):
        self.place("1001")
        self.poke("1001")
        self.shop.fail("fetch_records", errors.RetryLater("server_error"))
        self.job("fetch")
        self.assertEqual(
            self.claim(), {"tries": 1, "error_code": "server_error", "waits": True, "token": None}
        )
        self.job("fetch")
        self.assertEqual(len(self.shop.heard("fetch_records")), 1)

    def test_rate_limit_uses_no_try_and_waits_as_long_as_asked(self):
        self.place("1001")
        self.poke("1001")
        limited = errors.RetryLater("rate_limited", seconds=7, uses_try=False)
        self.shop.fail("fetch_records", limited)
        self.commit()
        self.job("fetch")
        self.assertEqual(self.claim()["tries"], 0)
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        user = self.backend.inbound_user_id.id
        self.assertEqual(wakes, {(self.backend.id, "fetch", 0, 7, user)})

    def test_refused_credentials_pause_the_backend(self):
        self.place("1001")
        self.poke("1001")
        self.shop.fail("fetch_records", errors.AuthFailed("unauthorized"))
        self.job("fetch")
        self.assertEqual(self.backend.state, "paused")
        self.assertEqual(
            self.backend.pause_message,
            "The storefront refuses the credentials. Check them on the backend, then connect "
            "again.",
        )
        self.job("fetch")
        self.assertEqual(len(self.shop.heard("fetch_records")), 1)
        self.backend.action_resume()
        self.assertFalse(self.backend.pause_message)
        self.job("fetch")
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_missing_credentials_pause_the_backend(self):
        self.backend.shopify_access_token = False
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(
            (self.backend.state, self.backend.pause_code), ("paused", "secret_missing")
        )
        self.assertEqual(self.shop.calls, [])

    # one worker at a time

    def test_second_worker_comes_back_when_the_lease_ends(self):
        claims = self.env["storefront.claim"]
        key = f"fetch:{self.backend.id}"
        token = claims._acquire(key)
        self.assertIsNone(claims._acquire(key))
        self.poke("1001")
        with self.assertRaises(RetryableJobError) as caught:
            self.job("fetch")
        self.assertEqual(caught.exception.seconds, BUSY_SECONDS)
        # The clock of the database stands still within a test.
        self.assertEqual(claims._seconds_left(key), LEASE_SECONDS + 1)
        self.assertTrue(caught.exception.ignore_retry)
        self.assertTrue(claims._renew(key, token))
        claims._release(key, token)
        self.assertEqual(claims._seconds_left(key), 1)
        self.place("1001")
        self.job("fetch")
        self.assertEqual(self.snapshot("1001").state, "to_import")

    def test_lease_of_a_dead_worker_is_taken_over(self):
        claims = self.env["storefront.claim"]
        key = f"fetch:{self.backend.id}"
        dead = claims._acquire(key)
        self.env.cr.execute(
            "UPDATE storefront_claim SET expires_at = now() AT TIME ZONE 'UTC' - interval '1 s'"
        )
        token = claims._acquire(key)
        self.assertNotEqual(token, dead)
        self.assertFalse(claims._renew(key, dead))
        claims._release(key, dead)
        self.assertIsNone(claims._acquire(key))

    def test_lease_ends_with_the_session_of_its_holder(self):
        claims = self.env["storefront.claim"]
        key = f"fetch:{self.backend.id}"
        claims._acquire(key)
        self.env.cr.execute("UPDATE storefront_claim SET holder = '0@1'")
        self.assertTrue(claims._acquire(key))

    def test_worker_that_lost_its_lease_stops(self):
        self.place("1", "2", "3", "4")
        for external_id in "1234":
            self.poke(external_id)
        self.shop.during(
            "fetch_records",
            lambda: self.env.cr.execute("UPDATE storefront_claim SET token = 'another'"),
        )
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [["1", "2", "3"]])
        self.assertEqual(self.claim()["token"], "another")

    def test_job_without_time_left_wakes_the_next_one(self):
        self.place("1", "2", "3", "4")
        for external_id in "1234":
            self.poke(external_id)
        self.commit()
        spent = iter([False, True, True])
        with patch.object(flow.Budget, "is_spent", property(lambda budget: next(spent))):
            self.job("fetch")
        self.assertEqual(len(self.shop.heard("fetch_records")), 1)
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertIn((self.backend.id, "fetch", 0, 0, user), wakes)

    def test_order_that_cannot_be_read_holds_up_no_other(self):
        self.place("1001", "1002")
        self.poke("1001")
        self.poke("1002")
        # The batch fails, and then the first of the two alone.
        for _time in range(2):
            error = errors.BadPayload("missing_field", path="lineItems")
            self.shop.fail("fetch_records", error)
        self.job("fetch")
        self.assertEqual(self.shop.heard("fetch_records"), [["1001", "1002"], ["1001"], ["1002"]])
        self.assertEqual(self.snapshot("1001").state, "requires_attention")
        self.assertEqual(self.issues().mapped("code"), ["missing_field"])
        self.assertEqual(self.snapshot("1002").state, "to_import")

    def test_unexpected_failure_postpones_and_tells_the_log_no_data(self):
        self.place("1001")
        self.poke("1001")
        self.shop.fail("fetch_records", ValueError("ada@example.com"))
        with self.assertLogs("odoo.addons.storefront_connector.flows.flow", "ERROR") as logs:
            self.job("fetch")
        self.assertIn("ValueError", logs.output[0])
        self.assertNotIn("ada@example.com", logs.output[0])
        claim = self.claim()
        self.assertEqual((claim["tries"], claim["error_code"]), (1, "unexpected"))
        self.assertTrue(claim["waits"])
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
