# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    storefront_tax_country_id = fields.Many2one(
        "res.country",
        string="Destination Country",
        readonly=True,
        help="Whose tax the storefront charged, or where the line went: what a declaration by "
        "country of destination (One Stop Shop) adds up.",
    )
