# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an adapter promises of access: granted by the owner, renewed, given back; and of privacy."""

import dataclasses
from urllib.parse import parse_qsl, urlsplit

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.access import PrivacyRequest, Token
from odoo.addons.storefront_connector.platforms.documents.event import Event

REDIRECT = "http://127.0.0.1:8069/storefront/oauth/callback"


class Vault:
    """Keeps a token as a database does: stored before it is used; ``fail`` breaks the next one."""

    def __init__(self):
        self.token, self.granted, self.fail = None, 0, False

    def renew(self, stale, grant):
        if self.token and stale and self.token != stale:
            return self.token
        token = grant(self.token)
        self.granted += 1
        if self.fail:
            self.fail = False
            raise ConnectionError("the database is gone")
        self.token = token
        return token


class AuthorizationContract:
    """For platforms whose stores have a page where their owner grants access."""

    @pytest.fixture
    def vault(self):
        return Vault()

    @pytest.fixture
    def authorized(self, storefront, calls, vault):
        """Make adapters of a connection its owner has just agreed to."""

        def make():
            return storefront.adapter(calls, vault=vault, **storefront.app_credentials)

        vault.token = self.agree(storefront, make())
        return make

    def agree(self, storefront, adapter):
        """Follow the owner to the storefront and back."""
        address = adapter.authorization_url(
            adapter.settings, redirect_url=REDIRECT, state="0.6784/+ &"
        )
        back = urlsplit(storefront.consent(address))
        assert back._replace(query="").geturl() == REDIRECT
        params = dict(parse_qsl(back.query, strict_parsing=True))
        assert params["state"] == "0.6784/+ &"
        forged = {**params, "code": params["code"] + "0"}
        with pytest.raises(errors.AuthFailed):
            adapter.check_callback(adapter.settings, forged)
        return adapter.grant_token(adapter.check_callback(adapter.settings, params))

    def test_an_owner_grants_all_that_is_needed(self, authorized, vault):
        report = authorized().check_connection()
        assert report.missing_scopes == ()
        assert vault.granted == 0

    def test_a_code_is_good_for_one_token(self, storefront, authorized):
        adapter = authorized()
        address = adapter.authorization_url(adapter.settings, redirect_url=REDIRECT, state="s")
        params = dict(parse_qsl(urlsplit(storefront.consent(address)).query))
        assert adapter.grant_token(params["code"]).access_token
        with pytest.raises(errors.AuthFailed) as caught:
            adapter.grant_token(params["code"])
        assert caught.value.code == "code_refused"

    def test_a_token_that_has_ended_is_renewed(self, storefront, authorized, vault):
        first = vault.token
        storefront.end_token()
        assert authorized().check_connection().name
        assert vault.granted == 1
        assert vault.token.access_token != first.access_token

    def test_a_renewal_whose_answer_is_lost_is_made_up_for(self, storefront, authorized, vault):
        """Carried out, but never heard of: three times."""
        storefront.end_token()
        storefront.control.add_fault("reset_after", operation=storefront.token_operation, count=3)
        with pytest.raises(errors.RetryLater):
            authorized().fetch_locations()
        assert authorized().fetch_locations()
        assert vault.granted == 1

    def test_a_renewal_that_was_not_stored_is_made_up_for(self, storefront, authorized, vault):
        storefront.end_token()
        vault.fail = True
        with pytest.raises(ConnectionError):
            authorized().fetch_locations()
        assert authorized().fetch_locations()
        assert vault.granted == 2

    def test_an_agreement_that_has_ended_is_told(self, storefront, authorized, vault):
        storefront.control.revoke_token()
        with pytest.raises(errors.AuthFailed) as caught:
            authorized().fetch_locations()
        assert caught.value.code == "authorization_ended"
        vault.token = self.agree(storefront, authorized())
        assert authorized().fetch_locations()

    def test_a_token_nobody_granted_is_not_renewed(self, authorized, vault):
        vault.token = Token(access_token="made-up", refresh_token="made-up-too")
        with pytest.raises(errors.AuthFailed) as caught:
            authorized().fetch_locations()
        assert caught.value.code == "authorization_ended"


class AccessContract:
    """For every platform."""

    def test_a_platform_without_authorization_says_so(self, storefront, adapter):
        if not adapter.capabilities.authorization:
            with pytest.raises(errors.Unsupported):
                adapter.grant_token("code")
        assert adapter.capabilities.authorization is isinstance(self, AuthorizationContract)

    def test_access_given_back_is_gone(self, adapter):
        try:
            adapter.revoke_access()
        except errors.Unsupported:
            return
        with pytest.raises(errors.AuthFailed):
            adapter.fetch_locations()
        adapter.revoke_access()

    # Privacy.

    @pytest.mark.parametrize("kind", ["customer_data", "customer_redact", "shop_redact"])
    def test_privacy_is_asked_for_by_webhook(self, storefront, adapter, kind):
        placed = storefront.place_guest("ada@example.com")
        headers, body = storefront.privacy_webhook(kind, "ada@example.com")
        if headers is None:
            with pytest.raises(errors.Unsupported):
                adapter.read_privacy_request("customers/redact", b"{}")
            return
        assert adapter.verify_webhook(headers, body, [storefront.webhook_secret])
        event = adapter.read_event(headers, body)
        assert dataclasses.replace(event, topic="", delivery_id="", occurred_at=None) == Event(
            topic="", kind="privacy", external_id="", delivery_id="", occurred_at=None
        )
        about_shop = kind == "shop_redact"
        assert adapter.read_privacy_request(event.topic, body) == PrivacyRequest(
            type=kind,
            email="" if about_shop else "ada@example.com",
            order_external_ids=() if about_shop else (placed,),
        )
