# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.actions import open_records
from . import messages

# What a human is offered to mend each cause: the field of the issue that holds the answer.
FIXES = {
    "product_missing": "product_id",
    "product_ambiguous": "product_id",
    "tax_missing": "tax_id",
    "tax_missing_included": "tax_id",
    "payment_method_missing": "journal_id",
    "carrier_missing": "carrier_id",
    "tax_missing_platform": "tax_id",
}
# The parameters that make one answer the right one for another issue too.
SAME_QUESTION = {
    "product_id": ("sku", "name"),
    "tax_id": ("title", "rate", "is_included", "country", "scope"),
    "journal_id": ("method",),
    "carrier_id": ("name", "title"),
}
# The orders are here, and done; the answer takes them further.
LATER_CODES = frozenset(("payment_method_missing", "accounting_refused", "fraud_hold"))
# Why a storefront takes no quantity of a variant. Any other reason is the first one.
STOCK_REFUSALS = ("stock_refused", "stock_untracked", "stock_of_parent")
WAITING_RELATION = "storefront_issue_storefront_snapshot_rel"


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
    # A selection, so that lists group by the sentence; another addon's code needs no place in it.
    code = fields.Selection(
        "_selection_code", string="Cause", required=True, readonly=True, validate=False
    )
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
    reason = fields.Char(readonly=True, help="Why the issue was ignored.")
    snapshot_ids = fields.Many2many("storefront.snapshot", readonly=True, string="Waiting Records")
    snapshot_count = fields.Integer(
        compute="_compute_snapshot_count", string="Waiting", aggregator="sum"
    )
    age_days = fields.Integer(
        compute="_compute_age_days", string="Days", aggregator="max", help="Since it came up."
    )
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    storefront_url = fields.Char(
        string="In the Storefront", compute="_compute_storefront_url", compute_sudo=True
    )
    payload_text = fields.Text(
        compute="_compute_payload_text", groups="storefront_connector.group_storefront_manager"
    )
    fix_field = fields.Char(compute="_compute_fix_field", help="Holds the answer that mends it.")
    can_fix = fields.Boolean(compute="_compute_fix_field", help="With an answer or without one.")
    product_id = fields.Many2one("product.product", check_company=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '!=', 'group')]",
    )

    _open_uniq = models.UniqueIndex("(backend_id, key) WHERE state = 'open'")

    @api.model
    def _selection_code(self):
        return messages.selection(self.env)

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_message(self):
        for issue in self:
            issue.message = messages.render(self.env, issue.code, issue.params)

    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        for issue in self:
            issue.snapshot_count = len(issue.snapshot_ids)

    @api.depends("create_date")
    def _compute_age_days(self):
        for issue in self:
            issue.age_days = (fields.Datetime.now() - issue.create_date).days

    @api.depends("order_id", "snapshot_ids")
    def _compute_storefront_url(self):
        for issue in self:
            source = issue.order_id or issue.snapshot_ids[:1]
            issue.storefront_url = source.storefront_url

    @api.depends("snapshot_ids")
    def _compute_payload_text(self):
        for issue in self:
            payload = issue.snapshot_ids[:1].payload
            issue.payload_text = payload and json.dumps(payload, indent=2, ensure_ascii=False)

    @api.depends("code")
    def _compute_fix_field(self):
        for issue in self:
            issue.fix_field = FIXES.get(issue.code, "")
            issue.can_fix = bool(issue._find_fix())

    def _read_group_select(self, aggregate_spec, query):
        """Override of the ORM to add up, for a group, what is computed for each issue."""
        if aggregate_spec == "snapshot_count:sum":
            return SQL(
                "SUM((SELECT COUNT(*) FROM %s AS waiting WHERE waiting.storefront_issue_id = %s))",
                SQL.identifier(WAITING_RELATION),
                SQL.identifier(self._table, "id"),
            )
        if aggregate_spec == "age_days:max":
            return SQL(
                "MAX(EXTRACT(DAY FROM now() AT TIME ZONE 'UTC' - %s)::int)",
                SQL.identifier(self._table, "create_date"),
            )
        return super()._read_group_select(aggregate_spec, query)

    # raising

    def _raise_for(self, backend, causes, *, snapshot=None, order=None, detail=""):
        """Return the open issue of each cause, made where there is none yet.

        ``causes``: dicts with ``code``, ``params`` and ``key``; the key is what makes a second
        record with the same cause join the first one's issue. What was decided on an ``order``
        that is imported already isn't asked again: then there is no issue to return."""
        issues = self.browse()
        for cause in causes:
            key = f"{cause['code']}:{cause['key']}"
            issue = self.search(
                [("backend_id", "=", backend.id), ("key", "=", key), ("state", "=", "open")]
            )
            if not issue and order and self._is_decided(order, cause["code"], key):
                continue
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
            # Of an order's own issue the records are few: its next import then writes nothing.
            if snapshot and not (order and snapshot in issue.snapshot_ids):
                issue.snapshot_ids = [fields.Command.link(snapshot.id)]
            issues |= issue
        return issues

    # what a human decides

    def action_fix(self):
        """Apply the answer each issue holds and go on with everything that waited for it."""
        self.check_access("write")
        for issue in self._open():
            fix = issue._find_fix()
            if not fix:
                raise UserError(
                    self.env._(
                        "There is no answer to give to this: “%s” Mend the cause where it is, "
                        "then retry.",
                        issue.message,
                    )
                )
            fix()
        return self.action_retry()

    def _find_fix(self):
        """Return the method that mends this cause, None where only a human can."""
        return getattr(self, f"_fix_{self.code}", None)

    def _fix_product_missing(self):
        self.ensure_one()
        self.env["storefront.binding.variant"]._bind_by_hand(
            self.backend_id, self.params, self.product_id
        )

    def _fix_product_ambiguous(self):
        self._fix_product_missing()

    def action_retry(self):
        """Close the issues and import again what waited for them and for nothing else."""
        self.check_access("write")
        issues = self._open()
        issues._resolve()
        issues.filtered(lambda issue: issue.code in STOCK_REFUSALS).sudo()._send_stock_again()
        issues.sudo().snapshot_ids._without_open_issue()._poke()
        return True

    def _send_stock_again(self):
        for issue in self:
            bindings = issue._stock_bindings()
            # The level kept is the refused one: the storefront's own is read first.
            bindings.level_ids.unlink()
            bindings._mark_stock()

    def action_resolve(self):
        """Close issues of orders that are here: somebody has dealt with them."""
        self.check_access("write")
        self._open()._resolve()
        return True

    def action_ignore(self, reason=""):
        """Close the issues and leave out what waited for them and for nothing else."""
        self.check_access("write")
        issues = self._open()
        issues.write({"state": "ignored", "reason": reason})
        issues.sudo().snapshot_ids._without_open_issue()._leave_out()
        return True

    def action_reopen(self):
        """Undo: open again, or join the issue that came up for the same cause meanwhile."""
        self.check_access("write")
        joined = self.browse()
        for issue in self.filtered(lambda issue: issue.state != "open"):
            waiting = issue.sudo().snapshot_ids
            waiting._take_back(issue)
            newer = self.search(
                [
                    ("backend_id", "=", issue.backend_id.id),
                    ("key", "=", issue.key),
                    ("state", "=", "open"),
                ]
            )
            if newer:
                newer.sudo().snapshot_ids |= waiting
                issue.message_post(body=self.env._("Joined with %s.", newer._get_html_link()))
                joined |= newer
            else:
                issue.write({"state": "open", "reason": False})
        return joined._action_open() if joined else True

    def _open(self):
        return self.filtered(lambda issue: issue.state == "open")

    def _resolve(self):
        self.write({"state": "resolved"})

    def _close_if_nothing_waits(self):
        """Close the issues whose last record came in without a decision."""
        self._open().filtered(lambda issue: not issue.snapshot_ids)._resolve()

    def _same_question(self):
        """Return these issues and the open ones that the same answer would close."""
        self.check_access("read")
        found = self
        for company, issues in self.grouped("company_id").items():
            others = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("code", "in", issues.mapped("code")),
                ]
            )
            questions = {issue._question() for issue in issues}
            found |= others.filtered(lambda issue, asked=questions: issue._question() in asked)
        return found

    def _question(self):
        """Return what tells whether another issue has the same answer."""
        names = SAME_QUESTION.get(FIXES.get(self.code))
        if names is None:
            return (self.code, self.backend_id.id)
        return (self.code, *((self.params or {}).get(name) for name in names))

    def _action_open(self):
        return open_records(self, self.env._("Issues"))
