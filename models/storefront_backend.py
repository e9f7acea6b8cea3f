# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets

from odoo import api, fields, models

from ..platforms import errors
from ..platforms.adapter import AdapterSettings
from . import messages


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
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is told when something needs a decision.",
    )
    banner_danger = fields.Text(compute="_compute_banners")
    banner_warning = fields.Text(compute="_compute_banners")
    banner_info = fields.Text(compute="_compute_banners")

    url = fields.Char(string="Store Address", tracking=True, copy=False)
    shop_external_id = fields.Char(string="Store ID", readonly=True, copy=False)
    shop_name = fields.Char(readonly=True, copy=False)
    shop_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    shop_plan = fields.Char(string="Store Plan", readonly=True, copy=False)
    timezone = fields.Char(readonly=True, copy=False, help="The store's time zone (IANA name).")
    prices_include_tax = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether prices in the store's orders include taxes, whatever shoppers are shown.",
    )
    connected_at = fields.Datetime(readonly=True, copy=False)
    connected_database = fields.Char(
        readonly=True, copy=False, help="Identity of the database that was connected."
    )

    webhook_token = fields.Char(
        readonly=True,
        copy=False,
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

    order_currency = fields.Selection(
        [("store", "The store's"), ("shopper", "The shopper's")],
        default="store",
        required=True,
        help="The currency of orders and invoices where a shopper pays in another than the store's."
        " Holds for orders imported from now on.",
    )
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
    gift_card_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        default=lambda self: self._default_product("product_gift_card"),
        help="For gift cards sold that are linked to no product.",
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

    @api.depends("state", "pause_code", "pause_params")
    @api.depends_context("lang", "uid")
    def _compute_banners(self):
        for backend in self:
            sentences = {"danger": [], "warning": [], "info": []}
            for level, code, params in backend._banners():
                sentences[level].append(messages.render(self.env, code, params))
            for level, lines in sentences.items():
                backend[f"banner_{level}"] = "\n".join(lines)

    def _banners(self):
        """Return what to say on top of the backend: [(level, code, params)], the gravest first.

        ``level`` is ``danger`` (work stands still), ``warning`` or ``info``. Features override."""
        self.ensure_one()
        if self.state != "paused" or not self.pause_code:
            return []
        level = "warning" if self.pause_code == "backend_paused" else "danger"
        return [(level, self.pause_code, self.pause_params)]

    def _compute_counts(self):
        counted = {
            "order_count": ("sale.order", "storefront_backend_id", []),
            "issue_count": ("storefront.issue", "backend_id", [("state", "=", "open")]),
            "variant_count": ("storefront.binding.variant", "backend_id", []),
            "waiting_count": (
                "storefront.snapshot",
                "backend_id",
                [
                    ("kind", "=", "order"),
                    ("state", "in", ("to_fetch", "to_import", "requires_attention")),
                ],
            ),
        }
        for field, (model, link, domain) in counted.items():
            # Figures of a backend one may see; sudo, for not everybody may see its orders.
            groups = (
                self.env[model]
                .sudo()
                ._read_group([(link, "in", self.ids), *domain], [link], ["__count"])
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

    def _adapter(self, work="orders"):
        """Return the adapter that speaks to this storefront, with its credentials.

        ``work``: ``stock``, ``orders`` or ``catalogue``; the more urgent may ask for more."""
        self.ensure_one()
        return self._adapter_class()(
            AdapterSettings(
                url=self.url or "",
                credentials=self.sudo()._adapter_credentials(),
                on_call=lambda call: None,
                check_allowed=self._check_may_call,
                token=self._token(),
                renew_token=self._renew_token,
                limiter=self.env["storefront.throttle"]._limiter(self, work),
            )
        )

    def _order_url(self, external_id):
        """Return where the storefront's back office shows an order, False without an address."""
        try:
            return self._adapter_class().order_admin_url(self.url or "", external_id)
        except errors.NotConfigured:
            return False

    def _database_identity(self):
        parameter = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{self.env.cr.dbname}/{parameter}"

    def _is_neutralized(self):
        return bool(self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"))

    def _is_live_database(self):
        """Whether this database is the one that was connected, and no neutralized copy."""
        self.ensure_one()
        if self._is_neutralized():
            return False
        # This column alone: it is asked before each call, by jobs of every user.
        self.flush_recordset(["connected_database"])
        query = "SELECT connected_database FROM storefront_backend WHERE id = ANY(%s)"
        self.env.cr.execute(query, [self.ids])
        row = self.env.cr.fetchone()  # none of one that isn't saved yet
        connected = row and row[0]
        return not connected or connected == self._database_identity()

    def _check_may_call(self):
        """Raise NotConfigured where this database must not speak to the storefront."""
        if not self._is_live_database():
            code = "neutralized" if self._is_neutralized() else "other_database"
            raise errors.NotConfigured(code)

    # pausing

    def action_pause(self):
        """Stop all work; webhooks are still stored and answered."""
        self.check_access("write")
        self.write({"state": "paused", "pause_code": "backend_paused"})

    def action_resume(self):
        """Go on with everything that waited."""
        self.check_access("write")
        self.write({"state": "connected", "pause_code": False, "pause_params": False})
        self._end_postponements()
        for drain in ("fetch", "import", "stock"):
            self._wake(drain)

    def _pause_for(self, error):
        """Stop all work until a human has acted: one banner on the backend says why."""
        failure = self.env["storefront.flow"]._failure(error)
        # What was paused or disconnected while this worker was busy stays as it is.
        self.filtered(lambda backend: backend.state == "connected").sudo().write(
            {
                "state": "paused",
                "pause_code": failure["code"],
                "pause_params": failure["params"],
            }
        )

    # opening what belongs to the backend

    def _action_open(self, name, model, domain, **context):
        self.ensure_one()
        self.check_access("read")
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
                ("kind", "=", "order"),
                ("state", "in", ("to_fetch", "to_import", "requires_attention")),
            ],
        )
