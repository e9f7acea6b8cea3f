# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls, pages, batches and refusals of a shop."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.woocommerce import sdk
from odoo.addons.storefront_connector.platforms.woocommerce.client_body import clean

PAGE = b"<!DOCTYPE html><html><script>var x = {};</script><body>Maintenance</body></html>"
NOTICE = (
    b"<br />\n<b>Warning</b>:  Undefined array key [0] in <b>/srv/x.php</b> on line <b>3</b><br />"
)


def fail(call, *arguments):
    with pytest.raises(errors.StorefrontError) as caught:
        call(*arguments)
    return caught.value


def told(error):
    return f"{type(error).__name__} {error.code}"


# signing


def test_over_https_the_key_is_in_a_header(shop, adapter):
    shop.answer([])
    adapter.client.get("products", {"include": "1,2"})
    (request,) = shop.script.requests
    assert request.url == "https://shop.example.com/wp-json/wc/v3/products?include=1%2C2"
    token = base64.b64encode(b"ck_pasted:cs_pasted").decode()
    assert request.headers["Authorization"] == f"Basic {token}"


def test_over_http_each_parameter_is_sent_once_and_signed(shop):
    adapter = shop.adapter("http://127.0.0.1:8080/shop", allow_http="1")
    shop.answer([])
    adapter.client.get("orders", {"modified_after": "2026-11-22T21:06:09", "status": "any"})
    (request,) = shop.script.requests
    parts = urlsplit(request.url)
    query = parse_qs(parts.query)
    assert parts.path == "/shop/wp-json/wc/v3/orders"
    assert (query["status"], query["modified_after"]) == (["any"], ["2026-11-22T21:06:09"])
    assert query["oauth_consumer_key"] == ["ck_pasted"]
    assert query["oauth_signature_method"] == ["HMAC-SHA256"]
    assert len(base64.b64decode(query["oauth_signature"][0])) == 32
    assert "cs_pasted" not in request.url
    assert "Authorization" not in request.headers


def test_no_nonce_is_signed_twice(shop, monkeypatch):
    # What the package draws: of so few digits two calls of some thousands are the same.
    monkeypatch.setattr("woocommerce.oauth.randint", lambda _first, _last: 7)
    adapter = shop.adapter("http://127.0.0.1:8080", allow_http="1")
    for _call in range(3):
        shop.answer([])
        adapter.client.get("orders")
    queries = [parse_qs(urlsplit(request.url).query) for request in shop.script.requests]
    assert len({query["oauth_nonce"][0] for query in queries}) == 3


@pytest.mark.parametrize(
    ("url", "allow_http"),
    [
        ("http://127.0.0.1:8080", ""),
        ("http://8.8.8.8", "1"),
        ("http://shop.example.com.invalid", "1"),
    ],
)
def test_plain_http_is_for_local_shops_and_only_when_allowed(shop, url, allow_http):
    error = fail(lambda: shop.adapter(url, allow_http=allow_http))
    assert told(error) == "NotConfigured insecure_url"


def test_a_shop_in_a_private_network_may_be_http(shop):
    assert shop.adapter("http://192.168.1.5", allow_http="1").client.base_url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("shop.example.com", "https://shop.example.com"),
        (" https://shop.example.com/ ", "https://shop.example.com"),
        ("https://shop.example.com/wp-json/wc/v3", "https://shop.example.com"),
        ("https://example.com/shop/wp-admin/edit.php?x=1", "https://example.com/shop"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ],
)
def test_an_address_is_taken_as_people_paste_it(typed, url):
    assert sdk.shop_url(typed) == url


@pytest.mark.parametrize("typed", ["", "ftp://x", "https://", "https://a b", "https://u:p@x.y"])
def test_what_is_no_address_is_said(typed):
    assert told(fail(sdk.shop_url, typed)) == "NotConfigured invalid_url"


def test_without_a_key_nothing_is_sent(shop):
    adapter = shop.adapter(consumer_secret="")
    assert told(fail(adapter.check_connection)) == "NotConfigured missing_credentials"
    assert shop.script.requests == []


