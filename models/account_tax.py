# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from ..tools import tax_data


class AccountTax(models.Model):
    _inherit = "account.tax"

    def action_storefront_choose(self):
        """Give this tax as the answer to the issue it is shown on, and go on with what waited."""
        issue = self.env["storefront.issue"].browse(self.env.context.get("storefront_issue_id"))
        issue.check_access("write")
        issue.tax_id = self
        return issue.action_fix()

    def _storefront_line(self, document_type, repartition_type="tax"):
        """Return the first line by which the tax, or its base, is booked."""
        return self.repartition_line_ids.filtered(
            lambda line: (
                (line.document_type, line.repartition_type) == (document_type, repartition_type)
            )
        )[:1]

    def _storefront_percent(self):
        """Return what a customer is charged of these taxes together, in percent.

        Nothing of those that take back what they add: there the buyer owes the tax."""
        return sum(
            tax.amount
            for tax in self.flatten_taxes_hierarchy()
            if tax.amount_type in ("percent", "division") and not tax.has_negative_factor
        )

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
