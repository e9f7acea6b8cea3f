# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens: granted, renewed before they end, refreshed, and what the store's refusals mean."""

from urllib.parse import parse_qs

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.access import Token
from odoo.addons.storefront_connector.platforms.shopify import queries

APP = {"client_id": "app", "client_secret": "app-secret"}
OWN = {"access": "client_credentials", **APP}
AGREED = {"access": "authorization", **APP}
UNAUTHORIZED = (401, {"errors": "[API] Invalid API key or access token"})
OK = {"data": {"shop": {"id": 1}}}
# As live stores refuse a refresh (https://community.shopify.dev/t/…/35182, 2026-06).
ENDED = (
    401,
    {
        "error": "invalid_request",
        "error_description": "This request requires an active refresh_token",
    },
)
REFRESHED = {
    "access_token": "shpat_2",
    "scope": "write_inventory,read_orders",
    "expires_in": 3600,
    "refresh_token": "shprt_2",
    "refresh_token_expires_in": 7776000,
}


def call(adapter):
    return adapter.client.execute(queries.SHOP)


def fail(adapter, work=call):
    with pytest.raises(errors.StorefrontError) as caught:
        work(adapter)
    return caught.value


def form(store, index=0):
    request = store.script.requests[index]
    assert request.url == "https://lamps.myshopify.com/admin/oauth/access_token"
    return {name: value for name, (value,) in parse_qs(request.body).items()}


def agreed(store, left=3600.0, **values):
    """The store's owner agreed; the access token ends in ``left`` seconds."""
    store.token = Token(
        **{
            "access_token": "shpat_1",
            "expires_at": store.now + left,
            "refresh_token": "shprt_1",
            **values,
        }
    )
    return store.adapter(**AGREED)


# Client credentials.


def test_a_token_is_granted_stored_and_used(store):
    store.answers += [{"access_token": "shpat_new", "scope": "a, b", "expires_in": 86399}, OK]
    call(store.adapter(**OWN))
    assert store.stored == [
        Token(access_token="shpat_new", expires_at=1_086_399.0, scopes=("a", "b"))
    ]
    assert store.tokens_used == [None, "shpat_new"]
    assert form(store) == {**APP, "grant_type": "client_credentials"}


@pytest.mark.parametrize(("left", "used"), [(3600, "shpat_old"), (299, "shpat_new")])
def test_a_granted_token_is_renewed_before_it_ends(store, left, used):
    store.token = Token(access_token="shpat_old", expires_at=store.now + left)
    if used == "shpat_new":
        store.answers.append({"access_token": "shpat_new", "expires_in": 3600})
    store.answers.append(OK)
    call(store.adapter(**OWN))
    assert [token.access_token for token in store.stored] == ([used] if used == "shpat_new" else [])
    assert store.tokens_used[-1] == used


def test_a_revoked_token_is_renewed_once(store):
    store.token = Token(access_token="shpat_old")
    store.answers += [UNAUTHORIZED, {"access_token": "shpat_new"}, OK]
    assert call(store.adapter(**OWN)) == {"shop": {"id": 1}}
    assert store.tokens_used == ["shpat_old", None, "shpat_new"]
    assert store.stored == [Token(access_token="shpat_new")]


def test_a_renewed_token_that_is_refused_is_not_renewed_again(store):
    store.token = Token(access_token="shpat_old")
    store.answers += [UNAUTHORIZED, {"access_token": "shpat_new"}, UNAUTHORIZED]
    error = fail(store.adapter(**OWN))
    assert (type(error), error.code) == (errors.AuthFailed, "unauthorized")


def test_a_fresh_token_that_is_refused_is_not_renewed_again(store):
    store.answers += [{"access_token": "shpat_new", "expires_in": 60}, UNAUTHORIZED]
    error = fail(store.adapter(**OWN))
    assert (type(error), error.code) == (errors.AuthFailed, "unauthorized")


def test_the_token_another_worker_had_is_used(store):
    store.token = Token(access_token="shpat_old")
    store.stored.append(Token(access_token="shpat_theirs"))
    store.answers += [UNAUTHORIZED, OK]
    call(store.adapter(**OWN))
    assert store.tokens_used == ["shpat_old", "shpat_theirs"]


def test_what_was_not_stored_is_not_used(store):
    def renew(stale, grant):
        grant(stale)
        raise RuntimeError("the database is gone")

    store.renew_token = renew
    store.answers.append({"access_token": "shpat_new", "expires_in": 3600})
    with pytest.raises(RuntimeError):
        call(store.adapter(**OWN))
    assert store.tokens_used == [None]


