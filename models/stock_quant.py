# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

_IDENTITY_FIELDS = frozenset(("location_id", "product_id"))
_QUANTITY_FIELDS = frozenset(("quantity", "reserved_quantity", *_IDENTITY_FIELDS))


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock` to note the products whose stock changes.

        The first receipt in a location creates its quant and never calls ``write``."""
        quants = super().create(vals_list)
        quants._storefront_mark()
        return quants

    def write(self, vals):
        """Override of `stock` to note the products whose stock changes."""
        if not _IDENTITY_FIELDS.isdisjoint(vals):
            self._storefront_mark()  # also what it was until now, and where
        result = super().write(vals)
        if not _QUANTITY_FIELDS.isdisjoint(vals):
            self._storefront_mark()
        return result

    def unlink(self):
        """Override of `stock` to note the products whose stock changes.

        Core only removes empty quants, but another module may remove full ones."""
        self.filtered(lambda quant: quant.quantity or quant.reserved_quantity)._storefront_mark()
        return super().unlink()

    def _storefront_mark(self):
        quants = self.sudo()
        product_ids = {
            quant.product_id.id
            for quant in quants
            if quant.location_id.usage in ("internal", "transit")
        }
        if product_ids:
            self.env["storefront.outbox"]._collect(product_ids)
