# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls, pages and errors of the Shopify client."""

import logging

import pytest
import requests

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.shopify import queries

UNAUTHORIZED = (401, {"errors": "[API] Invalid API key or access token"})


def fail(adapter, document=queries.SHOP):
    with pytest.raises(errors.StorefrontError) as caught:
        adapter.client.execute(document, {})
    return caught.value


def test_a_call_goes_to_the_pinned_version_with_the_token(store, adapter):
    store.answer(shop={})
    adapter.client.execute(queries.SHOP)
    request = store.script.requests[0]
    assert request.url == "https://lamps.myshopify.com/admin/api/2026-10/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == "shpat_pasted"
    assert store.operations == ["Shop"]


def test_without_credentials_nothing_is_sent(store):
    error = fail(store.adapter(client_secret="webhooks only"))
    assert (type(error), error.code) == (errors.NotConfigured, "missing_credentials")
    assert store.script.requests == []


def test_a_pasted_token_that_is_refused_stays_refused(store, adapter):
    store.answers.append(UNAUTHORIZED)
    assert type(fail(adapter)) is errors.AuthFailed
    assert len(store.script.requests) == 1


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        ("INTERNAL_SERVER_ERROR", "RetryLater server_error", "AnswerLost server_error"),
        ("TIMEOUT", "RetryLater server_error", "AnswerLost server_error"),
        ("SHOP_INACTIVE", "NotConfigured store_frozen", "NotConfigured store_frozen"),
        ("MAX_COST_EXCEEDED", "Rejected max_cost_exceeded", "Rejected max_cost_exceeded"),
        ("undefinedField", "Rejected refused", "Rejected refused"),
    ],
)
def test_an_error_of_graphql_is_named_by_what_happens_next(store, adapter, code, read, write):
    for document, expected in ((queries.SHOP, read), (queries.STOCK_SET, write)):
        store.fail(code)
        error = fail(adapter, document)
        assert f"{type(error).__name__} {error.code}" == expected


def test_a_missing_scope_is_named(store, adapter):
    words = "Access denied for locations field. Required access: `read_locations` access scope."
    store.fail("ACCESS_DENIED", words)
    error = fail(adapter)
    assert (type(error), error.code) == (errors.NotConfigured, "missing_scope")
    assert error.params == {"scopes": "read_locations"}


@pytest.mark.parametrize(
    ("status", "code"), [(402, "store_frozen"), (404, "store_not_found"), (423, "store_locked")]
)
def test_a_store_that_is_not_to_be_reached(store, adapter, status, code):
    store.answers.append((status, {"errors": "No"}))
    error = fail(adapter)
    assert (type(error), error.code) == (errors.NotConfigured, code)


@pytest.mark.parametrize("body", [[], {}, {"data": None}, {"data": []}, "text"])
def test_an_answer_without_data_is_a_passing_failure(store, adapter, body):
    store.answers += [body, body]
    assert type(fail(adapter)) is errors.RetryLater
    assert type(fail(adapter, queries.STOCK_SET)) is errors.AnswerLost


@pytest.mark.parametrize("body", [{"errors": "Bad"}, {"errors": {"query": "missing"}}, {}])
def test_a_bad_request_is_a_refusal(store, adapter, body):
    store.answers.append((400, body))
    assert type(fail(adapter)) is errors.Rejected


def page(nodes, cursor=None):
    info = {"hasNextPage": bool(cursor), "endCursor": cursor}
    return {"locations": {"nodes": nodes, "pageInfo": info}}


def test_every_page_is_read(store, adapter):
    store.answer(**page([{"id": 1}], "A"))
    store.answer(**page([{"id": 2}]))
    rows = list(adapter.client.rows(queries.LOCATIONS, "locations"))
    assert rows == [{"id": 1}, {"id": 2}]
    assert store.sent == [{"first": 250, "after": None}, {"first": 250, "after": "A"}]


@pytest.mark.parametrize("cursor", ["A", "", 5])
def test_pages_that_lead_nowhere_end(store, adapter, cursor):
    store.answer(**page([{"id": 1}], "A"))
    again = page([{"id": 1}], "A")
    again["locations"]["pageInfo"]["endCursor"] = cursor
    store.answer(**again)
    with pytest.raises(errors.BadPayload):
        list(adapter.client.rows(queries.LOCATIONS, "locations"))


def test_a_query_too_dear_is_halved(store, adapter):
    store.fail("MAX_COST_EXCEEDED")
    store.answer(nodes=[{"id": 1}])
    store.answer(nodes=[None, {}])
    nodes = adapter.client.nodes(queries.stock(1), ["a", "b", "c"], {})
    assert nodes == [{"id": 1}, None, None]
    assert [sent["ids"] for sent in store.sent] == [["a", "b", "c"], ["a"], ["b", "c"]]


def test_one_record_too_dear_is_refused(store, adapter):
    store.fail("MAX_COST_EXCEEDED")
    with pytest.raises(errors.Rejected):
        adapter.client.nodes(queries.stock(1), ["a"], {})


@pytest.mark.parametrize("nodes", [None, [], [{}, {}], "x"])
def test_as_many_records_come_as_were_asked_for(store, adapter, nodes):
    store.answer(nodes=nodes)
    with pytest.raises(errors.BadPayload):
        adapter.client.nodes(queries.stock(1), ["a"], {})


def test_a_document_without_a_name_is_a_mistake_of_ours(adapter):
    with pytest.raises(ValueError, match="name"):
        adapter.client.execute("{ shop { id } }")


def test_two_stores_in_one_process_keep_their_tokens_apart(store):
    other = type(store)()
    other.url = "https://chairs.myshopify.com"
    first, second = store.adapter(access_token="A"), other.adapter(access_token="B")
    for one in (store, other, store):
        one.answer(shop={})
    for one in (first, second, first):
        one.client.execute(queries.SHOP)
    assert store.tokens_used == ["A", "A"]
    assert other.tokens_used == ["B"]
    assert other.script.requests[0].url.startswith("https://chairs.myshopify.com/")


def test_no_secret_is_told_in_logs_errors_or_call_records(store, caplog):
    granted, secret = "shpat_granted_token", "app-secret-of-many-letters"
    adapter = store.adapter(client_id="app", client_secret=secret)
    echo = f"bad token {granted}, client_secret={secret}"
    store.answers += [
        (400, {"error": f"invalid {secret}"}),
        {"access_token": granted, "expires_in": 86399},
        {"errors": [{"message": echo, "extensions": {"code": "ACCESS_DENIED"}}]},
        {"errors": echo},
        (403, {"errors": echo}),
        requests.ConnectionError(f"Max retries exceeded with url: /?token={granted}"),
        requests.ConnectionError(f"Max retries exceeded with url: /?token={granted}"),
    ]
    told = [repr(adapter.settings)]
    with caplog.at_level(logging.DEBUG):
        for _call in range(5):
            error = fail(adapter)
            told += [repr(error), str(error), repr(error.params), repr(error.__cause__)]
            told += [repr(getattr(error, "field_errors", ""))]
    told += [caplog.text, repr(store.calls)]
    assert store.answers == []
    assert len(store.calls) == 7
    assert not [text for text in told if granted in text or secret in text]
