# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> order. Null fields are tolerated; what an order can't do without is BadPayload.

Amounts are in the shop's currency. README.md says which of Shopify's figures an order is made of.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..documents.customer import Customer
from ..documents.event import FetchedRecord
from ..documents.money import ZERO, round_amount
from ..documents.order import Discount, Order, OrderLine, TaxLine
from ..wire import Wire
from . import const
from .parse import external_id, money, optional_id, optional_money
from .parse_customer import address, name

ONE = Decimal(1)

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


def order(payload: Mapping[str, Any]) -> Order:
    """Return the order of a fetched payload, with all its lines.

    An edited order is read as it is now, any other as it was placed. Raises BadPayload."""
    wire = Wire(payload)
    cancelled_at = wire.moment("cancelledAt")
    current = "current" if wire.flag("edited") and not cancelled_at else ""
    total, total_tax = (
        ("currentTotalPriceSet", "currentTotalTaxSet")
        if current
        else ("totalPriceSet", "totalTaxSet")
    )
    rounding = optional_money(wire, "totalCashRoundingAdjustment.paymentSet")
    return Order(
        external_id=external_id(wire),
        number=wire.required("name"),
        created_at=wire.required_moment("processedAt"),
        updated_at=wire.required_moment("updatedAt"),
        currency=wire.required("currencyCode"),
        prices_include_tax=wire.flag("taxesIncluded"),
        payment_state=const.PAYMENT_STATES.get(wire.text("displayFinancialStatus"), "pending"),
        fulfillment_state=const.FULFILLMENT_STATES.get(
            wire.text("displayFulfillmentStatus"), "unfulfilled"
        ),
        cancelled_at=cancelled_at,
        customer=_customer(wire),
        billing_address=address(wire.child("billingAddress")),
        shipping_address=address(wire.child("shippingAddress")),
        lines=_lines(wire, bool(current)),
        total=money(wire, total) + rounding,
        total_tax=optional_money(wire, total_tax),
        note=wire.text("note"),
        tags=wire.texts("tags"),
        is_test=wire.flag("test"),
        payment_methods=wire.texts("paymentGatewayNames"),
        raw=payload,
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


def _lines(wire: Wire, current: bool) -> tuple[OrderLine, ...]:
    """Return everything that was charged for, in the order people read an invoice."""
    currency = wire.required("currencyCode")
    included = wire.flag("taxesIncluded")
    tip = optional_money(wire, "totalTipReceivedSet")
    lines: list[OrderLine] = []
    duties: list[OrderLine] = []
    for item in wire.rows("lineItems.nodes"):
        line = _product_line(item, currency, included, current)
        if line and _is_tip(item, line, tip):
            tip -= line.charged
            line = _extra("tip", "Tip", line.charged, line.external_id)
        if line:
            lines.append(line)
            duties += [] if wire.flag("dutiesIncluded") else _fees("duty", item.rows("duties"))
    lines += _shipping_lines(wire, current)
    lines += duties
    lines += _fees("fee", wire.rows("additionalFees"))
    if tip:
        lines.append(_extra("tip", "Tip", tip))
    rounding = optional_money(wire, "totalCashRoundingAdjustment.paymentSet")
    if rounding:
        lines.append(_extra("rounding", "Cash rounding", rounding))
    return tuple(lines)


def _product_line(item: Wire, currency: str, included: bool, current: bool) -> OrderLine | None:
    """Return a line, None where nothing is left of it."""
    quantity = item.number("quantity")
    kept = item.number("currentQuantity", quantity) if current else quantity
    if not kept or not quantity:
        return None
    taxes, discounts = _taxes(item), _discounts(item)
    unit_price = money(item, "originalUnitPriceSet")
    if kept != quantity:
        share = kept / quantity
        taxes = _shrunk_taxes(taxes, share, currency)
        charged = money(item, "priceAfterAllDiscountsBeforeTaxesSet")
        charged += sum((tax.amount for tax in taxes), ZERO) if included else ZERO
        discounts = _shrunk_discounts(discounts, share, unit_price * kept - charged, currency)
    return OrderLine(
        external_id=external_id(item),
        name=item.required("name"),
        sku=item.text("sku"),
        product_external_id=optional_id(item, "product.id"),
        variant_external_id=optional_id(item, "variant.id"),
        quantity=kept,
        unit_price=unit_price,
        discounts=discounts,
        taxes=taxes,
        is_gift_card=item.flag("isGiftCard"),
        requires_shipping=item.flag("requiresShipping"),
    )


def _is_tip(item: Wire, line: OrderLine, tip: Decimal) -> bool:
    """Whether a line is (a part of) the tip: nothing says so but what it lacks and its amount."""
    plain = not (line.variant_external_id or line.sku or line.taxes or line.requires_shipping)
    return plain and not item.flag("taxable") and 0 < line.charged <= tip


def _shipping_lines(wire: Wire, current: bool) -> Iterable[OrderLine]:
    currency = wire.required("currencyCode")
    for index, item in enumerate(wire.rows("shippingLines.nodes")):
        if current and item.flag("isRemoved"):
            continue
        price, taxes, discounts = money(item, "originalPriceSet"), _taxes(item), _discounts(item)
        charged = optional_money(item, "discountedPriceSet")
        left = optional_money(item, "currentDiscountedPriceSet")
        if current and left != charged:
            share = left / charged if charged else ZERO
            taxes = _shrunk_taxes(taxes, share, currency)
            price = left
            discounts = ()
        yield OrderLine(
            external_id=optional_id(item, "id") or f"shipping-{index}",
            kind="shipping",
            name=item.text("title") or item.text("code") or "Shipping",
            quantity=ONE,
            unit_price=price,
            discounts=discounts,
            taxes=taxes,
            requires_shipping=False,
        )


def _fees(kind: str, rows: Iterable[Wire]) -> list[OrderLine]:
    """Return the lines of duties and of additional fees."""
    return [
        OrderLine(
            external_id=external_id(row),
            kind="duty" if kind == "duty" else "fee",
            name=row.text("name") or "Duties",
            quantity=ONE,
            unit_price=money(row, "price"),
            taxes=_taxes(row),
            requires_shipping=False,
        )
        for row in rows
    ]


def _extra(kind: str, name: str, amount: Decimal, identifier: str = "") -> OrderLine:
    return OrderLine(
        external_id=identifier or kind,
        kind="tip" if kind == "tip" else "rounding",
        name=name,
        quantity=ONE,
        unit_price=amount,
        requires_shipping=False,
    )


def _taxes(wire: Wire) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(
            title=row.text("title"),
            rate=row.number("rate", ZERO),
            amount=money(row, "priceSet"),
            collected_by_platform=row.flag("channelLiable"),
        )
        for row in wire.rows("taxLines")
    )


def _discounts(wire: Wire) -> tuple[Discount, ...]:
    rows = (
        (row.child("discountApplication"), money(row, "allocatedAmountSet"))
        for row in wire.rows("discountAllocations")
    )
    return tuple(
        Discount(
            title=(given.text("code") or given.text("title") if given else "") or "Discount",
            amount=amount,
        )
        for given, amount in rows
        if amount
    )


def _shrunk_taxes(taxes: tuple[TaxLine, ...], share: Decimal, currency: str) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(
            title=tax.title,
            rate=tax.rate,
            amount=round_amount(tax.amount * share, currency),
            collected_by_platform=tax.collected_by_platform,
        )
        for tax in taxes
    )


def _shrunk_discounts(
    discounts: tuple[Discount, ...], share: Decimal, total: Decimal, currency: str
) -> tuple[Discount, ...]:
    """Scale discounts down; the last takes what remains of ``total``, so that the line adds up."""
    shrunk = []
    for discount in discounts[:-1]:
        amount = round_amount(discount.amount * share, currency)
        shrunk.append(Discount(title=discount.title, amount=amount))
        total -= amount
    shrunk += [Discount(title=discount.title, amount=total) for discount in discounts[-1:]]
    return tuple(shrunk)


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
