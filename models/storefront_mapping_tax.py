# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class StorefrontMappingTax(models.Model):
    _name = "storefront.mapping.tax"
    _description = "Storefront Tax Mapping"
    _order = "backend_id, name, rate"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    name = fields.Char(string="Storefront Tax", required=True)
    rate = fields.Float(digits=(9, 6), required=True, help="In percent: 20 for 20 %.")
    is_included = fields.Boolean(string="Included in Prices")
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '!=', 'group')]",
    )

    _tax_uniq = models.UniqueIndex("(backend_id, name, rate, is_included)")

    def _find_tax(self, backend, title, rate, is_included):
        """Return the Odoo tax of a storefront tax; empty where a human must choose.

        Where no mapping says it, the only sales tax of the company with this rate and this way
        of including it is taken, and the mapping is kept. ``rate`` in percent."""
        mapping = self._find_mapping(backend, title, rate, is_included)
        if mapping:
            return mapping.tax_id
        tax = self._propose(backend, rate, is_included)
        if tax:
            # Two orders that bring the same new tax at once.
            self.env["storefront.flow"]._lock([f"tax:{backend.id}:{title}:{rate:g}:{is_included}"])
            self._map(backend, title, rate, is_included, tax)
        return tax

    def _find_mapping(self, backend, title, rate, is_included):
        domain = [
            ("backend_id", "=", backend.id),
            ("name", "=", title),
            ("is_included", "=", is_included),
        ]
        for mapping in self.search_fetch(domain, ["rate", "tax_id"], order="id"):
            if not float_compare(mapping.rate, rate, precision_digits=6):
                return mapping
        return self.browse()

    @api.model
    def _propose(self, backend, rate, is_included):
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(backend.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", round(rate, 4)),  # the precision Odoo keeps rates in
            ]
        )
        fitting = taxes.filtered(lambda tax: tax.price_include == is_included)
        return fitting if len(fitting) == 1 else fitting.browse()

    def _map(self, backend, title, rate, is_included, tax):
        return self.create(
            {
                "backend_id": backend.id,
                "name": title,
                "rate": rate,
                "is_included": is_included,
                "tax_id": tax.id,
            }
        )

    def _map_by_hand(self, backend, params, tax):
        """Keep a human's answer to a ``tax_missing`` issue."""
        if not tax:
            raise UserError(self.env._("Choose the tax first."))
        key = (params["title"], params["rate"], params["is_included"])
        mapping = self._find_mapping(backend, *key)
        if mapping:  # made meanwhile, by an order or by hand
            mapping.tax_id = tax
        else:
            self._map(backend, *key, tax)
