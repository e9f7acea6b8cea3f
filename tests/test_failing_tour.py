# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager in a browser: replays dead letters, mends many orders with one answer."""

from odoo.tests import HttpCase, new_test_user, tagged

from .browser import Browser
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestFailingTour(Browser, StorefrontCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "storefront-manager",
            "storefront_connector.group_storefront_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def tour(self, name, path):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", name, login=self.manager.login)
        self.env.invalidate_all()

    def test_dead_letters_are_replayed(self):
        for number in ("1", "2"):
            self.shop.orders[number] = self.order(number, self.line("1", "10.00"))
            self.poke(number)
        self.job("fetch")
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = 'dead', error_code = 'server_error'"
        )
        self.env.invalidate_all()
        self.tour("storefront_dead_letter", "storefronts")
        for drain in ("replay", "fetch", "import"):
            self.perform(drain)
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])
        replay = self.env["storefront.replay"].search([("backend_id", "=", self.backend.id)])
        self.assertRecordValues(
            replay, [{"state": "done", "done_count": 2, "create_uid": self.manager.id}]
        )
        self.tour("storefront_dead_letter_gone", "storefronts")

    def test_one_answer_for_all(self):
        tax = self._tax("GST 6", 6.0)
        twin = self._connected_backend("Twin", self.company)

        def taxed(number):
            return self.order(number, self.line("1", "10.00", ("GST", "0.05", "0.50")))

        self.receive(taxed("1"), taxed("2"), backend=twin)
        self.receive(taxed("3"))
        self.tour("storefront_fix_for_all", "storefront-issues")
        for backend in (self.backend, twin):
            self.perform("fetch", backend)
            self.perform("import", backend)
        self.assertEqual(sorted(self.sale_orders(twin)), ["1", "2"])
        self.assertEqual(self.sale_orders()["3"].order_line.tax_ids, tax)