def test_one_adapter_asks_once(store):
    store.answers += [{"access_token": "shpat_new", "expires_in": 3600}, OK, OK]
    adapter = store.adapter(**OWN)
    call(adapter)
    call(adapter)
    assert store.operations == ["AccessToken", "Shop", "Shop"]


def test_a_refused_grant_says_why(store):
    store.answers.append((400, {"error": "shop_not_permitted", "error_description": "…"}))
    error = fail(store.adapter(**OWN))
    assert (type(error), error.code) == (errors.AuthFailed, "grant_refused")
    assert error.params == {"reason": "shop_not_permitted"}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ((402, {"errors": "Unavailable Shop"}), errors.NotConfigured, "store_frozen"),
        ((404, {"errors": "Not Found"}), errors.NotConfigured, "store_not_found"),
        ((423, None), errors.NotConfigured, "store_locked"),
        ((403, None), errors.AuthFailed, "grant_refused"),
        ((401, {"error": "invalid_client"}), errors.AuthFailed, "grant_refused"),
        ((503, None), errors.RetryLater, "server_error"),
        ((429, None), errors.RetryLater, "rate_limited"),
        ((200, {}), errors.RetryLater, "empty_answer"),
        ((200, []), errors.RetryLater, "empty_answer"),
        ((200, {"access_token": 5}), errors.RetryLater, "empty_answer"),
    ],
)
def test_what_answers_a_grant(store, answer, kind, code):
    store.answers.append(answer)
    error = fail(store.adapter(**OWN))
    assert (type(error), error.code) == (kind, code)
    assert store.stored == []


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_a_grant_needs_an_app(store, missing):
    error = fail(store.adapter(**{**OWN, missing: ""}))
    assert (type(error), error.code) == (errors.NotConfigured, "missing_credentials")
    assert store.script.requests == []


@pytest.mark.parametrize("lifetime", [None, 0, -5, True, "3600", float("nan"), 1e12])
def test_a_lifetime_that_makes_no_sense_is_none(store, lifetime):
    store.answers += [{"access_token": "shpat_new", "expires_in": lifetime}, OK]
    call(store.adapter(**OWN))
    assert store.stored[0].expires_at == 0.0


# Agreed by the owner.


def test_a_refresh_gives_a_new_pair(store):
    adapter = agreed(store, left=299)
    store.answers += [REFRESHED, OK]
    call(adapter)
    assert form(store) == {**APP, "grant_type": "refresh_token", "refresh_token": "shprt_1"}
    assert store.stored == [
        Token(
            access_token="shpat_2",
            expires_at=store.now + 3600,
            refresh_token="shprt_2",
            refresh_expires_at=store.now + 7_776_000,
            scopes=("read_orders", "write_inventory"),
        )
    ]
    assert store.tokens_used == [None, "shpat_2"]


def test_credentials_that_do_not_name_their_access_are_understood(store):
    agreed(store, left=10)
    store.answers += [REFRESHED, OK]
    call(store.adapter(**APP))
    assert form(store)["grant_type"] == "refresh_token"


def test_a_refresh_uses_what_is_stored_now(store):
    """Between reading the token and holding the lease another worker may have refreshed it."""
    adapter = agreed(store, left=10)
    newer = Token(access_token="a", refresh_token="shprt_9", expires_at=store.now + 10)
    store.renew_token = lambda stale, grant: grant(newer)
    adapter = store.adapter(**AGREED)
    store.answers += [REFRESHED, OK]
    call(adapter)
    assert form(store)["refresh_token"] == "shprt_9"


def test_a_refresh_whose_answer_was_lost_is_repeated_with_the_same_token(store):
    adapter = agreed(store, left=-1)
    store.answers += [(520, None), REFRESHED, OK]
    error = fail(adapter)
    assert (type(error), error.code) == (errors.RetryLater, "server_error")
    assert store.stored == []
    call(store.adapter(**AGREED))
    assert [form(store, index)["refresh_token"] for index in (0, 1)] == ["shprt_1", "shprt_1"]
    assert store.stored[-1].refresh_token == "shprt_2"


@pytest.mark.parametrize(("left", "works"), [(200, True), (59, False), (-1, False)])
def test_the_old_token_works_on_while_the_store_grants_none(store, left, works):
    adapter = agreed(store, left=left)
    store.answers.append((503, None))
    if works:
        store.answers.append(OK)
        assert call(adapter) == {"shop": {"id": 1}}
        assert store.tokens_used == [None, "shpat_1"]
    else:
        assert type(fail(adapter)) is errors.RetryLater


