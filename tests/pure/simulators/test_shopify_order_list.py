# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The list of orders as who polls for changes reads it: filters, order, pages."""

import base64
import json

import pytest

LIST = """query L($query: String, $after: String, $first: Int = 2, $reverse: Boolean = false) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: $reverse) {
    nodes { name updatedAt } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
def shop(control):
    """Orders #1001 … #1005, a minute apart."""
    control.seed(count=1)
    for _order in range(5):
        control.place_order(lines=[{"sku": "SIM-00001"}], email="a@example.com")
        control.advance(60)
    return control


def read(client, **variables):
    return client.data(LIST, variables)["orders"]


def names(client, **variables):
    return [row["name"] for row in read(client, first=10, **variables)["nodes"]]


def moment(client, name):
    rows = read(client, first=10)["nodes"]
    return next(row["updatedAt"] for row in rows if row["name"] == name)


def test_changed_since(shop, client):
    since = moment(client, "#1003")
    assert names(client, query=f"updated_at:>='{since}'") == ["#1003", "#1004", "#1005"]
    assert names(client, query=f"updated_at:>'{since}'") == ["#1004", "#1005"]
    shop.update_order("#1001", note="changed")
    assert names(client, query=f"updated_at:>='{since}'") == ["#1003", "#1004", "#1005", "#1001"]
    assert names(client, query=f"created_at:<'{since}'") == ["#1002", "#1001"]
    assert names(client, query=f"created_at:<'{since}'", reverse=True) == ["#1001", "#1002"]


def test_a_date_may_be_a_year_or_a_month(shop, client):
    assert len(names(client, query="updated_at:>=2024")) == 5
    assert names(client, query="updated_at:<=2024-06") == []


def test_a_cursor_names_a_place_so_what_moves_is_read_again_and_nothing_is_skipped(shop, client):
    first = read(client)
    assert [row["name"] for row in first["nodes"]] == ["#1001", "#1002"]
    shop.update_order("#1002", note="the row of the cursor")
    shop.update_order("#1003", note="a row to come")
    second = read(client, after=first["pageInfo"]["endCursor"])
    assert [row["name"] for row in second["nodes"]] == ["#1004", "#1005"]
    third = read(client, after=second["pageInfo"]["endCursor"])
    assert [row["name"] for row in third["nodes"]] == ["#1002", "#1003"]
    assert third["pageInfo"]["hasNextPage"] is False


def test_pages_backwards(shop, client):
    first = read(client, reverse=True)
    second = read(client, reverse=True, after=first["pageInfo"]["endCursor"])
    assert [row["name"] for row in first["nodes"] + second["nodes"]] == [
        "#1005", "#1004", "#1003", "#1002",
    ]  # fmt: skip


def test_changes_of_one_second_come_in_the_order_of_their_ids(shop, client):
    for name in ("#1004", "#1002"):
        shop.update_order(name, note="now")
    assert names(client)[-2:] == ["#1002", "#1004"]


def test_the_cursor_of_another_order_is_refused(shop, client):
    query = "{ orders(first: 1, sortKey: ORDER_NUMBER) { pageInfo { endCursor } } }"
    cursor = client.data(query)["orders"]["pageInfo"]["endCursor"]
    assert json.loads(base64.b64decode(cursor))["last_value"] == 1001
    (error,) = client.graphql(LIST, {"after": cursor})["errors"]
    assert error["message"] == f"Invalid cursor for current pagination sort: {cursor}"


def test_status(shop, client):
    shop.cancel_order("#1002")
    assert names(client, query="status:cancelled") == ["#1002"]
    assert names(client, query="status:open") == ["#1001", "#1003", "#1004", "#1005"]
    shop.fulfil_order("#1003")
    assert names(client, query="status:closed") == ["#1003"]
    assert names(client, query="status:not_closed") == ["#1001", "#1004", "#1005"]
    assert names(client, query="financial_status:paid fulfillment_status:fulfilled") == ["#1003"]


def test_an_unknown_filter_is_ignored_with_a_warning(shop, client):
    answer = client.graphql(LIST, {"query": "changed_at:>=2026", "first": 10})
    assert len(answer["data"]["orders"]["nodes"]) == 5
    assert answer["extensions"]["search"] == [
        {
            "path": ["orders"],
            "query": "changed_at:>=2026",
            "warnings": [
                {
                    "field": "changed_at",
                    "message": "Invalid search field for this query.",
                    "code": "invalid_field",
                }
            ],
        }
    ]


def test_an_index_that_follows_late(shop, client):
    """Without a search the list is up to date."""
    shop.configure(search_lag=90)
    assert names(client, query="updated_at:>=2024") == ["#1001", "#1002", "#1003", "#1004"]
    assert len(names(client)) == 5
    shop.advance(30)
    assert len(names(client, query="updated_at:>=2024")) == 5
