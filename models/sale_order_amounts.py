# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    storefront_currency_rate = fields.Float(
        digits=0, readonly=True, copy=False, help="Units of the order's currency for the company's."
    )
    # What the storefront charged, line by line, in the form `storefront.order.comparison` reads.
    # It outlives the payload.
    storefront_charged = fields.Json(readonly=True, copy=False)
    storefront_is_changed = fields.Boolean(
        string="Changed in Odoo", compute="_compute_storefront_is_changed"
    )
    storefront_totals = fields.Html(compute="_compute_storefront_totals", sanitize=False)

    @api.depends("storefront_currency_rate")
    def _compute_currency_rate(self):
        """Override of `sale` to keep the rate the amounts were converted at."""
        charged = self.filtered("storefront_currency_rate")
        for order in charged:
            order.currency_rate = order.storefront_currency_rate
        return super(SaleOrder, self - charged)._compute_currency_rate()

    @api.depends(
        "storefront_charged",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.product_uom_qty",
        "order_line.tax_ids",
    )
    def _compute_storefront_is_changed(self):
        comparison = self.env["storefront.order.comparison"]
        for order in self:
            order.storefront_is_changed = comparison._is_changed(order)

    @api.depends_context("lang")
    def _compute_storefront_totals(self):
        comparison = self.env["storefront.order.comparison"]
        for order in self:
            order.storefront_totals = comparison._render(order)

    def action_open_storefront_totals(self):
        """Show how the total was reached, the storefront beside Odoo."""
        self.ensure_one()
        self.check_access("read")
        view = self.env.ref("storefront_connector.sale_order_view_form_totals")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How the Total Was Reached"),
            "res_model": "sale.order",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _add_base_lines_for_early_payment_discount(self):
        """Override of `sale`: the storefront's taxes hold however early the payment is."""
        if self.storefront_charged:
            return []
        return super()._add_base_lines_for_early_payment_discount()

    def _prepare_invoice(self):
        """Override of `sale` to invoice at the order's rate, without discounts on its taxes."""
        vals = super()._prepare_invoice()
        is_foreign = self.storefront_charged and self.currency_id != self.company_id.currency_id
        vals["storefront_currency_rate"] = self.storefront_currency_rate if is_foreign else 0.0
        if is_foreign:
            vals["storefront_currency_id"] = self.currency_id.id
            vals["invoice_currency_rate"] = self.storefront_currency_rate
        if self.storefront_charged and self._has_mixed_discount():
            vals["invoice_payment_term_id"] = False
        return vals

    def _has_mixed_discount(self):
        term = self.payment_term_id
        return term.early_discount and term.early_pay_discount_computation == "mixed"

    def _get_invoice_grouping_keys(self):
        """Override of `sale`: orders at two rates don't share an invoice, which has one."""
        return [*super()._get_invoice_grouping_keys(), "storefront_currency_rate"]
