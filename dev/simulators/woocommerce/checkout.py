# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a specification in the words all simulators share to an order as WooCommerce's checkout
makes it. README.md describes the specification.

Taxes named in it become tax classes: a class for each set of taxes. Discounts become coupons.
"""

from datetime import datetime, timezone

from . import coupons, customers, order_status, order_write, php, tax

ADDRESS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "address1": "address_1",
    "address2": "address_2",
    "city": "city",
    "province_code": "state",
    "zip": "postcode",
    "country_code": "country",
    "phone": "phone",
}
UNTAXED = "zero-rate"


def place(store, spec):
    """Place the order of a specification. Raises KeyError, ValueError, RestError."""
    included = spec.get("taxes_included")
    included = store.says("prices_include_tax") if included is None else included
    fixed = {"prices_include_tax": included, "created_via": "checkout"}
    shipped_as = _class_of(store, spec.get("taxes"))
    if shipped_as is not None:
        fixed["shipping_tax_class"] = shipped_as
    shipping = _listed(spec, "shipping")
    values = {
        "line_items": [_line(store, one, spec) for one in spec["lines"] if not one.get("custom")],
        "fee_lines": [_fee(store, one, spec) for one in _fee_specs(spec)],
        "shipping_lines": [_shipping(store, one, spec, included) for one in shipping],
        "status": spec.get("status") or ("processing" if spec.get("paid", True) else "on-hold"),
        "payment_method": spec.get("gateway", "bacs"),
        "payment_method_title": spec.get("gateway_title", "Direct bank transfer"),
        "transaction_id": spec.get("transaction_id", ""),
        "customer_note": spec.get("note") or "",
        "currency": spec.get("presentment_currency"),
        "meta_data": spec.get("meta", []),
        **_buyer(store, spec),
    }  # fmt: skip
    codes = [_coupon(store, one)["code"] for one in spec.get("discounts", ())]
    if codes:
        values["coupon_lines"] = [{"code": code} for code in codes]
    order = order_write.create(store, values, **fixed)
    _afterwards(store, order, spec)
    return order


def _afterwards(store, order, spec):
    if spec.get("number"):
        order["number"] = str(spec["number"])
    if spec.get("created_at"):
        moment = datetime.fromisoformat(spec["created_at"].replace("Z", "+00:00"))
        order["created"] = moment.astimezone(timezone.utc).replace(microsecond=0)
    if spec.get("paid") and order["paid"] is None:
        order_status.pay(store, order)


def _class_of(store, taxes):
    """The class of a set of taxes, made when it is new; None where none are named."""
    if taxes is None:
        return None
    if not taxes:
        return UNTAXED
    wanted = tuple(
        (one["title"], php.rounded(float(one["rate"]) * 100, 4), bool(one.get("compound")))
        for one in taxes
    )
    for class_ in store.classes:
        rows = store.rates(class_, *store.base)
        if wanted == tuple((row["name"], row["rate"], row["compound"]) for row in rows):
            return "" if class_ == "standard" else class_
    name = php.slug("-".join(title for title, _rate, _compound in wanted))
    class_ = name if name not in store.classes else f"{name}-{len(store.classes)}"
    for priority, (title, rate, compound) in enumerate(wanted, 1):
        values = {"priority": priority, "compound": compound, "class": class_}
        store.add_tax(title, rate, **values)
    return class_


def _taxes(store, one, spec):
    return _class_of(store, one["taxes"] if "taxes" in one else spec.get("taxes"))


def _line(store, one, spec):
    product = store.product(one["sku"])
    values = {
        "product_id": product["parent_id"] or product["id"],
        "variation_id": product["id"] if product["parent_id"] else 0,
        "quantity": int(one.get("quantity", 1)),
        "meta_data": one.get("meta", []),
    }
    class_ = _taxes(store, one, spec)
    if class_ is not None:
        values["tax_class"] = class_
    if one.get("price") is not None:
        values["unit_price"] = php.number(one["price"])
    return values


def _fee_specs(spec):
    custom = [one for one in spec["lines"] if one.get("custom")]
    return [*({**one, "name": one["title"]} for one in custom), *_listed(spec, "fees")]


def _fee(store, one, spec):
    """A fee's price is without taxes, as it is in WooCommerce."""
    class_ = _taxes(store, one, spec)
    total = php.number(one["price"]) * int(one.get("quantity", 1))
    status = "none" if class_ == UNTAXED else "taxable"
    return {"name": one["name"], "total": total, "tax_class": class_ or "", "tax_status": status}


