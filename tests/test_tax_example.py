# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The worked example of the README: what a German company books, to the cent."""

from odoo.fields import Command
from odoo.tests import tagged

from .tax_case import TaxCase

FRENCH_VAT = "FR23334175221"


@tagged("post_install", "-at_install")
class TestTaxExample(TaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        germany, europe = cls.env.ref("base.de"), cls.env.ref("base.europe")
        cls.company.country_id = germany
        cls._load_chart()
        domestic = cls._position("Domestic", "DE", sequence=10)
        cls.intra = cls._position(
            "Intra-Community", sequence=20, country_group_id=europe.id, vat_required=True
        )
        cls.oss = cls._position("OSS FR", "FR", sequence=30)
        cls.export = cls._position("Export", sequence=40)
        cls.vat = cls._tax("19%", 19.0)
        cls.vat.fiscal_position_ids = domestic
        cls.french = cls._tax_in(cls.oss, "20% FR", 20.0, cls.vat)
        cls.zero = cls._tax_in(cls.intra, "0% EU", 0.0, cls.vat)
        cls._tax_in(cls.export, "0% Export", 0.0, cls.vat)
        cls.clearing = cls._tax("Marketplace", 7.25)
        cls.env.flush_all()
        cls.env.invalidate_all()  # a tax just made shows no lines yet
        for tax, name in (
            (cls.vat, "VAT payable"),
            (cls.french, "OSS payable"),
            (cls.clearing, "Marketplace taxes"),
        ):
            account = cls.env["account.account"].create(
                {"code": f"9{tax.id:05}", "name": name, "account_type": "liability_current"}
            )
            tax._storefront_line("invoice").account_id = account
        cls.product.write({"taxes_id": [Command.set(cls.vat.ids)], "invoice_policy": "order"})

    def check(self, order, position, tax, booked):
        """Import and invoice an order, and compare position, tax and the entry."""
        order = self.receive(order)[order.external_id]
        self.assertEqual(order.fiscal_position_id.name, position)
        self.assertEqual(order.order_line.tax_ids.name, tax)
        invoice = order._create_invoices()
        invoice.action_post()
        entry = {}
        for line in invoice.line_ids:
            is_sale = line.display_type == "product"
            is_owed = line.account_id.account_type == "asset_receivable"
            name = "sales" if is_sale else "receivable" if is_owed else line.account_id.name
            entry[name] = entry.get(name, 0.0) + line.balance
        self.assertEqual(entry, booked)
        return invoice

    def test_at_home(self):
        booked = {"receivable": 119.0, "sales": -100.0, "VAT payable": -19.0}
        order = self.sold("1", "DE", ("USt", "0.19", "19.00"))
        self.check(order, "Domestic", "19%", booked)

    def test_one_stop_shop(self):
        booked = {"receivable": 120.0, "sales": -100.0, "OSS payable": -20.0}
        order = self.sold("1", "FR", ("TVA", "0.2", "20.00"))
        invoice = self.check(order, "OSS FR", "20% FR", booked)
        self.assertEqual(invoice.invoice_line_ids.storefront_tax_country_id.code, "FR")
        self.assertFalse(self.issues())

    def test_one_stop_shop_with_prices_that_include_taxes(self):
        booked = {"receivable": 120.0, "sales": -100.0, "OSS payable": -20.0}
        order = self.sold(
            "1", "FR", ("TVA", "0.2", "20.00"), price="120.00", prices_include_tax=True
        )
        self.check(order, "OSS FR", "20% FR", booked)

    def test_reverse_charge(self):
        booked = {"receivable": 100.0, "sales": -100.0}
        order = self.sold("1", "FR", customer=self.business(FRENCH_VAT))
        self.check(order, "Intra-Community", "0% EU", booked)
        self.assertFalse(self.issues())

    def test_reverse_charge_the_store_did_not_know_of(self):
        booked = {"receivable": 120.0, "sales": -100.0, "OSS payable": -20.0}
        order = self.sold("1", "FR", ("TVA", "0.2", "20.00"), customer=self.business(FRENCH_VAT))
        self.check(order, "Intra-Community", "20% FR", booked)
        self.assertEqual(
            self.issues().params,
            {
                "position": "Intra-Community",
                "country": "FR",
                "odoo": "0% EU",
                "storefront": "20% FR",
            },
        )

    def test_marketplace(self):
        self.env["storefront.mapping.tax"]._map(
            self.backend, "State", 7.25, False, self.clearing, is_collected=True
        )
        booked = {"receivable": 108.25, "sales": -100.0, "Marketplace taxes": -8.25}
        tax = ("State", "0.0825", "8.25", {"collected_by_platform": True})
        self.check(self.sold("1", "US", tax), "Export", "Marketplace", booked)
        self.assertFalse(self.issues())
