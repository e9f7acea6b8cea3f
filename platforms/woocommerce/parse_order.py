# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> order. Null fields are tolerated; what an order can't do without is BadPayload.

Not here: its lines (``parse_order_lines``) and their taxes (``parse_order_money``). README.md says
which of WooCommerce's figures an order is made of.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..documents.event import FetchedRecord, RecordChange
from ..documents.money import ZERO, round_amount
from ..documents.order import Order, OrderSummary, Payment, PaymentState
from ..wire import Wire
from . import const
from .parse import identifier, meta, title, updated_at
from .parse_customer import OwnKeys, address, buyer, with_own_keys
from .parse_order_lines import Lines
from .parse_order_money import Taxes, amount
from .parse_order_rounding import as_charged
from .parse_order_tracking import tracking

# What tells who ordered, or may: meta and notes hold what a customer typed.
_NOBODY: Mapping[str, Any] = {
    "customer_id": 0,
    "billing": {},
    "shipping": {},
    "customer_note": "",
    "transaction_id": "",
    "meta_data": [],
}
_LINES = ("line_items", "shipping_lines", "fee_lines", "coupon_lines")


def order(payload: Mapping[str, Any]) -> Order:
    """Return the order of a fetched payload, in the one currency it has. Raises BadPayload."""
    wire = Wire(payload)
    shipping, billing = address(wire.child("shipping")), address(wire.child("billing"))
    places = (one.country_code for one in (shipping, billing) if one)
    taxes = Taxes(wire, next(filter(None, places), ""))
    currency = wire.required("currency")
    total, refunded = _rounded(wire, "total", currency), _total_refunded(wire)
    total_tax = _rounded(wire, "total_tax", currency)
    lines, payments = Lines(wire, taxes).parse(), _payments(wire, total)
    return Order(
        external_id=identifier(wire),
        number=wire.text("number") or identifier(wire),
        created_at=wire.required_moment("date_created_gmt"),
        updated_at=updated_at(wire),
        currency=currency,
        prices_include_tax=False,
        payment_state=_payment_state(wire, payments, total, refunded),
        fulfillment_state="fulfilled" if wire.text("status") == const.COMPLETED else "unfulfilled",
        cancelled_at=_cancelled_at(wire),
        customer=buyer(wire),
        billing_address=billing,
        shipping_address=shipping or billing,
        lines=as_charged(lines, total, total_tax, taxes.sums, currency),
        total=total,
        total_tax=total_tax,
        note=wire.text("customer_note"),
        payment_methods=tuple(filter(None, [_method(wire)])),
        payments=payments,
        total_refunded=refunded,
        status=wire.text("status"),
        channel=wire.text("created_via"),
        tax_exempt=meta(wire, const.VAT_EXEMPT_META) == "yes",
        tracking=tracking(wire),
        raw=wire.value,
    )


def summary(row: Mapping[str, Any]) -> OrderSummary:
    """Return an order of a list."""
    wire = Wire(row)
    currency = wire.required("currency")
    return OrderSummary(
        external_id=identifier(wire),
        number=wire.text("number") or identifier(wire),
        created_at=wire.required_moment("date_created_gmt"),
        updated_at=updated_at(wire),
        total=_rounded(wire, "total", currency),
        currency=currency,
        customer_name=buyer(wire).name,
        status=wire.text("status"),
        channel=wire.text("created_via"),
        cancelled_at=_cancelled_at(wire),
    )


def change(row: Mapping[str, Any]) -> RecordChange:
    """Return which order changed when."""
    wire = Wire(row)
    return RecordChange(external_id=identifier(wire), updated_at=updated_at(wire))


def is_order(row: Mapping[str, Any]) -> bool:
    """Whether an order of a list is one, and not a checkout somebody is at, or thrown away."""
    return row.get("status") not in (const.DRAFT, const.TRASH)


def fetched_order(
    external_id: str, payload: dict[str, Any] | None, own_keys: OwnKeys
) -> FetchedRecord:
    """Return the snapshot of one order, or of its absence."""
    if payload is not None:
        payload = with_own_keys(payload, own_keys)
    return FetchedRecord(
        kind="order",
        external_id=external_id,
        updated_at=updated_at(Wire(payload)) if payload else None,
        payload=payload,
    )


def without_customer(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of ``fetched_order`` with nothing in it that tells who ordered."""
    kept = {**payload, **_NOBODY}
    for name in _LINES:
        rows = payload.get(name)
        if isinstance(rows, list):
            kept[name] = [
                {**row, "meta_data": []} if isinstance(row, dict) else row for row in rows
            ]
    return kept


def _cancelled_at(wire: Wire) -> datetime | None:
    """Return when a cancelled order changed last: when it was cancelled isn't kept."""
    return updated_at(wire) if wire.text("status") == const.CANCELLED else None


def _rounded(wire: Wire, path: str, currency: str) -> Decimal:
    """Return what can be paid of a figure: a shop may show more decimals than its currency has."""
    return round_amount(amount(wire, path), currency)


def _method(wire: Wire) -> str:
    return wire.text("payment_method") or title(wire, "payment_method_title")


def _total_refunded(wire: Wire) -> Decimal:
    """Return what was given back; an order lists its refunds as negative totals."""
    return sum((abs(amount(row, "total")) for row in wire.rows("refunds")), ZERO)


def _payments(wire: Wire, total: Decimal) -> tuple[Payment, ...]:
    """Return the payment of an order and its refunds: WooCommerce knows no other ones."""
    method, found = _method(wire), []
    paid_at = wire.moment("date_paid_gmt")
    is_owed = method in const.PAID_ON_DELIVERY and wire.text("status") != const.COMPLETED
    if paid_at and total and not is_owed:
        found.append(
            Payment(
                # Not the transaction's, which some gateways tell later: it would be another one.
                external_id=f"order-{identifier(wire)}",
                kind="payment",
                method=method,
                amount=total,
                processed_at=paid_at,
                reference=wire.text("transaction_id"),
            )
        )
    found += [
        Payment(
            external_id=f"refund-{identifier(row)}",
            kind="refund",
            method=method,
            amount=abs(amount(row, "total")),
        )
        for row in wire.rows("refunds")
        if amount(row, "total") and found
    ]
    return tuple(found)


def _payment_state(
    wire: Wire, payments: tuple[Payment, ...], total: Decimal, refunded: Decimal
) -> PaymentState:
    status = wire.text("status")
    if status == const.REFUNDED or (payments and refunded and refunded >= total):
        return "refunded"
    if payments:
        return "partially_refunded" if refunded else "paid"
    if status in const.DEAD_STATUSES:
        return "voided"
    return "paid" if not total and status not in const.UNPAID_STATUSES else "pending"
