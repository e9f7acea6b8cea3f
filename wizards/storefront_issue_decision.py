# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.storefront_issue import LATER_CODES


class StorefrontIssueDecision(models.TransientModel):
    """One decision on one issue or many, with what will come of it said before."""

    _name = "storefront.issue.decision"
    _description = "Decide on Storefront Issues"
    _check_company_auto = True

    decision = fields.Selection(
        [
            ("fix", "Fix and resume"),
            ("retry", "Retry"),
            ("resolve", "Mark as done"),
            ("ignore", "Ignore"),
        ],
        required=True,
        readonly=True,
    )
    issue_ids = fields.Many2many("storefront.issue", required=True, readonly=True)
    with_similar = fields.Boolean(string="All open issues of the same cause")
    similar_count = fields.Integer(compute="_compute_counts")
    issue_count = fields.Integer(compute="_compute_counts", string="Issues")
    resumed_count = fields.Integer(compute="_compute_counts", string="Orders")
    held_count = fields.Integer(compute="_compute_counts")
    compared_count = fields.Integer(compute="_compute_counts")
    message = fields.Char(compute="_compute_message")
    fix_field = fields.Char(compute="_compute_message")
    company_id = fields.Many2one("res.company", compute="_compute_message")
    product_id = fields.Many2one("product.product", check_company=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '!=', 'group')]",
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
    )
    carrier_id = fields.Many2one("delivery.carrier", string="Delivery Method", check_company=True)
    reason = fields.Char()

    @api.depends("issue_ids")
    def _compute_message(self):
        for wizard in self:
            sentences = set(wizard.issue_ids.mapped("message"))
            fields_ = set(wizard.issue_ids.mapped("fix_field"))
            wizard.message = sentences.pop() if len(sentences) == 1 else False
            wizard.fix_field = fields_.pop() if len(fields_) == 1 else False
            wizard.company_id = wizard.issue_ids.company_id[:1]

    @api.depends("decision", "issue_ids", "with_similar")
    def _compute_counts(self):
        for wizard in self:
            similar = wizard.issue_ids._origin._same_question()
            issues = similar if wizard.with_similar else wizard.issue_ids._origin
            wizard.similar_count = len(similar)
            # Of orders that are here: what still differs then stays open.
            compared = issues._compared() if wizard.decision == "retry" else issues.browse()
            wizard.compared_count = len(compared)
            wizard.issue_count = len(issues)
            later = issues.filtered(lambda issue: issue.code in LATER_CODES)
            waiting = later.sudo().snapshot_ids | issues.sudo().snapshot_ids.filtered(
                lambda snapshot: snapshot.state == "requires_attention"
            )
            held = waiting.filtered(
                lambda snapshot, decided=issues: snapshot.issue_ids.filtered(
                    lambda issue: issue.state == "open" and issue not in decided
                )
            )
            wizard.held_count = len(held)
            wizard.resumed_count = len(waiting) - len(held)

    def action_apply(self):
        """Do what was decided, on all of it at once."""
        self.ensure_one()
        issues = self.issue_ids._same_question() if self.with_similar else self.issue_ids
        getattr(self, f"_decide_{self.decision}")(issues)
        return {"type": "ir.actions.act_window_close"}

    def _decide_fix(self, issues):
        names = set(issues.mapped("fix_field"))
        if len(names) > 1:
            raise UserError(
                self.env._("These issues need different answers: select those of one cause.")
            )
        name = names.pop()
        if name:
            self._answer(issues, name)
        issues.action_fix()

    def _answer(self, issues, name):
        if len(issues.company_id) > 1:
            raise UserError(self.env._("Decide for one company at a time."))
        if not self[name]:
            raise UserError(self.env._("Choose the answer first."))
        issues.write({name: self[name].id})

    def _decide_retry(self, issues):
        issues.action_retry()

    def _decide_resolve(self, issues):
        issues.action_resolve()

    def _decide_ignore(self, issues):
        issues.action_ignore(self.reason)


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    def action_ask_fix(self):
        """Ask for the answer and say what it resumes."""
        open_issues = self._open()
        if not all(open_issues.mapped("can_fix")):
            return open_issues.action_fix()  # says what to do instead
        return open_issues._ask("fix", self.env._("Fix and Resume"))

    def action_ask_retry(self):
        return self._open()._ask("retry", self.env._("Retry"))

    def action_ask_resolve(self):
        return self._open()._ask("resolve", self.env._("Mark as Done"))

    def action_ask_ignore(self):
        return self._open()._ask("ignore", self.env._("Ignore"))

    def _ask(self, decision, name):
        self.check_access("write")
        if not self:
            raise UserError(self.env._("None of these issues is open."))
        context = {"default_decision": decision, "default_issue_ids": self.ids}
        if len(self) == 1:
            context |= {
                "default_product_id": self.product_id.id,
                "default_tax_id": self.tax_id.id,
                "default_journal_id": self._proposed_journal().id,
            }
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "storefront.issue.decision",
            "view_mode": "form",
            "target": "new",
            "context": context,
        }
