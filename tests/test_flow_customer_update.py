# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What changes in an account is written where Odoo's side hasn't changed, and nothing else is."""

from dataclasses import replace
from unittest.mock import patch

from freezegun import freeze_time
from odoo.tests import tagged

from ..flows.customer_update import WRITABLE_BY_PLATFORM
from ..platforms import errors
from .customer_case import HOME, OFFICE, CustomerCase


@tagged("post_install", "-at_install")
class TestCustomerUpdate(CustomerCase):
    def setUp(self):
        super().setUp()
        self.partner = self.buy("1")[0]
        self.deliver()
        self.binding = self.partner.storefront_binding_ids
        self.change(1)  # the account as it was when it ordered

    def operation(self):
        return self.operations("customer_update")[-1:]

    def test_constant_is_what_is_agreed(self):
        self.assertEqual(
            WRITABLE_BY_PLATFORM,
            ("street", "street2", "city", "zip", "state_id", "country_id", "phone", "email"),
        )

    def test_change_of_the_account_is_written(self):
        moved = replace(OFFICE, street2="b. 3", country_code="CA", state_code="QC")
        record = self.change(email="ada@new.example", phone="+15145550199", addresses=(moved, HOME))
        self.assertEqual(
            self.address(self.partner), ("Quai du Commerce 7", "1001", "Bruxelles", "CA")
        )
        self.assertEqual(
            (self.partner.street2, self.partner.state_id.code, self.partner.email,
             self.partner.phone),
            ("b. 3", "QC", "ada@new.example", "+15145550199"),
        )  # fmt: skip
        self.assertEqual(record.state, "done")
        self.assertEqual((self.operation().status, self.operation().source_ref), ("success", "501"))
        self.assertEqual(self.binding.synced["email"], "ada@new.example")
        self.assertEqual(self.partner.child_ids.ids, [])
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", "Ada Byron")]), 1)

    def test_nothing_but_the_writable_is_written(self):
        before = self.partner.read()[0]
        self.change(
            name="Countess of Lovelace",
            vat="BE0477472701",
            language="fr",
            tax_exempt=True,
            email="ada@new.example",
        )
        after = self.partner.read()[0]
        changed = {name for name in after if after[name] != before[name]}
        derived = {"email_normalized", "email_formatted", "storefront_changes"}
        derived |= {"write_date", "write_uid"}
        self.assertEqual(changed - derived, {"email"})

    def test_unchanged_account_writes_nothing(self):
        record, partner = self.record(), self.partner
        with self.written_tables() as written:
            self.change(99)  # touched in the store, nothing of ours changed
        self.assertIn("storefront_snapshot", written)
        self.assertEqual(
            written & {"res_partner", "storefront_binding_partner", "mail_message"}, set()
        )
        self.assertEqual(record.state, "done")
        self.assertEqual(self.operation().status, "unchanged")
        self.assertEqual(partner.storefront_changes, False)
        with self.written_tables() as written:
            self.announce()  # the very same state again: not even imported
            self.job("fetch")
            self.job("import")
        self.assertNotIn("res_partner", written)
        self.assertEqual(len(self.operations("customer_update")), 2)

    def test_writing_otherwise_is_no_change(self):
        self.change(
            email="ADA@example.com",
            phone="02 555 01 01",
            addresses=(replace(HOME, street="RUE  HAUTE, 1", zip="10 00", name="A. B."),),
        )
        self.assertEqual(self.operation().status, "unchanged")
        self.assertEqual(
            (self.partner.street, self.partner.email, self.partner.phone),
            ("Rue Haute 1", "ada@example.com", "+3225550101"),
        )

    def test_number_a_user_wrote_otherwise_is_no_change(self):
        self.partner.phone = "02 555 01 01"
        self.change(phone="+3225550199")
        self.assertEqual(self.partner.phone, "+3225550199")

    def test_silence_of_the_storefront_empties_nothing(self):
        self.change(email="", phone="", addresses=())
        self.assertEqual(
            (self.partner.email, self.partner.phone, self.partner.street),
            ("ada@example.com", "+3225550101", "Rue Haute 1"),
        )

    def test_change_here_stays_while_the_account_is_as_it_was(self):
        self.partner.write({"street": "Here 1", "phone": "+3225550111"})
        self.change(email="ada@new.example")
        self.assertEqual(
            (self.partner.street, self.partner.phone, self.partner.email),
            ("Here 1", "+3225550111", "ada@new.example"),
        )
        self.assertFalse(self.issues())

    def test_address_is_all_of_one_or_all_of_the_other(self):
        moved = replace(OFFICE, street2="b. 3", state_code="")
        self.change(addresses=(moved,))
        self.change(120, addresses=(replace(moved, street2=""),))
        self.assertEqual(self.partner.street2, False)

    def test_partner_found_by_email_is_not_overwritten_at_first_sight(self):
        partner = self.env["res.partner"].create(
            {"name": "Bob", "email": "bob@example.com", "street": "Curated 1", "city": "Gent"}
        )
        bob = self.account(external_id="502", email="bob@example.com")
        self.buy("2", customer=bob)
        self.change(60, external_id="502", email="bob@example.com")
        self.assertEqual((partner.street, partner.phone), ("Curated 1", False))
        binding = partner.storefront_binding_ids
        self.assertEqual(binding.synced["odoo"]["street"], "Curated 1")
        self.change(120, external_id="502", email="bob@example.com", phone="+3225550155")
        self.assertEqual((partner.street, partner.phone), ("Curated 1", "+3225550155"))
        self.change(180, external_id="502", email="bob@example.com", addresses=(OFFICE,))
        self.assertEqual(self.address(partner), ("Quai du Commerce 7", "1001", "Bruxelles", "BE"))

    def test_number_that_comes_later_is_taken(self):
        bare = self.account(external_id="502", email="bob@example.com", phone="")
        partner = self.buy("2", customer=bare)[0]
        self.change(60, external_id="502", email="bob@example.com", phone="+3225550155")
        self.assertEqual(partner.phone, "+3225550155")

    def test_two_accounts_of_one_partner_both_change_it(self):
        self.buy("2", customer=self.account(external_id="502"))
        self.deliver("2")
        self.change(10, external_id="502")
        self.change(60, addresses=(OFFICE,))
        self.assertEqual(self.partner.street, "Quai du Commerce 7")
        self.change(120, external_id="502", addresses=(replace(HOME, street="Rue Basse 2"),))
        self.assertEqual(self.partner.street, "Rue Basse 2")

    def test_contact_of_a_company_gets_no_address_of_its_own(self):
        firm = self.account(
            external_id="502", email="bob@example.com", company_name="Firm", company_external_id="7"
        )
        contact = self.buy("2", customer=firm)[0]
        self.change(
            60, external_id="502", email="bob@new.example", phone="+3225550155", addresses=(OFFICE,)
        )
        self.assertEqual((contact.email, contact.phone), ("bob@new.example", "+3225550155"))
        self.assertEqual((contact.street, contact.parent_id.street), ("Rue Haute 1", "Rue Haute 1"))
        self.assertEqual(contact.parent_id.email, "bob@example.com")

    def test_account_nobody_stands_for_leaves_nothing_behind(self):
        record = self.change(60, external_id="777", email="stranger@example.com")
        self.assertEqual((record.state, record.error_code), ("skipped", "customer_unknown"))
        self.assertFalse(record.payload)
        self.assertFalse(self.env["res.partner"].search([("email", "=", "stranger@example.com")]))
        self.assertEqual(self.operation().status, "skipped")

    def test_account_that_was_left_out_is_read_once_it_orders(self):
        self.change(60, external_id="777", email="new@example.com", phone="+3225550155")
        stale = self.account(external_id="777", email="new@example.com", phone="")
        partner = self.buy("2", customer=stale)[0]
        self.deliver("2")
        self.assertEqual((partner.phone, self.record("777").state), (False, "to_fetch"))
        self.job("fetch")
        self.job("import")
        self.assertEqual((partner.phone, self.record("777").state), ("+3225550155", "done"))

    def test_account_that_is_gone_changes_nothing(self):
        del self.shop.customers["501"]
        self.announce()
        self.job("fetch")
        self.assertEqual((self.record().state, self.record().error_code), ("skipped", "not_found"))
        self.assertEqual(self.partner.email, "ada@example.com")
        self.assertFalse(self.issues())

    def test_older_state_is_not_applied(self):
        self.change(60, phone="+3225550199")
        self.change(30, phone="+3225550111")
        self.assertEqual(self.partner.phone, "+3225550199")

    def test_account_that_cannot_be_read_is_shown(self):
        with patch.object(
            self.adapter_class, "parse_customer", side_effect=errors.BadPayload(path="id")
        ):
            record = self.change(60, phone="+3225550199")
        self.assertEqual(record.state, "requires_attention")
        self.assertEqual(self.issues().code, "bad_payload")
        self.issues().action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.partner.phone, "+3225550199")
        self.assertEqual(record.state, "done")

    # goods on their way

    def test_address_waits_for_goods_that_are_on_their_way(self):
        self.buy("2")
        record = self.change(60, phone="+3225550199", addresses=(OFFICE,))
        self.assertEqual((self.partner.street, self.partner.phone), ("Rue Haute 1", "+3225550199"))
        self.assertEqual((record.state, record.error_code), ("done", "address_waits"))
        backends = self.env["storefront.backend"]
        self.deliver("2")
        backends._cron_poll()
        self.assertEqual(record.state, "done")  # not yet
        with freeze_time(record.next_try):
            backends._cron_poll()
        self.assertEqual(record.state, "to_fetch")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.partner.street, "Quai du Commerce 7")
        self.assertEqual((record.state, record.error_code), ("done", False))

    def test_customers_do_not_hold_up_the_stock(self):
        self.announce()
        self.assertIsNone(self.backend._first_order_on_the_way())
        self.assertEqual(self.backend.waiting_count, 0)

    # other companies, archived ones, erased ones

    def test_archived_partner_is_still_kept_right(self):
        self.partner.active = False
        self.change(60, phone="+3225550199")
        self.assertEqual((self.partner.phone, self.partner.active), ("+3225550199", False))

    def test_partner_of_another_company_is_left_alone(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s", [other.id, self.partner.id]
        )
        self.env.invalidate_all()
        self.change(60, phone="+3225550199")
        self.assertEqual(self.partner.sudo().phone, "+3225550101")
        self.assertEqual(self.record().state, "done")

    # what another addon adds

    def test_addon_widens_what_is_written(self):
        flow = type(self.env["storefront.customer.update"])
        prepare = flow._prepare_storefront_vals
        self.patch(flow, "_writable_fields", lambda self: (*WRITABLE_BY_PLATFORM, "function"))
        self.patch(
            flow,
            "_prepare_storefront_vals",
            lambda self, *args: {**prepare(self, *args), "function": "Countess"},
        )
        self.change(60)
        self.assertEqual(self.partner.function, False)  # first sight
        flow._prepare_storefront_vals = lambda self, *args: {
            **prepare(self, *args),
            "function": "Poet",
        }
        self.change(120)
        self.assertEqual(self.partner.function, "Poet")

    def test_what_nobody_allowed_is_never_written(self):
        flow = self.env["storefront.customer.update"]
        with self.assertRaises(ValueError):
            flow._write_partner(self.partner, {"vat": "BE0477472701"}, self.account())
        with self.assertRaises(ValueError):
            flow._write_partner(self.partner, {"phone": "1", "user_id": 1}, self.account())
        self.assertEqual((self.partner.vat, self.partner.phone), (False, "+3225550101"))
