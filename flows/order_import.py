# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a snapshot to a sale order whose totals equal what the customer was charged.

Database only: no call leaves from here. Reads the same everywhere:
``_skip_reason → _find_record → _resolve → _prepare_vals → _apply → _after``.
"""

import logging
import time
import traceback
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

from ..models.storefront_event import naive_utc
from ..models.storefront_backend_jobs import IMPORT_SLOTS
from ..platforms import errors
from .flow import Budget, MappingMissing, next_try_at, retry_concurrency

_logger = logging.getLogger(__name__)

CLAIM_BATCH = 20
PAID_STATES = ("paid", "partially_refunded", "refunded")
# The field of the backend that names the product of lines that are no product.
LINE_PRODUCTS = {
    "shipping": "shipping_product_id",
    "rounding": "rounding_product_id",
    "fee": "fee_product_id",
    "tip": "fee_product_id",
    "gift_wrap": "fee_product_id",
    "duty": "fee_product_id",
}


class StorefrontOrderImport(models.AbstractModel):
    _name = "storefront.order.import"
    _inherit = "storefront.flow"
    _description = "Storefront Order Import"

    # draining

    def _drain(self, backend, slot=0):
        """Import what waits, one transaction an order, beside other workers."""
        budget = Budget()
        while not budget.is_spent:
            snapshots = retry_concurrency(self.env, lambda: self._claim(backend, slot))
            if not snapshots:
                return
            for index, snapshot in enumerate(snapshots):
                if budget.is_spent:
                    rest = snapshots[index:]
                    retry_concurrency(self.env, rest._release_claims)
                    break
                self._import_snapshot(backend, snapshot)
        self._wake_committed_slot(backend, slot)

    def _claim(self, backend, slot):
        snapshots = self.env["storefront.snapshot"]._claim_for_import(backend, CLAIM_BATCH)
        if len(snapshots) == CLAIM_BATCH and slot + 1 < IMPORT_SLOTS:
            backend._wake("import", slot=slot + 1)
        return snapshots

    def _wake_committed_slot(self, backend, slot):
        retry_concurrency(self.env, lambda: backend._wake("import", slot=slot))

    def _import_snapshot(self, backend, snapshot):
        """Import one snapshot in its own transaction; never raises."""
        started = time.monotonic()
        try:
            retry_concurrency(self.env, lambda: self._import_once(backend, snapshot, started))
        except Exception as error:
            # The message may hold a customer's data; the type and the place don't.
            _logger.error(
                "import of snapshot %s failed: %s\n%s",
                snapshot.id,
                type(error).__name__,
                "".join(traceback.format_tb(error.__traceback__)),
            )
            failure = self._failure(error)
            retry_concurrency(
                self.env, lambda: self._record_failure(backend, snapshot, failure, started)
            )

    def _import_once(self, backend, snapshot, started):
        state = snapshot.sudo().read(["state", "payload", "payload_hash"])[0]
        if state["state"] != "to_import":
            return
        try:
            document = backend._adapter_class().parse_order(state["payload"])
            self._lock(self._lock_keys(backend, document))
            with self.env.cr.savepoint():
                status, reason = self._import_document(backend, snapshot, document)
        except MappingMissing as missing:
            self._require_attention(backend, snapshot, missing.causes, started)
        except (errors.StorefrontError, UserError) as error:
            self._record_failure(backend, snapshot, self._failure(error), started)
        else:
            self._record_success(backend, snapshot, state["payload_hash"], status, reason, started)

    def _lock_keys(self, backend, document):
        customers = self.env["storefront.customer.import"]
        return [
            f"order:{backend.id}:{document.external_id}",
            *customers._merge_keys(backend, document.customer),
        ]

    # one document

    def _import_document(self, backend, snapshot, document):
        """Apply a document; return (status of the operation, reason code)."""
        order = self._find_record(backend, document)
        if order:
            snapshot.order_id = order
            return self._update_order(backend, snapshot, order, document), False
        reason = self._skip_reason(backend, document)
        if reason:
            return "skipped", reason
        resolved = self._resolve(backend, document)
        order = self._apply(backend, document, self._prepare_vals(backend, document, resolved))
        snapshot.order_id = order
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

    def _resolve(self, backend, document):
        """Return the currency, and product and taxes of each line; MappingMissing has all causes."""
        causes = []
        currency = self.env["res.currency"].search([("name", "=", document.currency)])
        if not currency:
            params = {"currency": document.currency}
            causes.append({"code": "currency_missing", "key": document.currency, "params": params})
        products = self._find_products(backend, document, causes)
        taxes = self._find_taxes(backend, document, causes)
        if causes:
            raise MappingMissing(causes)
        return {"currency": currency, "products": products, "taxes": taxes}

    def _find_products(self, backend, document, causes):
        """Return the product of each line: by binding, then by internal reference.

        Lines are told apart by their place: ids of a shipping line and an item may be equal."""
        lines = [line for line in document.lines if line.kind == "product"]
        bound = self._bound_products(backend, lines)
        by_sku = self._products_by_sku(backend, [line.sku for line in lines if line.sku])
        products = []
        for line in document.lines:
            product = self._find_product(backend, line, bound, by_sku)
            products.append(product)
            if len(product) != 1:
                causes.append(self._product_cause(line, ambiguous=len(product) > 1))
        return products

    def _find_product(self, backend, line, bound, by_sku):
        if line.kind != "product":
            return backend[LINE_PRODUCTS[line.kind]]
        if line.variant_external_id in bound:
            return bound[line.variant_external_id]
        if not line.variant_external_id and not line.sku:
            return backend.custom_product_id
        return by_sku.get(line.sku, self.env["product.product"])

    def _bound_products(self, backend, lines):
        bindings = self.env["storefront.binding.variant"].search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("external_id", "in", [line.variant_external_id for line in lines]),
            ],
            ["external_id", "product_id"],
        )
        return {binding.external_id: binding.product_id for binding in bindings}

    def _products_by_sku(self, backend, skus):
        products = self.env["product.product"]
        found = products.search(
            [
                ("default_code", "in", skus),
                ("company_id", "in", (False, backend.company_id.id)),
            ]
        )
        return found.grouped("default_code")

    def _product_cause(self, line, ambiguous):
        return {
            "code": "product_ambiguous" if ambiguous else "product_missing",
            "key": line.variant_external_id or line.sku,
            "params": {
                "name": line.name,
                "sku": line.sku or "-",
                "variant_external_id": line.variant_external_id,
                "product_external_id": line.product_external_id,
            },
        }

    def _find_taxes(self, backend, document, causes):
        """Return, for each line, the Odoo tax of each of its tax lines."""
        mapping = self.env["storefront.mapping.tax"]
        found, missing, taxes = {}, {}, []
        for line in document.lines:
            taxes.append([])
            for tax_line in line.taxes:
                percent = float(tax_line.rate * 100)
                key = (tax_line.title, percent, document.prices_include_tax)
                if key not in found:
                    found[key] = mapping._find_tax(backend, *key)
                    if not found[key]:
                        missing[key] = self._tax_cause(*key)
                taxes[-1].append(found[key])
        causes.extend(missing.values())
        return taxes

    def _tax_cause(self, title, percent, is_included):
        return {
            "code": "tax_missing_included" if is_included else "tax_missing",
            "key": f"{title}:{percent:g}",
            "params": {
                "title": title,
                "percent": f"{percent:g}",
                "rate": percent,
                "is_included": is_included,
            },
        }

    def _prepare_vals(self, backend, document, resolved):
        """Return the values of the sale order with its lines."""
        partners = self.env["storefront.customer.import"]._import_customer(backend, document)
        partner, invoice_partner, delivery_partner = partners
        vals = {
            "company_id": backend.company_id.id,
            "partner_id": partner.id,
            "partner_invoice_id": invoice_partner.id,
            "partner_shipping_id": delivery_partner.id,
            "origin": f"{backend.platform}-{document.external_id}",
            "client_order_ref": document.number,
            "date_order": naive_utc(document.created_at),
            "currency_id": resolved["currency"].id,
            "pricelist_id": False,
            "user_id": False,
            "team_id": backend.team_id.id,
            "storefront_backend_id": backend.id,
            "storefront_external_id": document.external_id,
            "storefront_total": float(document.total),
            "storefront_total_tax": float(document.total_tax),
            "storefront_payment_state": document.payment_state,
            "storefront_note": document.note or False,
            "order_line": self._prepare_lines(backend, document, resolved),
        }
        if backend.warehouse_id:
            vals["warehouse_id"] = backend.warehouse_id.id
        return vals

    def _prepare_lines(self, backend, document, resolved):
        rate = self.env["res.currency"]._get_conversion_rate(
            backend.company_id.currency_id,
            resolved["currency"],
            backend.company_id,
            document.created_at.date(),
        )
        lines = [
            fields.Command.create(self._prepare_line_vals(document, line, resolved, rate, index))
            for index, line in enumerate(document.lines)
            if line.quantity
        ]
        remainder = self._remainder(document)
        if remainder:
            lines.append(fields.Command.create(self._prepare_remainder_vals(backend, remainder)))
        return lines

    def _prepare_line_vals(self, document, line, resolved, rate, index):
        product = resolved["products"][index]
        taxes = resolved["taxes"][index]
        vals = {
            "product_id": product.id,
            "sequence": 10 + index,
            "is_delivery": line.kind == "shipping",
            "storefront_external_id": line.external_id,
            **self.env["storefront.order.amounts"]._prepare_amount_vals(
                document, line, taxes, rate
            ),
        }
        if line.kind != "product" or not line.variant_external_id:
            vals["name"] = line.name
        return vals

    def _remainder(self, document):
        """Return what the storefront charged and no line explains."""
        charged = sum(
            (document.untaxed(line) + line.tax_total for line in document.lines), Decimal(0)
        )
        return document.total - charged

    def _prepare_remainder_vals(self, backend, remainder):
        return {
            "product_id": backend.rounding_product_id.id,
            "name": self.env._("Difference charged by the storefront"),
            "product_uom_qty": 1,
            "price_unit": float(remainder),
            "technical_price_unit": 0.0,
            "tax_ids": [fields.Command.clear()],
            "sequence": 1000,
        }

    def _apply(self, backend, document, vals):
        """Create the order, prove its total, and confirm it where the backend says so."""
        order = self.env["sale.order"].create(vals)
        self._check_total(order, document)
        if self._is_to_confirm(backend, document):
            order.with_context(storefront_keep_date=True).action_confirm()
        return order

    def _check_total(self, order, document):
        """Raise Rejected where Odoo would ask another total than the storefront charged."""
        odoo, storefront = order.amount_total, float(document.total)
        if order.currency_id.compare_amounts(odoo, storefront):
            raise errors.Rejected("total_mismatch", odoo=odoo, storefront=storefront)

    def _is_to_confirm(self, backend, document):
        if backend.order_confirm == "paid":
            return document.payment_state in PAID_STATES
        return backend.order_confirm == "always"

    def _after(self, backend, snapshot, order, document):
        """Raise an issue for what a human should know of an order that is imported."""
        remainder = float(self._remainder(document))
        if not float_is_zero(remainder, precision_rounding=order.currency_id.rounding):
            cause = {
                "code": "unexplained_difference",
                "key": document.external_id,
                "params": {"amount": f"{remainder:.2f} {document.currency}"},
            }
            self.env["storefront.issue"]._raise_for(
                backend, [cause], snapshot=snapshot, order=order
            )

    # an order that is here already

    def _update_order(self, backend, snapshot, order, document):
        """Apply what changed since; return the operation's status.

        A payment confirms, a cancellation cancels; other changes are shown to a human."""
        changed = False
        if order.storefront_payment_state != document.payment_state:
            order.storefront_payment_state = document.payment_state
            changed = True
        if document.cancelled_at:
            return self._cancel_order(backend, snapshot, order, document, changed)
        if order.state in ("draft", "sent") and self._is_to_confirm(backend, document):
            order.with_context(storefront_keep_date=True).action_confirm()
            changed = True
        if order.currency_id.compare_amounts(order.storefront_total, float(document.total)):
            self._report_change(backend, snapshot, order, document)
            changed = True
        return "success" if changed else "unchanged"

    def _cancel_order(self, backend, snapshot, order, document, changed):
        if order.state == "cancel":
            return "success" if changed else "unchanged"
        has_left = any(picking.state == "done" for picking in order.sudo().picking_ids)
        is_invoiced = any(move.state == "posted" for move in order.sudo().invoice_ids)
        if has_left or is_invoiced or order.locked:
            cause = {"code": "cancel_refused", "key": document.external_id, "params": {}}
            self.env["storefront.issue"]._raise_for(
                backend, [cause], snapshot=snapshot, order=order
            )
        else:
            order.action_cancel()
        return "success"

    def _report_change(self, backend, snapshot, order, document):
        changes = self.env._(
            "total %(old)s → %(new)s",
            old=order.storefront_total,
            new=float(document.total),
        )
        cause = {
            "code": "order_changed",
            "key": f"{document.external_id}:{document.total}",
            "params": {"changes": changes},
        }
        self.env["storefront.issue"]._raise_for(backend, [cause], snapshot=snapshot, order=order)

    # what became of it

    def _record_success(self, backend, snapshot, payload_hash, status, reason, started):
        event_at = snapshot.event_at
        tries = snapshot.tries
        snapshot.write(
            {
                "state": "skipped" if status == "skipped" else "done",
                "applied_hash": payload_hash,
                "tries": 0,
                "next_try": False,
                "claimed_until": False,
                "event_at": False,
                "error_code": reason,
                "error_params": False,
                "error_detail": False,
                "issue_ids": [fields.Command.clear()] if status == "success" else [],
            }
        )
        self._log_import(backend, snapshot, status, started, event_at, tries + 1, reason)

    def _require_attention(self, backend, snapshot, causes, started, detail=""):
        """Show a human what is missing; the snapshot waits for it."""
        issues = self.env["storefront.issue"]._raise_for(
            backend, causes, snapshot=snapshot, detail=detail
        )
        event_at = snapshot.event_at
        snapshot.write(
            {
                "state": "requires_attention",
                "claimed_until": False,
                "error_code": causes[0]["code"],
                "error_params": causes[0]["params"],
                "issue_ids": [fields.Command.set(issues.ids)],
            }
        )
        self._log_import(
            backend, snapshot, "requires_attention", started, event_at, snapshot.tries + 1,
            causes[0]["code"], causes[0]["params"],
        )

    def _record_failure(self, backend, snapshot, failure, started):
        """Postpone, bury or show a failed import, in the transaction that ends the attempt."""
        if failure["attention"]:
            cause = {
                "code": failure["code"],
                "key": snapshot.external_id,
                "params": failure["params"],
            }
            self._require_attention(backend, snapshot, [cause], started, failure["detail"])
            return
        tries = snapshot.tries + bool(failure["uses_try"])
        next_try = next_try_at(tries, failure["seconds"])
        snapshot.write(
            {
                "state": "to_import" if next_try else "dead",
                "tries": tries,
                "next_try": next_try,
                "claimed_until": False,
                "error_code": failure["code"],
                "error_params": failure["params"],
                "error_detail": failure["detail"],
            }
        )
        status = "retry" if next_try else "dead"
        self._log_import(
            backend, snapshot, status, started, snapshot.event_at, tries,
            failure["code"], failure["params"],
        )

    def _log_import(
        self, backend, snapshot, status, started, event_at, tries, code=False, params=False
    ):
        now = fields.Datetime.now()
        lag = event_at and round((now - event_at).total_seconds() * 1000)
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "order_import",
                "source_ref": snapshot.external_id,
                "target_ref": snapshot.order_id and f"sale.order,{snapshot.order_id.id}",
                "status": status,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "lag_ms": lag or 0,
                "tries": tries,
                "error_code": code,
                "error_params": params,
                "item_count": 1,
            },
        )
