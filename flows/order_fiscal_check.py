# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether an order's fiscal position would have given the taxes the storefront charged.

It changes nothing: the storefront's taxes stay. A disagreement is shown once, with both values,
however many orders have it.
"""

from odoo import models
from odoo.tools import float_compare

NO_TAX = "0 %"


class StorefrontOrderFiscalCheck(models.AbstractModel):
    _name = "storefront.order.fiscal.check"
    _description = "Storefront Fiscal Position Check"

    def _check(self, backend, snapshot, order, document):
        """Raise an issue for each disagreement nobody has seen yet.

        At home a position changes nothing: what differs there are the products' taxes. And what a
        marketplace collects follows its own rules."""
        country = order.partner_shipping_id.country_id
        if not country or country == order.company_id.account_fiscal_country_id:
            return
        if any(tax.collected_by_platform for line in document.lines for tax in line.taxes):
            return
        # The order's own may have made way for the storefront's taxes.
        position = self.env["storefront.order.fiscal"]._order_position(
            order.company_id, order.partner_id, order.partner_shipping_id
        )
        causes = {}
        for line in order.order_line:
            own = line.product_id.taxes_id._filter_taxes_by_company(order.company_id)
            expected, charged = position.map_tax(own), line.tax_ids
            if own and not self._agrees(position, expected, charged):
                cause = self._cause(position, country, expected, charged)
                causes[f"{cause['code']}:{cause['key']}"] = cause
        if causes:
            self._raise_once(backend, snapshot, order, causes)

    def _agrees(self, position, expected, charged):
        """Whether what was ``charged`` comes to the same, in taxes this position is about."""
        percents = (taxes._storefront_percent() for taxes in (expected, charged))
        return (
            not float_compare(*percents, precision_digits=4)
            and position.map_tax(charged) == charged
            and all(self._belongs(position, tax) for tax in charged)
        )

    def _belongs(self, position, tax):
        if not position:
            return tax.is_domestic
        return not tax.fiscal_position_ids or position in tax.fiscal_position_ids

    def _cause(self, position, country, expected, charged):
        odoo, storefront = (
            " + ".join(taxes.mapped("name")) or NO_TAX for taxes in (expected, charged)
        )
        return {
            "code": "fiscal_position_differs" if position else "fiscal_position_none",
            "key": f"{position.id or 0}:{country.code}:{odoo}>{storefront}",
            "params": {
                "position": position.display_name or "-",
                "country": country.code,
                "odoo": odoo,
                "storefront": storefront,
            },
        }

    def _raise_once(self, backend, snapshot, order, causes):
        """Raise what no issue, open or closed, says yet: who has decided isn't asked again."""
        issues = self.env["storefront.issue"]
        known = issues.search_fetch(
            [("backend_id", "=", backend.id), ("key", "in", list(causes))], ["key"]
        )
        new = [cause for key, cause in causes.items() if key not in set(known.mapped("key"))]
        issues._raise_for(backend, new, snapshot=snapshot, order=order)
