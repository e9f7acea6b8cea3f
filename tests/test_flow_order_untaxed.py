# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines the storefront charged no tax for: which taxes of 0 % they bear in Odoo."""

from odoo.fields import Command
from odoo.tests import tagged

from .fiscal_case import FRENCH_VAT, FiscalCase


@tagged("post_install", "-at_install")
class TestOrderUntaxed(FiscalCase):
    def test_reverse_charge_is_declared(self):
        order = self.receive(self.untaxed(customer=self.business(FRENCH_VAT)))["1"]
        self.assertEqual(order.order_line.tax_ids, self.zero_intra)
        self.assertEqual(self.shown(order), (100.0, 0.0, 100.0))
        self.assertEqual(order.partner_id.vat, FRENCH_VAT)
        self.assertFalse(self.issues())

    def test_shipping_is_declared_with_the_goods(self):
        self.company.account_sale_tax_id = self.vat
        lines = (
            self.line("1", "100.00"),
            self.line("9", "7.00", kind="shipping", name="Express"),
        )
        order = self.receive(self.untaxed(customer=self.business(FRENCH_VAT), lines=lines))["1"]
        self.assertEqual([line.tax_ids for line in order.order_line], [self.zero_intra] * 2)
        self.assertEqual(self.shown(order), (107.0, 0.0, 107.0))

    def test_export_is_declared(self):
        order = self.receive(self.untaxed(country="US"))["1"]
        self.assertEqual(order.order_line.tax_ids, self.zero_export)
        self.assertEqual(self.shown(order), (100.0, 0.0, 100.0))
        self.assertEqual(order.order_line.storefront_tax_country_id.code, "US")

    def test_reverse_charge_of_a_customer_somebody_knows_better(self):
        partner = self.receive(self.french("1"))["1"].partner_id
        partner.property_account_position_id = self.intra
        order = self.receive(self.untaxed("2"))["2"]
        self.assertEqual(order.order_line.tax_ids, self.zero_intra)

    def test_untaxed_line_of_a_taxed_order_is_left_without(self):
        lines = (
            self.line("1", "10.00", ("BTW", "0.21", "2.10")),
            self.line("2", "5.00"),
            self.line("3", "5.00", quantity=0),
        )
        order = self.receive(self.order("1", *lines))["1"]
        self.assertEqual([len(line.tax_ids) for line in order.order_line], [1, 0])
        self.assertEqual(self.shown(order), (15.0, 2.1, 17.1))

    def test_product_of_zero_percent_at_home(self):
        zero = self._tax("0%", 0.0)
        self.other_product.taxes_id = [Command.set(zero.ids)]
        line = self.line("1", "10.00", sku="PLATE")
        order = self.receive(self.order("1", line))["1"]
        self.assertEqual(order.order_line.tax_ids, zero)
        self.assertEqual(self.shown(order), (10.0, 0.0, 10.0))

    def zero(self, external_id, **values):
        return self.sold(external_id, "BE", ("Zero", "0", "0.00"), **values)

    def test_tax_of_zero_percent_is_the_only_one_that_fits(self):
        order = self.receive(self.zero("1"))["1"]
        self.assertFalse(order.order_line.tax_ids)
        zero = self._tax("0%", 0.0)
        order = self.receive(self.zero("2"))["2"]
        self.assertEqual(order.order_line.tax_ids, zero)
        self.assertEqual(self.shown(order), (100.0, 0.0, 100.0))
        self.assertFalse(self.mappings())
        self._tax("0% again", 0.0)
        order = self.receive(self.zero("3"))["3"]
        self.assertFalse(order.order_line.tax_ids)
        self.assertFalse(self.issues())

    def test_tax_of_zero_percent_beside_one_that_was_charged(self):
        line = self.line("1", "100.00", ("Zero", "0", "0.00"), ("BTW", "0.21", "21.00"))
        order = self.receive(self.order("1", line))["1"]
        self.assertEqual(order.order_line.tax_ids, self.vat)
        self.assertEqual(self.shown(order), (100.0, 21.0, 121.0))

    def test_tax_of_zero_percent_that_is_asked_for(self):
        self.backend.ask_zero_taxes = True
        exempt = self.receive(self.zero("1", tax_exempt=True))["1"]
        self.assertFalse(exempt.order_line.tax_ids)
        self.assertNotIn("2", self.receive(self.zero("2")))
        issue = self.issues(state="open")
        self.assertEqual((issue.code, issue.key), ("tax_missing", "tax_missing:Zero:0:BE"))
        issue.tax_id = self._tax("0% chosen", 0.0)
        self._tax("0% other", 0.0)
        issue.action_fix()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders()["2"].order_line.tax_ids, issue.tax_id)
        self.assertEqual(self.shown(self.sale_orders()["2"]), (100.0, 0.0, 100.0))

    def test_amount_without_a_rate_is_never_guessed(self):
        self._tax("0%", 0.0)
        self.receive(self.sold("1", "BE", ("Levy", "0", "3.00")))
        issue = self.issues()
        self.assertEqual((issue.code, issue.key), ("tax_missing", "tax_missing:Levy:0:BE"))
        issue.tax_id = self.vat
        issue.action_fix()
        self.job("fetch")
        self.job("import")
        order = self.sale_orders()["1"]
        self.assertEqual((order.order_line.tax_ids, self.shown(order)), (self.vat, (100, 3, 103)))
