# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of WooCommerce's whole space through Odoo's tax engine: both of its ways to round, 0 to 4
decimals shown, compound taxes, prices entered with taxes. They come to what was charged.
"""

from hypothesis import HealthCheck, given, settings
from odoo.tests import tagged

from ..platforms.woocommerce.adapter import WooCommerceAdapter
from .golden import woocommerce_space
from .test_order_exactness import EngineCase

ORDERS = 2_000  # under each of Odoo's two rounding methods


@tagged("post_install", "-at_install")
class TestOrderExactnessWoocommerce(EngineCase):
    def check_space(self):
        @settings(
            max_examples=ORDERS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(woocommerce_space.payloads())
        def check(payload):
            self.check(WooCommerceAdapter.parse_order(payload))

        check()

    def test_any_order_rounded_as_a_whole(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.check_space()

    def test_any_order_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self.check_space()
