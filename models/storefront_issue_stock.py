# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from .storefront_issue import STOCK_REFUSALS


class StorefrontIssue(models.Model):
    """What a human can do about a variant whose stock the storefront doesn't count."""

    _inherit = "storefront.issue"

    def _fix_stock_untracked(self):
        """Have the storefront count the variant from the next push on."""
        self.ensure_one()
        bindings = self._stock_bindings()
        # sudo: who may mend an issue may mend this, not all of a binding.
        bindings.sudo().count_in_store = True

    def _fix_stock_of_parent(self):
        self._fix_stock_untracked()

    @api.model
    def _stock_refusals(self, bindings, states=("open",)):
        """Return ``{binding id: issue}`` of those whose quantity the storefront refused."""
        found = {}
        for backend, of_backend in bindings.grouped("backend_id").items():
            by_key = {
                f"{code}:{binding.external_id}": binding.id
                for binding in of_backend
                for code in STOCK_REFUSALS
            }
            issues = self.search_fetch(
                [
                    ("backend_id", "=", backend.id),
                    ("state", "in", states),
                    ("key", "in", list(by_key)),
                ],
                ["key"],
            )
            found.update({by_key[issue.key]: issue for issue in issues})
        return found

    def _stock_bindings(self):
        self.ensure_one()
        return self.env["storefront.binding.variant"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("external_id", "=", self.params["variant_external_id"]),
            ]
        )
