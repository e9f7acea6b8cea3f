# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import urls

from ..flows.flow import autonomous
from ..platforms import errors
from ..platforms.adapter import AdapterSettings
from . import messages

# The groups of the three integration users: each does its own work and nothing else.
INTEGRATION_GROUPS = {
    "inbound": "storefront_connector.group_storefront_inbound",
    "outbound": "storefront_connector.group_storefront_outbound",
    "reconciliation": "storefront_connector.group_storefront_reconciliation",
}


class StorefrontBackend(models.Model):
    _name = "storefront.backend"
    _description = "Storefront Backend"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    platform = fields.Selection([], required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Draft"), ("connected", "Connected"), ("paused", "Paused")],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        tracking=True,
    )
    pause_code = fields.Char(copy=False, readonly=True)
    pause_params = fields.Json(copy=False, readonly=True)
    pause_message = fields.Char(compute="_compute_pause_message")

    url = fields.Char(string="Store Address", tracking=True, copy=False)
    shop_external_id = fields.Char(string="Store ID", readonly=True, copy=False)
    shop_name = fields.Char(readonly=True, copy=False)
    shop_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    shop_plan = fields.Char(string="Store Plan", readonly=True, copy=False)
    timezone = fields.Char(readonly=True, copy=False, help="The store's time zone (IANA name).")
    prices_include_tax = fields.Boolean(readonly=True, copy=False)
    connected_at = fields.Datetime(readonly=True, copy=False)
    connected_database = fields.Char(
        readonly=True, copy=False, help="Identity of the database that was connected."
    )

    webhook_token = fields.Char(
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: secrets.token_urlsafe(24),
        groups="storefront_connector.group_storefront_manager",
    )
    webhook_base_url = fields.Char(
        help="Where the storefront reaches this Odoo. Empty: the system's web.base.url."
    )
    webhook_ids = fields.Json(readonly=True, copy=False)

    inbound_user_id = fields.Many2one(
        "res.users", copy=False, readonly=True, help="Creates orders, customers and invoices."
    )
    outbound_user_id = fields.Many2one(
        "res.users", copy=False, readonly=True, help="Reads stock and products, and sends them."
    )
    reconciliation_user_id = fields.Many2one(
        "res.users", copy=False, readonly=True, help="Compares both sides; never logs in."
    )

    order_confirm = fields.Selection(
        [
            ("always", "Every order"),
            ("paid", "Orders that are paid"),
            ("never", "None: leave quotations"),
        ],
        string="Confirm",
        default="paid",
        required=True,
    )
    import_test_orders = fields.Boolean()
    warehouse_id = fields.Many2one(
        "stock.warehouse", check_company=True, help="Empty: the company's default warehouse."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    shipping_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        default=lambda self: self._default_product("product_shipping"),
    )
    fee_product_id = fields.Many2one(
        "product.product",
        string="Fee and Tip Product",
        check_company=True,
        default=lambda self: self._default_product("product_fee"),
    )
    custom_product_id = fields.Many2one(
        "product.product",
        string="Custom Line Product",
        check_company=True,
        default=lambda self: self._default_product("product_custom"),
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        default=lambda self: self._default_product("product_rounding"),
    )

    location_ids = fields.One2many("storefront.mapping.location", "backend_id")
    tax_ids = fields.One2many("storefront.mapping.tax", "backend_id")
    order_count = fields.Integer(compute="_compute_counts")
    issue_count = fields.Integer(compute="_compute_counts")
    variant_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts", help="Orders still to be imported.")
    backlog_count = fields.Integer(compute="_compute_counts", help="Stock changes not yet sent.")

    _webhook_token_uniq = models.UniqueIndex("(webhook_token)")

    @api.model
    def _default_product(self, name):
        return self.env.ref(f"storefront_connector.{name}", raise_if_not_found=False)

    @api.depends("pause_code", "pause_params")
    @api.depends_context("lang")
    def _compute_pause_message(self):
        for backend in self:
            backend.pause_message = messages.render(
                self.env, backend.pause_code, backend.pause_params
            )

    def _compute_counts(self):
        counted = {
            "order_count": ("sale.order", "storefront_backend_id", []),
            "issue_count": ("storefront.issue", "backend_id", [("state", "=", "open")]),
            "variant_count": ("storefront.binding.variant", "backend_id", []),
            "waiting_count": (
                "storefront.snapshot",
                "backend_id",
                [("state", "in", ("to_fetch", "to_import", "requires_attention"))],
            ),
        }
        for field, (model, link, domain) in counted.items():
            groups = self.env[model]._read_group(
                [(link, "in", self.ids), *domain], [link], ["__count"]
            )
            counts = {backend.id: count for backend, count in groups}
            for backend in self:
                backend[field] = counts.get(backend.id, 0)
        backlog = self.env["storefront.outbox"]._count_by_backend(self.ids)
        for backend in self:
            backend.backlog_count = backlog.get(backend.id, 0)

    # the platform's adapter

    def _adapter_class(self):
        """Return the ``Adapter`` subclass of this backend's platform. Each platform overrides."""
        raise NotImplementedError(self.platform)

    def _adapter_credentials(self):
        """Return the platform's credentials as the adapter wants them. Each platform overrides.

        Raises NotConfigured when one is missing. Secrets: never log the result."""
        raise NotImplementedError(self.platform)

    def _webhook_secrets(self):
        """Return the secrets a webhook may be signed with, the current one first."""
        raise NotImplementedError(self.platform)

    def _adapter(self):
        """Return the adapter that speaks to this storefront, with its credentials."""
        self.ensure_one()
        return self._adapter_class()(
            AdapterSettings(
                url=self.url or "",
                credentials=self.sudo()._adapter_credentials(),
                on_call=lambda call: None,
                check_allowed=self._check_may_call,
                on_token=self._store_token,
            )
        )

    def _store_token(self, token, expires_at):
        """Keep an access token the adapter was granted; ``expires_at`` in epoch seconds."""
        with autonomous(self.sudo().env) as env:
            env["storefront.token"]._store(self.id, token, expires_at)

    def _database_identity(self):
        parameter = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{self.env.cr.dbname}/{parameter}"

    def _is_live_database(self):
        """Whether this database is the one that was connected, and no neutralized copy."""
        self.ensure_one()
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            return False
        return not self.connected_database or (
            self.connected_database == self._database_identity()
        )

    def _check_may_call(self):
        """Raise NotConfigured where this database must not speak to the storefront."""
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            raise errors.NotConfigured("neutralized")
        if not self._is_live_database():
            raise errors.NotConfigured("other_database")

    # connecting

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
        if not (self.inbound_user_id and self.outbound_user_id):
            raise UserError(messages.render(self.env, "user_missing"))
        self.connected_database = self._database_identity()
        adapter = self._adapter()
        try:
            self._apply_connection(adapter.check_connection())
            self._apply_locations(adapter.fetch_locations())
            self._subscribe_webhooks(adapter)
        except errors.StorefrontError as error:
            raise UserError(self._error_sentence(error)) from None
        self.write({"state": "connected", "pause_code": False, "pause_params": False})
        self._wake("fetch")
        self._wake("stock")
        return True

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
        known = {location.external_id: location for location in self.location_ids}
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

    def _subscribe_webhooks(self, adapter):
        """Make the storefront's subscriptions equal to what the adapter needs."""
        url = self._webhook_url()
        found = {}
        for subscription in adapter.fetch_webhooks():
            if subscription.url == url and subscription.topic in adapter.webhook_topics:
                found[subscription.topic] = subscription.external_id
        for topic in adapter.webhook_topics:
            if topic not in found:
                found[topic] = adapter.create_webhook(topic, url).external_id
        self.webhook_ids = found

    def action_pause(self):
        """Stop all work; webhooks are still stored and answered."""
        self.check_access("write")
        self.write({"state": "paused", "pause_code": "backend_paused"})

    def action_resume(self):
        """Go on with everything that waited."""
        self.check_access("write")
        self.write({"state": "connected", "pause_code": False, "pause_params": False})
        for drain in ("fetch", "import", "stock"):
            self._wake(drain)

    def _pause_for(self, error):
        """Stop all work until a human has acted: one banner on the backend says why."""
        failure = self.env["storefront.flow"]._failure(error)
        self.sudo().write(
            {
                "state": "paused",
                "pause_code": failure["code"],
                "pause_params": failure["params"],
            }
        )

    # opening what belongs to the backend

    def _action_open(self, name, model, domain, **context):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"default_backend_id": self.id, **context},
        }

    def action_open_orders(self):
        return self._action_open(
            self.env._("Orders"), "sale.order", [("storefront_backend_id", "=", self.id)]
        )

    def action_open_issues(self):
        return self._action_open(
            self.env._("Issues"),
            "storefront.issue",
            [("backend_id", "=", self.id)],
            search_default_open=1,
        )

    def action_open_variants(self):
        return self._action_open(
            self.env._("Linked Products"),
            "storefront.binding.variant",
            [("backend_id", "=", self.id)],
        )

    def action_open_waiting(self):
        return self._action_open(
            self.env._("Waiting Orders"),
            "storefront.snapshot",
            [
                ("backend_id", "=", self.id),
                ("state", "in", ("to_fetch", "to_import", "requires_attention")),
            ],
        )
