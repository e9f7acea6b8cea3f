# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Odoo tax a storefront tax becomes: proposed from the chart of accounts, else asked for."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .tax_case import TaxCase


@tagged("post_install", "-at_install")
class TestMappingTax(TaxCase):
    def tax_issue(self):
        return self.issues(state="open")

    # included or not

    def test_flavour_of_the_storefront_comes_first(self):
        self._tax("VAT", 21.0)
        self._tax("VAT incl.", 21.0, included=True)
        order = self.sold("1", "BE", ("BTW", "0.21", "17.36"), prices_include_tax=True)
        self.assertEqual(self.taxes_of(order), ["VAT incl."])
        order = self.sold("2", "BE", ("BTW", "0.21", "21.00"))
        self.assertEqual(self.taxes_of(order), ["VAT"])
        self.assertEqual(self.mappings().mapped("is_included"), [True, False])

    def test_other_flavour_is_taken_where_it_is_the_only_one(self):
        self._tax("VAT", 21.0)
        order = self.sold("1", "BE", ("BTW", "0.21", "17.36"), prices_include_tax=True)
        self.assertEqual(self.taxes_of(order), ["VAT"])
        order = self.sale_orders()["1"]
        self.assertEqual(
            (order.amount_untaxed, order.amount_tax, order.amount_total), (82.64, 17.36, 100.0)
        )
        self.assertEqual(order.order_line.price_unit, 82.64)

    # fiscal positions

    def test_tax_of_the_destination_comes_before_others_of_its_rate(self):
        self._european_positions()
        self._tax_in(self.oss_de, "20% of somewhere", 20.0)
        self._tax("20% in no position", 20.0)
        order = self.sold("1", "FR", ("FR TVA", "0.2", "20.00"))
        self.assertEqual(self.taxes_of(order), ["20% FR TVA"])
        mapping = self.mappings()
        self.assertEqual(
            (mapping.name, mapping.rate, mapping.country_id.code, mapping.state_id.code),
            ("FR TVA", 20.0, "FR", False),
        )
        self.assertEqual((mapping.scope, mapping.is_collected), (False, False))

    def test_same_title_and_rate_in_two_countries(self):
        self._european_positions()
        other = self._tax_in(self.oss_de, "20% DE", 20.0)
        self.assertEqual(
            self.taxes_of(self.sold("1", "FR", ("VAT", "0.2", "20.00"))), ["20% FR TVA"]
        )
        self.assertEqual(self.taxes_of(self.sold("2", "DE", ("VAT", "0.2", "20.00"))), ["20% DE"])
        self.assertEqual(self.mappings().tax_id, self.vat_fr | other)

    def test_tax_of_no_position_where_the_position_has_none_of_the_rate(self):
        self._european_positions()
        self._tax("5.5%", 5.5)
        self.assertEqual(self.taxes_of(self.sold("1", "FR", ("TVA", "0.055", "5.50"))), ["5.5%"])

    def test_tax_of_consumers_charged_to_a_business(self):
        self._european_positions()
        customer = self.business("FR23334175221")
        order = self.sold("1", "FR", ("TVA", "0.2", "20.00"), customer=customer)
        self.assertEqual(self.taxes_of(order), ["20% FR TVA"])

    def test_tax_of_another_country_than_the_destination(self):
        self._european_positions()
        self._tax_in(self.oss_fr, "21% of France", 21.0)
        order = self.sold("1", "FR", ("BTW", "0.21", "21.00", {"country_code": "BE"}))
        self.assertEqual(self.taxes_of(order), ["21%"])
        self.assertEqual(self.mappings().country_id.code, "BE")

    def test_domestic_tax_is_no_other_countrys(self):
        self._tax("20%", 20.0)
        order = self.sold("1", "FR", ("TVA", "0.2", "20.00", {"country_code": "FR"}))
        self.assertEqual(self.receive(order), {})
        issue = self.tax_issue()
        self.assertEqual((issue.code, issue.key), ("tax_missing", "tax_missing:TVA:20:FR"))
        self.assertEqual(issue.candidate_tax_ids.mapped("name"), ["20%"])

    def test_domestic_tax_where_no_position_says_otherwise(self):
        self._tax("21%", 21.0)
        self.assertEqual(self.taxes_of(self.sold("1", "FR", ("BTW", "0.21", "21.00"))), ["21%"])

    def test_domestic_tax_charged_abroad(self):
        self._european_positions()
        order = self.sold("1", "FR", ("BTW", "0.21", "21.00"))
        self.assertEqual(self.taxes_of(order), ["21%"])
        order = self.sold("2", "FR", ("MwSt", "0.19", "19.00"))
        self.assertEqual(self.receive(order).get("2"), None)
        self.assertEqual(self.tax_issue().candidate_tax_ids, self.vat_de)

    def test_states_have_taxes_of_their_own(self):
        california = self.env.ref("base.state_us_5")
        position = self._position("California", "US", state_ids=[(6, 0, california.ids)])
        tax = self._tax_in(position, "CA 6%", 6.0)
        self.assertEqual(self.taxes_of(self.sold("1", "US", ("Tax", "0.06", "6.00"))), ["CA 6%"])
        self.assertEqual(self.mappings().state_id, california)
        elsewhere = self.address("US", state_code="NY", city="New York", zip="10001")
        order = self.sold("2", "US", ("Tax", "0.06", "6.00"), shipping_address=elsewhere)
        self.assertEqual(self.receive(order).get("2"), None)
        self.assertEqual(self.tax_issue().candidate_tax_ids, tax)

    # goods and services

    def test_shipping_takes_the_tax_of_services(self):
        goods = self._tax("21% goods", 21.0)
        services = self._tax("21% services", 21.0)
        goods.tax_scope, services.tax_scope = "consu", "service"
        order = self.order(
            "1",
            self.line("1", "100.00", ("BTW", "0.21", "21.00")),
            self.line("2", "10.00", ("BTW", "0.21", "2.10"), kind="shipping"),
        )
        cup, shipping = self.receive(order)["1"].order_line
        self.assertEqual((cup.tax_ids, shipping.tax_ids), (goods, services))
        self.assertEqual(self.mappings().mapped("scope"), ["consu", "service"])

    def test_one_mapping_where_no_tax_is_for_goods_only(self):
        vat = self._tax("21%", 21.0)
        order = self.order(
            "1",
            self.line("1", "100.00", ("BTW", "0.21", "21.00")),
            self.line("2", "10.00", ("BTW", "0.21", "2.10"), kind="shipping"),
        )
        self.assertEqual(self.receive(order)["1"].order_line.tax_ids, vat)
        self.assertEqual(self.mappings().mapped("scope"), [False])

    def test_tax_for_services_is_not_for_goods(self):
        self._tax("21% services", 21.0).tax_scope = "service"
        self.receive(self.sold("1", "BE", ("BTW", "0.21", "21.00")))
        self.assertEqual(self.tax_issue().key, "tax_missing:BTW:21:BE:consu")

    # several

    def test_two_fit_and_one_is_called_so(self):
        for name in ("County", "City"):
            self._tax(name, 1.0)
        order = self.sold("1", "BE", ("city", "0.01", "1.00"))
        self.assertEqual(self.taxes_of(order), ["City"])

    def test_two_that_fit_are_both_shown(self):
        taxes = self._tax("GST one", 5.0) | self._tax("GST two", 5.0)
        self._tax("GST six", 6.0)
        self.receive(self.sold("1", "BE", ("GST", "0.05", "5.00")))
        self.assertEqual(self.tax_issue().candidate_tax_ids, taxes)

    def test_stack_of_american_sales_taxes(self):
        for name, percent in (("CA State", 6.0), ("LA County", 0.25), ("LA Special", 2.25)):
            self._tax(name, percent)
        order = self.sold(
            "1",
            "US",
            ("California State Tax", "0.06", "3.60"),
            ("Los Angeles County Tax", "0.0025", "0.15"),
            ("Los Angeles Co Special Tax", "0.0225", "1.35"),
            price="59.99",
        )
        self.assertEqual(self.taxes_of(order), ["CA State", "LA County", "LA Special"])
        sale = self.sale_orders()["1"]
        self.assertEqual(
            (sale.amount_untaxed, sale.amount_tax, sale.amount_total), (59.99, 5.10, 65.09)
        )

    def test_tax_the_buyer_owes_is_never_taken(self):
        tax = self._tax("21% reverse", 21.0)
        line = tax.repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
        line.copy({"factor_percent": -100, "tax_id": tax.id})
        self.receive(self.sold("1", "BE", ("BTW", "0.21", "21.00")))
        self.assertFalse(self.tax_issue().candidate_tax_ids)

    # what was said before

    def test_mapping_without_a_country_holds_for_all(self):
        self._european_positions()
        row = self.env["storefront.mapping.tax"]._map(self.backend, "TVA", 20.0, False, self.vat)
        order = self.sold("1", "FR", ("TVA", "0.2", "20.00"))
        self.assertEqual(self.taxes_of(order), ["21%"])
        self.assertEqual(self.mappings(), row)

    def test_the_most_precise_mapping_holds(self):
        mapping = self.env["storefront.mapping.tax"]
        france = self.env.ref("base.fr")
        any_, fr, services = (self._tax(name, 9.0) for name in ("Any", "FR", "FR services"))
        mapping._map(self.backend, "T", 20.0, False, any_)
        mapping._map(self.backend, "T", 20.0, False, fr, country_id=france.id)
        mapping._map(
            self.backend, "T", 20.0, False, services, country_id=france.id, scope="service"
        )
        self.assertEqual(self.taxes_of(self.sold("1", "FR", ("T", "0.2", "20.00"))), ["FR"])
        self.assertEqual(self.taxes_of(self.sold("2", "DE", ("T", "0.2", "20.00"))), ["Any"])
        line = self.line("1", "10.00", ("T", "0.2", "2.00"), kind="shipping")
        order = self.sold("3", "FR", lines=(line,))
        self.assertEqual(self.taxes_of(order), ["FR services"])

    def test_two_companies_have_taxes_of_their_own(self):
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "country_id": self.env.ref("base.be").id}
        )
        self._tax("Foreign 21%", 21.0, company=elsewhere)
        self.receive(self.sold("1", "BE", ("BTW", "0.21", "21.00")))
        issue = self.tax_issue()
        self.assertEqual((issue.code, len(issue.candidate_tax_ids)), ("tax_missing", 0))
        own = self._tax("21%", 21.0)
        issue.action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders()["1"].order_line.tax_ids, own)

    def test_tax_no_invoice_could_have_is_refused(self):
        tax = self._tax("20% in France", 20.0)
        group = self.env["account.tax.group"].create(
            {"name": "FR", "company_id": self.company.id, "country_id": self.env.ref("base.fr").id}
        )
        tax.write({"country_id": group.country_id.id, "tax_group_id": group.id})
        self.receive(self.sold("1", "FR", ("TVA", "0.2", "20.00")))
        issue = self.tax_issue()
        issue.tax_id = tax
        with self.assertRaisesRegex(
            ValidationError,
            "The tax “20% in France” belongs to the tax report of France, where Storefront Tests "
            "isn't registered",
        ):
            issue.action_fix()
        self._position("Registered in France", "FR", foreign_vat="FR23334175221")
        issue.action_fix()
        self.assertEqual(self.mappings().tax_id, tax)

    def test_mappings_of_an_order_are_read_in_one_query(self):
        self._tax("21%", 21.0)
        lines = [
            self.line(str(number), "10.00", (f"BTW {number}", "0.21", "2.10"))
            for number in range(1, 4)
        ]
        self.receive(self.order("1", *lines))
        self.assertEqual(len(self.mappings()), 3)
        flow = self.env["storefront.order.taxes"]
        counts = []
        for document in (self.order("2", lines[0]), self.order("3", *lines)):
            self.env.cr.cache.clear()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            flow._find_taxes(self.backend, document, [])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
