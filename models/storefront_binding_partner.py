# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontBindingPartner(models.Model):
    _name = "storefront.binding.partner"
    _description = "Storefront Customer Binding"
    _order = "backend_id, id"
    _rec_name = "external_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    external_id = fields.Char(string="External ID", required=True, readonly=True)

    # One partner may stand for several accounts of a storefront, never the other way round.
    _external_uniq = models.UniqueIndex("(backend_id, external_id)")
