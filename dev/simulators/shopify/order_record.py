# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order itself: its header, its totals and its statuses."""

from dataclasses import dataclass, field
from datetime import datetime

from .catalogue import Node
from .money import Exchange, MoneyBag
from .order import TaxLine


@dataclass(eq=False)
class Order(Node):
    TYPENAME = "Order"
    exchange: Exchange = None
    name: str = ""
    order_number: int = 0
    confirmation_number: str = ""
    email: str = None
    phone: str = None
    customer: object = None
    customer_locale: str = "en"
    note: str = None
    po_number: str = None
    tags: list = field(default_factory=list)
    test: bool = False
    source_name: str = "web"
    source_identifier: str = None
    taxes_included: bool = False
    tax_exempt: bool = False
    edited: bool = False
    line_items: list = field(default_factory=list)
    shipping_lines: list = field(default_factory=list)
    discount_applications: list = field(default_factory=list)
    billing_address: object = None
    shipping_address: object = None
    custom_attributes: list = field(default_factory=list)
    transactions: list = field(default_factory=list)
    fulfillments: list = field(default_factory=list)
    refunds: list = field(default_factory=list)
    metafields: dict = field(default_factory=dict)
    recommendation: str = "ACCEPT"
    tip: MoneyBag = None
    original_total_price_set: MoneyBag = None
    gateway: str = "shopify_payments"
    created_at: datetime = None
    processed_at: datetime = None
    updated_at: datetime = None
    closed_at: datetime = None
    cancelled_at: datetime = None
    cancel_reason: str = None
    staff_note: str = None
    duties_included: bool = False
    additional_fees: list = field(default_factory=list)
    retail_location: object = None
    app: object = None
    risk_levels: list = field(default_factory=list)
    taxes_asked: tuple = ()  # the taxes of a line that an edit adds

    # What this store never has.
    confirmed = True
    return_status = "NO_RETURN"
    estimated_taxes = False
    attribution = publication = merchant_of_record_app = None
    purchasing_entity = payment_terms = None
    localized_fields = ()

    @property
    def currency_code(self):
        return self.exchange.shop_currency

    @property
    def presentment_currency_code(self):
        return self.exchange.currency

    @property
    def cancellation(self):
        return {"staff_note": self.staff_note} if self.cancelled_at else None

    @property
    def discount_codes(self):
        return [one.code for one in self.discount_applications if one.code]

    @property
    def payment_gateway_names(self):
        return sorted({one.gateway for one in self.transactions}) or [self.gateway]

    @property
    def risk(self):
        assessments = [
            {"risk_level": level, "facts": [], "provider": None} for level in self.risk_levels
        ]
        return {"recommendation": self.recommendation, "assessments": assessments}

    @property
    def product_lines(self):
        """The lines of the subtotal: a tip has a total of its own."""
        return [line for line in self.line_items if not line.is_tip]

    @property
    def duties(self):
        return [duty for line in self.line_items for duty in line.duties]

    @property
    def charges(self):
        """What is charged besides lines, and taxed: fees, and duties unless prices have them."""
        return [*self.additional_fees, *(() if self.duties_included else self.duties)]

    # What was sold, removed units included.

    @property
    def subtotal_price_set(self):
        return self.exchange.total(line.net for line in self.product_lines)

    @property
    def total_shipping_price_set(self):
        return self.exchange.total(line.discounted_price_set for line in self.shipping_lines)

    @property
    def total_tax_set(self):
        return self.exchange.total(tax.price_set for tax in self._all_tax_lines())

    @property
    def total_tip_received_set(self):
        return self.tip or self.exchange.zero

    @property
    def total_discounts_set(self):
        lines = [*self.line_items, *self.shipping_lines]
        taken = (a.allocated_amount_set for line in lines for a in line.discount_allocations)
        return self.exchange.total(taken)

    @property
    def total_price_set(self):
        total = self.subtotal_price_set + self.total_shipping_price_set + self._other_total
        return total if self.taxes_included else total + self.total_tax_set

    @property
    def _other_total(self):
        charged = self.exchange.total(one.price for one in self.charges)
        return charged + self.total_tip_received_set

    @property
    def original_total_additional_fees_set(self):
        return self._total_or_none(self.additional_fees)

    @property
    def original_total_duties_set(self):
        return self._total_or_none(self.duties)

    def _total_or_none(self, rows):
        return self.exchange.total(one.price for one in rows) if rows else None

    @property
    def tax_lines(self):
        return self._merged(self._all_tax_lines())

    def _all_tax_lines(self):
        rows = [*self.line_items, *self.shipping_lines, *self.charges]
        return [tax for row in rows for tax in row.tax_lines]

    # What is left of it: nothing of an order that is cancelled.

    @property
    def current_subtotal_price_set(self):
        return self.exchange.total(line.current_net for line in self.product_lines)

    @property
    def current_shipping_price_set(self):
        return self.exchange.total(one.current_discounted_price_set for one in self.shipping_lines)

    @property
    def current_total_tax_set(self):
        return self.exchange.total(tax.price_set for tax in self.current_tax_lines)

    @property
    def current_total_discounts_set(self):
        lines = (line.current_discounts for line in self.product_lines)
        shipping = (line.original_price_set - line.discounted_price_set
                    for line in self.shipping_lines if not line.is_removed)  # fmt: skip
        return self.exchange.total(lines) + self.exchange.total(shipping)

    @property
    def current_total_price_set(self):
        if self.cancelled_at:
            return self.exchange.zero
        total = self.current_subtotal_price_set + self.current_shipping_price_set
        total += self._other_total
        return total if self.taxes_included else total + self.current_total_tax_set

    @property
    def current_total_additional_fees_set(self):
        return None if self.cancelled_at else self.original_total_additional_fees_set

    @property
    def current_total_duties_set(self):
        return None if self.cancelled_at else self.original_total_duties_set

    @property
    def current_tax_lines(self):
        rows = [*self.line_items, *self.shipping_lines]
        left = [tax for row in rows for tax in row.current_tax_lines]
        if not self.cancelled_at:
            left += [tax for row in self.charges for tax in row.tax_lines]
        return self._merged(left)

    @staticmethod
    def _merged(tax_lines):
        """The taxes of all lines, one row for each title and rate."""
        sums = {}
        for tax in tax_lines:
            key, price = (tax.title, tax.rate), tax.price_set
            sums[key] = sums[key] + price if key in sums else price
        return [TaxLine(title, rate, price) for (title, rate), price in sums.items()]

    # Money received and goods sent.

    def _paid(self, *kinds):
        return self.exchange.total(
            one.amount_set
            for one in self.transactions
            if one.kind in kinds and one.status == "SUCCESS"
        )

    @property
    def total_received_set(self):
        """Without the cash that went back."""
        return self._paid("SALE", "CAPTURE") - self._paid("CHANGE")

    @property
    def total_refunded_set(self):
        return self._paid("REFUND")

    @property
    def net_payment_set(self):
        return self.total_received_set - self.total_refunded_set

    @property
    def total_outstanding_set(self):
        """Nothing is due in the shop's currency once the shopper has paid in theirs."""
        due = self.current_total_price_set - self.net_payment_set
        return self.exchange.bag(due.presentment_money.amount)

    @property
    def refund_discrepancy_set(self):
        return self.exchange.zero

    @property
    def total_cash_rounding_adjustment(self):
        rounding = self.exchange.total(
            one.amount_rounding_set for one in self.transactions if one.amount_rounding_set
        )
        return {"payment_set": rounding, "refund_set": self.exchange.zero}

    @property
    def fully_paid(self):
        return self.total_outstanding_set.presentment_money.amount <= 0

    @property
    def unpaid(self):
        return self.total_received_set.presentment_money.amount == 0 and not self.fully_paid

    @property
    def display_financial_status(self):
        received = self.total_received_set.presentment_money.amount
        refunded = self.total_refunded_set.presentment_money.amount
        if refunded and refunded >= received:
            return "REFUNDED"
        if refunded:
            return "PARTIALLY_REFUNDED"
        if self.cancelled_at and not received:
            return "VOIDED"
        if self.fully_paid:
            return "PAID"
        if received:
            return "PARTIALLY_PAID"
        return "AUTHORIZED" if self._paid("AUTHORIZATION").presentment_money.amount else "PENDING"

    @property
    def display_fulfillment_status(self):
        waiting = sum(line.unfulfilled_quantity for line in self.line_items)
        done = sum(line.fulfilled_quantity for line in self.line_items)
        if not waiting and done:
            return "FULFILLED"
        return "PARTIALLY_FULFILLED" if done else "UNFULFILLED"
