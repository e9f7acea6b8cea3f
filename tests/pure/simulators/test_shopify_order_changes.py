# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments, refunds, edits and what an order has besides products: money and refusals."""

import pytest

from dev.simulators.shopify.control import ControlError

VAT = {"title": "VAT", "rate": "0.21"}
PRODUCTS = [
    {"sku": "A", "title": "Shirt", "price": "19.99", "stock": 10},
    {"sku": "B", "title": "Mug", "price": "10.00", "stock": 10},
]

ORDER = """query O($id: ID!) { order(id: $id) {
  edited displayFinancialStatus totalPriceSet { ...M } currentTotalPriceSet { ...M }
  totalTaxSet { ...M } currentTotalTaxSet { ...M } totalReceivedSet { ...M }
  totalRefundedSet { ...M } totalOutstandingSet { ...M }
  totalCashRoundingAdjustment { paymentSet { ...M } }
  app { name } retailLocation { name } risk { recommendation assessments { riskLevel } }
  additionalFees { name price { ...M } taxLines { title priceSet { ...M } } }
  originalTotalDutiesSet { ...M } originalTotalAdditionalFeesSet { ...M }
  transactions { kind status gateway amountSet { ...M } amountRoundingSet { ...M }
    parentTransaction { kind } fees { amount { amount } taxAmount { amount } } }
  refunds { totalRefundedSet { ...M } transactions(first: 5) { nodes { kind } }
    refundLineItems(first: 5) { nodes { quantity restockType restocked lineItem { sku }
      subtotalSet { ...M } totalTaxSet { ...M } } }
    refundShippingLines(first: 5) { nodes { subtotalAmountSet { ...M } taxAmountSet { ...M } } } }
  shippingLines(first: 5, includeRemovals: true) { nodes { title isRemoved
    currentDiscountedPriceSet { ...M } } }
  lineItems(first: 5) { nodes { sku quantity currentQuantity unfulfilledQuantity
    nonFulfillableQuantity lineItemGroup { title } duties { price { ...M } }
    taxLines { priceSet { ...M } } priceAfterAllDiscountsBeforeTaxesSet { ...M } } }
} }
fragment M on MoneyBag { shopMoney { amount } }"""


@pytest.fixture
def shop(control):
    control.seed(products=PRODUCTS)
    return control


@pytest.fixture
def place(shop, client):
    """Place an order of two shirts and a mug; return its id and a function that reads it."""

    def make(**spec):
        lines = [{"sku": "A", "quantity": 2}, {"sku": "B"}]
        given = {"lines": lines, "email": "guest@example.com", "taxes": [VAT], **spec}
        gid = shop.place_order(**given)["id"]
        return gid, lambda: plain(client.data(ORDER, {"id": gid})["order"])

    return make


