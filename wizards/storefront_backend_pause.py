# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontBackendPause(models.TransientModel):
    _name = "storefront.backend.pause"
    _description = "Pause a Storefront"

    backend_id = fields.Many2one("storefront.backend", required=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_pause(self):
        self.ensure_one()
        self.backend_id.action_pause(self.reason)
        return {"type": "ir.actions.act_window_close"}
