# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestProductLink(StorefrontCase):
    def link(self, *pages):
        """Link the variants of ``pages``; return the run."""
        self.shop.variant_pages = pages
        action = self.backend.action_link_products()
        self.job("link")
        return self.env[action["res_model"]].browse(action["res_id"])

    def bindings(self):
        found = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", self.backend.id)]
        )
        return {one.external_id: (one.product_id, one.matched_by) for one in found}

    def test_marker_comes_before_sku_and_sku_before_barcode(self):
        marked, by_sku, by_barcode = (
            self._product("Marked", "M"),
            self._product("By SKU", "S", barcode="222"),
            self._product("By barcode", "B", barcode="333"),
        )
        link = self.link(
            (
                self.variant("1", marker=f"odoo:{marked.id}", sku="S", barcode="333"),
                self.variant("2", sku="S", barcode="333"),
                self.variant("3", sku="", barcode="333"),
            )
        )
        self.assertEqual(
            self.bindings(),
            {"1": (marked, "marker"), "2": (by_sku, "sku"), "3": (by_barcode, "barcode")},
        )
        self.assertEqual((link.state, link.seen_count, link.linked_count), ("done", 3, 3))
        binding = self.env["storefront.binding.variant"].search([("external_id", "=", "1")])
        self.assertEqual(binding.inventory_external_id, "I1")
        self.assertEqual(binding.product_external_id, "P1")
        self.assertEqual((binding.name, binding.sku), ("Variant 1", "S"))
        self.assertEqual(binding.create_uid, self.backend.outbound_user_id)

    def test_marker_that_is_not_ours_is_no_marker(self):
        link = self.link(
            (
                self.variant("1", marker="odoo:abc"),
                self.variant("2", marker=f"other:{self.product.id}"),
                self.variant("3", marker="odoo:99999999999999999999"),
                self.variant("4", marker="odoo:²"),
            )
        )
        self.assertEqual(self.bindings(), {})
        self.assertEqual(link.missing_count, 4)

    def test_nothing_is_guessed(self):
        again = self._product("Cup again", "CUP")
        link = self.link((self.variant("1", sku="CUP"), self.variant("2", sku="GHOST")))
        self.assertEqual(self.bindings(), {})
        self.assertEqual((link.ambiguous_count, link.missing_count), (1, 1))
        ambiguous, missing = link.line_ids.sorted("external_id")
        self.assertEqual(ambiguous.candidate_ids, self.product | again)
        self.assertEqual((ambiguous.result, missing.result), ("ambiguous", "missing"))
        self.assertFalse(missing.candidate_ids)
        self.assertEqual(self.operations("product_link").status, "unchanged")

    def test_one_product_for_two_variants_is_left_to_a_human(self):
        link = self.link((self.variant("1", sku="CUP"), self.variant("2", sku="CUP")))
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})
        self.assertEqual(link.line_ids.mapped("external_id"), ["2"])
        self.assertEqual(link.line_ids.candidate_ids, self.product)

    def test_product_linked_already_is_not_linked_again(self):
        self.bind(self.product, "9")
        link = self.link((self.variant("1", sku="CUP"),))
        self.assertEqual(self.bindings(), {"9": (self.product, "sku")})
        self.assertEqual(link.ambiguous_count, 1)

    def test_product_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._product("Foreign", "FOREIGN", company_id=other.id)
        self.assertEqual(self.link((self.variant("1", sku="FOREIGN"),)).missing_count, 1)

    def test_pages_are_followed_and_progress_is_kept(self):
        link = self.link((self.variant("1", sku="CUP"),), (self.variant("2", sku="PLATE"),))
        self.assertEqual(self.shop.heard("fetch_variants"), ["", "1"])
        self.assertEqual((link.state, link.seen_count, link.linked_count), ("done", 2, 2))
        self.assertFalse(link.cursor)
        operations = self.operations("product_link")
        self.assertEqual(operations.mapped("items"), [["1"], ["2"]])
        self.assertEqual(operations.mapped("status"), ["success", "success"])

    def test_cancelled_run_stops_and_keeps_what_it_linked(self):
        links = self.env["storefront.link"]
        self.shop.during("fetch_variants", lambda: None)
        self.shop.during(
            "fetch_variants", lambda: links.search([("state", "=", "running")]).action_cancel()
        )
        link = self.link(*[(self.variant(str(n), sku=sku),) for n, sku in enumerate("abc")])
        self.assertEqual(link.state, "cancelled")
        self.assertEqual(len(self.shop.heard("fetch_variants")), 2)

    def test_second_run_renews_what_is_known(self):
        self.link((self.variant("1", sku="CUP"),))
        renamed = replace(self.variant("1", sku="CUP-2"), inventory_external_id="I7", name="Mug")
        link = self.link((renamed,))
        self.assertEqual((link.linked_count, link.known_count), (0, 1))
        binding = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual(
            (binding.product_id, binding.sku, binding.inventory_external_id, binding.name),
            (self.product, "CUP-2", "I7", "Mug"),
        )

    def test_run_that_is_on_its_way_is_opened_again(self):
        first = self.backend.action_link_products()
        self.assertEqual(self.backend.action_link_products(), first)

    def test_link_by_hand(self):
        link = self.link((self.variant("2", sku="GHOST"),))
        line = link.line_ids
        with self.assertRaisesRegex(UserError, "Choose the product for “Variant 2” first."):
            line.action_link()
        line.product_id = self.other_product
        line.action_link()
        self.assertEqual(line.result, "linked")
        self.assertEqual(self.bindings(), {"2": (self.other_product, "manual")})
        self.assertEqual(link.missing_count, 0)

    def test_only_a_connected_backend_links(self):
        self.backend.state = "draft"
        with self.assertRaisesRegex(UserError, "Connect the backend first."):
            self.backend.action_link_products()

    def test_linked_product_is_sent(self):
        self.set_stock(self.product, 5)
        self.shop.stock[self.stock_key("1")] = 0
        self.link((self.variant("1", sku="CUP"),))
        self.assertEqual(self.outbox(), [self.product.id])
        self.job("stock")
        self.assertEqual(self.shop.stock, {self.stock_key("1"): 5})