def test_a_slow_host_is_waited_for(shop, adapter):
    waits = []
    send = shop.script.send
    shop.script.send = lambda request, **options: (
        waits.append(options["timeout"]) or send(request, **options)
    )
    shop.answer([])
    adapter.client.get("products")
    assert waits == [(5.0, 90.0)]


# pages


def test_pages_are_counted_by_a_header(shop, adapter):
    shop.page([{"id": 1}], pages=2)
    shop.page([{"id": 2}], pages=2)
    assert [row["id"] for row in adapter.client.rows("webhooks", {})] == [1, 2]
    assert [query["page"] for _path, query in shop.asked] == ["1", "2"]
    assert shop.asked[0][1] == {"per_page": "100", "orderby": "id", "order": "asc", "page": "1"}


def test_where_a_proxy_took_the_header_a_full_page_is_followed(shop, adapter):
    shop.answer([{"id": one} for one in range(100)], [{"id": 100}])
    assert len(list(adapter.client.rows("products", {}))) == 101
    assert len(shop.paths) == 2


def test_a_link_to_another_host_is_not_followed(shop, adapter):
    link = '<https://evil.example/wp-json/wc/v3/products?page=2>; rel="next"'
    shop.answer((200, [{"id": 1}], {"Link": link, "X-WP-TotalPages": "2"}))
    shop.page([{"id": 2}], pages=2)
    list(adapter.client.rows("products", {}))
    assert {urlsplit(one.url).netloc for one in shop.script.requests} == {"shop.example.com"}


def test_a_list_that_is_none_is_bad(shop, adapter):
    shop.answer({"code": "odd"})
    assert told(fail(adapter.client.page, "products", {})) == "BadPayload wrong_type"


# what hosts put around JSON


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": [1]}',
        b'\xef\xbb\xbf{"a": [1]}',
        b'\xef\xbb\xbf\xef\xbb\xbf\n {"a": [1]}\n',
        NOTICE + b'\n{"a": [1]}',
        b'{"a": [1]}' + NOTICE,
        NOTICE + NOTICE + b'{"a": [1]}\n' + NOTICE,
        b'Warning: x in /srv/x.php on line 3\n{"a": [1]}',
        b'PHP Deprecated:  x [y] in /srv/x.php on line 3\n{"a": [1]}',
    ],
)
def test_json_is_found_in_what_php_prints(body):
    assert json.loads(clean(body)) == {"a": [1]}


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        b"",
        b"Error establishing a database connection",
        b"<script>[1]</script>",
        NOTICE,
        NOTICE + PAGE,
        b'{"a": [1]} and more',
        b"[" * 100_000,
    ],
)
def test_a_page_isn_t_taken_for_json(body):
    assert clean(body) == body


def test_a_page_in_place_of_an_answer_is_tried_again(shop, adapter):
    shop.answer((200, PAGE), (200, PAGE))
    assert told(fail(adapter.client.get, "products")) == "RetryLater html_instead_of_json"
    assert (
        told(fail(adapter.client.put, "webhooks/1", {"a": 1})) == "AnswerLost html_instead_of_json"
    )


# refusals


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("nobody", "AuthFailed unauthorized"),
        ("wrong_secret", "AuthFailed unauthorized"),
        ("wrong_key", "AuthFailed unauthorized"),
        ("read_only", "AuthFailed missing_scope"),
        ("no_route", "NotConfigured api_missing"),
        ("unknown", "NotFound not_found"),
        ("per_page", "Rejected refused"),
        ("bad_status", "Rejected refused"),
        ("too_many", "Rejected refused"),
        ("refund_too_much", "Rejected refused"),
        ("no_trash", "Rejected refused"),
    ],
)
def test_recorded_refusals_are_named_by_what_happens_next(shop, adapter, fixture, name, meaning):
    recorded = fixture("errors")[name]
    shop.answer((recorded["status"], recorded["body"]))
    assert told(fail(adapter.client.put, "products/1", {"name": "x"})) == meaning


def test_a_value_that_is_refused_is_named(shop, adapter, fixture):
    recorded = fixture("errors")["bad_status"]
    shop.answer((recorded["status"], recorded["body"]))
    ((field, words),) = fail(adapter.client.get, "orders").field_errors
    assert field == "status"
    assert words.startswith("status[0] is not one of any, trash")


