# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a snapshot to a sale order whose totals equal what the customer was charged.

Reads the same everywhere:
``_skip_reason → _find_record → _resolve → _prepare_vals → _apply → _after``.
"""

from odoo import models

from ..models.storefront_event import naive_utc


class StorefrontOrderImport(models.AbstractModel):
    _name = "storefront.order.import"
    _inherit = "storefront.snapshot.import"
    _description = "Storefront Order Import"

    def _parse(self, backend, payload):
        return backend._adapter_class().parse_order(payload, currency=backend.order_currency)

    def _lock_keys(self, backend, document):
        customers = self.env["storefront.customer.import"]
        return [
            f"order:{backend.id}:{document.external_id}",
            *customers._merge_keys(backend, document.customer),
        ]

    def _import_document(self, backend, snapshot, document):
        """Apply a document; return (status of the operation, reason code)."""
        order = self._find_record(backend, document)
        if order:
            snapshot.order_id = order
            status = self.env["storefront.order.update"]._update_order(
                backend, snapshot, order, document
            )
            return status, False
        self.env["storefront.mapping"]._read_ahead(backend, words_of(document))
        reason = self._skip_reason(backend, document)
        if reason:
            rules = self.env["storefront.order.rules"]
            snapshot.error_params = rules._skip_params(backend, document)
            return "skipped", reason
        resolved = self.env["storefront.order.resolve"]._resolve(backend, document)
        partners = self.env["storefront.customer.import"]._import_customer(backend, document)
        vals = self._prepare_vals(backend, document, resolved, partners, snapshot.import_id)
        order = self._apply(document, vals)
        snapshot.order_id = order
        causes = self.env["storefront.order.lines"]._prove_total(backend, order, document)
        self.env["storefront.order.workflow"]._advance(backend, snapshot, order, document)
        self._after(backend, snapshot, order, document, causes)
        return "success", False

    def _find_record(self, backend, document):
        return self.env["sale.order"].search(
            [
                ("storefront_backend_id", "=", backend.id),
                ("storefront_external_id", "=", document.external_id),
            ]
        )

    def _skip_reason(self, backend, document):
        """Return the code of the reason to leave an order out, empty to import it."""
        return self.env["storefront.order.rules"]._skip_reason(backend, document)

    def _prepare_vals(self, backend, document, resolved, partners, run):
        """Return the values of the sale order with its lines.

        ``partners``: customer, invoice and delivery contact. ``run``: of the import by hand."""
        partner, invoice_partner, delivery_partner = partners
        fiscal_vals = self.env["storefront.order.fiscal"]._prepare_fiscal_vals(
            backend, document, partner, delivery_partner, resolved
        )
        resolved = self.env["storefront.order.untaxed"]._settle(backend, resolved, fiscal_vals)
        amount_vals = self.env["storefront.order.lines"]._prepare_order_vals(
            backend, resolved["document"], resolved
        )
        rules = self.env["storefront.order.rules"]
        return {
            "company_id": backend.company_id.id,
            "partner_id": partner.id,
            "partner_invoice_id": invoice_partner.id,
            "partner_shipping_id": delivery_partner.id,
            "origin": f"{backend.platform}-{document.external_id}",
            "client_order_ref": document.number,
            "date_order": naive_utc(document.created_at),
            # Ahead of the amounts: they are rounded in it, and would read it from the database.
            "storefront_currency_id": resolved["currency"].id,
            "storefront_backend_id": backend.id,
            "storefront_external_id": document.external_id,
            "storefront_import_id": run.id,
            "storefront_payment_state": document.payment_state,
            "storefront_note": document.note or False,
            "storefront_tracking": ", ".join(document.tracking) or False,
            **fiscal_vals,
            **self.env["storefront.order.workflow"]._prepare_note_vals(document),
            **amount_vals,
            **rules._prepare_order_vals(
                backend, document, resolved, amount_vals["order_line"], run
            ),
        }

    def _apply(self, document, vals):
        """Create the order, which remembers what it was made of."""
        imported = self.env["storefront.order.state"]._remember(document, vals)
        return self.env["sale.order"].create({**vals, "storefront_imported": imported})

    def _after(self, backend, snapshot, order, document, causes):
        """Raise an issue for what a human should know of an order that is imported."""
        self.env["storefront.order.fiscal.check"]._check(backend, snapshot, order, document)
        self.env["storefront.issue"]._raise_for(backend, causes, snapshot=snapshot, order=order)


def words_of(document):
    """Return {mapping model: words} of an order; a shipping line's is its code, else its name."""
    methods = {payment.method for payment in document.payments} | set(document.payment_methods)
    return {
        "storefront.mapping.status": {document.status},
        "storefront.mapping.channel": {document.channel},
        "storefront.mapping.payment": methods,
        "storefront.mapping.carrier": {
            line.code or line.name for line in document.lines if line.kind == "shipping"
        },
        "storefront.mapping.tax": {tax.title for line in document.lines for tax in line.taxes},
    }
