# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import messages


class StorefrontBackend(models.Model):
    """Copies of a database: only the one that was connected speaks to the store."""

    _inherit = "storefront.backend"

    is_copy = fields.Boolean(
        compute="_compute_is_copy", help="Another database than this one was connected."
    )

    @api.depends("connected_database")
    def _compute_is_copy(self):
        is_neutralized = self._is_neutralized()
        for backend in self:
            backend.is_copy = not is_neutralized and not backend._is_live_database()

    def action_confirm_live(self):
        """Make this database, a copy, the one that speaks to the store; Connect goes on from there.

        Nothing starts by itself: the webhooks may still lead to the other database."""
        self.ensure_one()
        self.check_access("write")
        if self._is_neutralized():
            raise UserError(messages.render(self.env, "neutralized"))
        if not self.is_copy:
            return
        before = self.connected_database
        vals = {"connected_database": self._database_identity()}
        if self.state != "draft":
            vals.update(state="paused", pause_code="live_confirmed", pause_params=False)
        self.write(vals)
        # The name of a database tells who reads it later which one; its key is nobody's business.
        names = {"before": _name(before), "now": _name(self.connected_database)}
        self.message_post(body=messages.render(self.env, "copy_confirmed", names))

    def _banners(self):
        """Override of this addon to say why a copy does nothing."""
        banners = super()._banners()
        if self._is_neutralized():
            banners.insert(0, ("warning", "neutralized", {}))
        elif self.is_copy:
            banners.insert(0, ("danger", "other_database", {}))
        return banners


def _name(identity):
    return identity.rpartition("/")[0]
