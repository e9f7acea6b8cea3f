# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop's staff does to an order that was placed: edits and refunds.

Callers hold `store.lock`. A removed unit stays in `quantity` and in the line's discounts and taxes,
and leaves `currentQuantity` (recorded in 2026-07, version 2026-04,
https://github.com/airhorns/shopify-draft-proxy, order-edit-money-math).
"""

from decimal import Decimal

from . import checkout, lifecycle
from . import refund as refunds


def edit(store, order, sku=None, quantity=None, add=None, shipping=None, remove_shipping=None):
    """One edit: set how many units of a SKU there are (0 removes them), add a line or a shipping
    line (as in a specification), remove a shipping line by its title. Raises KeyError, ValueError.
    """
    if order.cancelled_at or order.duties:
        raise ValueError("The order can't be edited")
    changes = (sku, add, shipping, remove_shipping)
    if not any(changes):
        raise ValueError("There must be at least one change to be made.")
    if sku:
        _set_quantity(store, order, _line(order, sku), int(quantity))
    if add:
        _add_line(store, order, add)
    if shipping:
        line = checkout.add_shipping(store, order, shipping)
        checkout.tax_shipping(store, order, line, shipping)
        order.shipping_lines.append(line)
    if remove_shipping:
        _remove_shipping(order, remove_shipping)
    order.edited = True
    return lifecycle.updated(store, order, "orders/edited")


def _line(order, sku):
    """The line of a SKU, or of a custom line's title, that still has units."""
    lines = [one for one in order.line_items if sku in (one.sku, one.title)]
    if not lines:
        raise KeyError(f"No line with SKU {sku!r}")
    return next((one for one in lines if one.current_quantity), lines[0])


def _set_quantity(store, order, line, quantity):
    if quantity < line.fulfilled_quantity:
        raise ValueError("The order can't be edited")
    change = quantity - line.current_quantity
    lifecycle.reserve(store, line, change)
    if change < 0:
        refunds.take(store, refunds.new(store, order), line, -change, "CANCEL")
    elif change > 0:
        _add_units(order, line, change)


def _add_units(order, line, count):
    """Discounts grow in proportion, taxes are computed again."""
    factor = Decimal(line.quantity + count) / line.quantity
    for allocation in line.discount_allocations:
        allocation.allocated_amount_set = allocation.allocated_amount_set.times(factor)
    line.quantity += count
    line.current_quantity += count
    taxes = [vars(tax) for tax in line.tax_lines]
    line.tax_lines = checkout.tax_lines(order, line.net, taxes)


def _add_line(store, order, spec):
    line = checkout.add_line(store, order, spec)
    checkout.tax_line(order, line, spec)
    order.line_items.append(line)
    lifecycle.reserve(store, line, line.quantity)


def _remove_shipping(order, title):
    lines = [one for one in order.shipping_lines if one.title == title and not one.is_removed]
    if not lines:
        raise KeyError(f"No shipping line {title!r}")
    lines[0].is_removed = True


def refund(store, order, lines=None, shipping=None, amount=None, restock="NO_RESTOCK", **options):
    """Refund units ({SKU: quantity}) and shipping (true, or an amount), and give back what they
    cost, or `amount`. Options: status and gateway of the transaction, note. Raises KeyError,
    ValueError."""
    made = refunds.new(store, order, options.pop("note", None))
    try:
        for sku, quantity in (lines or {}).items():
            _refund_line(store, made, _line(order, sku), int(quantity), restock)
        if shipping:
            given = None if shipping is True else shipping
            refunds.take_shipping(store, made, _shipping_line(order), given)
        refunds.give_back(store, made, amount, **options)
    except ValueError:
        _undo(store, order, made)
        raise
    store.emit("refunds/create", made)
    return lifecycle.updated(store, order)


def _shipping_line(order):
    left = (one for one in order.shipping_lines if not one.is_removed)
    line = next(left, None)
    if line is None:
        raise ValueError("There is no shipping to refund")
    return line


def _refund_line(store, made, line, quantity, restock):
    waiting = min(quantity, line.unfulfilled_quantity)
    refunds.take(store, made, line, quantity, restock)
    if restock == "NO_RESTOCK":
        lifecycle.release(store, line, waiting)
    else:
        lifecycle.reserve(store, line, -waiting)


def _undo(store, order, made):
    """A refund that is refused leaves nothing behind."""
    order.refunds.remove(made)
    del store.nodes[made.id]
    for row in made.refund_line_items:
        row.line_item.gone.remove(row)
        row.line_item.current_quantity += row.quantity
    for row in made.refund_shipping_lines:
        row.shipping_line.gone.remove(row)


def delete_product(store, sku):
    """The owner deletes a product: lines keep its name and SKU. Raises KeyError."""
    product = store.variant(sku).product
    for order in store.orders:
        for line in order.line_items:
            if line.variant and line.variant.product is product:
                line.variant = None
    for variant in product.variants:
        store.variants.remove(variant)
        store.inventory_items.remove(variant.inventory_item)
        store.by_sku[(variant.sku or "").lower()].remove(variant)
        store.by_barcode[(variant.barcode or "").lower()].remove(variant)
        del store.nodes[variant.id], store.nodes[variant.inventory_item.id]
    store.products.remove(product)
    del store.nodes[product.id]
