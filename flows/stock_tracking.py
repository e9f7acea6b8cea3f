# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variants whose quantities the storefront would ignore, found where their levels are looked at.

What isn't counted has no level, which is read as 0: while there is nothing to sell it would never
be written, and the storefront would go on selling it. So it is said at the first look, which is
when a variant is linked, and at each reconciliation. Not here: what is refused when it is written,
and beginning to count (``stock_push``).
"""

from odoo import models

from .flow import unit_of_work

# What a storefront can be had to count, by us or by hand.
CODES = ("stock_untracked", "stock_of_parent")


class StorefrontStockTracking(models.AbstractModel):
    _name = "storefront.stock.tracking"
    _inherit = "storefront.flow"
    _description = "Storefront Stock Tracking"

    def _find(self, adapter, shown, bindings):
        """Return {binding id: refusal} of what the storefront doesn't count and nobody knows of.

        ``shown``: {key: level} as just read; ``bindings``: {key: binding id}, of what is written.
        Makes a call only where something has no level."""
        if not adapter.capabilities.stock_tracking:
            return {}
        silent = {key: one for key, one in bindings.items() if shown.get(key) is None}
        if silent:
            with unit_of_work(self.env):  # ends before the call: no transaction waits for HTTP
                news = self._unheard(set(silent.values()))
            silent = {key: one for key, one in silent.items() if one in news}
        if not silent:
            return {}
        return {bindings[one.key]: one for one in adapter.find_untracked(list(silent))}

    def _unheard(self, binding_ids):
        """Return those of the bindings that no issue is about: not an open one, nor one that
        somebody ignored; and that aren't to be counted from the next push on."""
        # sudo: who reconciles reads neither bindings' settings nor all issues.
        bindings = self.env["storefront.binding.variant"].sudo().browse(binding_ids).exists()
        bindings = bindings.filtered(lambda binding: not binding.count_in_store)
        issues = self.env["storefront.issue"].sudo()
        return set(bindings.ids) - issues._stock_refusals(bindings, ("open", "ignored")).keys()

    def _report(self, backend, refusals):
        """Raise an issue for each of ``{binding id: refusal}``."""
        for binding_id, refusal in refusals.items():
            self.env["storefront.stock.push"]._report_refusal(backend, binding_id, refusal)

    def _has_issues(self, backend):
        """Whether there is anything for `_settle`."""
        return bool(self._issues(backend))

    def _issues(self, backend):
        domain = [("backend_id", "=", backend.id), ("state", "=", "open"), ("code", "in", CODES)]
        return self.env["storefront.issue"].sudo().search(domain)

    def _settle(self, backend, looks):
        """Close the issues of what the storefront counts by now: somebody has seen to it there.

        ``looks``: (shown, bindings) as in ``_find``, one a page."""
        issues = looks and self._issues(backend)
        if not issues:
            return
        counted = {
            bindings[key]
            for shown, bindings in looks
            for key, level in shown.items()
            if level is not None
        }
        names = set(self.env["storefront.binding.variant"].browse(counted).mapped("external_id"))
        issues.filtered(lambda one: one.params["variant_external_id"] in names)._resolve()
