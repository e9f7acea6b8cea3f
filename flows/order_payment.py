# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payments of an order: each one captured is registered once, and settles its invoices.

Money is never guessed: what no journal is chosen for waits, and an issue asks for the journal.
Not here: refunds, and what a provider pays out.
"""

from odoo import fields, models

from ..models.storefront_event import naive_utc


class StorefrontOrderPayment(models.AbstractModel):
    _name = "storefront.order.payment"
    _inherit = "storefront.flow"
    _description = "Storefront Order Payment"

    def _register_payments(self, backend, snapshot, order, document):
        """Register what was paid and isn't here yet; return whether anything was done.

        Also what exceeds the order, and what comes before there is anything to invoice: it is
        the customer's credit then, as it is in truth."""
        captured = [payment for payment in document.payments if payment.kind == "payment"]
        captured = [payment for payment in captured if payment.amount]
        if not captured:
            return False
        known = self._find_payments(backend, captured)
        if not known and self._is_settled(order):
            captured = []  # somebody has registered by hand what was paid
        mappings = self._find_mappings(backend, captured)
        new = [payment for payment in captured if payment.external_id not in known]
        self._ask(backend, snapshot, [one for one in new if not mappings[one.method].journal_id])
        new = [payment for payment in new if mappings[payment.method].journal_id]
        made = self._make(backend, order, new, mappings)
        changed = self._settle(order) if made else False
        self._link(order, made)
        paid = {**known, **{payment.storefront_external_id: payment for payment in made}}
        changed |= self._book_fees(backend, captured, paid, mappings)
        return bool(made) or changed

    def _find_payments(self, backend, captured):
        """Return what is registered already, by the transaction's id; cancelled ones too."""
        found = self.env["account.payment"].search_fetch(
            [
                ("storefront_backend_id", "=", backend.id),
                ("storefront_external_id", "in", [payment.external_id for payment in captured]),
            ],
            ["storefront_external_id", "storefront_fee", "state"],
        )
        return {payment.storefront_external_id: payment for payment in found}

    def _is_settled(self, order):
        invoices = self._posted_invoices(order)
        return bool(invoices) and all(
            not invoice.currency_id.is_zero(invoice.amount_total)
            and invoice.currency_id.is_zero(invoice.amount_residual)
            for invoice in invoices
        )

    def _find_mappings(self, backend, captured):
        mappings = self.env["storefront.mapping.payment"]
        found = mappings._find(backend, [payment.method for payment in captured])
        by_name = {mapping.name: mapping for mapping in found}
        return {one.method: by_name.get(one.method, mappings) for one in captured}

    # what waits for an answer

    def _ask(self, backend, snapshot, waiting):
        """Ask for the journal of what waits for one, and let go of what no longer does."""
        causes = [
            {
                "code": "payment_method_missing",
                "key": payment.method,
                "params": {"method": payment.method},
            }
            for payment in waiting
        ]
        asked = self.env["storefront.issue"]._raise_for(backend, causes, snapshot=snapshot)
        answered = snapshot.issue_ids.filtered(
            lambda issue: issue.code == "payment_method_missing" and issue not in asked
        )
        if answered:
            self._lock([f"issue:{issue.id}" for issue in answered])
            snapshot.issue_ids -= answered
            answered._close_if_nothing_waits()

    # registering

    def _make(self, backend, order, new, mappings):
        """Return the posted payments of ``new``."""
        if not new:
            return self.env["account.payment"]
        shared = self._prepare_shared_vals(backend, order)
        payments = (
            self.env["account.payment"]
            .with_context(skip_invoice_sync=True)
            .create(
                [
                    {**shared, **self._prepare_payment_vals(order, payment, mappings)}
                    for payment in new
                ]
            )
        )
        for payment, made in zip(new, payments, strict=True):
            account = mappings[payment.method].clearing_account_id
            if account:  # only now: it is computed at creation, from the journal
                made.outstanding_account_id = account
        payments.action_post()
        return payments

    def _prepare_shared_vals(self, backend, order):
        invoices = self._posted_invoices(order)
        partner = order.partner_invoice_id.commercial_partner_id
        account = self._receivable_lines(invoices).account_id[:1]
        if not account:  # nothing is invoiced yet
            account = order.fiscal_position_id.map_account(
                partner.with_company(order.company_id).property_account_receivable_id
            )
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "company_id": order.company_id.id,
            "partner_id": partner.id,
            "currency_id": order.currency_id.id,
            "destination_account_id": account.id,
            "storefront_backend_id": backend.id,
            "storefront_order_id": order.id,
        }

    def _prepare_payment_vals(self, order, payment, mappings):
        mapping = mappings[payment.method]
        reference = payment.reference or payment.external_id
        vals = {
            "storefront_external_id": payment.external_id,
            "amount": float(payment.amount),
            "date": self._date(order, payment),
            "memo": f"{order.client_order_ref or order.name} {reference}",
            "payment_reference": reference,
            "journal_id": mapping.journal_id.id,
        }
        if mapping.payment_method_line_id:
            vals["payment_method_line_id"] = mapping.payment_method_line_id.id
        return vals

    def _date(self, order, payment):
        """Return the day of a payment in the store's time zone, which is the flow's own."""
        moment = naive_utc(payment.processed_at) or order.date_order
        return fields.Datetime.context_timestamp(self, moment).date()

    # settling

    def _settle(self, order):
        """Match what was paid for the order with its invoices; return whether anything was."""
        paid = self._receivable_lines(order.storefront_payment_ids.move_id)
        if not paid:
            return False
        owed = self._receivable_lines(self._posted_invoices(order))
        changed = False
        for account, lines in (paid | owed).grouped("account_id").items():
            if account in paid.account_id and account in owed.account_id:
                lines.reconcile()
                changed = True
        return changed

    def _link(self, order, made):
        """Show the new payments on the order's invoices, settled or not.

        Last: each step before would have Odoo look again which invoices they are of."""
        invoices = self._posted_invoices(order)
        if made and invoices:
            invoices.matched_payment_ids = [fields.Command.link(payment.id) for payment in made]

    def _posted_invoices(self, order):
        return order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    def _receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )

    # fees

    def _book_fees(self, backend, captured, paid, mappings):
        """Book what providers kept, each fee in an entry of its own; return whether any was.

        Apart from the payment, so that it stays what the customer paid, and because a fee may be
        known later, or change: then the difference is booked."""
        entries = []
        for payment in captured:
            registered = paid.get(payment.external_id)
            account = mappings[payment.method].fee_account_id
            if not registered or not account or registered.state == "canceled":
                continue
            currency = registered.currency_id
            fee = currency.round(float(payment.fee) - registered.storefront_fee)
            if currency.is_zero(fee) or not registered.outstanding_account_id:
                continue
            registered.storefront_fee += fee
            entries.append(self._prepare_fee_vals(backend, registered, account, fee))
        if entries:
            self.env["account.move"].create(entries).action_post()
        return bool(entries)

    def _prepare_fee_vals(self, backend, payment, account, fee):
        company = payment.company_id
        balance = payment.currency_id._convert(fee, company.currency_id, company, payment.date)
        label = self.env._("Fee of %s", payment.memo)
        shared = {"name": label, "currency_id": payment.currency_id.id}
        return {
            "move_type": "entry",
            "journal_id": payment.journal_id.id,
            "date": payment.date,
            "ref": label,
            "line_ids": [
                fields.Command.create(
                    {
                        **shared,
                        "account_id": account.id,
                        "amount_currency": fee,
                        "balance": balance,
                        "analytic_distribution": backend.analytic_distribution,
                    }
                ),
                fields.Command.create(
                    {
                        **shared,
                        "account_id": payment.outstanding_account_id.id,
                        "amount_currency": -fee,
                        "balance": -balance,
                    }
                ),
            ],
        }
