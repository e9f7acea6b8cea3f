# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that can't be what they should be: bad, and never a crash."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.order import Order
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

parse = ShopifyAdapter.parse_order


@pytest.mark.parametrize(
    "path",
    ["id", "name", "processedAt", "updatedAt", "currencyCode", "totalPriceSet",
     "lineItems.nodes.0.id", "lineItems.nodes.0.name", "lineItems.nodes.0.quantity",
     "lineItems.nodes.0.originalUnitPriceSet",
     "lineItems.nodes.0.taxLines.0.priceSet", "shippingLines.nodes.0.originalPriceSet",
     "lineItems.nodes.0.discountAllocations.0.allocatedAmountSet"],
)  # fmt: skip
def test_what_an_order_cannot_do_without(fixture, path):
    payload = fixture("order_placed")
    *parents, last = path.split(".")
    holder = payload
    for key in parents:
        holder = holder[int(key) if key.isdigit() else key]
    holder[last] = None
    with pytest.raises(errors.BadPayload) as caught:
        parse(payload)
    assert last in caught.value.params["path"]


@pytest.mark.parametrize("gid", ["6201", "gid://shopify/Order/x", "gid://other/Order/1"])
def test_an_id_must_be_one_of_shopify(fixture, gid):
    with pytest.raises(errors.BadPayload) as caught:
        parse({**fixture("order_placed"), "id": gid})
    assert caught.value.params["path"] == "id"


def leaves(value, path=()):
    """Every place in a payload."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items if isinstance(value, (dict, list)) else ():
        yield from (
            leaves(child, (*path, key)) if isinstance(child, (dict, list)) else [(*path, key)]
        )


JUNK = st.sampled_from(
    [None, "", "x", -1, 0, 1e400, 9e14, 1e-14, True, [], {}, [None], [[]], "9" * 5000, "NaN"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_a_hostile_payload_is_bad_or_read_but_never_a_crash(data):
    payload = copy.deepcopy(HOSTILE)
    for _change in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([one for one in leaves(payload) if one]))
        holder = payload
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = copy.deepcopy(data.draw(JUNK))
    try:
        order = parse(payload, currency=data.draw(st.sampled_from(["store", "shopper"])))
    except errors.BadPayload:
        return
    assert isinstance(order, Order)


HOSTILE = json.loads(
    """{"id": "gid://shopify/Order/1", "name": "#1", "processedAt": "2026-01-01T00:00:00Z",
    "updatedAt": "2026-01-01T00:00:00Z", "currencyCode": "EUR", "presentmentCurrencyCode": "JPY",
    "taxesIncluded": true, "edited": true, "tags": ["a"], "sourceName": "7", "app": {"name": "A"},
    "customer": {"id": "gid://shopify/Customer/2"}, "totalTipReceivedSet": MONEY,
    "currentTotalPriceSet": MONEY, "totalRefundedSet": MONEY,
    "totalCashRoundingAdjustment": {"paymentSet": MONEY, "refundSet": MONEY},
    "billingAddress": {"name": "A", "countryCodeV2": "BE", "provinceCode": "X"},
    "retailLocation": {"id": "gid://shopify/Location/8", "address": {"countryCode": "BE"}},
    "risk": {"recommendation": "NONE", "assessments": [{"riskLevel": "LOW"}]},
    "transactions": [{"id": "gid://shopify/OrderTransaction/5", "kind": "SALE", "status": "SUCCESS",
      "gateway": "cash", "amountSet": MONEY, "amountRoundingSet": MONEY, "fees": [
        {"amount": {"amount": "0.1", "currencyCode": "EUR"}, "taxAmount": null}]},
      {"id": "gid://shopify/OrderTransaction/6", "kind": "CHANGE", "status": "SUCCESS",
       "amountSet": MONEY, "parentTransaction": {"id": "gid://shopify/OrderTransaction/5"}}],
    "refunds": [{"totalRefundedSet": MONEY, "transactions": {"nodes": []},
      "refundLineItems": {"nodes": [{"quantity": 1, "restockType": "RETURN",
        "lineItem": {"id": "gid://shopify/LineItem/4"}, "subtotalSet": MONEY,
        "totalTaxSet": MONEY}]},
      "refundShippingLines": {"nodes": [{"shippingLine": {"id": "gid://shopify/ShippingLine/9"},
        "subtotalAmountSet": MONEY, "taxAmountSet": MONEY}]}}],
    "additionalFees": [{"id": "gid://shopify/AdditionalFee/3", "name": "F",
      "price": MONEY, "taxLines": []}],
    "shippingLines": {"nodes": [{"id": "gid://shopify/ShippingLine/9", "title": "S",
      "originalPriceSet": MONEY, "discountedPriceSet": MONEY, "currentDiscountedPriceSet": MONEY,
      "isRemoved": false}]},
    "lineItems": {"nodes": [{"id": "gid://shopify/LineItem/4", "name": "L", "quantity": 3,
      "currentQuantity": 1, "unfulfilledQuantity": 1, "nonFulfillableQuantity": 1,
      "originalUnitPriceSet": MONEY, "priceAfterAllDiscountsBeforeTaxesSet": MONEY,
      "duties": [{"id": "gid://shopify/Duty/7", "price": MONEY, "taxLines": []}],
      "lineItemGroup": {"title": "B"},
      "discountAllocations": [{"allocatedAmountSet": MONEY,
        "discountApplication": {"code": "C"}}],
      "taxLines": [{"title": "T", "rate": 0.2, "priceSet": MONEY}]}]}}""".replace(
        "MONEY", """{"shopMoney": {"amount": "0.5"}, "presentmentMoney": {"amount": "80"}}"""
    )
)
