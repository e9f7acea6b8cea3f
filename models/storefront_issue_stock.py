# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


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

    def _stock_bindings(self):
        self.ensure_one()
        return self.env["storefront.binding.variant"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("external_id", "=", self.params["variant_external_id"]),
            ]
        )
