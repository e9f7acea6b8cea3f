# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts of an order line such that Odoo's totals equal what the storefront charged.

Odoo 19 carries a platform's own base and tax amounts in ``extra_tax_data`` and uses them as long
as quantity, price, discount and taxes of the line stay what they were at its creation. Not here:
which Odoo tax a storefront tax is (``order_taxes``), and parts of a line (``sale.order.line``).
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo import fields, models
from odoo.tools import float_round

from ..models.storefront_event import naive_utc
from ..platforms.documents.amounts import LineAmounts, Settlement, round_amount_to, settle
from ..platforms.documents.counterpart import settle_counterpart
from ..platforms.documents.money import ZERO
from ..tools import tax_data

_HUNDRED = Decimal(100)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Charge:
    """What an order's lines come to in its currency and in the company's, whole units of both.

    ``rate``: units of the order's currency for one of the company's."""

    currency_id: int
    settled: Settlement
    company: Settlement
    rate: float

    @property
    def basis(self):
        """Return what the ``extra_tax_data`` of each line says of its amounts."""
        return basis(self.currency_id, self.rate)


def basis(currency_id, rate):
    """Return what ``extra_tax_data`` says of a storefront's amounts, whichever they are."""
    return {tax_data.MARK: True, "currency_id": currency_id, "rate": rate}


