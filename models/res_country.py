# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Countries and states by their codes, which each order asks for: from the registry's cache.

A whole list is one entry, so that what shoppers type can't drive others out of the cache.
"""

from odoo import api, models
from odoo.tools import frozendict, ormcache


class ResCountry(models.Model):
    _inherit = "res.country"

    @api.model
    def _storefront_find(self, code):
        """Return the country with this code, empty for none."""
        return self.browse(self._storefront_ids().get(code.upper(), ()))

    def _storefront_code(self):
        """Return the code of this country, empty for none."""
        return next((code for code, id_ in self._storefront_ids().items() if id_ == self.id), "")

    @api.model
    @ormcache(cache="stable")  # core clears it when a country or its code changes
    def _storefront_ids(self):
        """Return {code: id}."""
        return frozendict((one.code, one.id) for one in self.search_fetch([], ["code"]))


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    @api.model
    def _storefront_find(self, country, codes, name=""):
        """Return the state of ``country`` with one of these codes, or else with this name."""
        by_code, by_name = self._storefront_ids(country.id)
        found = [by_code[code] for code in codes if code in by_code]
        return self.browse(found[:1] or by_name.get(name.lower(), ()))

    @api.model
    @ormcache("country_id", cache="stable")
    def _storefront_ids(self, country_id):
        """Return {code: id} and {name in small letters: id}; of equal names, the first one's."""
        states = self.search_fetch([("country_id", "=", country_id)], ["code", "name"])
        by_name = {one.name.lower(): one.id for one in reversed(states)}
        return frozendict((one.code, one.id) for one in states), frozendict(by_name)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to have states looked for again."""
        states = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return states

    def write(self, vals):
        """Override of `base` to have states looked for again."""
        result = super().write(vals)
        if vals.keys() & {"code", "name", "country_id"}:
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        """Override of `base` to have states looked for again."""
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result
