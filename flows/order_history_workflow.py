# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far an order goes that was imported by hand: what its run says, for as long as it lives."""

from odoo import models


class StorefrontOrderWorkflow(models.AbstractModel):
    _inherit = "storefront.order.workflow"

    def _advance(self, backend, snapshot, order, document):
        """Override of this addon to leave a quotation, or to deliver nothing."""
        run = order.storefront_import_id
        if run.target == "quotation":
            return False
        if run.without_delivery:
            order = order.with_context(skip_procurement=True)
        return super()._advance(backend, snapshot, order, document)
