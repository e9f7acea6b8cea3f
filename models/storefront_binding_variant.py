# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..platforms.documents.product import marker_of


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
    link_id = fields.Many2one(
        "storefront.link",
        string="Linked In",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The run that made this link and can undo it; none once it was changed by hand.",
    )
    marker_state = fields.Selection(
        [("to_push", "Waiting"), ("done", "Written"), ("refused", "Refused")],
        string="Marker",
        compute="_compute_marker_state",
    )
    level_ids = fields.One2many("storefront.stock.level", "binding_id", readonly=True)

    _external_uniq = models.UniqueIndex("(backend_id, external_id)")
    _product_uniq = models.UniqueIndex("(backend_id, product_id)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override to send the stock of a product as soon as it is linked, and its marker."""
        bindings = super().create(vals_list)
        bindings._mark_stock()
        bindings._want_markers()
        return bindings

    def write(self, vals):
        """Override to send the stock and the marker of what is now linked, or can be counted."""
        changed = self.filtered(lambda binding: "product_id" in vals or not binding._is_counted())
        moved = self.filtered(
            lambda binding: "product_id" in vals and binding.product_id.id != vals["product_id"]
        )
        result = super().write(vals)
        if moved:
            # No run may undo what a human has decided since.
            super(StorefrontBindingVariant, moved).write({"link_id": False, "matched_by": "manual"})
            moved._want_markers()
        changed.filtered(lambda binding: binding._is_counted())._mark_stock()
        return result

    def unlink(self):
        """Override to take the markers from the storefront."""
        for backend, bindings in self.grouped("backend_id").items():
            self.env["storefront.marker"]._want(
                backend, dict.fromkeys(bindings.mapped("external_id"), "")
            )
        return super().unlink()

    def _compute_marker_state(self):
        # sudo: it tells no more than the binding, which not everybody who sees that may look up.
        markers = (
            self.env["storefront.marker"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.backend_id.ids),
                    ("external_id", "in", self.mapped("external_id")),
                ]
            )
        )
        states = {(row.backend_id.id, row.external_id): row.state for row in markers}
        for binding in self:
            binding.marker_state = states.get((binding.backend_id.id, binding.external_id))

    def _want_markers(self):
        for backend, bindings in self.grouped("backend_id").items():
            self.env["storefront.marker"]._want(
                backend,
                {binding.external_id: marker_of(binding.product_id.id) for binding in bindings},
            )

    def _is_counted(self):
        return bool(self.inventory_external_id)

    def _mark_stock(self):
        self.flush_recordset()
        self.env["storefront.outbox"]._mark_products(self.product_id.ids)

    def action_push_stock(self):
        """Read what the storefronts show of these, and send what differs, now."""
        self.check_access("write")
        counted = self.filtered(
            lambda binding: binding._is_counted() and binding.backend_id.state == "connected"
        )
        if not counted:
            raise UserError(self.env._("None of this is linked to a storefront that is connected."))
        # sudo: nobody has a right on levels and waiting rows, which only our own methods write.
        counted.sudo().level_ids._doubt("manual")
        self.env["storefront.outbox"].sudo()._mark_bindings(counted.ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Products compared with the storefront, and sent where it differs: %s",
                    len(counted),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

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
            binding.write({"product_id": product.id, "matched_by": "manual", "link_id": False})
            return
        # An order doesn't say what its variants are counted on; the job that marks them reads it.
        self.create(
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

    def _find_living(self, link, products):
        """Return the bindings of ``products`` to variants that the run found in the storefront."""
        bindings = self.search(
            [("backend_id", "=", link.backend_id.id), ("product_id", "in", products.ids)]
        )
        lines = self.env["storefront.link.line"].search(
            [
                ("link_id", "=", link.id),
                ("external_id", "in", bindings.mapped("external_id")),
            ]
        )
        seen = set(lines.mapped("external_id"))
        return bindings.filtered(lambda binding: binding.external_id in seen)

    def _drop_dead(self, link, products):
        """Unlink ``products`` from variants that the storefront no longer has."""
        bindings = self.search(
            [("backend_id", "=", link.backend_id.id), ("product_id", "in", products.ids)]
        )
        (bindings - self._find_living(link, products)).unlink()
