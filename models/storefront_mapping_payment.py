# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .storefront_backend_workflow import STEPS

METHOD_STEPS = [("usual", "As other orders"), *STEPS]


class StorefrontMappingPayment(models.Model):
    """Where the money of one payment method goes, and how far its orders go."""

    _name = "storefront.mapping.payment"
    _inherit = "storefront.mapping"
    _description = "Storefront Payment Method Mapping"

    is_gift_card = fields.Boolean(
        string="Gift Card", help="Redeeming one is a payment out of what gift cards brought in."
    )
    unpaid_step = fields.Selection(
        METHOD_STEPS, string="Not Paid Yet", default="usual", required=True
    )
    paid_step = fields.Selection(METHOD_STEPS, string="Paid", default="usual", required=True)
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        ondelete="restrict",
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="Payments are registered in it. Empty: you are asked when there is one.",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        string="Payment Method",
        compute="_compute_payment_method_line_id",
        store=True,
        readonly=False,
        domain="[('journal_id', '=', journal_id), ('payment_type', '=', 'inbound')]",
        help="Empty: the first one of the journal.",
    )
    clearing_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', 'in', ('asset_current', 'asset_cash', 'liability_current'))]",
        help="Where the money waits until the provider pays it out; for gift cards, what you owe "
        "their owners. Empty: that of the journal's payment method.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="restrict",
        domain="[('internal_group', '=', 'expense')]",
        help="What the provider keeps is booked to it, against the clearing account. Empty: fees "
        "are not booked here.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        check_company=True,
        help="Empty: those of the storefront, else the customer's.",
    )

    _name_uniq = models.UniqueIndex("(backend_id, name)")

    def _found_fields(self):
        names = ["name", "unpaid_step", "paid_step", "journal_id", "payment_method_line_id"]
        return [*names, "clearing_account_id", "fee_account_id", "payment_term_id"]

    @api.depends("journal_id")
    def _compute_payment_method_line_id(self):
        """Leave none of another journal."""
        for mapping in self:
            if mapping.payment_method_line_id.journal_id != mapping.journal_id:
                mapping.payment_method_line_id = False

    def write(self, vals):
        """Override to register what waited for the journal."""
        result = super().write(vals)
        if vals.get("journal_id"):
            self._resume("payment_method_missing")
        return result

    @api.model
    def _propose_journal(self, company):
        """Return the journal a payment can only be in, empty where a human must choose."""
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "in", ("bank", "cash", "credit")),
                ("inbound_payment_method_line_ids", "!=", False),
            ],
            limit=2,
        )
        return journals if len(journals) == 1 else journals.browse()

    @api.model
    def _map_by_hand(self, backend, params, journal):
        """Keep a human's answer to a ``payment_method_missing`` issue."""
        if not journal:
            raise UserError(self.env._("Choose the journal first."))
        self._find_or_note(backend, [params["method"]]).journal_id = journal
