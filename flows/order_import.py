# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a snapshot to a sale order whose totals equal what the customer was charged.

Reads the same everywhere:
``_skip_reason → _find_record → _resolve → _prepare_vals → _apply → _after``.
"""

from decimal import Decimal

from odoo import fields, models

from ..models.storefront_event import naive_utc
from ..platforms import errors
from ..platforms.documents.money import round_amount
from .flow import MappingMissing

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
        """Return the currency, and each line's product and taxes. MappingMissing has all causes."""
        causes = []
        currency = self._find_currency(backend, document)
        if not currency:
            params = {"currency": document.currency}
            causes.append({"code": "currency_missing", "key": document.currency, "params": params})
        products = self._find_products(backend, document, causes)
        taxes = self._find_taxes(backend, document, causes)
        if causes:
            raise MappingMissing(causes)
        return {"currency": currency, "products": products, "taxes": taxes}

    def _find_currency(self, backend, document):
        currency = backend.company_id.currency_id
        if currency.name == document.currency:
            return currency
        return self.env["res.currency"].search([("name", "=", document.currency)])

    def _find_products(self, backend, document, causes):
        """Return the product of each line: by binding, then by internal reference.

        Lines are told apart by their place: ids of a shipping line and an item may be equal."""
        lines = [line for line in document.lines if line.kind == "product"]
        bound = self._bound_products(backend, lines)
        unbound = [line.sku for line in lines if line.variant_external_id not in bound]
        by_sku = self._products_by_sku(backend, [sku for sku in unbound if sku])
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
            order="id",  # the model's own order would join and read the backend
        )
        return {binding.external_id: binding.product_id for binding in bindings}

    def _products_by_sku(self, backend, skus):
        if not skus:
            return {}
        found = self.env["product.product"].search(
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
            # Ahead of the amounts: they are rounded in it, and would read it from the database.
            "currency_id": resolved["currency"].id,
            "storefront_currency_id": resolved["currency"].id,
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
                document, line, taxes, resolved["currency"], rate
            ),
        }
        if line.kind != "product" or not line.variant_external_id:
            vals["name"] = line.name
        return vals

    def _remainder(self, document):
        """Return what the storefront charged and no line explains."""
        currency = document.currency
        charged = sum(
            (
                round_amount(document.untaxed(line), currency) + line.tax_total
                for line in document.lines
            ),
            Decimal(0),
        )
        return round_amount(document.total - charged, currency)

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
        if backend._is_to_confirm(document):
            order.action_confirm()
        return order

    def _check_total(self, order, document):
        """Raise Rejected where Odoo would ask another total than the storefront charged."""
        odoo, storefront = order.amount_total, float(document.total)
        if order.currency_id.compare_amounts(odoo, storefront):
            raise errors.Rejected("total_mismatch", odoo=odoo, storefront=storefront)

    def _after(self, backend, snapshot, order, document):
        """Raise an issue for what a human should know of an order that is imported."""
        remainder = self._remainder(document)
        if remainder:
            cause = {
                "code": "unexplained_difference",
                "key": document.external_id,
                "params": {"amount": f"{remainder} {document.currency}"},
            }
            self.env["storefront.issue"]._raise_for(
                backend, [cause], snapshot=snapshot, order=order
            )
