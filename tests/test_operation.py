# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The list of operations: found by number or id, opened, done again."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_flow_order_import import OrderImportCase


@tagged("post_install", "-at_install")
class TestOperation(OrderImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "storefront_connector.group_storefront_"
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "manager", prefix + "manager", **company)
        cls.user = new_test_user(cls.env, "user", prefix + "user", **company)

    def found(self, text, operator="ilike"):
        return self.env["storefront.operation"].search(
            [("backend_id", "=", self.backend.id), ("reference", operator, text)], order="id"
        )

    def test_found_by_number_name_and_external_id(self):
        document = self.simple("8800", number="#1001")
        order = self.receive(document, self.simple("8801", number="#1002"))["8800"]
        imported = self.operations("order_import")[0]
        self.assertEqual((imported.order_number, imported.reference), ("#1001", "#1001"))
        for text in ("#1001", "1001", " 1001 ", "8800", order.name):
            with self.subTest(text=text):
                self.assertEqual(self.found(text), imported)
        self.assertEqual(self.found("8800", "="), imported)
        self.assertFalse(self.found("100"))
        self.assertFalse(self.found("  "))

    def test_found_while_the_order_is_not_here(self):
        ghost = self.order("8800", self.line("1", "10.00", sku="GHOST"), number="#1001")
        self.receive(ghost)
        failed = self.operations("order_import")
        self.assertEqual((failed.status, failed.order_number), ("requires_attention", "#1001"))
        self.assertEqual(self.snapshot("8800").number, "#1001")
        self.assertIn(failed, self.found("1001"))

    def test_search_is_served_by_indexes(self):
        order = self.receive(self.simple())["1001"]
        domain = [("reference", "ilike", order.name)]
        query = self.env["storefront.operation"]._search(domain)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        for name in ("number", "source", "target"):
            with self.subTest(index=name):
                self.assertIn(f"storefront_operation_{name}_idx", plan)

    def test_opens_what_was_read_and_what_was_written(self):
        order = self.receive(self.simple())["1001"]
        operation = self.operations("order_import").with_user(self.user)
        source = operation.action_open_source()
        self.assertEqual(
            (source["res_model"], source["res_id"]),
            ("storefront.snapshot", self.snapshot("1001").id),
        )
        target = operation.action_open_target()
        self.assertEqual((target["res_model"], target["res_id"]), ("sale.order", order.id))
        fetched = self.operations("order_fetch")
        with self.assertRaisesRegex(UserError, "Nothing was written."):
            fetched.action_open_target()

    def test_batch_opens_all_it_read(self):
        self.receive(self.simple("1"), self.simple("2"))
        fetched = self.operations("order_fetch")
        self.assertEqual((len(fetched), fetched.item_count), (1, 2))
        action = fetched.action_open_source()
        self.assertEqual(
            self.env["storefront.snapshot"].search(action["domain"]),
            self.snapshot("1") | self.snapshot("2"),
        )

    def test_import_is_done_again(self):
        ghost = self.order("1001", self.line("1", "10.00", sku="GHOST"))
        self.receive(ghost)
        self.other_product.default_code = "GHOST"
        self.operations("order_import").with_user(self.manager).action_retry()
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])

    def test_stock_is_compared_and_sent_again(self):
        self.bind(self.product, "1")
        self.set_stock(self.product, 3)
        self.shop.stock[self.stock_key("1")] = 0
        self.job("stock")
        self.shop.pushes.clear()
        self.assertEqual(self.outbox(), [])
        self.operations("stock_push").with_user(self.manager).action_retry()
        self.assertEqual(self.outbox(), [self.product.id])
        self.job("stock")
        self.assertEqual((self.outbox(), self.shop.pushes), ([], []))

    def test_what_cannot_be_done_again_says_so(self):
        operation = self.env["storefront.operation"]._log(
            self.backend, {"type": "connect", "status": "success"}
        )
        with self.assertRaisesRegex(UserError, "There is nothing to do again here."):
            operation.action_retry()

    def test_users_read_and_do_nothing_again(self):
        self.bind(self.product, "1")
        self.set_stock(self.product, 3)
        self.shop.stock[self.stock_key("1")] = 0
        self.receive(self.simple())
        self.job("stock")
        for kind in ("order_import", "order_fetch", "stock_push"):
            operation = self.operations(kind)[:1].with_user(self.user)
            with self.subTest(kind=kind), self.assertRaises(AccessError):
                operation.action_retry()
