# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever a shop's settings: lines come to the total, taxes to the tax, to the last decimal."""

from decimal import Decimal as D

from hypothesis import given, settings
from woocommerce_space import payloads

from odoo.addons.storefront_connector.platforms.documents.amounts import round_amount_to, settle
from odoo.addons.storefront_connector.platforms.documents.money import currency_decimals
from odoo.addons.storefront_connector.platforms.woocommerce.adapter import WooCommerceAdapter


@settings(max_examples=1000, derandomize=True, database=None)
@given(payloads())
def test_any_order_comes_to_its_total(payload):
    order = WooCommerceAdapter.parse_order(payload)
    unit = D(1).scaleb(-currency_decimals(order.currency))
    settled = settle(order, unit)
    taxes = sum((sum(line.taxes, D(0)) for line in settled.lines), D(0))
    assert settled.remainder == 0, f"{order.total} {settled.lines}"
    assert sum((line.total for line in settled.lines), D(0)) == round_amount_to(order.total, unit)
    assert taxes == round_amount_to(order.total_tax, unit)
