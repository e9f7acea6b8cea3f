# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager in a browser: pastes numbers, sees what would become of them, imports."""

from odoo.tests import HttpCase, new_test_user, tagged

from ..models.storefront_backend_jobs import DRAINS
from .browser import Browser
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestImportTour(Browser, ImportCase, HttpCase):
    def setUp(self):
        super().setUp()
        new_test_user(
            self.env,
            "import-manager",
            "storefront_connector.group_storefront_manager,sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.receive(self.simple("1001"), self.simple("1002", payment_state="pending"))
        self.stock_shop(
            self.simple("1002", updated_at=self.later(60)),
            self.simple("1003"),
            self.simple("1004", is_test=True),
            self.simple("1005"),
            self.order("1006", self.line("1", "10.00", sku="GHOST", name="Ghost")),
        )
        self.env.flush_all()
        self.patch(type(self.backend), "_wake", self._work_at_once)

    @staticmethod
    def _work_at_once(backends, drain, slot=0, seconds=0):
        """Run the job within the request that asks for it: a test has no other worker."""
        if slot or seconds:  # the one that asks looks again by itself
            return
        backends.env.flush_all()
        work = DRAINS[drain]
        for backend in backends:
            getattr(backend.with_user(backend.sudo()[f"{work.role}_user_id"]), work.method)()

    def test_import_by_number_with_preview(self):
        self.start_tour("/odoo/storefronts", "storefront_import", login="import-manager")
        run = self.env["storefront.import"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(
            self.outcome(run),
            {
                "#1001": ("skipped", "order_here"),
                "#1002": ("updated", False),
                "#1003": ("created", False),
                "#1004": ("skipped", "test_order"),
                "#1005": ("skipped", "order_excluded"),
                "#1006": ("failed", "product_missing"),
                "#9999": ("skipped", "number_unknown"),
            },
        )
        orders = self.sale_orders()
        self.assertEqual(
            {key: order.state for key, order in orders.items()},
            dict.fromkeys(("1001", "1002", "1003"), "sale"),
        )
