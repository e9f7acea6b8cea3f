# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The fiscal position of customers and orders, beside the taxes the storefront charged."""

from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from ..platforms.documents.customer import Customer
from .fiscal_case import FRENCH_VAT, FiscalCase


@tagged("post_install", "-at_install")
class TestOrderFiscal(FiscalCase):
    # detecting

    def test_position_of_a_place(self):
        fiscal = self.env["storefront.order.fiscal"]
        french = {"country_code": "fr"}
        for expected, place in (
            (self.national, {"country_code": "BE"}),
            (self.oss_fr, french),
            (self.oss_fr, {**french, "vat": FRENCH_VAT}),
            (self.intra, {**french, "vat": FRENCH_VAT, "is_business": True}),
            (self.oss_fr, {**french, "is_business": True}),
            (self.export, {"country_code": "US"}),
            (self.env["account.fiscal.position"], {}),
            (self.env["account.fiscal.position"], {"country_code": "XX"}),
        ):
            with self.subTest(place=place):
                self.assertEqual(fiscal._position_for(self.backend, **place), expected)

    def test_state_and_zip_code(self):
        fiscal = self.env["storefront.order.fiscal"]
        state = self.env.ref("base.state_us_5")
        in_state = self._position("California", "US", sequence=1, state_ids=[(6, 0, state.ids)])
        by_zip = self._position("Corsica", "FR", sequence=2, zip_from="20000", zip_to="20999")
        us, fr = {"country_code": "US"}, {"country_code": "FR"}
        self.assertEqual(fiscal._position_for(self.backend, state_code="CA", **us), in_state)
        self.assertEqual(fiscal._position_for(self.backend, state_code="NY", **us), self.export)
        self.assertEqual(fiscal._position_for(self.backend, zip="20137", **fr), by_zip)
        self.assertEqual(fiscal._position_for(self.backend, zip="59000", **fr), self.oss_fr)

    # customers

    def test_new_customer_has_the_position_of_where_the_order_goes(self):
        order = self.receive(self.french(billing_address=self.address("BE")))["1"]
        partner = order.partner_id
        self.assertEqual(partner.country_id.code, "BE")
        self.assertEqual(partner.property_account_position_id, self.oss_fr)
        self.assertEqual(partner.storefront_fiscal_position_id, self.oss_fr)
        self.assertEqual(order.fiscal_position_id, self.oss_fr)

    def test_business_with_a_vat_number(self):
        order = self.receive(self.untaxed(customer=self.business(FRENCH_VAT)))["1"]
        self.assertEqual(order.partner_id.property_account_position_id, self.intra)
        self.assertEqual(order.fiscal_position_id, self.intra)

    def test_customer_without_an_address_has_none(self):
        nowhere = {"billing_address": None, "shipping_address": None}
        order = self.receive(self.untaxed(**nowhere))["1"]
        self.assertFalse(order.partner_id.property_account_position_id)
        self.assertFalse(order.fiscal_position_id)
        self.assertFalse(order.order_line.storefront_tax_country_id)

    def test_each_order_goes_by_its_own_address(self):
        orders = self.receive(
            self.french("1"),
            self.sold("2", "DE", ("USt", "0.19", "19.00")),
            self.sold("3", "BE", ("BTW", "0.21", "21.00")),
        )
        self.assertEqual(len({order.partner_id for order in orders.values()}), 1)
        self.assertEqual(
            [orders[number].fiscal_position_id for number in ("1", "2", "3")],
            [self.oss_fr, self.oss_de, self.national],
        )
        partner = orders["1"].partner_id
        self.assertEqual(partner.property_account_position_id, self.oss_fr)
        self.assertFalse(self.issues())

    def test_position_somebody_set_wins_and_stays(self):
        partner = self.receive(self.french("1"))["1"].partner_id
        partner.with_company(self.company).property_account_position_id = self.export
        order = self.receive(self.french("2"))["2"]
        self.assertEqual(order.fiscal_position_id, self.export)
        self.assertEqual(partner.property_account_position_id, self.export)
        self.assertEqual(order.order_line.tax_ids, self.vat_fr)
        self.assertEqual(self.shown(order), (100.0, 20.0, 120.0))

    def test_position_somebody_set_before_the_first_order(self):
        partner = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "company_id": self.company.id}
        )
        partner.property_account_position_id = self.intra
        order = self.receive(self.french("1"))["1"]
        self.assertEqual((order.partner_id, order.fiscal_position_id), (partner, self.intra))
        self.assertFalse(partner.storefront_fiscal_position_id)

    def test_position_somebody_cleared_stays_so(self):
        partner = self.receive(self.french("1"))["1"].partner_id
        partner.property_account_position_id = False
        order = self.receive(self.french("2"))["2"]
        self.assertFalse(partner.property_account_position_id)
        self.assertEqual(order.fiscal_position_id, self.oss_fr)

    def test_customers_of_another_company_have_its_positions(self):
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "country_id": self.env.ref("base.fr").id}
        )
        theirs = self._position("France", "FR", company_id=elsewhere.id)
        partner = self.receive(self.french("1"))["1"].partner_id
        self.assertFalse(partner.with_company(elsewhere).property_account_position_id)
        backend = self._connected_backend("Theirs", elsewhere)
        fiscal = self.env["storefront.order.fiscal"]
        self.assertEqual(fiscal._position_for(backend, country_code="FR"), theirs)

    # the taxes stay the storefront's

    def test_another_delivery_address_gives_another_position_and_no_other_taxes(self):
        order = self.receive(self.french())["1"]
        german = self.env["res.partner"].create(
            {"name": "Bob", "parent_id": order.partner_id.id, "type": "delivery"}
        )
        german.country_id = self.env.ref("base.de")
        order.partner_shipping_id = german
        self.assertEqual(order.fiscal_position_id, self.oss_de)
        self.assertEqual(order.order_line.tax_ids, self.vat_fr)
        self.assertEqual(self.shown(order), (100.0, 20.0, 120.0))

    def test_orders_made_here_follow_the_customer_as_ever(self):
        partner = self.receive(self.french())["1"].partner_id
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.assertEqual(order.fiscal_position_id, self.oss_fr)
        self.assertEqual(order.order_line.tax_ids, self.vat_fr)

    def test_position_with_which_the_taxes_could_not_be_invoiced(self):
        self.oss_fr.foreign_vat = FRENCH_VAT
        order = self.receive(self.sold("1", "FR", ("BTW", "0.21", "21.00")))["1"]
        self.assertEqual((order.order_line.tax_ids, self.vat.is_domestic), (self.vat, True))
        self.assertFalse(order.fiscal_position_id)
        params = self.issues().params
        self.assertEqual((params["position"], params["odoo"]), ("OSS FR", "20% FR TVA"))

    def test_taxes_of_a_foreign_tax_id_take_its_position(self):
        self.oss_fr.foreign_vat = FRENCH_VAT
        group = self.env["account.tax.group"].create(
            {"name": "FR", "company_id": self.company.id, "country_id": self.oss_fr.country_id.id}
        )
        self.vat_fr.write({"country_id": group.country_id.id, "tax_group_id": group.id})
        order = self.receive(self.french(customer=self.business(FRENCH_VAT)))["1"]
        self.assertEqual(order.partner_id.property_account_position_id, self.intra)
        self.assertEqual(order.order_line.tax_ids, self.vat_fr)
        self.assertEqual(order.fiscal_position_id, self.oss_fr)
        params = self.issues().params
        self.assertEqual((params["position"], params["odoo"]), ("Intra-Community", "0% EU M"))

    # a disagreement

    def test_position_that_would_charge_something_else(self):
        self._tax("5.5%", 5.5)
        orders = self.receive(
            self.sold("1", "FR", ("TVA réduite", "0.055", "5.50")),
            self.sold("2", "FR", ("TVA réduite", "0.055", "5.50")),
        )
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("fiscal_position_differs", orders["1"]))
        self.assertEqual(
            issue.message,
            "With the fiscal position “OSS FR” Odoo would charge 20% FR TVA on an order to FR; the "
            "storefront charged 5.5%. The order has the storefront's taxes.",
        )
        self.assertEqual(issue.snapshot_ids, self.snapshot("1"))
        self.assertEqual(self.snapshot("1").state, "done")
        for number in ("1", "2"):
            self.assertEqual(self.shown(orders[number]), (100.0, 5.5, 105.5))
            self.assertEqual(orders[number].state, "sale")

    def test_disagreement_that_was_decided_is_not_shown_again(self):
        self.receive(self.untaxed("1"))
        issue = self.issues()
        self.assertEqual(issue.params["storefront"], "0 %")
        issue.action_resolve()
        self.receive(self.untaxed("2"))
        self.assertEqual(self.issues(), issue)
        self.receive(self.untaxed("3", country="DE"))
        self.assertEqual(
            self.issues(state="open").mapped("params"),
            [
                {
                    "position": "OSS DE",
                    "country": "DE",
                    "odoo": "19% DE USt",
                    "storefront": "0 %",
                }
            ],
        )

    def test_no_position_for_an_order_abroad(self):
        self.oss_fr.active = self.export.active = False
        self._tax("20%", 20.0)
        self.receive(self.french())
        issue = self.issues()
        self.assertEqual(issue.code, "fiscal_position_none")
        self.assertEqual(
            issue.message,
            "No fiscal position fits an order to FR, so Odoo would charge 21%; the storefront "
            "charged 20%. The order has the storefront's taxes.",
        )

    def test_tax_of_the_same_rate_that_the_position_would_replace(self):
        domestic = self._tax("20%", 20.0)
        self.env["storefront.mapping.tax"]._map(self.backend, "TVA", 20.0, False, domestic)
        self.vat_fr.original_tax_ids |= domestic
        self.receive(self.french())
        self.assertEqual(self.issues().params["storefront"], "20%")

    def test_tax_of_the_same_rate_of_another_position(self):
        german = self._tax_in(self.oss_de, "20% DE", 20.0)
        self.env["storefront.mapping.tax"]._map(self.backend, "TVA", 20.0, False, german)
        self.receive(self.french())
        self.assertEqual(self.issues().params["storefront"], "20% DE")

    def test_stack_that_comes_to_the_same_is_no_disagreement(self):
        for name, percent in (("12% FR", 12.0), ("8% FR", 8.0)):
            self._tax_in(self.oss_fr, name, percent)
        order = self.sold("1", "FR", ("A", "0.12", "12.00"), ("B", "0.08", "8.00"))
        self.assertEqual(self.taxes_of(order), ["12% FR", "8% FR"])
        self.assertFalse(self.issues())

    def test_at_home_nothing_is_compared(self):
        self._tax("6%", 6.0)
        self.receive(self.sold("1", "BE", ("BTW", "0.06", "6.00")))
        self.national.auto_apply = self.export.auto_apply = False
        order = self.receive(self.sold("2", "BE", ("BTW", "0.06", "6.00")))["2"]
        self.assertFalse(order.fiscal_position_id)
        self.assertFalse(self.issues())

    def test_country_the_storefront_states(self):
        tax = ("BTW", "0.21", "21.00", {"country_code": "be"})
        order = self.receive(self.sold("1", "FR", tax))["1"]
        self.assertEqual(order.order_line.storefront_tax_country_id.code, "BE")

    def test_reimport_of_the_same_order_changes_nothing(self):
        document = self.untaxed(customer=self.business(FRENCH_VAT))
        order = self.receive(document)["1"]
        order.fiscal_position_id = self.oss_de
        self.receive(replace(document, updated_at=self.later(60)))
        self.assertEqual(order.fiscal_position_id, self.oss_de)
        self.assertEqual(order.order_line.tax_ids, self.zero_intra)


