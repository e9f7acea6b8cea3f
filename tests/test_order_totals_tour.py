# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A salesperson in a browser: sees that an order was changed, and what the customer was charged."""

from odoo.tests import HttpCase, new_test_user, tagged

from .browser import Browser
from .exactness_case import ExactnessCase
from .order_chain import import_order


@tagged("post_install", "-at_install")
class TestOrderTotalsTour(Browser, ExactnessCase, HttpCase):
    def test_totals_of_a_changed_order(self):
        document = self.order(
            "1001",
            self.line("11", "10.00", ("VAT", "0.2", "3.61"), quantity=2, discount="2.00"),
            self.line("12", "5.00", ("VAT", "0.2", "1.00"), kind="shipping", name="Express"),
            currency="USD",
        )
        self.backend.unpaid_step = "quotation"
        order = import_order(self.backend, document).with_env(self.env)
        order.order_line[0].product_uom_qty = 3
        new_test_user(
            self.env,
            "seller",
            "sales_team.group_sale_salesman_all_leads,storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour(
            f"/odoo/action-sale.action_quotations/{order.id}",
            "storefront_order_totals",
            login="seller",
        )
