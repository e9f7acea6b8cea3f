# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists of orders: each once, however many share a second; and orders by their numbers."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.order import OrderSummary
from odoo.addons.storefront_connector.platforms.shopify.build_order_list import ListPosition

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)


def bag(shop, shopper=None):
    return {"shopMoney": {"amount": shop}, "presentmentMoney": {"amount": shopper or shop}}


def node(key, second=0, **values):
    placed = (NINE + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": f"gid://shopify/Order/{key}",
        "name": f"#{1000 + key}",
        "number": 1000 + key,
        "processedAt": placed,
        "updatedAt": placed,
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "edited": False,
        "test": False,
        "tags": ["web", "gift"],
        "sourceName": "580111",
        "app": {"name": "Market"},
        "currencyCode": "EUR",
        "totalPriceSet": bag("10.0", "12.0"),
        "currentTotalPriceSet": bag("8.0", "9.0"),
        "totalCashRoundingAdjustment": {"paymentSet": bag("0.02")},
        "customer": {"firstName": "Ada", "lastName": "Byron"},
        "billingAddress": None,
        "shippingAddress": None,
        **values,
    }


def page(*nodes, after=None):
    return {"nodes": nodes, "pageInfo": {"hasNextPage": bool(after), "endCursor": after}}


def ids(found):
    return [one.external_id for one in getattr(found, "items", found)]


def test_an_order_of_a_list(store, adapter):
    store.answer(orders=page(node(1), node(2, 4, edited=True, test=True)))
    first, second = adapter.fetch_order_list().items
    assert first == OrderSummary(
        external_id="1",
        number="#1001",
        created_at=NINE,
        updated_at=NINE,
        total=D("10.02"),
        currency="EUR",
        customer_name="Ada Byron",
        status="PAID",
        channel="Market",
        tags=("web", "gift"),
    )
    assert (second.total, second.is_test) == (D("8.02"), True)
    assert store.sent == [{"first": 250, "after": None, "search": None}]


def test_a_cancelled_order_of_a_list_is_as_placed(store, adapter):
    cancelled = node(1, edited=True, cancelledAt="2026-11-20T10:00:00Z", customer=None,
                     billingAddress={"name": "Kei Sato"})  # fmt: skip
    store.answer(orders=page(cancelled))
    (one,) = adapter.fetch_order_list().items
    assert (one.total, one.status, one.customer_name) == (D("10.02"), "CANCELLED", "Kei Sato")
    assert one.cancelled_at == NINE + timedelta(hours=1)


def test_days_are_searched_in_seconds_and_compared_exactly(store, adapter):
    store.answer(orders=page(node(1), node(2, 1), node(3, 9)))
    brussels = timezone(timedelta(hours=1))
    start = datetime(2026, 11, 20, 10, 0, 0, 500_000, tzinfo=brussels)
    end = NINE + timedelta(seconds=9)
    assert ids(adapter.fetch_order_list(created_from=start, created_to=end)) == ["2"]
    (sent,) = store.sent
    assert sent["search"] == (
        "processed_at:>='2026-11-20T09:00:00Z' processed_at:<='2026-11-20T09:00:09Z'"
    )


def test_a_moment_without_a_zone_is_a_mistake(adapter):
    with pytest.raises(ValueError, match="time zone"):
        adapter.fetch_order_list(created_from=datetime(2026, 1, 1))


def test_a_page_goes_on_in_its_last_second_without_what_was_read(store, adapter):
    store.answer(orders=page(node(1), node(2, 4), node(3, 4), after="A"))
    store.answer(orders=page(node(2, 4), node(3, 4), node(4, 4), node(5, 6), after="B"))
    store.answer(orders=page(node(5, 6)))
    first = adapter.fetch_order_list()
    assert first.next_cursor == "2026-11-20T09:00:04Z|2,3|"
    second = adapter.fetch_order_list(cursor=first.next_cursor)
    third = adapter.fetch_order_list(cursor=second.next_cursor)
    assert [ids(one) for one in (first, second, third)] == [["1", "2", "3"], ["4", "5"], []]
    assert [sent["after"] for sent in store.sent] == [None, None, None]
    assert store.sent[2]["search"] == "processed_at:>='2026-11-20T09:00:06Z'"


