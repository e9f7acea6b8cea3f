# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StorefrontMappingCarrier(models.Model):
    """Which delivery method a storefront's way of shipping is."""

    _name = "storefront.mapping.carrier"
    _inherit = "storefront.mapping"
    _description = "Storefront Shipping Mapping"

    title = fields.Char(help="What the customer reads.")
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Delivery Method", check_company=True, ondelete="restrict"
    )

    _name_uniq = models.UniqueIndex("(backend_id, name)")

    def _found_fields(self):
        return ["name", "carrier_id"]

    def write(self, vals):
        """Override to import what waited for the delivery method."""
        result = super().write(vals)
        if vals.get("carrier_id"):
            self._resume("carrier_missing")
        return result

    @api.model
    def _map_by_hand(self, backend, params, carrier):
        """Keep a human's answer to a ``carrier_missing`` issue."""
        if not carrier:
            raise UserError(self.env._("Choose the delivery method first."))
        mapping = self._find_or_note(backend, [params["name"]], title=params["title"])
        mapping.carrier_id = carrier
