# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders computed by hand, and what happens to stock and money afterwards."""

import pytest

VAT = {"title": "VAT", "rate": "0.21"}
GUEST = {"email": "guest@example.com"}


PRODUCTS = [
    {"sku": "A", "title": "Shirt", "price": "19.99", "stock": 10},
    {"sku": "B", "title": "Mug", "price": "10.00", "stock": 10},
    {"sku": "GIFT", "title": "Gift card", "price": "25.00", "taxable": False},
]


@pytest.fixture
def shop(control):
    control.seed(products=PRODUCTS)
    return control


def line(sku, quantity=1, **more):
    return {"sku": sku, "quantity": quantity, **more}


def chosen(order, *names):
    return {name: order[name] for name in names}


def test_prices_without_tax_and_a_discount_spread_over_the_lines(shop):
    order = shop.place_order(
        lines=[line("A", 2), line("B")],
        taxes=[VAT],
        shipping={"title": "Post", "price": "5.00"},
        discounts=[{"code": "TEN", "type": "percentage", "value": "10"}],
        **GUEST,
    )
    # 10 % of 49.98 is 5.00; 3.99 of it for 39.98, the rest for the last line.
    assert [(row["net"], row["tax"]) for row in order["lines"]] == [
        ("35.99", "7.56"),
        ("8.99", "1.89"),
    ]
    assert chosen(order, "subtotal", "discounts", "shipping", "tax", "total") == {
        "subtotal": "44.98",
        "discounts": "5.00",
        "shipping": "5.00",
        "tax": "10.50",
        "total": "60.48",
    }


def test_prices_with_tax_contain_it(shop):
    order = shop.place_order(
        lines=[line("A", price="121.00")], taxes=[VAT], taxes_included=True, **GUEST
    )
    assert chosen(order, "subtotal", "tax", "total") == {
        "subtotal": "121.00",
        "tax": "21.00",
        "total": "121.00",
    }


def test_two_included_rates_share_one_base(shop):
    rates = [{"title": "State", "rate": "0.05"}, {"title": "City", "rate": "0.10"}]
    order = shop.place_order(lines=[line("B")], taxes=rates, taxes_included=True, **GUEST)
    # 10.00 ÷ 1.15 = 8.6957: 0.4348 and 0.8696
    assert order["taxes"] == {"State": "0.43", "City": "0.87"}
    assert order["total"] == "10.00"


def test_half_a_cent_rounds_up(shop):
    order = shop.place_order(lines=[line("B", price="0.50")], taxes=[VAT], **GUEST)
    assert chosen(order, "tax", "total") == {"tax": "0.11", "total": "0.61"}


def test_taxes_of_a_line_of_its_own_and_of_none(shop):
    order = shop.place_order(
        lines=[line("A", taxes=[{"title": "Low", "rate": "0.06"}]), line("B"), line("GIFT")],
        taxes=[VAT],
        **GUEST,
    )
    assert [row["tax"] for row in order["lines"]] == ["1.20", "2.10", "0.00"]
    assert order["taxes"] == {"Low": "1.20", "VAT": "2.10"}


def test_discounts_on_a_line_on_shipping_and_more_than_there_is(shop):
    order = shop.place_order(
        lines=[line("A"), line("B")],
        shipping={"title": "Post", "price": "4.95"},
        discounts=[
            {"title": "Mug half off", "value": "50", "target": "line", "skus": ["B"]},
            {"code": "SHIP", "value": "100", "target": "shipping"},
            {"code": "BIG", "type": "fixed_amount", "value": "1000"},
        ],
        **GUEST,
    )
    assert chosen(order, "discounts", "shipping", "total") == {
        "discounts": "34.94",
        "shipping": "0.00",
        "total": "0.00",
    }


def test_a_currency_without_decimals(shop, client):
    order = shop.place_order(
        lines=[line("B")],
        taxes=[{"title": "Tax", "rate": "0.10"}],
        presentment_currency="JPY",
        rate="0.00625",
        **GUEST,
    )
    assert chosen(order, "currency", "tax", "total", "shop_total") == {
        "currency": "JPY",
        "tax": "160",
        "total": "1760",
        "shop_total": "11.00",
    }
    query = """query O($id: ID!) { order(id: $id) { currencyCode presentmentCurrencyCode
      totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount } } } }"""
    assert client.data(query, {"id": order["id"]})["order"] == {
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "JPY",
        "totalPriceSet": {
            "shopMoney": {"amount": "11.0", "currencyCode": "EUR"},
            "presentmentMoney": {"amount": "1760.0"},
        },
    }


DISCOUNTS = """query O($id: ID!) { order(id: $id) { discountCodes lineItems(first: 5) { nodes {
  originalTotalSet { ...M } discountedTotalSet { ...M }
  withCodes: discountedTotalSet(withCodeDiscounts: true) { ...M }
  priceAfterAllDiscountsBeforeTaxesSet { ...M }
  discountAllocations { discountApplication { __typename index allocationMethod targetSelection } }
} } } }
fragment M on MoneyBag { shopMoney { amount } }"""


