# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The records of customers themselves are told and forgotten, and don't come back."""

import json
from dataclasses import replace

from odoo.tests import tagged

from ..platforms.documents.event import Event
from .common import ADDRESS
from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyCustomers(PrivacyCase):
    def change(self, external_id="501", merged_into="", **values):
        """Have an account change in the storefront, and the change arrive."""
        if merged_into:
            self.shop.customers.pop(external_id, None)
        else:
            account = self.ada(external_id=external_id, updated_at=self.later(60), **values)
            self.shop.customers[external_id] = account
        event = Event(
            topic="customers/changed",
            kind="customer",
            external_id=external_id,
            delivery_id=f"c-{self.env['storefront.event'].search_count([])}",
            occurred_at=self.later(60),
            merged_into=merged_into,
        )
        body = json.dumps({"email": "ada@example.com", "id": external_id}).encode()
        self.env["storefront.event"]._receive(self.backend, event, body)
        self.job("fetch")
        self.job("import")

    def record(self, external_id="501"):
        return self.env["storefront.snapshot"].search(
            [("kind", "=", "customer"), ("external_id", "=", external_id)]
        )

    def bought(self, **values):
        """Ada has ordered, her account has changed since, and nothing is on its way."""
        order = self.receive(self.order_of("1001", **values))["1001"]
        order.picking_ids.action_cancel()
        self.change(addresses=(ADDRESS,), phone="+32 2 555 01 99")
        return order

    def test_account_is_told(self):
        self.bought()
        request = self.ask("customer_data")
        data = json.loads(request.attachment_id.raw)
        (account,) = data["accounts"]
        self.assertEqual(
            (account["external_id"], account["synced"]["email"], account["tax_exempt"]),
            ("501", "ada@example.com", None),
        )
        records = {one["kind"]: one["content"] for one in data["storefront_records"]}
        self.assertEqual(records["customer"]["email"], "ada@example.com")
        self.assertEqual(records["customer"]["addresses"][0]["street"], "Rue Haute 1")
        self.assertEqual(
            [one["content"] for one in data["events"] if one["topic"] == "customers/changed"],
            [{"email": "ada@example.com", "id": "501"}],
        )
        self.assertEqual(
            [one["type"] for one in data["operations"]],
            ["customer_update", "customer_fetch", "order_import", "order_fetch"],
        )
        self.assertIn("accounts 1", request.report)

    def test_question_about_an_account_is_told(self):
        order = self.bought()
        self.backend.customer_rule_phone = "ask"
        order.partner_id.phone = "+32 2 555 01 11"
        self.change(phone="+32 2 555 01 77")
        data = json.loads(self.ask("customer_data").attachment_id.raw)
        self.assertEqual(
            [one["message"] for one in data["issues"]],
            [
                "The phone number of “Ada Byron” was changed on both sides. Here: "
                "+32 2 555 01 11. In the storefront: +3225550177."
            ],
        )

    def test_account_is_forgotten(self):
        order = self.bought()
        self.assertIn("+3225550199", self.holdings())
        self.ask()
        self.assertForgotten()
        self.assertNotIn("+3225550199", self.holdings())
        record = self.record()
        self.assertTrue(record.redacted_at)
        self.assertEqual((record.payload, record.payload_hash), (False, False))
        self.assertFalse(order.partner_id.storefront_binding_ids)

    def test_question_about_an_account_is_forgotten(self):
        order = self.bought()
        self.backend.customer_rule_phone = "ask"
        order.partner_id.phone = "+32 2 555 01 11"
        self.change(phone="+32 2 555 01 77")
        issue = self.issues(code="customer_conflict_phone")
        self.assertEqual(issue.state, "open")
        self.ask()
        self.assertForgotten()
        self.assertEqual(
            (issue.state, issue.params, issue.binding_id.id), ("resolved", False, False)
        )
        self.assertNotIn("+3225550177", self.holdings())

    def test_later_changes_of_the_account_bring_nothing_back(self):
        order = self.bought()
        self.ask()
        self.change(email="ada@example.com", addresses=(ADDRESS,))
        self.assertEqual((self.record().state, self.record().error_code), ("skipped", "redacted"))
        # Webhooks of then are kept with their content until they are vacuumed, or forgotten again.
        self.env["storefront.event"].search([("kind", "=", "customer")]).payload = False
        self.assertForgotten()
        self.assertEqual(order.partner_id.name, "Erased customer")

    def test_account_never_read_before_it_was_forgotten(self):
        order = self.receive(self.order_of("1001"))["1001"]
        order.picking_ids.action_cancel()
        self.ask()
        self.assertEqual((self.record().state, self.record().error_code), ("skipped", "redacted"))
        self.change()
        self.assertFalse(self.record().payload)
        self.assertEqual(self.record().state, "skipped")

    def test_account_on_its_way_brings_nothing_back(self):
        order = self.receive(self.order_of("1001"))["1001"]
        order.picking_ids.action_cancel()
        self.shop.during("fetch_records", lambda: self.ask())
        self.change(addresses=(ADDRESS,))
        self.env["storefront.event"].search([("kind", "=", "customer")]).payload = False
        self.assertForgotten()

    def test_accounts_merged_into_it_are_forgotten_with_it(self):
        order = self.bought()
        second = self.ada(external_id="502")
        self.receive(self.order_of("1002", second))["1002"].picking_ids.action_cancel()
        self.change("502", merged_into="501")
        request = self.ask()
        self.assertEqual(request.result["kept"], {})
        self.assertForgotten()
        self.assertEqual(order.partner_id.name, "Erased customer")
        self.assertFalse(self.env["storefront.binding.partner"].search([]).ids)

    def test_merge_of_two_contacts_is_forgotten(self):
        self.bought()
        bob = self.bob()
        self.receive(self.order_of("1002", bob))
        self.change("502", merged_into="501")
        issue = self.issues(code="customer_merged")
        self.assertIn("Ada Byron", issue.message)
        self.ask()
        self.assertFalse(issue.params)

    def test_contact_of_a_company_is_forgotten_and_the_company_stays(self):
        firm = {"company_name": "Analytical", "company_external_id": "71"}
        seat = replace(ADDRESS, street="Seat 1", name="Ada Byron", company="Analytical")
        once = replace(ADDRESS, name="Ada Byron")
        order = self.receive(
            self.order_of("1001", self.ada(**firm), billing_address=seat, shipping_address=once)
        )["1001"]
        order.picking_ids.action_cancel()
        contact, company = order.partner_id, order.partner_id.parent_id
        company.write({"email": "office@analytical.example", "phone": False})
        self.ask()
        self.assertEqual((contact.name, company.name), ("Erased customer", "Analytical"))
        self.assertEqual(order.partner_shipping_id.name, "Erased customer")
        self.assertEqual(company.street, "Seat 1")
        self.assertEqual(
            self.env["storefront.binding.partner"].search([]).mapped("kind"), ["company"]
        )
