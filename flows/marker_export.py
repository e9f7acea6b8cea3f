# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the markers that wait to the storefront: which product each variant is.

A marker lets a variant be recognised when its binding is lost, whatever its SKU is by then. That
linking stands doesn't depend on it: a marker that is refused is noted, and where only a human can
help, becomes an issue. Not here: which marker a variant shall carry (``storefront.marker``).
"""

import time

from odoo import models

from ..platforms import errors
from .flow import retry_concurrency, unit_of_work

# Where a storefront keeps no markers, bindings are completed in steps of this size.
ROWS_PER_STEP = 100


class StorefrontMarkerExport(models.AbstractModel):
    _name = "storefront.marker.export"
    _inherit = "storefront.flow"
    _description = "Storefront Marker Export"

    def _step(self, backend, adapter, ready):
        """Write one batch; return whether there was one. ``ready``: adapters made ready before."""
        markers = self.env["storefront.marker"]
        has_markers = adapter.capabilities.markers and adapter.capabilities.markers_per_push
        limit = adapter.capabilities.markers_per_push if has_markers else ROWS_PER_STEP
        rows = dict(retry_concurrency(self.env, lambda: markers._take(backend, limit)))
        if not rows:
            return False
        started = time.monotonic()
        pushed, refused, causes = rows, {}, []
        if has_markers:
            try:
                pushed, refused, causes = self._push(backend, adapter, rows, ready)
            except (errors.AuthFailed, errors.NotConfigured) as error:
                if error.code != "missing_scope":
                    raise
                # The rest of the work needs no such right: no reason to stop all of it.
                failure = error
                retry_concurrency(self.env, lambda: self._refuse_waiting(backend, failure))
                return True
        self._complete_bindings(backend, adapter, rows)
        retry_concurrency(self.env, lambda: self._record(backend, pushed, refused, causes, started))
        return True

    def _refuse_waiting(self, backend, error):
        """Let the markers wait for a human, all of them: the next one would fare no better."""
        sentence = backend._error_sentence(error)
        self.env["storefront.marker"]._refuse_waiting(backend, sentence)
        self._raise_issues(
            backend,
            [{"code": "marker_refused", "key": error.code, "params": {"message": sentence}}],
        )

    def _push(self, backend, adapter, rows, ready):
        """Write the markers; return ({variant id: marker} written, {…: why not}, issue causes)."""
        try:
            if adapter not in ready:
                adapter.prepare_markers()
                ready.add(adapter)
            refused = dict(adapter.push_markers(rows))
        except (errors.Rejected, errors.NotFound, errors.BadPayload) as error:
            return {}, dict.fromkeys(rows, backend._error_sentence(error)), []
        pushed = {key: marker for key, marker in rows.items() if key not in refused}
        taken = {rows[key]: key for key in refused if rows[key]}
        causes = []
        # Where two variants may carry the same marker none is refused because another has it.
        if taken and adapter.capabilities.markers_unique:
            causes = self._free_markers(backend, adapter, taken, pushed, refused)
        return pushed, refused, causes

    def _free_markers(self, backend, adapter, taken, pushed, refused):
        """See whether other variants carry the refused markers ``{marker: variant id}``.

        Here one product is one variant, so the other's marker is a leftover. One that this
        database wrote is taken back, and ours written; another's is for a human: returns causes.
        """
        holders = {
            variant.marker: variant
            for variant in adapter.find_variants(markers=list(taken))
            if variant.marker in taken and variant.external_id != taken[variant.marker]
        }
        own = self._own_variants(backend, [holder.external_id for holder in holders.values()])
        leftovers = {m: holder for m, holder in holders.items() if holder.external_id in own}
        if leftovers:
            cleared = {holder.external_id: "" for holder in leftovers.values()}
            adapter.push_markers(cleared)
            again = {taken[marker]: marker for marker in leftovers}
            still = adapter.push_markers(again)
            pushed.update(cleared)
            pushed.update((key, marker) for key, marker in again.items() if key not in still)
            for key in again:
                refused.pop(key)
            refused.update(still)
        return [
            self._taken_cause(taken[marker], marker, holder)
            for marker, holder in holders.items()
            if holder.external_id not in own
        ]

    def _own_variants(self, backend, external_ids):
        """Return the variant ids that have a row here: what they carry, we wrote or will write."""
        with unit_of_work(self.env):
            rows = self.env["storefront.marker"].search(
                [("backend_id", "=", backend.id), ("external_id", "in", external_ids)]
            )
            return set(rows.mapped("external_id"))

    def _taken_cause(self, external_id, marker, holder):
        return {
            "code": "marker_taken",
            "key": external_id,
            "params": {
                "marker": marker,
                "name": holder.name,
                "sku": holder.sku or "-",
                "variant_external_id": external_id,
                "other_external_id": holder.external_id,
            },
        }

    def _complete_bindings(self, backend, adapter, rows):
        """Learn what variants are counted on that an order, or a human, named by id only."""
        bindings = self.env["storefront.binding.variant"]
        with unit_of_work(self.env):
            incomplete = bindings.search(
                [
                    ("backend_id", "=", backend.id),
                    ("external_id", "in", list(rows)),
                    ("inventory_external_id", "=", False),
                ]
            ).grouped("external_id")
            skus = [binding.sku for binding in incomplete.values() if binding.sku]
        if not incomplete:
            return
        markers = [rows[external_id] for external_id in incomplete if rows[external_id]]
        if adapter.capabilities.variants_by_id:
            variants = adapter.get_variants(list(incomplete))
        else:
            variants = self._find_variants(adapter, skus, markers)
        found = {
            variant.external_id: variant.inventory_external_id
            for variant in variants
            if variant.external_id in incomplete
        }
        retry_concurrency(self.env, lambda: self._complete(incomplete, found))

    def _find_variants(self, adapter, skus, markers):
        has_markers = adapter.capabilities.markers and adapter.capabilities.markers_per_push
        return adapter.find_variants(skus=skus, markers=markers if has_markers else ())

    def _complete(self, incomplete, found):
        for external_id, inventory_external_id in found.items():
            incomplete[external_id].write({"inventory_external_id": inventory_external_id})

    def _record(self, backend, pushed, refused, causes, started):
        self.env["storefront.marker"]._record(backend, pushed, refused)
        self._raise_issues(backend, causes)
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "marker_push",
                "status": "requires_attention" if refused else "success",
                "duration_ms": round((time.monotonic() - started) * 1000),
                "item_count": len(pushed) + len(refused),
                "items": [*pushed, *refused],
            },
        )

    def _raise_issues(self, backend, causes):
        # sudo: the outbound user sees no issues, and this is all it has to say in them.
        self.env["storefront.issue"].sudo()._raise_for(backend, causes)
