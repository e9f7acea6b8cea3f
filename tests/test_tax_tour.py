# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager in a browser: from the banner over two unknown taxes to the orders that waited."""

from odoo.tests import HttpCase, new_test_user, tagged

from .browser import Browser
from .fake_shop import MOMENT
from .tax_case import TaxCase


@tagged("post_install", "-at_install")
class TestTaxTour(Browser, TaxCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._european_positions()
        cls.backend.connected_at = MOMENT.replace(tzinfo=None)
        cls.manager = new_test_user(
            cls.env,
            "storefront-manager",
            "storefront_connector.group_storefront_manager,account.group_account_manager,"
            "sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def tour(self, name):
        self.env.flush_all()
        self.start_tour("/odoo/storefronts", name, login=self.manager.login)
        self.env.invalidate_all()

    def test_unknown_taxes(self):
        for name in ("GST one", "GST two"):
            self._tax(name, 5.0)
        self.receive(
            self.sold("1", "FR", ("TVA", "0.055", "5.50")),
            self.sold("2", "FR", ("TVA", "0.055", "5.50")),
            self.sold("3", "BE", ("GST", "0.05", "5.00")),
        )
        self.tour("storefront_unknown_tax")
        self.perform("fetch")
        self.perform("import")
        orders = self.sale_orders()
        self.assertEqual(
            {number: order.order_line.tax_ids.name for number, order in orders.items()},
            {"1": "5.5% FR TVA", "2": "5.5% FR TVA", "3": "GST two"},
        )
        self.assertEqual(orders["1"].order_line.tax_ids.create_uid, self.manager)
        self.tour("storefront_unknown_tax_resumed")
