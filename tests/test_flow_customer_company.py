# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Companies that order: the company by id or VAT, its contact who orders, its locations."""

from dataclasses import replace

from odoo.tests import tagged

from ..platforms.documents.customer import Address
from .customer_case import HOME, OFFICE, CustomerCase

SEAT = Address(
    name="Ada Byron",
    company="Analytical",
    street="Avenue Louise 1",
    city="Bruxelles",
    zip="1050",
    country_code="BE",
)
DEPOT = replace(SEAT, name="Reception", street="Haven 7", city="Antwerpen", zip="2000")


@tagged("post_install", "-at_install")
class TestCustomerCompany(CustomerCase):
    def firm(self, **values):
        """Ada's account, ordering for Analytical."""
        return self.account(
            **{
                "company_name": "Analytical",
                "company_external_id": "71",
                "contact_external_id": "81",
                "vat": "BE0477472701",
                **values,
            }
        )

    def buy(self, external_id, **values):
        places = {"billing_address": SEAT, "shipping_address": SEAT}
        return super().buy(external_id, **{"customer": self.firm(), **places, **values})

    def company_of(self, external_id, **values):
        return self.buy(external_id, **values)[0].commercial_partner_id

    def test_new_company_with_its_contact(self):
        contact, invoice, delivery = self.buy("1")
        company = contact.parent_id
        self.assertEqual(
            (company.name, company.is_company, company.vat, company.email),
            ("Analytical", True, "BE0477472701", "ada@example.com"),
        )
        self.assertEqual(self.address(company), ("Avenue Louise 1", "1050", "Bruxelles", "BE"))
        self.assertEqual(company.company_id, self.company)
        self.assertEqual(
            (contact.name, contact.type, contact.is_company, contact.email, contact.phone),
            ("Ada Byron", "contact", False, "ada@example.com", "+3225550101"),
        )
        self.assertEqual(contact.company_id, self.company)
        self.assertEqual((invoice, delivery), (company, contact))
        self.assertEqual(
            [(one.kind, one.external_id, one.company_external_id, one.partner_id)
             for one in self.bindings()],
            [("company", "71", False, company), ("customer", "501", "71", contact)],
        )  # fmt: skip
        self.assertEqual(self.bindings(kind="company").synced, False)
        self.assertEqual(
            self.bindings(kind="customer").synced,
            {"phone": "+3225550101", "email": "ada@example.com"},
        )

    def test_company_orders_again(self):
        first = self.buy("1")
        self.assertEqual(self.buy("2"), first)
        changed = self.firm(company_name="Analytical Ltd", vat="", email="other@example.com")
        self.assertEqual(self.buy("3", customer=changed), first)
        self.assertEqual(len(self.bindings()), 2)

    def test_company_is_found_by_vat_however_it_is_written(self):
        belgium = self.env.ref("base.be").id
        for number, here, there in (
            ("1", "BE0477472701", "be 0477.472.701"),
            ("2", "BE 0477.472.702", "BE0477472702"),
            ("3", "0477472703", "BE0477472703"),
            ("4", "BE0477472704", "0477 472 704"),
        ):
            with self.subTest(here=here, there=there):
                company = self.env["res.partner"].create(
                    {
                        "name": "Other name",
                        "is_company": True,
                        "vat": here,
                        "country_id": belgium,
                    }
                )
                firm = self.firm(company_external_id=f"9{number}", vat=there)
                self.assertEqual(self.company_of(number, customer=firm), company)

    def test_number_without_prefix_is_of_its_own_country(self):
        self.env["res.partner"].create(
            {
                "name": "Analytical",
                "is_company": True,
                "vat": "0477472701",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        company = self.company_of("1")
        self.assertEqual((company.vat, company.country_id.code), ("BE0477472701", "BE"))

    def test_no_vat_number_finds_nobody(self):
        self.env["res.partner"].create({"name": "Another", "is_company": True, "vat": "/"})
        self.assertEqual(self.company_of("1", customer=self.firm(vat="/")).name, "Analytical")

    def test_two_companies_of_the_store_with_one_vat_are_one(self):
        company = self.company_of("1")
        self.assertEqual(
            self.company_of("2", customer=self.firm(company_external_id="72")), company
        )
        self.assertEqual(self.bindings(kind="company").mapped("external_id"), ["71", "72"])

    def test_company_here_is_found_by_its_email(self):
        company = self.env["res.partner"].create(
            {"name": "Analytical Limited", "is_company": True, "email": "ada@example.com"}
        )
        self.assertEqual(self.company_of("1"), company)
        self.assertFalse(company.vat)  # a VAT number is no storefront's to write

    def test_companies_that_share_a_buyer_stay_two(self):
        first = self.company_of("1", customer=self.firm(vat=""))
        second = self.company_of(
            "2", customer=self.firm(company_external_id="72", company_name="Engines", vat="")
        )
        self.assertNotEqual(first, second)
        self.assertEqual((first.name, second.name), ("Analytical", "Engines"))
        self.assertEqual(first.email, second.email)
        self.assertEqual(len(first.child_ids | second.child_ids), 2)

    def test_companies_with_other_vat_numbers_stay_two(self):
        company = self.env["res.partner"].create(
            {
                "name": "Analytical",
                "is_company": True,
                "email": "ada@example.com",
                "vat": "BE0000000097",
            }
        )
        self.assertNotEqual(self.company_of("1"), company)

    def test_companies_a_platform_gives_no_ids_are_told_apart_by_name(self):
        nameless = {"company_external_id": "", "contact_external_id": "", "vat": ""}
        first = self.company_of("1", customer=self.firm(**nameless))
        self.assertEqual(self.company_of("2", customer=self.firm(**nameless)), first)
        again = self.firm(**nameless, external_id="502")
        self.assertEqual(self.company_of("3", customer=again), first)
        other = self.company_of("4", customer=self.firm(**nameless, company_name="Engines"))
        self.assertNotEqual(other, first)
        self.assertEqual(self.bindings(external_id="501").partner_id.parent_id, first)

    # the contact

    def test_colleagues_are_contacts_of_one_company(self):
        first = self.buy("1")[0]
        bob = self.firm(external_id="502", name="Bob", email="bob@example.com")
        second = self.buy("2", customer=bob)[0]
        self.assertEqual(first.parent_id, second.parent_id)
        self.assertEqual(first.parent_id.child_ids, first | second)

    def test_contact_here_is_found_by_email_or_name(self):
        company = self.env["res.partner"].create(
            {"name": "Analytical", "is_company": True, "vat": "BE0477472701"}
        )
        by_email, by_name = self.env["res.partner"].create(
            [
                {"name": "A. Byron", "email": "ADA@example.com", "parent_id": company.id},
                {"name": "Bob", "parent_id": company.id},
            ]
        )
        self.assertEqual(self.buy("1")[0], by_email)
        bob = self.firm(external_id="502", name="BOB", email="")
        self.assertEqual(self.buy("2", customer=bob)[0], by_name)
        contacts = company.child_ids.filtered(lambda one: one.type == "contact")
        self.assertEqual(contacts, by_email | by_name)

    def test_private_person_and_company_contact_with_one_account(self):
        private = {"billing_address": HOME, "shipping_address": HOME}
        person = self.buy("1", customer=self.account(), **private)[0]
        contact = self.buy("2")[0]
        self.assertNotEqual(person, contact)
        self.assertFalse(person.parent_id)
        self.assertEqual(contact.parent_id.name, "Analytical")
        self.assertEqual(self.buy("3", customer=self.account(), **private)[0], person)
        self.assertEqual(self.buy("4")[0], contact)

    def test_individual_with_the_email_of_a_company_contact(self):
        contact = self.buy("1")[0]
        private = {"billing_address": HOME, "shipping_address": HOME}
        guest = self.account(external_id="", name="Ada")
        person = self.buy("2", customer=guest, **private)[0]
        self.assertNotIn(person, contact | contact.parent_id)
        self.assertEqual((person.parent_id.id, person.email), (False, "ada@example.com"))

    def test_company_that_names_nobody_orders_itself(self):
        nobody = self.firm(external_id="", name="", email="")
        partner, invoice, delivery = self.buy("1", customer=nobody)
        self.assertTrue(partner.is_company)
        self.assertEqual((invoice, delivery), (partner, partner))

    def test_contact_speaks_its_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        contact = self.buy("1", customer=self.firm(language="fr"))[0]
        bob = self.firm(external_id="502", name="Bob", email="bob@example.com", language="")
        colleague = self.buy("2", customer=bob)[0]
        self.assertEqual(
            (contact.lang, contact.parent_id.lang, colleague.lang), ("fr_FR", "fr_FR", "fr_FR")
        )

    # places

    def test_location_is_where_it_has_things_sent_to(self):
        located = self.firm(company_location_external_id="91", company_location_name="Depot")
        contact, invoice, delivery = self.buy("1", customer=located, shipping_address=DEPOT)
        company = contact.parent_id
        self.assertEqual(invoice, company)
        self.assertEqual(
            (delivery.name, delivery.type, delivery.parent_id), ("Depot", "delivery", company)
        )
        self.assertEqual(self.address(delivery), ("Haven 7", "2000", "Antwerpen", "BE"))
        self.assertEqual(self.bindings(kind="location").partner_id, delivery)
        # Whom the parcel is for makes no other place of it.
        other = replace(DEPOT, name="Charles")
        again = self.buy("2", customer=located, shipping_address=other, billing_address=other)
        self.assertEqual(again, (contact, delivery, delivery))

    def test_location_at_the_seat_is_the_company(self):
        located = self.firm(company_location_external_id="91", company_location_name="Seat")
        contact, invoice, delivery = self.buy("1", customer=located)
        self.assertEqual(self.bindings(kind="location").partner_id, contact.parent_id)
        self.assertEqual((invoice, delivery), (contact.parent_id, contact))

    def test_parcel_for_somebody_else_at_the_seat(self):
        shipping = replace(SEAT, name="Charles")
        contact, _invoice, delivery = self.buy("1", shipping_address=shipping)
        self.assertEqual(delivery, contact.parent_id)

    def test_address_of_one_order_is_not_the_locations(self):
        located = self.firm(company_location_external_id="91", company_location_name="Depot")
        depot = self.buy("1", customer=located, shipping_address=DEPOT)[2]
        once = self.buy("2", customer=located, shipping_address=OFFICE)[2]
        self.assertEqual((once.name, once.type), ("Ada Byron", "delivery"))
        self.assertEqual(self.bindings(kind="location").partner_id, depot)
        self.assertEqual(self.buy("3", customer=located, shipping_address=DEPOT)[2], depot)

    def test_location_of_which_a_contact_is_here(self):
        company = self.company_of("1")
        depot = self.env["res.partner"].create(
            {
                "name": "Warehouse",
                "type": "delivery",
                "parent_id": company.id,
                "street": "HAVEN 7",
                "city": "Antwerpen",
                "zip": "2000",
                "country_id": self.env.ref("base.be").id,
            }
        )
        located = self.firm(company_location_external_id="91", company_location_name="Depot")
        self.assertEqual(self.buy("2", customer=located, shipping_address=DEPOT)[2], depot)
        self.assertEqual(depot.name, "Warehouse")

    def test_nothing_to_send_and_nowhere(self):
        located = self.firm(company_location_external_id="91", company_location_name="Depot")
        nowhere = {"billing_address": None, "shipping_address": None}
        contact, invoice, delivery = self.buy("1", customer=located, **nowhere)
        company = contact.parent_id
        self.assertEqual((invoice, delivery), (company, company))
        self.assertEqual(self.address(company), (False, False, False, False))

    # tax exemption

    def test_exempt_company_at_creation_and_later(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.backend.tax_exempt_position_id = position
        company = self.company_of("1", customer=self.firm(tax_exempt=True))
        self.assertEqual(company.property_account_position_id, position)
        self.buy("2", customer=self.firm(tax_exempt=False))
        issue = self.issues(code="customer_not_exempt")
        self.assertEqual(
            issue.message,
            "“Analytical” is no longer tax-exempt in the storefront. The fiscal position here: "
            "Exempt.",
        )
        self.assertEqual(issue.partner_id, company)
        self.assertEqual(company.property_account_position_id, position)
        self.buy("3", customer=self.firm(tax_exempt=False))
        self.assertEqual(self.issues(), issue)

    def test_exemption_of_a_location_is_followed_by_itself(self):
        exempt = self.firm(company_location_external_id="91", tax_exempt=True)
        taxed = self.firm(company_location_external_id="92")
        self.buy("1", customer=taxed)
        self.buy("2", customer=exempt, shipping_address=DEPOT)
        self.buy("3", customer=taxed)
        self.buy("4", customer=exempt, shipping_address=DEPOT)
        self.assertFalse(self.issues())
        self.buy("5", customer=replace(taxed, tax_exempt=True))
        self.assertEqual(self.issues().code, "customer_exempt")
