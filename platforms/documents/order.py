# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order as the storefront holds it: the truth an imported order must equal to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from .customer import Address, Customer
from .money import ZERO

LineKind = Literal["product", "shipping", "fee", "tip", "gift_wrap", "duty", "rounding"]
PaymentState = Literal[
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
]
FulfillmentState = Literal["unfulfilled", "partial", "fulfilled"]
PaymentKind = Literal["authorization", "payment", "refund"]
# Whose currency amounts are read in.
Currency = Literal["store", "shopper"]
# What the storefront thinks of a fraud; empty where it has no opinion (yet).
FraudRisk = Literal["", "low", "medium", "high"]
# How far an order goes in Odoo; each step takes in those before it. ``skip``: it isn't imported.
OrderStep = Literal["skip", "quotation", "confirm", "invoice", "post", "pay"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxLine:
    """One tax of one line. ``rate`` is a fraction (0.2 for 20 %); ``amount`` is of the whole line.

    ``collected_by_platform``: a marketplace facilitator owes this tax, not the seller.
    ``country_code`` is the country whose tax it is (ISO 3166-1 alpha-2), empty where the storefront
    doesn't say and the destination can't tell."""

    title: str
    rate: Decimal
    amount: Decimal
    collected_by_platform: bool = False
    country_code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Discount:
    """The part of one discount that fell on one line; ``amount`` is positive."""

    title: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """Money that moved, or was only reserved (``authorization``), for an order.

    ``amount`` is positive, in the order's currency; ``fee`` is what the payment provider kept of
    it. ``method`` is the storefront's name of the payment method, ``reference`` the provider's id.
    A gift card that pays is a payment, not a discount."""

    external_id: str
    kind: PaymentKind
    method: str
    amount: Decimal
    processed_at: datetime | None = None
    reference: str = ""
    fee: Decimal = ZERO
    is_gift_card: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """One line. ``unit_price`` is the price before discounts; it contains the taxes when the
    order's ``prices_include_tax``, and so do the discounts.

    ``product_external_id`` and ``variant_external_id`` are empty for custom lines and for
    products the storefront has deleted. ``code`` is how the storefront calls a shipping method or
    fee, whatever its name in the customer's language. ``bundle`` names the bundle a component was
    sold in. ``fulfilled_quantity`` is how many have left, or were handed over."""

    external_id: str
    kind: LineKind = "product"
    name: str
    sku: str = ""
    product_external_id: str = ""
    variant_external_id: str = ""
    quantity: Decimal
    unit_price: Decimal
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    is_gift_card: bool = False
    requires_shipping: bool = True
    code: str = ""
    bundle: str = ""
    fulfilled_quantity: Decimal = ZERO

    @property
    def discount_total(self) -> Decimal:
        """Return the sum of the line's discounts."""
        return sum((discount.amount for discount in self.discounts), ZERO)

    @property
    def tax_total(self) -> Decimal:
        """Return the sum of the line's taxes, those collected by the platform included."""
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def charged(self) -> Decimal:
        """Return what the line costs after discounts, in the order's own tax basis."""
        return self.unit_price * self.quantity - self.discount_total


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order in its current state.

    ``total`` is what the customer owes or paid, taxes included; ``total_tax`` the sum of taxes.
    All amounts are in ``currency``. ``number`` is what people call the order (``#1001``).
    ``counterpart`` is the same order, line by line, in the other of store's and shopper's currency;
    None where both are one. ``status`` is the storefront's own word for where the order stands,
    ``channel`` where it was placed (``web``, ``pos``, ``draft_order``, a marketplace), both in the
    platform's spelling; ``location_external_id`` the shop it was handed over in. ``total_refunded``
    is positive. ``tracking`` are numbers of parcels, each with its carrier before it where that is
    told. ``raw`` is the untouched payload."""

    external_id: str
    number: str
    created_at: datetime
    updated_at: datetime
    currency: str
    prices_include_tax: bool
    payment_state: PaymentState
    fulfillment_state: FulfillmentState = "unfulfilled"
    cancelled_at: datetime | None = None
    customer: Customer
    billing_address: Address | None = None
    shipping_address: Address | None = None
    lines: tuple[OrderLine, ...]
    total: Decimal
    total_tax: Decimal
    note: str = ""
    tags: tuple[str, ...] = ()
    is_test: bool = False
    payment_methods: tuple[str, ...] = ()
    payments: tuple[Payment, ...] = ()
    total_refunded: Decimal = ZERO
    status: str = ""
    channel: str = ""
    location_external_id: str = ""
    fraud_risk: FraudRisk = ""
    tax_exempt: bool = False
    purchase_number: str = ""
    tracking: tuple[str, ...] = ()
    counterpart: "Order | None" = None
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def untaxed(self, line: OrderLine) -> Decimal:
        """Return the taxable base charged for ``line``."""
        return line.charged - line.tax_total if self.prices_include_tax else line.charged

    @property
    def total_untaxed(self) -> Decimal:
        """Return the total without taxes."""
        return self.total - self.total_tax


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSummary:
    """An order as a list shows it. ``total`` and ``currency`` are the store's; ``status``,
    ``channel`` and ``tags`` are as in ``Order``: orders are left out by them."""

    external_id: str
    number: str
    created_at: datetime
    updated_at: datetime
    total: Decimal
    currency: str
    customer_name: str = ""
    status: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    is_test: bool = False
    cancelled_at: datetime | None = None
