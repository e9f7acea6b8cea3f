# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> order. Null fields are tolerated; what an order can't do without is BadPayload.

Not here: its lines (``parse_order_lines``), what an edit left of them (``parse_order_edit``), its
payments (``parse_order_payments``). README.md says which of Shopify's figures an order is made of.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..documents.customer import Address, Customer
from ..documents.event import FetchedRecord
from ..documents.money import ZERO
from ..documents.order import Currency, FraudRisk, Order, OrderSummary
from ..wire import Wire
from . import const
from .parse import external_id, optional_id
from .parse_customer import address, name
from .parse_order_edit import edit_of
from .parse_order_lines import Lines
from .parse_order_money import Side, sides
from .parse_order_payments import payments, total_refunded

_AS_PLACED = ("totalPriceSet", "totalTaxSet")

# What tells who ordered, or may: notes and attributes hold what a customer typed.
_PERSONAL = (
    "email",
    "phone",
    "note",
    "poNumber",
    "customer",
    "purchasingEntity",
    "billingAddress",
    "shippingAddress",
)


def order(payload: Mapping[str, Any], currency: Currency = "store") -> Order:
    """Return the order of a fetched payload, with all its lines, in one of its currencies.

    An edited order is read as it is now, any other as it was placed. Raises BadPayload."""
    wire = Wire(payload)
    store, shopper = sides(wire)
    if store == shopper:
        return _order(wire, store)
    chosen, other = (store, shopper) if currency == "store" else (shopper, store)
    return replace(_order(wire, chosen), counterpart=_order(wire, other))


def _order(wire: Wire, side: Side) -> Order:
    edit = edit_of(wire, side)
    total, total_tax = ("currentTotalPriceSet", "currentTotalTaxSet") if edit else _AS_PLACED
    shipping = address(wire.child("shippingAddress"))
    billing = address(wire.child("billingAddress"))
    return Order(
        external_id=external_id(wire),
        number=wire.required("name"),
        created_at=wire.required_moment("processedAt"),
        updated_at=wire.required_moment("updatedAt"),
        currency=side.currency,
        prices_include_tax=wire.flag("taxesIncluded"),
        payment_state=const.PAYMENT_STATES.get(wire.text("displayFinancialStatus"), "pending"),
        fulfillment_state=const.FULFILLMENT_STATES.get(
            wire.text("displayFulfillmentStatus"), "unfulfilled"
        ),
        cancelled_at=wire.moment("cancelledAt"),
        customer=_customer(wire),
        billing_address=billing,
        shipping_address=shipping,
        lines=Lines(wire, side, edit, _destination(wire, shipping, billing)).parse(),
        total=side.money(wire, total)
        + side.optional(wire, "totalCashRoundingAdjustment.paymentSet")
        + (edit.refunded_charge if edit else ZERO),
        total_tax=side.optional(wire, total_tax) + (edit.refunded_total.tax if edit else ZERO),
        note=wire.text("note"),
        tags=wire.texts("tags"),
        is_test=wire.flag("test"),
        payment_methods=wire.texts("paymentGatewayNames"),
        payments=payments(wire, side),
        total_refunded=total_refunded(wire, side),
        status=_status(wire),
        channel=_channel(wire),
        location_external_id=optional_id(wire, "retailLocation.id"),
        fraud_risk=_fraud_risk(wire),
        tax_exempt=wire.flag("taxExempt"),
        purchase_number=wire.text("poNumber"),
        raw=wire.value,
    )


def summary(wire: Wire) -> OrderSummary:
    """Return an order of a list, in the store's currency."""
    store, _shopper = sides(wire)
    is_current = wire.flag("edited") and not wire.text("cancelledAt")
    rounding: Decimal = store.optional(wire, "totalCashRoundingAdjustment.paymentSet")
    return OrderSummary(
        external_id=external_id(wire),
        number=wire.required("name"),
        created_at=wire.required_moment("processedAt"),
        updated_at=wire.required_moment("updatedAt"),
        total=store.money(wire, "currentTotalPriceSet" if is_current else "totalPriceSet")
        + rounding,
        currency=store.currency,
        customer_name=_customer(wire).name,
        status=_status(wire),
        channel=_channel(wire),
        tags=wire.texts("tags"),
        is_test=wire.flag("test"),
        cancelled_at=wire.moment("cancelledAt"),
    )


def without_customer(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of ``fetched_order`` with nothing in it that tells who ordered."""
    kept = {**payload, **{name: None for name in _PERSONAL if name in payload}}
    kept["customAttributes"] = []
    lines = [{**row.value, "customAttributes": []} for row in Wire(payload).rows("lineItems.nodes")]
    kept["lineItems"] = {**payload["lineItems"], "nodes": lines} if lines else None
    return kept


def fetched_order(identifier: str, payload: dict[str, Any] | None) -> FetchedRecord:
    """Return the snapshot of one order, or of its absence."""
    updated_at = Wire(payload).required_moment("updatedAt") if payload else None
    return FetchedRecord(
        kind="order", external_id=identifier, updated_at=updated_at, payload=payload
    )


def _status(wire: Wire) -> str:
    """Return Shopify's word for where the payment stands, unless the order is cancelled."""
    if wire.text("cancelledAt"):
        return const.CANCELLED
    return wire.text("displayFinancialStatus") or const.NO_STATUS


def _channel(wire: Wire) -> str:
    """Return where an order was placed; an app that didn't say is a number, and has a name."""
    source = wire.text("sourceName")
    return wire.text("app.name") or source if source.isdigit() or not source else source


def _fraud_risk(wire: Wire) -> FraudRisk:
    """Return what Shopify recommends, else the worst that was found."""
    recommended = const.RECOMMENDATIONS.get(wire.text("risk.recommendation"))
    if recommended:
        return recommended
    found = {row.text("riskLevel") for row in wire.rows("risk.assessments")}
    return next((risk for level, risk in const.RISK_LEVELS.items() if level in found), "")


def _destination(wire: Wire, shipping: Address | None, billing: Address | None) -> str:
    """Return the country an order goes to: it is handed over in a shop, or sent, or digital."""
    countries = (
        shipping.country_code if shipping else "",
        wire.text("retailLocation.address.countryCode"),
        billing.country_code if billing else "",
    )
    return next(filter(None, countries), "")


def _customer(wire: Wire) -> Customer:
    """Return the buyer, a guest where the order has no customer.

    An account's own address goes before the one of this order, which a clerk may have typed. An
    exemption is the account's; of a company, it is that of the location that ordered."""
    person = wire.child("customer") or Wire({})
    location = wire.child("purchasingEntity.location") or Wire({})
    company = wire.text("purchasingEntity.company.name")
    return Customer(
        external_id=optional_id(person, "id"),
        name=name(person) or wire.text("billingAddress.name") or wire.text("shippingAddress.name"),
        email=person.text("defaultEmailAddress.emailAddress") or wire.text("email"),
        phone=person.text("defaultPhoneNumber.phoneNumber") or wire.text("phone"),
        language=person.text("locale") or wire.text("customerLocale"),
        company_name=company,
        company_external_id=optional_id(wire, "purchasingEntity.company.id"),
        company_location_external_id=optional_id(location, "id"),
        company_location_name=location.text("name"),
        contact_external_id=optional_id(wire, "purchasingEntity.contact.id"),
        vat=location.text("taxSettings.taxRegistrationId"),
        tax_exempt=location.flag("taxSettings.taxExempt") if company else person.flag("taxExempt"),
    )
