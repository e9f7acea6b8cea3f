# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Kits, where `mrp` is installed: there are as many as their components make.

Bills of materials are read with sudo: the integration users have no right on them, and can't be
given one without depending on `mrp`.
"""

from odoo import models


class StorefrontStockKits(models.AbstractModel):
    _name = "storefront.stock.kits"
    _description = "Storefront Stock Kits"

    def _find(self, domain):
        """Return {id of a kit among the products of ``domain``: {component's id: units in one}}.

        Kits within a kit are taken apart as well."""
        if "mrp.bom" not in self.env:
            return {}
        boms = self.env["mrp.bom"].sudo()
        company = ("company_id", "in", (False, self.env.company.id))
        groups = boms._read_group([("type", "=", "phantom"), company], ["product_tmpl_id"])
        templates = [template.id for (template,) in groups]
        if not templates:
            return {}
        candidates = (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=False)
            .search([*domain, ("product_tmpl_id", "in", templates)])
        )
        found = boms._bom_find(candidates, bom_type="phantom", company_id=self.env.company.id)
        return {kit.id: self._take_apart(kit, bom) for kit, bom in found.items() if bom}

    def _take_apart(self, kit, bom):
        """Return {component's id: units in one kit}; what isn't tracked sets no limit."""
        batch = bom.product_uom_id._compute_quantity(bom.product_qty, kit.uom_id, round=False)
        units = {}
        for line, data in bom.explode(kit, 1)[1]:
            component = line.product_id
            if component.is_storable and batch:
                quantity = line.product_uom_id._compute_quantity(
                    data["qty"], component.uom_id, round=False
                )
                units[component.id] = units.get(component.id, 0.0) + quantity / batch
        return units

    def _quantities(self, kits, numbers):
        """Return {kit's id: how many the components in ``numbers`` make}: {product's id: units}.

        Computed by `mrp` itself, which takes numbers of components that are known from the
        context."""
        names = ("qty_available", "free_qty", "virtual_available", "incoming_qty", "outgoing_qty")
        given = {
            component: dict.fromkeys(names, numbers.get(component, 0.0))
            for units in kits.values()
            for component in units
        }
        records = self.env["product.product"].sudo().browse(kits)
        computed = records.with_context(mrp_compute_quantities=given)._compute_quantities_dict(
            None, None, None
        )
        return {kit: computed[kit]["free_qty"] for kit in kits}
