# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ProductProduct(models.Model):
    _inherit = "product.product"

    storefront_unlisted_link_id = fields.Many2one(
        "storefront.link",
        string="Missing in the Storefront",
        compute="_compute_storefront_unlisted_link_id",
        search="_search_storefront_unlisted_link_id",
        export_string_translation=False,
        groups="storefront_connector.group_storefront_user,"
        "storefront_connector.group_storefront_outbound",
        help="For searching only: products which a linking run didn't find in the storefront.",
    )

    storefront_binding_ids = fields.One2many(
        "storefront.binding.variant",
        "product_id",
        groups="storefront_connector.group_storefront_user",
    )
    storefront_count = fields.Integer(
        string="Storefronts",
        compute="_compute_storefront_count",
        groups="storefront_connector.group_storefront_user",
    )

    # Codes that differ in case or spaces only are looked up for many variants at once.
    _storefront_sku_idx = models.Index(
        r"(lower(regexp_replace(default_code, '\s', '', 'g'))) WHERE default_code IS NOT NULL"
    )
    _storefront_barcode_idx = models.Index(
        r"(lower(regexp_replace(barcode, '\s', '', 'g'))) WHERE barcode IS NOT NULL"
    )

    def _compute_storefront_count(self):
        for product in self:
            product.storefront_count = len(product.storefront_binding_ids.backend_id)

    def action_open_storefront_stock(self):
        """Show what each storefront shows of these products."""
        levels = self.env["storefront.stock.level"]
        levels.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "storefront_connector.storefront_stock_level_action"
        )
        return {**action, "domain": [("product_id", "in", self.ids)]}

    def action_storefront_push_stock(self):
        """Have the stock of these products read in the storefronts and sent now."""
        return (
            self.env["storefront.binding.variant"]
            .search([("product_id", "in", self.ids)])
            .action_push_stock()
        )

    def _compute_storefront_unlisted_link_id(self):
        self.storefront_unlisted_link_id = False

    def _search_storefront_unlisted_link_id(self, operator, value):
        """Search the products that neither a binding nor a line of the run is about."""
        if operator != "in":
            return NotImplemented
        links = self.env["storefront.link"].browse(value).exists()
        links.check_access("read")
        return Domain.OR(
            Domain("id", "not in", SQL("(%s)", link._listed_products())) for link in links
        )