@pytest.mark.parametrize(
    ("status", "body", "read", "write"),
    [
        (403, PAGE, "RetryLater blocked_by_host", "RetryLater blocked_by_host"),
        (406, PAGE, "RetryLater blocked_by_host", "RetryLater blocked_by_host"),
        (401, PAGE, "AuthFailed site_locked", "AuthFailed site_locked"),
        (404, PAGE, "NotConfigured permalinks_plain", "NotConfigured permalinks_plain"),
        (429, PAGE, "RetryLater rate_limited", "RetryLater rate_limited"),
        (500, PAGE, "RetryLater server_error", "AnswerLost server_error"),
        (500, {"code": "internal_server_error"}, "RetryLater server_error",
         "AnswerLost server_error"),
        (502, PAGE, "RetryLater server_error", "AnswerLost server_error"),
        (503, PAGE, "RetryLater server_error", "RetryLater server_error"),
        (301, b"", "NotConfigured redirected", "NotConfigured redirected"),
        (403, {"code": "woocommerce_rest_cannot_view"}, "AuthFailed key_user_limited",
         "AuthFailed key_user_limited"),
    ],
)  # fmt: skip
def test_refusals_of_hosts(shop, adapter, status, body, read, write):
    shop.answer((status, body), (status, body))
    assert told(fail(adapter.client.get, "products")) == read
    assert told(fail(adapter.client.post, "products/batch", {"update": [{}]})) == write


def test_a_write_whose_answer_is_lost_is_said_and_not_repeated(shop, adapter):
    shop.answer(requests.ReadTimeout())
    assert told(fail(adapter.client.post, "webhooks", {"topic": "x"})) == "AnswerLost timeout"
    assert len(shop.script.requests) == 1


def test_maintenance_says_how_long(shop, adapter):
    shop.answer((503, PAGE, {"Retry-After": "600"}))
    assert fail(adapter.client.get, "products").seconds == 600.0


def test_what_is_logged_tells_no_secret(shop, caplog):
    adapter = shop.adapter("http://127.0.0.1:8080", allow_http="1")
    shop.refuse(401, "woocommerce_rest_authentication_error", "cs_pasted is wrong")
    with caplog.at_level("DEBUG"):
        error = fail(adapter.client.get, "products/17")
    told_all = f"{error!r} {error.detail} {shop.calls} {caplog.text}"
    assert "cs_pasted" not in told_all
    assert "ck_pasted" not in told_all
    assert shop.calls[0].operation == "GET products/id"


# batches


def test_a_batch_the_host_lets_not_through_is_halved(shop, adapter):
    rows = [{"id": one} for one in (1, 2, 3)]
    shop.refuse(413, "woocommerce_rest_request_entity_too_large", "Unable to accept")
    shop.answer({"update": [{"id": 1}]}, {"update": [{"id": 2}, {"id": 3}]})
    assert [row["id"] for row in adapter.client.update("products", rows)] == [1, 2, 3]
    assert [len(body["update"]) for body in shop.written] == [3, 1, 2]


def test_one_row_that_is_too_large_stays_refused(shop, adapter):
    shop.refuse(413, "woocommerce_rest_request_entity_too_large", "Unable to accept")
    assert told(fail(adapter.client.update, "products", [{"id": 1}])) == "Rejected refused"


def test_an_answer_to_other_rows_tells_nothing(shop, adapter):
    shop.answer({"update": [{"id": 2}]})
    assert told(fail(adapter.client.update, "products", [{"id": 1}])) == "AnswerLost wrong_type"


class Limiter:
    def __init__(self):
        self.asked, self.blocks = [], []

    def wait_out(self, operation):
        self.asked.append(operation)

    def block(self, seconds):
        self.blocks.append(seconds)


def test_a_shared_shop_that_wants_a_pause_is_left_alone_by_all(shop):
    shop.limiter = Limiter()
    adapter = shop.adapter()
    shop.answer((429, PAGE, {"Retry-After": "7"}))
    error = fail(adapter.client.get, "orders/1/notes")
    assert (error.seconds, error.uses_try) == (7.0, False)
    assert (shop.limiter.asked, shop.limiter.blocks) == (["GET orders/id/notes"], [7.0])
