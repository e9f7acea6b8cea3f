# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants that shoppers can't tell apart: what the storefront sells as one may be another.

Linked by their SKUs they would look right, and the stock of the wrong one would be sold. So they
are left to a human, and an issue says what to mend in the storefront. Not here: finding out, which
is each platform's.
"""

from collections import defaultdict

from odoo import models

CODES = ("attribute_unused", "variants_alike")
# As many as a sentence can hold.
NAMES_SHOWN = 10


class StorefrontProductDistinct(models.AbstractModel):
    _name = "storefront.product.distinct"
    _description = "Storefront Variants That Are Alike"

    def _leave_to_human(self, variants, matches):
        """Take back the product of each of ``{variant id: vals}`` that isn't distinct."""
        for variant in variants:
            vals = matches.get(variant.external_id)
            if vals and vals["result"] == "matched" and not variant.is_distinct:
                products = self.env["product.product"].browse(vals["product_id"])
                matches[variant.external_id] = self.env["storefront.product.match"]._ambiguous(
                    "indistinct", products
                )

    def _report(self, backend, variants):
        """Raise an issue for each product with variants that aren't distinct."""
        alike = defaultdict(list)
        for variant in variants:
            if not variant.is_distinct:
                alike[variant.product_external_id].append(variant)
        causes = [self._prepare_cause(key, rows) for key, rows in alike.items()]
        # sudo: the outbound user sees no issues, and this is all it has to say in them.
        self.env["storefront.issue"].sudo()._raise_for(backend, causes)

    def _prepare_cause(self, product_external_id, variants):
        names = [variant.sku or variant.name for variant in variants[:NAMES_SHOWN]]
        attributes = dict.fromkeys(name for one in variants for name in one.unused_attributes)
        return {
            "code": "attribute_unused" if attributes else "variants_alike",
            "key": product_external_id,
            "params": {
                "variants": ", ".join(names),
                "attributes": ", ".join(attributes),
                "product_external_id": product_external_id,
            },
        }

    def _settle(self, link):
        """Close the issues of products whose variants this run found to be distinct, or gone."""
        issues = (
            self.env["storefront.issue"]
            .sudo()
            .search(
                [
                    ("backend_id", "=", link.backend_id.id),
                    ("state", "=", "open"),
                    ("code", "in", CODES),
                ]
            )
        )
        if not issues:
            return
        lines = self.env["storefront.link.line"].search(
            [("link_id", "=", link.id), ("is_alike", "=", True)]
        )
        alike = set(lines.mapped("product_external_id"))
        issues.filtered(lambda one: one.params["product_external_id"] not in alike)._resolve()
