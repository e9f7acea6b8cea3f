# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which store is meant, the page where its owner agrees, and the query it comes back with."""

import hashlib
import hmac
import sys
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import shopify
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings
from odoo.addons.storefront_connector.platforms.shopify import queries, sdk
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter
from odoo.addons.storefront_connector.platforms.shopify.sdk import store_url

LAMPS = "https://lamps.myshopify.com"
SECRET = "app-secret"
NOW = 1_800_000_000.0
QUERY = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvbGFtcHM",
    "shop": "lamps.myshopify.com",
    "state": "0.6784241404160823",
    "timestamp": "1800000000",
}


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("lamps", "https://lamps.myshopify.com"),
        (" Lamps.MyShopify.com ", "https://lamps.myshopify.com"),
        ("https://lamps.myshopify.com/admin", "https://lamps.myshopify.com"),
        ("http://lamps.myshopify.com", "https://lamps.myshopify.com"),
        ("https://admin.shopify.com/store/lamps/orders?x=1", "https://lamps.myshopify.com"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900"),
        ("http://127.0.0.1:8900/admin/", "http://127.0.0.1:8900"),
        ("http://[::1]:8900", "http://[::1]:8900"),
    ],
)
def test_what_an_admin_may_type(typed, url):
    assert store_url(typed) == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lamps.example",
        "https://evil.example/lamps.myshopify.com",
        "lamps.myshopify.com.evil.example",
        "https://user@lamps.myshopify.com",
        "http://192.168.1.5",
        "la mps",
        "https://[",
        "ftp://127.0.0.1",
        "http://me:pw@127.0.0.1",
        "-lamps",
        "lamps.myshopify.com:444",
    ],
)
def test_what_is_no_store(typed):
    with pytest.raises(errors.NotConfigured):
        store_url(typed)


def signed(secret=SECRET, **changed):
    """A callback's query as Shopify signs it; a value of None leaves the parameter out."""
    query = {name: value for name, value in {**QUERY, **changed}.items() if value is not None}
    text = "&".join(f"{name}={value}" for name, value in sorted(query.items()))
    return {**query, "hmac": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}


def refusal(params, secrets=(SECRET,), base_url=LAMPS, now=NOW):
    with pytest.raises(errors.StorefrontError) as caught:
        sdk.check_callback(base_url, secrets, params, now=now)
    assert type(caught.value) is errors.AuthFailed
    return caught.value.code


def app_settings(url=LAMPS, **credentials):
    app = {"access": "authorization", "client_id": "app", "client_secret": SECRET}
    return AdapterSettings(
        url=url,
        credentials={**app, **credentials},
        on_call=lambda call: None,
        check_allowed=lambda: None,
    )


def test_the_page_where_the_owner_agrees():
    url = ShopifyAdapter.authorization_url(
        app_settings("lamps"), redirect_url="https://erp.example/storefront/oauth", state="s/1 &"
    )
    parts = urlsplit(url)
    assert url.startswith("https://lamps.myshopify.com/admin/oauth/authorize?")
    assert parse_qs(parts.query, strict_parsing=True) == {
        "client_id": ["app"],
        "scope": [
            "read_customers,read_inventory,read_locations,read_orders,read_products,"
            "write_inventory,read_customer_merge,write_products"
        ],
        "redirect_uri": ["https://erp.example/storefront/oauth"],
        "state": ["s/1 &"],
    }


def test_the_page_of_a_store_on_this_machine():
    url = sdk.authorization_url(
        "http://127.0.0.1:8900", "app", scopes=["a"], redirect_url="https://e.x/o", state="s"
    )
    assert url == (
        "http://127.0.0.1:8900/admin/oauth/authorize"
        "?client_id=app&scope=a&redirect_uri=https%3A%2F%2Fe.x%2Fo&state=s"
    )


def test_what_the_store_signed_is_accepted():
    sdk.check_callback(LAMPS, [SECRET], signed(), now=NOW)
    assert (
        ShopifyAdapter.check_callback(app_settings(), signed(timestamp=str(int(sdk.time.time()))))
        == QUERY["code"]
    )


def test_a_signature_by_hand():
    """``printf 'code=c&shop=lamps.myshopify.com&timestamp=1800000000' | openssl dgst -sha256 -hmac
    app-secret``"""
    params = {"code": "c", "shop": "lamps.myshopify.com", "timestamp": "1800000000"}
    params["hmac"] = "0cb0befce8a9e76e9dfdf2f1793a069ed9cb0f1618e7a042def3be56df2c8b6c"
    sdk.check_callback(LAMPS, [SECRET], params, now=NOW)


def test_the_previous_secret_still_signs():
    settings_ = app_settings(client_secret="new", previous_client_secret=SECRET)
    params = signed(timestamp=str(int(sdk.time.time())))
    assert ShopifyAdapter.check_callback(settings_, params) == QUERY["code"]


@pytest.mark.parametrize("secrets", [["another"], [""], [], ["", "another"]])
def test_only_the_apps_secrets_sign(secrets):
    assert refusal(signed(), secrets) == "callback_forged"
    assert refusal(signed(""), secrets) == "callback_forged"


def test_a_query_without_a_signature_is_refused():
    assert refusal(QUERY) == "callback_forged"
    assert refusal({}) == "callback_forged"
    assert refusal({**QUERY, "hmac": ""}) == "callback_forged"


