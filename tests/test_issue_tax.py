# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An unknown tax, mended with one click: chosen among those that fit, or created as shown."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .tax_case import TaxCase

COLLECTED = {"collected_by_platform": True}


@tagged("post_install", "-at_install")
class TestIssueTax(TaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "storefront_connector.group_storefront_manager"
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "manager", manager, **company)
        cls.accountant = new_test_user(
            cls.env, "accountant", f"{manager},account.group_account_manager", **company
        )
        cls.user = new_test_user(
            cls.env, "user", "storefront_connector.group_storefront_user", **company
        )

        cls._load_chart()
        cls._european_positions()
        cls.company.account_sale_tax_id = cls.vat
        cls.payable = cls._account("451000", "VAT payable")
        cls._book(cls.vat | cls.vat_fr, cls.payable)
        cls.grid = cls.env["account.account.tag"].create(
            {"name": "OSS", "applicability": "taxes", "country_id": cls.company.country_id.id}
        )
        cls.vat_fr.invoice_repartition_line_ids.tag_ids = [Command.set(cls.grid.ids)]
        cls.vat_fr.refund_repartition_line_ids.tag_ids = [Command.set(cls.grid.ids)]

    @classmethod
    def _book(cls, taxes, account):
        """Have taxes booked to an account."""
        cls.env.flush_all()
        cls.env.invalidate_all()  # a tax just made shows no lines yet
        for tax in taxes:
            for kind in ("invoice", "refund"):
                tax._storefront_line(kind).account_id = account

    @classmethod
    def _account(cls, code, name, account_type="liability_current", **vals):
        return cls.env["account.account"].create(
            {"code": code, "name": name, "account_type": account_type, **vals}
        )

    def dialog(self, issue, user=None, button="action_create_tax"):
        action = getattr(issue.with_user(user or self.accountant), button)()
        wizards = self.env[action["res_model"]].with_user(user or self.accountant)
        return Form(wizards.with_context(**action["context"]))

    def go_on(self, backend=None):
        self.job("fetch", backend)
        self.job("import", backend)

    def booked(self, move):
        """Return what an invoice books: [(account, debit, credit)]."""
        return sorted((line.account_id.name, line.debit, line.credit) for line in move.line_ids)

    def reduced(self, external_id, **values):
        return self.sold(external_id, "FR", ("TVA", "0.055", "5.50"), **values)

    # choosing

    def test_one_click_on_one_of_two_that_fit(self):
        first, second = (self._tax_in(self.oss_fr, name, 5.5) for name in ("5.5% A", "5.5% B"))
        self._tax_in(self.oss_de, "5.5% DE", 5.5)
        self.receive(*(self.reduced(number) for number in ("1", "2", "3")))
        issue = self.issues()
        self.assertEqual(issue.candidate_tax_ids, first | second)
        self.assertEqual(issue.snapshot_count, 3)
        choice = second.with_user(self.manager).with_context(storefront_issue_id=issue.id)
        choice.action_storefront_choose()
        self.assertEqual((issue.state, issue.tax_id), ("resolved", second))
        self.assertFalse(issue.candidate_tax_ids)
        self.go_on()
        orders = self.sale_orders()
        self.assertEqual(sorted(orders), ["1", "2", "3"])
        for order in orders.values():
            self.assertEqual((order.order_line.tax_ids, order.amount_total), (second, 105.5))
        self.assertEqual(self.taxes_of(self.reduced("4")), ["5.5% B"])

    def test_choosing_is_for_managers(self):
        self.receive(self.reduced("1"))
        choice = self.vat_fr.with_context(storefront_issue_id=self.issues().id)
        with self.assertRaises(AccessError):
            choice.with_user(self.user).action_storefront_choose()
        self.assertEqual(self.issues().state, "open")

    def test_answer_that_was_given_meanwhile_is_replaced(self):
        self.receive(self.reduced("1"))
        mapping = self.env["storefront.mapping.tax"]
        row = mapping._map(
            self.backend, "TVA", 5.5, False, self.vat, country_id=self.env.ref("base.fr").id
        )
        issue = self.issues()
        issue.tax_id = self.vat_fr
        issue.action_fix()
        self.assertEqual(self.mappings(), row)
        self.assertEqual(row.tax_id, self.vat_fr)

    # creating

    def test_tax_is_shown_before_it_is_created(self):
        self.receive(self.reduced("1"), self.reduced("2"))
        dialog = self.dialog(self.issues())
        self.assertEqual((dialog.tax_mode, dialog.may_create_tax), ("create", True))
        self.assertEqual((dialog.tax_name, dialog.tax_amount), ("TVA 5.5% FR", 5.5))
        self.assertEqual(dialog.tax_included, "tax_excluded")
        self.assertEqual(dialog.tax_country_id, self.env.ref("base.be"))
        self.assertEqual(dialog.tax_position_id, self.oss_fr)
        self.assertFalse(dialog.tax_replaces_id)  # 20% FR TVA does it already
        self.assertEqual(dialog.tax_like_id, self.vat_fr)
        self.assertEqual(dialog.tax_account_id, self.payable)
        self.assertTrue(dialog.tax_same_grids)
        self.assertEqual(dialog.resumed_count, 2)
        dialog.tax_name = "5.5% FR"
        dialog.save().action_apply()
        tax = self.env["account.tax"].search([("name", "=", "5.5% FR")])
        self.assertRecordValues(
            tax,
            [
                {
                    "amount": 5.5,
                    "amount_type": "percent",
                    "type_tax_use": "sale",
                    "price_include_override": "tax_excluded",
                    "country_id": self.env.ref("base.be").id,
                    "company_id": self.company.id,
                    "tax_group_id": self.vat_fr.tax_group_id.id,
                    "fiscal_position_ids": self.oss_fr.ids,
                    "create_uid": self.accountant.id,
                }
            ],
        )
        self.assertEqual(tax.repartition_line_ids.tag_ids, self.grid)
        self.assertEqual(tax.repartition_line_ids.account_id, self.payable)
        self.go_on()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])
        order = self.sale_orders()["2"]
        self.assertEqual((order.order_line.tax_ids, order.amount_total), (tax, 105.5))
        self.product.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertIn(("VAT payable", 0.0, 5.5), self.booked(invoice))

    def test_tax_at_home_is_like_the_companys_default(self):
        order = self.sold("1", "BE", ("BTW 6%", "0.06", "5.66"), prices_include_tax=True)
        self.receive(order)
        dialog = self.dialog(self.issues())
        self.assertEqual((dialog.tax_name, dialog.tax_included), ("BTW 6%", "tax_included"))
        self.assertEqual((dialog.tax_like_id, dialog.tax_same_grids), (self.vat, False))
        self.assertFalse(dialog.tax_position_id)
        dialog.save().action_apply()
        self.go_on()
        sale = self.sale_orders()["1"]
        self.assertEqual(sale.order_line.tax_ids.repartition_line_ids.account_id, self.payable)
        self.assertFalse(sale.order_line.tax_ids.repartition_line_ids.tag_ids)
        self.assertEqual(
            (sale.amount_untaxed, sale.amount_tax, sale.order_line.price_unit), (94.34, 5.66, 100.0)
        )

    def test_first_tax_of_a_position_replaces_the_default(self):
        italy = self._position("OSS IT", "IT", sequence=32)
        address = self.address("FR", country_code="IT")
        order = self.sold("1", "FR", ("IVA", "0.22", "22.00"), shipping_address=address)
        self.product.taxes_id = [Command.set(self.vat.ids)]
        self.receive(order)
        dialog = self.dialog(self.issues())
        self.assertEqual((dialog.tax_position_id, dialog.tax_replaces_id), (italy, self.vat))
        dialog.save().action_apply()
        self.go_on()
        self.assertEqual(self.sale_orders()["1"].order_line.tax_ids.original_tax_ids, self.vat)
        self.assertFalse(self.issues(state="open"))

    def test_account_and_like_can_be_corrected(self):
        other = self._account("451100", "OSS payable")
        self.receive(self.reduced("1"))
        dialog = self.dialog(self.issues())
        dialog.tax_like_id = self.vat
        self.assertEqual((dialog.tax_account_id, dialog.tax_same_grids), (self.payable, False))
        dialog.tax_account_id = other
        dialog.save().action_apply()
        self.go_on()
        tax = self.sale_orders()["1"].order_line.tax_ids
        self.assertEqual(tax.repartition_line_ids.account_id, other)

    def test_name_that_exists_is_told_apart(self):
        self._tax("TVA 5.5% FR", 5.5).active = False
        self.receive(self.reduced("1"))
        self.assertEqual(self.dialog(self.issues()).tax_name, "TVA 5.5% FR (excl.)")

    def test_one_tax_for_the_same_question_of_every_storefront(self):
        twin = self._connected_backend("Twin", self.company)
        self.receive(self.reduced("1"))
        self.receive(self.reduced("2"), backend=twin)
        self.receive(self.sold("3", "DE", ("TVA", "0.055", "5.50")))
        dialog = self.dialog(self.issues()[0])
        self.assertEqual(dialog.similar_count, 2)
        dialog.with_similar = True
        dialog.save().action_apply()
        self.go_on()
        self.go_on(twin)
        tax = self.sale_orders()["1"].order_line.tax_ids
        self.assertEqual(self.sale_orders(twin)["2"].order_line.tax_ids, tax)
        self.assertEqual(self.issues(state="open").params["country"], "DE")

    def test_manager_without_accounting_rights_is_told(self):
        self.receive(self.reduced("1"))
        dialog = self.dialog(self.issues(), user=self.manager)
        self.assertFalse(dialog.may_create_tax)
        with self.assertRaisesRegex(
            UserError, "Creating a tax takes the right to administer accounting. Choose a tax"
        ):
            dialog.save().action_apply()
        self.assertEqual(self.issues().state, "open")
        dialog = self.dialog(self.issues(), user=self.manager, button="action_ask_fix")
        dialog.tax_id = self.vat_fr
        dialog.save().action_apply()
        self.assertEqual(self.issues().state, "resolved")

    def test_two_questions_are_not_answered_by_one_new_tax(self):
        self.receive(self.reduced("1"), self.sold("2", "FR", ("TVA", "0.1", "10.00")))
        wizard = self.dialog(self.issues(), button="action_ask_fix")
        self.assertFalse(wizard.is_one_question)
        wizard.tax_id = self.vat_fr
        wizard = wizard.save()
        wizard.tax_mode = "create"
        with self.assertRaisesRegex(UserError, "Create one tax at a time"):
            wizard.action_apply()

    def test_other_causes_create_no_tax(self):
        self.receive(self.order("1", self.line("1", "10.00", sku="GHOST")))
        self.assertFalse(self.issues().candidate_tax_ids)
        dialog = self.dialog(self.issues(), button="action_ask_fix")
        self.assertFalse(dialog.is_one_question)

    # collected by a marketplace

    def collected(self, external_id, rate="0.0725", amount="7.25", **values):
        return self.sold(
            external_id, "US", ("California State Tax", rate, amount, COLLECTED), **values
        )

    def test_marketplace_tax_is_no_debt(self):
        self._tax("7.25%", 7.25)
        clearing = self._account("488000", "Marketplace taxes", reconcile=True)
        self.product.invoice_policy = "order"
        self.receive(self.collected("1"), self.collected("2", "0.0825", "8.25"))
        issues = self.issues()
        self.assertEqual(issues.mapped("code"), ["tax_missing_platform"] * 2)
        self.assertEqual(
            issues[0].message,
            "The tax “California State Tax” (7.25 %, country: US) is collected and paid by the "
            "marketplace. Choose the tax that books it to a clearing account, or create it.",
        )
        self.assertFalse(self.mappings())
        self.assertFalse(issues.candidate_tax_ids)  # the company's own tax is none of them
        dialog = self.dialog(issues[0])
        self.assertEqual(dialog.tax_name, "California State Tax 7.25% US (collected by Shop)")
        self.assertTrue(dialog.is_collected)
        self.assertFalse(dialog.tax_position_id)
        self.assertFalse(dialog.tax_like_id)
        with self.assertRaisesRegex(AssertionError, "tax_account_id is a required field"):
            dialog.save()
        dialog.tax_account_id = clearing
        dialog.save().action_apply()
        issues[1].action_retry()  # the answer serves every rate
        self.go_on()
        first, second = self.sale_orders().values()
        tax = first.order_line.tax_ids
        self.assertEqual(second.order_line.tax_ids, tax)
        self.assertEqual((first.amount_total, second.amount_total), (107.25, 108.25))
        self.assertEqual(self.mappings().mapped("is_collected"), [True, True])
        self.assertFalse(tax.repartition_line_ids.tag_ids)
        self.assertFalse(any(tax.repartition_line_ids.mapped("use_in_tax_closing")))
        invoice = second._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 108.25)
        self.assertIn(("Marketplace taxes", 0.0, 8.25), self.booked(invoice))
        self.assertNotIn("VAT payable", invoice.line_ids.account_id.mapped("name"))
        self.assertFalse(invoice.line_ids.tax_tag_ids)
        reversal = invoice._reverse_moves(cancel=True)
        self.assertIn(("Marketplace taxes", 8.25, 0.0), self.booked(reversal))

    def test_marketplace_tax_without_a_rate(self):
        clearing = self._tax("Collected", 7.25)
        self.env["storefront.mapping.tax"]._map(
            self.backend, "Tax", 7.25, False, clearing, is_collected=True
        )
        order = self.receive(self.collected("1", "0", "4.20"))["1"]
        self.assertEqual((order.order_line.tax_ids, order.amount_total), (clearing, 104.2))

    def test_own_and_marketplace_taxes_of_one_rate_are_two(self):
        clearing, own = self._tax("Collected", 7.25), self._tax("7.25%", 7.25)
        self.env["storefront.mapping.tax"]._map(
            self.backend, "Tax", 7.25, False, clearing, is_collected=True
        )
        self.assertEqual(self.taxes_of(self.collected("1")), ["Collected"])
        order = self.sold("2", "US", ("California State Tax", "0.0725", "7.25"))
        self.assertEqual(self.taxes_of(order), [own.name])

    def test_account_of_marketplace_taxes_is_proposed_again(self):
        clearing = self._account("488000", "Marketplace taxes")
        tax = self._tax("Collected", 7.25)
        self._book(tax, clearing)
        twin = self._connected_backend("Twin", self.company)
        self.env["storefront.mapping.tax"]._map(twin, "Tax", 7.25, False, tax, is_collected=True)
        self.receive(self.collected("1", "0.0825", "8.25"))
        self.assertEqual(self.dialog(self.issues()).tax_account_id, clearing)

    def test_platform_tax_and_own_tax_beside_each_other(self):
        clearing = self._tax("Collected", 7.25)
        self.env["storefront.mapping.tax"]._map(
            self.backend, "State", 7.25, False, clearing, is_collected=True
        )
        own = self._tax("City 1%", 1.0)
        order = self.receive(
            self.sold("1", "US", ("State", "0.0725", "7.25", COLLECTED), ("City", "0.01", "1.00"))
        )["1"]
        self.assertEqual(order.order_line.tax_ids, clearing | own)
        self.assertEqual((order.amount_tax, order.amount_total), (8.25, 108.25))
        self.assertFalse(self.issues())
