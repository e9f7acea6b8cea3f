# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far an order goes in Odoo once it is there. Not here: what it is made of."""

from odoo import models


class StorefrontOrderWorkflow(models.AbstractModel):
    _name = "storefront.order.workflow"
    _inherit = "storefront.flow"
    _description = "Storefront Order Workflow"

    def _prepare_order_vals(self, backend, document):
        """Return the values of a new sale order that the backend's settings decide."""
        vals = {"pricelist_id": False, "user_id": False, "team_id": backend.team_id.id}
        if backend.warehouse_id:
            vals["warehouse_id"] = backend.warehouse_id.id
        return vals

    def _advance(self, backend, snapshot, order, document):
        """Take the order as far as its storefront's state and the settings say; once it is there,
        again does nothing. Return whether anything changed."""
        if order.state not in ("draft", "sent") or not backend._is_to_confirm(document):
            return False
        order.action_confirm()
        return True