@tagged("post_install", "-at_install")
class TestOrderFiscalInvoice(FiscalCase):
    has_chart = True

    def test_destination_country_reaches_invoice_and_credit_note(self):
        guest = Customer(name="Guest", email="guest@example.com")
        order = self.receive(self.french(customer=guest))["1"]
        self.assertEqual(order.order_line.storefront_tax_country_id.code, "FR")
        invoice = order._create_invoices()
        invoice.action_post()
        line = invoice.invoice_line_ids
        self.assertEqual((line.storefront_tax_country_id.code, line.tax_ids), ("FR", self.vat_fr))
        self.assertEqual(self.shown(invoice), (100.0, 20.0, 120.0))
        self.assertEqual(invoice.fiscal_position_id, self.oss_fr)
        reversal = invoice._reverse_moves()
        self.assertEqual(reversal.invoice_line_ids.storefront_tax_country_id.code, "FR")
        groups = self.env["account.move.line"]._read_group(
            [("move_id", "=", invoice.id), ("display_type", "=", "product")],
            ["storefront_tax_country_id"],
            ["balance:sum"],
        )
        self.assertEqual([(country.code, total) for country, total in groups], [("FR", -100.0)])

    def test_invoice_of_an_order_without_position_has_none(self):
        self.receive(self.french("1"))
        self.national.auto_apply = self.export.auto_apply = False
        order = self.receive(self.sold("2", "BE", ("BTW", "0.21", "21.00")))["2"]
        self.assertEqual(order.partner_id.property_account_position_id, self.oss_fr)
        self.assertFalse(order.fiscal_position_id)
        self.assertFalse(order._create_invoices().fiscal_position_id)
