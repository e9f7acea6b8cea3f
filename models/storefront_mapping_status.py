# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .storefront_backend_workflow import STEPS


class StorefrontMappingStatus(models.Model):
    """How far an order goes whose status in the storefront is this."""

    _name = "storefront.mapping.status"
    _inherit = "storefront.mapping"
    _description = "Storefront Status Mapping"

    step = fields.Selection(
        [("payment", "As their payment says"), ("skip", "Don't import"), *STEPS],
        string="How Far Its Orders Go",
        default="payment",
        required=True,
    )
    is_new = fields.Boolean(string="New", readonly=True, help="Nobody has decided on it yet.")

    _name_uniq = models.UniqueIndex("(backend_id, name)")

    def _found_fields(self):
        return ["name", "step"]

    def _noted(self, backend, name):
        defaults = backend._adapter_class().default_statuses
        return {"step": defaults.get(name) or "payment", "is_new": name not in defaults}

    def _leaves_out(self):
        return self.step == "skip"

    def write(self, vals):
        """Override to take a decision for one: the status isn't announced as new any longer."""
        if "step" in vals:
            vals = {**vals, "is_new": False}
        return super().write(vals)

    def action_accept(self):
        """Keep what a new status begins with."""
        self.check_access("write")
        self.is_new = False

    @api.model
    def _new_names(self, backend):
        """Return the words of the statuses nobody has decided on."""
        return self.search_fetch(
            [("backend_id", "=", backend.id), ("is_new", "=", True)], ["name"]
        ).mapped("name")
