# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taxes of a price, as WC_Tax computes them: {id of a rate: amount}, six decimals kept."""

from . import php


def exclusive(price, rates):
    """What comes on top of a price; a compound rate is of the price with the others."""
    taxes = {}
    for rate in rates:
        if not rate["compound"]:
            taxes[rate["id"]] = price * (rate["rate"] / 100)
    for rate in rates:
        if rate["compound"]:
            taxes[rate["id"]] = (price + sum(taxes.values())) * (rate["rate"] / 100)
    return {rate["id"]: php.rounded(taxes[rate["id"]], php.PRECISION) for rate in rates}


def inclusive(price, rates):
    """What is inside a price: compound rates come off first, the last of them first."""
    taxes, left = {}, price
    for rate in reversed([one for one in rates if one["compound"]]):
        taxes[rate["id"]] = left - left / (1 + rate["rate"] / 100)
        left -= taxes[rate["id"]]
    regular = [one for one in rates if not one["compound"]]
    divisor = 1 + sum(one["rate"] for one in regular) / 100
    for rate in regular:
        taxes[rate["id"]] = rate["rate"] / 100 / divisor * left
    return {rate["id"]: php.rounded(taxes[rate["id"]], php.PRECISION) for rate in rates}


class Rounding:
    """How a shop rounds. Where prices include tax, half a cent of tax goes down."""

    def __init__(self, store):
        self.places = store.decimals
        self.at_subtotal = store.says("tax_round_at_subtotal")
        self.half_down = store.says("prices_include_tax")

    def total(self, value):
        return php.rounded(value, self.places)

    def tax(self, value):
        return php.rounded(value, self.places, self.half_down)

    def line_tax(self, value):
        """A line's tax, unless the sum of all is rounded instead."""
        return value if self.at_subtotal else self.tax(value)

    def net(self, value):
        return value if self.at_subtotal else self.total(value)
