# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a total was reached: the storefront beside Odoo, also after a user's changes."""

from dataclasses import replace
from decimal import Decimal

from lxml import html
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .exactness_case import ExactnessCase
from .order_chain import import_order


@tagged("post_install", "-at_install")
class TestOrderComparison(ExactnessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.paid_step = cls.backend.unpaid_step = "quotation"

    def place(self, *lines, **values):
        number = str(len(self.sale_orders()) + 1)
        return import_order(self.backend, self.order(number, *lines, **values)).with_env(self.env)

    def two_lines(self, **values):
        return self.place(
            self.line("11", "10.00", ("VAT", "0.2", "3.61"), quantity=2, discount="2.00"),
            self.line("11", "5.00", ("VAT", "0.2", "1.00"), kind="shipping", name="Express"),
            **values,
        )

    def compare(self, order):
        return self.env["storefront.order.comparison"]._compare(order)

    def lines(self, order):
        """Return name, both totals and the reasons of each line."""
        return [
            (
                row["name"],
                row["amounts"][2]["storefront"],
                row["amounts"][2]["odoo"],
                row["differs"],
                row["reasons"],
            )
            for row in self.compare(order)["lines"]
        ]

    def totals(self, order, rows="totals"):
        return [
            (row["storefront"], row["odoo"], row["differs"]) for row in self.compare(order)[rows]
        ]

    def test_untouched(self):
        order = self.two_lines()
        self.assertEqual(
            self.lines(order),
            [("Line 11", 21.61, 21.61, False, []), ("Express", 6.0, 6.0, False, [])],
        )
        self.assertEqual(
            self.compare(order)["taxes"],
            [
                {
                    "name": "VAT",
                    "titles": "VAT 20 %",
                    "storefront": 4.61,
                    "odoo": 4.61,
                    "differs": False,
                }
            ],
        )
        self.assertEqual(
            self.totals(order), [(23.0, 23.0, False), (4.61, 4.61, False), (27.61, 27.61, False)]
        )
        self.assertFalse(order.storefront_is_changed)

    def test_user_changes_a_quantity(self):
        order = self.two_lines()
        order.order_line[0].product_uom_qty = 3
        self.assertTrue(order.storefront_is_changed)
        # Odoo computes by itself now: 27.00 and 5.40.
        self.assertEqual(
            self.lines(order)[0],
            (
                "Line 11",
                21.61,
                32.4,
                True,
                ["Changed in Odoo (quantity 2.00 → 3.00), which computes it now."],
            ),
        )
        self.assertEqual(
            self.totals(order), [(23.0, 32.0, True), (4.61, 6.4, True), (27.61, 38.4, True)]
        )
        order.order_line[0].product_uom_qty = 2
        self.assertFalse(order.storefront_is_changed)
        self.assertEqual(order.amount_total, 27.61)

    def test_user_changes_price_discount_and_taxes(self):
        cases = [
            ({"price_unit": 11.0}, "price 10.00 → 11.00", 23.76),
            ({"discount": 0.0}, "discount 10.00 → 0.00", 24.0),
            ({"tax_ids": [Command.clear()]}, "taxes", 18.0),
        ]
        for change, words, total in cases:
            with self.subTest(words=words):
                order = self.two_lines()
                order.order_line[0].write(change)
                self.assertTrue(order.storefront_is_changed)
                row = self.lines(order)[0]
                self.assertEqual(row[2], total)
                self.assertEqual(row[4], [f"Changed in Odoo ({words}), which computes it now."])

    def test_user_changes_less_than_the_currency_shows(self):
        order = self.place(self.line("1", "100", ("VAT", "0.2", "21")), currency="JPY")
        order.order_line.product_uom_qty = 1.4
        self.assertTrue(order.storefront_is_changed)
        self.assertEqual(order.amount_total, 168.0)

    def test_line_added_and_line_taken_off(self):
        order = self.two_lines()
        order.order_line[1].unlink()
        order.order_line = [
            Command.create(
                {"product_id": self.other_product.id, "name": "Extra", "price_unit": 7.0}
            )
        ]
        self.assertTrue(order.storefront_is_changed)
        self.assertEqual(
            self.lines(order)[1:],
            [
                ("Express", 6.0, None, True, ["Taken off the order in Odoo."]),
                ("Extra", None, 7.0, True, ["Added in Odoo."]),
            ],
        )

    def test_sections_and_notes_change_nothing(self):
        order = self.two_lines()
        order.order_line = [Command.create({"display_type": "line_note", "name": "Thank you"})]
        self.assertFalse(order.storefront_is_changed)

    def test_remainder_says_why(self):
        order = self.place(self.line("1", "10.00"), total=Decimal("9.98"))
        self.assertEqual(
            self.lines(order)[1],
            (
                "Difference charged by the storefront",
                -0.02,
                -0.02,
                False,
                ["No line of the storefront explains it."],
            ),
        )
        self.assertFalse(order.storefront_is_changed)

    def test_taxes_without_a_line_say_so(self):
        order = self.place(
            self.line("1", "10.00"), total=Decimal("12.00"), total_tax=Decimal("2.00")
        )
        self.assertEqual(
            self.lines(order)[1][4], ["In the storefront's taxes, but in none of its lines."]
        )
        self.assertEqual(
            self.totals(order), [(10.0, 12.0, True), (2.0, 0.0, True), (12.0, 12.0, False)]
        )

    def test_what_odoo_computes_by_itself_is_made_up_for(self):
        group = self.taxes["VAT", False].copy(
            {
                "name": "Group",
                "amount_type": "group",
                "children_tax_ids": (self.taxes["GST", False] | self.taxes["QST", False]).ids,
            }
        )
        self.env["storefront.mapping.tax"]._map(self.backend, "Both", 15.0, False, group)
        order = self.place(self.line("1", "100.00", ("Both", "0.15", "15.00")))
        self.assertEqual(
            self.lines(order),
            [
                ("Line 1", 115.0, 114.98, True, []),
                (
                    "Difference to the storefront's total",
                    None,
                    0.02,
                    True,
                    ["Makes up for amounts that Odoo computes by itself."],
                ),
            ],
        )
        self.assertFalse(order.storefront_is_changed)

    def test_quantity_and_price_that_odoo_shows_otherwise(self):
        self.env["storefront.mapping.tax"]._map(
            self.backend, "VAT", 20.0, True, self.taxes["VAT", False]
        )
        line = self.line("1", "12.00", ("VAT", "0.2", "0.00"), quantity="0.001")
        order = self.place(line, prices_include_tax=True, total=Decimal("0.01"))
        self.assertEqual(
            self.lines(order)[0][4],
            [
                "The quantity is 0.001 in the storefront; Odoo keeps fewer decimals.",
                "The taxes in Odoo's price are not those of the storefront.",
            ],
        )

    def test_tax_without_one_in_odoo_is_in_the_untaxed_amount(self):
        none = self.env["account.tax"]
        self.patch(
            type(self.env["storefront.order.taxes"]),
            "_find_taxes",
            lambda flow, backend, document, causes: {
                "document": document,
                "taxes": [[none]],
                "idle_taxes": [None],
                "tax_countries": [self.env["res.country"]],
            },
        )
        order = self.place(self.line("1", "10.00", ("Marketplace", "0.2", "2.00")))
        self.assertEqual((order.amount_untaxed, order.amount_tax), (12.0, 0.0))
        self.assertEqual(
            self.lines(order)[0][4], ["A tax without one in Odoo is in the untaxed amount."]
        )
        self.assertEqual(self.compare(order)["taxes"][0]["name"], "None")

    def test_both_currencies(self):
        document = self.order("1", self.line("1", "10.00", ("VAT", "0.2", "2.01")), currency="USD")
        euro = replace(
            document,
            currency="EUR",
            lines=(self.line("1", "9.14", ("VAT", "0.2", "1.84")),),
            total=Decimal("10.98"),
            total_tax=Decimal("1.84"),
        )
        order = import_order(self.backend, replace(document, counterpart=euro))
        self.assertEqual(
            self.totals(order, "company"),
            [(9.14, 9.14, False), (1.84, 1.84, False), (10.98, 10.98, False)],
        )

    # on the screen

    def test_totals_are_shown_without_the_payload(self):
        order = self.two_lines(currency="USD")
        self.snapshot(order.storefront_external_id).sudo().payload = False
        order.order_line[0].product_uom_qty = 3
        page = html.fromstring(order.storefront_totals)
        text = " ".join(page.text_content().split())
        self.assertIn("Line 11 Sale Changed in Odoo (quantity 2.00 → 3.00)", text)
        self.assertIn("VAT VAT 20 % $ 4.61 $ 6.40", text)
        self.assertIn("In the company's currency, at 1.1 USD for one EUR", text)
        self.assertEqual(len(page.xpath("//tr[@class='table-warning']")), 2)

    def test_orders_of_no_storefront_have_no_totals(self):
        order = self.env["sale.order"].create({"partner_id": self.company.partner_id.id})
        self.assertFalse(order.storefront_totals)
        self.assertFalse(order.storefront_is_changed)

    def test_button_opens_the_totals_of_the_order(self):
        order = self.two_lines()
        action = order.action_open_storefront_totals()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        self.assertIn("Express", Form(order, view=view).storefront_totals)

    def test_who_may_not_read_the_order_sees_no_totals(self):
        order = self.two_lines()
        user = new_test_user(
            self.env,
            "no-sales",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            order.with_user(user).action_open_storefront_totals()
