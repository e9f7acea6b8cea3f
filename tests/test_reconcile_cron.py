# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When stock is reconciled by itself, what is pushed by hand, and what the screens say of it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .reconcile_case import ReconcileCase


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
