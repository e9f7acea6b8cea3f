# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no webhook announced is found, once, whatever happens while it is looked for."""

from dataclasses import replace
from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..flows import flow
from ..models.storefront_cursor import OVERLAP
from ..platforms import errors
from .common import StorefrontCase
from .fake_shop import MOMENT


class Killed(BaseException):
    """What a killed process does: nothing more."""


@tagged("post_install", "-at_install")
class TestOrderPoll(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.cursor = self.backend.cursor_ids
        self.cursor.write({"started_at": self.at(0), "since": self.at(0)})
        self.env.flush_all()

    def at(self, seconds):
        """A moment of the storefront as Odoo keeps it."""
        return self.later(seconds).replace(tzinfo=None)

    def place(self, *external_ids, seconds=60, **values):
        for external_id in external_ids:
            self.shop.orders[external_id] = self.order(
                external_id,
                self.line("1", "10.00"),
                created_at=self.later(seconds),
                updated_at=self.later(seconds),
                **values,
            )

    def poked(self):
        snapshots = self.env["storefront.snapshot"].search(
            [("backend_id", "=", self.backend.id)], order="external_id"
        )
        return {one.external_id: (one.state, one.poke_count) for one in snapshots}

    def asked(self):
        """[(seconds after MOMENT, cursor)] of each listing that was asked for."""
        return [
            ((since - MOMENT).total_seconds(), cursor)
            for since, cursor in self.shop.heard("fetch_changes")
        ]

    # what is found

    def test_change_that_no_webhook_announced_is_fetched_and_imported(self):
        self.place("1001")
        self.job("poll")
        self.assertEqual(self.poked(), {"1001": ("to_fetch", 1)})
        snapshot = self.snapshot("1001")
        self.assertEqual((snapshot.event_at, snapshot.listed_at), (self.at(60), self.at(60)))
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])
        operation = self.operations("order_poll")
        self.assertEqual((operation.status, operation.items), ("success", ["1001"]))

    def test_what_webhooks_announced_is_asked_for_no_second_time(self):
        self.place("1001")
        self.poke("1001")
        self.job("fetch")
        self.job("poll")
        self.assertEqual(self.poked(), {"1001": ("to_import", 1)})
        self.assertFalse(self.operations("order_poll"))

    def test_newer_state_of_a_known_order_is_fetched(self):
        self.place("1001")
        self.receive(self.shop.orders["1001"])
        self.place("1001", seconds=120, payment_state="refunded")
        self.job("poll")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders()["1001"].storefront_payment_state, "refunded")

    def test_subscription_lost_for_three_days_loses_nothing(self):
        day = 86400
        self.place("1001")
        self.receive(self.shop.orders["1001"])
        for number in range(11):
            self.place(f"2{number:03}", seconds=60 + number * 3 * day // 11)
        self.place("1001", seconds=2 * day, cancelled_at=self.later(2 * day))
        self.job("poll")
        self.assertEqual(len(self.shop.heard("fetch_changes")), 4)
        self.job("fetch")
        self.job("import")
        expected = {f"2{number:03}" for number in range(11)} | {"1001"}
        self.assertEqual(set(self.sale_orders()), expected)
        self.assertEqual(self.sale_orders()["1001"].state, "cancel")
        self.assertEqual(self.backend.polled_up_to, self.at(60 + 10 * 3 * day // 11))

    def test_backend_paused_for_days_catches_up_from_where_it_was(self):
        self.job("poll")
        self.backend.action_pause()
        self.place("1001", seconds=86400)
        self.job("poll")
        self.assertEqual(self.poked(), {})
        self.backend.action_resume()
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertIn((self.backend.id, "poll", 0, 0, self.backend.inbound_user_id.id), wakes)
        self.job("poll")
        self.assertEqual(self.poked(), {"1001": ("to_fetch", 1)})
        self.assertEqual([since for since, _cursor in self.asked()], [0, 0])

    def test_connecting_again_keeps_the_place(self):
        self.place("1001", seconds=3600)
        self.job("poll")
        self.backend.action_connect()
        self.assertEqual(self.backend.polled_up_to, self.at(3600))

    def test_store_connected_before_there_was_polling_is_read_from_then(self):
        self.cursor.unlink()
        self.backend.connected_at = self.at(0)
        self.place("1001")
        self.job("poll")
        self.assertEqual(set(self.poked()), {"1001"})
        self.assertEqual(self.backend.cursor_ids.started_at, self.at(0))

    def test_another_store_begins_anew(self):
        self.backend.action_connect()
        self.shop.report = replace(self.shop.report, shop_external_id="78")
        self.backend.action_connect()
        cursor = self.backend.cursor_ids
        self.assertEqual(cursor.since, self.backend.connected_at)

    def test_history_is_not_imported(self):
        """The first listing begins when the store was connected, without the overlap."""
        self.place("1000", seconds=-1)
        self.place("1001", seconds=0)
        self.job("poll")
        self.assertEqual(self.asked(), [(0, "")])
        self.assertEqual(set(self.poked()), {"1001"})

    def test_overlap_finds_what_the_storefronts_index_showed_late(self):
        self.place("1001", seconds=3600)
        self.job("poll")
        late = 3600 - OVERLAP.total_seconds()
        self.place("1000", seconds=late)
        self.job("poll")
        self.assertEqual(self.asked(), [(0, ""), (3000, "")])
        self.assertEqual(set(self.poked()), {"1000", "1001"})

    def test_order_that_cannot_be_read_is_asked_for_once(self):
        self.place("1001")
        self.job("poll")
        self.shop.fail("fetch_records", errors.BadPayload(path="total"))
        self.shop.fail("fetch_records", errors.BadPayload(path="total"))
        self.job("fetch")
        self.job("poll")
        self.assertEqual(self.poked(), {"1001": ("requires_attention", 1)})

    # pages

    def test_equal_times_at_the_border_of_a_page(self):
        self.place(*(f"1{number:03}" for number in range(10)))
        self.job("poll")
        self.assertEqual(len(self.poked()), 10)
        self.assertEqual(len(self.asked()), 4)
        self.assertEqual(self.backend.polled_up_to, self.at(60))
        self.assertFalse(self.cursor.page)
        # What the listing found counts as known then: a reconciliation waits for it.
        noted = self.env["storefront.snapshot"].search([]).mapped("create_date")
        self.assertEqual(self.backend.polled_at, max(noted))

    def test_kill_before_a_page_is_kept_reads_it_again(self):
        self.place(*(f"1{number:03}" for number in range(7)))
        self.shop.during("fetch_changes", lambda: None)
        self.shop.during("fetch_changes", self._die)
        self.poll_and_die()
        page = f"{self.later(60).isoformat()} 1002"
        self.assertEqual((self.cursor.page, self.cursor.listing_since), (page, self.at(0)))
        self.assertTrue(self.backend.is_polling)
        self.assertFalse(self.backend.polled_at)
        self.job("poll")
        self.assertEqual([cursor for _since, cursor in self.asked()][:3], ["", page, page])
        self.assertEqual(set(self.poked()), {f"1{number:03}" for number in range(7)})
        self.assertFalse(self.backend.is_polling)

    def test_kill_while_a_page_is_kept_leaves_neither_pokes_nor_progress(self):
        self.place("1001")
        with patch.object(type(self.cursor), "_advance", side_effect=Killed):
            self.poll_and_die()
        self.assertEqual((self.poked(), self.cursor.since), ({}, self.at(0)))
        self.job("poll")
        self.assertEqual(set(self.poked()), {"1001"})

    def poll_and_die(self):
        """Not by assertRaises, which would roll back what was committed before the kill."""
        try:
            self.job("poll")
        except Killed:
            self.env.invalidate_all()
        else:
            self.fail("Nothing was killed")

    def _die(self):
        raise Killed

    def test_page_that_another_worker_read_meanwhile_moves_nothing_back(self):
        self.place(*(f"1{number:03}" for number in range(4)))
        position = self.cursor._position()
        page = self.backend._adapter().fetch_changes("order", self.later(0))
        self.cursor.write({"page": "further", "since": self.at(9000)})
        self.env.flush_all()
        poll = self.env["storefront.order.poll"]
        poll._take(self.backend, self.cursor, position, page, 0.0, self.at(0))
        self.assertEqual((self.cursor.page, self.cursor.since), ("further", self.at(9000)))
        self.assertEqual(len(self.poked()), 3)

    def test_budget_ends_a_job_and_the_next_goes_on_with_the_listing(self):
        self.place(*(f"1{number:03}" for number in range(7)))
        answers = iter([False, True, True])
        is_spent = property(lambda _budget: next(answers))
        with patch.object(flow.Budget, "is_spent", is_spent):
            self.job("poll")
        self.assertEqual(len(self.shop.heard("fetch_changes")), 1)
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertIn((self.backend.id, "poll", 0, 0, self.backend.inbound_user_id.id), wakes)
        self.job("poll")
        self.assertEqual(len(self.poked()), 7)
        self.assertEqual(len(self.shop.heard("fetch_changes")), 3)

    def test_order_that_changes_during_the_listing_is_read_at_its_new_time(self):
        self.place(*(f"1{number:03}" for number in range(5)))
        self.shop.during("fetch_changes", lambda: None)
        self.shop.during("fetch_changes", lambda: self.place("1000", seconds=120))
        self.job("poll")
        self.assertEqual(self.snapshot("1000").listed_at, self.at(120))
        self.assertEqual(len(self.poked()), 5)

    # what goes wrong

    def test_busy_storefront_postpones(self):
        self.shop.fail("fetch_changes", errors.RetryLater(seconds=30))
        self.place("1001")
        self.job("poll")
        self.assertEqual((self.poked(), self.cursor.error_code), ({}, False))
        claim = self.env["storefront.claim"].search([("key", "=", f"poll:{self.backend.id}")])
        self.assertTrue(claim.next_try)

    def test_forgotten_page_begins_again_where_the_listing_had_come_to(self):
        self.place(*(f"1{number:03}" for number in range(7)), seconds=3600)
        self.shop.during("fetch_changes", lambda: None)
        self.shop.during(
            "fetch_changes",
            lambda: self.shop.fail("fetch_changes", errors.BadPayload("bad_cursor")),
        )
        self.job("poll")
        self.assertFalse(self.cursor.page)
        self.assertFalse(self.issues())
        self.job("poll")
        self.assertEqual(self.asked()[2], (3600 - OVERLAP.total_seconds(), ""))
        self.assertEqual(len(self.poked()), 7)

    def test_catching_up_begins_anew_once_where_the_page_was_forgotten(self):
        self.place(*(f"1{number:03}" for number in range(7)), seconds=3600)
        self.shop.during("fetch_changes", lambda: None)
        self.shop.during(
            "fetch_changes",
            lambda: self.shop.fail("fetch_changes", errors.BadPayload("bad_cursor")),
        )
        self.env["storefront.order.poll"]._catch_up(self.backend, self.backend._adapter())
        self.assertEqual(len(self.poked()), 7)
        self.assertTrue(self.cursor.asked_at)

    def test_missing_right_is_one_issue_that_closes_by_itself(self):
        refusal = errors.AuthFailed("missing_scope", scopes="read_all_orders")
        for _time in range(3):
            self.shop.fail("fetch_changes", refusal)
            self.job("poll")
        self.assertEqual(self.backend.state, "connected")
        issue = self.issues()
        self.assertEqual((issue.code, issue.state), ("missing_scope", "open"))
        self.assertEqual(issue.params, {"scopes": "read_all_orders"})
        self.assertEqual(self.operations("order_poll").mapped("status"), ["requires_attention"])
        self.assertEqual(len(self.shop.heard("fetch_changes")), 3)
        self.place("1001")
        self.job("poll")
        self.assertEqual((issue.state, self.cursor.error_code), ("resolved", False))
        self.assertEqual(set(self.poked()), {"1001"})

    def test_orders_too_old_to_be_read_are_an_issue_whose_retry_reads_again(self):
        limited = replace(
            self.adapter_class.capabilities, history_days=60, history_scope="read_all"
        )
        self.patch(self.adapter_class, "capabilities", limited)
        long_ago = fields.Datetime.now().replace(microsecond=0) - timedelta(days=61)
        self.cursor.write({"started_at": long_ago, "since": long_ago})
        self.job("poll")
        self.assertFalse(self.issues())
        self.cursor.write({"since": long_ago})
        self.backend.missing_optional_scopes = ["read_all"]
        self.place("1001")
        for _time in range(2):
            self.job("poll")
        issue = self.issues()
        self.assertEqual(issue.code, "history_hidden")
        since = fields.Datetime.to_string(long_ago)
        self.assertEqual(issue.params, {"scope": "read_all", "days": 60, "since": since})
        self.assertEqual(set(self.poked()), {"1001"})
        self.backend.missing_optional_scopes = []
        issue.action_retry()
        self.assertEqual((self.cursor.since, issue.state), (long_ago, "resolved"))
        self.job("poll")
        self.assertEqual(len(self.issues(state="open")), 0)
        self.assertGreater(self.cursor.since, long_ago)

    def test_storefront_that_cannot_tell_changes_says_so_and_raises_no_issue(self):
        self.shop.fail("fetch_changes", errors.Unsupported("changes"))
        self.job("poll")
        self.assertFalse(self.issues())
        self.assertEqual(
            self.backend.banner_info,
            "This storefront can't be asked what changed. What its webhooks miss is not found.",
        )

    # what is said

    def test_silence_is_said_until_a_webhook_arrives(self):
        silent = (
            "Orders changed in the storefront and no webhook arrived; they were found by asking "
            "for them. Check that the webhook base URL can be reached from outside."
        )
        self.backend.connected_at = self.at(0)
        now = self.env.cr.now().replace(tzinfo=timezone.utc)
        passed = now - timedelta(hours=1) - MOMENT
        self.place("1001", seconds=passed.total_seconds())
        self.job("poll")
        self.assertEqual(self.backend.banner_warning, silent)
        self.poke("1002")
        self.env.invalidate_all()
        self.assertFalse(self.backend.banner_warning)

    def test_change_just_made_is_no_silence(self):
        self.backend.connected_at = self.at(0)
        now = self.env.cr.now().replace(tzinfo=timezone.utc)
        self.place("1001", seconds=(now - MOMENT).total_seconds())
        self.job("poll")
        self.assertEqual(set(self.poked()), {"1001"})
        self.assertFalse(self.backend.banner_warning)

    def test_cron_polls_what_is_connected(self):
        paused = self._connected_backend("Paused", self.company)
        paused.action_pause()
        self.commit()
        self.env["queue.job"].search([]).unlink()
        self.env["storefront.backend"]._cron_poll()
        self.commit()
        jobs = self.env["queue.job"].search([])
        self.assertEqual(jobs.mapped("method_name"), ["_job_poll_orders"])
        self.assertEqual(jobs.records, self.backend)

    def test_cron_polls_by_itself_where_no_runner_can_be(self):
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")
        self.place("1001")
        self.env.ref("storefront_connector.cron_poll").method_direct_trigger()
        self.assertEqual(set(self.poked()), {"1001"})
