# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from ..tools import tax_data


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    storefront_external_id = fields.Char(
        string="Storefront Line ID", readonly=True, copy=False, help="Refunds refer to it."
    )
    storefront_kind = fields.Char(
        readonly=True,
        copy=False,
        help="What the storefront charged here: a product, shipping, a fee, …",
    )

    def _is_as_charged(self):
        """Whether the line has the storefront's amounts and is what they were given for."""
        self.ensure_one()
        data = self.extra_tax_data
        return tax_data.is_ours(data) and tax_data.fits(
            data, self.price_unit, self.discount, self.product_uom_qty, self.tax_ids.ids
        )

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale` to invoice exactly the quantity's part of what was charged.

        Sudo: a salesperson may not see the invoices others made of the order."""
        vals = super()._prepare_invoice_line(**optional_values)
        if tax_data.is_ours(vals.get("extra_tax_data")):
            others = self.sudo().invoice_lines
            vals["extra_tax_data"] = self._storefront_tax_data(vals["quantity"], others)
        return vals

    def _storefront_tax_data(self, quantity, others, sign=1):
        """Return the ``extra_tax_data`` to invoice ``quantity`` beside ``others``, invoice lines of
        this one; False where the line isn't what was charged any more, and Odoo computes.

        With it, what is invoiced in all is to the order's amounts as the quantity is to its own;
        whatever parts it is invoiced in, they add up. ``sign``: -1 on a credit note."""
        data = self.extra_tax_data
        if not self._is_as_charged():
            return False
        others = others.filtered(lambda line: line.parent_state != "cancel")
        if not self.product_uom_qty or (not others and quantity == self.product_uom_qty):
            return data
        invoiced = self._storefront_invoiced(others)
        done = sum(part for part, _amounts in invoiced)
        part = tax_data.part_of(
            data,
            quantity,
            (done + sign * quantity) / self.product_uom_qty,
            [amounts for _part, amounts in invoiced],
            self._round_storefront,
        )
        return part if sign > 0 else tax_data.negated(part)

    def _storefront_invoiced(self, invoice_lines):
        """Return quantity and amounts of each invoice line, negative on credit notes."""
        own = tax_data.amounts_of(self.extra_tax_data)
        invoiced = []
        for line in invoice_lines:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            part = sign * line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            if line.currency_id == self.currency_id:
                amounts = line._storefront_amounts()
            else:  # amounts of another currency say nothing: what their quantity stands for
                share = sign * part / self.product_uom_qty
                amounts = {place: amount * share for place, amount in own.items()}
            invoiced.append((part, {place: sign * amounts[place] for place in amounts}))
        return invoiced

    def _round_storefront(self, place, amount):
        in_currency = place[1].endswith("_currency")
        return (self.currency_id if in_currency else self.company_id.currency_id).round(amount)

    @api.depends("extra_tax_data")
    def _compute_untaxed_amount_to_invoice(self):
        """Override of `sale`, which takes price times quantity: cents would stay for ever."""
        charged = self.filtered(
            lambda line: line.state == "sale" and line.product_uom_qty and line._is_as_charged()
        )
        for line in charged:
            is_ordered = line.product_id.invoice_policy == "order"
            quantity = line.product_uom_qty if is_ordered else line.qty_delivered
            amount = line.price_subtotal * quantity / line.product_uom_qty
            line.untaxed_amount_to_invoice = (
                line.currency_id.round(amount) - line.untaxed_amount_invoiced
            )
        return super(SaleOrderLine, self - charged)._compute_untaxed_amount_to_invoice()
