# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Discounts by coupons, in whole cents, as WC_Discounts spreads them over an order's lines.

A coupon: code, discount_type (percent, fixed_cart, fixed_product), amount, free_shipping and
product_ids (those it is for; all without any).
"""

import json

from . import php, tax, totals
from .errors import RestError


def add(store, code, discount_type="percent", amount=0, product_ids=(), free_shipping=False):
    """A coupon of the shop."""
    row = {
        "id": store.number("post"),
        "code": code.lower(),
        "discount_type": discount_type,
        "amount": float(amount),
        "product_ids": list(product_ids),
        "free_shipping": free_shipping,
    }
    store.coupons[row["code"]] = row
    return row


def find(store, code):
    """Raises RestError."""
    row = store.coupons.get(code.lower())
    if row is None:
        raise RestError(
            "woocommerce_rest_invalid_coupon",
            f"Coupon &quot;{code}&quot; cannot be applied because it does not exist.",
            400,
        )
    return row


def apply(store, order, coupons):
    """Discount the lines of an order by these coupons alone, from their subtotals."""
    spread = Spread(store, order)
    for line in order["line_items"]:
        line["total"] = line["subtotal"]
    kept = {row["code"]: row for row in order["coupon_lines"]}
    order["coupon_lines"] = []
    for coupon in coupons:
        shares = spread.apply(coupon)
        row = kept.get(coupon["code"]) or _line(store, coupon)
        row["discount"], row["discount_tax"] = _amounts(store, order, shares)
        order["coupon_lines"].append(row)
    for key, cents in spread.sums().items():
        line = order["line_items"][key]
        amount = cents / 10**store.decimals
        if order["prices_include_tax"] and line["tax_status"] == "taxable":
            rates = totals.rates_of(store, order, line["tax_class"])
            amount -= sum(tax.inclusive(amount, rates).values())
        line["total"] = php.fourteen(max(0.0, line["total"] - amount))
    totals.calculate(store, order)


def _line(store, coupon):
    kind = None if coupon["discount_type"] == "fixed_cart" else coupon["discount_type"]
    info = [coupon["id"], coupon["code"], kind, php.plain(coupon["amount"])]
    info += [True] if coupon["free_shipping"] else []
    text = json.dumps(info, separators=(",", ":"))
    return {
        "id": store.number("item"),
        "code": coupon["code"],
        "meta_data": [{"id": store.number("meta"), "key": "coupon_info", "value": text}],
        "discount_type": coupon["discount_type"],
        "nominal_amount": php.plain(coupon["amount"]),
        "free_shipping": coupon["free_shipping"],
    }


def _amounts(store, order, shares):
    """(discount without tax, its tax) of one coupon."""
    rounding, unit = tax.Rounding(store), 10**store.decimals
    amount, taxes = sum(shares.values()) / unit, 0.0
    for key, cents in shares.items():
        line = order["line_items"][key]
        if line["tax_status"] != "taxable":
            continue
        rates = totals.rates_of(store, order, line["tax_class"])
        compute = tax.inclusive if order["prices_include_tax"] else tax.exclusive
        one = rounding.line_tax(sum(compute(cents / unit, rates).values()))
        taxes += one
        if order["prices_include_tax"]:
            amount -= one
    return php.fourteen(amount), php.fourteen(taxes)


class Spread:
    """Cents taken off each line ({place of the line: cents}), dearest lines first."""

    def __init__(self, store, order):
        unit = 10**store.decimals
        kept = php.PRECISION - store.decimals
        self.sequential = store.says("calc_discounts_sequentially")
        self.quantities, self.prices, self.products = {}, {}, {}
        for key, line in enumerate(order["line_items"]):
            price = line["subtotal"]
            if order["prices_include_tax"]:
                price += line["subtotal_tax"]
            self.prices[key] = php.rounded(price * unit, kept)
            self.quantities[key] = line["quantity"]
            self.products[key] = {line["product_id"], line["variation_id"]}
        self.order = sorted(self.prices, key=lambda key: -self.prices[key])
        self.unit, self.taken = unit, []

    def sums(self):
        return {key: sum(one.get(key, 0) for one in self.taken) for key in self.prices}

    def apply(self, coupon):
        """What one coupon takes."""
        self.taken.append(dict.fromkeys(self.prices, 0.0))
        kind = coupon["discount_type"]
        if kind == "fixed_cart":
            self._fixed_cart(self.order, php.rounded(coupon["amount"] * self.unit))
            return self.taken[-1]
        wanted = set(coupon["product_ids"])
        lines = [key for key in self.order if not wanted or wanted & self.products[key]]
        if kind == "percent":
            self._percent(lines, coupon["amount"])
        else:
            self._fixed_product(lines, php.rounded(coupon["amount"] * self.unit))
        return self.taken[-1]

    def _left(self, key):
        """What a line still costs, in whole cents."""
        return php.rounded(self.prices[key] - sum(one[key] for one in self.taken))

    def _take(self, key, cents):
        cents = php.rounded(min(self._left(key), cents), 0, True)
        self.taken[-1][key] += cents
        return cents

    def _percent(self, lines, percent):
        whole, given = 0.0, 0.0
        for key in lines:
            price = self._left(key) if self.sequential else php.rounded(self.prices[key])
            whole += price
            given += self._take(key, float(int(php.fourteen(price * (percent / 100)))))
        wanted = php.rounded(whole * (percent / 100), 0, True)
        if given < wanted:
            self._remainder(lines, wanted - given)

    def _fixed_product(self, lines, cents):
        return sum(self._take(key, cents * self.quantities[key]) for key in lines)

    def _fixed_cart(self, lines, cents):
        lines = [key for key in lines if self._left(key) > 0]
        count = sum(self.quantities[key] for key in lines)
        if not count or cents <= 0:
            return
        each = int(cents / count)
        if each <= 0:
            self._remainder(lines, cents)
            return
        given = self._fixed_product(lines, each)
        if 0 < given < cents:
            self._fixed_cart(lines, cents - given)

    def _remainder(self, lines, cents):
        """A cent a unit until nothing is left to give."""
        given = 0.0
        for key in lines:
            for _unit in range(self.quantities[key]):
                if given >= cents:
                    return
                given += self._take(key, 1)
