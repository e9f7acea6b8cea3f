# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a status does: dates, stock taken and given back, a refund of what is left."""

from . import meta, php, product_write
from .order import needs_processing, product_id

CORE = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
        "checkout-draft")  # fmt: skip
TAKES = ("processing", "completed", "on-hold")
GIVES = ("cancelled", "pending")
REDUCED = "_reduced_stock"


def known(store):
    return ("auto-draft", *CORE, *store.statuses, "trash")


def touch(store, order):
    order["modified"] = store.now()
    store.emit("order.updated", order["id"])


def begin(store, order, status):
    """The first status of an order."""
    order["status"] = "pending"
    change(store, order, status)


def change(store, order, status):
    before, order["status"] = order["status"], status
    if before == status:
        return
    if status in ("processing", "completed") and order["paid"] is None:
        order["paid"] = store.now()
    if status == "completed":
        order["completed"] = store.now()
    if status in TAKES:
        _take_stock(store, order)
    elif status in GIVES:
        _give_stock(store, order)
    elif status == "refunded":
        _refund_rest(store, order)
    _mark_customer(store, order, status)


def pay(store, order, transaction_id=""):
    """The gateway says that it was paid."""
    order["transaction_id"] = transaction_id or order["transaction_id"]
    order["paid"] = order["paid"] or store.now()
    if order["status"] not in ("processing", "completed"):
        change(store, order, "processing" if needs_processing(store, order) else "completed")


def _mark_customer(store, order, status):
    """Whoever paid is a paying customer from then on, which changes the account."""
    customer = store.customers.get(order["customer_id"])
    if customer and status in ("processing", "completed"):
        customer.update(is_paying_customer=True, modified=store.now())
        store.emit("customer.updated", customer["id"])


def _take_stock(store, order):
    if order["stock_reduced"]:
        return
    order["stock_reduced"] = True
    for line in order["line_items"]:
        product = store.products.get(product_id(line))
        if product is None:
            continue
        product["total_sales"] += line["quantity"]
        if _is_managed(store, product):
            product_write.change_stock(store, product, -line["quantity"])
            meta.put(store, line["meta_data"], REDUCED, str(line["quantity"]))


def _is_managed(store, product):
    parent = store.products.get(product["parent_id"])
    return product["manage_stock"] or bool(parent and parent["manage_stock"])


def _give_stock(store, order):
    if not order["stock_reduced"]:
        return
    order["stock_reduced"] = False
    for line in order["line_items"]:
        product = store.products.get(product_id(line))
        if product is not None and order["status"] == "cancelled":
            product["total_sales"] -= line["quantity"]
        restore_line(store, line)


def restore_line(store, line):
    """Give back what a line still holds."""
    taken = php.integer(meta.value(line["meta_data"], REDUCED, 0))
    product = store.products.get(product_id(line)) if "product_id" in line else None
    if taken and product is not None:
        product_write.change_stock(store, product, taken)
        meta.put(store, line["meta_data"], REDUCED, None)


def _refund_rest(store, order):
    """Set by hand: WooCommerce makes the record of a refund of everything, without lines."""
    from . import refunds  # refunds change the status in turn

    left = refunds.remaining(store, order)
    if left > 0:
        refunds.record(store, order, left, "Order fully refunded.")
