# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refunds: records of their own, below an order, and the routes that show and make them."""

from . import listing, meta, order_status, php, product_write, tax, totals
from .errors import RefundError, invalid_id, no_trash
from .order import items, product_id
from .params import Arg
from .rest import Result, Route
from .store import gmt

FROM_ITEM = "_refunded_item_id"
RESTOCKED = "_restock_refunded_items"
LISTS = ("meta_data", "line_items", "shipping_lines", "fee_lines", "tax_lines")
ROWS = Arg("array", items=Arg("object"))
WRITE = {
    "amount": Arg(),
    "reason": Arg(),
    "api_refund": Arg("boolean", default=True),
    "api_restock": Arg("boolean", default=True),
    "line_items": ROWS,
    "meta_data": ROWS,
}


def remaining(store, order):
    refunded = sum(one["amount"] for one in store.refunds_of(order))
    return php.rounded(order["total"] - refunded, store.decimals)


def record(store, order, amount, reason="", lines=(), rows=()):
    """Keep a refund of an order; its status follows once nothing is left."""
    now = store.now()
    full = remaining(store, order) - amount <= 0
    refund = {
        "id": store.number("post"),
        "parent_id": order["id"],
        "created": now,
        "modified": now,
        "amount": amount,
        "reason": reason,
        **{one: [] for one in LISTS},
    }
    meta.merge(store, refund["meta_data"], rows)
    kind = "full" if full else "partial"
    meta.put(store, refund["meta_data"], "_refund_type", kind)
    for item, given in lines:
        _add_item(store, order, refund, item, given)
    _tax_lines(store, order, refund)
    store.refunds[refund["id"]] = refund
    store.order_refunds.setdefault(order["id"], []).append(refund)
    if full and amount > 0 and order["status"] != "refunded":
        order["status"] = "refunded"
    order_status.touch(store, order)
    return refund


def _add_item(store, order, refund, item, given):
    quantity = php.integer(given.get("quantity") or 0)
    amount = php.number(given.get("refund_total") or 0)
    taxes = {
        php.integer(one["id"]): php.number(one.get("refund_total") or 0)
        for one in given.get("refund_tax") or ()
    }
    if not (quantity or amount or any(taxes.values())):
        return
    kind = next(
        name for name in ("line_items", "shipping_lines", "fee_lines") if item in order[name]
    )
    is_line = kind == "line_items"
    marker = {"id": store.number("meta"), "key": FROM_ITEM, "value": str(item["id"])}
    row = {
        **item,
        "id": store.number("item"),
        "total": -amount,
        "total_tax": -sum(taxes.values()),
        "taxes": {rate: (-one, -one if is_line else None) for rate, one in taxes.items()},
        "meta_data": [marker],
    }
    if is_line:
        row.update(quantity=-quantity, subtotal=-amount, subtotal_tax=row["total_tax"])
    refund[kind].append(row)


def _tax_lines(store, order, refund):
    """The names of the rates are the order's."""
    refund["tax_lines"] = [dict(one) for one in order["tax_lines"]]
    totals.update_tax_lines(store, refund)
    for row in refund["tax_lines"]:
        row["id"] = store.number("item")


def payload(store, refund, places=None, *, parent=False):
    places = store.decimals if places is None else places
    return {
        "id": refund["id"],
        **({"parent_id": refund["parent_id"]} if parent else {}),
        "date_created": gmt(store.local(refund["created"])),
        "date_created_gmt": gmt(refund["created"]),
        "amount": php.decimal(refund["amount"], places),
        "reason": refund["reason"],
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": meta.shown(refund["meta_data"]),
        **items(store, refund, places),
    }


def _order(call):
    found = call.store.orders.get(call.ids["order"])
    if found is None:
        raise invalid_id("order")
    return found


def _refund(call):
    order = _order(call)
    found = call.store.refunds.get(call.ids["id"])
    if found is None or found["parent_id"] != order["id"]:
        raise invalid_id("order_refund")
    return found


def list_refunds(call):
    rows = call.store.refunds_of(_order(call))
    return listing.answer(call, rows, lambda row: payload(call.store, row, call.params.get("dp")))


def list_all(call):
    rows = [one for one in call.store.refunds.values() if one["parent_id"] in call.store.orders]

    def render(row):
        return payload(call.store, row, call.params.get("dp"), parent=True)

    return listing.answer(call, rows, render)


def get_refund(call):
    return Result(payload(call.store, _refund(call), call.params.get("dp")))


def create_refund(call):
    order, store = _order(call), call.store
    refund = make(store, order, call.params)
    return Result(payload(store, refund, call.params.get("dp")), 201)


def make(store, order, values):
    """A refund as the API makes it. Raises RestError."""
    known = [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]
    by_id = {one["id"]: one for one in known}
    lines = [(by_id[one["id"]], one) for one in values.get("line_items") or ()
             if one.get("id") in by_id]  # fmt: skip
    amount = _amount(store, values, lines)
    if amount < 0 or amount > remaining(store, order):
        raise RefundError("Invalid refund amount.")
    if values.get("api_refund", True):
        # None of the simulated gateways can give money back by itself.
        raise RefundError("The payment gateway for this order does not support automatic refunds.")
    rows = values.get("meta_data")
    refund = record(store, order, amount, values.get("reason") or "", lines, rows)
    if values.get("api_restock", True):
        _restock(store, lines)
    return refund


def _amount(store, values, lines):
    if values.get("amount") is not None:
        return php.rounded(php.number(values["amount"]), store.decimals)
    whole = 0.0
    for _item, given in lines:
        whole += php.number(given.get("refund_total") or 0)
        whole += sum(php.number(one.get("refund_total") or 0)
                     for one in given.get("refund_tax") or ())  # fmt: skip
    return tax.Rounding(store).total(whole)


def _restock(store, lines):
    """Units refunded go back into stock, as far as the order had taken them."""
    for item, given in lines:
        taken = php.integer(meta.value(item["meta_data"], order_status.REDUCED, 0))
        units = min(php.integer(given.get("quantity") or 0), taken)
        product = store.products.get(product_id(item)) if "product_id" in item else None
        if units <= 0 or product is None:
            continue
        product_write.change_stock(store, product, units)
        left = str(taken - units) if taken > units else None
        meta.put(store, item["meta_data"], order_status.REDUCED, left)
        before = php.integer(meta.value(item["meta_data"], RESTOCKED, 0))
        meta.put(store, item["meta_data"], RESTOCKED, str(before + units))


def delete_refund(call):
    """Fires nothing."""
    refund, store = _refund(call), call.store
    if not call.params.get("force"):
        raise no_trash("Refunds")
    shown = payload(store, refund)
    store.order_refunds[refund["parent_id"]].remove(refund)
    del store.refunds[refund["id"]]
    return Result(shown)


def routes():
    base = r"orders/(?P<order>\d+)/refunds"
    decimals = {"dp": Arg("integer")}
    dated = {**listing.DATED, **decimals}
    return [
        Route("refunds", "list", list_all, dated),
        Route(base, "list", list_refunds, dated),
        Route(base, "create", create_refund, {**WRITE, **decimals}),
        Route(rf"{base}/(?P<id>\d+)", "get", get_refund, decimals),
        Route(rf"{base}/(?P<id>\d+)", "delete", delete_refund,
              {"force": Arg("boolean", default=False)}),
    ]  # fmt: skip
