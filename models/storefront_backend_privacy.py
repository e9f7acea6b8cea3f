# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..flows.webhook_health import WITHDRAWN_CODES
from ..platforms.documents.access import PrivacyRequest
from . import messages


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    privacy_count = fields.Integer(
        compute="_compute_privacy_count", groups="storefront_connector.group_storefront_manager"
    )

    def _compute_privacy_count(self):
        groups = self.env["storefront.privacy.request"]._read_group(
            [("backend_id", "in", self.ids), ("state", "=", "to_do")], ["backend_id"], ["__count"]
        )
        counts = {backend.id: count for backend, count in groups}
        for backend in self:
            backend.privacy_count = counts.get(backend.id, 0)

    def action_open_privacy(self):
        self.env["storefront.privacy.request"].check_access("read")
        return self._action_open(
            self.env._("Privacy Requests"),
            "storefront.privacy.request",
            [("backend_id", "=", self.id)],
        )

    def action_redact_store(self):
        """Erase the personal data that came from a store which is disconnected.

        Its webhooks can't be verified any more, so a human stands in for them."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft" or not self.connected_at:
            raise UserError(
                self.env._("Disconnect the storefront first: its data would only come again.")
            )
        if not self.inbound_user_id:
            raise UserError(messages.render(self.env, "user_missing"))
        requests = self.env["storefront.privacy.request"].sudo()
        request = requests._receive(self, PrivacyRequest(type="shop_redact"))
        request.is_confirmed = True
        self._wake("privacy")
        return request.sudo(False)._get_records_action()

    def _has_lost_access(self):
        """Whether the store no longer lets us in, as one does that asks to be forgotten.

        A store sends the request after the app was removed. One that comes while the connection
        works is asked about: the signature covers a webhook's body, not what it is about."""
        self.ensure_one()
        ended = (*WITHDRAWN_CODES, "access_withdrawn")
        return self.state == "draft" or (self.state == "paused" and self.pause_code in ended)

    def _job_answer_privacy(self):
        """Carry out what the law lets customers ask for. Database only, also while paused."""
        self.ensure_one()
        user = self.inbound_user_id
        if user:
            flow = self.env["storefront.privacy"]._flow_env(self, user)
            flow._drain(self.with_user(user))

    @api.model
    def _cron_drain(self):
        """Override of this addon: privacy requests are answered in every state of a backend."""
        result = super()._cron_drain()
        self.env.cr.execute(
            "SELECT backend_id FROM storefront_event WHERE state = 'pending' AND kind = 'privacy'"
            " UNION SELECT backend_id FROM storefront_privacy_request AS request"
            " JOIN storefront_backend AS backend ON backend.id = backend_id"
            " WHERE processed_at IS NULL"
            " AND (error_code IS NULL OR next_try <= now() AT TIME ZONE 'UTC')"
            " AND (type != 'shop_redact' OR is_confirmed OR backend.state != 'connected')"
        )
        waiting = self.browse(sorted(row[0] for row in self.env.cr.fetchall()))
        for backend in waiting.filtered("inbound_user_id"):
            backend._run_or_wake("privacy")
        return result
