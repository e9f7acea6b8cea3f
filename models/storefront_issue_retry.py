# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontIssue(models.Model):
    """What Retry does for a cause that is no record's."""

    _inherit = "storefront.issue"

    def action_retry(self):
        """Override of this addon to try again what isn't the import of a record."""
        issues = self._open()
        result = super().action_retry()
        for issue in issues.sudo():
            if issue.code == "history_hidden":
                issue._poll_again()
            elif issue.code == "privacy_failed":
                request_id = int(issue.key.partition(":")[2])
                issue.env["storefront.privacy.request"].browse(request_id).exists().action_retry()
        return result

    def _poll_again(self):
        """Read again, with the scope that was missing, what changed."""
        cursor = self.env["storefront.cursor"]._find(self.backend_id, "order")
        cursor._rewind(fields.Datetime.to_datetime(self.params["since"]))
        self.backend_id._wake("poll")
