# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a snapshot to a sale order whose totals equal what the customer was charged.

Reads the same everywhere:
``_skip_reason → _find_record → _resolve → _prepare_vals → _apply → _after``.
"""

from odoo import models

from ..models.storefront_event import naive_utc
from ..platforms import errors


class StorefrontOrderImport(models.AbstractModel):
    _name = "storefront.order.import"
    _inherit = "storefront.snapshot.import"
    _description = "Storefront Order Import"

    def _parse(self, backend, payload):
        return backend._adapter_class().parse_order(payload)

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
        reason = self._skip_reason(backend, document)
        if reason:
            return "skipped", reason
        resolved = self.env["storefront.order.resolve"]._resolve(backend, document)
        partners = self.env["storefront.customer.import"]._import_customer(backend, document)
        vals = self._prepare_vals(backend, document, resolved, partners)
        order = self._apply(document, vals)
        snapshot.order_id = order
        self.env["storefront.order.workflow"]._advance(backend, snapshot, order, document)
        self._after(backend, snapshot, order, document)
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
        if document.is_test and not backend.import_test_orders:
            return "test_order"
        if document.cancelled_at:
            return "cancelled_before_import"
        return ""

    def _prepare_vals(self, backend, document, resolved, partners):
        """Return the values of the sale order with its lines.

        ``partners``: customer, invoice and delivery contact."""
        partner, invoice_partner, delivery_partner = partners
        return {
            "company_id": backend.company_id.id,
            "partner_id": partner.id,
            "partner_invoice_id": invoice_partner.id,
            "partner_shipping_id": delivery_partner.id,
            "origin": f"{backend.platform}-{document.external_id}",
            "client_order_ref": document.number,
            "date_order": naive_utc(document.created_at),
            # Ahead of the amounts: they are rounded in it, and would read it from the database.
            "currency_id": resolved["currency"].id,
            "storefront_currency_id": resolved["currency"].id,
            "storefront_backend_id": backend.id,
            "storefront_external_id": document.external_id,
            "storefront_total": float(document.total),
            "storefront_total_tax": float(document.total_tax),
            "storefront_payment_state": document.payment_state,
            "storefront_note": document.note or False,
            **self.env["storefront.order.workflow"]._prepare_order_vals(backend, document),
            "order_line": self.env["storefront.order.lines"]._prepare_lines(
                backend, document, resolved
            ),
        }

    def _apply(self, document, vals):
        """Create the order and prove its total."""
        imported = self.env["storefront.order.state"]._remember(document, vals)
        order = self.env["sale.order"].create({**vals, "storefront_imported": imported})
        self._check_total(order, document)
        return order

    def _check_total(self, order, document):
        """Raise Rejected where Odoo would ask another total than the storefront charged."""
        odoo, storefront = order.amount_total, float(document.total)
        if order.currency_id.compare_amounts(odoo, storefront):
            raise errors.Rejected("total_mismatch", odoo=odoo, storefront=storefront)

    def _after(self, backend, snapshot, order, document):
        """Raise an issue for what a human should know of an order that is imported."""
        remainder = self.env["storefront.order.lines"]._remainder(document)
        if remainder:
            cause = {
                "code": "unexplained_difference",
                "key": document.external_id,
                "params": {"amount": f"{remainder} {document.currency}"},
            }
            self.env["storefront.issue"]._raise_for(
                backend, [cause], snapshot=snapshot, order=order
            )
