# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is missing is named, holds its payload, and one click goes on with what waited."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestIssue(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        prefix = "storefront_connector.group_storefront_"
        cls.manager = new_test_user(cls.env, "manager", prefix + "manager", **company)
        cls.user = new_test_user(cls.env, "user", prefix + "user", **company)

    def ghost(self, external_id="1001", **values):
        line = self.line(
            "1", "10.00", sku="GHOST", name="Ghost", variant_external_id="V1", **values
        )
        return self.order(external_id, line)

    def go_on(self):
        self.job("fetch")
        self.job("import")

    def test_unknown_product(self):
        self.assertEqual(self.receive(self.ghost()), {})
        issue = self.issues().with_user(self.manager)
        self.assertEqual(
            issue.message,
            "No product for “Ghost” (SKU GHOST). Link the storefront's variant to a product, or "
            "give a product this internal reference.",
        )
        self.assertEqual((issue.fix_field, issue.snapshot_count), ("product_id", 1))
        self.assertIn('"external_id": "1001"', issue.payload_text)
        self.assertIn('"name": "Ada Byron"', issue.payload_text)
        snapshot = self.snapshot("1001").with_user(self.manager)
        self.assertEqual(snapshot.state, "requires_attention")
        self.assertEqual(snapshot.error_message, issue.message)
        self.assertEqual(snapshot.payload_text, issue.payload_text)
        issue.product_id = self.other_product
        issue.action_fix()
        self.assertEqual((issue.state, snapshot.state), ("resolved", "to_fetch"))
        self.go_on()
        order = self.sale_orders()["1001"]
        self.assertEqual(order.order_line.product_id, self.other_product)
        self.assertEqual(order.state, "sale")
        self.assertEqual(snapshot.state, "done")
        self.assertFalse(snapshot.error_message)
        binding = self.env["storefront.binding.variant"].search([("external_id", "=", "V1")])
        self.assertEqual((binding.product_id, binding.matched_by), (self.other_product, "manual"))
        self.assertEqual(snapshot.action_open_order()["res_id"], order.id)

    def test_variant_linked_by_an_issue_is_counted_without_further_ado(self):
        self.receive(self.ghost())
        issue = self.issues()
        issue.product_id = self.other_product
        self.set_stock(self.other_product, 4)
        issue.action_fix()
        self.job("stock")
        self.assertNotIn(self.stock_key("V1"), self.shop.stock)
        self.shop.variant_pages = [(self.variant("V1", sku="GHOST"),)]
        self.job("link")
        self.assertEqual(self.shop.markers, {"V1": f"odoo:{self.other_product.id}"})
        self.shop.stock[self.stock_key("V1")] = 0
        self.go_on()  # what was sold before the level was read comes first
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("V1")], 3)

    def test_fix_needs_an_answer(self):
        self.receive(self.ghost())
        issue = self.issues()
        with self.assertRaisesRegex(UserError, "Choose the product first."):
            issue.action_fix()
        self.assertEqual(issue.state, "open")

    def test_tax_fix_needs_an_answer(self):
        self.receive(self.order("1001", self.line("1", "10.00", ("GST", "0.05", "0.50"))))
        issue = self.issues()
        with self.assertRaisesRegex(UserError, "Choose the tax first."):
            issue.action_fix()

    def test_deleted_variant_is_mended_by_an_internal_reference(self):
        line = self.line("1", "10.00", sku="GHOST")
        self.receive(self.order("1001", line))
        issue = self.issues()
        issue.product_id = self.other_product
        with self.assertRaisesRegex(UserError, "the internal reference GHOST, then retry"):
            issue.action_fix()
        self.other_product.default_code = "GHOST"
        issue.action_retry()
        self.go_on()
        self.assertEqual(self.sale_orders()["1001"].order_line.product_id, self.other_product)

    def test_ambiguous_product(self):
        again = self._product("Cup again", "CUP")
        line = self.line("1", "10.00", sku="CUP", variant_external_id="V1")
        self.receive(self.order("1001", line))
        issue = self.issues()
        self.assertEqual(issue.code, "product_ambiguous")
        issue.product_id = again
        issue.action_fix()
        self.go_on()
        self.assertEqual(self.sale_orders()["1001"].order_line.product_id, again)

    def test_unknown_tax(self):
        self._tax("GST one", 5.0)
        gst = self._tax("GST two", 5.0)
        line = self.line("1", "10.00", ("GST", "0.05", "0.50"))
        self.receive(self.order("1001", line))
        issue = self.issues().with_user(self.manager)
        self.assertEqual(
            issue.message,
            "The tax “GST” (5 %, on top of prices, country: BE) has no counterpart. Choose the tax "
            "it stands for, or create it.",
        )
        self.assertEqual(issue.fix_field, "tax_id")
        issue.tax_id = gst
        issue.action_fix()
        self.go_on()
        order = self.sale_orders()["1001"]
        self.assertEqual((order.order_line.tax_ids, order.amount_tax), (gst, 0.5))

    def test_unknown_tax_included_in_prices(self):
        tax = self._tax("Odd", 7.0, included=True)
        line = self.line("1", "10.70", ("VAT", "0.19", "1.71"))
        self.receive(self.order("1001", line, prices_include_tax=True))
        issue = self.issues()
        self.assertEqual(
            issue.message,
            "The tax “VAT” (19 %, included in prices, country: BE) has no counterpart. Choose the "
            "tax it stands for, or create it.",
        )
        issue.tax_id = tax
        issue.action_fix()
        self.go_on()
        self.assertEqual(self.sale_orders()["1001"].amount_untaxed, 8.99)

    def test_only_tax_of_a_rate_is_taken_and_kept(self):
        gst = self._tax("GST", 5.0)
        self._tax("GST incl.", 5.0, included=True)
        self._tax("Purchases", 5.0).type_tax_use = "purchase"
        lines = [self.line("1", "10.00", ("GST", "0.05", "0.50"))]
        self.assertEqual(self.receive(self.order("1", *lines))["1"].order_line.tax_ids, gst)
        mapping = self.env["storefront.mapping.tax"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(
            (mapping.name, mapping.rate, mapping.is_included, mapping.tax_id),
            ("GST", 5.0, False, gst),
        )
        self._tax("GST again", 5.0)
        self.assertEqual(self.receive(self.order("2", *lines))["2"].order_line.tax_ids, gst)
        self.assertEqual(len(mapping.search([("backend_id", "=", self.backend.id)])), 1)

    def test_orders_that_wait_for_one_cause_go_on_together(self):
        self.receive(self.ghost("1"), self.ghost("2"))
        issue = self.issues()
        self.assertEqual((len(issue), issue.snapshot_count), (1, 2))
        issue.product_id = self.other_product
        issue.action_fix()
        self.go_on()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])

    def test_order_that_waits_for_two_causes_waits_for_both(self):
        gst = self._tax("GST", 6.0)
        line = self.line(
            "1", "10.00", ("GST", "0.05", "0.50"), sku="GHOST", variant_external_id="V1"
        )
        self.receive(self.order("1001", line))
        tax, product = self.issues().sorted("code", reverse=True)
        product.product_id = self.other_product
        product.action_fix()
        self.assertEqual(self.snapshot("1001").state, "requires_attention")
        tax.tax_id = gst
        tax.action_fix()
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
        self.go_on()
        self.assertEqual(self.sale_orders()["1001"].amount_total, 10.5)

    def test_cause_that_is_not_mended_is_shown_again(self):
        self.receive(self.ghost())
        first = self.issues()
        first.action_retry()
        self.go_on()
        self.assertEqual(first.state, "resolved")
        self.assertEqual(self.issues(state="open").key, first.key)

    def test_ignored_issue_imports_nothing_and_can_be_opened_again(self):
        self.receive(self.ghost())
        issue = self.issues()
        issue.action_ignore()
        self.go_on()
        self.assertEqual((issue.state, self.sale_orders()), ("ignored", {}))
        issue.action_reopen()
        self.assertEqual(issue.state, "open")

    def test_reopened_issue_joins_the_one_that_came_up_meanwhile(self):
        self.receive(self.ghost("1"))
        first = self.issues()
        first.action_ignore("Not ours")
        self.assertEqual((self.snapshot("1").state, first.reason), ("skipped", "Not ours"))
        self.receive(self.ghost("2"))
        second = self.issues(state="open")
        self.assertEqual(second.snapshot_ids, self.snapshot("2"))
        action = first.action_reopen()
        self.assertEqual((action["res_model"], action["res_id"]), (second._name, second.id))
        self.assertEqual((first.state, second.state), ("ignored", "open"))
        self.assertEqual(second.snapshot_ids, self.snapshot("1") | self.snapshot("2"))
        self.assertEqual(self.snapshot("1").state, "requires_attention")
        self.assertEqual(self.snapshot("1").error_code, "product_missing")
        second.product_id = self.other_product
        second.action_fix()
        self.go_on()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])

    def test_issue_is_closed_when_its_last_order_came_in_otherwise(self):
        self.receive(self.ghost("1"), self.ghost("2"))
        issue = self.issues()
        self.other_product.default_code = "GHOST"
        self.snapshot("1").action_retry()
        self.go_on()
        self.assertEqual((list(self.sale_orders()), issue.state), (["1"], "open"))
        self.assertEqual(issue.snapshot_ids, self.snapshot("2"))
        self.snapshot("2").action_retry()
        self.go_on()
        self.assertEqual((sorted(self.sale_orders()), issue.state), (["1", "2"], "resolved"))

    def test_ignored_order_stays_out_until_it_changes(self):
        self.receive(self.ghost())
        self.issues().action_ignore("Handled by hand")
        snapshot = self.snapshot("1001")
        self.assertEqual((snapshot.state, snapshot.error_code), ("skipped", "ignored"))
        self.receive(self.ghost())
        self.assertEqual((snapshot.state, self.issues(state="open").ids), ("skipped", []))
        self.receive(self.ghost(quantity=2))
        self.assertEqual(snapshot.state, "requires_attention")
        self.assertEqual(self.issues(state="open").key, "product_missing:V1")

    def test_what_has_no_answer_says_so(self):
        self.receive(self.ghost())
        issue = self.issues()
        issue.code = "odoo_refused"
        issue.params = {"message": "Not today"}
        with self.assertRaisesRegex(UserError, "There is no answer to give to this: “Odoo refused"):
            issue.action_fix()
        with self.assertRaisesRegex(UserError, "There is no answer to give to this: “Odoo refused"):
            issue.action_ask_fix()
        self.assertEqual(issue.state, "open")

    def test_product_linked_to_another_variant_is_refused_with_its_name(self):
        self.bind(self.other_product, "77")
        self.receive(self.ghost())
        issue = self.issues()
        issue.product_id = self.other_product
        with self.assertRaisesRegex(UserError, "is linked to another variant, “Variant 77”"):
            issue.action_fix()

    def test_variant_linked_meanwhile_takes_the_answer(self):
        self.receive(self.ghost())
        binding = self.bind(self.product, "V1")
        issue = self.issues()
        issue.product_id = self.other_product
        issue.action_fix()
        self.assertEqual((binding.product_id, binding.matched_by), (self.other_product, "manual"))

    def test_causes_are_grouped_with_their_orders_and_their_age(self):
        self.receive(self.ghost("1"), self.ghost("2"))
        self.receive(self.order("3", self.line("1", "10.00", ("GST", "0.05", "0.50"))))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE storefront_issue SET create_date = now() AT TIME ZONE 'UTC' - interval '3 days'"
            " WHERE code = 'product_missing'"
        )
        self.env.invalidate_all()
        issues = self.env["storefront.issue"]
        groups = issues.formatted_read_group(
            [("backend_id", "=", self.backend.id)],
            ["code"],
            ["__count", "snapshot_count:sum", "age_days:max"],
        )
        found = {
            group["code"]: (group["__count"], group["snapshot_count:sum"], group["age_days:max"])
            for group in groups
        }
        self.assertEqual(found, {"product_missing": (1, 2, 3), "tax_missing": (1, 1, 0)})
        labels = dict(issues._fields["code"]._description_selection(self.env))
        self.assertEqual(
            labels["product_missing"],
            "No product for “…” (SKU …). Link the storefront's variant to a product, or give a "
            "product this internal reference.",
        )
        described = issues.fields_get(["snapshot_count", "age_days"], ["aggregator"])
        self.assertEqual(described["snapshot_count"]["aggregator"], "sum")
        self.assertEqual(described["age_days"]["aggregator"], "max")

    def test_link_to_the_storefront(self):
        self.receive(self.ghost())
        self.assertEqual(self.issues().storefront_url, "https://fake.example/orders/1001")
        reader = self.snapshot("1001").with_user(self.user)
        self.assertEqual(reader.storefront_url, "https://fake.example/orders/1001")

    def test_user_sees_and_decides_nothing(self):
        self.receive(self.ghost())
        issue = self.issues().with_user(self.user)
        self.assertTrue(issue.message.startswith("No product for “Ghost”"))
        for button in (
            "action_fix",
            "action_retry",
            "action_resolve",
            "action_ignore",
            "action_reopen",
            "action_ask_fix",
            "action_ask_retry",
            "action_ask_resolve",
            "action_ask_ignore",
        ):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(issue, button)()
        with self.assertRaises(AccessError):
            issue.read(["payload_text"])
        with self.assertRaises(AccessError):
            self.snapshot("1001").with_user(self.user).read(["payload"])
        with self.assertRaises(AccessError):
            self.snapshot("1001").with_user(self.user).action_retry()
        with self.assertRaises(AccessError):
            self.snapshot("1001").with_user(self.user).action_replay()
