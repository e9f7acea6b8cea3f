# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# What a tax to create is made of, as the dialog calls it.
NEW_TAX_FIELDS = (
    "tax_name",
    "tax_amount",
    "tax_included",
    "tax_country_id",
    "tax_position_id",
    "tax_replaces_id",
)


class StorefrontIssue(models.Model):
    """A tax without counterpart: the taxes that could be it are offered, or one to create."""

    _inherit = "storefront.issue"

    candidate_tax_ids = fields.Many2many(
        "account.tax", compute="_compute_candidate_tax_ids", string="Taxes that could be it"
    )

    @api.depends("code", "state", "params")
    def _compute_candidate_tax_ids(self):
        mapping = self.env["storefront.mapping.tax"]
        for issue in self:
            issue.candidate_tax_ids = (
                mapping._candidates(issue.backend_id, issue.params)
                if issue.state == "open" and issue.fix_field == "tax_id"
                else False
            )

    def _fix_tax_missing(self):
        self.ensure_one()
        self.env["storefront.mapping.tax"]._map_by_hand(self.backend_id, self.params, self.tax_id)

    def _fix_tax_missing_included(self):
        self._fix_tax_missing()

    def _fix_tax_missing_platform(self):
        self._fix_tax_missing()

    # a tax to create

    def _find_tax_position(self):
        """Return the fiscal position the tax of this issue belongs to: the order's, or that of
        consumers in the tax's country; none at home."""
        mapping = self.env["storefront.mapping.tax"]
        key = mapping._key_in(self.params)
        position = self.env["account.fiscal.position"].browse(self.params.get("position_id"))
        consumers = self.env["storefront.order.fiscal"]._position_for(
            self.backend_id, country_code=key.country
        )
        found = next((one for one in (position.exists(), consumers) if one.country_id), consumers)
        return found.filtered(lambda one: one.country_id and not one.is_domestic)

    def _find_like_tax(self):
        """Return the tax a new one is most likely booked like: of the same fiscal position, then of
        the same rate, then the company's default, then the nearest rate."""
        company, position = self.company_id, self._find_tax_position()
        country = self.env["storefront.order.fiscal"]._tax_country(position, company)
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("country_id", "=", country.id),
            ]
        )
        taxes -= self.env["storefront.mapping.tax"]._clearing_taxes(self.backend_id)
        rate = self.params["rate"]
        return taxes.filtered(lambda tax: not tax.has_negative_factor).sorted(
            lambda tax: (
                bool(position) and position not in tax.fiscal_position_ids,
                not position and not tax.is_domestic,
                tax.amount != rate,
                tax != company.account_sale_tax_id,
                abs(tax.amount - rate),
            )
        )[:1]

    def _prepare_new_tax(self):
        """Return what a new tax would be, as the dialog's fields; empty where there is no issue."""
        if not self:
            return dict.fromkeys(NEW_TAX_FIELDS, False)
        is_collected = self.code == "tax_missing_platform"
        position = self.env["account.fiscal.position"]
        if not is_collected:
            position = self._find_tax_position()
        country = self.env["storefront.order.fiscal"]._tax_country(position, self.company_id)
        return {
            "tax_name": self._free_tax_name(country),
            "tax_amount": self.params["rate"],
            "tax_included": "tax_included" if self.params["is_included"] else "tax_excluded",
            "tax_country_id": country.id,
            "tax_position_id": position.id,
            "tax_replaces_id": self._find_replaced_tax(position).id,
        }

    def _find_replaced_tax(self, position):
        """Return the company's default tax where nothing replaces it in ``position`` yet."""
        default = self.company_id.account_sale_tax_id
        is_left = position and default not in position.tax_ids.original_tax_ids
        return default if is_left else default.browse()

    def _free_tax_name(self, country):
        """Return a name that no sales tax of the company has: names must be unique."""
        params = self.params
        percent = f"{params['percent']}%"
        name = params["title"] if percent in params["title"] else f"{params['title']} {percent}"
        place = params.get("country", "-")
        if place not in ("-", country.code) and place not in name.split():
            name = f"{name} {place}"
        if self.code == "tax_missing_platform":
            name = self.env._(
                "%(tax)s (collected by %(platform)s)", tax=name, platform=self.backend_id.name
            )
        included = "incl." if params["is_included"] else "excl."
        names = (name, f"{name} ({included})", f"{name} ({self.backend_id.name})")
        taxes = self.env["account.tax"].with_context(active_test=False)
        domain = [
            ("company_id", "child_of", self.company_id.root_id.id),
            ("type_tax_use", "=", "sale"),
            ("name", "in", names),
        ]
        used = set(taxes.search(domain).mapped("name"))
        return next((one for one in names if one not in used), name)
