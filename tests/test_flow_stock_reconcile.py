# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All stock of a storefront compared: what is drift, what is on its way, and what is repaired."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..flows import stock_reconcile
from ..platforms import errors
from .test_flow_stock_export import StockExportCase


class ReconcileCase(StockExportCase):
    def setUp(self):
        super().setUp()
        # What was changed before the test is sent and known: 10 here, 10 there.
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.forget_calls()

    def forget_calls(self):
        """Begin anew: also orders were read before the test, not in it."""
        self.backend.cursor_ids.polled_at = False
        self.shop.pushes.clear()
        self.shop.calls.clear()

    def bind_more(self, count):
        """Link further products that have 5 units here and there."""
        for number in range(2, 2 + count):
            product = self._product(f"P{number}", f"P{number}")
            self.bind(product, str(number))
            self.set_stock(product, 5)
            self.sell(str(number), 5)
        self.job("stock")
        self.forget_calls()

    def miss(self, product, quantity):
        """Change stock as a lost note of it would leave it."""
        self.set_stock(product, quantity)
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM storefront_outbox")

    def run_of(self, **vals):
        return self.env["storefront.reconciliation"]._start(self.backend, **vals)

    def reconcile(self, run=None, polled=True):
        """Go on until nothing is left to do by itself, as time passes."""
        run = run or self.run_of()
        for _time in range(6):
            self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
            self.env.cr.execute(
                "UPDATE storefront_reconciliation_line SET read_at = read_at - interval '1 day'"
                " WHERE state = 'found' AND looks < 10"
            )
            self.job("reconcile")
            if polled:
                self.perform("poll")
                self.job("fetch")
                self.job("import")
            self.job("stock")
        return run

    def found(self, run):
        return [
            (line.binding_id.external_id, line.shown, line.wanted, line.cause, line.state)
            for line in run.line_ids
        ]

    def waits_because(self):
        self.env.cr.execute(
            "SELECT error_code FROM storefront_claim WHERE key = %s AND next_try IS NOT NULL",
            [f"reconcile:{self.backend.id}"],
        )
        row = self.env.cr.fetchone()
        return row and row[0]


