# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ..flows.flow import retry_concurrency
from . import messages

# How long it is told that a storefront had switched off webhooks.
ENABLED_TOLD = timedelta(days=7)


class WebhookAddress(NamedTuple):
    """Where a storefront sends its webhooks, and how ours are told from others'."""

    url: str
    token: str
    known: dict

    def is_ours(self, subscription):
        """Whether we made it: by its id, or by the token only our addresses have."""
        return subscription.external_id in self.known.values() or self.token in subscription.url


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    webhook_url = fields.Char(
        string="Webhook Address",
        compute="_compute_webhook_url",
        groups="storefront_connector.group_storefront_manager",
        help="Where the storefront sends its webhooks. Part of it is a secret.",
    )
    webhook_checked_at = fields.Datetime(string="Last Check", readonly=True, copy=False)
    webhook_repaired_at = fields.Datetime(string="Last Repair", readonly=True, copy=False)
    webhook_repairs = fields.Json(readonly=True, copy=False)
    webhook_repair_text = fields.Char(string="Repaired", compute="_compute_webhook_repair_text")
    webhook_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete")],
        string="Subscriptions",
        readonly=True,
        copy=False,
    )
    webhook_refused = fields.Char(readonly=True, copy=False, help="Topics that can't be had.")
    webhook_error_code = fields.Char(readonly=True, copy=False)
    webhook_error_params = fields.Json(readonly=True, copy=False)
    webhook_received_at = fields.Datetime(
        string="Last Webhook", compute="_compute_webhook_received_at", compute_sudo=True
    )
    missing_scopes = fields.Char(readonly=True, copy=False)
    missing_optional_scopes = fields.Json(readonly=True, copy=False)
    cursor_ids = fields.One2many("storefront.cursor", "backend_id", readonly=True)
    polled_at = fields.Datetime(string="Last Poll", compute="_compute_polling", compute_sudo=True)
    polled_up_to = fields.Datetime(
        string="Polled up to",
        compute="_compute_polling",
        compute_sudo=True,
        help="Every change up to this time of the storefront was read.",
    )
    is_polling = fields.Boolean(string="Catching Up", compute="_compute_polling", compute_sudo=True)

    @api.depends("webhook_base_url")
    def _compute_webhook_url(self):
        for backend in self:
            backend.webhook_url = backend.id and backend._webhook_url()

    def _compute_webhook_received_at(self):
        for backend in self:
            event = self.env["storefront.event"].search_fetch(
                [("backend_id", "=", backend.id)], ["create_date"], order="id desc", limit=1
            )
            backend.webhook_received_at = event.create_date

    @api.depends("webhook_repairs")
    @api.depends_context("lang")
    def _compute_webhook_repair_text(self):
        for backend in self:
            names = {
                "created": self.env._("made"),
                "deleted": self.env._("removed"),
                "lost": self.env._("had been deleted by the storefront"),
                "enabled": self.env._("had been switched off by the storefront"),
            }
            repairs = backend.webhook_repairs or {}
            backend.webhook_repair_text = "; ".join(
                f"{label}: {', '.join(repairs[name])}"
                for name, label in names.items()
                if repairs.get(name)
            )

    @api.depends("cursor_ids.polled_at", "cursor_ids.since", "cursor_ids.page")
    def _compute_polling(self):
        for backend in self:
            cursor = backend.cursor_ids.filtered(lambda one: one.kind == "order")
            backend.polled_at = cursor.polled_at
            backend.polled_up_to = cursor.since
            backend.is_polling = bool(cursor.page)

    def _banners(self):
        """Override of this addon to say that webhooks fail."""
        found = super()._banners()
        if self.state != "connected":
            return found
        if self.missing_scopes:
            found.append(("warning", "missing_scope", {"scopes": self.missing_scopes}))
        if self.webhook_refused:
            reason = messages.render(self.env, self.webhook_error_code, self.webhook_error_params)
            params = {"topics": self.webhook_refused, "reason": reason}
            found.append(("warning", "webhooks_refused", params))
        enabled = (self.webhook_repairs or {}).get("enabled")
        told_until = fields.Datetime.now() - ENABLED_TOLD
        if enabled and self.webhook_repaired_at and self.webhook_repaired_at > told_until:
            moment = self.webhook_repaired_at.isoformat(" ", "minutes")
            params = {"topics": ", ".join(enabled), "date": moment}
            found.append(("info", "webhooks_enabled", params))
        if self._misses_webhooks():
            found.append(("warning", "webhooks_silent", {}))
        cursor = self.sudo().cursor_ids.filtered(lambda one: one.kind == "order")
        if cursor.error_code == "unsupported":
            found.append(("info", "polling_unsupported", {}))
        return found

    def _misses_webhooks(self):
        """Whether changes aren't announced although the subscriptions are there."""
        missed = self.sudo().cursor_ids.filtered("missed_at").mapped("missed_at")
        missed_at = max(missed, default=None)
        if not missed_at:
            return False
        heard = (self.webhook_repaired_at, self.connected_at, self.webhook_received_at)
        return all(not moment or moment < missed_at for moment in heard)

    def write(self, vals):
        """Override of `base`: who goes on, or is reached elsewhere, is looked after at once."""
        result = super().write(vals)
        if vals.get("state") == "connected":
            for backend in self:
                moment = backend.connected_at or fields.Datetime.now()
                self.env["storefront.cursor"].sudo()._start(backend, "order", moment)
            self._wake("health")
            self._wake("poll")
        elif "webhook_base_url" in vals:
            self.filtered(lambda backend: backend.state == "connected")._wake("health")
        return result

    def _apply_connection(self, report):
        """Override of this addon: another store has a history of its own."""
        if self.shop_external_id and self.shop_external_id != report.shop_external_id:
            self.cursor_ids.sudo().unlink()
        result = super()._apply_connection(report)
        self.write(self._prepare_scope_vals(report))
        return result

    def _prepare_scope_vals(self, report):
        """Return what the backend keeps of the scopes it lacks."""
        return {
            "missing_scopes": ", ".join(report.missing_scopes) or False,
            "missing_optional_scopes": list(report.missing_optional_scopes),
        }

    def action_check_webhooks(self):
        """Have the subscriptions checked, and the changes polled, now."""
        self.check_access("write")
        self._wake("health")
        self._wake("poll")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The check begins. Its result is said here."),
            },
        }

    # webhooks

    def _webhook_address(self):
        self.ensure_one()
        return WebhookAddress(
            self._webhook_url(), self.sudo().webhook_token, dict(self.webhook_ids or {})
        )

    def _subscribe_webhooks(self, adapter):
        """Make the storefront's subscriptions equal to what the adapter needs.

        What is refused stops nothing, for orders are polled too: a banner says it."""
        flow = self.env["storefront.webhook.health"]
        missing = self.missing_optional_scopes or ()
        repair = flow._repair(adapter, self._webhook_address(), missing)
        self.write(flow._prepare_repair_vals(repair))

    def _remove_webhooks(self, adapter, address):
        """Delete the subscriptions to ``address`` from the storefront; return how many there were.

        ``address`` is a WebhookAddress, which may be one we have left already."""
        removed = self.env["storefront.webhook.health"]._remove(adapter, address)
        vals = {"webhook_ids": False, "webhook_state": False, "webhook_refused": False}
        # Committed: what follows calls the storefront, and no row may be locked meanwhile.
        retry_concurrency(self.env, lambda: self.sudo().write(vals))
        return removed

    # jobs

    def _job_check_webhooks(self):
        """Check what the storefront announces, and mend it."""
        self._run_alone("storefront.webhook.health", self.reconciliation_user_id)

    def _job_poll_orders(self):
        """Ask which orders changed: what no webhook has announced is fetched."""
        self._run_alone("storefront.order.poll", self.inbound_user_id)

    # cron

    @api.model
    def _cron_check_webhooks(self):
        """Check the webhooks of every connected backend."""
        for backend in self.search([("state", "=", "connected")]):
            backend._run_or_wake("health")

    @api.model
    def _cron_poll(self):
        """Poll every connected backend."""
        for backend in self.search([("state", "=", "connected")]):
            backend._run_or_wake("poll")

    def _waiting_drains(self):
        """Override of this addon to answer an event that announces a change of access."""
        found = super()._waiting_drains()
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_event WHERE backend_id = %s"
            " AND state = 'pending' AND kind = 'access')",
            [self.id],
        )
        return [*found, "health"] if self.env.cr.fetchone()[0] else found
