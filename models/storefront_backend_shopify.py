# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from ..platforms import errors
from ..platforms.shopify.adapter import ShopifyAdapter


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    platform = fields.Selection(
        selection_add=[("shopify", "Shopify")], ondelete={"shopify": "cascade"}
    )
    shopify_access = fields.Selection(
        [
            ("client_credentials", "Client ID and secret"),
            ("token", "Admin API access token"),
        ],
        default="client_credentials",
    )
    shopify_client_id = fields.Char(
        string="Client ID", groups="base.group_system", copy=False, exportable=False
    )
    shopify_client_secret = fields.Char(
        string="Client Secret",
        groups="base.group_system",
        copy=False,
        exportable=False,
        help="Also proves that webhooks come from Shopify. An app made in the store's "
        "administration calls it API secret key.",
    )
    shopify_access_token = fields.Char(
        string="Access Token", groups="base.group_system", copy=False, exportable=False
    )

    def _adapter_class(self):
        """Override of this addon to serve Shopify."""
        if self.platform == "shopify":
            return ShopifyAdapter
        return super()._adapter_class()

    def _adapter_credentials(self):
        """Override of this addon to serve Shopify."""
        if self.platform != "shopify":
            return super()._adapter_credentials()
        if not self.shopify_client_secret:
            raise errors.NotConfigured(setting=self.env._("client secret"))
        credentials = {
            "access": self.shopify_access,
            "client_secret": self.shopify_client_secret,
        }
        if self.shopify_access == "token":
            if not self.shopify_access_token:
                raise errors.NotConfigured(setting=self.env._("access token"))
            return {**credentials, "access_token": self.shopify_access_token}
        if not self.shopify_client_id:
            raise errors.NotConfigured(setting=self.env._("client ID"))
        return {**credentials, "client_id": self.shopify_client_id}

    def _webhook_secrets(self):
        """Override of this addon to serve Shopify: the app's client secret signs."""
        if self.platform != "shopify":
            return super()._webhook_secrets()
        secret = self.sudo().shopify_client_secret
        return [secret] if secret else []
