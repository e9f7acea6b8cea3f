# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants shoppers can't choose between: never linked without being asked, and said once."""

from odoo.tests import tagged

from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestProductDistinct(LinkCase):
    def alike(self, external_id, sku, *unused, product="P1"):
        return self.variant(
            external_id,
            sku=sku,
            product_external_id=product,
            is_distinct=False,
            unused_attributes=unused,
        )

    def test_what_shoppers_can_t_choose_is_left_to_a_human(self):
        fine = self.variant("3", sku="PLATE", product_external_id="P1")
        link = self.review(
            (self.alike("1", "CUP", "Color"), self.alike("2", "GHOST", "Color"), fine)
        )
        self.assertEqual(
            self.outcome(link),
            {
                "1": ("ambiguous", "indistinct", self.env["product.product"]),
                "2": ("missing", False, self.env["product.product"]),
                "3": ("matched", False, self.other_product),
            },
        )
        self.assertEqual(self.line_of(link, "1").candidate_ids, self.product)
        self.assertEqual(link.line_ids.mapped("is_alike"), [True, True, False])
        issue = self.issues()
        self.assertEqual(
            issue.message,
            "Shoppers can't choose between the variants CUP, GHOST: what tells them apart, Color, "
            "isn't used for variations in the storefront, which sells one as the other. Tick “Used "
            "for variations” there, then press Link Products again.",
        )
        self.assertEqual((issue.code, issue.can_fix), ("attribute_unused", False))
        self.apply(link)
        self.assertEqual(self.bindings(), {"3": (self.other_product, "sku")})

    def test_who_knows_better_links_it_all_the_same(self):
        link = self.review((self.alike("1", "CUP", "Color"),))
        link.line_ids.action_take_candidate()
        self.apply(link)
        self.assertEqual(self.bindings(), {"1": (self.product, "manual")})

    def test_the_issue_is_one_a_product_and_closes_once_it_is_mended(self):
        pages = ((self.alike("1", "CUP"),), (self.alike("2", "GHOST"), self.variant("3")))
        link = self.review(*pages)
        self.assertEqual(self.issues().mapped("code"), ["variants_alike"])
        link.action_cancel()
        link = self.review(
            (self.alike("1", "CUP"),), (self.variant("3", product_external_id="P1"),)
        )
        self.assertEqual(self.issues().mapped("state"), ["open"])
        link.action_cancel()
        link = self.review((self.variant("1", sku="CUP"),))
        self.assertEqual(self.issues().mapped("state"), ["resolved"])
        self.assertEqual(self.outcome(link), {"1": ("matched", False, self.product)})

    def test_a_variant_that_was_linked_before_stays_linked_and_is_told(self):
        self.bind(self.product, "1")
        link = self.review((self.alike("1", "CUP", "Color", "Size"),))
        self.assertEqual(self.line_of(link, "1").result, "known")
        self.assertEqual(self.issues().params["attributes"], "Color, Size")
        self.assertEqual(self.bindings(), {"1": (self.product, "sku")})

    def test_a_sentence_names_no_more_than_it_can_hold(self):
        variants = tuple(self.alike(str(number), f"S{number}") for number in range(12))
        self.review(variants)
        self.assertEqual(
            self.issues().params["variants"], ", ".join(f"S{number}" for number in range(10))
        )
