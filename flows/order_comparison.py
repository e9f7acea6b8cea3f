# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an order's total was reached: the storefront beside Odoo, line by line, tax by tax.

What the storefront charged is kept on the order in the form ``_describe`` gives it, so that the
comparison outlives the payload. Not here: the difference's own line (``order_lines``).
"""

from decimal import Decimal

from odoo import models
from odoo.tools import format_amount, formatLang

from ..platforms.documents.money import ZERO
from .order_lines import DIFFERENCE, DIFFERENCE_KEY


class StorefrontOrderComparison(models.AbstractModel):
    _name = "storefront.order.comparison"
    _description = "Storefront Order Comparison"

    # what is kept

    def _describe(self, document, taxes, charge):
        """Return what the storefront charged as JSON; amounts are text, so that they stay exact.

        ``taxes``: the Odoo tax of each tax line of each line."""
        lines_flow = self.env["storefront.order.lines"]
        lines = [
            self._describe_line(line, taxes[index], charge.settled.lines[index])
            for index, line in enumerate(document.lines)
            if lines_flow._is_kept(line, charge.settled.lines[index])
        ]
        remainder = charge.settled.remainder
        reason = lines_flow._remainder_reason(document, charge)
        if remainder:
            lines.append(self._describe_difference(remainder, reason))
        return {
            "lines": lines,
            "reason": reason,
            "untaxed": str(document.total_untaxed),
            "tax": str(document.total_tax),
            "total": str(document.total),
            "company": _totals(charge.company),
        }

    def _describe_line(self, line, taxes, amounts):
        return {
            "key": f"{line.kind}:{line.external_id}",
            "name": line.name,
            "quantity": str(line.quantity),
            "price": str(line.unit_price),
            "discount": str(line.discount_total),
            "discounts": [discount.title for discount in line.discounts],
            "untaxed": str(amounts.untaxed),
            "taxes": [
                [tax_line.title, str(tax_line.rate * 100), str(amount), tax.id]
                for tax_line, amount, tax in zip(line.taxes, amounts.taxes, taxes, strict=True)
            ],
        }

    def _describe_difference(self, amount, reason):
        return {
            "key": DIFFERENCE_KEY,
            "name": self.env["storefront.order.lines"]._remainder_name(reason),
            "quantity": "1",
            "price": str(amount),
            "discount": "0",
            "discounts": [],
            "untaxed": str(amount),
            "taxes": [],
        }

    # what became of it

    def _is_changed(self, order):
        """Whether somebody changed, added or removed what the storefront charged."""
        if not order.storefront_charged:
            return False
        lines, charged = _priced(order), order.storefront_charged["lines"]
        # Odoo may have one difference more: the one that makes up for another module's work.
        sold = sum(line.storefront_kind != DIFFERENCE for line in lines)
        listed = sum(entry["key"] != DIFFERENCE_KEY for entry in charged)
        is_whole = sold == listed and len(lines) >= len(charged)
        return not is_whole or not all(line._is_as_charged() for line in lines)

    def _compare(self, order):
        """Return the rows of the comparison: lines, taxes and totals."""
        charged = order.storefront_charged
        details = self._tax_details(order)
        return {
            "lines": self._compare_lines(order, charged["lines"]),
            "taxes": self._compare_taxes(order, charged["lines"], details),
            "totals": self._compare_totals(
                [charged[name] for name in ("untaxed", "tax", "total")],
                [order.amount_untaxed, order.amount_tax, order.amount_total],
                order.currency_id,
            ),
            "company": self._compare_totals(
                charged["company"], _company_totals(details), order.company_id.currency_id
            ),
        }

    def _compare_lines(self, order, charged):
        waiting = {}
        for line in _priced(order):
            key = f"{line.storefront_kind or ''}:{line.storefront_external_id or ''}"
            waiting.setdefault(key, []).append(line)
        rows = []
        for entry in charged:
            found = waiting.get(entry["key"])
            line = found.pop(0) if found else order.order_line.browse()
            rows.append(self._compare_line(order, entry, line))
        added = [line for lines in waiting.values() for line in lines]
        return rows + [self._compare_line(order, None, line) for line in added]

    def _compare_line(self, order, entry, line):
        storefront = entry and [entry["untaxed"], _tax_sum(entry), _line_total(entry)]
        odoo = line and [line.price_subtotal, line.price_tax, line.price_total]
        amounts = self._pair(storefront, odoo, order.currency_id)
        return {
            "name": entry["name"] if entry else line.name,
            "entry": entry,
            "amounts": amounts,
            "differs": any(pair["differs"] for pair in amounts),
            "reasons": self._reasons(order, entry, line),
        }

    def _compare_taxes(self, order, charged, details):
        rows = {}
        for entry in charged:
            for title, percent, amount, tax_id in entry["taxes"]:
                row = rows.setdefault(tax_id, {"titles": [], "storefront": ZERO})
                label = f"{title} {float(percent):g} %"
                if label not in row["titles"]:
                    row["titles"].append(label)
                row["storefront"] += Decimal(amount)
        odoo = {}
        for line in details:
            for tax in line["tax_details"]["taxes_data"]:
                tax_id = tax["tax"].id
                odoo[tax_id] = odoo.get(tax_id, 0.0) + tax["tax_amount_currency"]
                rows.setdefault(tax_id, {"titles": [], "storefront": ZERO})
        taxes = self.env["account.tax"]
        return [
            {
                "name": taxes.browse(tax_id).name if tax_id else self.env._("None"),
                "titles": ", ".join(row["titles"]),
                **self._pair([row["storefront"]], [odoo.get(tax_id, 0.0)], order.currency_id)[0],
            }
            for tax_id, row in rows.items()
        ]

    def _compare_totals(self, storefront, odoo, currency):
        labels = (self.env._("Untaxed amount"), self.env._("Taxes"), self.env._("Total"))
        pairs = self._pair(storefront, odoo, currency)
        return [{"name": label, **pair} for label, pair in zip(labels, pairs, strict=True)]

    def _pair(self, storefront, odoo, currency):
        """Return amounts of both sides beside each other; a side that has none is None."""
        pairs = []
        for index in range(len(storefront or odoo)):
            left = float(storefront[index]) if storefront else None
            right = currency.round(odoo[index]) if odoo else None
            differs = bool(currency.compare_amounts(left or 0.0, right or 0.0))
            pairs.append({"storefront": left, "odoo": right, "differs": differs})
        return pairs

    def _tax_details(self, order):
        """Return Odoo's own computation of the order's lines, as its totals are made of it."""
        tax_model = self.env["account.tax"]
        lines = [line._prepare_base_line_for_taxes_computation() for line in _priced(order)]
        tax_model._add_tax_details_in_base_lines(lines, order.company_id)
        tax_model._round_base_lines_tax_details(lines, order.company_id)
        return lines

    # why

    def _reasons(self, order, entry, line):
        """Return the sentences that say why a line is not simply the same on both sides."""
        if not entry:
            return [self._why_added(line)]
        if not line:
            return [self.env._("Taken off the order in Odoo.")]
        if not line._is_as_charged():
            return [self._what_changed(line)]
        if entry["key"] == DIFFERENCE_KEY:
            return [self._why_difference(order.storefront_charged["reason"])]
        reasons = []
        if float(entry["quantity"]) != line.product_uom_qty:
            reasons.append(
                self.env._(
                    "The quantity is %s in the storefront; Odoo keeps fewer decimals.",
                    entry["quantity"],
                )
            )
        if any(not tax_id for _title, _percent, _amount, tax_id in entry["taxes"]):
            reasons.append(self.env._("A tax without one in Odoo is in the untaxed amount."))
        if line.currency_id.compare_amounts(float(entry["price"]), line.price_unit):
            reasons.append(self.env._("The taxes in Odoo's price are not those of the storefront."))
        return reasons

    def _why_added(self, line):
        if line.storefront_kind == DIFFERENCE:
            return self.env._("Makes up for amounts that Odoo computes by itself.")
        return self.env._("Added in Odoo.")

    def _why_difference(self, reason):
        if reason == "decimals":
            return self.env._("The storefront's amounts have fractions the currency hasn't.")
        if reason == "taxes":
            return self.env._("In the storefront's taxes, but in none of its lines.")
        return self.env._("No line of the storefront explains it.")

    def _what_changed(self, line):
        data = line.extra_tax_data or {}
        pairs = (
            (self.env._("quantity"), data.get("quantity"), line.product_uom_qty),
            (self.env._("price"), data.get("price_unit"), line.price_unit),
            (self.env._("discount"), data.get("discount"), line.discount),
        )
        changes = [
            f"{name} {formatLang(self.env, old)} → {formatLang(self.env, new)}"
            for name, old, new in pairs
            if old is not None and old != new
        ]
        return self.env._(
            "Changed in Odoo (%s), which computes it now.",
            ", ".join(changes) or self.env._("taxes"),
        )

    # how it is shown

    def _render(self, order):
        """Return the comparison as a page; False where the order is of no storefront."""
        if not order.storefront_charged:
            return False

        def money(amount, currency=order.currency_id):
            return "" if amount is None else format_amount(self.env, amount, currency)

        values = {
            **self._compare(order),
            "order": order,
            "money": money,
            "number": lambda text: f"{float(text):g}",
            "company_currency": order.company_id.currency_id,
        }
        return self.env["ir.qweb"]._render("storefront_connector.order_totals", values)


def _priced(order):
    """Return the lines that are part of the total and none of Odoo's down payments.

    A confirmed order keeps a line that was taken off, without a quantity."""
    return order.order_line.filtered(
        lambda line: line.product_uom_qty and not line.display_type and not line.is_downpayment
    )


def _tax_sum(entry):
    return sum((Decimal(amount) for _title, _percent, amount, _tax in entry["taxes"]), ZERO)


def _line_total(entry):
    return Decimal(entry["untaxed"]) + _tax_sum(entry)


def _totals(settled):
    """Return untaxed amount, taxes and total, as text."""
    untaxed = sum((line.untaxed for line in settled.lines), settled.remainder)
    taxes = sum((tax for line in settled.lines for tax in line.taxes), ZERO)
    return [str(untaxed), str(taxes), str(untaxed + taxes)]


def _company_totals(details):
    """Return the same of Odoo's computation, in the company's currency."""
    lines = [line["tax_details"] for line in details]
    untaxed = sum(line["total_excluded"] + line["delta_total_excluded"] for line in lines)
    taxes = sum(tax["tax_amount"] for line in lines for tax in line["taxes_data"])
    return [untaxed, taxes, untaxed + taxes]
