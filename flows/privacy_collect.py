# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is kept about a customer, as plain data to hand out. Nothing is written here."""

import json

from odoo import models

from ..models.storefront_operation import RECORD_KINDS

CUSTOMER_TYPES = [name for name, kind in RECORD_KINDS.items() if kind == "customer"]
PARTNER_FIELDS = (
    "name",
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "vat",
    "lang",
    "comment",
    "create_date",
)
ORDER_FIELDS = (
    "name",
    "storefront_external_id",
    "client_order_ref",
    "date_order",
    "amount_total",
    "state",
    "storefront_payment_state",
    "storefront_note",
    "storefront_tracking",
)
ACCOUNT_FIELDS = ("external_id", "company_external_id", "merged_into", "tax_exempt", "synced")
LINE_FIELDS = ("name", "product_uom_qty", "price_unit", "price_total")


class StorefrontPrivacyCollect(models.AbstractModel):
    _name = "storefront.privacy.collect"
    _description = "Storefront Privacy Collection"

    def _collect(self, backend, request, scope):
        """Return (data, {what: how many}). ``data`` is made of what JSON holds, and dates."""
        data = {
            "storefront": backend.shop_name or backend.name,
            "customer_id": request.customer_external_id or None,
            "contacts": [self._read(one, PARTNER_FIELDS) for one in scope.partners],
            "accounts": [self._read(one, ACCOUNT_FIELDS) for one in scope.accounts],
            "orders": [self._collect_order(order) for order in scope.orders],
            "storefront_records": [
                {
                    "kind": one.kind,
                    "id": one.external_id,
                    "fetched": one.fetched_at or None,
                    "content": one.payload,
                }
                for one in scope.snapshots
            ],
            "events": self._collect_events(backend, scope),
            "operations": self._collect_operations(backend, scope),
            "issues": self._collect_issues(backend, scope),
        }
        names = {"contacts": "partners", "storefront_records": "snapshots"}
        counts = {
            names.get(name, name): len(rows) for name, rows in data.items() if type(rows) is list
        }
        return data, {"messages": 0, "files": 0, **counts}

    def _read(self, record, names):
        values = {}
        for name in names:
            value = record[name]
            values[name] = value.display_name if isinstance(value, models.BaseModel) else value
            if value is False:
                values[name] = None
        return values

    def _collect_order(self, order):
        return {
            **self._read(order, ORDER_FIELDS),
            "invoices": order.invoice_ids.mapped("name"),
            "lines": [self._read(line, LINE_FIELDS) for line in order.order_line],
        }

    def _collect_events(self, backend, scope):
        events = self.env["storefront.event"].search(
            [
                ("backend_id", "=", backend.id),
                "|",
                "&",
                ("kind", "=", "order"),
                ("external_id", "in", list(scope.order_ids)),
                "&",
                ("kind", "=", "customer"),
                ("external_id", "in", list(scope.account_ids)),
            ]
        )
        return [
            {"received": one.create_date, "topic": one.topic, "content": _parsed(one.payload)}
            for one in events
        ]

    def _collect_operations(self, backend, scope):
        operations = self.env["storefront.operation"].search(
            [
                ("backend_id", "=", backend.id),
                "|",
                "&",
                ("type", "in", CUSTOMER_TYPES),
                ("source_ref", "in", list(scope.account_ids)),
                "&",
                ("type", "not in", CUSTOMER_TYPES),
                ("source_ref", "in", list(scope.order_ids)),
            ]
        )
        return [
            {
                "time": one.create_date,
                "type": one.type,
                "record_id": one.source_ref,
                "status": one.status,
                "message": one.error_message or None,
            }
            for one in operations
        ]

    def _collect_issues(self, backend, scope):
        issues = self.env["storefront.issue"].search(
            [
                ("backend_id", "=", backend.id),
                "|",
                "|",
                ("order_id", "in", scope.orders.ids),
                ("snapshot_ids", "in", scope.snapshots.ids),
                ("binding_id", "in", scope.accounts.ids),
            ]
        )
        return [{"time": one.create_date, "message": one.message} for one in issues]


def _parsed(payload):
    """Return what a webhook's body says; its text where that isn't JSON."""
    try:
        return json.loads(payload) if payload else None
    except ValueError:
        return payload
