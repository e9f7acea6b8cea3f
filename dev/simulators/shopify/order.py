# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders: what was sold (frozen by the checkout) and what happened since.

`quantity`, line taxes and allocations include removed units, `current_*` exclude them, as the
schema's descriptions say.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from .catalogue import Node
from .money import Exchange, MoneyBag


@dataclass(eq=False)
class TaxLine:
    TYPENAME = "TaxLine"
    title: str
    rate: float
    price_set: MoneyBag
    channel_liable: bool = False
    source: str = "Shopify"

    @property
    def rate_percentage(self):
        return float(Decimal(str(self.rate)) * 100)

    @property
    def price(self):
        return self.price_set.shop_money.amount


@dataclass(eq=False)
class DiscountApplication:
    """`TYPENAME` says who gave it: a code, a person, a rule or a script."""

    TYPENAME: str
    index: int
    allocation_method: str
    target_selection: str
    target_type: str
    value: object
    title: str = None
    code: str = None
    description: str = None

    @property
    def is_code(self):
        return self.TYPENAME == "DiscountCodeApplication"

    @property
    def on_order(self):
        return self.target_type == "LINE_ITEM" and self.target_selection == "ALL"


@dataclass(eq=False)
class Percentage:
    TYPENAME = "PricingPercentageValue"
    percentage: float


@dataclass(eq=False)
class Allocation:
    TYPENAME = "DiscountAllocation"
    discount_application: DiscountApplication
    allocated_amount_set: MoneyBag

    @property
    def allocated_amount(self):
        return self.allocated_amount_set.shop_money


@dataclass(eq=False)
class LineItem(Node):
    TYPENAME = "LineItem"
    exchange: Exchange = None
    variant: object = None
    title: str = ""
    variant_title: str = None
    sku: str = None
    vendor: str = None
    quantity: int = 1
    current_quantity: int = 1
    fulfilled_quantity: int = 0
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: bool = False
    taxes_included: bool = False
    original_unit_price_set: MoneyBag = None
    discount_allocations: list = field(default_factory=list)
    tax_lines: list = field(default_factory=list)
    custom_attributes: list = field(default_factory=list)
    location: object = None
    duties: list = field(default_factory=list)
    line_item_group: object = None
    is_tip: bool = False
    gone: list = field(default_factory=list)  # of RefundLineItem

    @property
    def product(self):
        return self.variant.product if self.variant else None

    @property
    def name(self):
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def refundable_quantity(self):
        return self.current_quantity

    @property
    def unfulfilled_quantity(self):
        return 0 if self.is_tip else max(self.current_quantity - self.fulfilled_quantity, 0)

    @property
    def non_fulfillable_quantity(self):
        return self.quantity - self.fulfilled_quantity - self.unfulfilled_quantity

    @property
    def original_total_set(self):
        return self.original_unit_price_set.times(Decimal(self.quantity))

    def discounted_total(self, with_codes):
        """After the line's own discounts; codes only if asked, order-wide ones never."""
        taken = (
            allocation.allocated_amount_set
            for allocation in self.discount_allocations
            if not allocation.discount_application.on_order
            and (with_codes or not allocation.discount_application.is_code)
        )
        return self.original_total_set - self.exchange.total(taken)

    @property
    def discounted_unit_price_set(self):
        return self.discounted_total(False).times(1 / Decimal(self.quantity))

    @property
    def discounts(self):
        return self.exchange.total(a.allocated_amount_set for a in self.discount_allocations)

    @property
    def total_discount_set(self):
        return self.original_total_set - self.discounted_total(True)

    @property
    def net(self):
        """What the line costs after all discounts, with its included taxes."""
        return self.original_total_set - self.discounts

    @property
    def taxes(self):
        return self.exchange.total(tax.price_set for tax in self.tax_lines)

    @property
    def current_net(self):
        return self.net - self.exchange.total(row.subtotal_set for row in self.gone)

    @property
    def current_tax_lines(self):
        return current(self.tax_lines, self.gone)

    @property
    def current_discounts(self):
        """The discounts of the units that are left."""
        price = self.original_unit_price_set.times(Decimal(self.current_quantity))
        return price - self.current_net

    @property
    def price_after_all_discounts_before_taxes_set(self):
        if not self.taxes_included:
            return self.current_net
        return self.current_net - self.exchange.total(
            tax.price_set for tax in self.current_tax_lines
        )


def current(tax_lines, gone):
    """Tax lines less what went with refunds and edits, in the same order."""
    rest = [tax.price_set for tax in tax_lines]
    for row in gone:
        rest = [left - taken for left, taken in zip(rest, row.taxes, strict=True)]
    return [replace(tax, price_set=left) for tax, left in zip(tax_lines, rest, strict=True)]


@dataclass(eq=False)
class LineItemGroup(Node):
    """The bundle some lines were sold in."""

    TYPENAME = "LineItemGroup"
    title: str = ""
    quantity: int = 1

    custom_attributes = ()
    product_id = variant_id = variant_sku = None


@dataclass(eq=False)
class Duty(Node):
    TYPENAME = "Duty"
    price: MoneyBag = None
    tax_lines: list = field(default_factory=list)
    harmonized_system_code: str = None
    country_code_of_origin: str = None


@dataclass(eq=False)
class AdditionalFee(Node):
    TYPENAME = "AdditionalFee"
    name: str = ""
    price: MoneyBag = None
    tax_lines: list = field(default_factory=list)


@dataclass(eq=False)
class ShippingLine(Node):
    TYPENAME = "ShippingLine"
    exchange: Exchange = None
    title: str = "Standard"
    code: str = "standard"
    source: str = "shopify"
    carrier_identifier: str = None
    is_removed: bool = False
    custom: bool = False
    original_price_set: MoneyBag = None
    discount_allocations: list = field(default_factory=list)
    tax_lines: list = field(default_factory=list)
    gone: list = field(default_factory=list)  # of RefundShippingLine

    @property
    def discounted_price_set(self):
        taken = self.exchange.total(a.allocated_amount_set for a in self.discount_allocations)
        return self.original_price_set - taken

    @property
    def current_discounted_price_set(self):
        if self.is_removed:
            return self.exchange.zero
        refunded = self.exchange.total(row.subtotal_amount_set for row in self.gone)
        return self.discounted_price_set - refunded

    @property
    def current_tax_lines(self):
        """None are left of a line that was removed."""
        return [] if self.is_removed else current(self.tax_lines, self.gone)

    @property
    def taxes(self):
        return self.exchange.total(tax.price_set for tax in self.tax_lines)


@dataclass(eq=False)
class Fulfillment(Node):
    TYPENAME = "Fulfillment"
    name: str = ""
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"
    location: object = None
    order: object = None
    tracking_info: list = field(default_factory=list)
    fulfillment_line_items: list = field(default_factory=list)
    created_at: datetime = None
    updated_at: datetime = None


@dataclass(eq=False)
class FulfillmentLineItem(Node):
    TYPENAME = "FulfillmentLineItem"
    line_item: LineItem = None
    quantity: int = 0
