# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account` to settle an invoice with what its order's customer paid before.

        Whoever posts it: goods may be invoiced long after they were paid."""
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        # Who may post an invoice may settle it with its own order's payments, whatever else of
        # the order they may see.
        orders = invoices.sudo().line_ids.sale_line_ids.order_id.filtered("storefront_backend_id")
        for order in orders:
            order.env["storefront.order.payment"]._settle(order)
        return posted
