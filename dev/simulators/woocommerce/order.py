# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order and its items: dicts of their properties, and how REST shows them."""

from . import meta, php
from .options import CURRENCIES
from .product import full_name, parent_of, term_meta
from .store import gmt

BILLING = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state",
           "postcode", "country", "email", "phone")  # fmt: skip
SHIPPING = tuple(name for name in BILLING if name != "email")
SUMS = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total",
        "total_tax")  # fmt: skip
TEXTS = ("order_key", "payment_method", "payment_method_title", "transaction_id",
         "customer_ip_address", "customer_user_agent", "created_via", "customer_note",
         "cart_hash", "number")  # fmt: skip
DATES = ("created", "modified", "completed", "paid")
EDITABLE = ("pending", "on-hold", "auto-draft")
UNPAID = ("pending", "failed", "checkout-draft")
KEY_SIGNS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def blank(store, **values):
    """A new order without anything in it."""
    now = store.now()
    number = store.number("post")
    return {
        "id": number,
        "parent_id": 0,
        "status": "pending",
        "currency": store.currency,
        "version": store.version,
        "prices_include_tax": store.says("prices_include_tax"),
        "customer_id": 0,
        "billing": dict.fromkeys(BILLING, ""),
        "shipping": dict.fromkeys(SHIPPING, ""),
        **dict.fromkeys(SUMS, 0.0),
        **dict.fromkeys(TEXTS, ""),
        **dict.fromkeys(DATES),
        "created": now,
        "modified": now,
        "created_via": "rest-api",
        "number": str(number),
        "order_key": "wc_order_" + "".join(store.random.choices(KEY_SIGNS, k=13)),
        "meta_data": [],
        "line_items": [],
        "tax_lines": [],
        "shipping_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "stock_reduced": False,
        **values,
    }


def payload(store, order, home, places=None):
    """`places`: decimals of amounts (`dp`); the shop's unless told."""
    places = store.decimals if places is None else places
    currency = CURRENCIES.get(order["currency"], ("", "", order["currency"]))[2]
    path = f"{home}/checkout/order-pay/{order['id']}/"
    return {
        **{name: order[name] for name in ("id", "parent_id", "status", "currency", "version",
                                          "prices_include_tax", "customer_id")},
        **{f"date_{name}": gmt(store.local(order[name])) for name in DATES},
        **{f"date_{name}_gmt": gmt(order[name]) for name in DATES},
        **{name: php.decimal(order[name], places) for name in SUMS},
        "billing": dict(order["billing"]),
        "shipping": dict(order["shipping"]),
        **{name: order[name] for name in TEXTS},
        "meta_data": meta.shown(order["meta_data"]),
        **items(store, order, places),
        "coupon_lines": [_coupon(one) for one in order["coupon_lines"]],
        "refunds": [
            {"id": one["id"], "reason": one["reason"], "total": php.decimal(-one["amount"], places)}
            for one in sorted(store.refunds_of(order), key=lambda one: (-one["created"].timestamp(),
                                                                       one["id"]))
        ],
        "payment_url": f"{path}?pay_for_order=true&key={order['order_key']}",
        "is_editable": order["status"] in EDITABLE,
        "needs_payment": needs_payment(order),
        "needs_processing": needs_processing(store, order),
        "currency_symbol": currency,
    }  # fmt: skip


def needs_payment(order):
    return order["status"] in UNPAID and order["total"] > 0


def needs_processing(store, order):
    """Whether anything in it must be sent: a product both virtual and downloadable isn't, nor is
    what never was a product; one deleted since is."""
    for line in order["line_items"]:
        product = store.products.get(product_id(line))
        if line["name"] and not (product and product["virtual"] and product["downloadable"]):
            return True
    return False


def product_id(line):
    return line["variation_id"] or line["product_id"]


