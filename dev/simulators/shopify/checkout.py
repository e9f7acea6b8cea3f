# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a simple specification to an order computed as Shopify's checkout does.

The shopper's currency is what is computed in. Taxes are computed and rounded for each line and
tax on the price after all discounts: price × rate when prices exclude tax, price × rate ÷ (1 +
all rates) when they include it. A discount over several lines is spread by price, each share
rounded down and the rest given to the last line. README.md describes the specification.
"""

from decimal import ROUND_DOWN, Decimal

from .money import DIGITS, ZERO, Exchange, MoneyV2, rounded
from .order import Allocation, DiscountApplication, LineItem, Percentage, ShippingLine, TaxLine
from .order_record import Order

KINDS = {
    "code": "DiscountCodeApplication",
    "manual": "ManualDiscountApplication",
    "automatic": "AutomaticDiscountApplication",
    "script": "ScriptDiscountApplication",
}
HEADER = (
    "note",
    "tags",
    "test",
    "phone",
    "po_number",
    "source_name",
    "source_identifier",
    "gateway",
    "customer_locale",
    "recommendation",
    "tax_exempt",
    "custom_attributes",
)


def decimal(value):
    return Decimal(str(value))


def build(store, spec):
    """The order of a specification, numbered but not placed. Raises KeyError, ValueError."""
    shop = store.shop
    currency = spec.get("presentment_currency") or shop.currency_code
    exchange = Exchange(shop.currency_code, currency, decimal(spec.get("rate", 1)))
    included = spec.get("taxes_included")
    order = Order(
        store.number("Order"),
        exchange=exchange,
        taxes_included=shop.taxes_included if included is None else included,
        **{name: spec[name] for name in HEADER if name in spec},
    )
    order.line_items = [line(store, order, one) for one in spec["lines"]]
    order.shipping_lines = _shipping(store, order, spec.get("shipping"))
    for index, discount in enumerate(spec.get("discounts", ())):
        order.discount_applications.append(_discount(order, index, discount))
    if not order.tax_exempt:
        _tax(store, order, spec)
    if spec.get("tip"):
        order.tip = exchange.bag(decimal(spec["tip"]))
    order.original_total_price_set = order.total_price_set
    return order


def line(store, order, spec):
    """One line: of a variant by SKU, or a custom one with a title and a price."""
    quantity = int(spec.get("quantity", 1))
    if quantity < 1:
        raise ValueError("A line needs a quantity of at least 1")
    variant = None if spec.get("custom") else store.variant(spec["sku"])
    listed = variant.price / order.exchange.rate if variant else None
    price = spec.get("price", listed)
    title = spec.get("title") or (variant.product.title if variant else "Custom item")
    default_title = not variant or variant.title == "Default Title"
    return store.register(
        LineItem(
            store.number("LineItem"),
            exchange=order.exchange,
            variant=variant,
            title=title,
            variant_title=None if default_title else variant.title,
            sku=spec.get("sku"),
            vendor=variant.product.vendor if variant else None,
            quantity=quantity,
            current_quantity=quantity,
            requires_shipping=variant.inventory_item.requires_shipping if variant else True,
            taxable=spec.get("taxable", variant.taxable if variant else True),
            is_gift_card=variant.product.is_gift_card if variant else False,
            taxes_included=order.taxes_included,
            original_unit_price_set=order.exchange.bag(decimal(price)),
            custom_attributes=spec.get("custom_attributes", []),
            location=store.location(spec.get("location")),
        )
    )


def _shipping(store, order, spec):
    if not spec:
        return []
    line = ShippingLine(
        store.number("ShippingLine"),
        exchange=order.exchange,
        title=spec.get("title", "Standard"),
        code=spec.get("code", spec.get("title", "Standard")),
        original_price_set=order.exchange.bag(decimal(spec.get("price", "0"))),
    )
    return [store.register(line)]


def _discount(order, index, spec):
    """Make the application and allocate it."""
    target = spec.get("target", "order")
    fixed = spec.get("type", "percentage") == "fixed_amount"
    value = decimal(spec["value"])
    lines = _targets(order, target, spec.get("skus"))
    kind = spec.get("kind") or ("code" if spec.get("code") else "manual")
    application = DiscountApplication(
        KINDS[kind],
        index=index,
        allocation_method="EACH" if target == "line" and not fixed else "ACROSS",
        target_selection="ENTITLED" if target == "line" else "ALL",
        target_type="SHIPPING_LINE" if target == "shipping" else "LINE_ITEM",
        value=MoneyV2(value, order.exchange.currency) if fixed else Percentage(float(value)),
        title=spec.get("title") or spec.get("code") or "Discount",
        code=spec.get("code") if kind == "code" else None,
        description=spec.get("description"),
    )
    prices = [_remaining(line).presentment_money.amount for line in lines]
    total = sum(prices, ZERO)
    amount = min(value, total) if fixed else rounded(total * value / 100, order.exchange.currency)
    for line, share in zip(lines, spread(amount, prices, order.exchange.currency), strict=True):
        if share:
            allocation = Allocation(application, order.exchange.bag(share))
            line.discount_allocations.append(allocation)
    return application


def _targets(order, target, skus):
    if target == "shipping":
        return order.shipping_lines
    if target == "line":
        return [line for line in order.line_items if not skus or line.sku in skus]
    return order.line_items


def _remaining(line):
    """What a product or shipping line still costs."""
    return line.net if isinstance(line, LineItem) else line.discounted_price_set


def spread(amount, prices, currency):
    """Shares of `amount` in proportion to `prices`, rounded down; the last takes the rest."""
    total = sum(prices, ZERO)
    if not prices or not total:
        return [ZERO] * len(prices)
    unit = Decimal(1).scaleb(-DIGITS.get(currency, 2))
    shares = [(amount * price / total).quantize(unit, ROUND_DOWN) for price in prices[:-1]]
    return [*shares, amount - sum(shares, ZERO)]


def _tax(store, order, spec):
    taxes = spec.get("taxes", ())
    own = {
        id(line): given.get("taxes")
        for line, given in zip(order.line_items, spec["lines"], strict=True)
    }
    for line in order.line_items:
        chosen = own[id(line)]
        if line.taxable:
            line.tax_lines = tax_lines(order, line.net, taxes if chosen is None else chosen)
    for line in order.shipping_lines:
        chosen = (spec["shipping"] or {}).get("taxes")
        default = taxes if store.shop.tax_shipping else ()
        rates = default if chosen is None else chosen
        line.tax_lines = tax_lines(order, line.discounted_price_set, rates)


def tax_lines(order, price, taxes):
    """The taxes on a price: [{"title", "rate", "channel_liable"?}] -> [TaxLine]."""
    base = price.presentment_money.amount
    if order.taxes_included:
        base = base / (1 + sum((decimal(tax["rate"]) for tax in taxes), ZERO))
    return [
        TaxLine(
            tax["title"],
            float(tax["rate"]),
            order.exchange.bag(base * decimal(tax["rate"])),
            bool(tax.get("channel_liable", False)),
        )
        for tax in taxes
    ]