@pytest.mark.parametrize("name", [*QUERY, "hmac"])
def test_a_query_changed_anywhere_is_refused(name):
    params = signed()
    changed = {**params, name: params[name] + "0"}
    removed = {key: value for key, value in params.items() if key != name}
    added = {**params, "more": "1"}
    for forged in (changed, removed, added):
        assert refusal(forged) == "callback_forged"


def test_parameters_cannot_be_moved_into_one_another():
    """``a=1&b=2`` signed doesn't stand for one parameter ``a`` of ``1&b=2``."""
    params = signed()
    params["code"] += f"&host={params.pop('host')}"
    assert refusal(params) == "callback_forged"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from([*QUERY, "hmac", "ids[]", "x"]), st.text(max_size=30)))
def test_nothing_made_up_is_accepted_or_a_crash(params):
    assert refusal({**signed(), **params, "hmac": params.get("hmac", "0" * 64)}) == (
        "callback_forged"
    )


@pytest.mark.parametrize(
    "shop", ["chairs.myshopify.com", "lamps.myshopify.com.evil.example", "lamps", "", None]
)
def test_another_store_is_refused(shop):
    assert refusal(signed(shop=shop)) == "callback_other_shop"


def test_a_store_on_this_machine_is_known_by_its_signature():
    local = "http://127.0.0.1:8900"
    sdk.check_callback(local, [SECRET], signed(), now=NOW)
    assert refusal(signed("another"), base_url=local) == "callback_forged"


@pytest.mark.parametrize(
    ("age", "code"), [(300, None), (301, "callback_expired"), (-301, "callback_expired")]
)
def test_a_callback_is_good_for_five_minutes(age, code):
    if code:
        assert refusal(signed(), now=NOW + age) == code
    else:
        sdk.check_callback(LAMPS, [SECRET], signed(), now=NOW + age)


@pytest.mark.parametrize("timestamp", [None, "", "soon", "-5", "1e9", "٣" * 9, "9" * 13])
def test_a_callback_says_when_it_was_made(timestamp):
    assert refusal(signed(timestamp=timestamp)) == "callback_forged"


def test_a_callback_without_a_code_is_refused():
    params = signed(code=None, timestamp=str(int(sdk.time.time())))
    with pytest.raises(errors.AuthFailed) as caught:
        ShopifyAdapter.check_callback(app_settings(), params)
    assert caught.value.code == "callback_forged"


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_authorizing_needs_an_app(missing):
    for ask in (
        lambda given: ShopifyAdapter.authorization_url(given, redirect_url="https://e.x", state=""),
        lambda given: ShopifyAdapter.check_callback(given, signed("")),
    ):
        with pytest.raises(errors.NotConfigured) as caught:
            ask(app_settings(**{missing: ""}))
        assert caught.value.code == "missing_credentials"


class Worker(threading.Thread):
    """Does everything a store can be asked of the library and the client, over and over."""

    ROUNDS = 150

    def __init__(self, make_store, name, barrier):
        super().__init__(name=name)
        self.store = make_store()
        self.store.url = f"https://{name}.myshopify.com"
        self.barrier, self.wrong, self.rounds = barrier, [], 0
        self.app = app_settings(
            self.store.url, client_id=f"id-{name}", client_secret=f"secret-{name}"
        )

    def run(self):
        try:
            for _round in range(self.ROUNDS):
                self.barrier.wait(timeout=60)
                self.ask()
                self.rounds += 1
        except Exception as error:
            self.wrong.append(repr(error))
            self.barrier.abort()

    def ask(self):
        page = urlsplit(
            ShopifyAdapter.authorization_url(self.app, redirect_url="https://e.x/o", state="s")
        )
        self.equal(page.netloc, f"{self.name}.myshopify.com")
        self.equal(parse_qs(page.query)["client_id"], [f"id-{self.name}"])
        mine = signed(f"secret-{self.name}", shop=page.netloc)
        sdk.check_callback(self.store.url, [f"secret-{self.name}"], mine, now=NOW)
        other = {"lamps": "chairs", "chairs": "lamps"}[self.name]
        theirs = signed(f"secret-{other}", shop=page.netloc)
        self.equal(refusal(theirs, [f"secret-{self.name}"], self.store.url), "callback_forged")
        self.store.answer(shop={"id": self.name})
        adapter = self.store.adapter(access_token=f"token-{self.name}")
        self.equal(adapter.client.execute(queries.SHOP), {"shop": {"id": self.name}})
        sent = self.store.script.requests[-1]
        self.equal(sent.headers["X-Shopify-Access-Token"], f"token-{self.name}")
        self.equal(urlsplit(sent.url).netloc, f"{self.name}.myshopify.com")

    def equal(self, found, expected):
        if found != expected:
            self.wrong.append((found, expected))


def test_stores_in_one_process_never_see_each_others_app_or_token(store):
    """Four threads, two stores, in lockstep, switched every few instructions."""
    barrier = threading.Barrier(4)
    workers = [Worker(type(store), name, barrier) for name in ("lamps", "chairs") * 2]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    assert [worker.wrong for worker in workers] == [[]] * 4
    assert [worker.rounds for worker in workers] == [Worker.ROUNDS] * 4
    assert (shopify.Session.api_key, shopify.Session.secret) == (None, None)
    assert shopify.ShopifyResource.site in (None, "")
    assert "X-Shopify-Access-Token" not in shopify.ShopifyResource.get_headers()
