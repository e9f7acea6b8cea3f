# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to orders and stock: placed, paid, fulfilled, cancelled, restocked. Not here: edits
and refunds (`edits.py`).

Each function changes the state and tells the listeners the webhook topics a store sends then.
Callers hold `store.lock`.
"""

from . import checkout, payment, people, search
from . import refund as refunds
from .order import Fulfillment, FulfillmentLineItem


def place(store, spec):
    """Place the order of a specification (README.md). Returns it. Raises KeyError, ValueError."""
    spec = people.with_buyer(store, spec)
    order = checkout.build(store, spec)
    order.created_at = order.processed_at = _moment(store, spec.get("created_at"))
    order.order_number = 1001 + len(store.orders)
    shop = store.shop
    prefix, suffix = shop.order_number_format_prefix, shop.order_number_format_suffix
    order.name = f"{prefix}{order.order_number}{suffix}"
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    order.confirmation_number = "".join(store.random.choices(alphabet, k=9))
    if spec.get("payments"):
        payment.pay(store, order, spec["payments"])
    elif spec.get("paid", True) and not order.fully_paid:
        payment.add(store, order, order.total_outstanding_set)
    _set_buyer(store, order, spec)
    store.orders.append(store.register(order))
    store.touch(order)
    store.emit("orders/create", order)
    for line in order.line_items:
        reserve(store, line, line.quantity)
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
    people.set_buyer(store, order, spec)
    default = order.customer.default_address if order.customer else None
    default = default.fields() if default else None
    billing = spec.get("billing_address") or default
    shipping = spec.get("shipping_address") or spec.get("billing_address") or default
    order.billing_address = store.add_address(billing) if billing else None
    order.shipping_address = store.add_address(shipping) if shipping else None
    if order.customer:
        order.customer.orders.append(order)
        store.touch(order.customer)


def reserve(store, line, quantity):
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


def release(store, line, quantity):
    """Committed units leave (shipped or not restocked)."""
    if not line.variant or not line.variant.inventory_item.tracked:
        return
    level = store.level(line.variant.inventory_item, line.location)
    level.change("committed", -quantity, store.now())
    store.emit("inventory_levels/update", level)


def updated(store, order, *topics):
    store.touch(order)
    for topic in (*topics, "orders/updated"):
        store.emit(topic, order)
    return order


def pay(store, order):
    """Mark as paid. Raises ValueError when nothing is due."""
    if order.fully_paid or order.cancelled_at:
        raise ValueError("Order cannot be marked as paid.")
    payment.add(store, order, order.total_outstanding_set)
    return updated(store, order, "orders/paid")


def cancel(store, order, reason="CUSTOMER", restock=True, refund=True, note=None):
    """Cancel what is not fulfilled. Raises ValueError when it is cancelled or fulfilled."""
    if order.cancelled_at:
        raise ValueError("Order has already been cancelled")
    if any(line.fulfilled_quantity for line in order.line_items):
        raise ValueError("Cannot cancel a fulfilled order")
    now = store.now()
    made = refunds.new(store, order, note)
    for line in order.line_items:
        quantity = line.current_quantity
        if quantity:
            (_unreserve if restock else release)(store, line, quantity)
            refunds.take(store, made, line, quantity, "CANCEL" if restock else "NO_RESTOCK")
    if refund and order.net_payment_set.presentment_money.amount > 0:
        refunds.give_back(store, made, order.net_payment_set.presentment_money.amount)
    for line in order.shipping_lines:
        line.is_removed = True
    order.cancelled_at, order.closed_at, order.cancel_reason = now, now, reason
    order.staff_note = note
    return updated(store, order, "orders/cancelled")


def _unreserve(store, line, quantity):
    reserve(store, line, -quantity)


def update(store, order, values):
    """Change note, tags, email, phone, billing_address or shipping_address."""
    for name in ("note", "tags", "email", "phone"):
        if name in values:
            setattr(order, name, values[name])
    for name in ("billing_address", "shipping_address"):
        if name in values:
            setattr(order, name, store.add_address(values[name]))
    return updated(store, order)


def fulfil(store, order, skus=None, tracking=None, quantities=None):
    """Ship what is open (of these SKUs; of `quantities` {SKU: units}). Raises ValueError when
    nothing is, or less than asked for."""
    wanted = {sku: int(units) for sku, units in (quantities or {}).items()}
    lines = [
        line
        for line in order.line_items
        if line.unfulfilled_quantity
        and (skus is None or line.sku in skus)
        and (not wanted or line.sku in wanted)
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
        quantity = wanted.get(line.sku, line.unfulfilled_quantity)
        if not 0 < quantity <= line.unfulfilled_quantity:
            raise ValueError("Invalid fulfillment order line item quantity requested.")
        _ship(store, fulfillment, line, quantity)
    order.fulfillments.append(store.register(fulfillment))
    if order.display_fulfillment_status == "FULFILLED" and order.fully_paid:
        order.closed_at = now
    store.emit("fulfillments/create", fulfillment)
    return updated(store, order, "orders/fulfilled")


def _ship(store, fulfillment, line, quantity):
    item = FulfillmentLineItem(store.number("FulfillmentLineItem"), line, quantity)
    fulfillment.fulfillment_line_items.append(item)
    line.fulfilled_quantity += quantity
    release(store, line, quantity)


def set_stock(store, sku, quantity, location=None, name="available"):
    """Set a quantity as the shop's owner does in the admin. Returns the level."""
    level = store.level(store.variant(sku).inventory_item, store.location(location))
    level.change(name, int(quantity) - level.quantity(name), store.now())
    store.emit("inventory_levels/update", level)
    return level
