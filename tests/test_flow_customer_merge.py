# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers the storefront merged: their accounts stand for one partner, nobody's data is lost."""

from odoo.tests import tagged

from .customer_case import CustomerCase


@tagged("post_install", "-at_install")
class TestCustomerMerge(CustomerCase):
    def merge(self, gone="502", kept="501"):
        """Have the storefront merge two accounts, and say so."""
        self.shop.customers.pop(gone, None)
        self.shop.customers.setdefault(kept, self.account(60, external_id=kept))
        self.announce(gone, merged_into=kept)
        self.job("fetch")
        self.job("import")

    def bob(self):
        return self.account(external_id="502", name="Bob", email="bob@example.com")

    def bound(self):
        return {one.external_id: one.partner_id for one in self.bindings()}

    def test_both_accounts_were_here(self):
        ada, bob = self.buy("1")[0], self.buy("2", customer=self.bob())[0]
        self.merge()
        self.assertEqual(self.bound(), {"501": ada, "502": ada})
        self.assertEqual(self.bindings(external_id="502").merged_into, "501")
        issue = self.issues()
        self.assertEqual(
            issue.message,
            "The storefront merged two customers: “Bob” is “Ada Byron” now, who gets the orders to "
            "come. If both are one here too, merge the contacts.",
        )
        self.assertEqual((issue.partner_id, issue.has_two_values), (ada, False))
        self.assertEqual((bob.name, bob.email, bob.active), ("Bob", "bob@example.com", True))
        self.assertEqual(self.sale_orders()["2"].partner_id, bob)
        self.assertEqual(self.buy("3")[0], ada)
        issue.action_resolve()
        self.merge()
        self.assertFalse(self.issues(state="open"))

    def test_only_the_merged_account_was_here(self):
        bob = self.buy("2", customer=self.bob())[0]
        self.merge()
        self.assertEqual(self.bound(), {"501": bob, "502": bob})
        self.assertFalse(self.issues())
        self.assertEqual(self.buy("3")[0], bob)

    def test_only_the_kept_account_was_here(self):
        ada = self.buy("1")[0]
        self.merge()
        self.assertEqual(self.bound(), {"501": ada})
        self.assertFalse(self.issues())

    def test_accounts_of_one_partner(self):
        ada = self.buy("1")[0]
        self.buy("2", customer=self.account(external_id="502"))
        self.merge()
        self.assertEqual(self.bound(), {"501": ada, "502": ada})
        self.assertFalse(self.issues())

    def test_kept_account_is_read_too(self):
        ada = self.buy("1")[0]
        self.deliver()
        self.shop.customers["501"] = self.account(60, phone="+3225550199")
        self.merge()
        self.assertEqual(ada.phone, "+3225550199")

    def test_account_that_is_still_there_was_not_merged(self):
        """Whatever an event says, the store is asked."""
        ada, bob = self.buy("1")[0], self.buy("2", customer=self.bob())[0]
        self.shop.customers["502"] = self.account(60, external_id="502")
        self.announce("502", merged_into="501")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.bound(), {"501": ada, "502": bob})

    def test_platform_whose_record_tells_of_the_merge(self):
        ada, _bob = self.buy("1")[0], self.buy("2", customer=self.bob())[0]
        record = self.change(60, external_id="502", email="bob@example.com", merged_into="501")
        self.assertEqual(self.bound(), {"501": ada, "502": ada})
        self.assertEqual(record.state, "done")
        self.assertEqual(self.issues().code, "customer_merged")
