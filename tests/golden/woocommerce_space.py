# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders as WooCommerce computes and tells them: a hypothesis strategy over all its settings.

What ``WC_Abstract_Order.calculate_totals`` does: lines keep their fractions; the figures of lines
and taxes are rounded one by one, or (``woocommerce_tax_round_at_subtotal``) only their sums. Prices
with taxes are taken apart first, and then half cents of taxes are rounded down. Plain Python.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

ZERO = Decimal(0)
# (name, rate, compound), those of `order_space`.
RATES = {
    "VAT": (Decimal("0.2"), False),
    "Reduced": (Decimal("0.055"), False),
    "GST": (Decimal("0.05"), False),
    "QST": (Decimal("0.09975"), True),
    "State": (Decimal("0.0625"), False),
}
IDS = {name: number for number, name in enumerate(RATES, 1)}
TAX_SETS = ((), ("VAT",), ("Reduced",), ("GST", "QST"), ("State", "GST", "QST"))
QUANTITIES = tuple(map(Decimal, ("1", "2", "3", "7", "12", "1000", "0.5", "2.75")))
DISCOUNTS = tuple(map(Decimal, ("0", "10", "33.3333", "100")))


@dataclass(frozen=True)
class Shape:
    """What is drawn; ``decimals`` are those the shop shows, whatever its currency has."""

    currency: str
    decimals: int
    round_order: bool
    included: bool
    sums_rounded: bool
    items: tuple  # of (price in 1/100, quantity, discount in per cent, tax set)
    shipping: tuple  # of (price in 1/100, tax set)
    fees: tuple  # the same, some negative


def shapes():
    """Return the strategy of shapes."""
    sets = st.sampled_from(TAX_SETS)
    item = st.tuples(
        st.integers(0, 30_000), st.sampled_from(QUANTITIES), st.sampled_from(DISCOUNTS), sets
    )
    return st.builds(
        Shape,
        currency=st.sampled_from(("EUR", "JPY", "KWD")),
        decimals=st.integers(0, 4),
        round_order=st.booleans(),
        included=st.booleans(),
        sums_rounded=st.booleans(),
        items=st.lists(item, min_size=1, max_size=5).map(tuple),
        shipping=st.lists(st.tuples(st.integers(0, 2_000), sets), max_size=1).map(tuple),
        fees=st.lists(st.tuples(st.integers(-500, 500), sets), max_size=2).map(tuple),
    )


def payloads():
    """Return the strategy of orders as the shop answers with them."""
    return shapes().map(payload)


def payload(shape):
    """Return the order of a shape, every amount with six decimals (``dp=6``)."""
    lines = [_line(shape, number, *item) for number, item in enumerate(shape.items, 1)]
    shipping = [_extra(shape, 50, "method_title", *one) for one in shape.shipping]
    fees = [_extra(shape, 60 + number, "name", *one) for number, one in enumerate(shape.fees)]
    cart, sent = _sums(shape, [*lines, *fees]), _sums(shape, shipping)
    cart_tax, shipping_tax = sum(cart.values(), ZERO), sum(sent.values(), ZERO)
    nets = sum((_figure(shape, line["net"]) for line in lines), ZERO)
    nets += sum((one["net"] for one in (*shipping, *fees)), ZERO)
    return {
        "id": 1,
        "number": "1",
        "status": "processing",
        "currency": shape.currency,
        "prices_include_tax": shape.included,
        "date_created_gmt": "2026-11-20T09:30:00",
        "date_modified_gmt": "2026-11-20T09:30:00",
        "total": _told(_round(shape, nets + cart_tax + shipping_tax)),
        "total_tax": _told(_round(shape, cart_tax + shipping_tax)),
        "line_items": [_wire(one) for one in lines],
        "shipping_lines": [_wire(one) for one in shipping],
        "fee_lines": [_wire(one) for one in fees],
        "tax_lines": [
            {"rate_id": IDS[name], "label": name, "rate_percent": str(rate * 100),
             "rate_code": f"{name.upper()}-1", "compound": compound,
             "tax_total": _told(cart.get(name, ZERO)),
             "shipping_tax_total": _told(sent.get(name, ZERO))}
            for name, (rate, compound) in RATES.items()
        ],
    }  # fmt: skip


def _line(shape, number, cents, quantity, discount, names):
    """Return a line: its net before and after the coupon, and its taxes, all with fractions."""
    full = (Decimal(cents) / 100) * quantity
    parts = _multiplier(names) if shape.included else Decimal(1)
    before, after = full / parts, full * (100 - discount) / 100 / parts
    return {
        "id": number,
        "name": f"Item {number}",
        "quantity": str(quantity),
        "subtotal": before,
        "net": after,
        "taxes": _taxes(after, names),
        "shape": shape,
    }


def _extra(shape, number, label, cents, names):
    net = _round(shape, Decimal(cents) / 100)
    return {"id": number, label: "Extra", "net": net, "taxes": _taxes(net, names), "shape": shape}


def _multiplier(names):
    plain = 1 + sum((RATES[name][0] for name in names if not RATES[name][1]), ZERO)
    for name in names:
        if RATES[name][1]:
            plain *= 1 + RATES[name][0]
    return plain


def _taxes(net, names):
    found = {name: net * RATES[name][0] for name in names if not RATES[name][1]}
    for name in names:
        if RATES[name][1]:
            found[name] = (net + sum(found.values(), ZERO)) * RATES[name][0]
    return found


def _sums(shape, lines):
    """Return {tax: amount} of lines; some versions round these sums, others only the total."""
    found = {}
    for line in lines:
        for name, amount in line["taxes"].items():
            found[name] = found.get(name, ZERO) + _tax_figure(shape, amount)
    if shape.round_order and not shape.sums_rounded:
        return found
    return {name: _round(shape, amount) for name, amount in found.items()}


def _round(shape, amount, mode=ROUND_HALF_UP):
    return amount.quantize(Decimal(1).scaleb(-shape.decimals), mode)


def _figure(shape, amount):
    return amount if shape.round_order else _round(shape, amount)


def _tax_figure(shape, amount):
    if shape.round_order:
        return amount
    return _round(shape, amount, ROUND_HALF_DOWN if shape.included else ROUND_HALF_UP)


def _told(amount):
    return str(amount.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def _wire(line):
    shape, taxes = line["shape"], line["taxes"]
    told = {name: value for name, value in line.items() if name not in ("net", "shape")}
    if "subtotal" in told:
        told["subtotal"] = _told(told["subtotal"])
    return {
        **told,
        "total": _told(line["net"]),
        "total_tax": _told(sum((_tax_figure(shape, one) for one in taxes.values()), ZERO)),
        "taxes": [{"id": IDS[name], "total": _told(amount)} for name, amount in taxes.items()],
    }
