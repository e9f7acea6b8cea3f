# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A linking run from reading to undoing: pages, batches, progress, interruptions."""

from dataclasses import replace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..flows import product_link
from ..platforms import errors
from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestProductLink(LinkCase):
    def test_nothing_is_written_before_the_review(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        self.assertEqual((link.state, link.seen_count), ("to_review", 2))
        self.assertEqual((link.matched_count, link.missing_count), (1, 1))
        self.assertEqual((link.to_link_count, link.undecided_count), (1, 1))
        self.assertEqual(self.bindings(), {})
        self.assertEqual(self.outbox(), [])
        self.assertFalse(self.env["storefront.marker"].search([]))
        self.assertEqual([verb for verb, _asked in self.shop.calls], ["fetch_variants"])

    def test_review_is_announced_on_the_backend(self):
        link = self.review((self.variant("1", sku="CUP"),))
        sentence = (
            "The storefront's variants were read. Press Link Products to review what was found."
        )
        self.assertIn(sentence, self.backend.banner_info)
        self.apply(link)
        self.assertNotIn(sentence, self.backend.banner_info or "")

    def test_applying_links_and_marks_as_the_outbound_user(self):
        self.set_stock(self.product, 5)
        self.shop.stock[self.stock_key("1")] = 0
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        self.apply(link)
        self.assertEqual((link.state, link.linked_count, link.undecided_count), ("done", 1, 1))
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        binding = self.env["storefront.binding.variant"].search([("external_id", "=", "1")])
        self.assertEqual((binding.inventory_external_id, binding.product_external_id), ("I1", "P1"))
        self.assertEqual((binding.name, binding.sku, binding.link_id), ("Variant 1", "CUP", link))
        self.assertEqual(binding.create_uid, self.backend.outbound_user_id)
        self.assertEqual(binding.marker_state, "done")
        self.assertEqual(link.applied_by_id, self.env.user)
        self.assertTrue(link.finished_at)
        self.job("stock")
        self.assertEqual(self.shop.stock, {self.stock_key("1"): 5})

    def test_pages_are_followed_and_logged(self):
        link = self.review((self.variant("1", sku="CUP"),), (self.variant("2", sku="PLATE"),))
        self.assertEqual(self.shop.heard("fetch_variants"), ["", "1"])
        self.assertEqual((link.state, link.seen_count), ("to_review", 2))
        self.assertFalse(link.cursor)
        operations = self.operations("product_link")
        self.assertEqual(operations.mapped("items"), [["1"], ["2"]])
        self.assertEqual(operations.mapped("status"), ["success", "success"])

    def test_reading_goes_on_where_it_was_interrupted(self):
        self.shop.during("fetch_variants", lambda: None)
        self.shop.during(
            "fetch_variants",
            lambda: self.shop.fail("fetch_variants", errors.RetryLater("timeout")),
        )
        link = self.review((self.variant("1", sku="CUP"),), (self.variant("2", sku="PLATE"),))
        self.assertEqual((link.state, link.seen_count, link.cursor), ("reading", 1, "1"))
        self.assertEqual(
            link.trouble, "The storefront took too long to answer. It is tried again by itself."
        )
        self.env["storefront.claim"].sudo().search([]).unlink()
        self.job("link")
        self.assertEqual(self.shop.heard("fetch_variants"), ["", "1", "1"])
        self.assertEqual((link.state, link.seen_count), ("to_review", 2))
        self.assertFalse(link.trouble)

    def test_variant_shown_twice_has_one_line(self):
        link = self.review(
            (self.variant("1", sku="CUP"), self.variant("1", sku="CUP")),
            (self.variant("1", sku="PLATE"),),
        )
        self.assertEqual(self.outcome(link), {"1": ("matched", False, self.other_product)})

    def test_batches_and_progress(self):
        variants = tuple(self.variant(str(n), sku=f"S{n}") for n in range(5))
        products = [self._product(f"Product {n}", f"S{n}") for n in range(5)]
        link = self.review(variants)
        seen = []
        self.patch(product_link, "LINES_PER_STEP", 2)
        flow = type(self.env["storefront.product.link"])
        original = flow._apply_batch

        def watched(flow, link):
            found = original(flow, link)
            link.invalidate_recordset()
            seen.append((link.linked_count, link.marker_count, round(link.progress)))
            return found

        self.patch(flow, "_apply_batch", watched)
        self.apply(link)
        self.assertEqual(seen[:4], [(2, 2, 0), (4, 4, 0), (5, 5, 0), (5, 5, 0)])
        self.assertEqual([row[1:] for row in seen[4:]], [(3, 40), (1, 80), (0, 100)])
        self.assertEqual([len(asked) for asked in self.shop.heard("push_markers")], [2, 2, 1])
        self.assertEqual(len(self.shop.heard("prepare_markers")), 1)
        self.assertEqual(
            self.bindings(), {str(n): (product, "sku") for n, product in enumerate(products)}
        )
        self.assertEqual(self.operations("marker_push").mapped("item_count"), [2, 2, 1])

    def test_interrupted_batch_is_done_again_and_nothing_twice(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        bindings = type(self.env["storefront.binding.variant"])
        with patch.object(bindings, "create", side_effect=errors.RetryLater("timeout")):
            self.apply(link)
        self.assertEqual((link.state, link.to_link_count), ("applying", 2))
        self.assertEqual(self.bindings(), {})
        self.env["storefront.claim"].sudo().search([]).unlink()
        self.job("link")
        self.assertEqual((link.state, link.linked_count), ("done", 2))
        self.assertEqual(len(self.bindings()), 2)

    def test_stopped_while_reading(self):
        self.shop.during("fetch_variants", lambda: None)
        self.shop.during(
            "fetch_variants",
            lambda: self.env["storefront.link"].search([("state", "=", "reading")]).action_cancel(),
        )
        link = self.review(*[(self.variant(str(n), sku=sku),) for n, sku in enumerate("abc")])
        self.assertEqual((link.state, link.seen_count), ("cancelled", 1))
        self.assertEqual(len(self.shop.heard("fetch_variants")), 2)
        link.action_continue()
        self.assertEqual(link.state, "reading")
        self.job("link")
        self.assertEqual((link.state, link.seen_count), ("to_review", 3))
        self.assertEqual(self.shop.heard("fetch_variants"), ["", "1", "1", "2"])

    def test_stopped_while_applying_keeps_what_is_linked(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.patch(product_link, "LINES_PER_STEP", 1)
        flow = type(self.env["storefront.product.link"])
        original = flow._bind

        def stopped_after(flow, link, lines):
            linked = original(flow, link, lines)
            link.action_cancel()
            return linked

        with patch.object(flow, "_bind", stopped_after):
            self.apply(link)
        self.assertEqual((link.state, link.linked_count, link.to_link_count), ("cancelled", 1, 1))
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        link.action_continue()
        self.assertEqual(link.state, "to_review")
        self.apply(link)
        self.assertEqual((link.state, link.linked_count), ("done", 2))

    def test_markers_that_are_left_cannot_be_stopped(self):
        self.shop.fail("push_markers", errors.RetryLater("timeout"))
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.assertEqual((link.state, link.marker_count), ("applying", 1))
        link.action_cancel()
        self.assertEqual(link.state, "applying")

    # what was linked before

    def test_second_run_renews_what_is_known_only_when_applied(self):
        self.apply(self.review((self.variant("1", sku="CUP"),)))
        renamed = replace(
            self.variant("1", sku="CUP-2", marker=self.marker(self.product)),
            inventory_external_id="I7",
            name="Mug",
        )
        link = self.review((renamed,))
        self.assertEqual((link.known_count, link.to_update_count), (1, 1))
        binding = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual((binding.sku, binding.inventory_external_id), ("CUP", "I1"))
        self.apply(link)
        self.assertEqual(
            (binding.product_id, binding.sku, binding.inventory_external_id, binding.name),
            (self.product, "CUP-2", "I7", "Mug"),
        )
        self.assertEqual((link.linked_count, link.updated_count), (0, 1))

    def test_run_with_nothing_to_link_cannot_be_applied(self):
        self.apply(self.review((self.variant("1", sku="CUP"),)))
        link = self.review((self.variant("1", sku="CUP", marker=self.marker(self.product)),))
        self.assertEqual(self.line_of(link, "1").state, "known")
        with self.assertRaisesRegex(UserError, "There is nothing to link."):
            link.action_apply()

    def test_variant_linked_before_gets_the_marker_it_lacks(self):
        self.bind(self.product, "1")
        self.env["storefront.marker"].search([]).unlink()
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        self.undo(link)
        self.assertEqual(self.carried(), {})
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})

    # one run at a time

    def test_run_that_is_on_its_way_is_opened_again(self):
        first = self.backend.action_link_products()
        self.assertEqual(self.backend.action_link_products(), first)
        self.job("link")
        self.assertEqual(self.backend.action_link_products(), first)

    def test_stopped_run_does_not_go_on_beside_another(self):
        link = self.start()
        link.action_cancel()
        other = self.start()
        self.assertNotEqual(other, link)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            link.action_continue()
            self.env.flush_all()

    def test_only_a_connected_backend_links(self):
        self.backend.state = "draft"
        with self.assertRaisesRegex(UserError, "Connect the backend first."):
            self.backend.action_link_products()

    def test_buttons_that_do_not_fit_the_state(self):
        link = self.review((self.variant("1", sku="CUP"),))
        with self.assertRaisesRegex(UserError, "linked nothing that could be undone"):
            link.action_undo()
        with self.assertRaisesRegex(UserError, "Only a stopped run can go on."):
            link.action_continue()
        self.apply(link)
        with self.assertRaisesRegex(UserError, "waits for review can be applied"):
            link.action_apply()

    def test_run_of_another_store_is_not_applied(self):
        link = self.review((self.variant("1", sku="CUP"),))
        self.backend.shop_external_id = "another"
        with self.assertRaisesRegex(UserError, "This run read another store."):
            link.action_apply()
        self.backend.shop_external_id = link.shop_external_id
        link.action_apply()
        self.backend.shop_external_id = "another"
        self.job("link")
        self.assertEqual((link.state, self.bindings()), ("cancelled", {}))
        with self.assertRaisesRegex(UserError, "This run read another store."):
            link.action_continue()

    def test_run_stopped_before_its_next_batch_links_nothing_more(self):
        link = self.review((self.variant("1", sku="CUP"),))
        link.action_apply()
        link.action_cancel()
        self.env.flush_all()
        flow = self.env["storefront.product.link"]
        self.assertIs(flow._apply_batch(link), False)
        self.assertEqual((link.state, self.bindings()), ("cancelled", {}))

    def test_batch_of_a_run_that_is_not_undone_unlinks_nothing(self):
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.assertIs(self.env["storefront.product.link"]._undo_batch(link), False)
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})

    def test_progress_of_undoing(self):
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.apply(link)
        self.assertEqual(link.progress, 100.0)
        link.action_undo()
        self.assertEqual(link.progress, 0.0)
        self.env.flush_all()
        with patch.object(product_link, "LINES_PER_STEP", 1):
            self.env["storefront.product.link"]._undo_batch(link)
        link.invalidate_recordset()
        self.assertEqual((link.undone_count, link.marker_count, link.progress), (1, 1, 0.0))
        markers = self.env["storefront.marker"].search([("state", "=", "to_push")])
        markers.write({"state": "done"})
        link.invalidate_recordset()
        self.assertEqual((link.linked_count, link.progress), (1, 50.0))

    def test_paused_backend_says_so_on_the_run(self):
        link = self.start()
        self.backend.action_pause()
        self.assertEqual(link.trouble, "The backend is paused.")
        self.backend.state = "draft"
        link.invalidate_recordset()
        self.assertEqual(
            link.trouble,
            "The storefront is not connected. The work goes on once it is connected again.",
        )

    def test_lines_of_old_runs_are_deleted_once_a_newer_one_follows(self):
        old = self.review((self.variant("1", sku="CUP"),))
        self.apply(old)
        old.finished_at = fields.Datetime.subtract(fields.Datetime.now(), days=91)
        self.env.flush_all()
        links = self.env["storefront.link"]
        self.assertEqual(links._gc_lines(), (0, False))
        newer = self.review((self.variant("2", sku="PLATE"),))
        self.env.flush_all()
        self.assertEqual(links._gc_lines(), (1, False))
        self.env.invalidate_all()
        self.assertFalse(old.line_ids)
        self.assertEqual(len(newer.line_ids), 1)
        with self.assertRaises(UserError):
            old.action_undo()
