# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order has besides products, shipping and discounts: bundles, duties, fees, tips, where it
was placed."""

from decimal import Decimal

from .order import AdditionalFee, Duty, LineItem, LineItemGroup

# The apps of orders that don't name one, by the name of their source.
APPS = {
    "web": "Online Store",
    "pos": "Point of Sale",
    "shopify_draft_order": "Draft Orders",
}


def decimal(value):
    return Decimal(str(value))


def group_bundles(store, order, specs):
    """Lines that name the same bundle are components of one."""
    groups = {}
    for line, spec in zip(order.line_items, specs, strict=True):
        title = spec.get("bundle")
        if not title:
            continue
        if title not in groups:
            group = LineItemGroup(store.number("LineItemGroup"), title=title)
            groups[title] = store.register(group)
        line.line_item_group = groups[title]


def add_duties(store, order, specs, tax_lines):
    """`duties` of each line: [{"price", "origin"?, "hs"?, "taxes"?}]."""
    for line, spec in zip(order.line_items, specs, strict=True):
        for given in spec.get("duties", ()):
            price = order.exchange.bag(decimal(given["price"]))
            duty = Duty(
                store.number("Duty"),
                price=price,
                tax_lines=tax_lines(order, price, given.get("taxes", ())),
                country_code_of_origin=given.get("origin"),
                harmonized_system_code=given.get("hs"),
            )
            line.duties.append(store.register(duty))


def add_fees(store, order, specs, tax_lines):
    """`additional_fees`: [{"name", "price", "taxes"?}]."""
    for given in specs:
        price = order.exchange.bag(decimal(given["price"]))
        fee = AdditionalFee(
            store.number("AdditionalFee"),
            name=given["name"],
            price=price,
            tax_lines=tax_lines(order, price, given.get("taxes", ())),
        )
        order.additional_fees.append(store.register(fee))


def add_tip(store, order, spec):
    """A tip is a line item too (`TipSale.lineItem`) where `tip_as_line` says so."""
    if not spec.get("tip"):
        return
    order.tip = order.exchange.bag(decimal(spec["tip"]))
    if spec.get("tip_as_line"):
        line = LineItem(
            store.number("LineItem"),
            exchange=order.exchange,
            title="Tip",
            requires_shipping=False,
            taxable=False,
            is_tip=True,
            taxes_included=order.taxes_included,
            original_unit_price_set=order.tip,
        )
        order.line_items.append(store.register(line))


def place_of(store, order, spec):
    """Who made the order where: an app, a shop, a person who completed a draft."""
    if spec.get("draft_order"):
        order.source_name = "shopify_draft_order"
    if spec.get("retail_location"):
        order.retail_location = store.location(spec["retail_location"])
    name = spec.get("app") or APPS.get(order.source_name)
    if name:
        order.app = {"id": f"gid://shopify/App/{sum(name.encode())}", "name": name}
