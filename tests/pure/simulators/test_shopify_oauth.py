# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an app gets its tokens: client credentials, authorization code, refresh."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dev.simulators.shopify.control import ControlError

TOKEN_PATH = "/admin/oauth/access_token"
CLIENT = {"client_id": "simulated-client-id", "client_secret": "simulated-client-secret"}
CREDENTIALS = {**CLIENT, "grant_type": "client_credentials"}
CALLBACK = "http://127.0.0.1:8069/storefront/callback"
SPENT = {
    "error": "invalid_request",
    "error_description": "This request requires an active refresh_token",
}
HOUR, DAY = 3600, 86400


def status(client, token):
    headers = {"X-Shopify-Access-Token": token}
    return client.post(client.path, {"query": "{ shop { name } }"}, **headers)[0]


def address(client, **changed):
    fields = {
        "client_id": "simulated-client-id",
        "scope": "write_products,read_orders",
        "redirect_uri": CALLBACK,
        "state": "nonce",
        **changed,
    }
    return f"http://{client.host}:{client.port}/admin/oauth/authorize?{urlencode(fields)}"


def open_page(client, url, **decision):
    """(status, headers, text) of the page, or of its form when a decision is sent."""
    parts = urlsplit(url)
    if not decision:
        answer = client.request("GET", f"{parts.path}?{parts.query}")
    else:
        fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = client.request("POST", parts.path, urlencode({**fields, **decision}))
    return answer[0], answer[1], answer[2].decode()


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture
def code(client, control):
    """A code the owner's consent led to."""
    return query_of(control.authorize(address(client)))["code"]


@pytest.fixture
def pair(client, code):
    """The first expiring token with its refresh token."""
    return client.post(TOKEN_PATH, {**CLIENT, "code": code, "expiring": "1"})[1]


def refresh(client, text):
    return client.post(TOKEN_PATH, {**CLIENT, "grant_type": "refresh_token", "refresh_token": text})


def test_client_credentials_give_a_token_for_a_day(client, control):
    code, answer = client.post(TOKEN_PATH, CREDENTIALS)
    assert code == 200
    assert answer["expires_in"] == 86399
    assert "write_inventory" in answer["scope"].split(",")
    token = answer["access_token"]
    assert status(client, token) == 200
    control.advance(86398)
    assert status(client, token) == 200
    control.advance(2)
    assert status(client, token) == 401
    assert status(client, client.token) == 200


def test_a_form_is_accepted_too(client):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.request("POST", TOKEN_PATH, urlencode(CREDENTIALS), headers)[0] == 200


def test_wrong_credentials_are_refused(client, control):
    for wrong, error in (
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "application_cannot_be_found"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ):
        code, answer = client.post(TOKEN_PATH, {**CREDENTIALS, **wrong})
        assert (code, answer["error"]) == (400, error)
    control.configure(same_organisation=False)
    assert client.post(TOKEN_PATH, CREDENTIALS) == (
        400,
        {
            "error": "shop_not_permitted",
            "error_description": "Client credentials cannot be performed on this shop.",
        },
    )


def test_who_does_not_ask_for_json_gets_a_page(client):
    body = urlencode({**CREDENTIALS, "client_id": "<x>"})
    code, headers, page = client.request("POST", TOKEN_PATH, body)
    assert (code, headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert b"<title>400 - Oauth error application_cannot_be_found</title>" in page
    assert b"client_id &quot;&lt;x&gt;&quot;" in page


def test_the_owner_is_asked_and_sent_back_with_a_signed_query(client, control):
    url = address(client)
    code, _headers, page = open_page(client, url)
    assert code == 200
    for shown in ("View and change products", "View orders", ">Install app<", ">Cancel<"):
        assert shown in page
    code, headers, _page = open_page(client, url, decision="install")
    assert code == 303
    assert headers["Location"].startswith(f"{CALLBACK}?")
    query = query_of(headers["Location"])
    assert sorted(query) == ["code", "hmac", "host", "shop", "state", "timestamp"]
    assert query["shop"] == "simulated-store.myshopify.com"
    assert query["state"] == "nonce"
    text = "&".join(f"{name}={query[name]}" for name in sorted(query) if name != "hmac")
    expected = hmac.new(b"simulated-client-secret", text.encode(), hashlib.sha256)
    assert query["hmac"] == expected.hexdigest()


def test_scopes_granted_before_need_no_second_consent(client, control):
    open_page(client, address(client), decision="install")
    assert open_page(client, address(client, scope="read_products"))[0] == 303
    assert open_page(client, address(client, scope="read_customers"))[0] == 200


def test_the_owner_who_cancels_stays_in_the_store(client, control):
    code, headers, _page = open_page(client, address(client), decision="cancel")
    assert (code, headers["Location"]) == (303, "/?message=The+app+was+not+installed.")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "x"},
         "invalid_request: Could not find Shopify API application with api_key x"),
        ({"redirect_uri": ""}, "invalid_request: The redirect_uri is not whitelisted"),
        ({"redirect_uri": "https://erp.example/callback"},
         "invalid_request: The redirect_uri is not whitelisted"),
        ({"scope": "read_orders,fly"}, "invalid_scope: The access scope is invalid: fly"),
    ],
)  # fmt: skip
def test_an_authorization_is_refused(client, control, changed, words):
    for decision in ({}, {"decision": "install"}):
        code, headers, page = open_page(client, address(client, **changed), **decision)
        assert (code, headers["Location"]) == (400, None)
        assert f"Oauth error {words}<" in page
    with pytest.raises(ControlError, match=f"Oauth error {words}"):
        control.authorize(address(client, **changed))


