# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StorefrontMappingTax(models.Model):
    """Which tax of the chart of accounts a storefront tax is, where nobody has said it.

    A tax fits that has the rate, may be used on the line, and belongs to the fiscal position Odoo
    itself would choose. Only one that fits alone is taken."""

    _inherit = "storefront.mapping.tax"

    def _propose(self, backend, key, position):
        """Return (the tax or none, ``key`` as far as it matters); the mapping found is kept.

        ``position``: the fiscal position of the order the tax is in."""
        pool = self._pool(backend, key.percent)
        key = self._narrow(key, pool)
        fitting = self._fitting(backend, key, position, pool)
        if len(fitting) != 1 or not key.has_rate and not key.is_collected:
            return fitting.browse(), key
        if not (position.state_ids and position in fitting.fiscal_position_ids):
            key = key._replace(state="")
        # Two orders that bring the same new tax at once.
        self.env["storefront.flow"]._lock([f"tax:{backend.id}:{':'.join(map(str, key))}"])
        self._map_key(backend, key, fitting)
        return fitting, key

    def _narrow(self, key, pool):
        """Return ``key`` without what it was charged on where no tax of ``pool`` cares."""
        return key if any(pool.mapped("tax_scope")) else key._replace(scope="")

    def _candidates(self, backend, params):
        """Return the taxes a human may choose from for an issue; the others of its rate where none
        fits. What a marketplace collects is none of the company's own taxes."""
        key = self._key_in(params)
        position = self.env["account.fiscal.position"].browse(params.get("position_id")).exists()
        pool = self._pool(backend, key.percent)
        fitting = self._fitting(backend, key, position, pool)
        return fitting if fitting or key.is_collected else pool

    def _pool(self, backend, percent):
        """Return the sales taxes of this rate that a customer of the backend could be charged."""
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(backend.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", round(percent, 4)),  # the precision Odoo keeps rates in
            ]
        )
        return taxes.filtered(lambda tax: not tax.has_negative_factor)

    def _fitting(self, backend, key, position, pool):
        """Return the taxes of ``pool`` that fit best: none, one, or several to choose from."""
        pool = pool.filtered(lambda tax: not key.scope or tax.tax_scope in (False, key.scope))
        if key.is_collected:
            return self._best(self._fitting_collected(backend, pool), key)
        pool -= self._clearing_taxes(backend)
        for group in self._groups_by_position(backend, key, position, pool):
            if group:
                return self._best(group, key)
        return pool.browse()

    def _groups_by_position(self, backend, key, position, pool):
        """Yield the taxes of the order's fiscal position, of that for consumers in the tax's own
        country, of none, and those of home: the first that has some decides."""
        fiscal = self.env["storefront.order.fiscal"]
        home = backend.company_id.account_fiscal_country_id
        consumers = fiscal._position_for(backend, country_code=key.country)
        for one in (position | consumers).sorted(lambda one: one != position):
            country = fiscal._tax_country(one, backend.company_id)
            yield pool.filtered(
                lambda tax, p=one, c=country: p in tax.fiscal_position_ids and tax.country_id == c
            )
        at_home = pool.filtered(lambda tax: tax.country_id == home)
        if position or consumers:
            yield at_home.filtered(lambda tax: not tax.fiscal_position_ids)
        # Where no rule gives this rate, a store may charge everybody what it charges at home.
        if not key.is_stated or key.country == home.code:
            yield at_home.filtered("is_domestic")

    def _fitting_collected(self, backend, pool):
        """Return the taxes for what a marketplace has collected: clearing taxes of this rate, else
        those this backend uses for any rate, for the amount doesn't depend on it."""
        return pool & self._clearing_taxes(backend) or self._clearing_taxes(backend, own=True)

    def _clearing_taxes(self, backend, own=False):
        """Return the taxes that stand for what marketplaces have collected, in any backend of the
        company."""
        domain = [("is_collected", "=", True), ("company_id", "=", backend.company_id.id)]
        if own:
            domain.append(("backend_id", "=", backend.id))
        return self.search_fetch(domain, ["tax_id"], order="id").tax_id.filtered("active")

    def _best(self, taxes, key):
        """Return those of ``taxes`` that fit most closely."""
        title = key.title.casefold().strip()
        for fits in (
            lambda tax: tax.tax_scope == key.scope,
            lambda tax: tax.price_include == key.is_included,
            lambda tax: (
                title in {(tax.name or "").casefold(), (tax.invoice_label or "").casefold()}
            ),
        ):
            if len(taxes) > 1:
                taxes = taxes.filtered(fits) or taxes
        return taxes
