# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Linking the storefront's variants to products: read, and once a human agreed, apply; undo.

Each step is one page or batch in a transaction of its own, so a run goes on wherever it was
interrupted. Not here: which product fits (``product_match``), writing markers (``marker_export``).
"""

import time

from odoo import fields, models

from ..platforms.documents.product import marker_of
from .flow import retry_concurrency, unit_of_work

LINES_PER_STEP = 500


class StorefrontProductLink(models.AbstractModel):
    _name = "storefront.product.link"
    _inherit = "storefront.flow"
    _description = "Storefront Product Linking"

    def _drain(self, backend):
        markers = self.env["storefront.marker.export"]
        ready = set()  # of the adapters of this job, those that are prepared for markers

        def step(adapter):
            return self._step(backend, adapter) or markers._step(backend, adapter, ready)

        return self._drain_alone(backend, "link", step)

    def _step(self, backend, adapter):
        """Do the next piece of the run that is at work; return whether there was one."""
        with unit_of_work(self.env):
            link = self.env["storefront.link"]._find_working(backend)
            state, cursor = link.state, link.cursor or ""
            if link and not link._is_of_this_store():  # disconnected, and another one connected
                link.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
                return True
        if not link:
            return False
        if state == "reading":
            return self._read(link, adapter, cursor)
        batch = {"applying": self._apply_batch, "undoing": self._undo_batch}[state]
        return retry_concurrency(self.env, lambda: batch(link))

    # reading

    def _read(self, link, adapter, cursor):
        """Store one page of variants as lines, and where the next page begins."""
        started = time.monotonic()
        page = adapter.fetch_variants(cursor)
        retry_concurrency(self.env, lambda: self._store_page(link, page, started))
        return True

    def _store_page(self, link, page, started):
        link.invalidate_recordset()
        if not link._is_working("reading"):  # stopped while the page was on its way
            return
        distinct = self.env["storefront.product.distinct"]
        self._store_lines(link, page.items)
        distinct._report(link.backend_id, page.items)
        link.write({"cursor": page.next_cursor, "seen_count": link.seen_count + len(page.items)})
        if not page.next_cursor:
            link.write({"is_read": True, "state": "to_review"})
            link._count_unlisted()
            distinct._settle(link)
        self.env["storefront.operation"]._log(
            link.backend_id,
            {
                "type": "product_link",
                "status": "success",
                "duration_ms": round((time.monotonic() - started) * 1000),
                "item_count": len(page.items),
                "items": [variant.external_id for variant in page.items],
            },
        )

    def _store_lines(self, link, variants):
        lines = self.env["storefront.link.line"]
        ids = [variant.external_id for variant in variants]
        # A store that changes while it is read may show a variant twice.
        lines.search([("link_id", "=", link.id), ("external_id", "in", ids)]).unlink()
        known = self._find_bindings(link.backend_id, ids)
        fresh = [variant for variant in variants if variant.external_id not in known]
        matches = self.env["storefront.product.match"]._match(link, fresh)
        # By id, because a page that shows a variant twice would violate the unique index.
        vals = {
            variant.external_id: {
                "link_id": link.id,
                "external_id": variant.external_id,
                "barcode": variant.barcode,
                "marker": variant.marker,
                "is_alike": not variant.is_distinct,
                **_prepare_ids(variant),
                **(
                    matches.get(variant.external_id)
                    or self._known(known[variant.external_id], variant)
                ),
            }
            for variant in variants
        }
        lines.create(list(vals.values()))

    def _find_bindings(self, backend, external_ids):
        return (
            self.env["storefront.binding.variant"]
            .search([("backend_id", "=", backend.id), ("external_id", "in", external_ids)])
            .grouped("external_id")
        )

    def _known(self, binding, variant):
        """Return what the line of a variant says that was linked before."""
        ids = _prepare_ids(variant)
        differs = any(binding[name] != (value or False) for name, value in ids.items())
        stale = variant.marker != marker_of(binding.product_id.id)
        return {
            "result": "known",
            "state": "to_update" if differs or stale else "known",
            "match_product_id": False,
            "product_id": binding.product_id.id,
        }

    # applying

    def _apply_batch(self, link):
        """Make the bindings of the next lines; return whether there were any."""
        if not link._is_working("applying"):
            return False
        lines = self.env["storefront.link.line"].search(
            [("link_id", "=", link.id), ("state", "in", ("to_link", "to_update"))],
            order="id",
            limit=LINES_PER_STEP,
        )
        if not lines:
            self._finish(link, "done")
            return False
        started = time.monotonic()
        known = self._find_bindings(link.backend_id, lines.mapped("external_id"))
        settled = self._refresh(lines, known)
        linked = self._bind(link, lines - settled)
        written = linked | settled.filtered(lambda line: line.state == "updated")
        self._want_markers(link, written)
        self._log_batch(link, written, started)
        return True

    def _refresh(self, lines, known):
        """Renew what bindings know of their variants; return the lines this settled."""
        settled = lines.browse()
        for line in lines:
            binding = known.get(line.external_id)
            if not binding and line.state == "to_link":
                continue
            settled |= line
            if not binding:
                _settle(line, "kept", "changed_since")  # unlinked by hand during the review
            elif line.product_id and line.product_id != binding.product_id:
                _settle(line, "refused", "linked_since")
            else:
                binding.write(_prepare_ids(line))
                line.write({"state": "updated"})
        return settled

    def _bind(self, link, lines):
        """Make one binding for each line that still can have it; return those lines."""
        refused = self._refusals(link, lines)
        for line, reason in refused.items():
            _settle(line, "refused", reason)
        good = lines.filtered(lambda line: line not in refused)
        bindings = self.env["storefront.binding.variant"]
        bindings._drop_dead(link, good.product_id)
        bindings.create(
            [
                {
                    "backend_id": link.backend_id.id,
                    "product_id": line.product_id.id,
                    "external_id": line.external_id,
                    "matched_by": line._matched_by(),
                    "link_id": link.id,
                    **_prepare_ids(line),
                }
                for line in good
            ]
        )
        good.write({"state": "linked"})
        return good

    def _refusals(self, link, lines):
        """Return {line: why it can no longer be linked}; much can happen during a review."""
        allowed = self.env["product.product"].search(
            [
                ("id", "in", lines.product_id.ids),
                ("company_id", "in", (False, link.backend_id.company_id.id)),
            ]
        )
        taken = self.env["storefront.binding.variant"]._find_living(link, lines.product_id)
        refused = {}
        for line in lines:
            if line.product_id not in allowed:
                refused[line] = "product_gone"
            elif line.product_id in taken.product_id:
                refused[line] = "taken_since"
        return refused

    def _want_markers(self, link, lines):
        """Have the variants marked, unless they carry the right marker already."""
        self.env["storefront.marker"]._want(
            link.backend_id,
            {line.external_id: marker_of(line.product_id.id) for line in lines},
            link=link,
            found={line.external_id: line.marker or "" for line in lines},
        )

    # undoing

    def _undo_batch(self, link):
        """Unlink the next lines this run linked; return whether there were any."""
        if not link._is_working("undoing"):
            return False
        lines = self.env["storefront.link.line"].search(
            [("link_id", "=", link.id), ("state", "in", ("linked", "updated"))],
            order="id",
            limit=LINES_PER_STEP,
        )
        if not lines:
            self._finish(link, "undone")
            return False
        started = time.monotonic()
        known = self._find_bindings(link.backend_id, lines.mapped("external_id"))
        taken_back = lines.browse()
        for line in lines:
            binding = known.get(line.external_id)
            if line.state == "updated":
                line.write({"state": "known"})
                if binding and binding.product_id == line.product_id:
                    taken_back |= line
            elif binding and binding.link_id == link:
                line.write({"state": "undone"})
                taken_back |= line
            else:
                _settle(line, "kept", "changed_since")
        undone = taken_back.filtered(lambda line: line.state == "undone")
        self.env["storefront.binding.variant"].union(
            *(known[line.external_id] for line in undone)
        ).unlink()
        self._restore_markers(link, taken_back)
        self._log_batch(link, taken_back, started)
        return True

    def _restore_markers(self, link, lines):
        """Have the variants carry what they carried before this run."""
        self.env["storefront.marker"]._want(
            link.backend_id, {line.external_id: line.marker or "" for line in lines}, link=link
        )

    # both

    def _finish(self, link, state):
        """End the run, once its markers are written."""
        if not link._has_markers_to_write():
            link.write({"state": state, "finished_at": fields.Datetime.now()})
            link._count_unlisted()

    def _log_batch(self, link, lines, started):
        self.env["storefront.operation"]._log(
            link.backend_id,
            {
                "type": "product_link",
                "status": "success" if lines else "unchanged",
                "duration_ms": round((time.monotonic() - started) * 1000),
                "item_count": len(lines),
                "items": lines.mapped("external_id"),
            },
        )


def _prepare_ids(source):
    """Return what a binding knows of its variant; ``source`` is a Variant or a line."""
    return {
        name: source[name] if isinstance(source, models.BaseModel) else getattr(source, name)
        for name in ("product_external_id", "inventory_external_id", "name", "sku")
    }


def _settle(line, state, reason):
    line.write({"state": state, "reason": reason})
