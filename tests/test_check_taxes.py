# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Test Connection: the store's tax and rounding settings beside the company's."""

from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from ..platforms import public_address
from ..platforms.public_address import Answer
from .fake_shop import REPORT
from .test_check import CheckCase


@tagged("post_install", "-at_install")
class TestCheckTaxes(CheckCase):
    def setUp(self):
        super().setUp()
        answer = Answer(outcome="timeout")
        self.startPatcher(patch.object(public_address, "ask", lambda _url: answer))

    def test_prices_and_the_taxes_they_need(self):
        cases = [
            (False, "tax_excluded", ("ok", "prices_same_excluded"), "excluded"),
            (True, "tax_included", ("ok", "prices_same_included"), "included"),
            (True, "tax_excluded", ("warning", "prices_only_store_included"), "included"),
            (False, "tax_included", ("warning", "prices_only_company_included"), "excluded"),
        ]
        for in_store, in_company, expected, kind in cases:
            with self.subTest(in_store=in_store, in_company=in_company):
                self.shop.report = replace(REPORT, prices_include_tax=in_store)
                self.company.account_price_include = in_company
                self.assertEqual(
                    self.check()["taxes"], [expected, ("warning", f"taxes_none_{kind}")]
                )
        self._tax("VAT 21", 21.0, included=False)
        self.assertEqual(self.check()["taxes"][1], ("ok", "taxes_found"))
        self.assertEqual(
            self.words("taxes_found")[0], "The company has sales taxes of this kind: VAT 21."
        )

    def test_mapping_for_the_other_kind_of_prices(self):
        tax = self._tax("VAT 21", 21.0, included=True)
        self.env["storefront.mapping.tax"].create(
            {
                "backend_id": self.backend.id,
                "name": "BTW",
                "rate": 21,
                "is_included": True,
                "tax_id": tax.id,
            }
        )
        self.assertIn(("warning", "mapping_unused"), self.check()["taxes"])
        self.shop.report = replace(REPORT, prices_include_tax=True)
        self.assertNotIn(("warning", "mapping_unused"), self.check()["taxes"])

    def test_rounding(self):
        cases = [
            ("line", "round_per_line", ("ok", "rounding_same")),
            ("order", "round_globally", ("ok", "rounding_same")),
            ("line", "round_globally", ("warning", "rounding_store_line")),
            ("order", "round_per_line", ("warning", "rounding_store_order")),
        ]
        for in_store, in_company, expected in cases:
            with self.subTest(in_store=in_store, in_company=in_company):
                self.shop.report = replace(REPORT, tax_rounding=in_store)
                self.company.tax_calculation_rounding_method = in_company
                self.assertEqual(self.check()["taxes"][-1], expected)

    def test_tax_on_shipping(self):
        tax = self._tax("VAT 21", 21.0)
        product = self._product("Shipping", "SHIP", type="service", is_storable=False)
        self.backend.shipping_product_id = product
        for in_store, taxes, expected in [
            (True, tax, ("ok", "shipping_same_taxed")),
            (False, tax, ("warning", "shipping_only_odoo_taxed")),
            (False, tax.browse(), ("ok", "shipping_same_untaxed")),
            (True, tax.browse(), ("warning", "shipping_only_store_taxed")),
        ]:
            with self.subTest(in_store=in_store, in_odoo=bool(taxes)):
                self.shop.report = replace(REPORT, tax_on_shipping=in_store)
                product.taxes_id = taxes
                self.assertEqual(self.check()["taxes"][-1], expected)