@tagged("post_install", "-at_install")
class TestStockReconcile(ReconcileCase):
    def test_nothing_differs(self):
        run = self.reconcile()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "variant_count": 1,
                    "checked_count": 1,
                    "drift_count": 0,
                    "repaired_count": 0,
                    "page_count": 1,
                }
            ],
        )
        self.assertFalse(run.line_ids)
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.operations("reconcile").status, "unchanged")
        self.assertEqual(
            self.operations("reconcile").create_uid, self.backend.reconciliation_user_id
        )

    def test_a_change_that_was_missed_is_sent(self):
        self.miss(self.product, -3)
        run = self.reconcile()
        self.assertEqual(self.found(run), [("1", 10, 7, "missed", "repaired")])
        self.assertEqual((run.state, run.drift_count, run.repaired_count), ("done", 1, 1))
        self.assertEqual(self.sent(), [[(7, 10)]])
        self.assertEqual(self.level().reason, "reconciliation")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 7)
        self.assertRecordValues(
            self.operations("reconcile"), [{"status": "success", "item_count": 1}]
        )

    def test_an_edit_in_the_storefront_is_undone(self):
        self.sell("1", 50)
        run = self.reconcile()
        self.assertEqual(self.found(run), [("1", 50, 10, "edited", "repaired")])
        self.assertEqual(self.sent(), [[(10, 50)]])

    def test_what_was_never_sent_is_new(self):
        self.level().unlink()
        self.sell("1", 4)
        run = self.reconcile()
        self.assertEqual(self.found(run), [("1", 4, 10, "new", "repaired")])
        self.assertEqual(self.level().quantity, 10)

    def test_both_sides_changed(self):
        self.sell("1", 4)
        self.miss(self.product, 2)
        self.assertEqual(self.found(self.reconcile()), [("1", 4, 12, "unknown", "repaired")])

    def test_a_dry_run_shows_and_changes_nothing(self):
        self.sell("1", 50)
        level = self.level().read()
        run = self.reconcile(self.run_of(is_dry=True))
        self.assertEqual(self.found(run), [("1", 50, 10, "edited", "drift")])
        self.assertEqual((run.state, run.drift_count, run.repaired_count), ("done", 1, 0))
        self.assertEqual((self.sent(), self.outbox()), ([], []))
        self.assertEqual(self.level().read(), level)
        self.assertEqual(self.shop.stock[self.stock_key("1")], 50)
        run.action_apply()
        self.reconcile(run)
        self.assertEqual(self.found(run), [("1", 50, 10, "edited", "repaired")])
        self.assertEqual(self.sent(), [[(10, 50)]])
        with self.assertRaises(UserError):
            run.action_apply()

    def test_a_change_on_its_way_is_no_drift(self):
        self.set_stock(self.product, -3)
        self.commit()
        run = self.run_of()
        self.job("reconcile")
        self.assertEqual((run.state, run.drift_count), ("done", 0))
        self.assertEqual(self.outbox(), [self.product.id])

    def test_a_sale_that_was_not_announced_is_imported_first(self):
        sale = self.order("9", self.line("1", "10.00", quantity=2))
        self.shop.orders["9"] = sale
        before = self.later(-60).replace(tzinfo=None)
        self.backend.cursor_ids.write({"started_at": before, "since": before})
        self.sell("1", 8)
        run = self.reconcile()
        self.assertEqual(list(self.sale_orders()), ["9"])
        self.assertEqual((run.state, run.drift_count), ("done", 0))
        self.assertEqual(self.shop.stock[self.stock_key("1")], 8)
        self.assertEqual(self.level().quantity, 8)

    def test_nothing_is_decided_before_orders_are_read(self):
        self.sell("1", 8)
        run = self.reconcile(polled=False)
        self.assertEqual(self.waits_because(), "orders_first")
        self.assertEqual((run.state, run.step), ("running", "check"))
        self.assertEqual(run.line_ids.mapped("state"), ["found"])
        self.assertEqual(self.sent(), [])
        self.assertIn("imported", run.trouble)

    def test_nothing_is_decided_before_orders_are_imported(self):
        self.sell("1", 8)
        self.poke("9")
        run = self.run_of()
        self.job("reconcile")
        self.env.cr.execute(
            "UPDATE storefront_reconciliation_line SET read_at = read_at - interval '1 day'"
        )
        self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.perform("poll")
        self.job("reconcile")
        self.assertEqual((run.state, self.waits_because()), ("running", "orders_first"))

    def test_what_moves_at_every_look_is_left_alone(self):
        self.sell("1", 8)
        shown = iter(range(7, 0, -1))

        def sale():
            self.sell("1", next(shown))

        for _look in range(4):
            self.shop.during("fetch_stock", sale)
        run = self.reconcile()
        self.assertEqual((run.state, run.drift_count), ("done", 0))
        self.assertEqual(self.found(run), [])
        self.assertEqual(self.sent(), [])

    def test_sold_between_the_look_and_the_repair(self):
        self.sell("1", 8)
        self.shop.during("push_stock", lambda: self.sell("1", 10))
        run = self.reconcile()
        self.assertEqual(self.sent(), [[(10, 8)]])
        self.assertEqual(self.found(run), [("1", 8, 10, "edited", "repaired")])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)

    def test_refused_by_the_storefront(self):
        self.shop.refusals[self.stock_key("1")] = ("TOO_HIGH", "Too high")
        self.miss(self.product, 1)
        run = self.reconcile()
        self.assertEqual(self.found(run), [("1", 10, 11, "missed", "refused")])
        self.assertEqual((run.drift_count, run.repaired_count), (1, 0))
        again = self.reconcile()
        self.assertEqual(self.found(again), [("1", 10, 11, "refused", "refused")])
        self.assertEqual(len(self.sent()), 1)
        self.assertEqual(self.issues().mapped("code"), ["stock_refused"])

    def test_a_location_without_warehouse_is_never_read_nor_written(self):
        self._location(self.backend, "L2", self.env["stock.warehouse"])
        self.shop.stock[self.stock_key("1", "L2")] = 99
        run = self.reconcile()
        self.assertEqual((run.checked_count, run.drift_count), (1, 0))
        self.assertEqual(
            {key.location_external_id for keys in self.shop.heard("fetch_stock") for key in keys},
            {"L1"},
        )
        self.assertEqual(self.shop.stock[self.stock_key("1", "L2")], 99)

    def test_it_goes_on_at_the_page_where_it_was_stopped(self):
        self.bind_more(4)
        with patch.object(stock_reconcile, "PAGE_CALLS", 1):
            self.shop.during("fetch_stock", lambda: None)
            self.shop.fail("fetch_stock", errors.RetryLater("unavailable"))
            run = self.run_of()
            self.job("reconcile")
            self.assertEqual((run.page_count, run.position), (0, 0))
            self.assertEqual(self.waits_because(), "unavailable")
            self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
            heard = len(self.shop.heard("fetch_stock"))
            self.job("reconcile")
        self.assertRecordValues(
            run, [{"state": "done", "page_count": 3, "variant_count": 5, "checked_count": 5}]
        )
        pages = self.shop.heard("fetch_stock")[heard:]
        self.assertEqual(
            [sorted(key.inventory_external_id for key in keys) for keys in pages],
            [["I1", "I2"], ["I3", "I4"], ["I5"]],
        )

    def test_a_page_that_another_worker_has_noted_meanwhile(self):
        self.sell("1", 50)
        run = self.run_of()
        flow = self.env["storefront.stock.reconcile"]._flow_env(
            self.backend, self.backend.reconciliation_user_id
        )
        adapter = self.backend._adapter_for("reconcile")
        self.shop.during("fetch_stock", lambda: flow._step_read(self.backend, adapter, run, []))
        flow._step_read(self.backend, adapter, run, [])
        self.assertRecordValues(run, [{"page_count": 1, "variant_count": 1, "checked_count": 1}])
        self.assertEqual(self.found(run), [("1", 50, 10, False, "found")])

    def test_a_link_that_is_compared_again_on_a_later_page(self):
        self.sell("1", 50)
        run = self.run_of()
        self.job("reconcile")
        run.write({"step": "read", "position": 0})
        self.reconcile(run)
        self.assertEqual(self.found(run), [("1", 50, 10, "edited", "repaired")])

    def test_several_products_locations_and_rules(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self._location(self.backend, "L2", second)
        for number in "1234":
            self.shop.stock[self.stock_key(number, "L2")] = 0
        self.bind_more(3)
        service = self._product("Service", "SERVICE", type="service", is_storable=False)
        self.bind(service, "8")
        excluded = self.bind(self._product("Not here", "NOT"), "9")
        excluded.is_excluded = True
        products = self.env["storefront.binding.variant"].search([]).product_id
        three, four = (products.filtered(lambda one, n=n: one.name == n) for n in ("P3", "P4"))
        three.product_tmpl_id.write(
            {"storefront_safety_unit": "unit", "storefront_safety": 2, "is_storable": True}
        )
        self.set_stock(four, 7, second.lot_stock_id)
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM storefront_outbox")
        run = self.reconcile()
        self.assertEqual((run.variant_count, run.checked_count), (6, 8))
        self.assertEqual(
            [(*line[:3], place) for line, place in self.found_at(run)],
            [("3", 5, 3, "L1"), ("4", 0, 7, "L2")],
        )
        self.assertEqual(self.shop.stock[self.stock_key("3")], 3)
        self.assertEqual(self.shop.stock[self.stock_key("4", "L2")], 7)

    def found_at(self, run):
        places = [line.location_id.external_id for line in run.line_ids]
        return sorted(zip(self.found(run), places, strict=True))

    def test_too_much_differs(self):
        self.bind_more(4)
        for number in "123":
            self.sell(number, 77)
        self.backend.reconcile_share = 50
        with patch.object(stock_reconcile, "SMALL_CATALOGUE", 5):
            run = self.reconcile()
            self.assertEqual((run.state, run.drift_count), ("asking", 3))
            self.assertEqual(self.sent(), [])
            issue = self.issues()
            self.assertEqual(
                issue.message,
                "Stock of 3 variants out of 5 differs from the storefront's, which is more than"
                " 50 %. Nothing was changed: see the differences, then apply or discard them.",
            )
            self.assertIn(issue.message, self.backend.banner_warning)
            # Asked again: the same question.
            second = self.reconcile()
            self.assertEqual((run.state, second.state), ("cancelled", "asking"))
            self.assertEqual(self.issues(), issue)
            issue.action_fix()
            self.assertEqual((issue.state, second.state), ("resolved", "running"))
            self.reconcile(second)
        self.assertEqual((second.state, second.repaired_count), ("done", 3))
        self.assertEqual(set(self.shop.stock.values()), {5, 10})
        self.assertFalse(self.backend.banner_warning)

    def test_too_much_differed(self):
        self.bind_more(4)
        for number in "123":
            self.sell(number, 77)
        with patch.object(stock_reconcile, "SMALL_CATALOGUE", 5):
            self.assertEqual(self.reconcile().state, "asking")
            for number in "123":
                self.sell(number, 10 if number == "1" else 5)
            run = self.reconcile()
        self.assertEqual((run.state, run.drift_count), ("done", 0))
        self.assertEqual(self.issues().state, "resolved")

    def test_too_much_differs_and_stays(self):
        self.bind_more(4)
        for number in "123":
            self.sell(number, 77)
        with patch.object(stock_reconcile, "SMALL_CATALOGUE", 5):
            run = self.reconcile()
        self.issues().action_ignore("We are counting.")
        self.assertEqual((run.state, self.issues().state), ("cancelled", "ignored"))
        self.assertEqual(self.sent(), [])

    def test_a_small_catalogue_is_repaired_without_asking(self):
        self.sell("1", 77)
        self.assertEqual(self.reconcile().state, "done")

    def test_a_run_that_was_stopped_goes_no_further(self):
        self.sell("1", 77)
        run = self.run_of()
        self.job("reconcile")
        run.action_discard()
        self.reconcile(run)
        self.assertEqual((run.state, self.sent()), ("cancelled", []))


@tagged("post_install", "-at_install")
class TestReconcileCron(ReconcileCase):
    def started(self):
        return self.env["storefront.reconciliation"].search_count([])

    def pass_minutes(self, minutes):
        self.env.cr.execute(
            "UPDATE storefront_reconciliation SET create_date = create_date - %s",
            [timedelta(minutes=minutes)],
        )
        self.env.invalidate_all()

    def cron(self):
        self.env["storefront.backend"]._cron_reconcile()
        self.job("reconcile")

    def test_every_hour(self):
        for minutes, count in ((0, 1), (5, 1), (50, 1), (5, 2)):
            self.pass_minutes(minutes)
            self.cron()
            self.assertEqual(self.started(), count, minutes)

    def test_every_quarter_in_the_peak_season(self):
        today = fields.Date.today()
        self.backend.write({"peak_from": today - timedelta(2), "peak_to": today + timedelta(2)})
        for minutes, count in ((0, 1), (10, 1), (5, 2)):
            self.pass_minutes(minutes)
            self.cron()
            self.assertEqual(self.started(), count, minutes)
        self.backend.write({"peak_from": today - timedelta(9), "peak_to": today - timedelta(5)})
        self.pass_minutes(30)
        self.cron()
        self.assertEqual(self.started(), 2)

    def test_nothing_linked_nothing_compared(self):
        self.binding.unlink()
        self.cron()
        self.assertEqual(self.started(), 0)

    def test_a_run_whose_wake_up_was_lost_is_found(self):
        self.run_of()
        self.assertIn("reconcile", self.backend._waiting_drains())
        self.job("reconcile")
        self.assertNotIn("reconcile", self.backend._waiting_drains())

    def test_where_no_job_runner_can_be(self):
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")
        self.sell("1", 50)
        self.env["storefront.backend"]._cron_reconcile()
        run = self.env["storefront.reconciliation"].search([])
        self.assertEqual((run.step, run.line_ids.shown), ("check", 50))

    def test_a_dry_run_is_no_reconciliation(self):
        self.reconcile(self.run_of(is_dry=True))
        self.assertFalse(self.backend.reconciliation_id)
        self.cron()
        self.assertEqual(self.started(), 2)


@tagged("post_install", "-at_install")
class TestPushNow(ReconcileCase):
    def test_what_the_storefront_shows_is_read_and_mended(self):
        self.sell("1", 3)
        self.product.action_storefront_push_stock()
        self.job("stock")
        self.assertEqual(self.sent(), [[(10, 3)]])
        self.assertEqual(self.level().reason, "manual")
        self.set_stock(self.product, 1)
        self.job("stock")
        self.assertEqual(self.level().reason, "change")

    def test_templates_levels_and_links(self):
        for records in (self.product.product_tmpl_id, self.level(), self.binding):
            with self.subTest(records=records):
                push = getattr(records, "action_push_stock", None)
                (push or records.action_storefront_push_stock)()
                self.assertEqual(self.outbox(), [self.product.id])
                self.job("stock")

    def test_nothing_to_push(self):
        with self.assertRaises(UserError):
            self.other_product.action_storefront_push_stock()

    def test_what_the_product_says(self):
        self.miss(self.product, -4)
        for product, count in ((self.product, 1), (self.other_product, 0)):
            self.assertEqual(product.storefront_count, count)
            self.assertEqual(product.product_tmpl_id.storefront_count, count)
        level = self.env["storefront.stock.level"].search(
            self.product.action_open_storefront_stock()["domain"]
        )
        self.assertRecordValues(
            level,
            [
                {
                    "backend_id": self.backend.id,
                    "quantity": 10,
                    "wanted": 6,
                    "is_wanted": True,
                    "reason": "change",
                }
            ],
        )

    def test_what_the_backend_says(self):
        self.assertFalse(self.backend.oldest_change_at)
        self.set_stock(self.product, 1)
        self.commit()
        self.assertEqual(self.backend.backlog_count, 1)
        self.assertEqual(
            self.backend.oldest_change_at,
            self.env["storefront.outbox"].search([]).create_date,
        )
        self.job("stock")
        self.sell("1", 2)
        run = self.reconcile()
        self.env.invalidate_all()
        self.assertRecordValues(
            self.backend,
            [
                {
                    "reconciliation_id": run.id,
                    "reconciliation_state": "done",
                    "reconciliation_drift": 1,
                    "reconciliation_repaired": 1,
                    "reconciliation_checked": 1,
                }
            ],
        )
