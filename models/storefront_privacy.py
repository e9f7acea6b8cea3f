# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..flows.flow import next_try_at
from . import messages

# Shopify: "Complete the action within 30 days of receiving the request"
# (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance, read 2026-11-23).
DEADLINE = timedelta(days=30)


class StorefrontPrivacyRequest(models.Model):
    """What a storefront must pass on by law: somebody wants to be told, or forgotten.

    Who it is about is kept as ids; e-mail and phone only until the request is carried out."""

    _name = "storefront.privacy.request"
    _description = "Storefront Privacy Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, deadline, id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    type = fields.Selection(
        [
            ("customer_data", "Tell a customer's data"),
            ("customer_redact", "Erase a customer's data"),
            ("shop_redact", "Erase the store's data"),
        ],
        required=True,
        readonly=True,
    )
    customer_external_id = fields.Char(string="Customer ID", readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    order_external_ids = fields.Json(readonly=True)
    order_text = fields.Char(string="Order IDs", compute="_compute_order_text")
    key = fields.Char(readonly=True, help="What tells two open requests apart.")
    received_at = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    deadline = fields.Date(
        compute="_compute_deadline", store=True, help="Until then the law wants it done."
    )
    state = fields.Selection(
        [("to_do", "To do"), ("done", "Done")], default="to_do", required=True, readonly=True
    )
    is_confirmed = fields.Boolean(readonly=True, copy=False)
    processed_at = fields.Datetime(string="Carried Out", readonly=True)
    done_at = fields.Datetime(string="Done", readonly=True)
    progress = fields.Json(readonly=True)
    result = fields.Json(readonly=True)
    report = fields.Text(string="What Was Done", compute="_compute_report")
    attachment_id = fields.Many2one("ir.attachment", string="File", readonly=True)
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    error_params = fields.Json(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")

    # A request that comes twice is one; one that comes again after it was answered is another.
    _open_uniq = models.UniqueIndex("(backend_id, key) WHERE state = 'to_do'")
    _waiting_idx = models.Index("(backend_id, id) WHERE processed_at IS NULL")

    @api.depends("received_at")
    def _compute_deadline(self):
        for request in self:
            request.deadline = request.received_at + DEADLINE

    @api.depends("order_external_ids")
    def _compute_order_text(self):
        for request in self:
            request.order_text = ", ".join(request.order_external_ids or ())

    @api.depends("error_code", "error_params")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for request in self:
            request.error_message = messages.render(
                self.env, request.error_code, request.error_params
            )

    @api.depends("type", "received_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        labels = dict(self._fields["type"]._description_selection(self.env))
        for request in self:
            moment = fields.Datetime.context_timestamp(request, request.received_at)
            request.display_name = f"{labels[request.type]}, {moment:%Y-%m-%d}"

    @api.depends("result")
    @api.depends_context("lang")
    def _compute_report(self):
        for request in self:
            request.report = "\n".join(request._report_lines())

    def _report_lines(self):
        """Yield the sentences of the report; it names no person."""
        result = self.result or {}
        told = result.get("told")
        if told:
            yield self.env._("Collected: %s.", self._counted(told))
        erased = result.get("erased")
        if erased is not None:
            counted = self._counted(erased) or self.env._("nothing, for there was nothing")
            yield self.env._("Erased: %s.", counted)
        reasons = {
            "invoices": self.env._("posted invoices must be kept by law"),
            "deliveries": self.env._("goods are still on their way"),
            "orders": self.env._("there are orders from elsewhere"),
            "accounts": self.env._("the contact belongs to another account of a storefront too"),
            "users": self.env._("the contact is a user of this system"),
        }
        for reason, count in sorted(result.get("kept", {}).items()):
            yield self.env._(
                "Kept: contacts %(count)s, because %(reason)s.",
                count=count,
                reason=reasons.get(reason, reason),
            )

    def _counted(self, counts):
        labels = {
            "partners": self.env._("contacts"),
            "accounts": self.env._("accounts"),
            "orders": self.env._("orders"),
            "events": self.env._("events"),
            "snapshots": self.env._("storefront records"),
            "operations": self.env._("operations"),
            "issues": self.env._("issues"),
            "messages": self.env._("messages"),
            "files": self.env._("files"),
        }
        return ", ".join(
            f"{label} {counts[name]}" for name, label in labels.items() if counts.get(name)
        )

    # receiving

    def _receive(self, backend, document):
        """Return the open request for a ``PrivacyRequest``, made where there is none."""
        key = self._key(document)
        found = self.search(
            [("backend_id", "=", backend.id), ("key", "=", key), ("state", "=", "to_do")]
        )
        return found or self.create(
            {
                "backend_id": backend.id,
                "type": document.type,
                "customer_external_id": document.customer_external_id or False,
                "email": document.email or False,
                "phone": document.phone or False,
                "order_external_ids": list(document.order_external_ids),
                "key": key,
            }
        )

    def _key(self, document):
        person = (document.customer_external_id, document.email, document.phone)
        parts = "\n".join((*person, *sorted(document.order_external_ids)))
        return f"{document.type}:{hashlib.sha256(parts.encode()).hexdigest()}"

    def _find_due(self, backend):
        """Return what can be carried out now, oldest first."""
        waiting = self.search(
            [
                ("backend_id", "=", backend.id),
                ("processed_at", "=", False),
                "|",
                ("error_code", "=", False),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        return waiting.filtered(
            lambda request: (
                request.type != "shop_redact" or request.is_confirmed or backend._has_lost_access()
            )
        )

    # what became of it

    def _finish(self, result):
        """Keep what was done, and forget who it was about."""
        self.write(
            {
                "state": "done",
                "processed_at": fields.Datetime.now(),
                "done_at": fields.Datetime.now(),
                "result": result,
                "progress": False,
                "email": False,
                "phone": False,
                "key": False,
                "next_try": False,
                "error_code": False,
                "error_params": False,
            }
        )
        self.activity_ids.unlink()
        self._find_issue().write({"state": "resolved"})

    def _fail(self, failure):
        """Have it tried again; when that is of no use, show it to a human."""
        tries = self.tries + 1
        next_try = False if failure["attention"] else next_try_at(tries, failure["seconds"])
        self.write(
            {
                "tries": tries,
                "next_try": next_try,
                "error_code": failure["code"],
                "error_params": failure["params"],
            }
        )
        if next_try:
            return
        cause = {
            "code": "privacy_failed",
            "key": str(self.id),
            "params": {"error": failure["code"]},
        }
        self.env["storefront.issue"]._raise_for(self.backend_id, [cause], detail=failure["detail"])

    def _find_issue(self):
        return self.env["storefront.issue"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("key", "=", f"privacy_failed:{self.id}"),
                ("state", "=", "open"),
            ]
        )

    def _ask_human(self, summary):
        """Put the request on the desk of the backend's responsible."""
        if self.activity_ids:
            return
        # Flows are quiet: no automatic activities. This one is meant.
        self.with_context(mail_activity_automation_skip=False).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.deadline,
            summary=summary,
            user_id=(self.backend_id.responsible_id or self.env.ref("base.user_admin")).id,
        )

    # buttons

    def action_retry(self):
        """Carry it out again: after a failure, or when what was kept need not be any more."""
        self.check_access("write")
        for request in self.sudo():
            if request.state == "done" and request.type == "customer_data":
                raise UserError(self.env._("It was answered. Wait for a new request."))
            request.write(
                {
                    "state": "to_do",
                    "processed_at": False,
                    "done_at": False,
                    "next_try": False,
                    "error_code": False,
                    "tries": 0,
                    "progress": False,
                }
            )
            request.backend_id._wake("privacy")

    def action_confirm(self):
        """Erase the store's data although the store still lets us in."""
        self.check_access("write")
        if self.filtered(lambda request: request.type != "shop_redact" or request.processed_at):
            raise UserError(self.env._("There is nothing to confirm: it is carried out by itself."))
        self.sudo().write({"is_confirmed": True})
        self.backend_id._wake("privacy")

    def action_done(self):
        """Say that the customer was told. The file is deleted, for it holds personal data."""
        self.check_access("write")
        for request in self.sudo():
            if request.type != "customer_data" or not request.processed_at:
                raise UserError(self.env._("This request is answered by itself."))
            request.attachment_id.unlink()
            request._finish(request.result)

    def action_download(self):
        """Hand out what was collected about the customer."""
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(self.env._("There is no file: nothing was collected yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }
