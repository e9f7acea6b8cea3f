# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# Issues of an order that is here, which its next import looks at again and closes by itself.
COMPARED_CODES = ("order_changed", "cancel_refused", "order_deleted")


class StorefrontIssue(models.Model):
    """Issues of orders that are imported: what was decided is kept on the order."""

    _inherit = "storefront.issue"

    can_retry = fields.Boolean(
        compute="_compute_can_retry", help="An import may close it: it isn't a mere note."
    )

    @api.depends("code", "order_id")
    def _compute_can_retry(self):
        for issue in self:
            issue.can_retry = not issue.order_id or bool(issue._compared())

    def _is_decided(self, order, code, key):
        """Whether somebody has decided on just this.

        An issue that closed by itself was no decision, and issues are deleted after a while."""
        return (order.storefront_decided or {}).get(code) == key

    def _set_params(self, params):
        """Have open issues say how things are now."""
        for issue in self:
            if issue.params != params:
                issue.params = params

    def action_resolve(self):
        """Override of this addon to keep the decision."""
        self.check_access("write")
        self._open()._keep_decisions()
        return super().action_resolve()

    def action_ignore(self, reason=""):
        """Override of this addon to keep the decision."""
        self.check_access("write")
        self._open()._keep_decisions()
        return super().action_ignore(reason)

    def action_reopen(self):
        """Override of this addon to forget the decision."""
        self.check_access("write")
        self.filtered(lambda issue: issue.state != "open")._keep_decisions(is_kept=False)
        return super().action_reopen()

    def action_retry(self):
        """Override of this addon to compare orders that are here again; then what differs still
        stays open."""
        self.check_access("write")
        compared = self._open()._compared()
        compared.order_id._compare_with_storefront()
        return super(StorefrontIssue, self - compared).action_retry()

    def _keep_decisions(self, is_kept=True):
        """Note on the orders what was decided on these issues, or take the note back.

        With sudo: who decides on issues may have no right on orders, and writes nothing else."""
        for order, issues in self.sudo().filtered("order_id").grouped("order_id").items():
            marks = {name: mark for issue in issues for name, mark in issue._marks().items()}
            decided = order.storefront_decided or {}
            if is_kept:
                decided = {**decided, **marks}
            else:
                decided = {name: mark for name, mark in decided.items() if marks.get(name) != mark}
            asked = order.storefront_issue_ids._open()._compared()
            asked = asked - issues if is_kept else asked | issues._compared()
            order.write({"storefront_decided": decided or False, "storefront_differs": bool(asked)})

    def _compared(self):
        return self.filtered(lambda issue: issue.order_id and issue.code in COMPARED_CODES)

    def _marks(self):
        """Return {name: mark} of what is decided with this issue, or with each of its parts."""
        return (self.params or {}).get("marks") or {self.code: self.key}

    def _fix_order_deleted(self):
        """Cancel the order here too, with the rights of who decides."""
        self.env["storefront.order.cancel"]._cancel_deleted(self.order_id)
