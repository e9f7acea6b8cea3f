# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of a product's stock storefronts are shown."""

from odoo import api, fields, models

from .storefront_backend_stock import SAFETY_UNITS, check_safety

# Another value of these means another number, or none, in the storefronts.
_STOCK_FIELDS = frozenset(
    (
        "is_storable",
        "type",
        "uom_id",
        "storefront_excluded",
        "storefront_safety",
        "storefront_safety_unit",
    )
)
# Which templates have rules of their own: most catalogues have few. ``{0}``: what names the table.
HAS_RULES = (
    "{0}type != 'consu' OR {0}is_storable IS NOT TRUE OR {0}storefront_excluded IS TRUE"
    " OR {0}storefront_safety_unit IS NOT NULL"
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    storefront_excluded = fields.Boolean(
        string="Keep Stock from Storefronts",
        help="Its quantity is never sent: storefronts go on showing what they show.",
    )
    storefront_safety_unit = fields.Selection(
        SAFETY_UNITS,
        string="Own Safety Stock",
        help="Empty: what each storefront's settings say.",
    )
    storefront_safety = fields.Float(
        string="Safety Stock in Storefronts",
        digits="Product Unit",
        help="So much is kept from every storefront, whatever its settings say.",
    )

    _storefront_rules_idx = models.Index(f"(id) WHERE {HAS_RULES.format('')}")

    @api.constrains("storefront_safety", "storefront_safety_unit")
    def _check_storefront_safety(self):
        for template in self:
            check_safety(template, template.storefront_safety, template.storefront_safety_unit)

    def write(self, vals):
        """Override of `product` to note products of which storefronts show another number now."""
        result = super().write(vals)
        if not _STOCK_FIELDS.isdisjoint(vals):
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["storefront.outbox"]._collect(variants.ids)
        return result
