# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The invoice of an order: made of what can be invoiced, posted where the settings say so.

Not here: its amounts, which are those of the order's lines.
"""

from odoo import models

from ..models.sale_order_workflow import CONTEXT_INVOICE


class StorefrontOrderInvoice(models.AbstractModel):
    _name = "storefront.order.invoice"
    _description = "Storefront Order Invoice"

    def _invoice(self, order, step):
        """Make and post what is missing; return whether anything was done.

        What people did stays: nothing is invoiced again whose invoice they cancelled or
        credited, and no draft of theirs is posted, nor one that they took back."""
        order = order.with_context(**{CONTEXT_INVOICE: True}, raise_if_nothing_to_invoice=False)
        made = order.browse().invoice_ids
        if order.invoice_status == "to invoice" and self._has_lines(order):
            made = order._create_invoices(grouped=True)
        drafts = self._drafts(order) if step in ("post", "pay") else made.browse()
        if drafts:
            drafts.action_post()
        return bool(made or drafts)

    def _has_lines(self, order):
        return any(not line.display_type for line in order._get_invoiceable_lines())

    def _drafts(self, order):
        """Return the invoices made here, by this user, that nobody has posted before."""
        return order.invoice_ids.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_invoice"
                and not move.posted_before
                and move.create_uid == self.env.user
            )
        ).with_context(**{CONTEXT_INVOICE: True})
