# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a product is counted in one storefront: not at all, or in packs."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StorefrontBindingVariant(models.Model):
    _inherit = "storefront.binding.variant"

    is_excluded = fields.Boolean(
        string="Stock Not Sent", help="This storefront goes on showing the quantity it shows."
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Sold In",
        help="What one unit of the storefront is, such as a pack of 6: whole packs are shown, and "
        "orders are in packs. Empty: the product's unit.",
    )

    count_in_store = fields.Boolean(
        string="To Be Counted",
        readonly=True,
        copy=False,
        help="The storefront is to begin counting this variant with the next quantity sent.",
    )

    @api.constrains("uom_id", "product_id")
    def _check_uom_id(self):
        for binding in self.filtered("uom_id"):
            unit = binding.product_id.uom_id
            if not binding.uom_id._has_common_reference(unit):
                raise ValidationError(
                    self.env._(
                        "“%(pack)s” can't be counted in %(unit)s, the unit of “%(product)s”.",
                        pack=binding.uom_id.name,
                        unit=unit.name,
                        product=binding.product_id.display_name,
                    )
                )

    def write(self, vals):
        """Override of this addon to send the stock of what is counted otherwise now."""
        result = super().write(vals)
        if not {"is_excluded", "uom_id"}.isdisjoint(vals):
            self._mark_stock()
        return result
