# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The routes of orders and their notes."""

from . import listing, order_status, order_write
from .const import CURRENCIES
from .errors import invalid_id
from .order import payload
from .params import Arg
from .rest import Result, Route, batch
from .store import gmt

LINES = Arg(
    "array",
    items=Arg(
        "object",
        properties={
            "id": Arg("integer"),
            "product_id": Arg("mixed"),
            "quantity": Arg("integer"),
            "subtotal": Arg(),
            "total": Arg(),
            "name": Arg("mixed"),
        },
    ),
)
ADDRESS = Arg("object")
DECIMALS = {"dp": Arg("integer", low=0)}
FORCE = {"force": Arg("boolean", default=False)}


def _write_schema(store):
    known = [one for one in order_status.known(store) if one != "trash"]
    return {
        "status": Arg(enum=tuple(known)),
        "currency": Arg(enum=CURRENCIES),
        "customer_id": Arg("integer"),
        "billing": ADDRESS,
        "shipping": ADDRESS,
        "payment_method": Arg(),
        "transaction_id": Arg(),
        "customer_note": Arg(),
        "set_paid": Arg("boolean"),
        "line_items": LINES,
        "shipping_lines": LINES,
        "fee_lines": LINES,
        "coupon_lines": Arg("array", items=Arg("object")),
        "meta_data": Arg("array", items=Arg("object")),
        **DECIMALS,
    }


def _list_schema(store):
    known = order_status.known(store)
    return {
        **listing.DATED,
        **DECIMALS,
        "status": Arg(
            "array", items=Arg(enum=("any", "trash", *(one for one in known if one != "trash")))
        ),
        "customer": Arg("integer"),
        "product": Arg("integer"),
        "parent": listing.IDS,
    }


def _order(call, status=404):
    found = call.store.orders.get(call.ids["id"])
    if found is None:
        raise invalid_id("shop_order", status)
    return found


def shown(call, order):
    return payload(call.store, order, call.home, call.params.get("dp"))


def list_orders(call):
    rows = [one for one in call.store.orders.values() if _is_listed(one, call.params)]
    return listing.answer(call, rows, lambda row: shown(call, row), title="number")


def _is_listed(order, params):
    wanted = params.get("status") or ["any"]
    if "any" in wanted:
        if order["status"] in ("trash", "auto-draft"):
            return False
    elif order["status"] not in wanted:
        return False
    if params.get("customer") is not None and order["customer_id"] != params["customer"]:
        return False
    if params.get("product") and not _sells(order, params["product"]):
        return False
    if params.get("parent") and order["parent_id"] not in params["parent"]:
        return False
    return not params.get("search") or _mentions(order, params["search"].lower())


def _sells(order, product_id):
    return any(product_id in (one["product_id"], one["variation_id"])
               for one in order["line_items"])  # fmt: skip


def _mentions(order, text):
    """What a search looks through: id, number, addresses, products' names; never meta."""
    if text in (str(order["id"]), order["number"].lower()):
        return True
    words = [*order["billing"].values(), *order["shipping"].values()]
    words += [one["name"] for one in order["line_items"]]
    return any(text in word.lower() for word in words)


def get_order(call):
    return Result(shown(call, _order(call)))


def create_order(call):
    order = order_write.create(call.store, call.body)
    location = f"{call.home}/wp-json/wc/v3/orders/{order['id']}"
    return Result(shown(call, order), 201, headers={"Location": location})


def update_order(call):
    order = _order(call, 400)
    order_write.update(call.store, order, call.body)
    return Result(shown(call, order))


def delete_order(call):
    order = _order(call)
    before = shown(call, order)
    order_write.delete(call.store, order, call.params.get("force"))
    return Result(before)


def create_note(call):
    store, order = call.store, _order(call)
    note = {
        "id": store.number("note"),
        "author": "WooCommerce",
        "created": store.now(),
        "note": call.body["note"],
        "customer_note": bool(call.params.get("customer_note")),
    }
    order.setdefault("notes", []).append(note)
    return Result(_note(store, note), 201)


def list_notes(call):
    order = _order(call)
    rows = [_note(call.store, one) for one in reversed(order.get("notes", []))]
    return Result(rows, total=len(rows), per_page=max(len(rows), 1))


def _note(store, note):
    dates = {"date_created": gmt(store.local(note["created"])),
             "date_created_gmt": gmt(note["created"])}  # fmt: skip
    return {**{name: note[name] for name in ("id", "author", "note", "customer_note")}, **dates}


def routes(store):
    one = r"orders/(?P<id>\d+)"
    write = _write_schema(store)
    note = {"note": Arg(required=True), "customer_note": Arg("boolean", default=False)}
    return [
        Route("orders", "list", list_orders, _list_schema(store)),
        Route("orders", "create", create_order, write),
        Route("orders/batch", "batch", batch(
            create_order, update_order, delete_order, lambda: invalid_id("shop_order", 400))),
        Route(one, "get", get_order, DECIMALS),
        Route(one, "update", update_order, write),
        Route(one, "delete", delete_order, {**FORCE, **DECIMALS}),
        Route(f"{one}/notes", "list", list_notes),
        Route(f"{one}/notes", "create", create_note, note),
    ]  # fmt: skip
