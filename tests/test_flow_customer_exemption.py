# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A tax exemption that changes in the storefront is asked about, and never applied by itself."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .customer_case import ConflictCase


@tagged("post_install", "-at_install")
class TestCustomerExemption(ConflictCase):
    def exempt(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.backend.tax_exempt_position_id = position
        self.change(200, tax_exempt=True)
        return position, self.issues(code="customer_exempt")

    def position_of(self, partner):
        return partner.with_company(self.company).property_account_position_id

    def test_exemption_that_comes_later_is_asked_about(self):
        position, issue = self.exempt()
        self.assertEqual(
            issue.message,
            "“Ada Byron” is tax-exempt in the storefront now. The fiscal position here: –. The one "
            "for exempt customers: Exempt.",
        )
        self.assertEqual((issue.partner_id, issue.has_two_values), (self.partner, True))
        self.assertFalse(self.position_of(self.partner))
        self.assertTrue(self.binding.tax_exempt)
        accountant = self.manager(",base.group_partner_manager,account.group_account_invoice")
        self.press(issue, "take", accountant)
        self.assertEqual(self.position_of(self.partner), position)
        self.assertEqual(issue.state, "resolved")

    def test_exemption_that_ends_is_asked_about(self):
        position, issue = self.exempt()
        self.partner.with_company(self.company).property_account_position_id = position
        self.change(300, tax_exempt=False)
        self.assertEqual(issue.state, "resolved")
        ended = self.issues(code="customer_not_exempt")
        self.assertEqual(
            ended.message,
            "“Ada Byron” is no longer tax-exempt in the storefront. The fiscal position here: "
            "Exempt.",
        )
        accountant = self.manager(",base.group_partner_manager,account.group_account_invoice")
        self.press(ended, "take", accountant)
        self.assertFalse(self.position_of(self.partner))

    def test_exemption_that_is_kept_as_it_is_here(self):
        _position, issue = self.exempt()
        self.press(issue, "keep")
        self.assertFalse(self.position_of(self.partner))
        self.change(300, tax_exempt=True, phone="+3225550199")
        self.assertFalse(self.issues(state="open"))

    def test_exemption_that_is_here_already_is_no_question(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.backend.tax_exempt_position_id = position
        self.partner.with_company(self.company).property_account_position_id = position
        self.change(200, tax_exempt=True)
        self.assertFalse(self.issues())
        self.partner.with_company(self.company).property_account_position_id = False
        self.change(300, tax_exempt=False)
        self.assertFalse(self.issues())

    def test_exemption_without_a_position_to_give(self):
        self.change(200, tax_exempt=True)
        issue = self.issues(code="customer_exempt")
        self.assertEqual(issue.params["storefront"], "–")
        with self.assertRaisesRegex(UserError, "Choose the tax-exempt position"):
            self.press(issue, "take", self.manager(",base.group_partner_manager"))

    def test_exemption_is_applied_with_the_rights_of_whoever_decides(self):
        _position, issue = self.exempt()
        with self.assertRaises(AccessError):
            self.press(issue, "take")

    def test_order_that_tells_of_an_exemption_has_the_account_read(self):
        self.shop.customers["501"] = self.account(200, tax_exempt=True)
        self.buy("2", customer=self.account(tax_exempt=True))
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.issues().code, "customer_exempt")