def test_a_second_that_fills_pages_is_read_by_the_stores_cursor(store, adapter):
    store.answer(orders=page(node(1, 4), node(2, 4), after="A|="))
    store.answer(orders=page(node(3, 4), node(4, 4), after="B"))
    store.answer(orders=page(node(5, 7)))
    found, cursor = [], ""
    for _page in range(3):
        answer = adapter.fetch_order_list(created_from=NINE, cursor=cursor)
        found, cursor = found + ids(answer), answer.next_cursor
    assert (found, cursor) == (["1", "2", "3", "4", "5"], "")
    assert [sent["after"] for sent in store.sent] == [None, "A|=", "B"]


@pytest.mark.parametrize("cursor", ["x", "|", "2026-11-20T09:00:04Z", "yesterday||", "2026|1|"])
def test_a_cursor_of_somebody_else_is_refused(store, adapter, cursor):
    with pytest.raises(errors.BadPayload) as caught:
        adapter.fetch_order_list(cursor=cursor)
    assert (caught.value.code, store.sent) == ("bad_cursor", [])


def test_a_cursor_the_store_forgot_is_a_bad_cursor(store, adapter):
    store.fail("BAD_REQUEST", "Invalid cursor for current pagination sort.")
    with pytest.raises(errors.BadPayload) as caught:
        adapter.fetch_order_list(cursor="||A")
    assert caught.value.code == "bad_cursor"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seconds=st.lists(st.integers(0, 6), max_size=25), size=st.integers(2, 6))
def test_every_order_is_listed_once_in_its_order(seconds, size):
    """A store that pages as Shopify does, by time and then by id, read by positions."""
    orders = sorted((second, number) for number, second in enumerate(seconds, start=1))
    found, position, pages = [], ListPosition.first(None), 0
    while position is not None:
        listed = [one for one in orders if position.start is None or at(one) >= position.start]
        listed = listed[int(position.after or 0) :]
        nodes = [summary(one) for one in listed[:size]]
        found += [one.external_id for one in nodes if one.external_id not in position.read]
        after = str(int(position.after or 0) + size) if len(listed) > size else None
        cursor = position.next(nodes, after)
        position = ListPosition.parse(cursor) if cursor else None
        pages += 1
        assert pages <= len(orders) + 1
    assert found == [str(number) for _second, number in orders]


def at(order):
    return NINE + timedelta(seconds=order[0])


def summary(order):
    return OrderSummary(
        external_id=str(order[1]),
        number="",
        created_at=at(order),
        updated_at=at(order),
        total=D(0),
        currency="EUR",
    )


def test_orders_are_found_by_name_or_number(store, adapter):
    store.answer(
        orders=page(
            node(1),
            node(2, name="EN1002"),
            node(3, name="#10031", number=10031),
            node(4, name="a-7"),
        )
    )
    found = adapter.find_orders(["1001", "#1002", "#1003", "A-7", " ", "#"])
    assert ids(found) == ["1", "2", "4"]
    (sent,) = store.sent
    assert sent["search"] == (
        'name:"1001" OR name:"#1001" OR name:"1002" OR name:"#1002" OR name:"1003" OR '
        'name:"#1003" OR name:"A-7" OR name:"#A-7"'
    )


def test_a_number_cannot_leave_its_quotes(store, adapter):
    store.answer(orders=page(node(1)))
    assert adapter.find_orders(['1" OR name:*']) == ()
    assert store.sent[0]["search"] == r'name:"1\" OR name:*" OR name:"#1\" OR name:*"'


def test_fifty_numbers_are_one_call(store, adapter):
    for _call in range(3):
        store.answer(orders=page(node(1)))
    assert ids(adapter.find_orders([str(number) for number in range(1000, 1101)])) == ["1"]
    assert store.operations == ["OrderList"] * 3
    assert adapter.find_orders([]) == ()


def test_a_whole_store_is_listed_once(simulated):
    simulated.control.seed(count=3)
    for _day in range(3):
        simulated.control.place_samples(200, seed=_day, line_count=1)
        simulated.control.advance(86400)
    found, cursor = [], ""
    while True:
        listed = simulated.adapter.fetch_order_list(cursor=cursor)
        found, cursor = found + [one.number for one in listed.items], listed.next_cursor
        if not cursor:
            break
    assert found == [f"#{1001 + index}" for index in range(600)]
    assert [call.operation for call in simulated.calls] == ["OrderList"] * 3
