# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontMappingLocation(models.Model):
    _name = "storefront.mapping.location"
    _description = "Storefront Location Mapping"
    _order = "backend_id, id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    name = fields.Char(string="Storefront Location", required=True, readonly=True)
    active = fields.Boolean(default=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="Its free quantity is sent to this location. Empty: the location is never written.",
    )

    _external_uniq = models.UniqueIndex("(backend_id, external_id)")

    def write(self, vals):
        """Override to send everything again when another warehouse feeds a location."""
        result = super().write(vals)
        if "warehouse_id" in vals:
            self.env["storefront.outbox"]._mark_backends(self.backend_id.ids)
            self.backend_id._wake("stock")
        return result

    def _map_single(self):
        """Map the only active location of a backend to its only warehouse; guess nothing else."""
        for backend in self.backend_id:
            locations = self.filtered(lambda loc, b=backend: loc.backend_id == b and loc.active)
            warehouses = self.env["stock.warehouse"].search(
                [("company_id", "=", backend.company_id.id)]
            )
            warehouse = backend.warehouse_id or (warehouses if len(warehouses) == 1 else False)
            if len(locations) == 1 and warehouse and not locations.warehouse_id:
                locations.warehouse_id = warehouse
