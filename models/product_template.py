# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    storefront_count = fields.Integer(
        string="Storefronts",
        compute="_compute_storefront_count",
        groups="storefront_connector.group_storefront_user",
    )

    def _compute_storefront_count(self):
        for template in self:
            bindings = template.product_variant_ids.storefront_binding_ids
            template.storefront_count = len(bindings.backend_id)

    def action_open_storefront_stock(self):
        """Show what each storefront shows of these products' variants."""
        return self.product_variant_ids.action_open_storefront_stock()

    def action_storefront_push_stock(self):
        """Have the stock of these products' variants read in the storefronts and sent now."""
        return self.product_variant_ids.action_storefront_push_stock()
