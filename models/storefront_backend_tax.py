# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    ask_zero_taxes = fields.Boolean(
        string="Ask for Taxes of 0 %",
        help="Where the storefront names a tax of 0 % and no single tax of the chart of accounts "
        "fits, the order waits for an answer. Otherwise the line is left without a tax.",
    )