def plain(value):
    """Amounts instead of bags, rows instead of connections."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"shopMoney"}:
        return value["shopMoney"]["amount"]
    return plain(value["nodes"]) if "nodes" in value else {k: plain(v) for k, v in value.items()}


def test_a_gift_card_and_the_rest_with_a_fee(place):
    _gid, read = place(
        payments=[
            {"gateway": "gift_card", "amount": "10.00"},
            {"kind": "capture", "fee_rate": "0.02", "fee_flat": "0.25", "fee_tax_rate": "0.21"},
        ]
    )
    transactions = [
        (one["kind"], one["gateway"], one["amountSet"], one["fees"])
        for one in read()["transactions"]
    ]
    # 39.98 + 10.00 + 8.40 + 2.10 = 60.48; 2 % of 50.48 is 1.01, and 0.25; its tax 0.26
    fees = [{"amount": {"amount": "1.26"}, "taxAmount": {"amount": "0.26"}}]
    assert transactions == [
        ("SALE", "gift_card", "10.0", []),
        ("AUTHORIZATION", "shopify_payments", "50.48", []),
        ("CAPTURE", "shopify_payments", "50.48", fees),
    ]
    assert read()["transactions"][2]["parentTransaction"] == {"kind": "AUTHORIZATION"}
    assert (read()["displayFinancialStatus"], read()["totalOutstandingSet"]) == ("PAID", "0.0")


def test_cash(place):
    _gid, read = place(
        payments=[{"gateway": "cash", "cash_rounding": "0.05", "tendered": "70.00"}],
        source_name="pos",
        retail_location="Main warehouse",
    )
    order = read()
    assert [(one["kind"], one["amountSet"]) for one in order["transactions"]] == [
        ("SALE", "69.98"),
        ("CHANGE", "9.5"),
    ]
    assert order["transactions"][0]["amountRoundingSet"] == "0.02"
    assert order["totalCashRoundingAdjustment"] == {"paymentSet": "0.02"}
    assert (order["totalReceivedSet"], order["totalPriceSet"]) == ("60.48", "60.48")
    assert (order["app"], order["retailLocation"]) == (
        {"name": "Point of Sale"},
        {"name": "Main warehouse"},
    )


def test_what_is_only_authorized_is_not_paid(place):
    _gid, read = place(payments=[{"kind": "authorization"}, {"status": "failure"}])
    assert read()["displayFinancialStatus"] == "AUTHORIZED"
    assert read()["totalReceivedSet"] == "0.0"


def test_fees_and_duties_are_taxed_and_part_of_the_total(place):
    _gid, read = place(
        lines=[{"sku": "B", "duties": [{"price": "4.00", "taxes": [VAT]}], "bundle": "Set"}],
        additional_fees=[{"name": "Handling", "price": "2.00", "taxes": [VAT]}],
        recommendation="INVESTIGATE",
        risk_levels=["MEDIUM"],
    )
    order = read()
    # 10.00 + 4.00 + 2.00, and 2.10 + 0.84 + 0.42
    assert (order["totalPriceSet"], order["totalTaxSet"]) == ("19.36", "3.36")
    assert order["currentTotalPriceSet"] == "19.36"
    assert order["additionalFees"] == [
        {"name": "Handling", "price": "2.0", "taxLines": [{"title": "VAT", "priceSet": "0.42"}]}
    ]
    assert (order["originalTotalDutiesSet"], order["originalTotalAdditionalFeesSet"]) == (
        "4.0",
        "2.0",
    )
    (line,) = order["lineItems"]
    assert (line["lineItemGroup"], line["duties"]) == ({"title": "Set"}, [{"price": "4.0"}])
    assert order["risk"] == {
        "recommendation": "INVESTIGATE",
        "assessments": [{"riskLevel": "MEDIUM"}],
    }


def test_a_refund_leaves_the_order_as_placed(place, shop):
    gid, read = place(shipping={"title": "Post", "price": "5.00"})
    shop.refund_order(gid, {"A": 1}, shipping="2.00", restock="RETURN")
    order = read()
    (refund,) = order["refunds"]
    assert refund["refundLineItems"] == [
        {"quantity": 1, "restockType": "RETURN", "restocked": True, "lineItem": {"sku": "A"},
         "subtotalSet": "19.99", "totalTaxSet": "4.2"}
    ]  # fmt: skip
    assert refund["refundShippingLines"] == [{"subtotalAmountSet": "2.0", "taxAmountSet": "0.42"}]
    assert (refund["totalRefundedSet"], refund["transactions"]) == ("26.61", [{"kind": "REFUND"}])
    assert (order["totalPriceSet"], order["currentTotalPriceSet"]) == ("66.53", "39.92")
    assert (order["totalTaxSet"], order["currentTotalTaxSet"]) == ("11.55", "6.93")
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert [(one["quantity"], one["currentQuantity"]) for one in order["lineItems"]] == [
        (2, 1),
        (1, 1),
    ]
    assert (order["edited"], shop.stock("A")["available"]) == (False, 9)


def test_an_edit_that_removes_makes_a_refund_without_money(place, shop):
    gid, read = place()
    shop.edit_order(gid, "A", 1)
    order = read()
    (refund,) = order["refunds"]
    assert (refund["totalRefundedSet"], refund["transactions"]) == ("0.0", [])
    assert refund["refundLineItems"][0]["subtotalSet"] == "19.99"
    line = order["lineItems"][0]
    assert (line["quantity"], line["currentQuantity"]) == (2, 1)
    assert line["taxLines"] == [{"priceSet": "8.4"}], "of all units"
    assert line["priceAfterAllDiscountsBeforeTaxesSet"] == "19.99"
    assert (order["totalPriceSet"], order["currentTotalPriceSet"]) == ("60.48", "36.29")
    assert (order["edited"], order["totalOutstandingSet"]) == (True, "-24.19")


def test_the_last_unit_takes_the_rest(place, shop):
    """10.00 of tax on three units: 3.33, 3.34, 3.33."""
    gid, read = place(lines=[{"sku": "B", "quantity": 3, "price": "10.00"}], taxes=[
        {"title": "A third", "rate": "0.3333"}])  # fmt: skip
    for units in (2, 1, 0):
        shop.edit_order(gid, "B", units)
    taxes = [one["refundLineItems"][0]["totalTaxSet"] for one in read()["refunds"]]
    assert taxes == ["3.33", "3.34", "3.33"]
    assert read()["currentTotalPriceSet"] == "0.0"


def test_an_edit_adds_lines_and_shipping(place, shop):
    gid, read = place(shipping={"title": "Post", "price": "5.00"})
    shop.edit_order(gid, add={"sku": "B", "quantity": 2}, remove_shipping="Post")
    shop.edit_order(gid, shipping={"title": "Truck", "price": "9.00"})
    order = read()
    assert [(one["sku"], one["quantity"]) for one in order["lineItems"]] == [
        ("A", 2), ("B", 1), ("B", 2),
    ]  # fmt: skip
    assert [(one["title"], one["isRemoved"], one["currentDiscountedPriceSet"])
            for one in order["shippingLines"]] == [
        ("Post", True, "0.0"), ("Truck", False, "9.0"),
    ]  # fmt: skip
    # 39.98 + 30.00 + 9.00 + 8.40 + 2.10 + 4.20 + 1.89
    assert order["currentTotalPriceSet"] == "95.57"


def test_part_of_an_order_is_shipped(place, shop):
    gid, read = place()
    shop.fulfil_order(gid, quantities={"A": 1})
    line = read()["lineItems"][0]
    assert (line["unfulfilledQuantity"], line["nonFulfillableQuantity"]) == (1, 0)
    shop.refund_order(gid, {"A": 1})
    line = read()["lineItems"][0]
    assert (line["unfulfilledQuantity"], line["nonFulfillableQuantity"]) == (0, 1)


@pytest.mark.parametrize(
    ("command", "arguments", "reason"),
    [
        ("refund_order", {"lines": {"A": 3}}, "more items than were purchased"),
        ("refund_order", {"lines": {"A": 1}, "amount": "61"}, "greater than net payment received"),
        ("refund_order", {"lines": {"A": 1}, "shipping": "1"}, "no shipping to refund"),
        ("edit_order", {}, "at least one change"),
        ("edit_order", {"remove_shipping": "Post"}, "No shipping line"),
        ("edit_order", {"sku": "Z", "quantity": 1}, "No line"),
        ("fulfil_order", {"quantities": {"A": 3}}, "Invalid fulfillment order line item quantity"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(place, shop, command, arguments, reason):
    gid, read = place()
    before = read()
    with pytest.raises(ControlError, match=reason):
        getattr(shop, command)(gid, **arguments)
    assert read() == before


def test_shipping_is_not_refunded_twice(place, shop):
    gid, read = place(shipping={"title": "Post", "price": "5.00"})
    shop.refund_order(gid, shipping=True)
    with pytest.raises(ControlError, match="more than was paid"):
        shop.refund_order(gid, shipping="0.01")
    assert len(read()["refunds"]) == 1


def test_a_refunded_order_tells_so_by_a_webhook(place, shop, subscribe, receiver):
    subscribe("REFUNDS_CREATE", receiver.url)
    gid, _read = place()
    shop.refund_order(gid, {"B": 1})
    receiver.wait(1)
    assert b'"order_id"' in receiver.received[0][1]


def test_an_order_with_duties_is_not_edited(place, shop):
    gid, _read = place(lines=[{"sku": "B", "duties": [{"price": "4.00"}]}])
    with pytest.raises(ControlError, match="can't be edited"):
        shop.edit_order(gid, "B", 0)


@pytest.mark.parametrize(
    "payment",
    [{"kind": "void"}, {"status": "lost"}, {"gateway": "cash", "tendered": "1.00"}],
)
def test_a_payment_that_cannot_be(shop, payment):
    with pytest.raises(ControlError):
        shop.place_order(lines=[{"sku": "B"}], email="a@example.com", payments=[payment])
    assert shop.orders() == []


def test_money_is_converted_when_it_moves(place, shop):
    """In the shop's currency a payment may be another amount than the order."""
    _gid, read = place(
        lines=[{"sku": "B", "price": "10.10"}] * 3, taxes=[], presentment_currency="USD",
        rate="0.925",
    )  # fmt: skip
    # 10.10 are 9.34 thrice, 30.30 are 28.03
    assert (read()["totalPriceSet"], read()["transactions"][0]["amountSet"]) == ("28.02", "28.03")
    assert (read()["displayFinancialStatus"], read()["totalOutstandingSet"]) == ("PAID", "0.0")


def test_a_deleted_product_leaves_its_lines(place, shop, client):
    gid, read = place()
    shop.delete_product("A")
    query = """query O($id: ID!) { order(id: $id) { lineItems(first: 1) { nodes {
      sku name product { id } variant { id } } } } }"""
    (line,) = client.data(query, {"id": gid})["order"]["lineItems"]["nodes"]
    assert line == {"sku": "A", "name": "Shirt", "product": None, "variant": None}
    assert [one["sku"] for one in shop.variants()] == ["B"]
    assert read()["totalPriceSet"] == "60.48"


def test_nothing_here_is_made_up(place, shop):
    gid, read = place(
        payments=[{"fee_rate": "0.01"}], shipping={"title": "Post", "price": "5.00"},
        additional_fees=[{"name": "Fee", "price": "1.00"}],
    )  # fmt: skip
    shop.edit_order(gid, "A", 1)
    shop.refund_order(gid, {"B": 1}, shipping=True)
    read()
    assert shop.info()["unmodelled"] == {}
