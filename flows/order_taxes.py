# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Odoo tax each tax of an order is. Not here: its amounts (``order_amounts``)."""

from odoo import models


class StorefrontOrderTaxes(models.AbstractModel):
    _name = "storefront.order.taxes"
    _description = "Storefront Order Taxes"

    def _find_taxes(self, backend, document, causes):
        """Return, for each line, the Odoo tax of each of its tax lines."""
        mapping = self.env["storefront.mapping.tax"]
        found, missing, taxes = {}, {}, []
        for line in document.lines:
            taxes.append([])
            for tax_line in line.taxes:
                percent = float(tax_line.rate * 100)
                key = (tax_line.title, percent, document.prices_include_tax)
                if key not in found:
                    found[key] = mapping._find_tax(backend, *key)
                    if not found[key]:
                        missing[key] = self._tax_cause(*key)
                taxes[-1].append(found[key])
        causes.extend(missing.values())
        return taxes

    def _tax_cause(self, title, percent, is_included):
        return {
            "code": "tax_missing_included" if is_included else "tax_missing",
            "key": f"{title}:{percent:g}",
            "params": {
                "title": title,
                "percent": f"{percent:g}",
                "rate": percent,
                "is_included": is_included,
            },
        }
