# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What both sides changed: the backend's rule decides, or a human with two buttons."""

from dataclasses import replace
from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .customer_case import HOME, OFFICE, ConflictCase
from .fake_shop import MOMENT


@tagged("post_install", "-at_install")
class TestCustomerConflict(ConflictCase):
    # the last change wins

    def test_last_change_wins_by_default(self):
        self.assertEqual(
            [self.backend[f"customer_rule_{one}"] for one in ("address", "phone", "email")],
            ["last", "last", "last"],
        )
        self.edit(100, phone="+3225550111", email="ada@here.example")
        self.change(99, phone="+3225550199", email="ada@example.com")
        self.assertEqual(self.partner.phone, "+3225550111")
        self.change(101, phone="+3225550177", email="ada@there.example")
        self.assertEqual(
            (self.partner.phone, self.partner.email), ("+3225550177", "ada@there.example")
        )
        self.assertFalse(self.issues())

    def test_time_is_that_of_the_very_field(self):
        self.edit(100, phone="+3225550111")
        self.edit(500, function="Countess", street="Here 1")
        self.change(300, phone="+3225550199", addresses=(OFFICE,))
        self.assertEqual((self.partner.phone, self.partner.street), ("+3225550199", "Here 1"))
        self.assertEqual(
            self.partner.storefront_changes,
            {"phone": "2026-11-20 09:35:00", "street": "2026-11-20 09:38:20"},
        )

    def test_change_that_left_no_time_is_as_old_as_the_contact_s_last(self):
        self.edit(100, function="Countess")
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '+3225550111' WHERE id = %s", [self.partner.id]
        )
        self.env.invalidate_all()
        self.change(99, phone="+3225550199")
        self.assertEqual(self.partner.phone, "+3225550111")
        self.change(101, phone="+3225550177")
        self.assertEqual(self.partner.phone, "+3225550177")

    def test_what_was_kept_is_agreed_on(self):
        """The storefront's value of then is no news later; a newer one is."""
        self.edit(100, phone="+3225550111")
        self.change(50, phone="+3225550199")
        self.change(200, phone="+3225550199", email="ada@new.example")
        self.assertEqual((self.partner.phone, self.partner.email),
                         ("+3225550111", "ada@new.example"))  # fmt: skip
        self.change(300, phone="+3225550177")
        self.assertEqual(self.partner.phone, "+3225550177")

    def test_both_came_to_the_same(self):
        self.edit(100, phone="+32 2 555 01 99")
        self.change(200, phone="+3225550199")
        self.assertEqual(self.partner.phone, "+32 2 555 01 99")
        self.edit(300, phone="+3225550111")
        self.change(400, phone="+3225550199", name="A.")
        self.assertEqual(self.partner.phone, "+3225550111")

    def test_note_is_of_changes_only_and_of_linked_contacts_only(self):
        self.edit(100, phone="+3225550101", email="ada@example.com", function="Countess")
        self.assertFalse(self.partner.storefront_changes)
        other = self.env["res.partner"].create({"name": "Bob"})
        other.phone = "1"
        self.assertFalse(other.storefront_changes)

    def test_note_is_made_for_whoever_may_write_contacts(self):
        clerk = new_test_user(
            self.env,
            "clerk",
            "base.group_user,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.partner.with_user(clerk).write({"phone": "+3225550111"})
        self.assertEqual(list(self.partner.storefront_changes), ["phone"])
        with self.assertRaises(AccessError):
            self.partner.with_user(clerk).read(["storefront_changes"])

    # Odoo keeps its value

    def test_owner_keeps_what_both_changed_and_nothing_else(self):
        self.rule(phone="owner")
        self.edit(100, phone="+3225550111")
        self.change(200, phone="+3225550199", email="ada@new.example")
        self.assertEqual((self.partner.phone, self.partner.email),
                         ("+3225550111", "ada@new.example"))  # fmt: skip
        self.assertEqual(self.binding.synced["phone"], "+3225550199")
        self.assertEqual(self.binding.synced["odoo"], {"phone": "+3225550111"})
        self.change(300, phone="+3225550177")
        self.assertEqual(self.partner.phone, "+3225550177")  # only the storefront changed since

    # ask

    def test_human_sees_both_values(self):
        self.rule(address="ask", phone="ask", email="ask")
        self.edit(100, phone="+3225550111", email="ada@here.example", street="Here 1")
        record = self.change(
            200, phone="+3225550199", email="ada@there.example", addresses=(OFFICE,)
        )
        self.assertEqual(record.state, "done")
        self.assertEqual(
            self.issues().mapped("message"),
            [
                "The address of “Ada Byron” was changed on both sides. Here: Here 1, Bruxelles, "
                "1000, Belgium. In the storefront: Quai du Commerce 7, Bruxelles, 1001, Belgium.",
                "The phone number of “Ada Byron” was changed on both sides. Here: +3225550111. In "
                "the storefront: +3225550199.",
                "The e-mail address of “Ada Byron” was changed on both sides. Here: "
                "ada@here.example. In the storefront: ada@there.example.",
            ],
        )
        issue = self.issues(code="customer_conflict_phone")
        self.assertEqual(
            (issue.partner_id, issue.has_two_values, issue.snapshot_ids, issue.storefront_url),
            (self.partner, True, record, "https://fake.example/customers/501"),
        )
        self.assertEqual((self.partner.phone, self.partner.street), ("+3225550111", "Here 1"))

    def ask_phone(self):
        self.rule(phone="ask")
        self.edit(100, phone="+3225550111")
        self.change(200, phone="+3225550199")
        return self.issues(code="customer_conflict_phone", state="open")

    def test_human_takes_the_storefronts(self):
        issue = self.ask_phone()
        self.shop.customers["501"] = self.account(300, phone="+3225550188")
        self.press(issue, "take")
        self.assertEqual(self.partner.phone, "+3225550188")  # what is there by now
        self.assertEqual(issue.state, "resolved")
        self.assertFalse(self.issues(state="open"))

    def test_human_keeps_odoos(self):
        issue = self.ask_phone()
        self.press(issue, "keep")
        self.assertEqual((self.partner.phone, issue.state), ("+3225550111", "resolved"))
        self.change(300, phone="+3225550199", email="ada@new.example")
        self.assertEqual(self.partner.phone, "+3225550111")
        self.assertFalse(self.issues(state="open"))
        self.change(400, phone="+3225550177")
        self.assertEqual(self.partner.phone, "+3225550177")

    def test_who_ignores_keeps_odoos(self):
        issue = self.ask_phone()
        issue.action_ignore("Not now")
        self.assertEqual((issue.state, issue.reason), ("ignored", "Not now"))
        self.change(300, phone="+3225550199", name="A.")
        self.assertEqual(self.partner.phone, "+3225550111")
        self.assertFalse(self.issues(state="open"))

    def test_newest_values_are_shown_until_somebody_decides(self):
        issue = self.ask_phone()
        self.edit(300, phone="+3225550112")
        self.change(400, phone="+3225550198")
        self.assertEqual(self.issues(state="open"), issue)
        self.assertEqual(
            (issue.params["odoo"], issue.params["storefront"]), ("+3225550112", "+3225550198")
        )
        self.press(issue, "keep")
        self.assertEqual(self.partner.phone, "+3225550112")

    def test_question_closes_when_the_sides_agree(self):
        issue = self.ask_phone()
        self.edit(300, phone="+32 2 555 01 99")
        self.change(400, phone="+3225550199")
        self.assertEqual(issue.state, "resolved")

    def test_question_closes_when_the_rule_decides(self):
        issue = self.ask_phone()
        self.rule(phone="last")
        self.change(400, phone="+3225550199")
        self.assertEqual((issue.state, self.partner.phone), ("resolved", "+3225550199"))

    def test_address_is_taken_as_one(self):
        self.rule(address="ask")
        self.edit(100, street="Here 1", street2="back")
        self.change(200, addresses=(OFFICE,))
        self.press(self.issues(), "take")
        self.assertEqual(
            self.address(self.partner), ("Quai du Commerce 7", "1001", "Bruxelles", "BE")
        )
        self.assertEqual(self.partner.street2, False)

    def test_one_decision_for_all_like_it(self):
        first = self.ask_phone()
        bob = {"external_id": "502", "email": "bob@example.com"}
        other = self.buy("2", customer=self.account(**bob))[0]
        with freeze_time(MOMENT + timedelta(seconds=100)):
            other.write({"phone": "+3225550122"})
        self.change(200, phone="+3225550188", **bob)
        self.assertEqual(len(self.issues(state="open")), 2)
        self.press(first, "take", with_similar=True)
        self.assertEqual(
            (self.partner.phone, other.phone, self.issues(state="open").ids),
            ("+3225550199", "+3225550188", []),
        )

    def test_field_of_another_addon_is_asked_about(self):
        flow = type(self.env["storefront.customer.update"])
        prepare, writable = flow._prepare_storefront_vals, flow._writable_fields
        title = ["Poet"]
        self.patch(flow, "_writable_fields", lambda self: (*writable(self), "function"))
        self.patch(
            flow,
            "_prepare_storefront_vals",
            lambda self, *args: {**prepare(self, *args), "function": title[0]},
        )
        self.rule(email="ask")
        self.change(50)
        self.edit(100, function="Countess")
        title[0] = "Engineer"
        self.change(200)
        self.assertEqual(
            self.issues().message,
            "Job Position of “Ada Byron” was changed on both sides. Here: Countess. In the "
            "storefront: Engineer.",
        )
        self.press(self.issues(), "take")
        self.assertEqual(self.partner.function, "Engineer")

    def test_buttons_are_for_questions_with_two_values(self):
        self.receive(self.order("9", self.line("1", "10.00", sku="GHOST")))
        issue = self.issues(code="product_missing")
        self.assertFalse(issue.has_two_values)
        for button in ("action_ask_keep", "action_ask_take"):
            with self.subTest(button=button), self.assertRaises(UserError):
                getattr(issue.with_user(self.manager()), button)()

    def test_question_closes_with_its_account(self):
        issue = self.ask_phone()
        self.binding.unlink()
        self.assertEqual((issue.state, issue.binding_id.id), ("resolved", False))

    def test_time_of_the_account_unknown(self):
        self.edit(100, phone="+3225550111")
        account = replace(self.account(), updated_at=None, phone="+3225550199")
        sides = self.env["storefront.customer.conflict"]
        self.assertTrue(sides._is_theirs_later(self.partner, ("phone",), account))
        self.assertFalse(
            sides._is_theirs_later(self.partner, ("phone",), self.account(99, addresses=(HOME,)))
        )
