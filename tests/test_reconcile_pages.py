# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reconciling in pages, beside others, under several rules; a run that differs too much asks."""

from unittest.mock import patch

from odoo.tests import tagged

from ..flows import stock_page, stock_reconcile
from ..platforms import errors
from .reconcile_case import ReconcileCase


@tagged("post_install", "-at_install")
class TestReconcilePages(ReconcileCase):
    def test_it_goes_on_at_the_page_where_it_was_stopped(self):
        self.bind_more(4)
        self.patch(stock_page, "PAGE_VARIANTS", 1)
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