def test_line_discounts_as_the_api_tells_them_apart(shop, client):
    discounts = [
        {"title": "Sale", "value": "10", "target": "line"},
        {"code": "LINE", "value": "10", "target": "line"},
        {"code": "ALL", "type": "fixed_amount", "value": "1.20"},
    ]
    order = shop.place_order(lines=[line("B", 2)], discounts=discounts, **GUEST)
    data = client.data(DISCOUNTS, {"id": order["id"]})["order"]
    assert data["discountCodes"] == ["LINE", "ALL"]
    (row,) = data["lineItems"]["nodes"]
    allocations = [
        tuple(one["discountApplication"].values()) for one in row.pop("discountAllocations")
    ]
    assert allocations == [
        ("ManualDiscountApplication", 0, "EACH", "ENTITLED"),
        ("DiscountCodeApplication", 1, "EACH", "ENTITLED"),
        ("DiscountCodeApplication", 2, "ACROSS", "ALL"),
    ]
    # 20.00, less 10 % = 18.00, less 10 % of that = 16.20, less 1.20
    assert {name: bag["shopMoney"]["amount"] for name, bag in row.items()} == {
        "originalTotalSet": "20.0",
        "discountedTotalSet": "18.0",
        "withCodes": "16.2",
        "priceAfterAllDiscountsBeforeTaxesSet": "15.0",
    }


def stock(shop, sku="A"):
    found = shop.stock(sku)
    return found["available"], found["committed"], found["on_hand"]


def test_placing_commits_and_shipping_takes_away(shop):
    order = shop.place_order(lines=[line("A", 3)], **GUEST)
    assert stock(shop) == (7, 3, 10)
    shipped = shop.fulfil_order(order["name"])
    assert stock(shop) == (7, 0, 7)
    assert shipped["fulfillment_status"] == "FULFILLED"


def test_cancelling_restocks_and_refunds(shop):
    order = shop.place_order(lines=[line("A", 3)], **GUEST)
    assert order["financial_status"] == "PAID"
    cancelled = shop.cancel_order(order["id"], reason="FRAUD")
    assert stock(shop) == (10, 0, 10)
    assert chosen(cancelled, "cancelled", "financial_status", "current_total", "total") == {
        "cancelled": True,
        "financial_status": "REFUNDED",
        "current_total": "0.00",
        "total": "59.97",
    }


def test_cancelling_without_restocking_loses_the_units(shop):
    order = shop.place_order(lines=[line("A", 3)], paid=False, **GUEST)
    assert shop.cancel_order(order["id"], restock=False)["financial_status"] == "VOIDED"
    assert stock(shop) == (7, 0, 7)


def test_paying(shop):
    order = shop.place_order(lines=[line("B")], paid=False, **GUEST)
    assert chosen(order, "financial_status", "outstanding") == {
        "financial_status": "PENDING",
        "outstanding": "10.00",
    }
    paid = shop.pay_order(order["name"])
    assert chosen(paid, "financial_status", "outstanding") == {
        "financial_status": "PAID",
        "outstanding": "0.00",
    }


def test_removing_a_unit_keeps_what_was_sold(shop):
    order = shop.place_order(lines=[line("A", 2)], taxes=[VAT], **GUEST)
    edited = shop.edit_order(order["name"], "A", 1)
    # 39.98 + 8.40 tax, of which half is left
    assert chosen(edited, "total", "current_total", "outstanding") == {
        "total": "48.38",
        "current_total": "24.19",
        "outstanding": "-24.19",
    }
    (row,) = edited["lines"]
    assert (row["quantity"], row["current_quantity"]) == (2, 1)
    assert stock(shop) == (9, 1, 10)


def test_adding_a_unit_computes_taxes_again(shop):
    order = shop.place_order(lines=[line("A", 1)], taxes=[VAT], **GUEST)
    edited = shop.edit_order(order["name"], "A", 3)
    assert chosen(edited, "total", "tax", "outstanding") == {
        "total": "72.56",
        "tax": "12.59",
        "outstanding": "48.37",
    }
    assert stock(shop) == (7, 3, 10)


def test_a_customer_is_found_again_and_a_guest_is_none(shop):
    jane = {"email": "Jane@example.com", "first_name": "Jane", "addresses": [{"city": "Ghent"}]}
    first = shop.place_order(lines=[line("B")], customer=jane)
    second = shop.place_order(lines=[line("B")], customer={"email": "jane@EXAMPLE.com"})
    guest = shop.place_order(lines=[line("B")], email="jane@example.com")
    assert first["customer_id"] == second["customer_id"]
    assert guest["customer_id"] is None


def test_orders_changed_since_a_moment(shop, client):
    old = shop.place_order(lines=[line("B")], **GUEST)
    shop.advance(3600)
    new = shop.place_order(lines=[line("B")], **GUEST)
    shop.advance(3600)
    shop.update_order(old["name"], note="Call first")
    query = """query O($query: String) { orders(first: 5, query: $query, sortKey: UPDATED_AT) {
      nodes { name updatedAt } } }"""
    rows = client.data(query)["orders"]["nodes"]
    assert [row["name"] for row in rows] == [new["name"], old["name"]]
    assert rows[0]["updatedAt"] < rows[1]["updatedAt"]
    since = client.data(query, {"query": f"updated_at:>'{rows[0]['updatedAt']}'"})
    assert [row["name"] for row in since["orders"]["nodes"]] == [old["name"]]


def test_samples_are_the_same_for_the_same_seed(shop):
    first = shop.place_samples(5, seed=7)
    shop.reset()
    shop.seed(products=PRODUCTS)
    again = shop.place_samples(5, seed=7)
    assert again == first
    assert len({row["total"] for row in again}) == 5
