# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders written as the REST controller writes them: items, totals, coupons, status, payment."""

from . import coupons, meta, order_status, php, tax, totals
from .errors import RestError, already_trashed
from .order import BILLING, SHIPPING, blank, needs_payment, other_line, product_line
from .product import price, tax_class

TEXTS = ("currency", "payment_method", "payment_method_title", "transaction_id", "customer_note",
         "created_via")  # fmt: skip
PRICED = ("billing", "shipping", "line_items", "shipping_lines", "fee_lines", "coupon_lines")


def create(store, values, **fixed):
    """A new order. `fixed`: properties REST can't set. Raises RestError."""
    customer_id = _customer(store, values)
    order = blank(store, **fixed)
    _check_rows(store, order, values)
    store.orders[order["id"]] = order
    order["customer_id"] = customer_id
    _write(store, order, values)
    totals.calculate(store, order)
    try:
        _coupons(store, order, values)
    except RestError as error:
        # What was already saved stays, as a draft.
        order["status"] = "checkout-draft"
        error.data["new_draft_order_id"] = order["id"]
        raise
    order_status.begin(store, order, _status(store, values, "pending"))
    if values.get("set_paid") is True:
        order_status.pay(store, order, values.get("transaction_id") or "")
    store.emit("order.created", order["id"])
    order_status.touch(store, order)
    return order


def update(store, order, values):
    """Raises RestError, with nothing written."""
    customer_id = _customer(store, values)
    _check_rows(store, order, values)
    for given in values.get("coupon_lines") or ():
        if given.get("code"):
            coupons.find(store, given["code"])
    if customer_id:
        order["customer_id"] = customer_id
    _write(store, order, values)
    if any(name in values for name in PRICED):
        totals.calculate(store, order)
    _coupons(store, order, values)
    if values.get("status"):
        order_status.change(store, order, _status(store, values, "pending"))
    if values.get("set_paid") is True and needs_payment(order):
        order_status.pay(store, order, values.get("transaction_id") or "")
    order_status.touch(store, order)


def delete(store, order, force):
    """Into the trash, or for ever. Only the trash is announced. Raises RestError."""
    if force:
        del store.orders[order["id"]]
        for refund in store.order_refunds.pop(order["id"], []):
            del store.refunds[refund["id"]]
        return
    if order["status"] == "trash":
        raise already_trashed("order")
    marks = {"_wp_trash_meta_status": f"wc-{order['status']}",
             "_wp_trash_meta_time": str(int(store.now().timestamp()))}  # fmt: skip
    for key, value in marks.items():
        meta.put(store, order["meta_data"], key, value)
    order["status"] = "trash"
    order["modified"] = store.now()
    store.emit("order.deleted", order["id"])


def _status(store, values, fallback):
    """In a batch nothing was checked: what is no status becomes `fallback`."""
    wanted = values.get("status") or fallback
    return wanted if wanted in order_status.known(store) else fallback


def _check_rows(store, order, values):
    """Whether every row is of this order, or sells something. Raises RestError."""
    for name in ("line_items", "shipping_lines", "fee_lines"):
        known = {one["id"] for one in order[name]}
        for given in values.get(name) or ():
            if given.get("id") and given["id"] not in known:
                raise RestError(
                    "woocommerce_rest_invalid_item_id",
                    "Order item ID provided is not associated with order.",
                    400,
                )
            if name == "line_items" and not given.get("id"):
                _sold(store, given)


def _customer(store, values):
    customer_id = php.integer(values.get("customer_id") or 0)
    if customer_id and customer_id != 1 and customer_id not in store.customers:
        raise RestError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.", 400)
    return customer_id


def _write(store, order, values):
    for name in TEXTS:
        if values.get(name) is not None:
            order[name] = values[name]
    for name, fields in (("billing", BILLING), ("shipping", SHIPPING)):
        given = values.get(name) or {}
        order[name].update({one: str(given[one] or "") for one in fields if one in given})
    meta.merge(store, order["meta_data"], values.get("meta_data"))
    writers = {"line_items": _line, "shipping_lines": _shipping, "fee_lines": _fee}
    for name, writer in writers.items():
        for given in values.get(name) or ():
            _item(store, order, name, writer, given)


def _item(store, order, name, writer, given):
    """A row without an id is a new item; quantity 0 or a null removes one."""
    found = next((one for one in order[name] if one["id"] == given.get("id")), None)
    nulls = ("product_id", "method_id", "method_title", "name")
    if found is not None and (
        given.get("quantity") == 0 or any(one in given and given[one] is None for one in nulls)
    ):
        order_status.restore_line(store, found)
        order[name].remove(found)
        return
    if found is None:
        found = writer(store, order, given)
        order[name].append(found)
    writer(store, order, given, found)
    meta.merge(store, found["meta_data"], given.get("meta_data"))


def _line(store, order, given, line=None):
    if line is None:
        product = _sold(store, given)
        line = product_line(store, product)
        quantity = php.integer(given.get("quantity", 1))
        if product:
            line["tax_class"] = tax_class(store, product)
            line["quantity"] = quantity
            amount = _net(store, order, product, quantity, given)
            line["subtotal"] = line["total"] = amount
        return line
    for name in ("name", "tax_class"):
        if given.get(name) is not None:
            line[name] = given[name]
    if given.get("quantity") is not None:
        line["quantity"] = php.integer(given["quantity"])
    for name in ("subtotal", "total"):
        if given.get(name) is not None:
            line[name] = php.number(given[name])
    return line


def _sold(store, given):
    """The product of a row: by SKU, else by ids. Raises RestError where it names none."""
    if given.get("sku"):
        return store.by_sku.get(given["sku"])
    wanted = given.get("variation_id") or given.get("product_id")
    if not wanted and "product_id" not in given and "variation_id" not in given:
        raise RestError(
            "woocommerce_rest_required_product_reference",
            "Product ID or SKU is required.",
            400,
        )
    return store.products.get(php.integer(wanted or 0))


def _net(store, order, product, quantity, given):
    """A product's price without tax, unrounded where it was taken out of a price with tax.

    `unit_price` isn't REST's: it is what the shopper was shown, from whoever places an order."""
    amount = php.number(given.get("unit_price", price(store, product))) * quantity
    if not order["prices_include_tax"] or product["tax_status"] != "taxable":
        return amount
    class_ = given.get("tax_class", tax_class(store, product))
    rates = store.rates(class_, *store.base) if store.says("calc_taxes") else []
    return amount - sum(tax.inclusive(amount, rates).values())


def _shipping(store, _order, given, row=None):
    if row is None:
        return other_line(store, method_title="", method_id="", instance_id="")
    for name in ("method_title", "method_id", "instance_id"):
        if given.get(name) is not None:
            row[name] = str(given[name])
    if given.get("total") is not None:
        row["total"] = php.number(given["total"])
    return row


def _fee(store, _order, given, row=None):
    if row is None:
        return other_line(store, name="", tax_class="", tax_status="taxable", amount="")
    for name in ("name", "tax_class", "tax_status"):
        if given.get(name) is not None:
            row[name] = given[name]
    if given.get("total") is not None:
        row["total"] = php.number(given["total"])
    return row


def _coupons(store, order, values):
    """The coupons a request names, and no other. Raises RestError."""
    if "coupon_lines" not in values:
        return
    given = [one for one in values["coupon_lines"] or () if one.get("code")]
    coupons.apply(store, order, [coupons.find(store, one["code"]) for one in given])
