# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The key a shop hands over: the page that is asked for it, and what comes of it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from odoo.addons.storefront_connector.platforms import errors

KEY = b'{"key_id":1,"consumer_key":"ck_%s","consumer_secret":"cs_%s","key_permissions":"x"}'


def page(adapter, grant_url="https://erp.example.com/storefront/oauth/grant/s1"):
    return adapter.authorization_url(
        adapter.settings,
        redirect_url="https://odoo.example.com/storefront/oauth/callback",
        state="s1",
        grant_url=grant_url,
    )


def test_the_page_of_the_shop(shop):
    address = urlsplit(page(shop.adapter("https://example.com/shop/", consumer_key="")))
    assert (address.netloc, address.path) == ("example.com", "/shop/wc-auth/v1/authorize")
    assert dict(parse_qsl(address.query, strict_parsing=True)) == {
        "app_name": "Odoo Storefront Connector",
        "scope": "read_write",
        "user_id": "odoo",
        "return_url": "https://odoo.example.com/storefront/oauth/callback?state=s1",
        "callback_url": "https://erp.example.com/storefront/oauth/grant/s1",
    }
    assert shop.script.requests == []


def test_a_shop_hands_over_to_https_only(adapter):
    with pytest.raises(errors.NotConfigured) as caught:
        page(adapter, "http://erp.example.com/storefront/oauth/grant/s1?x=1")
    assert caught.value.code == "grant_insecure"
    assert caught.value.params == {"url": "http://erp.example.com/storefront/oauth/grant/s1"}


def test_a_key_is_read(adapter):
    body = KEY % (b"a" * 40, b"b" * 40)
    assert adapter.read_grant(body) == {
        "consumer_key": f"ck_{'a' * 40}",
        "consumer_secret": f"cs_{'b' * 40}",
    }


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"webhook_id=1", KEY % (b"", b"b" * 40), KEY % (b"a" * 40, b"<b>")]
)
def test_what_is_no_key_is_bad(adapter, body):
    with pytest.raises(errors.BadPayload):
        adapter.read_grant(body)


def test_who_denied_it_is_told(adapter):
    assert adapter.check_callback(adapter.settings, {"success": "1", "user_id": "odoo"}) == ""
    for params in ({"success": "0"}, {}):
        with pytest.raises(errors.AuthFailed) as caught:
            adapter.check_callback(adapter.settings, params)
        assert caught.value.code == "owner_refused"
