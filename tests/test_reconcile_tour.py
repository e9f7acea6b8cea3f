# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager in a browser: compares stock, decides on much drift, sends a product's stock."""

from unittest import SkipTest
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..flows import stock_reconcile
from ..models import storefront_outbox
from ..models.storefront_backend_jobs import DRAINS
from .common import StorefrontCase
from .reconcile_case import ReconcileCase


@tagged("post_install", "-at_install")
class TestReconcileTour(ReconcileCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "stock-manager",
            "storefront_connector.group_storefront_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the browser speak to Odoo's own server."""
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.backend.connected_at = fields.Datetime.now()
        self.patch(type(self.backend), "_wake", self._work_at_once)
        # A test's transaction has one time: nothing is polled after anything.
        flow = type(self.env["storefront.stock.reconcile"])
        now = fields.Datetime.now
        self.patch(flow, "_orders_read_until", lambda flow, backend, lines: now())

    @classmethod
    def _push_at_once(cls, env, wake):
        backend_id, drain, *_when = wake
        cls._work_at_once(env["storefront.backend"].browse(backend_id), drain)

    @staticmethod
    def _work_at_once(backends, drain, **_kwargs):
        """Run the job within the request that asks for it: a test has no other worker."""
        work = DRAINS[drain]
        for backend in backends:
            getattr(backend.with_user(backend.sudo()[f"{work.role}_user_id"]), work.method)()

    def tour(self, name, path):
        self.env.cr.flush()
        try:
            with patch.object(storefront_outbox, "wake_after_commit", self._push_at_once):
                self.start_tour(f"/odoo/{path}", name, login="stock-manager")
        except SkipTest as error:
            self.fail(f"The tour did not run: {error}")
        self.env.invalidate_all()

    def test_dry_run_and_repair(self):
        self.sell("1", 50)
        self.tour("storefront_reconcile", "storefronts")
        runs = self.env["storefront.reconciliation"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(runs.mapped("is_dry"), [False, True])
        self.assertEqual(runs.mapped("state"), ["done", "done"])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)

    def test_much_differs(self):
        self.bind_more(2)
        self.startPatcher(patch.object(stock_reconcile, "SMALL_CATALOGUE", 3))
        for number in "12":
            self.sell(number, 77)
        self.run_of()
        self.perform("reconcile")
        self.tour("storefront_reconcile_asks", "storefronts")
        self.assertEqual(sorted(self.shop.stock.values()), [5, 5, 10])

    def test_product(self):
        self.miss(self.product, -4)
        path = f"action-product.product_normal_action/{self.product.id}"
        self.tour("storefront_product_stock", path)
        self.assertEqual(self.shop.stock[self.stock_key("1")], 6)
