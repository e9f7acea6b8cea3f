# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order in a few plain fields, for tests to compare with. Amounts are strings."""

from . import php


def order_summary(store, order):
    def shown(value):
        return php.decimal(value, store.decimals)

    taxes = {}
    for row in order["tax_lines"]:
        amount = row["tax_total"] + row["shipping_tax_total"]
        taxes[row["label"]] = taxes.get(row["label"], 0.0) + amount
    refunded = sum(one["amount"] for one in store.refunds_of(order))
    return {
        "id": order["id"],
        "name": order["number"],
        "status": order["status"],
        "email": order["billing"]["email"] or None,
        "customer_id": order["customer_id"] or None,
        "currency": order["currency"],
        "taxes_included": order["prices_include_tax"],
        "total": shown(order["total"]),
        "tax": shown(order["total_tax"]),
        "taxes": {label: shown(amount) for label, amount in taxes.items()},
        "discounts": shown(order["discount_total"]),
        "shipping": shown(order["shipping_total"]),
        "refunded": shown(refunded),
        "current_total": shown(order["total"] - refunded),
        "paid": order["paid"] is not None,
        "cancelled": order["status"] == "cancelled",
        "updated_at": order["modified"].isoformat(),
        "lines": [_line(store, line, shown) for line in order["line_items"]],
    }


def _line(store, line, shown):
    product = store.products.get(line["variation_id"] or line["product_id"])
    return {
        "id": line["id"],
        "sku": product["sku"] if product else None,
        "quantity": line["quantity"],
        "net": shown(line["total"]),
        "tax": shown(line["total_tax"]),
    }
