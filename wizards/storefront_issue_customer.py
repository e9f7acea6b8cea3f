# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class StorefrontIssueDecision(models.TransientModel):
    """Which of two values stands."""

    _inherit = "storefront.issue.decision"

    decision = fields.Selection(
        selection_add=[("keep", "Keep Odoo's"), ("take", "Take the storefront's")],
        ondelete={"keep": "cascade", "take": "cascade"},
    )

    def _decide_keep(self, issues):
        issues._keep_odoo()

    def _decide_take(self, issues):
        issues._take_storefront()


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    def action_ask_keep(self):
        return self._ask_which("keep", self.env._("Keep Odoo's"))

    def action_ask_take(self):
        return self._ask_which("take", self.env._("Take the Storefront's"))

    def _ask_which(self, decision, name):
        self.check_access("write")
        if not all(self.mapped("has_two_values")):
            raise UserError(self.env._("There aren't two values to choose from: select others."))
        return self._open()._ask(decision, name)
