# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sums of an order, as WC_Abstract_Order computes them.

An item keeps unrounded amounts; `taxes` is {id of a rate: (total, subtotal)}.
"""

from . import tax
from .php import fourteen


def place(store, order):
    """(country, state) an order is taxed at."""
    based_on = store.settings["woocommerce_tax_based_on"]
    if based_on == "shipping" and not order["shipping"].get("country"):
        based_on = "billing"
    address = order.get(based_on, {})
    if based_on == "base" or not address.get("country"):
        return store.base
    return address["country"], address.get("state", "")


def rates_of(store, order, class_, *, shipping=False):
    if not store.says("calc_taxes"):
        return []
    found = store.rates(class_, *place(store, order))
    return [one for one in found if one["shipping"]] if shipping else found


def calculate(store, order):
    """Everything again, taxes and totals."""
    rounding = tax.Rounding(store)
    lines = order["line_items"]
    subtotal = sum(rounding.net(one["subtotal"]) for one in lines)
    total = sum(rounding.net(one["total"]) for one in lines)
    shipping = sum(rounding.total(one["total"]) for one in order["shipping_lines"])
    order["shipping_total"] = shipping
    fees = 0.0
    for fee in order["fee_lines"]:
        if fee["total"] < 0:
            # A negative fee never takes more than there is.
            fee["total"] = max(fee["total"], -rounding.total(total + fees + shipping))
        fees += fee["total"]
    _taxes(store, order, rounding)
    kept = [amounts for one in lines for amounts in one["taxes"].values()]
    discount_tax = sum(before for _after, before in kept) - sum(after for after, _before in kept)
    order["discount_total"] = rounding.total(subtotal - total)
    order["discount_tax"] = rounding.tax(discount_tax)
    order["total"] = rounding.total(
        total + fees + shipping + order["cart_tax"] + order["shipping_tax"]
    )


def _taxes(store, order, rounding):
    for line in order["line_items"]:
        _line_taxes(store, order, line, rounding)
    for fee in order["fee_lines"]:
        if fee["total"] < 0:
            _set(fee, _apportioned(store, order, fee), rounding)
        else:
            rates = rates_of(store, order, fee["tax_class"])
            taxable = fee["tax_status"] == "taxable"
            _set(fee, tax.exclusive(fee["total"], rates) if taxable else {}, rounding)
    class_ = shipping_class(store, order)
    rates = [] if class_ is None else rates_of(store, order, class_, shipping=True)
    for one in order["shipping_lines"]:
        _set(one, tax.exclusive(one["total"], rates), rounding)
    update_tax_lines(store, order)


def _line_taxes(store, order, line, rounding):
    rates = rates_of(store, order, line["tax_class"]) if line["tax_status"] == "taxable" else []
    after = tax.exclusive(line["total"], rates)
    before = tax.exclusive(line["subtotal"], rates)
    if sum(before.values()) < sum(after.values()):
        before = after
    line["taxes"] = {one: (after[one], before[one]) for one in after}
    line["total_tax"] = sum(rounding.line_tax(one) for one in after.values())
    line["subtotal_tax"] = sum(rounding.line_tax(one) for one in before.values())


def _set(item, taxes, rounding):
    item["taxes"] = {one: (amount, None) for one, amount in taxes.items()}
    item["total_tax"] = sum(rounding.line_tax(amount) for amount in taxes.values())


def _apportioned(store, order, fee):
    """The taxes of a negative fee: spread over the classes of what it reduces."""
    costs, untaxed = {}, 0.0
    classes = [one["tax_class"] for one in order["line_items"]] or [""]
    for one in [*order["line_items"], *order["fee_lines"], *order["shipping_lines"]]:
        if one["total"] < 0:
            continue
        if one.get("tax_status", "taxable") != "taxable":
            untaxed += one["total"]
        else:
            class_ = one.get("tax_class", classes[0])
            costs[class_] = costs.get(class_, 0.0) + one["total"]
    whole, found = sum(costs.values()) + untaxed, {}
    for class_, cost in costs.items() if whole else ():
        share = fee["total"] * (cost / whole)
        for rate, amount in tax.exclusive(share, rates_of(store, order, class_)).items():
            found[rate] = found.get(rate, 0.0) + amount
    return found


def shipping_class(store, order):
    """The class shipping is taxed by; None where nothing says so."""
    class_ = order.get("shipping_tax_class", store.settings["woocommerce_shipping_tax_class"])
    if class_ != "inherit":
        return class_
    items = {one["tax_class"] for one in order["line_items"]}
    known = ["", *(one for one in store.classes if one != "standard")]
    return next((one for one in known if one in items), None)


def update_tax_lines(store, order):
    """One row a rate, and the order's sums of taxes."""
    rounding = tax.Rounding(store)
    cart = _summed([*order["line_items"], *order["fee_lines"]], rounding)
    shipping = _summed(order["shipping_lines"], rounding)
    kept = {one["rate_id"]: one for one in order["tax_lines"]}
    order["tax_lines"] = [
        {
            "id": kept[rate]["id"] if rate in kept else store.number("item"),
            "rate_id": rate,
            "tax_total": cart.get(rate, 0.0),
            "shipping_tax_total": shipping.get(rate, 0.0),
            **_named(store, kept.get(rate), rate, order),
        }
        for rate in dict.fromkeys([*kept, *cart, *shipping])
        if rate in cart or rate in shipping
    ]
    order["cart_tax"] = fourteen(sum(cart.values()))
    order["shipping_tax"] = fourteen(sum(shipping.values()))
    order["total_tax"] = rounding.total(order["cart_tax"] + order["shipping_tax"])


def _summed(items, rounding):
    found = {}
    for item in items:
        for rate, (amount, _before) in item["taxes"].items():
            found[rate] = found.get(rate, 0.0) + rounding.line_tax(amount)
    return found


def _named(store, kept, rate_id, order):
    """A rate's name and percentage are kept as they were when the order was taxed."""
    if kept:
        return {name: kept[name] for name in ("rate_code", "label", "compound", "rate_percent")}
    rate = store.taxes[rate_id]
    country, state = rate["country"], rate["state"]
    code = "-".join(filter(None, (country, state, rate["name"], str(rate["priority"]))))
    return {"rate_code": code.upper(), "label": rate["name"], "compound": rate["compound"],
            "rate_percent": rate["rate"]}  # fmt: skip
