# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which product fits a variant, and all the ways in which none does for sure."""

from odoo.tests import tagged

from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestLinkMatch(LinkCase):
    def test_sku_before_barcode(self):
        by_sku = self._product("By SKU", "S", barcode="222")
        by_barcode = self._product("By barcode", "B", barcode="333")
        link = self.review(
            (self.variant("1", sku="S", barcode="333"), self.variant("2", barcode="333"))
        )
        self.assertEqual(
            self.outcome(link),
            {"1": ("matched", False, by_sku), "2": ("matched", False, by_barcode)},
        )
        self.assertEqual(link.line_ids.mapped("matched_by"), ["sku", "barcode"])

    def test_marker_decides_between_products_of_one_sku(self):
        again = self._product("Cup again", "CUP")
        link = self.review(
            (self.variant("1", sku="CUP", marker=self.marker(again)), self.variant("2", sku="CUP"))
        )
        self.assertEqual(self.outcome(link)["1"], ("matched", False, again))
        line = self.line_of(link, "2")
        self.assertEqual((line.result, line.reason), ("ambiguous", "several_products"))
        self.assertEqual(line.candidate_ids, self.product | again)

    def test_marker_against_the_sku_is_for_a_human(self):
        link = self.review((self.variant("1", sku="CUP", marker=self.marker(self.other_product)),))
        line = self.line_of(link, "1")
        self.assertEqual((line.result, line.reason), ("ambiguous", "marker_conflict"))
        self.assertEqual(line.candidate_ids, self.product | self.other_product)
        self.assertFalse(line.product_id)

    def test_marker_alone_may_be_another_databases(self):
        link = self.review((self.variant("1", sku="RENAMED", marker=self.marker(self.product)),))
        line = self.line_of(link, "1")
        self.assertEqual((line.result, line.reason), ("ambiguous", "marker_unconfirmed"))
        self.assertEqual(line.candidate_ids, self.product)

    def test_marker_is_confirmed_by_a_code_in_another_case(self):
        link = self.review((self.variant("1", sku=" cup", marker=self.marker(self.product)),))
        self.assertEqual(self.outcome(link), {"1": ("matched", False, self.product)})
        self.assertEqual(link.line_ids.matched_by, "marker")

    def test_marker_that_is_not_ours_is_no_marker(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._product("Foreign", "FOREIGN", company_id=elsewhere.id)
        gone = self._product("Gone", "GONE")
        gone_id = gone.id
        gone.unlink()
        markers = (
            "odoo:abc",
            f"other:{self.product.id}",
            "odoo:99999999999999999999",
            "odoo:²",
            self.marker(foreign),
            f"odoo:{gone_id}",
        )
        variants = [
            self.variant(str(number), marker=marker) for number, marker in enumerate(markers)
        ]
        link = self.review(tuple(variants))
        self.assertEqual(
            set(self.outcome(link).values()),
            {("missing", "no_code", self.env["product.product"])},
        )
        self.assertEqual(link.missing_count, 6)

    def test_stale_marker_is_no_obstacle_for_the_sku(self):
        link = self.review((self.variant("1", sku="CUP", marker="odoo:999999999"),))
        self.assertEqual(self.outcome(link), {"1": ("matched", False, self.product)})
        self.apply(link)
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        self.undo(link)
        self.assertEqual(self.carried(), {"1": "odoo:999999999"})

    def test_two_variants_of_one_sku(self):
        same_page = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="CUP")))
        expected = ("ambiguous", "several_variants", self.env["product.product"])
        self.assertEqual(self.outcome(same_page), {"1": expected, "2": expected})
        same_page.action_cancel()
        pages = self.review(*[(self.variant(str(number), sku="CUP"),) for number in range(3)])
        self.assertEqual(set(self.outcome(pages).values()), {expected})
        self.assertEqual(
            [line.candidate_ids for line in pages.line_ids], [self.product for _page in range(3)]
        )
        self.assertEqual((pages.to_link_count, pages.ambiguous_count), (0, 3))

    def test_stronger_match_has_the_product(self):
        self.product.barcode = "555"
        none = self.env["product.product"]
        variants = (self.variant("1", barcode="555"), self.variant("2", sku="CUP"))
        for pages in (
            (variants,),
            [(one,) for one in variants],
            [(one,) for one in variants[::-1]],
        ):
            with self.subTest(pages=len(pages)):
                link = self.review(*pages)
                self.assertEqual(
                    self.outcome(link),
                    {
                        "1": ("ambiguous", "several_variants", none),
                        "2": ("matched", False, self.product),
                    },
                )
                link.action_cancel()

    def test_product_linked_to_another_variant(self):
        self.bind(self.product, "9")
        link = self.review((self.variant("1", sku="CUP"), self.variant("9", sku="CUP")))
        line = self.line_of(link, "1")
        self.assertEqual((line.result, line.reason), ("ambiguous", "product_taken"))
        self.assertEqual(line.candidate_ids, self.product)
        self.assertEqual(self.line_of(link, "9").result, "known")

    def test_product_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._product("Foreign", "FOREIGN", company_id=other.id)
        link = self.review((self.variant("1", sku="FOREIGN"), self.variant("2", sku="foreign")))
        none = self.env["product.product"]
        self.assertEqual(
            self.outcome(link), {"1": ("missing", False, none), "2": ("missing", False, none)}
        )

    def test_archived_product(self):
        self.product.active = False
        self.other_product.write({"active": False, "barcode": "777"})
        link = self.review(
            (
                self.variant("1", sku="CUP"),
                self.variant("2", barcode="777"),
                self.variant("3", sku="X", marker=self.marker(self.product)),
            )
        )
        expected = ("missing", "archived", self.env["product.product"])
        self.assertEqual(self.outcome(link), {"1": expected, "2": expected, "3": expected})

    def test_case_and_spaces_are_a_suggestion(self):
        self.product.default_code = "CUP 1"
        self.other_product.barcode = "ABC-1"
        link = self.review(
            (
                self.variant("1", sku="cup1"),
                self.variant("2", sku=" CUP 1 "),
                self.variant("3", barcode="abc-1"),
            )
        )
        for line in link.line_ids:
            self.assertEqual((line.result, line.reason), ("ambiguous", "similar"))
            self.assertFalse(line.product_id)
        self.assertEqual(
            [line.candidate_ids for line in link.line_ids],
            [self.product, self.product, self.other_product],
        )

    def test_variant_without_any_code(self):
        self.product.default_code = False
        link = self.review((self.variant("1"),))
        self.assertEqual(
            self.outcome(link), {"1": ("missing", "no_code", self.env["product.product"])}
        )

    def test_goods_that_the_storefront_does_not_have(self):
        unsold = self._product("Unsold", "UNSOLD", sale_ok=False)
        service = self._product("Advice", "ADVICE", type="service", is_storable=False)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._product("Foreign", "FOREIGN", company_id=elsewhere.id)
        bound, missing = self._product("Bound", "BOUND"), self._product("Missing", "MISSING")
        candidates = self._product("One", "TWICE") | self._product("Two", "TWICE")
        self.bind(bound, "9")
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="TWICE")))
        action = link.action_open_unlisted()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(link.unlisted_count, len(found))
        self.assertLessEqual(missing | self.other_product, found)
        self.assertFalse(found & (unsold | service | foreign | bound | candidates | self.product))
