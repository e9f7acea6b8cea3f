# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The way to the storefront's page and back, over HTTP, in a signed-in session."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from odoo import fields
from odoo.http import STORED_SESSION_BYTES
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.messages import render
from ..platforms import errors
from .common import StorefrontCase

MANAGER = "storefront_connector.group_storefront_manager"


@tagged("post_install", "-at_install")
class TestOauthHttp(StorefrontCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._manager("shop-manager", cls.company)
        cls.draft = cls._draft_backend("New", cls.company)
        cls.draft.write({"shopify_access": "authorization", "shopify_client_id": "app-1"})
        cls.draft.action_create_users()

    @classmethod
    def _manager(cls, login, company):
        return new_test_user(
            cls.env,
            login,
            MANAGER,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the tests speak to Odoo's own server."""
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def sign_in(self, user=None):
        login = (user or self.manager).login
        self.authenticate(login, login)

    def begin(self):
        """Press the button; return the address of the page it leads to."""
        answer = self.url_open(
            "/web/dataset/call_button/storefront.backend/action_authorize",
            json={
                "params": {
                    "model": "storefront.backend",
                    "method": "action_authorize",
                    "args": [self.draft.ids],
                    "kwargs": {},
                }
            },
        ).json()
        self.assertNotIn("error", answer)
        self.assertEqual(answer["result"]["type"], "ir.actions.act_url")
        return answer["result"]["url"]

    def state(self):
        return parse_qs(urlsplit(self.begin()).query)["state"][0]

    def come_back(self, **changes):
        """Come back from the storefront's page, as it sends the browser."""
        params = {"code": "c1", "shop": self.draft.url, "signature": "hush-hush", **changes}
        query = urlencode({name: value for name, value in params.items() if value is not None})
        self.env.flush_all()
        answer = self.url_open(f"/storefront/oauth/callback?{query}", allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def assertRefused(self, code, answer):
        """The page says why, in the sentence of ``code``; nothing was granted or connected."""
        self.assertEqual(answer.status_code, 400)
        self.assertIn(render(self.env, code), answer.text.replace("&#39;", "'"))
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertNotIn("Traceback", answer.text)
        self.assertEqual(self.shop.heard("grant_token"), [])
        self.assertEqual(self.draft.state, "draft")

    def test_access_is_granted_and_the_backend_connected(self):
        self.sign_in()
        page = urlsplit(self.begin())
        query = parse_qs(page.query)
        self.assertEqual(f"{page.scheme}://{page.netloc}{page.path}", f"{self.draft.url}/authorize")
        callback = f"{self.draft.get_base_url()}/storefront/oauth/callback"
        self.assertEqual(query["redirect"], [callback])
        answer = self.come_back(state=query["state"][0])
        self.assertEqual(answer.status_code, 303)
        path = urlsplit(answer.headers["Location"]).path
        self.assertEqual(path, f"/odoo/storefronts/{self.draft.id}")
        self.assertEqual(self.shop.heard("grant_token"), ["c1"])
        self.assertEqual(self.draft._token().access_token, "granted-c1")
        self.assertEqual((self.draft.state, self.draft.shop_name), ("connected", "Fake Shop"))
        sentence = "“Fake Shop” granted the access. The storefront is connected."
        self.assertEqual(self.draft.with_user(self.manager).banner_info, sentence)
        self.assertFalse(self.draft.banner_info, "news for who came back only")
        self.assertIn(sentence, self.draft.message_ids[0].body)
        self.assertEqual(self.draft.message_ids[0].author_id, self.manager.partner_id)

    def test_state_is_kept_as_a_hash_only(self):
        self.sign_in()
        state = self.state()
        self.assertGreaterEqual(len(state), 43)
        row = self.env["storefront.authorization"].search([("backend_id", "=", self.draft.id)])
        values = str(row.read())
        self.assertNotIn(state, values)
        self.assertNotIn(self.session.sid[:STORED_SESSION_BYTES], values)

    def test_without_a_state(self):
        self.sign_in()
        self.state()
        self.assertRefused("state_missing", self.come_back())
        self.assertRefused("state_missing", self.come_back(state=""))

    def test_state_of_another_database_or_none(self):
        self.sign_in()
        self.state()
        self.assertRefused("state_unknown", self.come_back(state="x" * 43))

    def test_another_shop_and_a_forged_signature(self):
        self.sign_in()
        other = self.come_back(state=self.state(), shop="https://evil.example")
        self.assertRefused("callback_other_shop", other)
        forged = self.come_back(state=self.state(), signature="guessed")
        self.assertRefused("callback_forged", forged)

    def test_replayed(self):
        self.sign_in()
        state = self.state()
        self.assertEqual(self.come_back(state=state).status_code, 303)
        self.shop.calls.clear()
        self.draft.state = "draft"
        self.assertRefused("state_used", self.come_back(state=state, code="c2"))
        self.assertEqual(self.draft._token().access_token, "granted-c1")

    def test_replayed_after_a_crash(self):
        """What was begun stays used up, whatever became of the exchange."""
        self.sign_in()
        state = self.state()
        self.shop.fail("grant_token", errors.RetryLater("timeout"))
        answer = self.come_back(state=state)
        self.assertEqual(answer.status_code, 400)
        self.assertIn(render(self.env, "timeout"), answer.text)
        self.shop.calls.clear()
        self.assertRefused("state_used", self.come_back(state=state))

    def test_expired(self):
        self.sign_in()
        state = self.state()
        row = self.env["storefront.authorization"].search([("backend_id", "=", self.draft.id)])
        row.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertRefused("state_expired", self.come_back(state=state))
        self.assertFalse(row.used_at)

    def test_other_user(self):
        self.sign_in()
        state = self.state()
        self.sign_in(self._manager("other-manager", self.company))
        self.assertRefused("state_other_user", self.come_back(state=state))
        self.sign_in()
        self.assertRefused("state_other_session", self.come_back(state=state))

    def test_other_company(self):
        self.sign_in()
        state = self.state()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        self.assertRefused("state_other_company", self.come_back(state=state))

    def test_no_longer_a_manager(self):
        self.sign_in()
        state = self.state()
        self.manager.group_ids = self.env.ref("storefront_connector.group_storefront_user")
        self.assertRefused("state_other_company", self.come_back(state=state))

    def test_nobody_is_signed_in(self):
        self.sign_in()
        state = self.state()
        self.authenticate(None, None)
        answer = self.come_back(state=state)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/web/login")
        self.assertEqual(self.shop.calls, [])

    def test_only_gets(self):
        self.sign_in()
        answer = self.url_open("/storefront/oauth/callback", data={"state": "x"})
        self.assertEqual(answer.status_code, 405)

    def test_connecting_fails_after_the_access_was_granted(self):
        """The page says why; the token is kept, so that Connect is enough once it is mended."""
        self.sign_in()
        self.shop.fail("fetch_locations", errors.RetryLater("timeout"))
        answer = self.come_back(state=self.state())
        self.assertEqual(answer.status_code, 400)
        self.assertIn(render(self.env, "timeout"), answer.text)
        self.assertIn(f'href="/odoo/storefronts/{self.draft.id}"', answer.text)
        self.assertEqual(self.draft.state, "draft")
        self.assertEqual(self.draft._token().access_token, "granted-c1")
        self.draft.action_connect()
        self.assertEqual(self.draft.state, "connected")

    def test_page_shows_what_the_storefront_says_as_text(self):
        self.sign_in()
        reason = "<script>alert(1)</script>"
        self.shop.fail("grant_token", errors.AuthFailed("grant_refused", reason=reason))
        answer = self.come_back(state=self.state())
        self.assertEqual(answer.status_code, 400)
        self.assertNotIn(reason, answer.text)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", answer.text)

    def test_copy_asks_nobody(self):
        self.sign_in()
        state = self.state()
        self.draft.connected_database = "elsewhere/1"
        self.assertRefused("other_database", self.come_back(state=state))
