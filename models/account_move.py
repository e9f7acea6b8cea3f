# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # An order was placed at one rate. Its invoices and credit notes keep it, whatever their date:
    # together they must come to nothing else than the order, in both currencies.
    storefront_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    storefront_currency_rate = fields.Float(
        string="Rate of the Order", digits=0, readonly=True, copy=False
    )

    @api.depends("storefront_currency_id", "storefront_currency_rate")
    def _compute_invoice_currency_rate(self):
        """Override of `account` to keep the order's rate, unless the currency is another."""
        charged = self.filtered(
            lambda move: (
                move.storefront_currency_rate and move.currency_id == move.storefront_currency_id
            )
        )
        for move in charged:
            move.invoice_currency_rate = move.storefront_currency_rate
        return super(AccountMove, self - charged)._compute_invoice_currency_rate()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to give a credit note the rate of what it takes back."""
        given = default_values_list or [{} for _move in self]
        values = [
            {**move._storefront_rate_vals(), **vals} for move, vals in zip(self, given, strict=True)
        ]
        return super()._reverse_moves(values, cancel)

    def _post(self, soft=True):
        """Override of `account` to have an order compared that differs, once it is credited."""
        posted = super()._post(soft)
        posted.filtered(lambda move: move.move_type == "out_refund")._storefront_look_again()
        return posted

    def button_draft(self):
        """Override of `account` to have an order compared whose invoice isn't posted any more."""
        result = super().button_draft()
        self.filtered(lambda move: move.move_type == "out_invoice")._storefront_look_again()
        return result

    def _storefront_look_again(self):
        """With sudo: who books need not be allowed to see orders."""
        self.sudo().line_ids.sale_line_ids.order_id._look_again()

    def _storefront_rate_vals(self):
        """Return what another document needs to be at this one's rate."""
        self.ensure_one()
        if not self.storefront_currency_rate:
            return {}
        return {
            "storefront_currency_id": self.storefront_currency_id.id,
            "storefront_currency_rate": self.storefront_currency_rate,
        }
