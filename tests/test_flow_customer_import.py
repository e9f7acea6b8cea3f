# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace

from odoo.tests import tagged

from ..platforms.documents.customer import Address, Customer
from .common import ADDRESS, CUSTOMER, StorefrontCase


@tagged("post_install", "-at_install")
class TestCustomerImport(StorefrontCase):
    def buy(self, external_id, **values):
        """Import an order; return (customer, invoice partner, delivery partner)."""
        document = self.order(external_id, self.line("1", "10.00"), **values)
        order = self.receive(document)[external_id]
        return order.partner_id, order.partner_invoice_id, order.partner_shipping_id

    def test_new_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        address = replace(
            ADDRESS, street2="b. 2", state_code="QC", country_code="ca", phone="+32 2 1"
        )
        customer = replace(CUSTOMER, language="fr-BE", phone="+32 470 1")
        partner, invoice, delivery = self.buy(
            "1", customer=customer, billing_address=address, shipping_address=address
        )
        self.assertEqual((partner, partner), (invoice, delivery))
        self.assertEqual(partner.name, "Ada Byron")
        self.assertEqual(partner.email, "ada@example.com")
        self.assertEqual(partner.phone, "+32 470 1")
        self.assertEqual(partner.lang, "fr_FR")
        self.assertEqual(partner.company_id, self.company)
        self.assertFalse(partner.is_company)
        self.assertEqual(
            (partner.street, partner.street2, partner.zip, partner.city),
            ("Rue Haute 1", "b. 2", "1000", "Bruxelles"),
        )
        self.assertEqual((partner.country_id.code, partner.state_id.code), ("CA", "QC"))
        self.assertEqual(partner.storefront_binding_ids.external_id, "501")

    def test_language_as_it_is_or_of_no_use(self):
        find = self.env["storefront.customer.import"]._find_language
        self.env["res.lang"]._activate_lang("fr_BE")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertEqual(find("fr-BE"), "fr_BE")
        self.assertEqual(find("en"), "en_US")
        self.assertEqual(find("pt-BR"), False)
        self.assertEqual(find(""), False)

    def test_account_is_found_again_though_everything_else_changed(self):
        partner = self.buy("1")[0]
        other = replace(CUSTOMER, name="A. Lovelace", email="new@example.com")
        self.assertEqual(self.buy("2", customer=other)[0], partner)
        self.assertEqual((partner.name, partner.email), ("Ada Byron", "ada@example.com"))

    def test_second_account_with_the_same_email_is_the_same_partner(self):
        partner = self.buy("1")[0]
        self.assertEqual(self.buy("2", customer=replace(CUSTOMER, external_id="502"))[0], partner)
        self.assertEqual(partner.storefront_binding_ids.mapped("external_id"), ["501", "502"])

    def test_company_is_found_by_its_vat_before_the_email(self):
        company, person = self.env["res.partner"].create(
            [
                {"name": "Analytical Ltd", "is_company": True, "vat": "BE0477472701"},
                {"name": "Ada", "email": "ada@example.com"},
            ]
        )
        business = replace(CUSTOMER, company_name="Analytical", vat="be 0477 472 701")
        self.assertEqual(self.buy("1", customer=business)[0], company)
        self.assertEqual(self.buy("2", customer=replace(CUSTOMER, external_id="9"))[0], person)

    def test_new_company(self):
        business = replace(CUSTOMER, company_name="Analytical", vat="BE0477472701")
        partner, _invoice, delivery = self.buy("1", customer=business)
        self.assertEqual(
            (partner.name, partner.is_company, partner.vat), ("Analytical", True, "BE0477472701")
        )
        self.assertEqual((delivery.name, delivery.parent_id), ("Ada Byron", partner))

    def test_email_in_other_letters_is_the_same(self):
        partner = self.env["res.partner"].create({"name": "Ada", "email": "Ada@Example.COM"})
        self.assertEqual(self.buy("1")[0], partner)

    def test_partner_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        partner = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "company_id": other.id}
        )
        self.assertNotEqual(self.buy("1")[0], partner)

    def test_contact_of_a_partner_is_not_taken_for_the_customer(self):
        parent = self.env["res.partner"].create({"name": "Parent"})
        contact = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "parent_id": parent.id}
        )
        partner = self.buy("1")[0]
        self.assertNotEqual(partner, contact)
        self.assertFalse(partner.parent_id)

    def test_guest_has_no_binding(self):
        partner = self.buy("1", customer=Customer(email="guest@example.com"))[0]
        self.assertEqual(partner.name, "Ada Byron")
        self.assertFalse(partner.storefront_binding_ids)

    def test_name_of_a_guest_without_one(self):
        nowhere = {"billing_address": None, "shipping_address": None}
        by_email = self.buy("1", customer=Customer(email="guest@example.com"), **nowhere)[0]
        self.assertEqual(by_email.name, "guest@example.com")
        self.assertEqual(self.buy("2", customer=Customer(), **nowhere)[0].name, "Guest #2")

    def test_guests_without_an_email_are_not_merged(self):
        first = self.buy("1", customer=Customer(name="Ada Byron"))[0]
        second = self.buy("2", customer=Customer(name="Ada Byron"))[0]
        self.assertNotEqual(first, second)

    def test_addresses_of_the_order_become_contacts_once(self):
        shipping = replace(ADDRESS, name="Charles", street="Dorset St 1", country_code="GB")
        partner, invoice, delivery = self.buy("1", shipping_address=shipping)
        self.assertEqual(invoice, partner)
        self.assertEqual(
            (delivery.parent_id, delivery.type, delivery.name, delivery.street),
            (partner, "delivery", "Charles", "Dorset St 1"),
        )
        self.assertEqual(delivery.country_id.code, "GB")
        again = replace(shipping, street="  DORSET  st 1 ", name="charles", zip="1 000")
        self.assertEqual(self.buy("2", shipping_address=again)[2], delivery)
        moved = replace(shipping, street="Dorset St 2")
        self.assertNotEqual(self.buy("3", shipping_address=moved)[2], delivery)
        self.assertEqual(len(partner.child_ids), 2)

    def test_contact_to_invoice_is_not_one_to_deliver_to(self):
        other = replace(ADDRESS, street="Elsewhere 1")
        self.buy("1")
        partner, invoice, delivery = self.buy("2", billing_address=other, shipping_address=other)
        self.assertNotEqual(invoice, delivery)
        self.assertEqual((invoice.type, delivery.type), ("invoice", "delivery"))
        self.assertEqual(invoice.parent_id | delivery.parent_id, partner)

    def test_address_without_a_place_is_the_customer(self):
        partner, invoice, delivery = self.buy(
            "1", billing_address=Address(name="Ada"), shipping_address=None
        )
        self.assertEqual((invoice, delivery), (partner, partner))

    def test_unknown_country_and_state_are_left_empty(self):
        address = replace(ADDRESS, country_code="XX", state_code="YY")
        partner = self.buy("1", billing_address=address, shipping_address=address)[0]
        self.assertFalse(partner.country_id)
        self.assertFalse(partner.state_id)

    def test_merge_keys(self):
        keys = self.env["storefront.customer.import"]._merge_keys
        backend, company = self.backend.id, self.company.id
        customer = Customer(external_id="5", email=" Ada@Example.com", vat="be 047")
        self.assertEqual(
            keys(self.backend, customer),
            [f"customer:{backend}:5", f"vat:{company}:BE047", f"email:{company}:ada@example.com"],
        )
        self.assertEqual(keys(self.backend, Customer(name="Nobody")), [])
