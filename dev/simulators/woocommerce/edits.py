# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop's staff does to an order in the back office. Callers hold `store.lock`."""

from . import meta, order_status, order_write, php, product_write, refunds, totals
from .checkout import address, place
from .errors import RestError

__all__ = ["cancel", "edit", "fulfil", "pay", "place", "refund", "update"]
TRACKING = "_wc_shipment_tracking_items"  # of the plugin "Shipment Tracking"


def _line(store, order, sku):
    for line in order["line_items"]:
        product = store.products.get(line["variation_id"] or line["product_id"])
        if sku == line["name"] or (product and product["sku"] == sku):
            return line
    raise KeyError(f"No line with SKU {sku!r}")


def edit(store, order, sku=None, quantity=None, add=None, shipping=None, remove_shipping=None):
    """One edit: how many units of a SKU there are (0 removes the line), a line or shipping line
    more, or a shipping line less. Raises KeyError, ValueError."""
    if not (sku or add or shipping or remove_shipping):
        raise ValueError("Nothing to change")
    values = {}
    if sku:
        values["line_items"] = [_resized(store, order, sku, int(quantity))]
    if add:
        product = store.product(add["sku"])
        values["line_items"] = [{"product_id": product["id"], "quantity": add.get("quantity", 1)}]
        if "price" in add:
            values["line_items"][0]["unit_price"] = php.number(add["price"])
    if shipping:
        values["shipping_lines"] = [{"method_id": "flat_rate", "method_title": shipping["title"],
                                     "total": shipping["price"]}]  # fmt: skip
    if remove_shipping:
        found = [one for one in order["shipping_lines"] if one["method_title"] == remove_shipping]
        if not found:
            raise KeyError(f"No shipping line {remove_shipping!r}")
        values["shipping_lines"] = [{"id": found[0]["id"], "method_id": None}]
    order_write.update(store, order, values)
    return order


def _resized(store, order, sku, quantity):
    """A line's row with other units: its amounts grow and shrink along, as the editor does it.

    What was taken from stock follows."""
    line = _line(store, order, sku)
    taken = php.integer(meta.value(line["meta_data"], order_status.REDUCED, 0))
    product = store.products.get(line["variation_id"] or line["product_id"])
    if taken and quantity and product is not None:
        product_write.change_stock(store, product, taken - quantity)
        meta.put(store, line["meta_data"], order_status.REDUCED, str(quantity))
    if not quantity:
        return {"id": line["id"], "quantity": 0}
    factor = quantity / line["quantity"]
    return {"id": line["id"], "quantity": quantity, "subtotal": line["subtotal"] * factor,
            "total": line["total"] * factor}  # fmt: skip


def refund(store, order, lines=None, shipping=None, amount=None, restock=True, note=None):
    """Refund units ({SKU: quantity}) and shipping (true, or its net amount) with their taxes, or an
    amount alone. Raises KeyError, ValueError."""
    rows = []
    for sku, quantity in (lines or {}).items():
        line = _line(store, order, sku)
        share = int(quantity) / line["quantity"]
        rows.append({"id": line["id"], "quantity": int(quantity), **_part(store, line, share)})
    for one in order["shipping_lines"][:1] if shipping else ():
        share = 1 if shipping is True else php.number(shipping) / one["total"]
        rows.append({"id": one["id"], **_part(store, one, share)})
    values = {
        "line_items": rows,
        "reason": note or "",
        "api_refund": False,
        "api_restock": bool(restock) and restock != "NO_RESTOCK",
        "amount": None if amount is None else str(amount),
    }
    try:
        refunds.make(store, order, values)
    except RestError as error:
        raise ValueError(error.message)
    return order


def _part(store, item, share):
    places = store.decimals
    taxes = [{"id": rate, "refund_total": php.rounded(total * share, places)}
             for rate, (total, _subtotal) in item["taxes"].items()]  # fmt: skip
    return {"refund_total": php.rounded(item["total"] * share, places), "refund_tax": taxes}


def cancel(store, order, refund=False, note=None):
    """Cancel; with `refund`, give back first what was paid, which alone leaves it `refunded`."""
    if order["status"] == "cancelled":
        raise ValueError("The order is cancelled")
    if refund and order["paid"] and refunds.remaining(store, order) > 0:
        refunds.record(store, order, refunds.remaining(store, order), note or "")
    order_status.change(store, order, "cancelled")
    order_status.touch(store, order)
    return order


def pay(store, order):
    if order["paid"]:
        raise ValueError("The order is paid")
    order_status.pay(store, order)
    order_status.touch(store, order)
    return order


def fulfil(store, order, tracking=None):
    """Complete it; `tracking` (company, number, url) as the common plugin keeps it."""
    if tracking:
        row = {
            "tracking_provider": tracking.get("company", ""),
            "custom_tracking_link": tracking.get("url", ""),
            "tracking_number": tracking.get("number", ""),
            "date_shipped": str(int(store.now().timestamp())),
        }
        meta.put(store, order["meta_data"], TRACKING, [row])
    order_status.change(store, order, "completed")
    order_status.touch(store, order)
    return order


def update(store, order, values):
    """note, email, phone, addresses, status, meta."""
    given = {}
    for name, key in (("billing_address", "billing"), ("shipping_address", "shipping")):
        if name in values:
            given[key] = address(values[name])
    for name in ("email", "phone"):
        if name in values:
            given.setdefault("billing", {})[name] = values[name]
    for name, key in (("note", "customer_note"), ("status", "status"), ("meta", "meta_data")):
        if name in values:
            given[key] = values[name]
    order_write.update(store, order, given)
    return order


def recalculate(store, order):
    """The button of the editor: taxes and totals from the rates of now."""
    order["tax_lines"] = []
    totals.calculate(store, order)
    order_status.touch(store, order)
    return order
