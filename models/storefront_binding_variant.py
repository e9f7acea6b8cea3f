# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StorefrontBindingVariant(models.Model):
    _name = "storefront.binding.variant"
    _description = "Storefront Variant Binding"
    _order = "backend_id, id"
    _rec_name = "external_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True, check_company=True
    )
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    product_external_id = fields.Char(string="Storefront Product ID", readonly=True)
    inventory_external_id = fields.Char(string="Inventory ID", readonly=True)
    name = fields.Char(string="Storefront Name", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    matched_by = fields.Selection(
        [("marker", "Marker"), ("sku", "SKU"), ("barcode", "Barcode"), ("manual", "By hand")],
        readonly=True,
    )
    level_ids = fields.One2many("storefront.stock.level", "binding_id", readonly=True)

    _external_uniq = models.UniqueIndex("(backend_id, external_id)")
    _product_uniq = models.UniqueIndex("(backend_id, product_id)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override to send the stock of a product as soon as it is linked."""
        bindings = super().create(vals_list)
        bindings._mark_stock()
        return bindings

    def write(self, vals):
        """Override to send the stock of what is now linked, or can now be counted."""
        changed = self.filtered(lambda binding: "product_id" in vals or not binding._is_counted())
        result = super().write(vals)
        changed.filtered(lambda binding: binding._is_counted())._mark_stock()
        return result

    def _is_counted(self):
        return bool(self.inventory_external_id)

    def _mark_stock(self):
        self.flush_recordset()
        self.env["storefront.outbox"]._mark_products(self.product_id.ids)

    def _bind_by_hand(self, backend, params, product):
        """Link what a ``product_missing`` issue names to the product a human chose."""
        if not product:
            raise UserError(self.env._("Choose the product first."))
        if not params.get("variant_external_id"):
            raise UserError(
                self.env._(
                    "The storefront no longer has this variant, so there is nothing to link. "
                    "Give the product the internal reference %s, then retry.",
                    params.get("sku"),
                )
            )
        domain = [("backend_id", "=", backend.id)]
        binding = self.search([*domain, ("external_id", "=", params["variant_external_id"])])
        other = self.search([*domain, ("product_id", "=", product.id)]) - binding
        if other:
            raise UserError(
                self.env._(
                    "“%(product)s” is linked to another variant, “%(name)s” (SKU %(sku)s). Choose "
                    "another product, or remove that link first.",
                    product=product.display_name,
                    name=other.name,
                    sku=other.sku or "-",
                )
            )
        if binding:  # linked meanwhile, by a run or by hand
            binding.write({"product_id": product.id, "matched_by": "manual"})
            return
        binding = self.create(
            {
                "backend_id": backend.id,
                "product_id": product.id,
                "external_id": params["variant_external_id"],
                "product_external_id": params.get("product_external_id"),
                "inventory_external_id": params.get("inventory_external_id"),
                "name": params.get("name"),
                "sku": params.get("sku"),
                "matched_by": "manual",
            }
        )
        if not binding._is_counted():
            # An order doesn't say what its variants are counted on; linking reads it.
            backend._start_linking()
