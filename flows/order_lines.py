# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lines of a sale order, and one for what the storefront charged beyond them.

Not here: the amounts of a line (``order_amounts``).
"""

from decimal import Decimal

from odoo import fields, models

from ..platforms.documents.money import round_amount


class StorefrontOrderLines(models.AbstractModel):
    _name = "storefront.order.lines"
    _description = "Storefront Order Lines"

    def _prepare_lines(self, backend, document, resolved):
        rate = self.env["res.currency"]._get_conversion_rate(
            backend.company_id.currency_id,
            resolved["currency"],
            backend.company_id,
            document.created_at.date(),
        )
        lines = [
            fields.Command.create(self._prepare_line_vals(document, line, resolved, rate, index))
            for index, line in enumerate(document.lines)
            if line.quantity
        ]
        remainder = self._remainder(document)
        if remainder:
            lines.append(fields.Command.create(self._prepare_remainder_vals(backend, remainder)))
        return lines

    def _prepare_line_vals(self, document, line, resolved, rate, index):
        product = resolved["products"][index]
        taxes = resolved["taxes"][index]
        vals = {
            "product_id": product.id,
            "sequence": 10 + index,
            "is_delivery": line.kind == "shipping",
            "storefront_external_id": line.external_id,
            "storefront_tax_country_id": resolved["tax_countries"][index].id,
            **self.env["storefront.order.amounts"]._prepare_amount_vals(
                document, line, taxes, resolved["currency"], rate
            ),
        }
        if line.kind != "product" or not line.variant_external_id:
            vals["name"] = line.name
        return vals

    def _remainder(self, document):
        """Return what the storefront charged and no line explains."""
        currency = document.currency
        charged = sum(
            (
                round_amount(document.untaxed(line), currency) + line.tax_total
                for line in document.lines
            ),
            Decimal(0),
        )
        return round_amount(document.total - charged, currency)

    def _prepare_remainder_vals(self, backend, remainder):
        return {
            "product_id": backend.rounding_product_id.id,
            "name": self.env._("Difference charged by the storefront"),
            "product_uom_qty": 1,
            "price_unit": float(remainder),
            "technical_price_unit": 0.0,
            "tax_ids": [fields.Command.clear()],
            "sequence": 1000,
        }
