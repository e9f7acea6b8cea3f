# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Persons who order: found by account, then by e-mail, else new."""

from dataclasses import replace

from odoo.tests import tagged

from ..platforms.documents.customer import Customer
from .customer_case import HOME, CustomerCase


@tagged("post_install", "-at_install")
class TestCustomerImport(CustomerCase):
    # who it is

    def test_new_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        address = replace(
            HOME,
            company="Analytical Engines",
            street2="b. 2",
            state_code="QC",
            country_code="ca",
            phone="514 555 0199",
        )
        customer = self.account(language="fr-BE", phone="")
        partner, invoice, delivery = self.buy(
            "1", customer=customer, billing_address=address, shipping_address=address
        )
        self.assertEqual((partner, partner), (invoice, delivery))
        self.assertEqual(partner.name, "Ada Byron")
        self.assertEqual(partner.company_name, "Analytical Engines")
        self.assertEqual(partner.email, "ada@example.com")
        self.assertEqual(partner.phone, "+15145550199")
        self.assertEqual(partner.lang, "fr_FR")
        self.assertEqual(partner.company_id, self.company)
        self.assertFalse(partner.is_company)
        self.assertEqual(
            (partner.street, partner.street2, partner.zip, partner.city),
            ("Rue Haute 1", "b. 2", "1000", "Bruxelles"),
        )
        self.assertEqual((partner.country_id.code, partner.state_id.code), ("CA", "QC"))
        binding = partner.storefront_binding_ids
        self.assertEqual(
            (binding.kind, binding.external_id, binding.company_external_id),
            ("customer", "501", False),
        )
        self.assertEqual(
            binding.synced,
            {
                "street": "Rue Haute 1",
                "street2": "b. 2",
                "city": "Bruxelles",
                "zip": "1000",
                "state_id": partner.state_id.id,
                "country_id": partner.country_id.id,
                "phone": "+15145550199",
                "email": "ada@example.com",
            },
        )

    def test_account_is_found_again_though_everything_else_changed(self):
        partner = self.buy("1")[0]
        other = self.account(name="A. Lovelace", email="new@example.com")
        self.assertEqual(self.buy("2", customer=other)[0], partner)
        self.assertEqual((partner.name, partner.email), ("Ada Byron", "ada@example.com"))

    def test_order_that_tells_of_another_email_has_the_account_read(self):
        partner = self.buy("1")[0]
        self.assertFalse(self.record())
        self.shop.customers["501"] = self.account(60, email="new@example.com")
        self.buy("2", customer=self.account(email="new@example.com"))
        self.assertEqual(self.record().state, "to_fetch")
        self.job("fetch")
        self.job("import")
        self.assertEqual(partner.email, "new@example.com")
        self.assertEqual(self.buy("3", customer=self.account(email="NEW@example.com"))[0], partner)
        self.assertEqual(self.record().state, "done")

    def test_second_account_with_the_same_email_is_the_same_partner(self):
        partner = self.buy("1")[0]
        self.assertEqual(self.buy("2", customer=self.account(external_id="502"))[0], partner)
        self.assertEqual(partner.storefront_binding_ids.mapped("external_id"), ["501", "502"])

    def test_guest_who_registers_is_the_same_partner(self):
        guest = self.buy("1", customer=self.account(external_id="", name=""))[0]
        self.assertEqual((guest.name, guest.storefront_binding_ids.ids), ("Ada Byron", []))
        self.assertEqual(self.buy("2")[0], guest)
        self.assertEqual(guest.storefront_binding_ids.external_id, "501")
        self.assertEqual(self.buy("3", customer=self.account(external_id=""))[0], guest)

    def test_email_in_other_letters_is_the_same(self):
        partner = self.env["res.partner"].create({"name": "Ada", "email": "Ada@Example.COM"})
        self.assertEqual(self.buy("1")[0], partner)
        self.assertFalse(partner.storefront_binding_ids.synced)

    def test_person_is_preferred_to_a_company_with_the_email(self):
        company, person = self.env["res.partner"].create(
            [
                {"name": "Byron Ltd", "is_company": True, "email": "ada@example.com"},
                {"name": "Ada", "email": "ada@example.com"},
            ]
        )
        self.assertEqual(self.buy("1")[0], person)
        person.active = False
        self.assertEqual(self.buy("2", customer=self.account(external_id="9"))[0], company)

    def test_vat_number_merges_companies_only(self):
        self.env["res.partner"].create(
            {"name": "Byron Ltd", "is_company": True, "vat": "BE0477472701"}
        )
        partner = self.buy("1", customer=self.account(vat="BE0477472701"))[0]
        self.assertEqual((partner.name, partner.vat), ("Ada Byron", False))

    def test_partner_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        partner = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "company_id": other.id}
        )
        self.assertNotEqual(self.buy("1")[0], partner)

    def test_account_whose_partner_went_to_another_company_gets_a_new_one(self):
        partner = self.buy("1")[0]
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.flush_all()
        # Odoo refuses it while there are orders; an update of the database doesn't.
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s", [other.id, partner.id]
        )
        self.env.invalidate_all()
        again = self.buy("2")[0]
        self.assertNotEqual(again, partner)
        self.assertEqual(self.bindings().partner_id, again)

    def test_partner_that_all_companies_share_is_taken(self):
        partner = self.env["res.partner"].create({"name": "Ada", "email": "ada@example.com"})
        found, _invoice, delivery = self.buy("1")
        self.assertEqual(found, partner)
        self.assertFalse(delivery.company_id)

    def test_contact_of_a_partner_is_not_taken_for_the_customer(self):
        parent = self.env["res.partner"].create({"name": "Parent"})
        contact = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "parent_id": parent.id}
        )
        partner = self.buy("1")[0]
        self.assertNotEqual(partner, contact)
        self.assertFalse(partner.parent_id)

    def test_archived_partner_keeps_its_account_and_stays_archived(self):
        partner = self.buy("1")[0]
        partner.active = False
        self.assertEqual(self.buy("2")[0], partner)
        self.assertFalse(partner.active)

    def test_archived_partner_is_found_by_nothing_else(self):
        partner = self.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "active": False}
        )
        self.assertNotEqual(self.buy("1")[0], partner)

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

    def test_merge_keys(self):
        keys = self.env["storefront.customer.import"]._merge_keys
        backend, company = self.backend.id, self.company.id
        customer = Customer(external_id="5", email=" Ada@Example.com", vat="be 047")
        self.assertEqual(
            keys(self.backend, customer),
            [f"customer:{backend}:5", f"email:{company}:ada@example.com"],
        )
        business = replace(
            customer,
            company_name="Analytical",
            company_external_id="7",
            company_location_external_id="8",
            vat="BE 0477.472.701",
        )
        expected = [
            f"customer:{backend}:5",
            f"company:{backend}:7",
            f"location:{backend}:8",
            f"vat:{company}:0477472701",
            f"email:{company}:ada@example.com",
        ]
        self.assertEqual(keys(self.backend, business), expected)
        self.assertEqual(keys(self.backend, replace(business, vat="0477472701")), expected)
        self.assertEqual(keys(self.backend, Customer(name="Nobody")), [])

    # tax exemption

    def test_exempt_customer_gets_the_position_at_creation(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.backend.tax_exempt_position_id = position
        partner = self.buy("1", customer=self.account(tax_exempt=True))[0]
        self.assertEqual(partner.property_account_position_id, position)
        self.assertTrue(partner.storefront_binding_ids.tax_exempt)
        other = self.account(external_id="502", email="bob@example.com")
        self.assertFalse(self.buy("2", customer=other)[0].property_account_position_id)

    def test_exempt_customer_without_a_position_to_give(self):
        partner = self.buy("1", customer=self.account(tax_exempt=True))[0]
        self.assertFalse(partner.property_account_position_id)

    def test_partner_that_was_here_gets_no_position(self):
        self.backend.tax_exempt_position_id = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        partner = self.env["res.partner"].create({"name": "Ada", "email": "ada@example.com"})
        self.buy("1", customer=self.account(tax_exempt=True))
        self.assertFalse(partner.with_company(self.company).property_account_position_id)
