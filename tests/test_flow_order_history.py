# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an import by hand would do is read first; nothing but its own lines is written."""

import dataclasses
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..flows import order_history_read, order_history_sample
from ..platforms import errors
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestFlowOrderHistoryRead(ImportCase):
    def test_what_would_be_created_changed_or_skipped(self):
        here = self.receive(self.simple("1"), self.simple("2"))
        self.stock_shop(
            self.simple("2", updated_at=self.later(60)),
            self.simple("3"),
            self.simple("4", is_test=True),
            self.simple("5", cancelled_at=self.later(5)),
        )
        self.env.flush_all()
        run = self.review(numbers="#1 2,3\n4; #5 #5 9")
        self.assertEqual(
            self.outcome(run),
            {
                "#1": ("skipped", "order_here"),
                "#2": ("to_update", False),
                "#3": ("to_create", False),
                "#4": ("skipped", "test_order"),
                "#5": ("skipped", "cancelled_before_import"),
                "9": ("skipped", "number_unknown"),
            },
        )
        self.assertEqual(run.state, "to_review")
        self.assertEqual(
            (run.seen_count, run.to_create_count, run.to_update_count, run.skipped_count),
            (5, 1, 1, 4),
        )
        self.assertEqual(
            self.line_of(run, "3").read(["ordered_at", "total", "is_here", "is_sampled"])[0],
            {
                "id": self.line_of(run, "3").id,
                "ordered_at": datetime(2026, 11, 20, 9, 30),
                "total": 10.0,
                "is_here": False,
                "is_sampled": True,
            },
        )
        unknown = run.line_ids.filtered(lambda line: line.number == "9")
        self.assertEqual(unknown.message, "The storefront has no order with the number 9.")
        # Nothing is written before somebody has agreed to it.
        self.assertEqual(self.sale_orders(), here)
        self.assertFalse(self.snapshot("3"))
        self.assertEqual(self.snapshot("2").state, "done")

    def test_numbers_are_looked_up_in_few_calls_and_stay_in_their_order(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(1, 6)))
        with patch.object(order_history_read, "FIND_BATCH", 2):
            run = self.review(numbers="5 4 3 2 1")
        self.assertEqual(self.shop.heard("find_orders"), [("5", "4"), ("3", "2"), ("1",)])
        self.assertEqual(run.line_ids.mapped("external_id"), ["5", "4", "3", "2", "1"])

    def test_two_orders_of_one_number(self):
        self.stock_shop(self.simple("1", number="#7"), self.simple("2", number="#7"))
        run = self.review(numbers="7")
        self.assertEqual(run.line_ids.mapped("external_id"), ["1", "2"])
        self.assertEqual(run.to_create_count, 2)

    def test_period_is_read_page_by_page(self):
        placed = [self.later(3600 * number) for number in range(8)]
        self.stock_shop(*(self.simple(str(n), created_at=at) for n, at in enumerate(placed)))
        run = self.review(
            source="dates",
            date_from=fields.Datetime.to_string(placed[1].replace(tzinfo=None)),
            date_to=fields.Datetime.to_string(placed[6].replace(tzinfo=None)),
        )
        self.assertEqual(
            self.shop.heard("fetch_order_list"),
            [(placed[1], placed[6], ""), (placed[1], placed[6], "3")],
        )
        self.assertEqual(run.line_ids.mapped("external_id"), ["1", "2", "3", "4", "5"])
        self.assertEqual((run.state, run.seen_count, run.is_read), ("to_review", 5, True))
        reads = self.operations("order_history")
        self.assertEqual(reads.mapped("item_count"), [3, 2, 3, 2])  # two pages, two samples
        self.assertEqual(reads[0].items, ["1", "2", "3"])

    def test_period_without_limits(self):
        self.stock_shop(self.simple("1"))
        run = self.review(source="dates", date_from=False, date_to=False)
        self.assertEqual(self.shop.heard("fetch_order_list"), [(None, None, "")])
        self.assertEqual(run.to_create_count, 1)

    def test_what_the_orders_lack_is_foreseen(self):
        tax = ("VAT", "0.2", "2.00")
        self.stock_shop(
            self.simple("1", sku="GHOST"),
            self.simple("2", sku="GHOST"),
            self.order("3", self.line("1", "10.00", tax, sku="SPIRIT")),
            self.simple("4"),
            self.simple("5", currency="XOF"),
        )
        self._currency("XOF").active = False
        run = self.review(numbers="1 2 3 4 5")
        self.assertEqual(
            {number: code for number, (_state, code) in self.outcome(run).items()},
            {
                "#1": "product_missing",
                "#2": "product_missing",
                "#3": "product_missing",
                "#4": False,
                "#5": "currency_missing",
            },
        )
        self.assertEqual((run.sample_count, run.to_create_count, run.lacking_count), (5, 5, 4))
        self.assertEqual(
            run.lacks.splitlines(),
            [
                "Products without a counterpart: 2",
                "Taxes without a counterpart: 1",
                "Other causes: 1",
            ],
        )
        self.assertFalse(self.issues())

    def test_looking_into_orders_writes_nothing(self):
        self._tax("VAT 20", 20.0)
        self.stock_shop(self.order("1", self.line("1", "10.00", ("VAT", "0.2", "2.00"))))
        run = self.review(numbers="1")
        self.assertEqual(self.outcome(run), {"#1": ("to_create", False)})
        self.assertFalse(self.env["storefront.mapping.tax"].search([]))

    def test_only_some_of_many_are_looked_into(self):
        self.stock_shop(*(self.simple(str(number)) for number in range(9)))
        with patch.object(order_history_sample, "SAMPLE", 4):
            run = self.review(source="dates", date_to=False)
        self.assertEqual([len(ids) for ids in self.shop.heard("fetch_records")], [3, 1])
        self.assertEqual(run.sample_count, 4)
        self.assertEqual(sum(run.line_ids.mapped("is_sampled")), 4)
        self.assertEqual(run.to_create_count, 9)

    def test_order_that_can_not_be_read_stops_no_preview(self):
        self.stock_shop(self.simple("1"), self.simple("2"))
        self.shop.fail("fetch_records", errors.BadPayload(path="lines"))
        run = self.review(numbers="1 2")
        self.assertEqual((run.state, run.sample_count, run.lacking_count), ("to_review", 2, 0))
        self.assertEqual(run.to_create_count, 2)

    def test_orders_on_their_way_or_waiting_are_left_to_themselves(self):
        self.receive(self.simple("1", sku="GHOST"))
        self.stock_shop(self.simple("2"))
        self.poke("2")
        self.stock_shop(self.simple("3", sku="GHOST"))
        self.env["storefront.order.fetch"]._absorb(self.backend, ("order",))
        run = self.review(numbers="1 2 3")
        self.assertEqual(
            self.outcome(run),
            {
                "#1": ("skipped", "order_waiting"),
                "#2": ("skipped", "order_coming"),
                "#3": ("to_create", "product_missing"),
            },
        )

    def test_ignored_order_is_left_out_until_it_is_taken_in(self):
        self.receive(self.simple("1", sku="GHOST"))
        self.issues().action_ignore("no longer sold")
        run = self.review(numbers="1")
        self.assertEqual(self.outcome(run), {"#1": ("skipped", "ignored")})
        run.line_ids.action_include()
        self.assertEqual(self.outcome(run), {"#1": ("to_create", False)})

    def test_dead_letter_is_imported_again(self):
        self.receive(self.simple("1"))
        self.env.cr.execute("UPDATE sale_order SET storefront_external_id = '-'")
        self.env.cr.execute("UPDATE storefront_snapshot SET state = 'dead', order_id = NULL")
        self.env.invalidate_all()
        run = self.review(numbers="1")
        self.assertEqual(self.outcome(run), {"#1": ("to_create", False)})

    def test_failing_call_is_tried_again_where_it_was(self):
        self.stock_shop(*(self.simple(str(n), created_at=self.later(n)) for n in range(5)))
        self.shop.fail("fetch_order_list", errors.RetryLater("server_error"))
        run = self.review(source="dates", date_to=False)
        self.assertEqual((run.state, run.seen_count), ("reading", 0))
        self.assertEqual(
            run.trouble, "The storefront failed on its side. It is tried again by itself."
        )
        self.env["storefront.claim"].search([]).next_try = False
        self.job("history")
        self.assertEqual((run.state, run.seen_count, run.trouble), ("to_review", 5, False))

    def test_listing_the_storefront_forgot_goes_on_where_it_was(self):
        self.stock_shop(*(self.simple(str(n), created_at=self.later(n)) for n in range(5)))
        run = self.start(source="dates", date_to=False)
        self.shop.during("fetch_order_list", lambda: None)
        self.shop.during(
            "fetch_order_list",
            lambda: self.shop.fail("fetch_order_list", errors.Rejected("bad_cursor")),
        )
        self.job("history")
        self.assertEqual(
            self.shop.heard("fetch_order_list"),
            [(None, None, ""), (None, None, "3"), (self.later(2), None, "")],
        )
        self.assertEqual(run.line_ids.sorted("number").mapped("external_id"), list("01234"))
        self.assertEqual(run.state, "to_review")

    def test_storefront_that_can_not_list_says_so(self):
        self.shop.fail("fetch_order_list", errors.Unsupported("order_list"))
        run = self.review(source="dates")
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(run.trouble, "This storefront can't do that: order_list.")
        self.stock_shop(self.simple("1"))
        run.date_to = False
        run.action_continue()
        self.job("history")
        self.assertEqual((run.state, run.trouble, run.to_create_count), ("to_review", False, 1))

    def test_run_stopped_while_an_answer_was_on_its_way(self):
        self.stock_shop(*(self.simple(str(n), created_at=self.later(n)) for n in range(5)))
        run = self.start(source="dates", date_to=False)
        self.shop.during("fetch_order_list", run.action_cancel)
        self.job("history")
        self.assertEqual((run.state, len(run.line_ids)), ("cancelled", 0))
        run.action_continue()
        self.job("history")
        self.assertEqual((run.state, len(run.line_ids)), ("to_review", 5))

    def test_another_store_ends_the_run(self):
        self.stock_shop(self.simple("1"))
        run = self.start(numbers="1")
        self.backend.shop_external_id = "another"
        self.job("history")
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self.shop.heard("find_orders"))

    def test_orders_the_app_may_not_list(self):
        self.patch(
            self.adapter_class,
            "capabilities",
            self._capabilities(history_days=60, history_scope="read_all_orders"),
        )
        sentence = (
            "Orders placed more than 60 days ago are not listed: the app lacks the scope "
            "read_all_orders. Grant it in the storefront's administration to import them too."
        )
        self.backend.missing_optional_scopes = ["read_all_orders"]
        dialog = self.ask(source="dates", date_from=False)
        self.assertEqual(dialog.hidden, sentence)
        dialog.date_from = fields.Datetime.now() - timedelta(days=59)
        self.assertFalse(dialog.hidden)
        dialog.date_from = fields.Datetime.now() - timedelta(days=61)
        self.assertEqual(dialog.hidden, sentence)
        run = self.review(source="dates", date_from=False)
        self.assertEqual(run.hidden, sentence)
        self.backend.missing_optional_scopes = []
        run.invalidate_recordset()
        self.assertFalse(run.hidden)

    def _capabilities(self, **values):
        return dataclasses.replace(self.adapter_class.capabilities, **values)