def test_an_app_s_addresses_are_compared_to_the_letter(client, control):
    control.configure(redirect_uris=["https://erp.example/callback", "http://erp.example/callback"])
    assert open_page(client, address(client, redirect_uri="https://erp.example/callback"))[0] == 200
    for other in ("https://erp.example/callback/", "http://erp.example/callback", CALLBACK):
        assert open_page(client, address(client, redirect_uri=other))[0] == 400


def test_a_code_gives_one_token_with_the_scopes_granted(client, code):
    answer = client.post(TOKEN_PATH, {**CLIENT, "code": code})
    token = answer[1]["access_token"]
    assert answer == (200, {"access_token": token, "scope": "read_orders,write_products"})
    assert status(client, token) == 200
    again = client.post(TOKEN_PATH, {**CLIENT, "code": code})
    assert again == (
        400,
        {
            "error": "invalid_request",
            "error_description": "The authorization code was not found or was already used",
        },
    )


def test_a_code_lives_ten_minutes_and_belongs_to_its_client(client, control, code):
    stolen = {"client_id": "other", "client_secret": "x", "code": code}
    assert client.post(TOKEN_PATH, stolen)[1]["error"] == "application_cannot_be_found"
    control.advance(601)
    assert client.post(TOKEN_PATH, {**CLIENT, "code": code})[1]["error"] == "invalid_request"


def test_the_lasting_token_is_the_same_at_every_authorization(client, control):
    tokens = set()
    for _time in range(2):
        granted = query_of(control.authorize(address(client)))["code"]
        tokens.add(client.post(TOKEN_PATH, {**CLIENT, "code": granted})[1]["access_token"])
    assert len(tokens) == 1


def test_an_expiring_token_comes_with_a_refresh_token(client, control, pair):
    assert {name: pair[name] for name in ("scope", "expires_in", "refresh_token_expires_in")} == {
        "scope": "read_orders,write_products",
        "expires_in": 3600,
        "refresh_token_expires_in": 7776000,
    }
    control.advance(HOUR)
    assert status(client, pair["access_token"]) == 401


def test_a_refresh_gives_a_new_pair_and_leaves_the_token_before_to_its_end(client, control, pair):
    code, renewed = refresh(client, pair["refresh_token"])
    assert code == 200
    assert renewed["access_token"] != pair["access_token"]
    assert renewed["refresh_token"] != pair["refresh_token"]
    assert (status(client, pair["access_token"]), status(client, renewed["access_token"])) == (
        200,
        200,
    )


def test_a_refresh_whose_answer_was_lost_is_repeated_until_a_successor_is_used(
    client, control, pair
):
    lost = refresh(client, pair["refresh_token"])[1]
    control.advance(29 * DAY)
    code, renewed = refresh(client, pair["refresh_token"])
    assert code == 200
    assert refresh(client, renewed["refresh_token"])[0] == 200
    for spent in (pair, lost):
        assert refresh(client, spent["refresh_token"]) == (401, SPENT)


def test_a_used_refresh_token_ends_after_thirty_days_and_any_after_ninety(client, control, pair):
    renewed = refresh(client, pair["refresh_token"])[1]
    control.advance(30 * DAY)
    assert refresh(client, pair["refresh_token"]) == (401, SPENT)
    control.advance(60 * DAY)
    assert refresh(client, renewed["refresh_token"]) == (401, SPENT)


def test_a_new_authorization_replaces_the_refresh_token(client, control, pair):
    granted = query_of(control.authorize(address(client)))["code"]
    assert client.post(TOKEN_PATH, {**CLIENT, "code": granted, "expiring": "1"})[0] == 200
    assert refresh(client, pair["refresh_token"]) == (401, SPENT)


def test_revoked_access_takes_the_refresh_token_along(client, control, pair):
    control.revoke_token(pair["access_token"])
    renewed = refresh(client, pair["refresh_token"])[1]
    control.revoke_token()
    assert status(client, renewed["access_token"]) == 401
    assert refresh(client, renewed["refresh_token"]) == (401, SPENT)


def test_two_secrets_are_good_for_grants_until_the_old_one_is_revoked(client, control, pair):
    secret = control.rotate_secret("shpss_new")
    renewed = client.post(
        TOKEN_PATH,
        {
            **CLIENT,
            "client_secret": secret,
            "grant_type": "refresh_token",
            "refresh_token": pair["refresh_token"],
        },
    )[1]["access_token"]
    assert client.post(TOKEN_PATH, CREDENTIALS)[0] == 200
    assert control.info()["client_secret"] == "simulated-client-secret"  # which signs on
    assert control.revoke_secret() == "shpss_new"
    assert client.post(TOKEN_PATH, CREDENTIALS)[1]["error"] == "invalid_client"
    assert client.post(TOKEN_PATH, {**CREDENTIALS, "client_secret": secret})[0] == 200
    assert [status(client, text) for text in (pair["access_token"], renewed, client.token)] == [
        401, 200, 200,
    ]  # fmt: skip
    with pytest.raises(ControlError, match="The app has only one secret"):
        control.revoke_secret()
    assert len({"shpss_new", control.rotate_secret(), control.rotate_secret()}) == 3
