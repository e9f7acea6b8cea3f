# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import urls

from ..flows.flow import retry_concurrency, unit_of_work
from ..platforms import errors
from . import messages

# Why work stands still where only the store's owner can help, by granting access anew.
ENDED_CODES = (
    "access_withdrawn",
    "auth_failed",
    "authorization_ended",
    "forbidden",
    "grant_refused",
    "missing_scope",
    "not_authorized",
    "unauthorized",
)


class StorefrontBackend(models.Model):
    """Access that the owner of a store grants on the store's own page (OAuth)."""

    _inherit = "storefront.backend"

    needs_owner = fields.Boolean(
        compute="_compute_needs_owner", help="The store's owner has to grant access, or more of it."
    )

    @api.depends("state", "pause_code", "missing_scopes")
    def _compute_needs_owner(self):
        for backend in self:
            has_ended = backend.state == "paused" and backend.pause_code in ENDED_CODES
            lacks_scopes = backend.state == "connected" and backend.missing_scopes
            backend.needs_owner = backend._uses_authorization() and (has_ended or lacks_scopes)

    def _uses_authorization(self):
        """Whether access is granted on the storefront's page. Each platform overrides."""
        return False

    def action_authorize(self):
        """Send the user to the storefront's page where its owner grants access."""
        self.ensure_one()
        self.check_access("write")
        if not (self.inbound_user_id and self.outbound_user_id):
            raise UserError(messages.render(self.env, "user_missing"))
        try:
            self._check_may_call()
            adapter = self._adapter()
            state = self.env["storefront.authorization"]._begin(self)
            address = adapter.authorization_url(
                adapter.settings,
                redirect_url=self._callback_url(),
                state=state,
                grant_url=self._grant_url(state),
            )
        except errors.StorefrontError as error:
            raise UserError(self._error_sentence(error)) from None
        return {"type": "ir.actions.act_url", "url": address, "target": "self"}

    def _callback_url(self):
        """Where the browser comes back to: the address of people, whose session is there."""
        return urls.urljoin(self.get_base_url(), "/storefront/oauth/callback")

    def _grant_url(self, state):
        """Where a storefront hands over what is granted: it comes from outside, as webhooks do."""
        base = self.webhook_base_url or self.get_base_url()
        return urls.urljoin(base, f"/storefront/oauth/grant/{state}")

    def _take_grant(self, body):
        """Keep the credentials a storefront has handed over. Raises StorefrontError.

        Nothing else is done with them until the browser of whom it was for has come back."""
        self.ensure_one()
        granted = self._adapter_class().read_grant(body)
        for name, value in granted.items():
            self._set_secret(self._granted_secret_name(name), value)

    def _granted_secret_name(self, name):
        """Return the secret that holds a granted credential. Each platform that has some overrides.

        ``name``: in ``AdapterSettings.credentials``."""
        raise NotImplementedError(name)

    def _authorize(self, params):
        """Take the access the storefront grants with its callback, and connect.

        ``params`` is the callback's whole query. Raises StorefrontError; a token that was
        granted before something failed is kept."""
        with unit_of_work(self.env):
            self._check_may_call()
            adapter = self._adapter()
            code = adapter.check_callback(adapter.settings, params)
            if code:
                self._store_token(adapter.grant_token(code))
        # The token was stored on another cursor: what follows needs a snapshot that has it.
        retry_concurrency(self.env, self._connect)
        with unit_of_work(self.env):
            self.message_post(
                body=messages.render(self.env, "authorized", {"shop": self.shop_name})
            )

    def _banners(self):
        """Override of this addon to ask the store's owner for access, and to say it was granted."""
        banners = super()._banners()
        if not self._uses_authorization():
            return banners
        if self.needs_owner:
            banners.append(("warning", "authorization_wanted", {}))
        if self.state == "connected" and self.env["storefront.authorization"]._is_news(self):
            banners.append(("info", "authorized", {"shop": self.shop_name}))
        return banners
