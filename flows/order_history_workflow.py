# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far an order goes that was imported by hand: what its run says, for as long as it lives."""

from odoo import models


class StorefrontOrderWorkflow(models.AbstractModel):
    _inherit = "storefront.order.workflow"

    def _find_step(self, backend, order, document):
        """Override of this addon to leave a quotation where the run says so."""
        step = super()._find_step(backend, order, document)
        return "quotation" if order.storefront_import_id.target == "quotation" else step
