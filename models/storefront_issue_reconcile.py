# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a human decides of a reconciliation that stopped: apply it, or leave the store as it is."""

from odoo import models

from .storefront_reconciliation import ISSUE_CODE


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    def _fix_reconciliation_large(self):
        self.ensure_one()
        self._reconciliation().action_apply()

    def action_ignore(self, reason=""):
        """Override of this addon to discard the run that asks."""
        asking = self._open().filtered(lambda issue: issue.code == ISSUE_CODE)
        result = super().action_ignore(reason)
        for issue in asking:
            issue._reconciliation().action_discard()
        return result

    def _reconciliation(self):
        """Return the run that asks, none where a later one has taken its place."""
        # sudo: who decides on issues decides on what they are about.
        runs = self.env["storefront.reconciliation"].sudo()
        return (
            runs.browse(self.params["run_id"]).exists().filtered(lambda run: run.state == "asking")
        )
