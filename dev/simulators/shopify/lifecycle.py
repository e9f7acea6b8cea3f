# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to orders and stock: placed, paid, edited, fulfilled, cancelled, restocked.

Each function changes the state and tells the listeners the webhook topics a store sends then.
Callers hold `store.lock`.
"""

from . import checkout, search
from .order import Fulfillment, FulfillmentLineItem, Transaction


def place(store, spec):
    """Place the order of a specification (README.md). Returns it. Raises KeyError, ValueError."""
    order = checkout.build(store, spec)
    order.created_at = order.processed_at = _moment(store, spec.get("created_at"))
    order.order_number = 1001 + len(store.orders)
    shop = store.shop
    prefix, suffix = shop.order_number_format_prefix, shop.order_number_format_suffix
    order.name = f"{prefix}{order.order_number}{suffix}"
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    order.confirmation_number = "".join(store.random.choices(alphabet, k=9))
    _set_buyer(store, order, spec)
    store.orders.append(store.register(order))
    if spec.get("paid", True):
        _charge(store, order)
    store.touch(order)
    store.emit("orders/create", order)
    for line in order.line_items:
        _reserve(store, line, line.quantity)
    if order.fully_paid:
        store.emit("orders/paid", order)
    return order


def _moment(store, text):
    """When an order was placed: now, or an ISO date. Raises ValueError."""
    moment = search.moment(text) if text else store.now()
    if moment is None:
        raise ValueError(f"Not a date: {text!r}")
    return moment


def _set_buyer(store, order, spec):
    """Guest (`email`) or customer (`customer`: an e-mail, or a dict that finds or makes one)."""
    wanted = spec.get("customer")
    if isinstance(wanted, str):
        order.customer = store.customer(wanted) or store.nodes[wanted]
    elif wanted:
        order.customer = store.customer(wanted.get("email")) or store.add_customer(wanted)
    order.email = spec.get("email") or (order.customer.email if order.customer else None)
    default = order.customer.default_address if order.customer else None
    default = default.fields() if default else None
    billing = spec.get("billing_address") or default
    shipping = spec.get("shipping_address") or spec.get("billing_address") or default
    order.billing_address = store.add_address(billing) if billing else None
    order.shipping_address = store.add_address(shipping) if shipping else None
    if order.customer:
        order.customer.orders.append(order)
        store.touch(order.customer)


def _charge(store, order, amount=None):
    transaction = Transaction(
        store.number("OrderTransaction"),
        gateway=order.gateway,
        test=order.test,
        amount_set=amount or order.total_outstanding_set,
        payment_id=f"r{order.number}.{len(order.transactions) + 1}",
        created_at=store.now(),
    )
    order.transactions.append(store.register(transaction))


def _reserve(store, line, quantity):
    """Move units from available to committed (back when negative)."""
    if not line.variant or not line.variant.inventory_item.tracked:
        return
    level = store.level(line.variant.inventory_item, line.location)
    now = store.now()
    level.change("available", -quantity, now)
    level.change("committed", quantity, now)
    store.emit("inventory_levels/update", level)
    store.touch(line.variant.product)
    store.emit("products/update", line.variant.product)


def _release(store, line, quantity):
    """Committed units leave (shipped or not restocked)."""
    if not line.variant or not line.variant.inventory_item.tracked:
        return
    level = store.level(line.variant.inventory_item, line.location)
    level.change("committed", -quantity, store.now())
    store.emit("inventory_levels/update", level)


def _updated(store, order, *topics):
    store.touch(order)
    for topic in (*topics, "orders/updated"):
        store.emit(topic, order)
    return order


def pay(store, order):
    """Mark as paid. Raises ValueError when nothing is due."""
    if order.fully_paid or order.cancelled_at:
        raise ValueError("Order cannot be marked as paid.")
    _charge(store, order)
    return _updated(store, order, "orders/paid")


def cancel(store, order, reason="CUSTOMER", restock=True, refund=True, note=None):
    """Cancel what is not fulfilled. Raises ValueError when it is cancelled or fulfilled."""
    if order.cancelled_at:
        raise ValueError("Order has already been cancelled")
    if any(line.fulfilled_quantity for line in order.line_items):
        raise ValueError("Cannot cancel a fulfilled order")
    now = store.now()
    if refund and order.net_payment_set.presentment_money.amount > 0:
        kwargs = {"kind": "REFUND", "gateway": order.gateway, "created_at": now}
        kwargs["amount_set"] = order.net_payment_set
        kwargs["parent_transaction"] = order.transactions[0]
        order.transactions.append(
            store.register(Transaction(store.number("OrderTransaction"), **kwargs))
        )
    for line in order.line_items:
        if line.current_quantity:
            (_unreserve if restock else _release)(store, line, line.current_quantity)
        line.current_quantity = 0
    for line in order.shipping_lines:
        line.is_removed = True
    order.cancelled_at, order.closed_at, order.cancel_reason = now, now, reason
    order.staff_note = note
    return _updated(store, order, "orders/cancelled")


def _unreserve(store, line, quantity):
    _reserve(store, line, -quantity)


def edit(store, order, sku=None, quantity=None, add=None):
    """Set how many units of a SKU the order has (0 removes them), or add a line (as in a
    specification, with its taxes). Taxes and discounts follow.

    A removed unit stays in `quantity` and leaves `currentQuantity`. Raises KeyError, ValueError.
    """
    if add:
        return _add_line(store, order, add)
    quantity = int(quantity)
    line = next((one for one in order.line_items if one.sku == sku), None)
    if line is None:
        raise KeyError(f"No line with SKU {sku!r}")
    if order.cancelled_at or quantity < line.fulfilled_quantity:
        raise ValueError("The order can't be edited")
    _reserve(store, line, quantity - line.current_quantity)
    if quantity > line.quantity:
        factor = checkout.decimal(quantity) / line.quantity
        for allocation in line.discount_allocations:
            allocation.allocated_amount_set = allocation.allocated_amount_set.times(factor)
        line.quantity = quantity
        taxes = [vars(tax) for tax in line.tax_lines]
        line.tax_lines = checkout.tax_lines(order, line.net, taxes)
    line.current_quantity = quantity
    order.edited = True
    return _updated(store, order, "orders/edited")


def _add_line(store, order, spec):
    line = checkout.line(store, order, spec)
    line.tax_lines = checkout.tax_lines(order, line.net, spec.get("taxes", ()))
    order.line_items.append(line)
    _reserve(store, line, line.quantity)
    order.edited = True
    return _updated(store, order, "orders/edited")


def update(store, order, values):
    """Change note, tags, email, phone, billing_address or shipping_address."""
    for name in ("note", "tags", "email", "phone"):
        if name in values:
            setattr(order, name, values[name])
    for name in ("billing_address", "shipping_address"):
        if name in values:
            setattr(order, name, store.add_address(values[name]))
    return _updated(store, order)


def fulfil(store, order, skus=None, tracking=None):
    """Ship what is open (of these SKUs). Raises ValueError when nothing is."""
    lines = [
        line
        for line in order.line_items
        if line.unfulfilled_quantity and (skus is None or line.sku in skus)
    ]
    if not lines or order.cancelled_at:
        raise ValueError("Nothing to fulfil")
    now = store.now()
    fulfillment = Fulfillment(
        store.number("Fulfillment"),
        name=f"{order.name}.{len(order.fulfillments) + 1}",
        order=order,
        location=lines[0].location,
        tracking_info=[tracking] if tracking else [],
        created_at=now,
        updated_at=now,
    )
    for line in lines:
        quantity = line.unfulfilled_quantity
        item = FulfillmentLineItem(store.number("FulfillmentLineItem"), line, quantity)
        fulfillment.fulfillment_line_items.append(item)
        line.fulfilled_quantity += quantity
        _release(store, line, quantity)
    order.fulfillments.append(store.register(fulfillment))
    if order.display_fulfillment_status == "FULFILLED" and order.fully_paid:
        order.closed_at = now
    store.emit("fulfillments/create", fulfillment)
    return _updated(store, order, "orders/fulfilled")


def set_stock(store, sku, quantity, location=None, name="available"):
    """Set a quantity as the shop's owner does in the admin. Returns the level."""
    level = store.level(store.variant(sku).inventory_item, store.location(location))
    level.change(name, int(quantity) - level.quantity(name), store.now())
    store.emit("inventory_levels/update", level)
    return level
