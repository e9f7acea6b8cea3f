# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""20,000 orders through Odoo's tax engine: whole, and in two parts, they come to what was charged.

No order is written: the values an import would write go straight to the engine.
"""

from hypothesis import HealthCheck, given, settings
from odoo.tests import tagged

from ..platforms.documents.money import ZERO
from ..tools import tax_data
from . import order_space
from .exactness_case import ExactnessCase
from .order_chain import charged

ORDERS = 10_000  # under each of the two rounding methods


class EngineCase(ExactnessCase):
    def setUp(self):
        super().setUp()
        self.flow = self.env["storefront.order.lines"].with_company(self.company)
        self.engine = self.env["account.tax"].with_company(self.company)

    def check_any(self, orders=ORDERS):
        """Check ``orders`` of the whole space, always the same ones."""

        @settings(
            max_examples=orders,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(order_space.orders())
        def check(document):
            self.check(document)

        check()

    def check(self, document):
        """Compare the whole order, and the two parts of it together, with what was charged."""
        resolved = {
            "products": [self.product] * len(document.lines),
            "taxes": [
                [self.taxes[tax.title, document.prices_include_tax] for tax in line.taxes]
                for line in document.lines
            ],
            "packs": [self.env["uom.uom"]] * len(document.lines),
            "tax_countries": [self.env["res.country"]] * len(document.lines),
            "currency": self.currencies[document.currency],
        }
        charge = self.env["storefront.order.amounts"]._charge(document, resolved["currency"])
        self.assertFalse(charge.settled.remainder)
        lines = self.flow._prepare_lines(self.backend, document, resolved, charge)
        for documents in ([lines], self.split(lines, charge)):
            sums = [self.compute(vals, charge) for vals in documents]
            self.compare(document, charge, sums)

    def compare(self, document, charge, sums):
        """Compare the sum of what the engine made of each document."""
        company = charge.company.lines
        expected = {
            "_currency": charged(document, document.currency),
            "": charged(document, "EUR")
            or {
                "untaxed": sum((line.untaxed for line in company), ZERO),
                "tax": sum((tax for line in company for tax in line.taxes), ZERO),
            },
        }
        if document.currency == "EUR":
            expected[""] = {name: expected[""][name] for name in ("untaxed", "tax")}
        for suffix, code in (("_currency", document.currency), ("", "EUR")):
            found = {}
            for one in sums:
                for name, amount in one[suffix].items():
                    found[name] = found.get(name, 0.0) + amount
            self.assert_same(found, expected[suffix], code)

    def compute(self, lines, charge):
        """Return the engine's sums in both currencies; those of each tax in the order's only."""
        base_lines = [self.base_line(vals, charge) for vals in lines]
        self.engine._add_tax_details_in_base_lines(base_lines, self.company)
        self.engine._round_base_lines_tax_details(base_lines, self.company)
        sums = {}
        for suffix in ("_currency", ""):
            found = sums[suffix] = {"untaxed": 0.0, "tax": 0.0}
            for line in base_lines:
                details = line["tax_details"]
                found["untaxed"] += details[f"total_excluded{suffix}"]
                found["untaxed"] += details[f"delta_total_excluded{suffix}"]
                for tax in details["taxes_data"]:
                    found["tax"] += tax[f"tax_amount{suffix}"]
                    if suffix:
                        title = tax["tax"].name.removesuffix(" included")
                        found[title] = found.get(title, 0.0) + tax[f"tax_amount{suffix}"]
        return sums

    def base_line(self, vals, charge):
        return self.engine._prepare_base_line_for_taxes_computation(
            {},
            price_unit=vals["price_unit"],
            discount=vals["discount"],
            quantity=vals["product_uom_qty"],
            tax_ids=self.env["account.tax"].browse(vals["tax_ids"][0][2]),
            currency_id=self.env["res.currency"].browse(charge.currency_id),
            rate=charge.rate,
            extra_tax_data=vals["extra_tax_data"],
        )

    def split(self, lines, charge):
        """Return the lines in two documents, as two invoices would have them."""
        currency = self.env["res.currency"].browse(charge.currency_id)

        def round_amount(place, amount):
            return (currency if place[1].endswith("_currency") else self.euro).round(amount)

        parts = [[], []]
        for number, vals in enumerate(lines):
            whole, data = vals["product_uom_qty"], vals["extra_tax_data"]
            first = round(whole * (number % 3 + 1) / 4, 2)
            done = []
            for part, quantity, share in ((0, first, first / whole), (1, whole - first, 1.0)):
                piece = tax_data.part_of(data, quantity, share, done, round_amount)
                done.append(tax_data.amounts_of(piece))
                parts[part].append({**vals, "product_uom_qty": quantity, "extra_tax_data": piece})
        return parts


@tagged("post_install", "-at_install")
class TestOrderExactness(EngineCase):
    def test_any_order_rounded_as_a_whole(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.check_any()

    def test_any_order_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self.check_any()

    def test_any_order_with_any_decimal_precision(self):
        for digits in (0, 1, 3, 6):
            for name in ("Discount", "Product Price"):
                self.env["decimal.precision"].search([("name", "=", name)]).digits = digits
            for rounding in ("round_globally", "round_per_line"):
                with self.subTest(digits=digits, rounding=rounding):
                    self.company.tax_calculation_rounding_method = rounding
                    self.check_any(orders=100)
