# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class StorefrontIssueDecision(models.TransientModel):
    """The answer to an unknown tax may be one that is created, as it is shown before."""

    _inherit = "storefront.issue.decision"

    tax_mode = fields.Selection(
        [("choose", "Choose one that exists"), ("create", "Create it")],
        string="The tax",
        default="choose",
    )
    may_create_tax = fields.Boolean(compute="_compute_may_create_tax")
    is_one_question = fields.Boolean(compute="_compute_tax_question")
    is_collected = fields.Boolean(compute="_compute_tax_question")
    tax_like_id = fields.Many2one(
        "account.tax",
        string="Booked like",
        check_company=True,
        compute="_compute_tax_like_id",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]",
        help="Its accounts and tax group are taken.",
    )
    tax_name = fields.Char(compute="_compute_new_tax", store=True, readonly=False)
    tax_amount = fields.Float(
        string="Tax Rate (%)",
        digits=(16, 4),
        compute="_compute_new_tax",
        store=True,
        readonly=False,
    )
    tax_included = fields.Selection(
        [("tax_included", "Included in prices"), ("tax_excluded", "On top of prices")],
        compute="_compute_new_tax",
        store=True,
        readonly=False,
    )
    tax_country_id = fields.Many2one(
        "res.country",
        string="Declared in",
        compute="_compute_new_tax",
        store=True,
        readonly=False,
        help="Whose tax report it belongs to. A tax of the One Stop Shop is declared at home: "
        "choose another country only where the company has a tax ID.",
    )
    tax_position_id = fields.Many2one(
        "account.fiscal.position",
        check_company=True,
        compute="_compute_new_tax",
        store=True,
        readonly=False,
        help="Orders with this fiscal position are found to have the right tax.",
    )
    tax_replaces_id = fields.Many2one(
        "account.tax",
        string="Replaces",
        check_company=True,
        compute="_compute_new_tax",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'sale'), ('is_domestic', '=', True)]",
        help="The tax of products in place of which the fiscal position takes this one.",
    )
    tax_group_id = fields.Many2one(
        "account.tax.group",
        check_company=True,
        compute="_compute_tax_booking",
        store=True,
        readonly=False,
        domain="[('country_id', 'in', (tax_country_id, False))]",
    )
    tax_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        compute="_compute_tax_booking",
        store=True,
        readonly=False,
        domain="[('account_type', 'not in',"
        " ('asset_receivable', 'liability_payable', 'off_balance'))]",
    )
    tax_same_grids = fields.Boolean(
        string="Same lines of the tax report",
        compute="_compute_tax_booking",
        store=True,
        readonly=False,
        help="It counts in the lines of the tax report that the other one counts in. Otherwise in "
        "none, until its grids are chosen on the tax.",
    )

    @api.depends_context("uid")
    def _compute_may_create_tax(self):
        self.may_create_tax = self.env["account.tax"].has_access("create")

    @api.depends("issue_ids")
    def _compute_tax_question(self):
        for wizard in self:
            issues = wizard.issue_ids
            is_about_tax = set(issues.mapped("fix_field")) == {"tax_id"}
            wizard.is_one_question = (
                is_about_tax and len({issue._question() for issue in issues}) == 1
            )
            wizard.is_collected = set(issues.mapped("code")) == {"tax_missing_platform"}

    @api.depends("issue_ids")
    def _compute_tax_like_id(self):
        for wizard in self:
            issue = wizard.issue_ids[:1]
            wizard.tax_like_id = (
                issue._find_like_tax()
                if wizard.is_one_question and not wizard.is_collected
                else False
            )

    @api.depends("issue_ids")
    def _compute_new_tax(self):
        for wizard in self:
            issue = wizard.issue_ids[:1] if wizard.is_one_question else wizard.issue_ids.browse()
            wizard.update(issue._prepare_new_tax())

    @api.depends("tax_like_id")
    def _compute_tax_booking(self):
        for wizard in self:
            like = wizard.tax_like_id
            wizard.tax_group_id = like.tax_group_id or wizard._default_tax_group()
            wizard.tax_account_id = (
                (like or wizard._known_clearing_tax())._storefront_line("invoice").account_id
            )
            wizard.tax_same_grids = bool(like) and (
                like.amount == wizard.tax_amount
                or wizard.tax_position_id in like.fiscal_position_ids
            )

    def _default_tax_group(self):
        groups = self.env["account.tax.group"]
        domain = [
            *groups._check_company_domain(self.company_id),
            ("country_id", "in", (self.tax_country_id.id, False)),
        ]
        return groups.search(domain, limit=1) if self.is_one_question else groups

    def _known_clearing_tax(self):
        """Return the tax by which something collected by a marketplace was booked before."""
        mapping = self.env["storefront.mapping.tax"]
        if not (self.is_collected and self.is_one_question):
            return self.env["account.tax"]
        return mapping._clearing_taxes(self.issue_ids[:1].backend_id)[:1]

    # creating it

    def _answer(self, issues, name):
        """Override of this addon to create the tax that was asked for."""
        if name == "tax_id" and self.tax_mode == "create":
            self.tax_id = self._create_tax()
        return super()._answer(issues, name)

    def _create_tax(self):
        if not self.may_create_tax:
            raise UserError(
                self.env._(
                    "Creating a tax takes the right to administer accounting. Choose a tax that "
                    "exists, or ask somebody who has it."
                )
            )
        if not self.is_one_question:
            raise UserError(self.env._("Create one tax at a time: select one issue."))
        if self.is_collected and not self.tax_account_id:
            raise UserError(self.env._("Choose the clearing account first."))
        return self.env["account.tax"].create(self._prepare_tax_vals())

    def _prepare_tax_vals(self):
        return {
            "name": self.tax_name,
            "amount": self.tax_amount,
            "amount_type": "percent",
            "type_tax_use": "sale",
            "tax_scope": self.issue_ids[:1].params.get("scope") or False,
            "price_include_override": self.tax_included,
            "company_id": self.company_id.id,
            "country_id": self.tax_country_id.id,
            "tax_group_id": self.tax_group_id.id,
            "fiscal_position_ids": [Command.set(self.tax_position_id.ids)],
            "original_tax_ids": [Command.set(self.tax_replaces_id.ids)],
            "repartition_line_ids": [
                Command.create(self._prepare_repartition_vals(document_type, repartition_type))
                for document_type in ("invoice", "refund")
                for repartition_type in ("base", "tax")
            ],
        }

    def _prepare_repartition_vals(self, document_type, repartition_type):
        """Return one line of the new tax, booked like another one's or to the clearing account."""
        vals = {"document_type": document_type, "repartition_type": repartition_type}
        like = self.tax_like_id._storefront_line(document_type, repartition_type)
        if self.tax_same_grids:
            vals["tag_ids"] = [Command.set(like.tag_ids.ids)]
        if repartition_type == "tax":
            is_same = self.tax_account_id == self.tax_like_id._storefront_line("invoice").account_id
            vals["account_id"] = (like.account_id if is_same else self.tax_account_id).id
            if self.is_collected:
                vals["use_in_tax_closing"] = False  # it isn't the company's to pay
        return vals


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    def action_create_tax(self):
        """Show the tax that would be created, and what it resumes."""
        action = self._open()._ask("fix", self.env._("Create the Tax"))
        action["context"]["default_tax_mode"] = "create"
        return action
