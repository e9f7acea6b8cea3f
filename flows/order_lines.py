# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lines of a sale order, and one for what the storefront charged beyond them.

Not here: the amounts of a line (``order_amounts``), the comparison with what Odoo has made of them
(``order_comparison``).
"""

from odoo import fields, models

from ..platforms.documents.money import ZERO
from .order_amounts import basis

# A line of ours, for what no line of the storefront explains.
DIFFERENCE = "difference"
DIFFERENCE_KEY = f"{DIFFERENCE}:"


class StorefrontOrderLines(models.AbstractModel):
    _name = "storefront.order.lines"
    _description = "Storefront Order Lines"

    def _prepare_order_vals(self, backend, document, resolved):
        """Return the values of a sale order that its amounts are made of, the lines among them."""
        charge = self.env["storefront.order.amounts"]._charge(document, resolved["currency"])
        lines = self._prepare_lines(backend, document, resolved, charge)
        return {
            "storefront_total": float(document.total),
            "storefront_total_tax": float(document.total_tax),
            "storefront_currency_rate": charge.rate,
            "storefront_charged": self.env["storefront.order.comparison"]._describe(
                document, resolved["taxes"], charge
            ),
            "order_line": [fields.Command.create(vals) for vals in lines],
        }

    def _prepare_lines(self, backend, document, resolved, charge):
        """Return the values of each line, in the order they are shown."""
        lines = [
            self._prepare_line_vals(backend, document, index, resolved, charge)
            for index, line in enumerate(document.lines)
            if self._is_kept(line, charge.settled.lines[index])
        ]
        if charge.settled.remainder:
            lines.append(self._prepare_remainder_vals(backend, document, charge))
        return lines

    def _is_kept(self, line, amounts):
        """Whether a line is on the order: what has no quantity may have amounts left."""
        return bool(line.quantity or amounts.untaxed or any(amounts.taxes))

    def _prepare_line_vals(self, backend, document, index, resolved, charge):
        line = document.lines[index]
        # What is left of a line without its goods must not be delivered.
        product = resolved["products"][index] if line.quantity else backend.fee_product_id
        vals = {
            "product_id": product.id,
            "sequence": 10 + index,
            "is_delivery": line.kind == "shipping",
            "storefront_external_id": line.external_id,
            "storefront_tax_country_id": resolved["tax_countries"][index].id,
            "storefront_kind": line.kind,
            **self.env["storefront.order.amounts"]._prepare_amount_vals(
                document, index, resolved["taxes"][index], charge
            ),
        }
        if resolved["packs"][index]:
            vals["product_uom_id"] = resolved["packs"][index].id
        if line.bundle:
            bundle = self.env._("Bundle: %s", line.bundle)
            vals["name"] = f"{line.name}\n{bundle}"
        elif line.kind != "product" or not line.variant_external_id or not line.quantity:
            vals["name"] = line.name
        return vals

    # what the lines don't explain

    def _prepare_remainder_vals(self, backend, document, charge):
        name = self._remainder_name(self._remainder_reason(document, charge))
        remainder = charge.settled.remainder
        return self._prepare_difference_vals(
            backend, name, remainder, charge.company.remainder, charge.basis
        )

    def _remainder_reason(self, document, charge):
        """Return why the storefront charged more or less than its lines; empty: nobody knows."""
        settled = charge.settled
        if settled.is_rounding:
            return "decimals"
        named = sum((tax for line in settled.lines for tax in line.taxes), ZERO)
        return "taxes" if document.total_tax - named == settled.remainder else ""

    def _remainder_name(self, reason):
        if reason == "decimals":
            return self.env._("Rounding to the currency's decimals")
        if reason == "taxes":
            return self.env._("Taxes the storefront did not name")
        return self.env._("Difference charged by the storefront")

    def _prepare_difference_vals(self, backend, name, amount, company_amount, given):
        return {
            "product_id": backend.rounding_product_id.id,
            "name": name,
            "sequence": 1000,
            "storefront_kind": DIFFERENCE,
            **self.env["storefront.order.amounts"]._prepare_plain_vals(
                amount, company_amount, given
            ),
        }

    # the proof

    def _prove_total(self, backend, order, document):
        """Have the order come to what was charged, whatever another module made of its lines.

        Returns the causes of the issues that tell a human of what nothing explains."""
        causes = self._find_unexplained(order, document)
        missing = order.storefront_total - order.amount_total
        if not order.currency_id.is_zero(missing):
            params = {"odoo": order.amount_total, "storefront": order.storefront_total}
            causes.append(self._cause("total_mismatch", document, params))
            self._make_up(backend, order, order.currency_id.round(missing))
        return causes

    def _find_unexplained(self, order, document):
        """Return the causes of what was charged beyond the lines, but for fractions."""
        charged = order.storefront_charged
        amounts = [one["untaxed"] for one in charged["lines"] if one["key"] == DIFFERENCE_KEY]
        if not amounts or charged["reason"] == "decimals":
            return []
        amount = f"{float(amounts[0]):.{order.currency_id.decimal_places}f}"
        params = {"amount": f"{amount} {document.currency}"}
        return [self._cause("unexplained_difference", document, params)]

    def _cause(self, code, document, params):
        return {"code": code, "key": document.external_id, "params": params}

    def _make_up(self, backend, order, amount):
        """Have a line for what Odoo's total lacks: the one there is, if no invoice has it."""
        made = self._find_made_up(order)
        amount += made.price_unit
        name = self.env._("Difference to the storefront's total")
        rate = order.storefront_currency_rate
        company_amount = order.company_id.currency_id.round(amount / rate)
        given = basis(order.currency_id.id, rate)
        vals = self._prepare_difference_vals(backend, name, amount, company_amount, given)
        with self.env["storefront.order.workflow"]._unlocked(order):
            if made:
                made.write(vals)
            else:
                order.order_line = [fields.Command.create(vals)]

    def _find_made_up(self, order):
        """Return the line that makes up for what Odoo's total lacked before, if it can change."""
        lines = order.order_line.filtered(
            lambda line: line.storefront_kind == DIFFERENCE and line.product_uom_qty
        )
        keys = [entry["key"] for entry in order.storefront_charged["lines"]]
        made = lines.sorted("id")[keys.count(DIFFERENCE_KEY) :]
        return made.filtered(lambda line: not line.qty_invoiced)[:1]