class StorefrontOrderAmounts(models.AbstractModel):
    _name = "storefront.order.amounts"
    _description = "Storefront Order Amounts"

    # the whole order

    def _charge(self, document, currency):
        """Return the amounts of all lines; ``self`` is in the backend's company and time zone."""
        company_currency = self.env.company.currency_id
        settled = settle(document, _unit(currency))
        if currency == company_currency:
            return Charge(currency.id, settled, settled, 1.0)
        if document.counterpart and document.counterpart.currency == company_currency.name:
            found = settle_counterpart(document, settled, _unit(company_currency))
            if found:
                return Charge(currency.id, settled, found[0], float(found[1]))
        placed_at = fields.Datetime.context_timestamp(self, naive_utc(document.created_at))
        rate = self.env["res.currency"]._get_conversion_rate(
            company_currency, currency, self.env.company, placed_at.date()
        )
        return Charge(currency.id, settled, _convert(settled, rate, company_currency), rate)

    # a line

    def _prepare_amount_vals(self, document, index, taxes, charge):
        """Return price, discount, taxes and ``extra_tax_data`` of one line.

        ``taxes``: the Odoo tax of each of the line's tax lines, in their order; one without is
        part of the untaxed amount."""
        line = document.lines[index]
        amounts = _fold(taxes, charge.settled.lines[index])
        company = _fold(taxes, charge.company.lines[index])
        found = self.env["account.tax"].union(*taxes)
        quantity = self._quantity(line.quantity or _ONE)
        vals = {
            "product_uom_qty": quantity,
            "tax_ids": [fields.Command.set(found.ids)],
            **self._prepare_price_vals(document, line, found, amounts),
        }
        return self._with_amounts(vals, found, amounts, company, charge.basis)

    def _prepare_plain_vals(self, amount, company_amount, given):
        """Return the values of a line of quantity 1 that costs ``amount``, without taxes.

        ``given``: the ``basis`` of the amounts."""
        vals = {
            "product_uom_qty": 1.0,
            "tax_ids": [fields.Command.clear()],
            "price_unit": float(amount),
            "discount": 0.0,
        }
        none = self.env["account.tax"]
        return self._with_amounts(vals, none, (amount, {}), (company_amount, {}), given)

    def _with_amounts(self, vals, taxes, amounts, company, given):
        data = {
            **given,
            "price_unit": vals["price_unit"],
            "discount": vals["discount"],
            "quantity": vals["product_uom_qty"],
            "manual_total_excluded_currency": float(amounts[0]),
            "manual_total_excluded": float(company[0]),
            "manual_tax_amounts": self._tax_amounts(taxes, amounts, company),
        }
        # Core takes an equal technical price for "not set by hand", and would replace the price by
        # the list price when somebody changes the quantity.
        return {
            **vals,
            "technical_price_unit": vals["price_unit"] + 1.0,
            "extra_tax_data": data,
        }

    def _tax_amounts(self, taxes, amounts, company):
        """Return base and amount of each Odoo tax, in both currencies."""
        if not taxes:
            return {tax_data.NO_TAX: {}}
        bases, company_bases = _tax_bases(taxes, amounts), _tax_bases(taxes, company)
        return {
            str(tax.id): {
                "base_amount_currency": float(bases[tax]),
                "base_amount": float(company_bases[tax]),
                "tax_amount_currency": float(amounts[1][tax]),
                "tax_amount": float(company[1][tax]),
            }
            for tax in taxes
        }

    def _prepare_price_vals(self, document, line, taxes, amounts):
        """Return price and discount as the customer saw them.

        Where the mapped taxes include other than the storefront's prices do, both are shown on
        Odoo's side of the taxes. The amounts are exact in each case."""
        if not line.quantity:
            return {"price_unit": float(line.charged), "discount": 0.0}
        price = line.unit_price
        if any(tax.price_include != document.prices_include_tax for tax in taxes):
            price *= _other_side(document, line, taxes, amounts)
        full, discount = line.unit_price * line.quantity, line.discount_total
        digits = self.env["decimal.precision"].precision_get("Discount")
        percent = float(discount / full * _HUNDRED) if full else 0.0
        return {
            "price_unit": float(price),
            "discount": float_round(percent, precision_digits=digits),
        }

    def _quantity(self, quantity):
        """Return a quantity as Odoo keeps it; the smallest there is where that would be none."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        rounded = float_round(float(quantity), precision_digits=digits)
        return rounded or float(Decimal(1).scaleb(-digits).copy_sign(quantity))


def _unit(currency):
    return Decimal(str(currency.rounding))


def _convert(settled, rate, currency):
    """Return the same amounts in another currency, each rounded by itself."""
    unit, divisor = _unit(currency), Decimal(repr(rate))

    def convert(amount):
        return round_amount_to(amount / divisor, unit)

    lines = tuple(
        LineAmounts(convert(line.untaxed), tuple(map(convert, line.taxes)))
        for line in settled.lines
    )
    return Settlement(lines, convert(settled.remainder))


def _fold(taxes, amounts):
    """Return a line's base and the amount of each Odoo tax.

    Tax lines of one Odoo tax are added up; those without one are part of the base."""
    base, by_tax = amounts.untaxed, {}
    for tax, amount in zip(taxes, amounts.taxes, strict=True):
        if tax:
            by_tax[tax] = by_tax.get(tax, ZERO) + amount
        else:
            base += amount
    return base, by_tax


def _tax_bases(taxes, amounts):
    """Return what each tax is a tax on: the line's base, and taxes that count as base of it."""
    base, by_tax = amounts
    bases = dict.fromkeys(taxes, base)
    if any(tax.include_base_amount for tax in taxes):
        earlier = ZERO
        for tax in taxes._flatten_taxes_and_sort_them()[0] & taxes:
            bases[tax] = base + earlier * tax.is_base_affected
            earlier += by_tax[tax] * tax.include_base_amount
    return bases


def _other_side(document, line, taxes, amounts):
    """Return what a price of the storefront is to be multiplied by on Odoo's side of the taxes."""
    base, by_tax = amounts
    included = taxes.filtered("price_include")
    if line.charged:
        return (base + sum((by_tax[tax] for tax in included), ZERO)) / line.charged
    # A line that is free tells nothing of its taxes but their rates.
    rates = {tax: Decimal(str(tax.amount)) / _HUNDRED for tax in taxes}
    shown = _ONE + sum((rates[tax] for tax in included), ZERO)
    listed = _ONE + sum(rates.values(), ZERO) if document.prices_include_tax else _ONE
    return shown / listed
