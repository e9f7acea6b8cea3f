# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is let in, beyond what was recorded: OAuth to the letter, keys handed over, odd hosts."""

import json
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from replay import sign

from dev.simulators.woocommerce.auth import Key


@pytest.fixture
def signed(api, shop):
    """Call over http, signed; `change` alters the query between signature and sending."""

    def call(path, change=lambda query: query, seconds=0, **query):
        info = shop.info()
        key = Key(info["consumer_key"], info["consumer_secret"])
        now = datetime.fromtimestamp(datetime.now(timezone.utc).timestamp() + seconds, timezone.utc)
        sign(key, "GET", f"{shop.base_url}{api.base}{path}", query, now)
        target = f"{api.base}{path}?{urlencode(change(query))}"
        status, _headers, body = api.raw("GET", target)
        return status, json.loads(body)

    return call


def test_a_signed_call_is_let_in(signed, lamp):
    status, rows = signed("products", sku="LAMP", _fields="id,sku")
    assert (status, rows) == (200, [{"id": lamp, "sku": "LAMP"}])


def test_parameters_that_come_twice_count_once(signed, lamp):
    """As the `woocommerce` package sends them over http."""
    status, rows = signed("products", lambda query: [*query.items(), ("sku", "LAMP")], sku="LAMP")
    assert (status, [one["id"] for one in rows]) == (200, [lamp])


def test_a_list_signed_by_its_bare_name_is_refused(signed):
    status, answer = signed("products", **{"include[]": "1"})
    assert (status, answer["message"]) == (
        401, "Invalid signature - provided signature does not match.")  # fmt: skip


def test_a_changed_parameter_breaks_the_signature(signed):
    status, answer = signed("products", lambda query: {**query, "sku": "OTHER"}, sku="LAMP")
    assert (status, answer["code"]) == (401, "woocommerce_rest_authentication_error")


@pytest.mark.parametrize("seconds", [-16 * 60, 16 * 60])
def test_a_clock_that_is_wrong_is_refused(signed, seconds):
    status, answer = signed("products", seconds=seconds)
    assert (status, answer["message"]) == (401, "Invalid timestamp.")


def test_a_signed_call_is_good_once(signed, api):
    sent = {}
    signed("products", lambda query: sent.update(query) or query)
    status, _headers, body = api.raw("GET", f"{api.base}products?{urlencode(sent)}")
    message = "Invalid nonce - nonce has already been used."
    assert (status, json.loads(body)["message"]) == (401, message)


def test_an_unfinished_signature_names_what_is_missing(signed):
    def without(query):
        return {name: value for name, value in query.items() if name != "oauth_nonce"}

    status, answer = signed("products", without)
    assert status == 401
    assert answer["message"] == "Missing OAuth parameters: oauth_nonce"


def test_a_host_that_takes_the_header_away_lets_nobody_in(shop, api):
    shop.configure(strip_authorization=True)
    status, answer = api.call("GET", "orders")
    assert (status, answer["code"]) == (401, "woocommerce_rest_cannot_view")


def test_a_shop_without_permalinks_has_no_api(shop, api):
    shop.configure(permalinks=False)
    status, headers, _body = api.raw("GET", f"{api.base}orders", headers=api.headers)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_revoked_key_is_nobody(shop, api):
    shop.revoke_key(shop.info()["consumer_key"])
    assert api.call("GET", "orders")[0] == 401


def test_notices_of_php_come_before_the_answer(shop, api, lamp):
    shop.add_fault("noise", operation="GET products")
    status, _headers, body = api.raw("GET", f"{api.base}products", headers=api.headers)
    assert status == 200
    assert body.startswith(b"\xef\xbb\xbf<br />\n<b>Warning</b>")
    assert json.loads(body[body.index(b"[{") :])[0]["id"] == lamp


def test_a_write_whose_answer_is_lost_has_happened(shop, api, lamp):
    shop.add_fault("reset_after", operation="POST orders")
    with pytest.raises(OSError):
        api.call("POST", "orders", {"line_items": [{"product_id": lamp, "quantity": 1}]})
    assert len(shop.orders()) == 1


def test_operations_are_named_by_method_and_route(shop, api, lamp):
    shop.reset_stats()
    api.get("orders")
    api.send(f"products/{lamp}", {"stock_quantity": 3}, "PUT")
    api.send("products/batch", {"update": []})
    assert sorted(shop.stats()["operations"]) == [
        "GET orders",
        "POST products/batch",
        "PUT products/<id>",
    ]


def ask(shop, callback, **values):
    query = {
        "app_name": "Odoo",
        "scope": "read_write",
        "user_id": "7",
        "return_url": "https://erp.example/back",
        "callback_url": callback,
        **values,
    }
    return f"{shop.base_url}/wc-auth/v1/authorize?{urlencode(query)}"


@pytest.fixture
def callback(receiver):
    """Where a key is handed over to, and the keys that came."""
    return receiver.url, lambda: [json.loads(body) for _headers, body in receiver.received]


def test_an_owner_hands_a_key_over(shop, api, callback):
    url, keys = callback
    shop.configure(http_callback=True)
    back = urlsplit(shop.authorize(ask(shop, url)))
    assert (back.netloc, parse_qs(back.query)) == ("erp.example", {"success": ["1"],
                                                                  "user_id": ["7"]})  # fmt: skip
    (key,) = keys()
    assert (key["user_id"], key["key_permissions"]) == ("7", "read_write")
    made = type(api)((api.host, api.port), key["consumer_key"], key["consumer_secret"])
    assert made.get("orders") == []


def test_a_key_is_handed_over_by_https_alone(shop, api, callback):
    status, _headers, body = api.raw("GET", ask(shop, callback[0]))
    assert status == 401
    assert b"The callback_url needs to be over SSL" in body


def test_a_key_nobody_took_is_none(shop, woo_server, receiver):
    shop.configure(http_callback=True)
    receiver.statuses[:] = [500]
    with pytest.raises(Exception, match="did not take the key"):
        shop.authorize(ask(shop, receiver.url))
    assert len(woo_server.application.keys.rows) == 1


def test_the_page_asks_and_can_be_denied(shop, api):
    url = ask(shop, "https://erp.example/key", app_name="<b>Odoo</b>")
    status, _headers, page = api.raw("GET", url)
    assert status == 200
    assert b"&lt;b&gt;Odoo&lt;/b&gt;" in page
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _body = api.raw("POST", url, "choice=deny", form)
    assert (status, headers["Location"]) == (302, "https://erp.example/back?success=0&user_id=7")
