# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets

from odoo import fields, models

from ..platforms.woocommerce.adapter import WooCommerceAdapter
from .storefront_backend_secret import secret_field, secret_status_field


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    platform = fields.Selection(
        selection_add=[("woocommerce", "WooCommerce")], ondelete={"woocommerce": "cascade"}
    )
    woocommerce_access = fields.Selection(
        [
            ("key", "Key and secret"),
            ("authorization", "Handed over by the store"),
        ],
        default="key",
    )
    woocommerce_consumer_key = secret_field("woocommerce_consumer_key", string="Consumer Key")
    woocommerce_consumer_secret = secret_field(
        "woocommerce_consumer_secret", string="Consumer Secret"
    )
    woocommerce_webhook_secret = secret_field(
        "woocommerce_webhook_secret",
        string="Webhook Secret",
        help="Proves that webhooks come from the store. Made by itself when the store is "
        "connected; the store is told it with each webhook.",
    )
    woocommerce_consumer_key_status = secret_status_field(
        "woocommerce_consumer_key", string="Consumer Key Status"
    )
    woocommerce_consumer_secret_status = secret_status_field(
        "woocommerce_consumer_secret", string="Consumer Secret Status"
    )
    woocommerce_webhook_secret_status = secret_status_field(
        "woocommerce_webhook_secret", string="Webhook Secret Status"
    )
    woocommerce_allow_http = fields.Boolean(
        string="Allow Plain HTTP",
        help="For a test store on this machine or in this network: what is sent can be read and "
        "changed on the way. A public address must be https, whatever is set here.",
    )
    woocommerce_vat_keys = fields.Char(
        string="VAT Number Fields",
        help="Names of the meta fields in which the store keeps VAT numbers, separated by commas, "
        "the first that is filled in counts. The fields of the common plugins are known and need "
        "not be named.",
    )

    woocommerce_tracking_keys = fields.Char(
        string="Tracking Number Fields",
        help="Names of the meta fields in which the store keeps numbers of parcels, separated by "
        "commas. The fields of the common plugins are known and need not be named.",
    )

    def _uses_authorization(self):
        """Override of this addon to serve WooCommerce."""
        if self.platform == "woocommerce":
            return self.woocommerce_access == "authorization"
        return super()._uses_authorization()

    def _granted_secret_name(self, name):
        """Override of this addon to serve WooCommerce."""
        if self.platform == "woocommerce":
            return f"woocommerce_{name}"
        return super()._granted_secret_name(name)

    def _adapter_class(self):
        """Override of this addon to serve WooCommerce."""
        if self.platform == "woocommerce":
            return WooCommerceAdapter
        return super()._adapter_class()

    def _adapter_credentials(self):
        """Override of this addon to serve WooCommerce."""
        if self.platform != "woocommerce":
            return super()._adapter_credentials()
        names = ("consumer_key", "consumer_secret")
        if self._uses_authorization():
            # Before the store has handed them over there are none.
            known = {one: self._valid_secrets(f"woocommerce_{one}")[:1] for one in names}
            keys = {one: found[0] if found else "" for one, found in known.items()}
        else:
            keys = {one: self._secret(f"woocommerce_{one}") for one in names}
        return {
            **keys,
            "webhook_secret": next(iter(self._webhook_secrets()), ""),
            "allow_http": "1" if self.woocommerce_allow_http else "",
            "vat_keys": self.woocommerce_vat_keys or "",
            "tracking_keys": self.woocommerce_tracking_keys or "",
        }

    def _secret_names(self):
        """Override of this addon to serve WooCommerce."""
        names = super()._secret_names()
        if self.platform == "woocommerce":
            names += [
                "woocommerce_consumer_key",
                "woocommerce_consumer_secret",
                "woocommerce_webhook_secret",
            ]
        return names

    def _webhook_secrets(self):
        """Override of this addon to serve WooCommerce: webhooks are made with a secret of ours."""
        if self.platform != "woocommerce":
            return super()._webhook_secrets()
        return self._valid_secrets("woocommerce_webhook_secret")

    def _connect(self):
        """Override of this addon to make the secret that WooCommerce's webhooks are signed with.

        Letters, digits, ``-`` and ``_``: the store decodes HTML's entities before it signs."""
        if self.platform == "woocommerce" and not self._webhook_secrets():
            self._set_secret("woocommerce_webhook_secret", secrets.token_urlsafe(32))
        return super()._connect()
