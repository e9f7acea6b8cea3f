# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager in a browser: reviews what was found, chooses, links, undoes."""

from odoo.tests import HttpCase, new_test_user, tagged

from ..models.storefront_backend_jobs import DRAINS
from .browser import Browser
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestLinkTour(Browser, StorefrontCase, HttpCase):
    def setUp(self):
        super().setUp()
        new_test_user(
            self.env,
            "link-manager",
            "storefront_connector.group_storefront_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.patch(type(self.backend), "_wake", self._work_at_once)

    @staticmethod
    def _work_at_once(backends, drain, **_kwargs):
        """Run the job within the request that asks for it: a test has no other worker."""
        work = DRAINS[drain]
        for backend in backends:
            getattr(backend.with_user(backend.sudo()[f"{work.role}_user_id"]), work.method)()

    def test_link_products_with_an_ambiguous_one(self):
        small = self._product("Small cup", "RED-CUP")
        self._product("Large cup", "RED-CUP")
        self.shop.variant_pages = [
            (
                self.variant("1", name="White plate", sku="PLATE"),
                self.variant("2", name="Red cup", sku="RED-CUP"),
                self.variant("3", name="Ghost", sku="GHOST"),
            )
        ]
        self.start_tour("/odoo/storefronts", "storefront_link", login="link-manager")
        link = self.env["storefront.link"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(link.state, "undone")
        chosen = link.line_ids.filtered(lambda line: line.external_id == "2")
        self.assertEqual((chosen.product_id, chosen.state), (small, "undone"))
        pushed = [marker for asked in self.shop.heard("push_markers") for marker in asked.values()]
        self.assertEqual(pushed, [f"odoo:{self.other_product.id}", f"odoo:{small.id}", "", ""])
        self.assertFalse(self.env["storefront.binding.variant"].search([]))
