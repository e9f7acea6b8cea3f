# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All stock of a storefront compared: what is drift, what is on its way, and what is repaired."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .reconcile_case import ReconcileCase


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
