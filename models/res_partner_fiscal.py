# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    storefront_fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        string="Fiscal Position Given",
        company_dependent=True,
        copy=False,
        help="What a storefront's first order gave the customer. As long as the fiscal position is "
        "this one, each order has its own by where it goes; another one was set by somebody, and "
        "holds for all orders.",
    )
