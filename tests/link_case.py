# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of linking share: a run brought to its review, applied and undone."""

from .common import StorefrontCase


class LinkCase(StorefrontCase):
    def review(self, *pages):
        """Have the variants of ``pages`` read; return the run, which waits for review."""
        self.shop.variant_pages = pages
        self.shop.markers = {
            variant.external_id: variant.marker
            for page in pages
            for variant in page
            if variant.marker
        }
        link = self.start()
        self.job("link")
        return link

    def start(self):
        """Press Link Products; return the run."""
        action = self.backend.action_link_products()
        return self.env[action["res_model"]].browse(action["res_id"])

    def apply(self, link):
        link.action_apply()
        self.job("link")

    def undo(self, link):
        link.action_undo()
        self.job("link")

    def line_of(self, link, external_id):
        return link.line_ids.filtered(lambda line: line.external_id == external_id)

    def outcome(self, link):
        """Return {variant id: (what was found, why, the product chosen)}."""
        return {
            line.external_id: (line.result, line.reason, line.product_id) for line in link.line_ids
        }

    def bindings(self):
        found = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", self.backend.id)]
        )
        return {one.external_id: (one.product_id, one.matched_by) for one in found}

    def carried(self):
        """Return {variant id: marker} as the storefront holds them."""
        return {external_id: marker for external_id, marker in self.shop.markers.items() if marker}

    def marker(self, product):
        return f"odoo:{product.id}"
