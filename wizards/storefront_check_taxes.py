# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from .storefront_check import Finding


class StorefrontCheck(models.TransientModel):
    """The store's tax and rounding settings beside the company's.

    None of them makes an imported order wrong, whose amounts are the store's. They differ in what
    is made or changed in Odoo, and say which taxes the company needs."""

    _inherit = "storefront.check"

    def _check_taxes(self, report):
        yield self._check_prices(report.prices_include_tax)
        yield self._check_sales_taxes(report.prices_include_tax)
        yield from self._check_mappings(report.prices_include_tax)
        if report.tax_rounding:
            yield self._check_rounding(report.tax_rounding)
        if report.tax_on_shipping is not None:
            yield self._check_shipping(report.tax_on_shipping)

    def _check_prices(self, in_store):
        in_company = self.backend_id.company_id.account_price_include == "tax_included"
        if in_store == in_company:
            code = "prices_same_included" if in_store else "prices_same_excluded"
            return Finding("taxes", "ok", code, {})
        code = "prices_only_store_included" if in_store else "prices_only_company_included"
        return Finding("taxes", "warning", code, {})

    def _check_sales_taxes(self, in_store):
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.backend_id.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )
        fitting = taxes.filtered(lambda tax: tax.price_include == in_store)
        if fitting:
            return Finding(
                "taxes", "ok", "taxes_found", {"taxes": ", ".join(fitting.mapped("name"))}
            )
        code = "taxes_none_included" if in_store else "taxes_none_excluded"
        return Finding("taxes", "warning", code, {})

    def _check_mappings(self, in_store):
        for mapping in self.backend_id.tax_ids:
            if mapping.is_included != in_store:
                yield Finding("taxes", "warning", "mapping_unused", {"tax": mapping.name})

    def _check_rounding(self, in_store):
        method = self.backend_id.company_id.tax_calculation_rounding_method
        if (in_store == "line") == (method == "round_per_line"):
            return Finding("taxes", "ok", "rounding_same", {})
        return Finding("taxes", "warning", f"rounding_store_{in_store}", {})

    def _check_shipping(self, in_store):
        company = self.backend_id.company_id
        product = self.backend_id.shipping_product_id.with_company(company)
        in_odoo = bool(product.taxes_id._filter_taxes_by_company(company))
        if in_store == in_odoo:
            code = "shipping_same_taxed" if in_store else "shipping_same_untaxed"
            return Finding("taxes", "ok", code, {})
        code = "shipping_only_store_taxed" if in_store else "shipping_only_odoo_taxed"
        return Finding("taxes", "warning", code, {"product": product.display_name})
