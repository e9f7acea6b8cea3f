# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from ..platforms import errors
from ..platforms.shopify.adapter import ShopifyAdapter
from .storefront_backend_secret import secret_field, secret_status_field


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    platform = fields.Selection(
        selection_add=[("shopify", "Shopify")], ondelete={"shopify": "cascade"}
    )
    shopify_access = fields.Selection(
        [
            ("client_credentials", "Client ID and secret"),
            ("token", "Admin API access token"),
            ("authorization", "Granted by the store's owner"),
        ],
        default="client_credentials",
    )
    shopify_client_id = fields.Char(
        string="Client ID", groups="base.group_system", copy=False, exportable=False
    )
    shopify_client_secret = secret_field(
        "shopify_client_secret",
        string="Client Secret",
        help="Also proves that webhooks come from Shopify. An app made in the store's "
        "administration calls it API secret key.",
    )
    shopify_access_token = secret_field("shopify_access_token", string="Access Token")
    shopify_client_secret_status = secret_status_field(
        "shopify_client_secret", string="Client Secret Status"
    )
    shopify_access_token_status = secret_status_field(
        "shopify_access_token", string="Access Token Status"
    )

    def _uses_authorization(self):
        """Override of this addon to serve Shopify."""
        if self.platform == "shopify":
            return self.shopify_access == "authorization"
        return super()._uses_authorization()

    def _adapter_class(self):
        """Override of this addon to serve Shopify."""
        if self.platform == "shopify":
            return ShopifyAdapter
        return super()._adapter_class()

    def _adapter_credentials(self):
        """Override of this addon to serve Shopify."""
        if self.platform != "shopify":
            return super()._adapter_credentials()
        credentials = {
            "access": self.shopify_access,
            "client_secret": self._secret("shopify_client_secret"),
        }
        # Shopify may sign with the old secret for an hour after it was rotated.
        for previous in self._valid_secrets("shopify_client_secret")[1:]:
            credentials["previous_client_secret"] = previous
        if self.shopify_access == "token":
            return {**credentials, "access_token": self._secret("shopify_access_token")}
        if not self.shopify_client_id:
            raise errors.NotConfigured(setting=self.env._("client ID"))
        return {**credentials, "client_id": self.shopify_client_id}

    def _secret_names(self):
        """Override of this addon to serve Shopify."""
        names = super()._secret_names()
        if self.platform == "shopify":
            names.append("shopify_client_secret")
            if self.shopify_access == "token":
                names.append("shopify_access_token")
        return names

    def _webhook_secrets(self):
        """Override of this addon to serve Shopify: the app's client secret signs."""
        if self.platform != "shopify":
            return super()._webhook_secrets()
        return self._valid_secrets("shopify_client_secret")
