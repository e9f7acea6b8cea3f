# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines the storefront charged no tax for: exempt, exported, of 0 %, or outside of all taxes.

Storefronts hardly tell these apart. What Odoo would charge does, as long as it comes to the same:
nothing. Not here: taxes that were charged (``order_taxes``).
"""

from odoo import models

from ..platforms.documents.money import ZERO
from ..platforms.documents.order import TaxLine
from .flow import MappingMissing


class StorefrontOrderUntaxed(models.AbstractModel):
    _name = "storefront.order.untaxed"
    _description = "Storefront Untaxed Order Lines"

    def _settle(self, backend, resolved, fiscal_vals):
        """Return ``resolved`` with the taxes of 0 % its untaxed lines bear in Odoo.

        ``fiscal_vals`` say which fiscal position the order has. Raises MappingMissing where the
        backend wants to be asked for taxes of 0 % and one has no counterpart."""
        position = self.env["account.fiscal.position"].browse(fiscal_vals["fiscal_position_id"])
        document, causes = resolved["document"], {}
        added = [
            self._find_zero_taxes(backend, resolved, index, position, causes)
            if line.quantity and not line.taxes
            else []
            for index, line in enumerate(document.lines)
        ]
        if causes:
            raise MappingMissing(list(causes.values()))
        if not any(added):
            return resolved
        taxes = self.env["storefront.order.taxes"]
        return {
            **resolved,
            "taxes": [[*own, *more] for own, more in zip(resolved["taxes"], added, strict=True)],
            "document": taxes._retax(
                document,
                lambda index, given: (
                    *given,
                    *(TaxLine(title=tax.name, rate=ZERO, amount=ZERO) for tax in added[index]),
                ),
            ),
        }

    def _find_zero_taxes(self, backend, resolved, index, position, causes):
        """Return the taxes of 0 % of a line without taxes.

        Those Odoo itself would charge, where all of them are of 0 %: both sides agree, and an
        export or a reverse charge gets into the tax report. Else, where the storefront names a tax
        of 0 %, the only one of the chart of accounts that fits."""
        own = resolved["products"][index].taxes_id._filter_taxes_by_company(backend.company_id)
        if not own and resolved["document"].lines[index].kind == "shipping":
            # The product for shipping is installed without taxes. Shipping follows the goods.
            own = backend.company_id.account_sale_tax_id
        expected = position.map_tax(own).flatten_taxes_hierarchy()
        if expected and not any(expected.mapped("amount")):
            return list(expected)
        key = resolved["idle_taxes"][index]
        if key is None or key.is_collected:
            return []
        mapping = self.env["storefront.mapping.tax"]
        pool = mapping._pool(backend, 0)
        key = mapping._narrow(key, pool)
        fitting = mapping._fitting(backend, key, position, pool)
        if len(fitting) == 1:
            return list(fitting)
        if backend.ask_zero_taxes and not resolved["document"].tax_exempt:
            cause = self.env["storefront.order.taxes"]._tax_cause(key, position)
            causes[cause["key"]] = cause
        return []
