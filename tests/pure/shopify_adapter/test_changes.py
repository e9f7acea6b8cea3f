# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which orders changed since: no page is skipped, no listing runs for ever."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.connection import Page
from odoo.addons.storefront_connector.platforms.documents.event import RecordChange
from odoo.addons.storefront_connector.platforms.shopify.build_changes import Position

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)


def page(*seconds, after=None):
    nodes = [
        {
            "id": f"gid://shopify/Order/{number}",
            "updatedAt": (NINE + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for number, second in enumerate(seconds, start=1)
    ]
    return {"nodes": nodes, "pageInfo": {"hasNextPage": bool(after), "endCursor": after}}


def test_the_orders_of_a_second_and_later(store, adapter):
    store.answer(orders=page(0, 4))
    brussels = timezone(timedelta(hours=1))
    since = datetime(2026, 11, 20, 10, 0, 0, 999_999, tzinfo=brussels)
    assert adapter.fetch_changes("order", since) == Page(
        items=(
            RecordChange(external_id="1", updated_at=NINE),
            RecordChange(external_id="2", updated_at=NINE + timedelta(seconds=4)),
        ),
        next_cursor="",
    )
    assert store.sent == [
        {"first": 250, "after": None, "search": "updated_at:>='2026-11-20T09:00:00Z'"}
    ]


def test_a_page_goes_on_from_the_second_it_ended_in(store, adapter):
    store.answer(orders=page(0, 4, after="A"))
    store.answer(orders=page(4, 5))
    first = adapter.fetch_changes("order", NINE)
    assert first.next_cursor == "2026-11-20T09:00:04Z|"
    second = adapter.fetch_changes("order", NINE, first.next_cursor)
    assert second.next_cursor == ""
    assert store.sent[1]["search"] == "updated_at:>='2026-11-20T09:00:04Z'"
    assert store.sent[1]["after"] is None


def test_a_second_that_fills_pages_is_read_by_the_stores_cursor(store, adapter):
    store.answer(orders=page(0, 0, after="A"))
    store.answer(orders=page(0, 0, after="B|="))
    store.answer(orders=page(0, 7, after="C"))
    cursors = [""]
    for _page in range(3):
        cursors.append(adapter.fetch_changes("order", NINE, cursors[-1]).next_cursor)
    assert cursors[1:] == [
        "2026-11-20T09:00:00Z|A",
        "2026-11-20T09:00:00Z|B|=",
        "2026-11-20T09:00:07Z|",
    ]
    assert [sent["after"] for sent in store.sent] == [None, "A", "B|="]


@pytest.mark.parametrize("cursor", ["x", "|", "2026-11-20T09:00:00Z", "2026-13-20T09:00:00Z|A"])
def test_a_cursor_of_nobody_is_bad(store, adapter, cursor):
    with pytest.raises(errors.BadPayload) as caught:
        adapter.fetch_changes("order", NINE, cursor)
    assert caught.value.code == "bad_cursor"
    assert store.script.requests == []


def test_a_cursor_the_store_no_longer_knows_is_bad(store, adapter):
    store.fail("BAD_USER_INPUT", "Invalid cursor for current pagination sort.")
    with pytest.raises(errors.BadPayload) as caught:
        adapter.fetch_changes("order", NINE, "2026-11-20T09:00:00Z|A")
    assert caught.value.code == "bad_cursor"


def test_another_refusal_is_not_the_cursors_fault(store, adapter):
    for cursor, message in (("2026-11-20T09:00:00Z|A", "Odd"), ("", "Invalid cursor")):
        store.fail("BAD_USER_INPUT", message)
        with pytest.raises(errors.Rejected):
            adapter.fetch_changes("order", NINE, cursor)


def test_a_page_that_leads_to_itself_is_bad(store, adapter):
    store.answer(orders=page(0, after="A"))
    with pytest.raises(errors.BadPayload):
        adapter.fetch_changes("order", NINE, "2026-11-20T09:00:00Z|A")


def test_an_empty_page_is_the_last(store, adapter):
    store.answer(orders=page(after="A"))
    assert adapter.fetch_changes("order", NINE) == Page(items=())


def test_a_time_without_a_zone_is_a_mistake_of_ours(adapter):
    with pytest.raises(ValueError, match="time zone"):
        adapter.fetch_changes("order", NINE.replace(tzinfo=None))


def test_only_orders_are_listed(adapter):
    with pytest.raises(errors.Unsupported):
        adapter.fetch_changes("customer", NINE)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 12), max_size=60).map(sorted),
    st.integers(1, 7),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 59)), max_size=6),
)
def test_nothing_is_missed_while_orders_change(seconds, size, touches):
    """A store of pages of ``size``; before page N some order changes and moves to the end."""
    changed = dict(enumerate(seconds))
    position, seen, clock = Position.start(NINE), {}, 20
    for round_ in range(500):
        for at, number in touches:
            if at == round_ and number in changed:
                clock += 1
                changed[number] = clock
        since = (position.since - NINE).total_seconds()
        listed = sorted((second, number) for number, second in changed.items() if second >= since)
        # As Shopify's: a cursor names a place in the order, wherever its row went.
        rest = [row for row in listed if not position.after or row > place(position.after)]
        found, more = rest[:size], len(rest) > size
        seen |= {number: second for second, number in found}
        changes = tuple(
            RecordChange(external_id=str(number), updated_at=NINE + timedelta(seconds=second))
            for second, number in found
        )
        cursor = position.next(changes, f"{found[-1][0]}/{found[-1][1]}" if more else None)
        if not cursor:
            break
        position = Position.parse(cursor)
    assert seen == changed


def place(cursor):
    second, number = cursor.split("/")
    return int(second), int(number)
