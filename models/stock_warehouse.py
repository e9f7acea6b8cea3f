# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def write(self, vals):
        """Override of `stock` to send everything again where an archived warehouse counted."""
        result = super().write(vals)
        if not {"active", "view_location_id"}.isdisjoint(vals):
            # sudo: who archives a warehouse may not see which storefronts it feeds.
            fed = (
                self.env["storefront.mapping.location"]
                .sudo()
                .search(
                    ["|", ("warehouse_id", "in", self.ids), ("extra_warehouse_ids", "in", self.ids)]
                )
            )
            if fed:
                self.env["storefront.outbox"]._mark_backends(fed.backend_id.ids)
        return result
