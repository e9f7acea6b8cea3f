# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json

from odoo import api, fields, models

from . import messages

# What a human is offered to mend each cause: the field of the issue that holds the answer.
FIXES = {
    "product_missing": "product_id",
    "product_ambiguous": "product_id",
    "tax_missing": "tax_id",
    "tax_missing_included": "tax_id",
}


class StorefrontIssue(models.Model):
    """What a human must decide: one row a cause, however many records wait for it."""

    _name = "storefront.issue"
    _description = "Storefront Issue"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _rec_name = "message"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True, index=True)
    platform = fields.Selection(related="backend_id.platform")
    code = fields.Char(string="Cause", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="Tells two issues of one cause apart.")
    params = fields.Json(readonly=True)
    detail = fields.Char(readonly=True)
    message = fields.Char(compute="_compute_message")
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved"), ("ignored", "Ignored")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    snapshot_ids = fields.Many2many("storefront.snapshot", readonly=True, string="Waiting Records")
    snapshot_count = fields.Integer(compute="_compute_snapshot_count", string="Waiting")
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    payload_text = fields.Text(
        compute="_compute_payload_text", groups="storefront_connector.group_storefront_manager"
    )
    fix_field = fields.Char(compute="_compute_fix_field")
    product_id = fields.Many2one("product.product", check_company=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '!=', 'group')]",
    )

    _open_uniq = models.UniqueIndex("(backend_id, key) WHERE state = 'open'")

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_message(self):
        for issue in self:
            issue.message = messages.render(self.env, issue.code, issue.params)

    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        for issue in self:
            issue.snapshot_count = len(issue.snapshot_ids)

    @api.depends("snapshot_ids")
    def _compute_payload_text(self):
        for issue in self:
            payload = issue.snapshot_ids[:1].payload
            issue.payload_text = payload and json.dumps(payload, indent=2, ensure_ascii=False)

    @api.depends("code")
    def _compute_fix_field(self):
        for issue in self:
            issue.fix_field = FIXES.get(issue.code, "")

    def _raise_for(self, backend, causes, *, snapshot=None, order=None, detail=""):
        """Return the open issue of each cause, made where there is none yet.

        ``causes``: dicts with ``code``, ``params`` and ``key``; the key is what makes a second
        record with the same cause join the first one's issue."""
        issues = self.browse()
        for cause in causes:
            key = f"{cause['code']}:{cause['key']}"
            issue = self.search(
                [("backend_id", "=", backend.id), ("key", "=", key), ("state", "=", "open")]
            )
            if not issue:
                issue = self.create(
                    {
                        "backend_id": backend.id,
                        "code": cause["code"],
                        "key": key,
                        "params": cause["params"],
                        "detail": detail,
                        "order_id": order.id if order else False,
                    }
                )
            if snapshot:
                issue.snapshot_ids = [fields.Command.link(snapshot.id)]
            issues |= issue
        return issues

    def action_fix(self):
        """Apply the chosen answer and go on with everything that waited for it."""
        self.check_access("write")
        for issue in self:
            getattr(issue, f"_fix_{issue.code}")()
        return self.action_retry()

    def _fix_product_missing(self):
        self.ensure_one()
        self.env["storefront.binding.variant"]._bind_by_hand(
            self.backend_id, self.params, self.product_id
        )

    def _fix_product_ambiguous(self):
        self._fix_product_missing()

    def _fix_tax_missing(self):
        self.ensure_one()
        self.env["storefront.mapping.tax"]._map_by_hand(self.backend_id, self.params, self.tax_id)

    def _fix_tax_missing_included(self):
        self._fix_tax_missing()

    def action_retry(self):
        """Close the issue and import again what waited for it and for nothing else."""
        self.check_access("write")
        self.write({"state": "resolved"})
        self.filtered(lambda issue: issue.code == "stock_refused").sudo()._send_stock_again()
        waiting = self.sudo().snapshot_ids.filtered(
            lambda snapshot: not snapshot.issue_ids.filtered(lambda issue: issue.state == "open")
        )
        waiting._poke()
        return True

    def _send_stock_again(self):
        for issue in self:
            bindings = issue.env["storefront.binding.variant"].search(
                [
                    ("backend_id", "=", issue.backend_id.id),
                    ("external_id", "=", issue.params["variant_external_id"]),
                ]
            )
            # The level kept is the refused one: the storefront's own is read first.
            bindings.level_ids.unlink()
            bindings._mark_stock()

    def action_ignore(self):
        """Close the issue without importing what waited for it."""
        self.check_access("write")
        self.write({"state": "ignored"})

    def action_reopen(self):
        """Undo: the issue is open again."""
        self.check_access("write")
        self.write({"state": "open"})