def items(store, order, places):
    """The items an order and a refund have."""
    return {
        "line_items": [_line(store, one, places) for one in order["line_items"]],
        "tax_lines": [_tax_line(one, places) for one in order["tax_lines"]],
        "shipping_lines": [_shipping(one, places) for one in order["shipping_lines"]],
        "fee_lines": [_fee(one, places) for one in order["fee_lines"]],
    }


def _line(store, line, places):
    product = store.products.get(product_id(line))
    parent = product and parent_of(store, product)
    return {
        "id": line["id"],
        "name": line["name"],
        "product_id": line["product_id"],
        "variation_id": line["variation_id"],
        "quantity": line["quantity"],
        "tax_class": line["tax_class"],
        **{name: php.decimal(line[name], places)
           for name in ("subtotal", "subtotal_tax", "total", "total_tax")},
        "taxes": [
            {"id": rate, "total": php.decimal(total, places),
             "subtotal": php.decimal(subtotal, places)}
            for rate, (total, subtotal) in line["taxes"].items()
        ],
        "meta_data": meta.displayed(line["meta_data"], product and term_meta(store, product)),
        "sku": product["sku"] if product else None,
        "global_unique_id": product["global_unique_id"] if product else None,
        "price": php.plain(line["total"] / line["quantity"] if line["quantity"] else line["total"]),
        "image": {"id": "", "src": ""} if product else {"id": 0, "src": ""},
        "parent_name": parent["name"] if parent else None,
    }  # fmt: skip


def _tax_line(row, places):
    names = ("id", "rate_code", "rate_id", "label", "compound")
    return {
        **{name: row[name] for name in names},
        "tax_total": php.decimal(row["tax_total"], places),
        "shipping_tax_total": php.decimal(row["shipping_tax_total"], places),
        "rate_percent": php.plain(row["rate_percent"]),
        "meta_data": [],
    }


def _shipping(row, places):
    return {
        **{name: row[name] for name in ("id", "method_title", "method_id", "instance_id")},
        **_taxed(row, places),
        "tax_status": "taxable",
        "meta_data": meta.displayed(row["meta_data"]),
    }


def _fee(row, places):
    return {
        **{name: row[name] for name in ("id", "name", "tax_class", "tax_status", "amount")},
        **_taxed(row, places),
        "meta_data": meta.displayed(row["meta_data"]),
    }


def _taxed(row, places):
    return {
        "total": php.decimal(row["total"], places),
        "total_tax": php.decimal(row["total_tax"], places),
        "taxes": [
            {"id": rate, "total": php.decimal(total, places), "subtotal": ""}
            for rate, (total, _subtotal) in row["taxes"].items()
        ],
    }


def _coupon(row):
    names = ("id", "code", "discount_type", "nominal_amount", "free_shipping")
    return {
        **{name: row[name] for name in names},
        "discount": php.text(row["discount"]),
        "discount_tax": php.text(row["discount_tax"]),
        "meta_data": meta.displayed(row["meta_data"]),
    }


def product_line(store, product):
    """A line that sells a product, without amounts yet; without a product, an empty one."""
    variation = product if product and product["type"] == "variation" else None
    return {
        "id": store.number("item"),
        "name": full_name(store, product) if product else "",
        "product_id": variation["parent_id"] if variation else product["id"] if product else 0,
        "variation_id": variation["id"] if variation else 0,
        "quantity": 1,
        "tax_class": "",
        "tax_status": product["tax_status"] if product else "taxable",
        "subtotal": 0.0,
        "total": 0.0,
        "subtotal_tax": 0.0,
        "total_tax": 0.0,
        "taxes": {},
        "meta_data": [
            {"id": store.number("meta"), "key": key, "value": value}
            for key, value in (variation["attributes"] if variation else {}).items()
        ],
    }


def other_line(store, **values):
    """A shipping or fee line."""
    return {"id": store.number("item"), "total": 0.0, "total_tax": 0.0, "taxes": {},
            "meta_data": [], **values}  # fmt: skip
