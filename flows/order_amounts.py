# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts of an order line such that Odoo's totals equal what the storefront charged.

Odoo 19 carries a platform's own base and tax amounts in ``extra_tax_data`` and uses them as long
as quantity, price, discount and taxes of the line stay what they were at its creation. Not here:
which Odoo tax a storefront tax is (``storefront.mapping.tax``).
"""

from decimal import Decimal

from odoo import models

from ..platforms.documents.money import round_amount

_HUNDRED = Decimal(100)


class StorefrontOrderAmounts(models.AbstractModel):
    _name = "storefront.order.amounts"
    _description = "Storefront Order Amounts"

    def _prepare_amount_vals(self, order, line, taxes, currency, rate):
        """Return price, discount, taxes and ``extra_tax_data`` of one line.

        ``taxes``: the Odoo tax of each of the line's tax lines, in their order. ``rate``: units
        of the order's currency for one of the company's, on the order's date."""
        company_currency = self.env.company.currency_id
        base = round_amount(order.untaxed(line), order.currency)
        vals = {
            "product_uom_qty": float(line.quantity),
            "tax_ids": [(6, 0, [tax.id for tax in dict.fromkeys(taxes)])],
            # Core takes an equal technical price for "not set by hand" and would replace the
            # price by the list price when somebody changes the quantity.
            "technical_price_unit": 0.0,
            **self._prepare_price_vals(order, line, taxes, base),
        }
        vals["extra_tax_data"] = {
            "currency_id": currency.id,
            "price_unit": vals["price_unit"],
            "discount": vals["discount"],
            "quantity": vals["product_uom_qty"],
            "rate": rate,
            "manual_total_excluded_currency": float(base),
            "manual_total_excluded": company_currency.round(float(base) / rate),
            # A line without taxes needs a dummy key, or its base isn't taken over.
            "manual_tax_amounts": self._tax_amounts(line, taxes, base, rate) or {"0": {}},
        }
        return vals

    def _prepare_price_vals(self, order, line, taxes, base):
        """Return price and discount as the customer saw them, where Odoo's taxes allow it.

        Where the mapped taxes include other than the storefront's prices do, the price shown is
        the untaxed (or taxed) one of the line; the amounts are exact in each case."""
        included = {tax.price_include for tax in taxes}
        if not taxes or included == {order.prices_include_tax}:
            unit_price, discount = line.unit_price, line.discount_total
        else:
            total = base + line.tax_total if included == {True} else base
            unit_price = total / line.quantity if line.quantity else total
            discount = Decimal(0)
        full = unit_price * line.quantity
        digits = self.env["decimal.precision"].precision_get("Discount")
        percent = round(float(discount / full * _HUNDRED), digits) if full and discount else 0.0
        return {"price_unit": float(unit_price), "discount": percent}

    def _tax_amounts(self, line, taxes, base, rate):
        """Return the amounts of each Odoo tax; tax lines mapped to one tax are added up."""
        company_currency = self.env.company.currency_id
        amounts = {}
        for tax, tax_line in zip(taxes, line.taxes, strict=True):
            amounts[tax.id] = amounts.get(tax.id, Decimal(0)) + tax_line.amount
        return {
            str(tax_id): {
                "base_amount_currency": float(base),
                "base_amount": company_currency.round(float(base) / rate),
                "tax_amount_currency": float(amount),
                "tax_amount": company_currency.round(float(amount) / rate),
            }
            for tax_id, amount in amounts.items()
        }
