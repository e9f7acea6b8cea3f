# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets

from odoo import api, models
from odoo.exceptions import UserError

from ..flows.flow import retry_concurrency
from ..platforms import errors
from . import messages


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def action_disconnect(self):
        """End the connection on both sides; orders, links and history stay.

        Three steps, each committed, in an order that a crash leaves safe: nothing comes in any
        more, then the storefront is told, then the secrets are forgotten. Pressing again does
        what is left. The storefront is told inline, and what can't be told is said."""
        self.ensure_one()
        self.check_access("write")
        address = self._webhook_address()
        retry_concurrency(self.env, self._close)
        code, params = self._leave_storefront(address)
        retry_concurrency(self.env, self._forget_storefront)
        return self._tell_disconnected(code, params)

    def _close(self):
        """Let nothing in or out any more: webhooks that are on their way are answered 404."""
        self.write(
            {
                "state": "draft",
                "pause_code": False,
                "pause_params": False,
                "webhook_token": secrets.token_urlsafe(24),
            }
        )

    def _leave_storefront(self, address):
        """Remove our webhooks and give the access back; return what to say of it.

        A copy leaves the store alone: what is there belongs to the live database."""
        if not self._is_live_database():
            return "disconnected_copy", {}
        try:
            adapter = self._adapter()
            self._remove_webhooks(adapter, address)
            adapter.revoke_access()
        except errors.Unsupported:
            return "disconnected_not_revoked", {}
        except errors.StorefrontError as error:
            return "disconnected_here_only", {"reason": self._error_sentence(error)}
        return "disconnected", {}

    def _forget_storefront(self):
        self._wipe_secrets()
        self.write({"webhook_ids": False, "connected_database": False})

    def _tell_disconnected(self, code, params):
        sentence = messages.render(self.env, code, params)
        self.message_post(body=sentence)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if code == "disconnected" else "warning",
                "message": sentence,
                "sticky": code != "disconnected",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_connected(self):
        """Refuse: the storefront would go on sending to nobody, and keep trusting the token."""
        for backend in self:
            if backend.state != "draft" or backend.connected_database:
                raise UserError(messages.render(self.env, "connected_kept", {"name": backend.name}))

    def write(self, vals):
        """Override to pause what is archived: nobody would see what becomes of it."""
        result = super().write(vals)
        if vals.get("active") is False:
            working = self.filtered(lambda backend: backend.state == "connected")
            working.write({"state": "paused", "pause_code": "backend_archived"})
        return result
