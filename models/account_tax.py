# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from ..tools import tax_data


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _import_base_line_extra_tax_data(self, base_line, extra_tax_data):
        """Override of `account` to let go of a storefront's amounts once the line is another."""
        if tax_data.is_ours(extra_tax_data) and not tax_data.fits(
            extra_tax_data,
            base_line["price_unit"],
            base_line["discount"],
            base_line["quantity"],
            base_line["tax_ids"].ids,
        ):
            return {}
        return super()._import_base_line_extra_tax_data(base_line, extra_tax_data)
