# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that were cancelled in the storefront, live again, or are gone.

An order is cancelled here as well as long as nothing has left and no invoice stands; else what
hasn't left is stopped, and a human takes back and credits the rest.
"""

from odoo import models
from odoo.exceptions import UserError

from ..models import messages_changes

REFUSED, DELETED = "cancel_refused", "order_deleted"


class StorefrontOrderCancel(models.AbstractModel):
    _name = "storefront.order.cancel"
    _description = "Storefront Order Cancellation"

    def _cancel(self, update):
        """Cancel the order here, or stop it and say why it can't be."""
        order = update.order
        if order.state == "cancel" or update.before.get("cancelled"):
            self._settle(update)  # what somebody had live again here is left to live
            return
        delivery = self.env["storefront.order.delivery"]
        update.is_changed |= delivery._take_back(order, update.document)
        obstacles = self._obstacles(order)
        if not obstacles:
            self._cancel_order(order)
            update.kept.update(cancelled=True)
            update.kept.pop("stopped", None)
            update.is_changed = True
            self._settle(update)
            return
        if not update.kept.get("stopped"):  # once: what a human sends after all is left alone
            update.kept["stopped"] = True
            self._stop(order)
        update.raise_issue(REFUSED, update.document.external_id, {"changes": obstacles})

    def _cancel_order(self, order):
        """Cancel an order; a lock is for people and never in the storefront's way."""
        with self.env["storefront.order.workflow"]._unlocked(order):
            order.action_cancel()

    def _take_back(self, update):
        """Have an order live again that the storefront had cancelled."""
        order, kept = update.order, update.kept
        if kept.pop("cancelled", False) and order.state == "cancel":
            order.action_draft()
            update.is_changed = True
        if kept.pop("stopped", False) and order.state == "sale":
            if not self.env["storefront.order.update.lines"]._is_without_delivery(order):
                order.order_line._action_launch_stock_rule()
            update.is_changed = True
        self._settle(update)

    def _settle(self, update):
        """Close the issues of a cancellation, and forget decisions on it: it is no question."""
        for code in (REFUSED, DELETED):
            update.resolve(code)
            update.decided.pop(code, None)

    # what stands in the way

    def _obstacles(self, order):
        """Return what has left and what is invoiced, as items of a text that says what to do."""
        return [*self._find_left(order), *self._find_posted(order)]

    def _find_left(self, order):
        """Of a quotation nothing has: what the store handed over moved nothing here."""
        found = []
        for line in order.order_line.filtered("product_uom_id"):
            by_store = line.storefront_delivered_qty
            counts = {
                "left" if line.product_id.type == "consu" else "delivered": line.qty_delivered
                - by_store,
                "handed_over": by_store if order.state == "sale" else 0.0,
            }
            changes = [
                {"kind": kind, "count": count}
                for kind, count in counts.items()
                if line.product_uom_id.compare(count, 0.0) > 0
            ]
            if changes:
                found.append({"name": line.name, "changes": changes})
        return found

    def _find_posted(self, order):
        """An invoice is credited once it is reversed, or all of the order's come to nothing."""
        lines = order.order_line.invoice_lines.filtered(lambda one: one.parent_state == "posted")
        charged = sum(
            -line.price_total if line.move_id.move_type == "out_refund" else line.price_total
            for line in lines
        )
        if order.currency_id.is_zero(charged):
            return []
        return [
            {
                "name": move.name,
                "changes": [
                    {"kind": "posted", "amount": [str(move.amount_total), move.currency_id.name]}
                ],
            }
            for move in lines.move_id
            if move.move_type == "out_invoice" and move.payment_state != "reversed"
        ]

    def _stop(self, order):
        """Cancel what hasn't left yet."""
        order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel")).action_cancel()

    # deleted in the storefront

    def _report_deleted(self, snapshot):
        """Ask a human about an order the storefront no longer shows, unless it is cancelled."""
        order = snapshot.order_id
        if order.state == "cancel":
            issues = self.env["storefront.order.update"]._open_issues(order)
            issues.filtered(lambda issue: issue.code == DELETED)._resolve()
            return
        cause = {"code": "order_deleted", "key": snapshot.external_id, "params": {}}
        self.env["storefront.issue"]._raise_for(
            snapshot.backend_id, [cause], snapshot=snapshot, order=order
        )

    def _cancel_deleted(self, order):
        """Cancel an order that was deleted. Raises UserError where it has gone too far."""
        obstacles = self._obstacles(order)
        if obstacles:
            raise UserError(
                self.env._(
                    "This order can't be cancelled any more: %s.",
                    messages_changes.render_items(self.env, obstacles),
                )
            )
        if order.state != "cancel":
            self._cancel_order(order)
