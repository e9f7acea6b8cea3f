# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the review left in is imported once, as the run says, behind what comes in by itself."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..flows import order_history
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestFlowOrderHistoryApply(ImportCase):
    def test_orders_come_in_once(self):
        self.receive(self.simple("1", payment_state="pending"))
        self.stock_shop(
            self.simple("1", updated_at=self.later(60)), self.simple("2"), self.simple("3")
        )
        run = self.review(numbers="1 2 3")
        self.apply(run)
        self.assertEqual(
            self.outcome(run),
            {"#1": ("updated", False), "#2": ("created", False), "#3": ("created", False)},
        )
        orders = self.sale_orders()
        self.assertEqual(
            {key: (order.state, order.amount_total) for key, order in orders.items()},
            dict.fromkeys("123", ("sale", 10.0)),
        )
        self.assertEqual(
            {key: order.storefront_import_id for key, order in orders.items()},
            {"1": run.browse(), "2": run, "3": run},
        )
        self.assertEqual(self.line_of(run, "2").order_id, orders["2"])
        self.assertEqual((run.state, run.progress, run.order_count), ("done", 100.0, 2))
        self.assertTrue(run.finished_at)
        last = self.operations("order_history")[-1]
        self.assertEqual((last.status, last.item_count), ("success", 3))
        self.assertNotIn("history", self.backend._waiting_drains())
        again = self.review(numbers="1 2 3")
        self.assertEqual(
            self.outcome(again), dict.fromkeys(("#1", "#2", "#3"), ("skipped", "order_here"))
        )

    def test_batches_are_fetched_in_as_few_calls_as_fit(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(7)))
        run = self.review(source="dates", date_to=False)
        self.shop.calls.clear()
        self.apply(run)
        self.assertEqual([len(ids) for ids in self.shop.heard("fetch_records")], [3, 3, 1])
        self.assertEqual(run.created_count, 7)

    def test_without_deliveries(self):
        self.stock_shop(self.simple("1"))
        run = self.review(source="dates", date_to=False, without_delivery=True)
        self.apply(run)
        order = self.sale_orders()["1"]
        self.assertEqual((order.state, order.picking_ids), ("sale", order.picking_ids.browse()))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1.0])
        self.assertFalse(order.activity_ids)
        self.assertFalse(order.message_ids.filtered("email_from").notification_ids)

    def test_with_deliveries(self):
        self.stock_shop(self.simple("1"))
        run = self.review(source="dates", date_to=False, without_delivery=False)
        self.apply(run)
        self.assertEqual(
            self.sale_orders()["1"].picking_ids.move_ids.mapped("product_uom_qty"), [1]
        )

    def test_options_hold_as_long_as_the_order_lives(self):
        self.stock_shop(self.simple("1", payment_state="pending"), self.simple("2"))
        self.apply(self.review(numbers="1", without_delivery=True))
        self.apply(self.review(numbers="2", target="quotation"))
        orders = self.sale_orders()
        self.assertEqual([order.state for order in orders.values()], ["draft", "draft"])
        self.receive(
            self.simple("1", updated_at=self.later(60)),
            self.simple("2", updated_at=self.later(60), note="Ring twice"),
        )
        self.assertEqual([order.state for order in orders.values()], ["sale", "draft"])
        self.assertFalse(orders["1"].picking_ids)

    def test_order_that_came_by_itself_meanwhile_keeps_its_delivery(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1", without_delivery=True)
        self.poke("1")
        self.env["storefront.order.fetch"]._absorb(self.backend, ("order",))
        self.apply(run)
        self.assertEqual(self.outcome(run), {"#1": ("created", False)})
        order = self.sale_orders()["1"]
        self.assertFalse(order.storefront_import_id)
        self.assertEqual(len(order.picking_ids), 1)

    def test_webhook_of_an_order_on_its_way_keeps_what_the_run_says(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1", without_delivery=True)
        run.action_apply()
        self.job("history")
        self.poke("1")
        self.work()
        self.assertFalse(self.sale_orders()["1"].picking_ids)
        self.assertEqual(self.snapshot("1").import_id, run)
        # Later changes don't go behind a history.
        self.poke("1")
        self.env["storefront.order.fetch"]._absorb(self.backend, ("order",))
        self.env.invalidate_all()
        self.assertFalse(self.snapshot("1").import_id)

    def test_failed_orders_are_told_and_only_they_are_imported_again(self):
        self.stock_shop(self.simple("1"), self.simple("2", sku="GHOST"), self.simple("3", sku="X"))
        run = self.review(numbers="1 2 3")
        self.apply(run)
        self.assertEqual(
            self.outcome(run),
            {
                "#1": ("created", False),
                "#2": ("failed", "product_missing"),
                "#3": ("failed", "product_missing"),
            },
        )
        self.assertEqual((run.state, run.failed_count), ("done", 2))
        self.assertEqual(self.line_of(run, "2").message, self.issues()[0].message)
        opened = self.line_of(run, "2").action_open()
        self.assertEqual((opened["res_model"], opened["res_id"]),
                         ("storefront.snapshot", self.snapshot("2").id))  # fmt: skip
        self._product("Ghost", "GHOST")
        self.shop.calls.clear()
        run.action_retry_failed()
        self.assertEqual((run.state, run.to_create_count), ("applying", 2))
        self.work()
        self.assertEqual(self.shop.heard("fetch_records"), [["2", "3"]])
        self.assertEqual(self.outcome(run)["#2"], ("created", False))
        self.assertEqual(self.outcome(run)["#3"], ("failed", "product_missing"))
        self.assertEqual(self.issues(state="open").params["sku"], "X")

    def test_failed_order_that_came_in_by_its_issue(self):
        self.stock_shop(self.simple("1", sku="GHOST"))
        run = self.review(numbers="1", without_delivery=True)
        self.apply(run)
        self.assertNotIn("history", self.backend._waiting_drains())
        self._product("Ghost", "GHOST")
        self.issues().action_retry()
        self.work()
        self.assertEqual(self.outcome(run), {"#1": ("created", False)})
        self.assertFalse(self.sale_orders()["1"].picking_ids)  # the run's wish still holds

    def test_order_gone_from_the_storefront(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1")
        self.shop.orders.clear()
        self.apply(run)
        self.assertEqual(self.outcome(run), {"#1": ("skipped", "not_found")})
        self.assertEqual(run.state, "done")

    def test_orders_left_out_stay_out(self):
        self.receive(self.simple("2"))
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1 2")
        self.line_of(run, "1").action_exclude()
        self.line_of(run, "2").action_include()
        self.assertEqual(
            self.outcome(run), {"#1": ("skipped", "order_excluded"), "#2": ("to_update", False)}
        )
        self.apply(run)
        self.assertEqual(list(self.sale_orders()), ["2"])
        self.assertEqual(self.outcome(run)["#2"], ("updated", False))

    # pace

    def test_history_is_handed_over_a_few_at_a_time(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(9)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        with patch.object(order_history, "PACE", 7):  # two calls' worth, and some
            self.job("history")
            self.assertEqual((run.waiting_count, run.to_create_count), (6, 3))
            user = self.backend.inbound_user_id.id
            wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
            self.assertIn((self.backend.id, "history", 0, 2, user), wakes)
            self.job("history")
            run.invalidate_recordset()
            self.assertEqual(run.waiting_count, 6)
            self.job("fetch")
            self.job("import")
            self.job("history")
            run.invalidate_recordset()
            self.assertEqual((run.created_count, run.waiting_count), (6, 3))
            self.work()
        self.assertEqual((run.state, run.created_count), ("done", 9))

    def test_todays_orders_go_before_a_history(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(100, 110)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        self.job("history")
        self.stock_shop(self.simple("today"))
        self.poke("today")
        self.shop.calls.clear()
        self.job("fetch")
        first = self.shop.heard("fetch_records")[0]
        self.assertEqual((first[0], len(first)), ("today", 3))
        claimed = self.env["storefront.snapshot"]._claim_for_import(self.backend, 2)
        self.assertEqual(claimed.mapped("external_id"), ["today", "100"])

    def test_todays_order_announced_between_fetch_and_import_goes_first(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(100, 110)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        self.job("history")
        self.job("fetch")
        self.stock_shop(self.simple("today"))
        self.poke("today")
        self.job("fetch")
        self.job("import")
        self.assertEqual(
            list(self.sale_orders())[0], "today", "ten old orders were imported before today's"
        )

    def test_stock_does_not_wait_for_a_history(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1")
        run.action_apply()
        self.job("history")
        self.assertIsNone(self.backend._first_order_on_the_way())
        self.poke("2")
        self.assertIsNotNone(self.backend._first_order_on_the_way())

    def test_postponed_order_holds_up_no_other(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(1, 5)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        with patch.object(order_history, "PACE", 1):
            self.job("history")
            later = fields.Datetime.now() + timedelta(hours=2)
            self.snapshot("1").write({"state": "to_import", "next_try": later})
            for _order in range(3):
                self.job("history")
                self.job("fetch")
                self.job("import")
            self.job("history")
        run.invalidate_recordset()
        self.assertEqual((run.state, run.created_count, run.waiting_count), ("applying", 3, 1))

    def test_one_order_by_hand_does_not_wait_for_a_history(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(6)))
        history = self.review(source="dates", date_to=False)
        history.action_apply()
        self.stock_shop(self.simple("9"))
        one = self.review(numbers="9")
        self.assertEqual(one.state, "to_review")
        one.action_apply()
        history.line_ids.filtered(lambda line: line.state == "waiting").write(
            {"state": "to_create"}
        )
        with patch.object(order_history, "PACE", 1):
            self.env.cr.execute("UPDATE storefront_snapshot SET state = 'done'")
            self.job("history")
        one.invalidate_recordset()
        self.assertEqual((one.waiting_count, history.waiting_count), (1, 0))
        self.work()
        self.assertEqual((one.state, history.state), ("done", "done"))

    # stopping and going on

    def test_stopped_run_goes_on_where_it_was(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(6)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        with patch.object(order_history, "PACE", 2):
            self.job("history")
        run.action_cancel()
        self.work()
        self.assertEqual((run.state, run.created_count, run.to_create_count), ("cancelled", 2, 4))
        self.assertEqual(len(self.sale_orders()), 2)
        run.action_continue()
        self.assertEqual((run.state, run.started_count, run.finished_at), ("applying", 2, False))
        self.work()
        self.assertEqual((run.state, run.created_count), ("done", 6))
        self.assertEqual(len(self.sale_orders()), 6)

    def test_paused_storefront_goes_on_when_it_is_resumed(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1")
        run.action_apply()
        self.backend.action_pause("x")
        self.job("history")
        self.assertEqual((run.state, run.to_create_count), ("applying", 1))
        self.assertEqual(run.trouble, "The backend is paused.")
        self.backend.action_resume()
        self.work()
        self.assertEqual((run.state, run.trouble), ("done", False))

    def test_pace_and_remaining_time(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(6)))
        run = self.review(source="dates", date_to=False)
        run.action_apply()
        self.assertEqual((run.rate, run.remaining), (0.0, False))
        run.line_ids[:2].write({"state": "created"})
        run.started_at = fields.Datetime.now() - timedelta(seconds=40)
        run.invalidate_recordset()
        moment = run.started_at + timedelta(seconds=40)
        with patch.object(fields.Datetime, "now", lambda: moment):
            self.assertEqual((run.rate, run.progress), (0.05, 100.0 / 3))
            self.assertEqual(run.remaining, "80 seconds")
