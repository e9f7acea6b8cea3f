# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    storefront_external_id = fields.Char(
        string="Storefront Line ID", readonly=True, copy=False, help="Refunds refer to it."
    )
