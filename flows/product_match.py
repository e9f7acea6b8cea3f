# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which product fits a variant: by marker, then SKU, then barcode.

Nothing is guessed and nothing is linked: what fits no product, or could fit another, is left to a
human with the reason. Not here: reading variants, making bindings (``product_link``).
"""

from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..platforms.documents.product import product_id_of

# A marker beats a SKU, a SKU a barcode, where variants fit one product in different ways.
RANKS = {"marker": 0, "sku": 1, "barcode": 2}


class Found(NamedTuple):
    """The products of a page's codes: recordsets by marker, code, and code without its form."""

    by_marker: dict
    by_sku: dict
    by_barcode: dict
    similar: dict
    archived: set
    taken: set


def simplified(code):
    """Return a code without case and spaces; must do what the indexes of product.product do."""
    return "".join(code.split()).lower()


class StorefrontProductMatch(models.AbstractModel):
    _name = "storefront.product.match"
    _description = "Storefront Product Matching"

    def _match(self, link, variants):
        """Return ``{variant id: vals of its line}`` of variants that aren't linked yet."""
        found = self._find(link.backend_id, variants)
        matches = {variant.external_id: self._judge(variant, found) for variant in variants}
        self.env["storefront.product.distinct"]._leave_to_human(variants, matches)
        self._settle_claims(link, matches)
        return matches

    def _judge(self, variant, found):
        """Return what the line of one variant says."""
        marked = found.by_marker.get(variant.marker)
        by_sku = found.by_sku.get(variant.sku) if variant.sku else None
        by_barcode = found.by_barcode.get(variant.barcode) if variant.barcode else None
        if marked:
            others = by_sku or by_barcode
            if (others and marked in others) or _resembles(variant, marked):
                return self._matched("marker", marked, found)
            reason = "marker_conflict" if others else "marker_unconfirmed"
            return self._ambiguous(reason, marked | (others or marked))
        for matched_by, products in (("sku", by_sku), ("barcode", by_barcode)):
            if products and len(products) == 1:
                return self._matched(matched_by, products, found)
            if products:
                return self._ambiguous("several_products", products)
        return self._unmatched(variant, found)

    def _matched(self, matched_by, product, found):
        if product.id in found.taken:
            return self._ambiguous("product_taken", product)
        return {
            "result": "matched",
            "state": "to_link",
            "reason": False,
            "matched_by": matched_by,
            "match_product_id": product.id,
            "product_id": product.id,
            "candidate_ids": [],
        }

    def _ambiguous(self, reason, products):
        return {
            "result": "ambiguous",
            "state": "undecided",
            "reason": reason,
            "candidate_ids": [fields.Command.set(products.ids)],
        }

    def _unmatched(self, variant, found):
        codes = [simplified(code) for code in (variant.sku, variant.barcode) if code]
        similar = [product for code in codes for product in found.similar.get(code, ())]
        if similar:
            return self._ambiguous("similar", similar[0].union(*similar))
        reason = False
        if not codes:
            reason = "no_code"
        elif found.archived.intersection({variant.marker, variant.sku, variant.barcode}):
            reason = "archived"
        return {"result": "missing", "state": "undecided", "reason": reason, "candidate_ids": []}

    # two variants that fit one product

    def _settle_claims(self, link, matches):
        """Leave to a human what fits a product that another variant fits as well, or better."""
        claims = defaultdict(list)
        for vals in matches.values():
            if vals.get("match_product_id"):
                claims[vals["match_product_id"]].append((RANKS[vals["matched_by"]], vals))
        lines = self.env["storefront.link.line"].search(
            [("link_id", "=", link.id), ("match_product_id", "in", list(claims))]
        )
        for line in lines.filtered(lambda line: line.external_id not in matches):
            claims[line.match_product_id.id].append((RANKS[line.matched_by], line))
        demoted = lines.browse()
        for product_id, rows in claims.items():
            best = min(rank for rank, _row in rows)
            winners = [row for rank, row in rows if rank == best]
            for _rank, row in rows:
                if len(winners) == 1 and row is winners[0]:
                    continue
                if isinstance(row, dict):
                    products = self.env["product.product"].browse(product_id)
                    row.update(self._ambiguous("several_variants", products), product_id=False)
                elif row.state == "to_link":
                    demoted |= row
        demoted._leave_to_human("several_variants")

    # what the database knows, in a fixed number of queries a page

    def _find(self, backend, variants):
        skus = {variant.sku for variant in variants if variant.sku}
        barcodes = {variant.barcode for variant in variants if variant.barcode}
        by_sku = self._products_by(backend, "default_code", skus)
        by_barcode = self._products_by(backend, "barcode", barcodes)
        by_marker, archived = self._products_by_marker(backend, variants)
        unknown = skus.difference(by_sku) | barcodes.difference(by_barcode)
        every = [*by_sku.values(), *by_barcode.values(), *by_marker.values()]
        return Found(
            by_marker=by_marker,
            by_sku=by_sku,
            by_barcode=by_barcode,
            similar=self._similar_products(backend, unknown),
            archived=archived | self._archived_codes(backend, unknown),
            taken=self._taken_products(
                backend, {pid for products in every for pid in products.ids}
            ),
        )

    def _company_domain(self, backend):
        return [("company_id", "in", (False, backend.company_id.id))]

    def _products_by(self, backend, field, values):
        if not values:
            return {}
        domain = [(field, "in", list(values)), *self._company_domain(backend)]
        return self.env["product.product"].search(domain).grouped(field)

    def _products_by_marker(self, backend, variants):
        """Return ({marker: product}, markers of archived ones); of this company only."""
        ids = {product_id_of(variant.marker): variant.marker for variant in variants}
        ids.pop(None, None)
        if not ids:
            return {}, set()
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search([("id", "in", list(ids)), *self._company_domain(backend)])
        )
        active = products.filtered("active")
        archived = {ids[product.id] for product in products - active}
        return {ids[product.id]: product.with_env(self.env) for product in active}, archived

    def _similar_products(self, backend, codes):
        """Return {simplified code: [product]} of codes that fit nothing as they are."""
        keys = list({simplified(code) for code in codes})
        if not keys:
            return {}
        products = self.env["product.product"]
        found = defaultdict(list)
        for field in ("default_code", "barcode"):
            query = products._search(self._company_domain(backend))
            column = SQL.identifier(products._table, field)
            query.add_where(
                SQL(r"lower(regexp_replace(%s, '\s', '', 'g')) = ANY(%s)", column, keys)
            )
            for product in products.browse(query.get_result_ids()):
                found[simplified(product[field])].append(product)
        return found

    def _archived_codes(self, backend, codes):
        if not codes:
            return set()
        products = self.env["product.product"].search(
            [
                ("active", "=", False),
                "|",
                ("default_code", "in", list(codes)),
                ("barcode", "in", list(codes)),
                *self._company_domain(backend),
            ]
        )
        return {product.default_code for product in products} | set(products.mapped("barcode"))

    def _taken_products(self, backend, product_ids):
        bindings = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", backend.id), ("product_id", "in", list(product_ids))]
        )
        return set(bindings.product_id.ids)


def _resembles(variant, product):
    """Whether SKU or barcode of both are equal but for case and spaces."""
    pairs = ((variant.sku, product.default_code), (variant.barcode, product.barcode))
    return any(one and other and simplified(one) == simplified(other) for one, other in pairs)
