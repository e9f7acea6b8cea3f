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

    # Codes that differ in case or spaces only are looked up for many variants at once.
    _storefront_sku_idx = models.Index(
        r"(lower(regexp_replace(default_code, '\s', '', 'g'))) WHERE default_code IS NOT NULL"
    )
    _storefront_barcode_idx = models.Index(
        r"(lower(regexp_replace(barcode, '\s', '', 'g'))) WHERE barcode IS NOT NULL"
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
