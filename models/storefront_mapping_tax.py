# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_is_zero

RATE_DIGITS = 6
GOODS, SERVICES = "consu", "service"


class TaxKey(NamedTuple):
    """What tells one storefront tax from another. ``percent``: 20.0 for 20 %.

    ``country`` is the tax's, ``state`` where the order goes; codes, empty where unknown. ``scope``
    is what it was charged on, empty for both. The last two don't tell taxes apart:
    ``is_stated``, that the storefront says whose tax it is, rather than we conclude it from where
    the order goes; ``is_idle``, that it has neither a rate nor an amount."""

    title: str
    percent: float
    is_included: bool = False
    country: str = ""
    state: str = ""
    scope: str = ""
    is_collected: bool = False
    is_stated: bool = False
    is_idle: bool = False

    @property
    def has_rate(self):
        return not float_is_zero(self.percent, precision_digits=RATE_DIGITS)


class StorefrontMappingTax(models.Model):
    _name = "storefront.mapping.tax"
    _inherit = "storefront.mapping"
    _description = "Storefront Tax Mapping"
    _order = "backend_id, name, rate"

    name = fields.Char(string="Storefront Tax", help=False)
    rate = fields.Float(digits=(9, RATE_DIGITS), required=True, help="In percent: 20 for 20 %.")
    is_included = fields.Boolean(string="Included in Prices")
    country_id = fields.Many2one(
        "res.country", help="Whose tax it is, or where the order goes. Empty: any country."
    )
    state_id = fields.Many2one(
        "res.country.state",
        domain="[('country_id', '=?', country_id)]",
        help="Where the order goes. Empty: any state.",
    )
    scope = fields.Selection(
        [(GOODS, "Goods"), (SERVICES, "Services and shipping")],
        string="Charged on",
        help="Only for lines of this kind. Empty: for both.",
    )
    is_collected = fields.Boolean(
        string="Collected by the Platform",
        help="The marketplace owes this tax to the state, not the company: its Odoo tax is booked "
        "to a clearing account and is in no tax report.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '!=', 'group')]",
    )

    _tax_uniq = models.UniqueIndex(
        "(backend_id, name, rate, is_included, COALESCE(country_id, 0), COALESCE(state_id, 0),"
        " COALESCE(scope, ''), COALESCE(is_collected, FALSE))"
    )

    @api.constrains("tax_id", "backend_id")
    def _check_tax_country(self):
        """Refuse a tax that no invoice of the company could have."""
        for row in self:
            company = row.company_id
            own = company.account_fiscal_country_id | company.multi_vat_foreign_country_ids
            if own and row.tax_id.country_id not in own:
                raise ValidationError(
                    self.env._(
                        "The tax “%(tax)s” belongs to the tax report of %(country)s, where "
                        "%(company)s isn't registered: Odoo would refuse each invoice with it. "
                        "Choose a tax of %(own)s, or enter the foreign tax ID in the fiscal "
                        "position of that country.",
                        tax=row.tax_id.name,
                        country=row.tax_id.country_id.name,
                        company=company.name,
                        own=", ".join(own.mapped("name")),
                    )
                )

    # finding

    def _found_fields(self):
        names = ["name", "rate", "is_included", "country_id", "state_id", "scope"]
        return [*names, "is_collected", "tax_id"]

    def _pick(self, key):
        """Return the one of these mappings that says most precisely which tax ``key`` is."""
        fitting = self.filtered(lambda row: row._is_for(key))
        return fitting.sorted(lambda row: row._precision(), reverse=True)[:1]

    def _precision(self):
        return bool(self.country_id), bool(self.state_id), bool(self.scope)

    def _is_for(self, key):
        country = self.env["res.country"]._storefront_find(key.country)
        return (
            (self.name, self.is_included, self.is_collected)
            == (key.title, key.is_included, key.is_collected)
            and not float_compare(self.rate, key.percent, precision_digits=RATE_DIGITS)
            and (not self.country_id or self.country_id == country)
            and (not self.state_id or self.state_id.code == key.state)
            and (not self.scope or self.scope == key.scope)
        )

    # keeping

    def _map(self, backend, title, rate, is_included, tax, **vals):
        """Keep that a storefront tax is ``tax``. ``rate`` in percent."""
        return self.create(
            {
                "backend_id": backend.id,
                "name": title,
                "rate": rate,
                "is_included": is_included,
                "tax_id": tax.id,
                **vals,
            }
        )

    def _map_key(self, backend, key, tax):
        """Keep that the storefront tax of ``key`` is ``tax``, in its country only."""
        country, state = self._find_place(key.country, key.state)
        return self._map(
            backend,
            key.title,
            key.percent,
            key.is_included,
            tax,
            country_id=country.id,
            state_id=state.id,
            scope=key.scope or False,
            is_collected=key.is_collected,
        )

    def _find_place(self, country_code, state_code):
        """Return the country and the state of these codes, empty where there are none."""
        country, state = self.env["res.country"], self.env["res.country.state"]
        country = country._storefront_find(country_code)
        if country and state_code:
            state = state._storefront_find(country, [state_code])
        return country, state

    def _map_by_hand(self, backend, params, tax):
        """Keep a human's answer to an issue of a missing tax."""
        if not tax:
            raise UserError(self.env._("Choose the tax first."))
        key = self._key_in(params)
        row = self._find(backend, [key.title])._pick(key)
        if row and row._precision() == (bool(key.country), False, bool(key.scope)):
            row.tax_id = tax  # made meanwhile, by an order or by hand
        else:
            self._map_key(backend, key, tax)

    # a key in the parameters of an issue

    def _prepare_params(self, key, position):
        """Return what an issue keeps of a tax: for its sentence, and to answer it later."""
        return {
            "title": key.title,
            "percent": f"{key.percent:g}",
            "rate": key.percent,
            "is_included": key.is_included,
            "country": key.country or "-",
            "scope": key.scope,
            "is_collected": key.is_collected,
            "position_id": position.id,
        }

    def _key_in(self, params):
        country = params.get("country", "-")
        return TaxKey(
            params["title"],
            params["rate"],
            params["is_included"],
            country="" if country == "-" else country,
            scope=params.get("scope", ""),
            is_collected=params.get("is_collected", False),
        )
