# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order in a few plain fields, for tests to compare with. Amounts are strings in the currency
the shopper paid in."""

from .payloads import amount


def _paid(bag):
    return amount(bag.presentment_money)


def order_summary(order):
    return {
        "id": order.id,
        "name": order.name,
        "email": order.email,
        "customer_id": order.customer.id if order.customer else None,
        "currency": order.presentment_currency_code,
        "taxes_included": order.taxes_included,
        "total": _paid(order.total_price_set),
        "subtotal": _paid(order.subtotal_price_set),
        "tax": _paid(order.total_tax_set),
        "taxes": {tax.title: _paid(tax.price_set) for tax in order.tax_lines},
        "discounts": _paid(order.total_discounts_set),
        "shipping": _paid(order.total_shipping_price_set),
        "current_total": _paid(order.current_total_price_set),
        "current_tax": _paid(order.current_total_tax_set),
        "shop_total": amount(order.total_price_set.shop_money),
        "outstanding": _paid(order.total_outstanding_set),
        "financial_status": order.display_financial_status,
        "fulfillment_status": order.display_fulfillment_status,
        "cancelled": order.cancelled_at is not None,
        "updated_at": order.updated_at.isoformat(),
        "lines": [_line(line) for line in order.line_items],
    }


def _line(line):
    return {
        "id": line.id,
        "sku": line.sku,
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "unit_price": _paid(line.original_unit_price_set),
        "net": _paid(line.net),
        "tax": _paid(line.taxes),
    }
