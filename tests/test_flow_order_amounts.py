# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Totals equal what the storefront charged: untaxed, each tax, total, in both rounding methods."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .common import StorefrontCase

ROUNDINGS = ("round_globally", "round_per_line")


@tagged("post_install", "-at_install")
class TestOrderAmounts(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._tax("VAT 20 %", 20.0)
        cls.vat_included = cls._tax("VAT 20 % incl.", 20.0, included=True)
        cls.gst = cls._tax("GST 5 %", 5.0)
        cls.qst = cls._tax("QST 9.975 %", 9.975)
        cls.reduced_included = cls._tax("VAT 6 % incl.", 6.0, included=True)
        for code, rate in (("JPY", 160.0), ("KWD", 0.33), ("USD", 1.1)):
            cls._currency(code)
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": cls._currency(code).id,
                    "company_id": cls.company.id,
                    "name": "2026-11-01",
                    "rate": rate,
                }
            )

    def charged(self, order):
        """Return the totals of a sale order: untaxed, tax, total, and of each tax by name."""
        groups = {}
        for line in order.order_line:
            base_line = line._prepare_base_line_for_taxes_computation()
            self.env["account.tax"]._add_tax_details_in_base_line(base_line, order.company_id)
            self.env["account.tax"]._round_base_lines_tax_details([base_line], order.company_id)
            for data in base_line["tax_details"]["taxes_data"]:
                amount = Decimal(str(data["tax_amount_currency"]))
                groups[data["tax"].name] = groups.get(data["tax"].name, Decimal(0)) + amount
        taxes = {name: float(amount) for name, amount in groups.items()}
        return order.amount_untaxed, order.amount_tax, order.amount_total, taxes

    def check(self, lines, expected, **values):
        """Import one order under each rounding method and compare its totals."""
        for number, rounding in enumerate(ROUNDINGS, 1):
            self.company.tax_calculation_rounding_method = rounding
            number = f"{number}{len(self.sale_orders())}"
            with self.subTest(rounding=rounding):
                order = self.receive(self.order(number, *lines, **values))[number]
                self.assertEqual(self.charged(order), expected)
        return order

    def test_storefront_rounds_each_line_its_own_way(self):
        lines = (
            self.line("1", "9.99", ("VAT", "0.2", "4.01"), quantity=2),
            self.line("2", "19.99", ("VAT", "0.2", "4.01")),
        )
        self.check(lines, (39.97, 8.02, 47.99, {"VAT 20 %": 8.02}))

    def test_two_taxes_on_one_line_and_a_discount(self):
        # A discount of more decimals than the currency has.
        line = self.line(
            "1",
            "9.99",
            ("GST", "0.05", "1.36"),
            ("QST", "0.09975", "2.68"),
            quantity=3,
            discount="2.997",
        )
        taxes = {"GST 5 %": 1.36, "QST 9.975 %": 2.68}
        order = self.check([line], (26.97, 4.04, 31.01, taxes), total=Decimal("31.01"))
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (9.99, 10.0))
        self.assertEqual(order.order_line.tax_ids, self.gst | self.qst)

    def test_taxes_included_in_prices(self):
        lines = (
            self.line("1", "9.99", ("VAT", "0.2", "5.01"), quantity=3),
            self.line("2", "19.99", ("Reduced", "0.06", "1.13")),
        )
        taxes = {"VAT 20 % incl.": 5.01, "VAT 6 % incl.": 1.13}
        order = self.check(lines, (43.82, 6.14, 49.96, taxes), prices_include_tax=True)
        self.assertEqual(order.order_line.mapped("price_unit"), [9.99, 19.99])

    def test_discount_of_a_price_with_taxes(self):
        line = self.line("1", "50.00", ("VAT", "0.2", "6.95"), discount="8.33")
        order = self.check(
            [line], (34.72, 6.95, 41.67, {"VAT 20 % incl.": 6.95}), prices_include_tax=True
        )
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (50.0, 16.66))

    def test_discount_that_no_percentage_expresses(self):
        line = self.line("1", "9.99", ("VAT", "0.2", "3.99"), quantity=3, discount="10.00")
        order = self.check([line], (19.97, 3.99, 23.96, {"VAT 20 %": 3.99}))
        self.assertEqual(order.order_line.discount, 33.37)

    def test_free_line(self):
        lines = (
            self.line("1", "10.00", ("VAT", "0.2", "0.00"), discount="10.00"),
            self.line("2", "5.00", ("VAT", "0.2", "1.00")),
        )
        order = self.check(lines, (5.0, 1.0, 6.0, {"VAT 20 %": 1.0}))
        self.assertEqual(order.order_line.mapped("discount"), [100.0, 0.0])

    def test_line_without_taxes_keeps_its_base(self):
        line = self.line("1", "3.33", quantity=3, discount="-0.01")
        order = self.check([line], (10.0, 0.0, 10.0, {}))
        self.assertFalse(order.order_line.tax_ids)

    def test_tax_the_storefront_did_not_charge(self):
        line = self.line("1", "10.00", ("VAT", "0.2", "0.00"))
        self.check([line], (10.0, 0.0, 10.0, {"VAT 20 %": 0.0}))

    def test_two_tax_lines_of_one_odoo_tax_are_added(self):
        mapping = self.env["storefront.mapping.tax"]
        for name in ("State", "City"):
            mapping._map(self.backend, name, 10.0, False, self.vat)
        line = self.line("1", "10.00", ("State", "0.1", "1.00"), ("City", "0.1", "1.01"))
        order = self.check([line], (10.0, 2.01, 12.01, {"VAT 20 %": 2.01}))
        self.assertEqual(order.order_line.tax_ids, self.vat)

    def test_mapped_tax_that_includes_where_the_storefront_does_not(self):
        self.env["storefront.mapping.tax"]._map(self.backend, "VAT", 20.0, False, self.vat_included)
        line = self.line("1", "9.99", ("VAT", "0.2", "3.99"), quantity=2, discount="0.03")
        order = self.check([line], (19.95, 3.99, 23.94, {"VAT 20 % incl.": 3.99}))
        # 9.99 and its share of the taxes; the discount is the same on both sides of them.
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (11.988, 0.15))

    def test_mapped_tax_that_does_not_include_where_the_storefront_does(self):
        self.env["storefront.mapping.tax"]._map(self.backend, "VAT", 20.0, True, self.vat)
        line = self.line("1", "11.97", ("VAT", "0.2", "3.99"), quantity=2)
        order = self.check(
            [line], (19.95, 3.99, 23.94, {"VAT 20 %": 3.99}), prices_include_tax=True
        )
        self.assertEqual(order.order_line.price_unit, 9.975)

    def test_free_line_on_the_other_side_of_the_taxes(self):
        self.env["storefront.mapping.tax"]._map(self.backend, "VAT", 20.0, True, self.vat)
        line = self.line("1", "12.00", ("VAT", "0.2", "0.00"), discount="12.00")
        order = self.check([line], (0.0, 0.0, 0.0, {"VAT 20 %": 0.0}), prices_include_tax=True)
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (10.0, 100.0))

    def test_taxes_included_and_on_top_on_one_line(self):
        self.env["storefront.mapping.tax"]._map(self.backend, "GST", 5.0, True, self.gst)
        line = self.line("1", "12.50", ("VAT", "0.2", "2.00"), ("GST", "0.05", "0.50"))
        taxes = {"VAT 20 % incl.": 2.0, "GST 5 %": 0.5}
        order = self.check([line], (10.0, 2.5, 12.5, taxes), prices_include_tax=True)
        self.assertEqual(order.order_line.price_unit, 12.0)

    def test_tax_on_a_tax_has_it_in_its_base(self):
        self.gst.include_base_amount = True
        self.gst.sequence = 1
        self.qst.sequence = 2
        line = self.line("1", "100.00", ("QST", "0.09975", "10.47"), ("GST", "0.05", "5.00"))
        order = self.check([line], (100.0, 15.47, 115.47, {"GST 5 %": 5.0, "QST 9.975 %": 10.47}))
        amounts = order.order_line.extra_tax_data["manual_tax_amounts"]
        self.assertEqual(amounts[str(self.gst.id)]["base_amount"], 100.0)
        self.assertEqual(amounts[str(self.qst.id)]["base_amount"], 105.0)

    def test_discount_half_way_between_two_percentages(self):
        # 0.125 % is 0.13 for Odoo: another rounding here, and it would not know its own line.
        line = self.line("1", "80.00", ("VAT", "0.2", "15.99"), discount="0.10")
        order = self.check([line], (79.9, 15.99, 95.89, {"VAT 20 %": 15.99}))
        self.assertEqual(order.order_line.discount, 0.13)

    def test_negative_line(self):
        lines = (
            self.line("1", "10.00", ("VAT", "0.2", "2.01"), quantity=2),
            self.line("2", "-3.33", ("VAT", "0.2", "-0.66"), kind="fee", sku=""),
        )
        self.check(lines, (16.67, 1.35, 18.02, {"VAT 20 %": 1.35}))

    def test_free_article_stays_free(self):
        order = self.check([self.line("1", "0.00")], (0.0, 0.0, 0.0, {}))
        order.order_line.product_uom_qty = 2
        self.assertEqual((order.order_line.price_unit, order.amount_total), (0.0, 0.0))

    def test_quantity_with_more_decimals_than_odoo_keeps(self):
        lines = (
            self.line("1", "100.00", ("VAT", "0.2", "0.02"), quantity="0.001"),
            self.line("2", "1.00", quantity="1.2345"),
        )
        order = self.check(lines, (1.33, 0.02, 1.35, {"VAT 20 %": 0.02}), total=Decimal("1.35"))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [0.01, 1.23])

    def test_amounts_left_of_a_line_without_quantity(self):
        lines = (
            self.line("1", "10.00"),
            self.line("2", "8.00", ("VAT", "0.2", "0.50"), quantity=0, discount="-2.50"),
            self.line("3", "8.00", quantity=0, sku="UNKNOWN", variant_external_id="V9"),
        )
        order = self.check(lines, (12.5, 0.5, 13.0, {"VAT 20 %": 0.5}))
        left = order.order_line[1]
        self.assertEqual(left.product_id, self.backend.fee_product_id)
        self.assertEqual((left.name, left.product_uom_qty, left.price_unit), ("Line 2", 1.0, 2.5))
        self.assertEqual(len(order.order_line), 2)
        self.assertEqual(order.picking_ids.move_ids.product_id, self.product)

    def test_taxes_rounded_on_the_order(self):
        lines = [self.line(str(one), "8.33", ("VAT", "0.2", "1.667")) for one in range(3)]
        self.check(
            lines,
            (24.99, 5.0, 29.99, {"VAT 20 %": 5.0}),
            total=Decimal("29.99"),
            total_tax=Decimal("5.00"),
        )
        self.assertFalse(self.issues())

    def test_currency_odoo_keeps_in_coarser_steps(self):
        self._currency("USD").rounding = 1.0
        line = self.line("1", "99.60", ("VAT", "0.2", "19.92"))
        order = self.check([line], (100.0, 20.0, 120.0, {"VAT 20 %": 20.0}), currency="USD")
        self.assertEqual(order.order_line.price_unit, 99.6)

    def test_gift_card_sold(self):
        line = self.line("1", "50.00", sku="", name="Gift card 50", is_gift_card=True)
        other = self.line("2", "20.00", sku="NOWHERE", variant_external_id="V8", is_gift_card=True)
        order = self.check([line, other], (70.0, 0.0, 70.0, {}))
        card = self.env.ref("storefront_connector.product_gift_card")
        self.assertEqual(order.order_line.product_id, card)
        self.assertEqual(order.order_line.mapped("name"), ["Gift card 50", "Line 2"])
        self.assertFalse(order.order_line.tax_ids)
        self.assertFalse(order.picking_ids)

    def test_gift_card_that_is_linked(self):
        self.bind(self.other_product, "V7")
        line = self.line("1", "50.00", variant_external_id="V7", is_gift_card=True)
        order = self.check([line], (50.0, 0.0, 50.0, {}))
        self.assertEqual(order.order_line.product_id, self.other_product)

    def test_part_of_a_bundle_names_it(self):
        self.bind(self.product, "V6")
        line = self.line("1", "5.00", variant_external_id="V6", name="Cup", bundle="Breakfast")
        order = self.check([line], (5.0, 0.0, 5.0, {}))
        self.assertEqual(order.order_line.name, "Cup\nBundle: Breakfast")

    def test_currency_without_decimals(self):
        line = self.line("1", "333", ("VAT", "0.2", "201"), quantity=3)
        order = self.check([line], (999.0, 201.0, 1200.0, {"VAT 20 %": 201.0}), currency="JPY")
        self.assertEqual(order.currency_id.name, "JPY")

    def test_currency_with_three_decimals(self):
        line = self.line("1", "3.333", ("VAT", "0.2", "2.001"), quantity=3)
        order = self.check([line], (9.999, 2.001, 12.0, {"VAT 20 %": 2.001}), currency="KWD")
        self.assertEqual(order.currency_id.name, "KWD")

    def test_company_amounts_use_the_rate_of_the_order_date(self):
        line = self.line("1", "10.00", ("VAT", "0.2", "2.01"))
        order = self.check([line], (10.0, 2.01, 12.01, {"VAT 20 %": 2.01}), currency="USD")
        data = order.order_line.extra_tax_data
        self.assertAlmostEqual(data["rate"], 1.1, 9)
        self.assertEqual(data["manual_total_excluded"], 9.09)
        self.assertEqual(data["manual_tax_amounts"][str(self.vat.id)]["tax_amount"], 1.83)

    def test_remainder_has_a_line_and_an_issue(self):
        line = self.line("1", "10.00", ("VAT", "0.2", "2.00"))
        order = self.check([line], (9.98, 2.0, 11.98, {"VAT 20 %": 2.0}), total=Decimal("11.98"))
        difference = order.order_line[-1]
        self.assertEqual(difference.product_id, self.backend.rounding_product_id)
        self.assertEqual(difference.name, "Difference charged by the storefront")
        self.assertEqual(difference.price_total, -0.02)
        issue = self.issues()[-1]
        self.assertEqual((issue.code, issue.order_id), ("unexplained_difference", order))
        self.assertEqual(issue.params, {"amount": "-0.02 EUR"})
        self.assertEqual(issue.snapshot_ids, self.snapshot(order.storefront_external_id))
        self.assertIn('"total": "11.98"', issue.payload_text)

    def test_remainder_that_fractions_explain_is_no_issue(self):
        line = self.line("1", "10.00", ("VAT", "0.2", "2.005"))
        order = self.check(
            [line],
            (9.99, 2.01, 12.0, {"VAT 20 %": 2.01}),
            total=Decimal("12.00"),
            total_tax=Decimal("2.01"),
        )
        self.assertEqual(order.order_line[-1].name, "Rounding to the currency's decimals")
        self.assertFalse(self.issues())

    def test_taxes_that_no_line_names(self):
        line = self.line("1", "10.00", ("VAT", "0.2", "2.00"))
        order = self.check(
            [line],
            (13.0, 2.0, 15.0, {"VAT 20 %": 2.0}),
            total=Decimal("15.00"),
            total_tax=Decimal("5.00"),
        )
        self.assertEqual(order.order_line[-1].name, "Taxes the storefront did not name")
        self.assertEqual(self.issues()[-1].params, {"amount": "3.00 EUR"})

    def test_total_that_odoo_alone_would_miss(self):
        group = self.vat.copy(
            {
                "name": "Group",
                "amount_type": "group",
                "children_tax_ids": (self.gst | self.qst).ids,
            }
        )
        self.env["storefront.mapping.tax"]._map(self.backend, "VAT", 15.0, False, group)
        # Odoo computes the taxes of a group by itself, and comes to 5.00 and 9.98.
        line = self.line("1", "100.00", ("VAT", "0.15", "15.00"))
        order = self.check([line], (100.02, 14.98, 115.0, {"GST 5 %": 5.0, "QST 9.975 %": 9.98}))
        difference = order.order_line[-1]
        self.assertEqual(difference.name, "Difference to the storefront's total")
        self.assertEqual((difference.price_total, order.state), (0.02, "sale"))
        issue = self.issues()[-1]
        self.assertEqual((issue.code, issue.order_id), ("total_mismatch", order))
        self.assertEqual(issue.params, {"odoo": 114.98, "storefront": 115.0})
        self.assertEqual(self.snapshot(order.storefront_external_id).state, "done")

    def test_remainder_of_a_currency_without_decimals(self):
        line = self.line("1", "333", quantity=3)
        self.check([line], (1000.0, 0.0, 1000.0, {}), total=Decimal(1000), currency="JPY")
        self.assertEqual(self.issues()[-1].params, {"amount": "1 JPY"})

    def test_invoice_asks_for_the_same(self):
        self.load_chart()
        self._tax("VAT again", 20.0)
        self.product.invoice_policy = "order"
        lines = (
            self.line("1", "9.99", ("VAT", "0.2", "4.01"), quantity=2),
            self.line("2", "19.99", ("VAT", "0.2", "4.01")),
        )
        order = self.receive(self.order("1", *lines))["1"]
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(
            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total),
            (39.97, 8.02, 47.99),
        )

    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @given(data=st.data())
    def test_any_order_comes_to_what_was_charged(self, data):
        cents = st.integers(0, 20_000).map(lambda number: Decimal(number) / 100)
        included = data.draw(st.booleans())
        lines = []
        for number in range(data.draw(st.integers(1, 4))):
            price = data.draw(cents) + 1
            quantity = data.draw(st.integers(1, 9))
            full = price * quantity
            discount = (full * data.draw(st.integers(0, 90)) / 100).quantize(Decimal("0.01"))
            exact = (full - discount) * (Decimal(20) / 120 if included else Decimal("0.2"))
            off = Decimal(data.draw(st.integers(-2, 2))) / 100
            tax = max(exact.quantize(Decimal("0.01")) + off, Decimal(0))
            lines.append(
                self.line(
                    str(number), price, ("VAT", "0.2", tax), quantity=quantity, discount=discount
                )
            )
        external_id = str(len(self.sale_orders()) + 1)
        document = self.order(external_id, *lines, prices_include_tax=included)
        order = self.receive(document)[external_id]
        self.assertEqual(order.amount_total, float(document.total))
        self.assertEqual(order.amount_tax, float(document.total_tax))
        self.assertEqual(order.amount_untaxed, float(document.total_untaxed))