@pytest.mark.parametrize(
    "refusal", [ENDED, (400, ENDED[1]), (400, {"error": "invalid_grant"}), (401, ENDED[1])]
)
def test_a_refused_refresh_ends_the_authorization(store, refusal):
    store.answers += [UNAUTHORIZED, refusal]
    error = fail(agreed(store))
    assert (type(error), error.code) == (errors.AuthFailed, "authorization_ended")
    assert store.stored == []


@pytest.mark.parametrize("reason", ["application_cannot_be_found", "invalid_client"])
def test_a_refused_app_is_not_an_ended_authorization(store, reason):
    store.answers.append((400, {"error": reason, "error_description": "Client unknown"}))
    error = fail(agreed(store, left=10))
    assert (error.code, error.params) == ("grant_refused", {"reason": reason})


def test_a_token_without_a_refresh_token_ends(store):
    store.answers.append(UNAUTHORIZED)
    error = fail(agreed(store, refresh_token="", expires_at=0.0))
    assert (type(error), error.code) == (errors.AuthFailed, "authorization_ended")


def test_without_an_agreement_nothing_is_sent(store):
    error = fail(store.adapter(**AGREED))
    assert (type(error), error.code) == (errors.NotConfigured, "not_authorized")
    assert store.script.requests == []


def test_an_answer_that_leaves_things_out_does_not_end_the_refreshing(store):
    """Without a lifetime it would pass for a token that never ends, and never be refreshed."""
    store.answers += [{"access_token": "shpat_2"}, OK]
    call(agreed(store, left=10))
    assert store.stored == [
        Token(access_token="shpat_2", expires_at=store.now + 3600, refresh_token="shprt_1")
    ]


# The code of a callback.


def test_a_code_is_exchanged_for_a_token_that_ends(store):
    store.answers.append(REFRESHED)
    token = store.adapter(**AGREED).grant_token("one-time-code")
    assert form(store) == {**APP, "code": "one-time-code", "expiring": "1"}
    assert (token.access_token, token.refresh_token) == ("shpat_2", "shprt_2")
    assert token.scopes == ("read_orders", "write_inventory")
    assert store.stored == [], "the caller stores it"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            (
                400,
                {
                    "error": "invalid_request",
                    "error_description": "The authorization code was not found or was already used",
                },
            ),
            errors.AuthFailed,
            "code_refused",
        ),
        ((400, {"error": "invalid_client"}), errors.AuthFailed, "grant_refused"),
        ((404, {"errors": "Not Found"}), errors.NotConfigured, "store_not_found"),
        ((502, None), errors.RetryLater, "authorization_unanswered"),
        (TimeoutError(), errors.RetryLater, "authorization_unanswered"),
    ],
)
def test_a_code_may_be_refused(store, answer, kind, code):
    store.answers.append(answer)
    error = fail(store.adapter(**AGREED), lambda adapter: adapter.grant_token("one-time-code"))
    assert (type(error), error.code) == (kind, code)
    assert len(store.script.requests) == 1, "a code is good for one call"


def test_no_token_or_code_is_told(store, caplog):
    told = []
    secrets = ("shprt_1", "shprt_2", "shpat_1", "shpat_2", "one-time-code", "app-secret")
    early = "shprt_1 shpat_1 one-time-code app-secret"
    echo = "shprt_1 shprt_2 shpat_1 shpat_2 app-secret"
    store.answers += [
        (400, {"error": f"odd {early}", "error_description": early}),
        UNAUTHORIZED,
        (401, {"error": "invalid_request", "error_description": f"refresh {early}"}),
        REFRESHED,
        {"errors": [{"message": echo}]},
        (403, {"errors": echo}),
    ]
    adapter = agreed(store)
    with caplog.at_level("DEBUG"):
        told.append(fail(adapter, lambda one: one.grant_token("one-time-code")))
        told += [fail(adapter)]
        store.token = None
        late = agreed(store, left=1)
        told += [fail(late), fail(late)]
    assert [error.code for error in told] == [
        "grant_refused",
        "authorization_ended",
        "refused",
        "forbidden",
    ]
    texts = [f"{error!r} {error.params} {vars(error)} {error.__cause__!r}" for error in told]
    texts += [repr(store.calls), repr(store.stored), repr(store.token), caplog.text]
    assert [text for text in texts if any(secret in text for secret in secrets)] == []
