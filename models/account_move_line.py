# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from math import isclose

from odoo import fields, models
from odoo.tools import float_round

from ..tools import tax_data


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    storefront_tax_country_id = fields.Many2one(
        "res.country",
        string="Destination Country",
        readonly=True,
        help="Whose tax the storefront charged, or where the line went: what a declaration by "
        "country of destination (One Stop Shop) adds up.",
    )

    def write(self, vals):
        """Override of `account` to invoice or credit another quantity at its part of the amounts.

        Odoo alone would compute price times quantity, and the parts would not add up."""
        if "quantity" not in vals or "extra_tax_data" in vals:
            return super().write(vals)
        ours = self.filtered(
            lambda line: tax_data.is_ours(line.extra_tax_data) and line.parent_state == "draft"
        )
        for line in ours:
            data = line._storefront_tax_data(vals["quantity"])
            super(AccountMoveLine, line).write({**vals, "extra_tax_data": data})
        return super(AccountMoveLine, self - ours).write(vals)

    def _storefront_tax_data(self, quantity):
        """Return the ``extra_tax_data`` of this line for another quantity.

        Sudo: who invoices need not be allowed to read the order."""
        order_line = self.sudo().sale_line_ids
        if len(order_line) != 1 or self.currency_id != order_line.currency_id:
            return self.extra_tax_data
        ordered = self.product_uom_id._compute_quantity(quantity, order_line.product_uom_id)
        data = order_line._storefront_tax_data(
            ordered,
            order_line.invoice_lines - self.sudo(),
            sign=-1 if self.move_id.move_type == "out_refund" else 1,
        )
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = float_round(quantity, precision_digits=digits)
        return data and {**data, "quantity": quantity}

    def _storefront_amounts(self):
        """Return what this line invoices, by the places of ``tax_data.amounts_of``.

        Where somebody changed it, that is what Odoo made of it."""
        self.ensure_one()
        data = self.extra_tax_data
        is_unchanged = (
            tax_data.is_ours(data)
            and tax_data.fits(data, self.price_unit, self.discount, self.quantity, self.tax_ids.ids)
            and isclose(self.move_id.invoice_currency_rate, data["rate"], rel_tol=1e-9)
        )
        if is_unchanged:
            return tax_data.amounts_of(data)
        base_lines, _tax_lines = self.move_id._get_rounded_base_and_tax_lines()
        return _computed(next(one for one in base_lines if one["record"] == self)["tax_details"])


def _computed(details):
    """Return the amounts in the tax engine's details of a line, by the same places."""
    amounts = {}
    for suffix in ("_currency", ""):
        base = details[f"total_excluded{suffix}"] + details[f"delta_total_excluded{suffix}"]
        amounts[tax_data.NO_TAX, f"manual_total_excluded{suffix}"] = base
        for tax in details["taxes_data"]:
            for name in (f"base_amount{suffix}", f"tax_amount{suffix}"):
                amounts[str(tax["tax"].id), name] = tax[name]
    return amounts
