# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Markers written to the storefront: batches, refusals, what is taken back, interruptions."""

import dataclasses

from odoo.tests import tagged

from ..platforms import errors
from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestMarkerExport(LinkCase):
    def markers(self):
        """Return {variant id: (marker wanted, state)}."""
        rows = self.env["storefront.marker"].search([("backend_id", "=", self.backend.id)])
        return {row.external_id: (row.marker, row.state) for row in rows}

    def capable(self, **values):
        self.adapter_class.capabilities = dataclasses.replace(
            self.adapter_class.capabilities, **values
        )

    def test_variant_linked_by_hand_is_marked(self):
        self.bind(self.product, "1")
        self.assertEqual(self.markers(), {"1": (self.marker(self.product), "to_push")})
        self.assertEqual(self.backend._waiting_drains(), ["stock", "link"])
        self.job("link")
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        self.assertEqual(self.markers(), {"1": (self.marker(self.product), "done")})
        self.assertEqual(self.backend._waiting_drains(), ["stock"])

    def test_linking_by_hand_wakes_the_job(self):
        self.commit()
        self.env["queue.job"].search([]).unlink()
        self.bind(self.product, "1")
        self.commit()
        methods = self.env["queue.job"].search([]).mapped("method_name")
        self.assertIn("_job_link_products", methods)

    def test_variant_unlinked_by_hand_loses_its_marker(self):
        binding = self.bind(self.product, "1")
        self.job("link")
        binding.unlink()
        self.job("link")
        self.assertEqual(self.carried(), {})
        self.assertEqual(self.markers(), {})

    def test_products_swapped_between_variants(self):
        one, two = self.bind(self.product, "1"), self.bind(self.other_product, "2")
        self.shop.variant_pages = [(self.variant("1"), self.variant("2"))]
        self.job("link")
        third = self._product("Third", "THIRD")
        one.product_id = third
        two.product_id = self.product
        one.product_id = self.other_product
        self.job("link")
        self.assertEqual(
            self.carried(), {"1": self.marker(self.other_product), "2": self.marker(self.product)}
        )
        self.assertFalse(self.issues())

    def test_interrupted_push_is_repeated(self):
        self.bind(self.product, "1")
        self.shop.fail("push_markers", errors.AnswerLost())
        self.job("link")
        self.assertEqual(self.markers(), {"1": (self.marker(self.product), "to_push")})
        self.env["storefront.claim"].sudo().search([]).unlink()
        self.job("link")
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})

    def test_variant_linked_otherwise_while_its_marker_is_on_its_way(self):
        binding = self.bind(self.product, "1")
        self.shop.during(
            "push_markers", lambda: binding.write({"product_id": self.other_product.id})
        )
        self.job("link")
        self.assertEqual(self.carried(), {"1": self.marker(self.other_product)})
        self.assertEqual(len(self.shop.heard("push_markers")), 2)

    # refusals

    def test_refused_marker_is_said_on_the_line_and_linking_stands(self):
        self.shop.marker_refusals["1"] = "Owner does not exist."
        link = self.review((self.variant("1", sku="CUP"), self.variant("2", sku="PLATE")))
        self.apply(link)
        self.assertEqual((link.state, link.linked_count), ("done", 2))
        self.assertEqual(link.marker_refused_count, 1)
        self.assertEqual(link.line_ids.mapped("message"), ["Owner does not exist.", False])
        self.assertEqual(len(self.bindings()), 2)
        self.assertEqual(self.carried(), {"2": self.marker(self.other_product)})
        self.assertFalse(self.issues())
        self.assertEqual(self.operations("marker_push").status, "requires_attention")

    def test_batch_refused_as_a_whole(self):
        self.shop.fail(
            "push_markers", errors.Rejected("rejected", field_errors=(("value", "is bad"),))
        )
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.assertEqual(link.state, "done")
        self.assertEqual(link.line_ids.message, "The storefront refused the values: value: is bad")

    def test_marker_left_on_a_variant_of_ours_is_taken_back(self):
        self.shop.markers["2"] = self.marker(self.product)
        self.shop.variant_pages = [(self.variant("1"), self.variant("2"))]
        self.env["storefront.marker"]._want(self.backend, {"2": "odoo:999999999"})
        self.bind(self.product, "1")
        self.capable(markers_per_push=1)
        self.env["storefront.marker"].search([("external_id", "=", "2")]).state = "done"
        self.job("link")
        self.assertEqual(self.carried(), {"1": self.marker(self.product), "2": "odoo:999999999"})
        self.assertFalse(self.issues())

    def test_where_markers_may_be_the_same_a_refused_one_is_looked_for_nowhere(self):
        """To look for it may mean to read the whole catalogue, and nobody can be in its way."""
        self.capable(markers_unique=False)
        self.shop.variant_pages = [(self.variant("1"), self.variant("8"))]
        self.shop.markers["8"] = self.marker(self.product)
        self.shop.marker_refusals["1"] = "Invalid ID."
        self.bind(self.product, "1")
        self.job("link")
        self.assertEqual(self.shop.heard("find_variants"), [])
        self.assertEqual(self.markers()["1"][1], "refused")
        self.assertEqual(self.carried(), {"8": self.marker(self.product)})
        self.assertFalse(self.issues())

    def test_marker_on_a_variant_nobody_knows_is_for_a_human(self):
        self.shop.variant_pages = [(self.variant("8", sku="OLD", name="Old cup"),)]
        self.shop.markers["8"] = self.marker(self.product)
        self.bind(self.product, "1")
        self.job("link")
        issue = self.issues()
        self.assertEqual(
            issue.message,
            f"The variant “Old cup” (SKU OLD) carries the marker odoo:{self.product.id}, which "
            "belongs to a product linked to another variant. It may have been written by another "
            "database. Fix takes it away there and writes it where the product is linked.",
        )
        self.assertEqual(self.markers()["1"][1], "refused")
        issue.action_fix()
        self.assertEqual(issue.state, "resolved")
        self.job("link")
        self.assertEqual(self.carried(), {"1": self.marker(self.product)})
        self.assertEqual(list(self.markers()), ["1"])

    def test_missing_right_stops_the_markers_and_nothing_else(self):
        # What Shopify's adapter raises; elsewhere it pauses the backend.
        self.shop.fail(
            "prepare_markers", errors.NotConfigured("missing_scope", scopes="write_products")
        )
        variants = [self.variant(str(number), sku=f"S{number}") for number in range(5)]
        for number in range(5):
            self._product(f"Product {number}", f"S{number}")
        link = self.review(tuple(variants))
        self.apply(link)
        self.assertEqual((link.state, link.linked_count), ("done", 5))
        self.assertEqual(self.backend.state, "connected")
        self.assertEqual((link.marker_count, link.marker_refused_count), (0, 5))
        self.assertEqual(len(self.shop.heard("prepare_markers")), 1)
        issue = self.issues()
        self.assertEqual(issue.code, "marker_refused")
        self.assertIn("scope write_products is missing", issue.message)
        self.assertIn("scope write_products is missing", link.line_ids[0].message)
        issue.action_retry()
        self.job("link")
        self.assertEqual(len(self.carried()), 5)
        self.assertEqual(link.line_ids.mapped("message"), [False] * 5)

    def test_refused_credentials_pause_the_backend(self):
        self.shop.fail("prepare_markers", errors.AuthFailed("unauthorized"))
        self.bind(self.product, "1")
        self.job("link")
        self.assertEqual((self.backend.state, self.backend.pause_code), ("paused", "unauthorized"))
        self.assertEqual(self.markers()["1"][1], "to_push")

    # what a variant is counted on

    def test_variant_named_by_an_order_learns_what_it_is_counted_on(self):
        for has_markers in (True, False):
            with self.subTest(markers=has_markers):
                self.capable(markers=has_markers)
                external_id = "5" if has_markers else "6"
                product = self._product("Mug", f"MUG{external_id}")
                self.shop.variant_pages = [(self.variant(external_id, sku="GHOST"),)]
                self.env["storefront.binding.variant"]._bind_by_hand(
                    self.backend,
                    {"variant_external_id": external_id, "sku": "GHOST"},
                    product,
                )
                self.job("link")
                binding = self.env["storefront.binding.variant"].search(
                    [("external_id", "=", external_id)]
                )
                self.assertEqual(binding.inventory_external_id, f"I{external_id}")
                self.assertEqual(external_id in self.carried(), has_markers)

    def test_where_variants_can_be_read_by_id_they_are(self):
        self.capable(variants_by_id=True)
        self.shop.variant_pages = [(self.variant("5", sku="GHOST"),)]
        params = {"variant_external_id": "5", "sku": ""}
        bindings = self.env["storefront.binding.variant"]
        bindings._bind_by_hand(self.backend, params, self._product("Mug", "MUG"))
        self.job("link")
        binding = bindings.search([("external_id", "=", "5")])
        self.assertEqual(binding.inventory_external_id, "I5")
        self.assertEqual(self.shop.heard("get_variants"), [["5"]])
        self.assertEqual(self.shop.heard("find_variants"), [])

    def test_storefront_without_markers_is_linked_all_the_same(self):
        self.capable(markers=False)
        link = self.review((self.variant("1", sku="CUP"),))
        self.apply(link)
        self.assertEqual((link.state, link.linked_count), ("done", 1))
        self.assertEqual(self.shop.heard("push_markers"), [])
