# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which variant of the storefront is which product: by marker, then SKU, then barcode.

Nothing is guessed: what fits no product, or more than one, is listed for a human.
"""

import time

from odoo import fields, models

from .flow import retry_concurrency, unit_of_work

MARKER_PREFIX = "odoo:"


class StorefrontProductLink(models.AbstractModel):
    _name = "storefront.product.link"
    _inherit = "storefront.flow"
    _description = "Storefront Product Linking"

    def _drain(self, backend):
        return self._drain_alone(backend, "link", lambda adapter: self._step(backend, adapter))

    def _step(self, backend, adapter):
        """Link one page of variants and keep where the next one begins."""
        with unit_of_work(self.env):
            link = self.env["storefront.link"].search(
                [("backend_id", "=", backend.id), ("state", "=", "running")], limit=1
            )
            cursor = link.cursor or ""
        if not link:
            return False
        started = time.monotonic()
        page = adapter.fetch_variants(cursor)
        retry_concurrency(self.env, lambda: self._apply_page(backend, link, page, started))
        return True

    def _apply_page(self, backend, link, page, started):
        link.invalidate_recordset()
        if link.state != "running":  # cancelled while the page was on its way
            return
        bindings = self.env["storefront.binding.variant"]
        known = bindings.search(
            [
                ("backend_id", "=", backend.id),
                ("external_id", "in", [variant.external_id for variant in page.items]),
            ]
        ).grouped("external_id")
        fresh = [variant for variant in page.items if variant.external_id not in known]
        for variant in page.items:
            binding, vals = known.get(variant.external_id), self._prepare_ids(variant)
            if binding and any(binding[name] != (value or False) for name, value in vals.items()):
                binding.write(vals)
        linked = self._link(backend, link, fresh)
        link.write(
            {
                "cursor": page.next_cursor,
                "state": "running" if page.next_cursor else "done",
                "seen_count": link.seen_count + len(page.items),
                "known_count": link.known_count + len(known),
                "linked_count": link.linked_count + linked,
            }
        )
        self._log_page(backend, page, linked, started)

    def _log_page(self, backend, page, linked, started):
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "product_link",
                "status": "success" if linked else "unchanged",
                "duration_ms": round((time.monotonic() - started) * 1000),
                "item_count": len(page.items),
                "items": [variant.external_id for variant in page.items],
            },
        )

    def _link(self, backend, link, variants):
        """Link each variant that fits exactly one product; list the others. Return the number."""
        candidates = self._find_candidates(backend, variants)
        chosen, undecided = {}, []
        taken = self._taken_products(backend, candidates)
        for variant in variants:
            matched_by, products = candidates[variant.external_id]
            if len(products) == 1 and products.id not in taken:
                taken.add(products.id)
                chosen[variant.external_id] = (variant, products, matched_by)
            else:
                undecided.append((variant, products))
        self.env["storefront.binding.variant"].create(
            [
                {
                    "backend_id": backend.id,
                    "product_id": product.id,
                    "external_id": variant.external_id,
                    "matched_by": matched_by,
                    **self._prepare_ids(variant),
                }
                for variant, product, matched_by in chosen.values()
            ]
        )
        self._list_undecided(link, undecided)
        return len(chosen)

    def _prepare_ids(self, variant):
        return {
            "product_external_id": variant.product_external_id,
            "inventory_external_id": variant.inventory_external_id,
            "name": variant.name,
            "sku": variant.sku,
        }

    def _list_undecided(self, link, undecided):
        lines = self.env["storefront.link.line"]
        lines.search(
            [
                ("link_id", "=", link.id),
                ("external_id", "in", [variant.external_id for variant, _products in undecided]),
            ]
        ).unlink()
        lines.create(
            [
                {
                    "link_id": link.id,
                    "result": "ambiguous" if products else "missing",
                    "external_id": variant.external_id,
                    "barcode": variant.barcode,
                    "candidate_ids": [fields.Command.set(products.ids)],
                    **self._prepare_ids(variant),
                }
                for variant, products in undecided
            ]
        )

    def _find_candidates(self, backend, variants):
        """Return {variant external id: (how it was found, products)}, in three queries."""
        by_marker = self._products_by_marker(backend, variants)
        by_sku = self._products_by(backend, "default_code", [v.sku for v in variants if v.sku])
        by_barcode = self._products_by(
            backend, "barcode", [v.barcode for v in variants if v.barcode]
        )
        none = self.env["product.product"]
        found = {}
        for variant in variants:
            for how, products in (
                ("marker", by_marker.get(variant.marker)),
                ("sku", by_sku.get(variant.sku)),
                ("barcode", by_barcode.get(variant.barcode)),
            ):
                if products:
                    found[variant.external_id] = (how, products)
                    break
            else:
                found[variant.external_id] = (False, none)
        return found

    def _company_domain(self, backend):
        return [("company_id", "in", (False, backend.company_id.id))]

    def _products_by(self, backend, field, values):
        if not values:
            return {}
        return (
            self.env["product.product"]
            .search([(field, "in", values), *self._company_domain(backend)])
            .grouped(field)
        )

    def _products_by_marker(self, backend, variants):
        ids = {}
        for variant in variants:
            number = variant.marker.removeprefix(MARKER_PREFIX)
            # More digits than an id has are somebody else's marker.
            if variant.marker != number and number.isdecimal() and len(number) < 10:
                ids[int(number)] = variant.marker
        products = self.env["product.product"].search(
            [("id", "in", list(ids)), *self._company_domain(backend)]
        )
        return {ids[product.id]: product for product in products}

    def _taken_products(self, backend, candidates):
        ids = [products.id for _how, products in candidates.values() if len(products) == 1]
        bindings = self.env["storefront.binding.variant"].search(
            [("backend_id", "=", backend.id), ("product_id", "in", ids)]
        )
        return set(bindings.product_id.ids)
