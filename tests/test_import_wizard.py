# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dialog of Import Orders: which numbers it finds, in which files, and what it refuses."""

import base64
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from openpyxl import Workbook

from .import_case import ImportCase

SHOP_EXPORT = """Name,Email,Financial Status,Lineitem name
#1001,ada@example.com,paid,Cup
#1001,,,Plate
#1002,bob@example.com,paid,Cup
"""


def csv(text):
    return base64.b64encode(text.encode())


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestImportWizard(ImportCase):
    def of_file(self, name, content):
        vals = {"source": "file", "file_name": name, "file": content}
        wizard = self.env["storefront.import.wizard"].create(
            {"backend_id": self.backend.id, **vals}
        )
        return wizard.number_count, wizard.found

    def test_numbers_as_people_paste_them(self):
        dialog = self.ask(numbers=" #1001, 1002;1003\n\n#1004\t1001 #1002 ")
        self.assertEqual(dialog.number_count, 4)
        self.assertEqual(dialog.found, "#1001, 1002, 1003, #1004")
        dialog.numbers = "1 2 3 4 5 6 7"
        self.assertEqual((dialog.number_count, dialog.found), (7, "1, 2, 3, 4, 5, …"))
        run = self.start(numbers="b1 a1")
        self.assertEqual(run.line_ids.mapped("number"), ["b1", "a1"])
        self.assertEqual((run.source, run.state, run.to_find_count), ("numbers", "reading", 2))

    def test_column_is_found_by_its_header(self):
        self.assertEqual(self.of_file("export.csv", csv(SHOP_EXPORT)), (2, "#1001, #1002"))
        by_semicolon = csv("date;Order Number;total\n2026-11-20;1001;5\n2026-11-21;1002;6\n")
        self.assertEqual(self.of_file("orders.csv", by_semicolon), (2, "1001, 1002"))

    def test_first_column_without_a_header(self):
        self.assertEqual(self.of_file("orders.csv", csv("1001\n1002\n\n1003\n")),
                         (3, "1001, 1002, 1003"))  # fmt: skip

    def test_spreadsheet(self):
        book = xlsx(["Date", "Order"], ["yesterday", 1001], ["today", "#1002"], ["today", None])
        self.assertEqual(self.of_file("orders.xlsx", book), (2, "1001, #1002"))

    def test_file_that_is_no_table(self):
        with mute_logger("odoo.addons.base_import.models.base_import"):
            with self.assertRaises(UserError):
                self.of_file("orders.png", csv("no table"))

    def test_empty_file(self):
        dialog = self.ask(source="file")
        with self.assertRaisesRegex(UserError, "Enter at least one order number."):
            dialog.save().action_read()

    def test_what_can_not_be_asked(self):
        for text in ("", " ,; # \n"):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(UserError, "Enter at least one order number."),
            ):
                self.start(numbers=text)
        with self.assertRaisesRegex(UserError, "The period ends before it begins."):
            self.start(source="dates", date_from="2026-11-20", date_to="2026-11-19")
        wizard = self.ask(numbers="1").save()
        self.backend.action_pause("x")
        for action in (wizard.action_read, self.backend.action_import_orders):
            with self.assertRaisesRegex(UserError, "Connect the backend first."):
                action()

    def test_history_is_proposed_without_deliveries_and_before_the_connection(self):
        self.backend.connected_at = "2026-11-20 08:00:00"
        dialog = self.ask(numbers="1")
        self.assertFalse(dialog.without_delivery)
        dialog.source = "dates"
        self.assertTrue(dialog.without_delivery)
        run = self.start(source="dates")
        self.assertEqual(str(run.date_to), "2026-11-20 08:00:00")
        self.assertEqual((run.date_from, run.target), (False, "workflow"))

    def test_unfinished_run_is_offered(self):
        self.assertFalse(self.ask().open_import_id)
        run = self.start(numbers="1")
        wizard = self.ask().save()
        self.assertEqual(wizard.open_import_id, run)
        self.assertEqual(wizard.action_open_import()["res_id"], run.id)
        run.action_cancel()
        self.assertFalse(self.ask().open_import_id)

    def test_buttons_out_of_season(self):
        self.stock_shop(self.simple("1"))
        run = self.review(numbers="1 2")
        for button in (run.action_continue, run.action_retry_failed):
            with self.subTest(button=button.__name__), self.assertRaises(UserError):
                button()
        unknown = run.line_ids[1]
        with self.assertRaisesRegex(UserError, "Nothing of this order is here."):
            unknown.action_open()
        self.apply(run)
        line = run.line_ids[0]
        for button in (run.action_apply, run.action_continue, line.action_exclude):
            with self.subTest(button=button.__name__), self.assertRaises(UserError):
                button()
        opened = line.action_open()
        self.assertEqual((opened["res_model"], opened["res_id"]),
                         ("sale.order", self.sale_orders()["1"].id))  # fmt: skip
        self.backend.shop_external_id = "another"
        run.state = "cancelled"
        with self.assertRaisesRegex(UserError, "This run read another store."):
            run.action_continue()

    def test_nothing_to_import(self):
        run = self.review(numbers="1")
        with self.assertRaisesRegex(UserError, "There is nothing to import."):
            run.action_apply()

    def test_manager_works_and_user_looks(self):
        prefix = "storefront_connector.group_storefront_"
        company = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        manager, user = (
            new_test_user(self.env, f"import-{name}", prefix + name, **company)
            for name in ("manager", "user")
        )
        self.stock_shop(self.simple("1"), self.simple("2"))
        action = self.backend.with_user(manager).action_import_orders()
        wizard = self.env[action["res_model"]].with_user(manager)
        wizard = wizard.with_context(**action["context"]).create({"numbers": "1 2"})
        run = self.env["storefront.import"].browse(wizard.action_read()["res_id"])
        self.job("history")
        mine, seen = run.with_user(manager), run.with_user(user)
        self.assertEqual((seen.to_create_count, seen.trouble, seen.order_count), (2, False, 0))
        self.assertEqual(seen.line_ids.mapped("message"), ["", ""])
        for button in ("action_apply", "action_cancel", "action_continue", "action_retry_failed"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(seen, button)()
        with self.assertRaises(AccessError):
            seen.line_ids.action_exclude()
        with self.assertRaises(AccessError):
            mine.line_ids.write({"state": "created"})
        mine.line_ids[0].action_exclude()
        mine.line_ids[0].action_include()
        mine.line_ids[1].action_exclude()
        mine.action_apply()
        self.work()
        self.assertEqual((mine.state, mine.applied_by_id), ("done", manager))
        self.assertEqual(list(self.sale_orders()), ["1"])

    def test_lists_are_opened_with_the_filter_of_the_button(self):
        run = self.start(numbers="1")
        action = run.with_context(import_filter="skipped").action_open_lines()
        self.assertEqual(action["domain"], [("import_id", "=", run.id)])
        self.assertEqual(action["context"], {"search_default_skipped": 1})
        self.assertEqual(
            run.action_open_orders()["domain"], [("storefront_import_id", "=", run.id)]
        )

    def test_lines_of_old_runs_go(self):
        old, young = self.start(numbers="1 2"), self.start(numbers="3")
        (old | young).action_cancel()
        old.finished_at = "2026-01-01"
        self.env.flush_all()
        self.assertEqual(self.env["storefront.import"]._gc_lines(), (2, False))
        self.env.invalidate_all()
        self.assertEqual((len(old.line_ids), len(young.line_ids)), (0, 1))

    def test_many_numbers_at_once(self):
        run = self.start(numbers=" ".join(map(str, range(20_000))))
        self.assertEqual(run.to_find_count, 20_000)
