# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Countries and states by their codes, which each order asks for: from the registry's cache."""

from odoo import api, models
from odoo.tools import ormcache


class ResCountry(models.Model):
    _inherit = "res.country"

    @api.model
    def _storefront_find(self, code):
        """Return the country with this code, empty for none."""
        return self.browse(self._storefront_id(code.upper()) or ())

    @api.model
    @ormcache("code", cache="stable")  # core clears it when a country or its code changes
    def _storefront_id(self, code):
        return self.search([("code", "=", code)]).id if code else False


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    @api.model
    def _storefront_find(self, country, codes, name=""):
        """Return the state of ``country`` with one of these codes, or else with this name."""
        return self.browse(self._storefront_id(country.id, tuple(codes), name) or ())

    @api.model
    @ormcache("country_id", "codes", "name", cache="stable")
    def _storefront_id(self, country_id, codes, name):
        domain = [("country_id", "=", country_id)]
        found = self.search([*domain, ("code", "in", codes)], limit=1)
        if not found and name:
            found = self.search([*domain, ("name", "=ilike", name)], limit=1)
        return found.id

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to have states looked for again."""
        self.env.registry.clear_cache("stable")
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to have states looked for again."""
        result = super().write(vals)
        if vals.keys() & {"code", "name", "country_id"}:
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        """Override of `base` to have states looked for again."""
        self.env.registry.clear_cache("stable")
        return super().unlink()
