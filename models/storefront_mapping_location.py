# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

_FED_BY = ("warehouse_id", "extra_warehouse_ids", "stock_location_id")


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
        help="Its stock is sent to this location. Empty: the location is never written.",
    )
    extra_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="And Also",
        check_company=True,
        context={"active_test": False},
        help="The stock of these warehouses is added.",
    )
    stock_location_id = fields.Many2one(
        "stock.location",
        string="Only Below",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit', 'view'))]",
        help="Only what lies there and in the places within is sent: a shelf or a room instead of "
        "whole warehouses.",
    )

    _external_uniq = models.UniqueIndex("(backend_id, external_id)")

    def write(self, vals):
        """Override to send everything again when something else feeds a location."""
        result = super().write(vals)
        if not {*_FED_BY, "active"}.isdisjoint(vals):
            self.env["storefront.outbox"]._mark_backends(self.backend_id.ids)
            self.backend_id._wake("stock")
        return result

    def _is_fed(self):
        """Whether stock is sent to this location: also none, where its warehouses are archived."""
        self.ensure_one()
        return bool(self.warehouse_id or self.extra_warehouse_ids or self.stock_location_id)

    def _roots(self):
        """Return the stock locations below which everything counts."""
        self.ensure_one()
        if self.stock_location_id:
            return self.stock_location_id
        warehouses = self.warehouse_id | self.extra_warehouse_ids
        return warehouses.filtered("active").view_location_id

    def _feeder_names(self):
        """Return what people call that which feeds this location."""
        self.ensure_one()
        warehouses = self.warehouse_id | self.extra_warehouse_ids
        return self.stock_location_id.display_name or ", ".join(warehouses.mapped("name"))

    def _map_single(self):
        """Map the only active location of a backend to its only warehouse; guess nothing else."""
        for backend in self.backend_id:
            locations = self.filtered(lambda loc, b=backend: loc.backend_id == b and loc.active)
            warehouses = self.env["stock.warehouse"].search(
                [("company_id", "=", backend.company_id.id)]
            )
            warehouse = backend.warehouse_id or (warehouses if len(warehouses) == 1 else False)
            if len(locations) == 1 and warehouse and not locations._is_fed():
                locations.warehouse_id = warehouse
