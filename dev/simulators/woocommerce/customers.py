# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts: their records and routes. There is no filter by date, and no trash."""

import hashlib
import re

from . import listing, meta
from .errors import RestError, invalid_id, no_trash
from .order import BILLING, SHIPPING
from .params import Arg
from .rest import Result, Route, batch
from .store import gmt

ROLES = ("all", "administrator", "customer", "shop_manager", "subscriber")
WRITE = {
    "email": Arg(),
    "first_name": Arg(),
    "last_name": Arg(),
    "username": Arg(),
    "billing": Arg("object"),
    "shipping": Arg("object"),
    "meta_data": Arg("array", items=Arg("object")),
}
LIST = {
    **listing.PAGING,
    "order": Arg(enum=("asc", "desc"), default="asc"),
    "orderby": Arg(enum=("id", "include", "name", "registered_date"), default="name"),
    "email": Arg(),
    "role": Arg(enum=ROLES, default="customer"),
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def create(store, values):
    """A new account. Raises RestError."""
    email = _checked_email(store, values)
    now = store.now()
    row = {
        "id": store.number("customer"),
        "created": now,
        "modified": now,
        "email": email,
        "first_name": "",
        "last_name": "",
        "role": "customer",
        "username": values.get("username") or email.partition("@")[0],
        "billing": dict.fromkeys(BILLING, ""),
        "shipping": dict.fromkeys(SHIPPING, ""),
        "is_paying_customer": False,
        "meta_data": [],
    }
    _write(store, row, values)
    meta.put(store, row["meta_data"], "default_password_nag", "1")
    store.customers[row["id"]] = row
    store.emit("customer.created", row["id"])
    store.emit("customer.updated", row["id"])
    return row


def _checked_email(store, values):
    email = str(values.get("email") or "").strip()
    if not EMAIL.fullmatch(email):
        raise RestError("customer_invalid_email", "Invalid email address", 400)
    if email.lower() in store.by_email:
        raise RestError(
            "registration-error-email-exists",
            f"An account is already registered with {email}. Please log in or use a different"
            " email address.",
            400,
        )
    return email


def update(store, row, values):
    """Raises RestError where the e-mail is another account's."""
    owner = store.by_email.get(str(values.get("email") or "").lower())
    if owner is not None and owner is not row:
        raise RestError("woocommerce_rest_customer_invalid_email", "Email address is invalid.", 400)
    _write(store, row, values)
    row["modified"] = store.now()
    store.emit("customer.updated", row["id"])


def _write(store, row, values):
    """Addresses are taken as they are: no country or state is checked."""
    if values.get("email"):
        store.by_email.pop(row["email"].lower(), None)
        row["email"] = values["email"]
        store.by_email[row["email"].lower()] = row
    for name in ("first_name", "last_name"):
        if values.get(name) is not None:
            row[name] = values[name]
    for name, fields in (("billing", BILLING), ("shipping", SHIPPING)):
        given = values.get(name) or {}
        row[name].update({one: str(given[one] or "") for one in fields if one in given})
    meta.merge(store, row["meta_data"], values.get("meta_data"))


def delete(store, row):
    """Orders keep what they were; their customer is nobody from then on."""
    del store.customers[row["id"]]
    store.by_email.pop(row["email"].lower(), None)
    for order in store.orders.values():
        if order["customer_id"] == row["id"]:
            order["customer_id"] = 0
    store.emit("customer.deleted", row["id"])


def payload(store, row):
    digest = hashlib.sha256(row["email"].strip().lower().encode()).hexdigest()
    names = ("id", "email", "first_name", "last_name", "role", "username", "is_paying_customer")
    return {
        **{name: row[name] for name in names},
        **{f"date_{name}": gmt(store.local(row[name])) for name in ("created", "modified")},
        **{f"date_{name}_gmt": gmt(row[name]) for name in ("created", "modified")},
        "billing": dict(row["billing"]),
        "shipping": dict(row["shipping"]),
        "avatar_url": f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g",
        "meta_data": meta.shown(row["meta_data"]),
    }


def _customer(call, status=404):
    found = call.store.customers.get(call.ids["id"])
    if found is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", status)
    return found


def list_customers(call):
    params = call.params
    rows = [one for one in call.store.customers.values() if _is_listed(one, params)]
    if params["orderby"] == "name":
        rows.sort(key=lambda row: row["username"], reverse=params["order"] == "desc")
        params = call.params = {**params, "orderby": ""}
        size, start = params["per_page"], (params["page"] - 1) * params["per_page"]
        shown = [payload(call.store, row) for row in rows[start : start + size]]
        return Result(shown, total=len(rows), per_page=size, page=params["page"])
    return listing.answer(call, rows, lambda row: payload(call.store, row), title="username")


def _is_listed(row, params):
    if params["role"] not in ("all", row["role"]):
        return False
    if params.get("email") and row["email"].lower() != params["email"].lower():
        return False
    if params.get("include") and row["id"] not in params["include"]:
        return False
    words = (row["email"], row["username"], row["first_name"], row["last_name"])
    text = (params.get("search") or "").lower()
    return not text or any(text in word.lower() for word in words)


def get_customer(call):
    return Result(payload(call.store, _customer(call)))


def create_customer(call):
    row = create(call.store, call.body)
    location = f"{call.home}/wp-json/wc/v3/customers/{row['id']}"
    return Result(payload(call.store, row), 201, headers={"Location": location})


def update_customer(call):
    row = _customer(call, 400)
    update(call.store, row, call.body)
    return Result(payload(call.store, row))


def delete_customer(call):
    if not call.params.get("force"):
        raise no_trash("Customers")
    row = _customer(call, 400)
    shown = payload(call.store, row)
    delete(call.store, row)
    return Result(shown)


def routes():
    one = r"customers/(?P<id>\d+)"
    return [
        Route("customers", "list", list_customers, LIST),
        Route("customers", "create", create_customer, WRITE),
        Route("customers/batch", "batch", batch(
            create_customer, update_customer, delete_customer,
            lambda: invalid_id("customer", 400))),
        Route(one, "get", get_customer),
        Route(one, "update", update_customer, WRITE),
        Route(one, "delete", delete_customer, {"force": Arg("boolean", default=False)}),
    ]  # fmt: skip
