# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A key that the shop itself hands over, walked in a browser: from Odoo's form to the shop's page
and back, with the key going from server to server over https meanwhile.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from _demo import prepare
from _demo.client import Client
from _demo.woocommerce import Storefront
from _env import browser, databases, readme
from _env.console import SetupError
from _env.server import OdooServer
from chromium import Chromium
from database import Database
from tls import Front, make_certificate

CONNECT = "button[name=action_authorize]"
APPROVE, DENY = "button[value=approve]", "button[value=deny]"
CURRENT_STATE = ".o_statusbar_status .o_arrow_button_current"
MANAGER = "storefront_connector.group_storefront_manager"
SENTENCES = readme.error_sentences()


class Handover(Database):
    """An Odoo behind https, a shop, and a browser in which the administrator is signed in."""

    def __init__(self, database, server, front, storefront, page):
        super().__init__(database)
        self.server, self.front, self.storefront, self.page = server, front, storefront, page
        self.odoo = Client(server.url, database)
        self.company_id = prepare.company(self.odoo)
        self.control = storefront.control

    def begin(self, **vals):
        """Make a backend whose key the shop shall hand over, and show its form."""
        backend = {
            "name": "Woo",
            "platform": "woocommerce",
            "company_id": self.company_id,
            "url": self.storefront.url,
            "woocommerce_access": "authorization",
            "woocommerce_allow_http": True,
            "webhook_base_url": self.front.url,
        }
        self.backend_id = self.odoo.create("storefront.backend", {**backend, **vals})
        self.odoo.call("storefront.backend", "action_create_users", [self.backend_id])
        self.form = f"{self.server.url}/odoo/storefronts/{self.backend_id}"
        self.page.open(self.form)

    def walk(self):
        """Press the button, arrive at the shop's page; return what it was called with."""
        self.page.click(CONNECT, "Connect with WooCommerce")
        self.page.wait_words("would like to connect to your store")
        asked = urlsplit(self.page.address)
        assert f"{asked.scheme}://{asked.netloc}" == self.storefront.url
        assert asked.path == "/wc-auth/v1/authorize"
        return {name: values[0] for name, values in parse_qs(asked.query).items()}

    def keys(self):
        """The names of the credentials that are kept."""
        return {
            name
            for (name,) in self.rows(
                "SELECT name FROM storefront_secret WHERE backend_id = %s", self.backend_id
            )
        }

    def assert_refused(self, code):
        """The page has the words of `code` and leads back to Odoo; nothing is connected."""
        self.page.wait_words(SENTENCES[code])
        assert self.backend_state() == ("draft", None)
        self.page.click("a", "Back to Odoo")
        self.page.wait("document.querySelector('.o_web_client .o_action_manager') !== null")


def test_without_a_browser_nothing_is_skipped(monkeypatch):
    monkeypatch.setattr(browser, "KNOWN", ())
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError), Chromium():
        pytest.fail("there is none")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handover")
    certificate = make_certificate(folder)
    with pytest.MonkeyPatch.context() as patch, Chromium() as page:
        # The shop trusts it, as it does those of public authorities.
        patch.setenv("SSL_CERT_FILE", str(certificate))
        with databases.temporary(databases.addon_template(), "handover") as database:
            server = OdooServer(database, workers=3, runner=False, log_file=folder / "odoo.log")
            with Storefront(2) as storefront, server, Front(certificate, server.port) as front:
                yield Handover(database, server, front, storefront, page)


@pytest.fixture
def handover(shared):
    shared.control.configure(http_callback=False)
    shared.page.sign_in(shared.server.url, "admin", "admin")
    return shared


def test_the_shop_hands_over_its_key_and_is_connected(handover):
    page = handover.page
    handover.begin()
    query = handover.walk()
    assert (query["app_name"], query["scope"]) == ("Odoo Storefront Connector", "read_write")
    assert query["callback_url"].startswith(f"{handover.front.url}/storefront/oauth/grant/")
    # Whoever connects now does so with a key the shop has made on its page.
    handover.control.revoke_key()
    page.wait_words("View and manage coupons, customers, orders and sales reports")
    page.click(APPROVE)
    page.wait_words("“Simulated Woo Store” granted the access. The storefront is connected.")
    assert page.address == handover.form
    assert page.wait(f"document.querySelector('{CURRENT_STATE}')?.innerText") == "Connected"
    assert not page.shows(CONNECT)
    assert handover.backend_state() == ("connected", None)
    assert handover.keys() == {
        "woocommerce_consumer_key",
        "woocommerce_consumer_secret",
        "woocommerce_webhook_secret",
    }
    # Once more with the browser's history.
    page.open(f"{query['return_url']}&success=1&user_id=odoo")
    page.wait_words(SENTENCES["state_used"])
    assert handover.backend_state() == ("connected", None)


def test_denied(handover):
    handover.begin()
    handover.walk()
    handover.page.click(DENY)
    handover.assert_refused("owner_refused")
    handover.page.wait(f"location.href === '{handover.form}'")
    handover.page.wait_words("Connect with WooCommerce")
    assert handover.keys() == set()


def test_too_late(handover):
    """A key for a walk that is over is refused, and the shop takes it back."""
    handover.begin()
    query = handover.walk()
    handover.execute("UPDATE storefront_authorization SET expires_at = now() - interval '1 hour'")
    handover.page.click(APPROVE)
    handover.page.wait_words("unable to send the consumer data")
    assert handover.keys() == set()
    handover.page.open(f"{query['return_url']}&success=1&user_id=odoo")
    handover.assert_refused("state_expired")


def test_somebody_else_comes_back(handover):
    """Who is signed in by then began nothing: the key is here, but nothing is connected with it."""
    user = {"name": "Boss", "login": "boss", "password": "boss"}
    user_id = handover.odoo.create("res.users", user)
    group = handover.value(
        "SELECT res_id FROM ir_model_data WHERE module || '.' || name = %s", MANAGER
    )
    handover.odoo.call("res.users", "write", [user_id], {"group_ids": [(4, group)]})
    handover.begin()
    handover.walk()
    shop = handover.page.address
    handover.page.sign_in(handover.server.url, "boss", "boss")
    handover.page.open(shop)
    handover.page.click(APPROVE)
    handover.assert_refused("state_other_user")


def test_a_shop_hands_over_nothing_to_plain_http(handover):
    handover.begin(webhook_base_url=handover.server.url)
    handover.page.click(CONNECT, "Connect with WooCommerce")
    handover.page.wait_words("The callback_url needs to be over SSL")
    assert handover.keys() == set()
    assert handover.backend_state() == ("draft", None)


def test_odoo_says_so_before_where_its_address_is_plain_http(handover):
    handover.begin(webhook_base_url="http://erp.example.com")
    handover.page.click(CONNECT, "Connect with WooCommerce")
    said = SENTENCES["grant_insecure"].partition("…")
    handover.page.wait_words(said[0].strip())
    handover.page.wait_words("http://erp.example.com/storefront/oauth/grant/")
    assert handover.page.address == handover.form