def _listed(spec, name):
    given = spec.get(name) or []
    return given if isinstance(given, list) else [given]


def _shipping(store, one, spec, included):
    """What shipping costs is kept without taxes, whatever the shopper was shown."""
    price = php.number(one.get("price", 0))
    for discount in spec.get("discounts", ()):
        if discount.get("target") == "shipping":
            price -= _share(price, discount)
    class_ = _class_of(store, spec.get("taxes"))
    if included and class_ is not None:
        rates = [row for row in store.rates(class_, *store.base) if row["shipping"]]
        price -= sum(tax.inclusive(price, rates).values())
    return {
        "method_id": one.get("code", "flat_rate"),
        "method_title": one.get("title", "Flat rate"),
        "instance_id": "1",
        "total": php.rounded(price, store.decimals),
    }


def _share(price, discount):
    if discount.get("type", "percentage") == "percentage":
        return price * php.number(discount["value"]) / 100
    return min(price, php.number(discount["value"]))


def _coupon(store, one):
    """The coupon of a discount; the same again is the same coupon."""
    kind, target = one.get("type", "percentage"), one.get("target", "order")
    skus = one.get("skus", ())
    values = {
        "discount_type": "percent" if kind == "percentage" else "fixed_cart",
        "amount": php.number(one["value"]),
        "product_ids": [store.product(sku)["id"] for sku in skus],
        "free_shipping": False,
    }
    if target == "line" and kind != "percentage":
        values["discount_type"] = "fixed_product"
    if target == "shipping":
        values.update(discount_type="percent", amount=0.0, free_shipping=True)
    code = (one.get("code") or php.slug(one["title"])).lower()
    known = store.coupons.get(code)
    if known and all(known[name] == value for name, value in values.items()):
        return known
    if known:
        code = f"{code}-{len(store.coupons)}"
    return coupons.add(store, code, **values)


def address(given):
    """An address in WooCommerce's words; {} without one."""
    return {ADDRESS[name]: value or "" for name, value in (given or {}).items() if name in ADDRESS}


def _buyer(store, spec):
    """Guest (`email`) or customer (an e-mail or id, or a dict that finds or makes one)."""
    wanted = spec.get("customer")
    customer = None
    if isinstance(wanted, dict):
        customer = find_or_make(store, wanted)
    elif wanted:
        customer = store.customer(wanted)
    billing = address(spec.get("billing_address"))
    shipping = address(spec.get("shipping_address") or spec.get("billing_address"))
    if customer is not None:
        own = {name: value for name, value in customer["billing"].items() if value}
        billing = billing or own
        shipping = shipping or {name: value for name, value in own.items() if name != "email"}
        billing.setdefault("email", spec.get("email") or customer["email"])
    elif spec.get("email"):
        billing["email"] = spec["email"]
    if spec.get("phone"):
        billing["phone"] = spec["phone"]
    number = customer["id"] if customer else 0
    return {"customer_id": number, "billing": billing, "shipping": shipping}


def find_or_make(store, spec):
    """The account of an e-mail, made from a specification where there is none."""
    known = store.by_email.get(str(spec.get("email") or "").lower())
    return known or customers.create(store, customer_values(spec))


def customer_values(spec):
    """An account in WooCommerce's words."""
    known = {name: spec[name] for name in ("email", "first_name", "last_name") if spec.get(name)}
    rows = [address(one) for one in spec.get("addresses") or ()]
    if rows:
        known.update(billing={**rows[0], "email": spec.get("email", "")}, shipping=rows[-1])
    if spec.get("phone"):
        known.setdefault("billing", {})["phone"] = spec["phone"]
    return known
