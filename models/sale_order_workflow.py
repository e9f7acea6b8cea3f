# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a sale order of a storefront knows of its way: status, hold, payments, invoices."""

from odoo import api, fields, models

CONTEXT_INVOICE = "storefront_invoice"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    storefront_status = fields.Char(readonly=True, copy=False)
    storefront_channel = fields.Char(readonly=True, copy=False)
    storefront_fraud_risk = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        string="Risk of Fraud",
        readonly=True,
        copy=False,
        help="In the storefront's judgement.",
    )
    storefront_tracking = fields.Char(
        string="Parcels",
        readonly=True,
        copy=False,
        help="Numbers of the parcels the storefront knows of.",
    )
    storefront_is_held = fields.Boolean(
        string="Held",
        readonly=True,
        copy=False,
        help="Stays a quotation until somebody releases or confirms it.",
    )
    storefront_released_by = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )
    storefront_payment_ids = fields.One2many(
        "account.payment",
        "storefront_order_id",
        string="Payments",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    # holding

    def action_storefront_release(self):
        """Let held orders go on: as far as they would have gone without the risk."""
        self.check_access("write")
        self._storefront_release(self.env.user)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Released. The order goes on in a moment."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _storefront_release(self, user):
        """Note who released the orders, and have each of them go on."""
        held = self.filtered("storefront_is_held")
        held._storefront_end_hold(user)
        # Their snapshots are the connector's own: who may change the order may have it fetched.
        self.env["storefront.snapshot"].sudo().search([("order_id", "in", held.ids)])._poke()

    def _storefront_end_hold(self, user):
        if not self:
            return
        self.write({"storefront_is_held": False, "storefront_released_by": user.id})
        # The issue asks for what has just been decided.
        self.env["storefront.issue"].sudo().search(
            [("order_id", "in", self.ids), ("code", "=", "fraud_hold"), ("state", "=", "open")]
        )._resolve()

    def _action_confirm(self):
        """Override of `sale` to take a confirmation by hand for a release, and to ask nothing of
        the warehouse where the import by hand said so. Sudo: who sells needs no right on runs."""
        self.filtered("storefront_is_held")._storefront_end_hold(self.env.user)
        silent = self.filtered(
            lambda order: (
                order.storefront_import_id and order.storefront_import_id.sudo().without_delivery
            )
        )
        if silent:
            quiet = silent.with_context(skip_procurement=True)
            super(SaleOrder, quiet)._action_confirm()
        return super(SaleOrder, self - silent)._action_confirm()

    def _action_cancel(self):
        """Override of `sale` to hold nothing that is cancelled."""
        self.filtered("storefront_is_held")._storefront_end_hold(self.env["res.users"])
        return super()._action_cancel()

    # invoicing

    def _prepare_invoice(self):
        """Override of `sale` to date an invoice like its order where the storefront's says so."""
        values = super()._prepare_invoice()
        by_itself = self.env.context.get(CONTEXT_INVOICE)
        if by_itself and self.storefront_backend_id.invoice_date_is == "ordered":
            values["invoice_date"] = fields.Datetime.context_timestamp(self, self.date_order).date()
        return values

    def _get_invoiceable_lines(self, final=False):
        """Override of `sale`: by itself, nothing is invoiced again that was given back, or whose
        invoice somebody cancelled."""
        lines = super()._get_invoiceable_lines(final)
        if self.env.context.get(CONTEXT_INVOICE):
            return lines.filtered(
                lambda line: line.display_type or line._storefront_is_invoiceable()
            )
        return lines

    @api.depends("order_line.storefront_delivered_qty")
    def _compute_delivery_status(self):
        """Override of `sale_stock` to count what the store handed over."""
        result = super()._compute_delivery_status()
        for order in self:
            goods = order.order_line.filtered(lambda line: line.product_id.type == "consu")
            if not any(goods.mapped("storefront_delivered_qty")):
                continue
            if order.delivery_status in (False, "pending"):
                is_all = all(line.qty_delivered >= line.product_uom_qty for line in goods)
                order.delivery_status = "full" if is_all else "partial"
        return result
