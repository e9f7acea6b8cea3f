# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a human decides between reading and applying, and takes back afterwards."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestLinkReview(LinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "link-manager",
            "storefront_connector.group_storefront_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def review(self, *pages):
        return super().review(*pages).with_user(self.manager)

    def test_ambiguous_variant_is_chosen_by_hand(self):
        again = self._product("Cup again", "CUP")
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        line = self.line_of(link, "1")
        line.product_id = again
        self.assertEqual((line.state, link.undecided_count), ("to_link", 1))
        self.apply(link)
        self.assertEqual(self.bindings(), {"1": (again, "manual")})
        self.assertEqual((line.state, line.result), ("linked", "ambiguous"))
        self.assertEqual(self.line_of(link, "2").state, "undecided")

    def test_another_product_than_the_matched_one(self):
        link = self.review((self.variant("1", sku="CUP"),))
        link.line_ids.product_id = self.other_product
        self.apply(link)
        self.assertEqual(self.bindings(), {"1": (self.other_product, "manual")})

    def test_choice_taken_back(self):
        link = self.review((self.variant("1", sku="CUP"),))
        line = self.line_of(link, "1")
        line.product_id = False
        self.assertEqual((line.state, link.to_link_count), ("undecided", 0))

    def test_variants_left_out(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        line = self.line_of(link, "1")
        line.action_exclude()
        self.assertEqual((line.state, link.excluded_count, link.to_link_count), ("excluded", 1, 1))
        self.apply(link)
        self.assertEqual(self.bindings(), {"2": (self.other_product, "sku")})
        self.assertEqual(line.state, "excluded")

    def test_variants_taken_in_again(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        link.line_ids.action_exclude()
        link.line_ids.action_include()
        self.assertEqual(link.line_ids.mapped("state"), ["to_link", "undecided"])

    def test_only_candidate_is_taken_for_many(self):
        again = self._product("Plate again", "PLATE")
        link = self.review(
            (
                self.variant("1", sku="cup"),
                self.variant("2", sku="PLATE"),
                self.variant("3", sku="GHOST"),
            )
        )
        link.line_ids.action_take_candidate()
        self.assertEqual(
            self.outcome(link),
            {
                "1": ("ambiguous", "similar", self.product),
                "2": ("ambiguous", "several_products", again.browse()),
                "3": ("missing", False, again.browse()),
            },
        )

    def test_product_chosen_twice(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.line_of(link, "2").product_id = self.product
            self.env.flush_all()

    def test_one_product_for_several_lines(self):
        link = self.review((self.variant("1", sku="X"), self.variant("2", sku="Y")))
        with self.assertRaisesRegex(UserError, "Each variant needs a product of its own."):
            link.line_ids.write({"product_id": self.product.id})

    def test_product_that_is_linked_already(self):
        self.bind(self.product, "9")
        link = self.review((self.variant("1", sku="CUP"), self.variant("9", sku="CUP")))
        with self.assertRaisesRegex(UserError, "is linked to the variant “Variant 9” already"):
            self.line_of(link, "1").product_id = self.product
        with self.assertRaisesRegex(UserError, "This variant is linked already."):
            self.line_of(link, "9").product_id = self.other_product

    def test_product_of_a_variant_the_storefront_lost_moves(self):
        old = self.bind(self.product, "9")
        link = self.review((self.variant("1", sku="CUP"),))
        line = self.line_of(link, "1")
        self.assertEqual(line.reason, "product_taken")
        line.action_take_candidate()
        self.apply(link)
        self.assertEqual(self.bindings(), {"1": (self.product, "manual")})
        self.assertFalse(old.exists())

    def test_product_of_another_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._product("Foreign", "FOREIGN", company_id=elsewhere.id)
        link = self.review((self.variant("1", sku="X"),))
        with self.assertRaises(UserError):
            self.line_of(link, "1").product_id = foreign

    def test_choices_belong_to_the_review(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        self.apply(link)
        line = self.line_of(link, "2")
        for change in (line.action_exclude, line.action_include):
            with self.subTest(change=change.__name__), self.assertRaises(UserError):
                change()
        with self.assertRaisesRegex(UserError, "while the run waits for review"):
            line.product_id = self.other_product

    def test_what_the_jobs_write_is_for_no_human(self):
        link = self.review((self.variant("1", sku="CUP"),))
        for vals in ({"state": "linked"}, {"external_id": "2"}, {"result": "matched"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                link.line_ids.write(vals)
        link.line_ids.write({"product_id": self.other_product.id, "external_id": "2"})
        self.assertEqual(link.line_ids.external_id, "1")

    # what happens between review and applying

    def test_variant_linked_by_hand_during_the_review(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.bind(self._product("Mug", "MUG"), "1")
        self.bind(self.other_product, "2")
        self.apply(link)
        one, two = self.line_of(link, "1"), self.line_of(link, "2")
        self.assertEqual((one.state, one.reason), ("refused", "linked_since"))
        self.assertEqual((two.state, link.state), ("updated", "done"))
        self.assertEqual(len(self.bindings()), 2)

    def test_variant_unlinked_by_hand_during_the_review(self):
        binding = self.bind(self.product, "1")
        link = self.review((self.variant("1", sku="CUP-2"),))
        self.assertEqual(link.line_ids.state, "to_update")
        binding.unlink()
        self.apply(link)
        self.assertEqual((link.line_ids.state, link.line_ids.reason), ("kept", "changed_since"))
        self.assertEqual((link.state, self.bindings()), ("done", {}))

    def test_product_linked_elsewhere_during_the_review(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        self.bind(self.product, "2")
        self.apply(link)
        line = self.line_of(link, "1")
        self.assertEqual((line.state, line.reason), ("refused", "taken_since"))

    def test_product_archived_or_deleted_during_the_review(self):
        gone = self._product("Gone", "GONE")
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GONE")))
        self.product.active = False
        gone.unlink()
        self.apply(link)
        self.assertEqual(link.line_ids.mapped("state"), ["refused", "refused"])
        self.assertEqual(link.line_ids.mapped("reason"), ["product_gone", "product_gone"])
        self.assertEqual((link.state, self.bindings()), ("done", {}))

    # undoing

    def test_undo_takes_back_what_the_run_made(self):
        self.bind(self._product("Mug", "MUG"), "9")
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.apply(link)
        self.assertEqual(len(self.carried()), 3)
        self.undo(link)
        self.assertEqual((link.state, link.undone_count), ("undone", 2))
        self.assertEqual(list(self.bindings()), ["9"])
        self.assertEqual(list(self.carried()), ["9"])
        self.assertEqual(self.env["storefront.marker"].search([]).mapped("external_id"), ["9"])
        with self.assertRaises(UserError):
            link.action_undo()

    def test_undo_leaves_what_was_changed_by_hand(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.apply(link)
        mug = self._product("Mug", "MUG")
        binding = self.env["storefront.binding.variant"].search([("external_id", "=", "1")])
        binding.with_user(self.manager).product_id = mug
        self.assertEqual((binding.matched_by, binding.link_id.id), ("manual", False))
        self.undo(link)
        self.assertEqual(self.bindings(), {"1": (mug, "manual")})
        self.assertEqual(self.carried(), {"1": self.marker(mug)})
        self.assertEqual(link.line_ids.mapped("state"), ["kept", "undone"])
        self.assertEqual((link.kept_count, link.undone_count), (1, 1))

    def test_undo_leaves_a_marker_that_was_there_before(self):
        link = self.review((self.variant("1", sku="CUP", marker=self.marker(self.product)),))
        self.apply(link)
        self.assertEqual(self.shop.heard("push_markers"), [])
        self.undo(link)
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        self.assertEqual(self.bindings(), {})

    def test_orders_work_on_after_undo(self):
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        line = self.line("1", "10.00", variant_external_id="1")
        order = self.receive(self.order("1001", line, payment_state="pending"))["1001"]
        self.undo(link)
        self.assertEqual(order.order_line.product_id, self.product)
        paid = self.order("1001", line, updated_at=self.later(60))
        self.assertEqual(self.receive(paid)["1001"].state, "sale")

    def test_undone_run_can_be_followed_by_another(self):
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.undo(link)
        again = self.review((self.variant("1", sku="CUP"),))
        self.assertNotEqual(again, link)
        self.apply(again)
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})

    def test_lists_are_opened_with_the_filter_of_the_button(self):
        link = self.review((self.variant("1", sku="CUP"),))
        action = link.with_context(link_filter="ambiguous").action_open_lines()
        self.assertEqual(action["domain"], [("link_id", "=", link.id)])
        self.assertEqual(action["context"], {"search_default_ambiguous": 1, "show_message": False})
