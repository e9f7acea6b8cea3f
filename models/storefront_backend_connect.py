# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import urls

from ..platforms import errors
from . import messages

# The groups of the three integration users: each does its own work and nothing else.
INTEGRATION_GROUPS = {
    "inbound": "storefront_connector.group_storefront_inbound",
    "outbound": "storefront_connector.group_storefront_outbound",
    "reconciliation": "storefront_connector.group_storefront_reconciliation",
}


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def action_create_users(self):
        """Create the three integration users, each with the rights of its own work only."""
        self.check_access("write")
        for backend in self:
            for role, group in INTEGRATION_GROUPS.items():
                if not backend[f"{role}_user_id"]:
                    backend[f"{role}_user_id"] = backend._create_integration_user(role, group)

    def _create_integration_user(self, role, group):
        """Create a user nobody can log in as: it has no password and no API key."""
        self.ensure_one()
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": self.env._("%(backend)s (%(role)s)", backend=self.name, role=role),
                    "login": f"storefront-{role}-{self.id}",
                    "company_id": self.company_id.id,
                    "company_ids": [fields.Command.set(self.company_id.ids)],
                    "group_ids": [fields.Command.set(self.env.ref(group).ids)],
                }
            )
        )

    def action_connect(self):
        """Check the connection, read the locations and subscribe to the webhooks.

        The one click that calls the storefront inline: its answer is what the user waits for.
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self._connect()
        except errors.StorefrontError as error:
            raise UserError(self._error_sentence(error)) from None
        return True

    def _check_connected(self):
        """Raise UserError unless the backend, which the user may work on, is connected."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "connected":
            raise UserError(self.env._("Connect the backend first."))

    def _connect(self):
        """Do what Connect does. Raises StorefrontError."""
        if not (self.inbound_user_id and self.outbound_user_id):
            raise errors.NotConfigured("user_missing")
        self._check_may_call()
        self.connected_database = self._database_identity()
        adapter = self._adapter()
        self._apply_connection(adapter.check_connection())
        self._apply_locations(adapter.fetch_locations())
        self._subscribe_webhooks(adapter)
        self.write({"state": "connected", "pause_code": False, "pause_params": False})
        self._wake("fetch")
        # Nothing was noted while the backend was a draft: compare everything it sells.
        self.flush_recordset()
        self.env["storefront.outbox"]._mark_backends(self.ids)

    def _error_sentence(self, error):
        failure = self.env["storefront.flow"]._failure(error)
        return messages.render(self.env, failure["code"], failure["params"])

    def _apply_connection(self, report):
        if report.missing_scopes:
            raise errors.AuthFailed("missing_scope", scopes=", ".join(report.missing_scopes))
        currency = self.env["res.currency"].search([("name", "=", report.currency)], limit=1)
        if not currency:
            raise errors.NotConfigured("currency_missing", currency=report.currency)
        self.write(
            {
                "shop_external_id": report.shop_external_id,
                "shop_name": report.name,
                "shop_currency_id": currency.id,
                "shop_plan": report.plan,
                "timezone": report.timezone,
                "prices_include_tax": report.prices_include_tax,
                "connected_at": fields.Datetime.now(),
            }
        )

    def _apply_locations(self, locations):
        mapped = self.with_context(active_test=False).location_ids
        known = {location.external_id: location for location in mapped}
        for location in locations:
            vals = {"name": location.name, "active": location.is_active}
            if location.external_id in known:
                known[location.external_id].write(vals)
            else:
                self.env["storefront.mapping.location"].create(
                    {**vals, "backend_id": self.id, "external_id": location.external_id}
                )
        self.location_ids._map_single()

    def _webhook_url(self):
        self.ensure_one()
        base = self.webhook_base_url or self.get_base_url()
        return urls.urljoin(base, f"/storefront/webhook/{self.sudo().webhook_token}")
