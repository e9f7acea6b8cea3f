# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a human decides of orders that are here: where money goes, who is trusted."""

from odoo import fields, models


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
    )
    carrier_id = fields.Many2one("delivery.carrier", string="Delivery Method", check_company=True)

    def _proposed_journal(self):
        """Return the journal to begin the answer with: the only one there is."""
        self.ensure_one()
        if self.code != "payment_method_missing":
            return self.journal_id
        payments = self.env["storefront.mapping.payment"]
        return self.journal_id or payments._propose_journal(self.company_id)

    def _fix_payment_method_missing(self):
        self.ensure_one()
        self.env["storefront.mapping.payment"]._map_by_hand(
            self.backend_id, self.params, self.journal_id
        )

    def _fix_carrier_missing(self):
        self.ensure_one()
        self.env["storefront.mapping.carrier"]._map_by_hand(
            self.backend_id, self.params, self.carrier_id
        )

    def _fix_accounting_refused(self):
        """Nothing to choose: the cause was mended where it is."""

    def _fix_fraud_hold(self):
        self.ensure_one()
        # Who decides on the storefront's issues needs no right on orders for this one decision.
        self.sudo().order_id._storefront_release(self.env.user)
