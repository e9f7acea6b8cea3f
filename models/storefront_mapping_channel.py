# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontMappingChannel(models.Model):
    """What the orders of one channel get: a shop, the web, a marketplace, drafts."""

    _name = "storefront.mapping.channel"
    _inherit = ["storefront.mapping", "analytic.mixin"]
    _description = "Storefront Channel Mapping"

    is_skipped = fields.Boolean(string="Don't Import")
    salesperson_id = fields.Many2one("res.users", check_company=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)

    _name_uniq = models.UniqueIndex("(backend_id, name)")

    def _found_fields(self):
        names = ["name", "is_skipped", "salesperson_id", "team_id", "warehouse_id"]
        return [*names, "analytic_distribution"]

    def _leaves_out(self):
        return self.is_skipped
