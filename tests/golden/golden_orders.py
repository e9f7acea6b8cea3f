# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The golden orders: one file of this folder each, read and written out in full.

``order`` is what the storefront's API answers, less what ``base.json`` says for all of them.
Short forms: an amount stands for both currencies of a MoneyBag, a list of two for shop and shopper;
lines are a list without pages; lines and transactions are numbered.

Nothing of Odoo's is needed here: other tests compare these answers with the API's schema.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
BASE = "base"
# Keys of a MoneyBag whose name doesn't end in "Set".
BAGS = ("price",)
# What the API answers in pages, of an order and of a refund.
PAGES = ("lineItems", "shippingLines")
REFUND_PAGES = ("refundLineItems", "refundShippingLines", "transactions")


@cache
def names():
    return sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != BASE)


@cache
def read(name):
    """Return a golden order as it is written down."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def payload(golden):
    """Return the order as the storefront's API answers it."""
    base = read(BASE)
    order = {**base["order"], **golden["order"]}
    order["lineItems"] = _numbered("LineItem", base["line"], order["lineItems"])
    order["shippingLines"] = [{**base["shipping"], **line} for line in order["shippingLines"]]
    rows = order.get("transactions", [])
    order["transactions"] = _numbered("OrderTransaction", base["transaction"], rows)
    order.setdefault("shippingAddress", order["billingAddress"])
    order.setdefault("presentmentCurrencyCode", order["currencyCode"])
    for amount in ("totalPriceSet", "totalTaxSet"):
        order.setdefault(f"current{amount[0].upper()}{amount[1:]}", order[amount])
    gateways = [row["gateway"] for row in order["transactions"]]
    order.setdefault("paymentGatewayNames", list(dict.fromkeys(gateways)))
    for line in order["lineItems"]:
        line.setdefault("currentQuantity", line["quantity"])
        line.setdefault("priceAfterAllDiscountsBeforeTaxesSet", _left(line, order["taxesIncluded"]))
    for line in order["shippingLines"]:
        taken = [
            price - off
            for price, off in zip(
                _pair(line["originalPriceSet"]), _sum(line["discountAllocations"]), strict=True
            )
        ]
        line.setdefault("discountedPriceSet", list(map(str, taken)))
        line.setdefault("currentDiscountedPriceSet", line["discountedPriceSet"])
    return _spell(order, base["tax"])


def expected(golden):
    """Return what is to become of it."""
    given = golden["expect"]
    return given if "skipped" in given else {**read(BASE)["expect"], **given}


def is_taxed_twice(name):
    """Whether several lines bear taxes: only then it matters what is rounded."""
    lines = read(name)["expect"].get("lines", ())
    return sum(bool(line["taxes"]) for line in lines) > 1


def _numbered(kind, base, rows):
    return [
        {**base, "id": f"gid://shopify/{kind}/{number}", **row}
        for number, row in enumerate(rows, start=1)
    ]


def _left(line, included):
    """Return what the units of a line cost without taxes, as long as none was removed."""
    sides = zip(
        _pair(line["originalUnitPriceSet"]),
        _sum(line["discountAllocations"]),
        _sum(line["taxLines"]),
        strict=True,
    )
    return [
        str(price * line["quantity"] - off - (tax if included else 0)) for price, off, tax in sides
    ]


def _pair(money):
    """Return an amount for the shop and one for the shopper."""
    return [Decimal(one) for one in (money if isinstance(money, list) else (money, money))]


def _decimal(amount):
    """Return an amount as the API spells it: without the zeros at its end, but for one."""
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"


def _sum(rows):
    """Return the sum of discounts or taxes for both."""
    amounts = [_pair(row.get("priceSet") or row["allocatedAmountSet"]) for row in rows]
    return [sum(one, Decimal(0)) for one in zip(*amounts, strict=True)] or [Decimal(0)] * 2


def _spell(value, tax, key=""):
    """Write out the short forms."""
    if value is not None and (key.endswith("Set") or key in BAGS):
        shop, shopper = map(_decimal, _pair(value))
        return {"shopMoney": {"amount": shop}, "presentmentMoney": {"amount": shopper}}
    if isinstance(value, list):
        return [_spell(part, tax, key) for part in value]
    if not isinstance(value, dict):
        return value
    spelt = {name: _spell(part, tax, name) for name, part in value.items()}
    if key == "taxLines":
        return {**tax, **spelt}
    last = {"pageInfo": {"hasNextPage": False, "endCursor": None}} if "lineItems" in spelt else {}
    for name in PAGES if last else REFUND_PAGES:
        if isinstance(spelt.get(name), list):
            spelt[name] = {"nodes": spelt[name], **last}
    return spelt


# how the files write what Odoo has


def number(value):
    """Return a float in its shortest spelling, six decimals at most."""
    return format(Decimal(repr(round(value, 6))).normalize(), "f")


def money(value, digits):
    """Return an amount with the decimals of its currency; AssertionError where it has more."""
    exact = Decimal(repr(round(value, 9)))
    rounded = round(exact, digits)
    assert abs(exact - rounded) < Decimal("1e-7"), f"{value} has more than {digits} decimals"
    return str(rounded + 0)  # no -0.00
