# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stock: what is read, what is sent, and what becomes of each row of a batch."""

from decimal import Decimal as D

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.stock import (
    StockChange,
    StockKey,
    StockRefusal,
    StockResult,
)


def key(item, location=1):
    return StockKey(inventory_external_id=str(item), location_external_id=str(location))


CHANGES = [
    StockChange(key=key(11), quantity=D("7.9"), expected=D(3)),
    StockChange(key=key(12), quantity=D("-0.5"), expected=None),
    StockChange(key=key(13), quantity=D(0), expected=D("2.5")),
]
KEYS = tuple(change.key for change in CHANGES)


def refuse(store, *rows):
    """Answer with user errors: (code, path)."""
    given = [{"code": code, "field": path, "message": f"{code}!"} for code, path in rows]
    store.answer(inventorySetQuantities={"userErrors": given})


def push(adapter, changes=CHANGES):
    return adapter.push_stock(changes, idempotency_key="K")


def row(index, field="quantity"):
    return ["input", "quantities", str(index), field]


def test_a_batch_says_what_to_set_and_what_to_expect(store, adapter):
    store.answer(inventorySetQuantities={"userErrors": []})
    assert push(adapter) == StockResult(accepted=KEYS)
    item, location = "gid://shopify/InventoryItem/", "gid://shopify/Location/1"
    assert store.sent == [
        {
            "key": "K",
            "input": {
                "name": "available",
                "reason": "correction",
                "referenceDocumentUri": "gid://storefront-connector/StockPush/K",
                "quantities": [
                    {
                        "inventoryItemId": f"{item}11",
                        "locationId": location,
                        "quantity": 7,
                        "changeFromQuantity": 3,
                    },
                    {
                        "inventoryItemId": f"{item}12",
                        "locationId": location,
                        "quantity": -1,
                        "changeFromQuantity": None,
                    },
                    {
                        "inventoryItemId": f"{item}13",
                        "locationId": location,
                        "quantity": 0,
                        "changeFromQuantity": 2,
                    },
                ],
            },
        }
    ]


def test_nothing_is_sent_for_nothing(store, adapter):
    assert push(adapter, []) == StockResult()
    assert store.script.requests == []


def test_stale_rows_stop_the_others(store, adapter):
    refuse(store, ("CHANGE_FROM_QUANTITY_STALE", row(2, "changeFromQuantity")))
    assert push(adapter) == StockResult(stale=(KEYS[2],), unsent=KEYS[:2])


def test_refused_rows_are_told_with_the_reason(store, adapter):
    refuse(
        store,
        ("CHANGE_FROM_QUANTITY_STALE", row(0)),
        ("INVALID_INVENTORY_ITEM", row(0, "inventoryItemId")),
        ("INVALID_QUANTITY_TOO_HIGH", row(1)),
    )
    assert push(adapter) == StockResult(
        refused=(
            StockRefusal(
                key=KEYS[0], code="INVALID_INVENTORY_ITEM", message="INVALID_INVENTORY_ITEM!"
            ),
            StockRefusal(
                key=KEYS[1], code="INVALID_QUANTITY_TOO_HIGH", message="INVALID_QUANTITY_TOO_HIGH!"
            ),
        ),
        unsent=(KEYS[2],),
    )


def test_a_key_that_failed_before_sent_nothing(store, adapter):
    refuse(store, ("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", None))
    assert push(adapter) == StockResult(unsent=KEYS)


def test_a_batch_under_way_is_asked_for_later(store, adapter):
    refuse(store, ("IDEMPOTENCY_CONCURRENT_REQUEST", None))
    with pytest.raises(errors.RetryLater) as caught:
        push(adapter)
    assert (caught.value.code, caught.value.seconds, caught.value.uses_try) == ("busy", 5.0, False)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("INVALID_REASON", ["input", "reason"]),
        ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", None),
        ("INVALID_LOCATION", row(3)),
        ("INVALID_LOCATION", row("x")),
    ],
)
def test_a_batch_at_fault_as_a_whole_is_rejected(store, adapter, code, path):
    refuse(store, (code, path))
    with pytest.raises(errors.Rejected) as caught:
        push(adapter)
    assert caught.value.field_errors == ((".".join(path or ()), f"{code}!"),)


def test_a_batch_whose_answer_was_lost_is_said_to_be(store, adapter):
    store.answers.append((502, {}))
    with pytest.raises(errors.AnswerLost):
        push(adapter)
    assert len(store.script.requests) == 1


def levels(*quantities):
    """An item with a level at each location, None where it isn't stocked."""
    found = {
        f"l{index}": None if quantity is None else {"quantities": [{"quantity": quantity}]}
        for index, quantity in enumerate(quantities)
    }
    return {"id": "x", **found}


def test_stock_of_several_locations_is_read_at_once(store, adapter):
    keys = [key(11, 1), key(12, 2), key(11, 2), key(13, 1), key(14, 1)]
    store.answer(nodes=[levels(-3, 8), levels(4, 5), None, levels(None, 1)])
    assert adapter.fetch_stock(keys) == dict(zip(keys, (-3, 5, 8, None, None), strict=True))
    item, location = "gid://shopify/InventoryItem/", "gid://shopify/Location/"
    assert store.sent == [
        {
            "l0": f"{location}1",
            "l1": f"{location}2",
            "ids": [f"{item}{number}" for number in (11, 12, 13, 14)],
        }
    ]


def test_stock_is_read_of_ten_locations_at_most(store, adapter):
    for count in (10, 1):
        store.answer(nodes=[levels(*range(count))])
    found = adapter.fetch_stock([key(1, place) for place in range(11)])
    assert [found[key(1, place)] for place in range(11)] == [*range(10), 0]
    assert [len(sent) for sent in store.sent] == [11, 2]


def test_stock_is_read_as_many_items_at_a_time_as_is_said(store, adapter):
    size = adapter.capabilities.stock_per_fetch
    for count in (size, 1):
        store.answer(nodes=[levels(1)] * count)
    assert len(adapter.fetch_stock([key(number) for number in range(1, size + 2)])) == size + 1
    assert [len(sent["ids"]) for sent in store.sent] == [250, 1]


def test_no_keys_no_call(store, adapter):
    assert adapter.fetch_stock([]) == {}
    assert store.script.requests == []
