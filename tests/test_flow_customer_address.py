# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses of orders: a contact for each, once; countries, states, phones and languages."""

from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from ..platforms.documents.customer import Address
from .customer_case import HOME, OFFICE, CustomerCase


@tagged("post_install", "-at_install")
class TestCustomerAddress(CustomerCase):
    @property
    def addresses(self):
        return self.env["storefront.customer.address"]

    def test_addresses_of_the_order_become_contacts_once(self):
        shipping = replace(HOME, name="Charles", street="Dorset St 1", country_code="GB")
        partner, invoice, delivery = self.buy("1", shipping_address=shipping)
        self.assertEqual(invoice, partner)
        self.assertEqual(
            (delivery.parent_id, delivery.type, delivery.name, delivery.street),
            (partner, "delivery", "Charles", "Dorset St 1"),
        )
        self.assertEqual(delivery.country_id.code, "GB")
        again = replace(shipping, street="  DORSET  st. 1 ", name="charles", zip="1 000")
        self.assertEqual(self.buy("2", shipping_address=again)[2], delivery)
        moved = replace(shipping, street="Dorset St 2")
        self.assertNotEqual(self.buy("3", shipping_address=moved)[2], delivery)
        self.assertEqual(len(partner.child_ids), 2)

    def test_slightly_different_address_makes_no_new_contact(self):
        partner = self.buy("1", shipping_address=OFFICE)[0]
        contact = partner.child_ids
        for number, other in enumerate(
            (
                replace(OFFICE, street="Quai  du Commerce 7"),
                replace(OFFICE, street="Quai du Commerce, 7"),
                replace(OFFICE, street="QUAI DU COMMERCE 7", city="bruxelles "),
                replace(OFFICE, country_code="be"),
                replace(OFFICE, street="Quai du Commerce", street2="7"),
                replace(OFFICE, name="Ada  BYRON"),
                replace(OFFICE, zip="10 01", phone="+3225550177"),
            )
        ):
            with self.subTest(street=other.street, street2=other.street2, zip=other.zip):
                delivery = self.buy(str(10 + number), shipping_address=other)[2]
                self.assertEqual(delivery, contact)
        self.assertEqual(partner.child_ids, contact)

    def test_firm_on_an_address_is_part_of_it(self):
        firm = replace(OFFICE, company="Byron & Co.")
        partner, _invoice, delivery = self.buy("1", shipping_address=firm)
        self.assertEqual((delivery.name, partner.company_name), ("Byron & Co., Ada Byron", False))
        again = replace(firm, company="byron & co")
        self.assertEqual(self.buy("2", shipping_address=again)[2], delivery)

    def test_address_that_names_nobody_is_found_again(self):
        nameless = replace(OFFICE, name="")
        partner, _invoice, delivery = self.buy("1", shipping_address=nameless)
        self.assertEqual((delivery.name, delivery.parent_id), ("Ada Byron", partner))
        self.assertEqual(self.buy("2", shipping_address=nameless)[2], delivery)

    def test_contact_to_invoice_is_not_one_to_deliver_to(self):
        self.buy("1")
        partner, invoice, delivery = self.buy("2", billing_address=OFFICE, shipping_address=OFFICE)
        self.assertNotEqual(invoice, delivery)
        self.assertEqual((invoice.type, delivery.type), ("invoice", "delivery"))
        self.assertEqual(invoice.parent_id | delivery.parent_id, partner)

    def test_address_without_a_place_is_the_customer(self):
        partner, invoice, delivery = self.buy(
            "1", billing_address=Address(name="Ada"), shipping_address=None
        )
        self.assertEqual((invoice, delivery), (partner, partner))

    def test_unknown_country_and_state_are_left_empty(self):
        address = replace(HOME, country_code="XX", state_code="YY")
        partner = self.buy("1", billing_address=address, shipping_address=address)[0]
        self.assertFalse(partner.country_id)
        self.assertFalse(partner.state_id)

    # what Odoo writes

    def test_state_by_code_by_code_with_country_and_by_name(self):
        canada = self.env.ref("base.ca")
        for code in ("QC", "qc", "CA-QC", "Quebec", " quebec "):
            with self.subTest(code=code):
                self.assertEqual(self.addresses._find_state(canada, code).code, "QC")
        for code in ("", "%", "Que%", "NY", None):
            with self.subTest(code=code):
                self.assertFalse(self.addresses._find_state(canada, code))
        self.assertFalse(self.addresses._find_state(self.env["res.country"], "QC"))

    def test_state_whose_code_in_odoo_has_the_country(self):
        country = self.env["res.country"].create({"name": "Testland", "code": "T0"})
        states = self.env["res.country.state"].create(
            [
                {"name": "East", "code": "T0-1", "country_id": country.id},
                {"name": "1", "code": "T0-2", "country_id": country.id},
            ]
        )
        self.assertEqual(self.addresses._find_state(country, "1"), states[0])
        self.assertEqual(self.addresses._find_state(country, "2"), states[1])

    def test_state_is_found_as_it_is_now(self):
        canada = self.env.ref("base.ca")
        self.assertFalse(self.addresses._find_state(canada, "ZZ"))
        state = self.env["res.country.state"].create(
            {"name": "Zembla", "code": "ZZ", "country_id": canada.id}
        )
        self.assertEqual(self.addresses._find_state(canada, "ZZ"), state)
        state.code = "ZY"
        self.assertFalse(self.addresses._find_state(canada, "ZZ"))
        self.assertEqual(self.addresses._find_state(canada, "ZY"), state)
        state.unlink()
        self.assertFalse(self.addresses._find_state(canada, "ZY"))

    def test_phone_in_e164(self):
        belgium, france = self.env.ref("base.be").id, self.env.ref("base.fr").id
        for number, country, expected in (
            ("02 555 01 02", belgium, "+3225550102"),
            ("0032 2 555 01 02", belgium, "+3225550102"),
            ("+32 (0)2 555.01.02", france, "+3225550102"),
            ("01 42 68 53 00", france, "+33142685300"),
            ("02 555 01 02", False, "+3225550102"),  # the company's country
            ("ring the bell", belgium, "ring the bell"),
            ("", belgium, False),
        ):
            with self.subTest(number=number):
                self.assertEqual(self.addresses._format_phone(number, country), expected)

    def test_language_as_it_is_or_the_nearest_or_of_no_use(self):
        find = self.addresses._find_language
        for code in ("fr_BE", "fr_FR", "pt_PT", "nb_NO", "zh_TW"):
            self.env["res.lang"]._activate_lang(code)
        for tag, expected in (
            ("fr-BE", "fr_BE"),
            ("fr_BE", "fr_BE"),
            ("fr", "fr_FR"),
            ("fr-CA", "fr_FR"),
            ("en", "en_US"),
            ("en-GB", "en_US"),
            ("pt-BR", "pt_PT"),
            ("no", "nb_NO"),
            ("zh-Hant", "zh_TW"),
            ("de", False),
            ("", False),
            (None, False),
        ):
            with self.subTest(tag=tag):
                self.assertEqual(find(tag), expected)

    def test_punctuation_does_not_count(self):
        same = self.addresses._find_address
        partner = self.env["res.partner"].create(
            {"name": "Sean", "street": "St. John's Rd. 1-3", "city": "L'Aquila", "zip": "AB1 2CD"}
        )
        address = Address(name="SEAN", street="St John’s Rd 1 3", city="l’aquila", zip="ab12cd")
        self.assertEqual(same(partner, address, "delivery"), partner)
        other = replace(address, street="St John’s Rd 13")
        self.assertNotEqual(same(partner, other, "delivery"), partner)

    def test_child_contacts_of_other_kinds_are_left_alone(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Ada",
                "child_ids": [
                    Command.create({"name": "Ada Byron", "type": "other", "street": "Rue Haute 1"})
                ],
            }
        )
        address = Address(name="Ada Byron", street="Rue Haute 1")
        contact = self.addresses._find_address(partner, address, "delivery")
        self.assertEqual((contact.type, len(partner.child_ids)), ("delivery", 2))
