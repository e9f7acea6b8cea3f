# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a sale order when its order changes in the storefront.

A payment confirms, a cancellation cancels; what a person must judge becomes an issue.
"""

from odoo import models


class StorefrontOrderUpdate(models.AbstractModel):
    _name = "storefront.order.update"
    _description = "Storefront Order Update"

    def _update_order(self, backend, snapshot, order, document):
        """Apply what changed since; return the operation's status."""
        changed = False
        if order.storefront_payment_state != document.payment_state:
            order.storefront_payment_state = document.payment_state
            changed = True
        if document.cancelled_at:
            return self._cancel_order(backend, snapshot, order, document, changed)
        workflow = self.env["storefront.order.workflow"]
        changed |= workflow._advance(backend, snapshot, order, document)
        if order.currency_id.compare_amounts(order.storefront_total, float(document.total)):
            self._report_change(backend, snapshot, order, document)
            changed = True
        else:
            self._changes_of(order)._resolve()
        return "success" if changed else "unchanged"

    def _cancel_order(self, backend, snapshot, order, document, changed):
        if order.state == "cancel":
            return "success" if changed else "unchanged"
        has_left = any(picking.state == "done" for picking in order.sudo().picking_ids)
        is_invoiced = any(move.state == "posted" for move in order.sudo().invoice_ids)
        if has_left or is_invoiced:
            cause = {"code": "cancel_refused", "key": document.external_id, "params": {}}
            self.env["storefront.issue"]._raise_for(
                backend, [cause], snapshot=snapshot, order=order
            )
        else:
            with self.env["storefront.order.workflow"]._unlocked(order):
                order.action_cancel()
        return "success"

    def _report_change(self, backend, snapshot, order, document):
        changes = self.env._(
            "total %(old)s → %(new)s",
            old=order.storefront_total,
            new=float(document.total),
        )
        cause = {
            "code": "order_changed",
            "key": f"{document.external_id}:{document.total}",
            "params": {"changes": changes},
        }
        issues = self.env["storefront.issue"]
        issue = issues._raise_for(backend, [cause], snapshot=snapshot, order=order)
        (self._changes_of(order) - issue)._resolve()

    def _changes_of(self, order):
        """Return the open issues of an earlier change, which the newest state makes obsolete."""
        return self.env["storefront.issue"].search(
            [("order_id", "=", order.id), ("code", "=", "order_changed"), ("state", "=", "open")]
        )
