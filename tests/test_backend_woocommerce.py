# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A WooCommerce backend: its credentials, the secret of its webhooks, and what its shop sends."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl, urlsplit

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..platforms.errors import AuthFailed, NotConfigured
from ..platforms.woocommerce.adapter import WooCommerceAdapter
from .common import StorefrontCase

BODY = json.dumps({"id": 32, "status": "processing", "date_modified_gmt": "2026-11-22T21:03:51"})


@tagged("post_install", "-at_install")
class TestBackendWoocommerce(StorefrontCase, HttpCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the tests speak to Odoo's own server."""
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.woo = self.env["storefront.backend"].create(
            {
                "name": "Woo",
                "platform": "woocommerce",
                "company_id": self.company.id,
                "url": "https://shop.example.com",
                "woocommerce_consumer_key": "ck_pasted",
                "woocommerce_consumer_secret": "cs_pasted",
                "woocommerce_vat_keys": "my_vat",
                "woocommerce_tracking_keys": "my_parcel",
            }
        )
        self.woo.action_create_users()

    def test_it_brings_its_adapter(self):
        # pylint: disable=missing-return
        self.assertIs(self.real_adapter_class(self.woo), WooCommerceAdapter)

    def test_credentials_are_secrets(self):
        self.assertNotIn("cs_pasted", str(self.woo.read()))
        self.assertNotIn("ck_pasted", str(self.woo.read()))
        self.assertEqual(
            self.woo._adapter_credentials(),
            {
                "consumer_key": "ck_pasted",
                "consumer_secret": "cs_pasted",
                "webhook_secret": "",
                "allow_http": "",
                "vat_keys": "my_vat",
                "tracking_keys": "my_parcel",
            },
        )
        self.woo.woocommerce_consumer_secret = False
        with self.assertRaises(NotConfigured):
            self.woo._adapter_credentials()

    def test_connecting_makes_a_secret_for_webhooks_once(self):
        self.woo.action_connect()
        (secret,) = self.woo._webhook_secrets()
        self.assertRegex(secret, r"^[A-Za-z0-9_-]{40,}$")
        self.assertEqual(self.woo._adapter_credentials()["webhook_secret"], secret)
        self.woo.action_connect()
        self.assertEqual(self.woo._webhook_secrets(), [secret])

    # the key the shop hands over

    def walk(self):
        """Set out for the shop's page; return the query it is called with."""
        self.adapter_class = WooCommerceAdapter
        self.woo.write(
            {"woocommerce_access": "authorization", "webhook_base_url": "https://erp.example"}
        )
        for name in ("woocommerce_consumer_key", "woocommerce_consumer_secret"):
            self.woo[name] = False
        address = urlsplit(self.woo.action_authorize()["url"])
        self.assertEqual(
            (address.netloc, address.path), ("shop.example.com", "/wc-auth/v1/authorize")
        )
        return dict(parse_qsl(address.query))

    def hand_over(self, path, **changes):
        key = {"consumer_key": f"ck_{'a' * 40}", "consumer_secret": f"cs_{'b' * 40}"}
        body = json.dumps({"key_id": 1, "user_id": "odoo", **key, **changes})
        self.env.flush_all()
        answer = self.url_open(path, data=body, headers={"Content-Type": "application/json"})
        self.env.invalidate_all()
        return answer.status_code

    def test_the_shop_hands_over_a_key(self):
        query = self.walk()
        self.assertEqual((query["scope"], query["user_id"]), ("read_write", "odoo"))
        grant, back = urlsplit(query["callback_url"]), urlsplit(query["return_url"])
        self.assertEqual((grant.scheme, grant.netloc), ("https", "erp.example"))
        self.assertEqual(back.path, "/storefront/oauth/callback")
        self.assertEqual(grant.path.rpartition("/")[2], dict(parse_qsl(back.query))["state"])
        self.assertEqual(self.hand_over(grant.path), 200)
        credentials = self.woo._adapter_credentials()
        self.assertEqual(credentials["consumer_key"], f"ck_{'a' * 40}")
        self.assertEqual(credentials["consumer_secret"], f"cs_{'b' * 40}")
        self.assertEqual(self.woo.state, "draft", "until the browser is back")

    def test_a_key_nobody_waits_for_is_refused(self):
        path = urlsplit(self.walk()["callback_url"]).path
        self.assertEqual(self.hand_over(path + "x"), 404)
        self.assertEqual(self.hand_over(path, consumer_key="what's that"), 400)
        walk = self.env["storefront.authorization"].search([("backend_id", "=", self.woo.id)])
        walk.expires_at = "2026-01-01"
        self.assertEqual(self.hand_over(path), 404)
        walk.write({"expires_at": "2099-01-01", "used_at": "2026-01-01"})
        self.assertEqual(self.hand_over(path), 404)
        self.assertEqual(self.woo._adapter_credentials()["consumer_key"], "")

    def test_who_comes_back_is_connected_and_who_refused_is_not(self):
        self.walk()
        with self.assertRaises(AuthFailed) as caught:
            self.woo._authorize({"success": "0"})
        self.assertEqual(caught.exception.code, "owner_refused")
        connected = []
        self.patch(type(self.woo), "_connect", lambda backend: connected.append(backend.id))
        self.woo._authorize({"success": "1"})
        self.assertEqual(connected, self.woo.ids)
        self.assertFalse(self.env["storefront.token"].search([("backend_id", "=", self.woo.id)]))

    def test_an_odoo_without_https_is_told_before(self):
        self.walk()
        self.woo.webhook_base_url = "http://erp.example"
        with self.assertRaisesRegex(UserError, "https addresses only"):
            self.woo.action_authorize()

    # what the shop sends

    def send(self, body, **headers):
        self.adapter_class = WooCommerceAdapter
        self.env.flush_all()
        answer = self.url_open(
            f"/storefront/webhook/{self.woo.webhook_token}", data=body, headers=headers
        )
        self.env.invalidate_all()
        return answer.status_code

    def deliver(self, body=BODY, secret=None):
        secret = secret or self.woo._webhook_secrets()[0]
        digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Topic": "order.updated",
            "X-WC-Webhook-ID": "7",
            "X-WC-Webhook-Delivery-ID": "766207b92fca9ddfad4a2955252adb2a",
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
        }
        return self.send(body, **headers)

    def events(self):
        return self.env["storefront.event"].search([("backend_id", "=", self.woo.id)])

    def test_a_ping_is_answered_and_nothing_is_kept(self):
        self.woo.action_connect()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.send("webhook_id=7", **form), 200)
        self.assertEqual(self.send("webhook_id=7&id=1", **form), 401)
        self.assertFalse(self.events())

    def test_two_orders_of_one_delivery_id_are_both_kept_and_each_once(self):
        self.woo.action_connect()
        other = BODY.replace("32", "33")
        for body in (BODY, other, BODY, other):
            self.assertEqual(self.deliver(body), 200)
        kept = [(event.kind, event.external_id, event.state) for event in self.events()]
        self.assertEqual(kept, [("order", "33", "pending"), ("order", "32", "pending")])

    def test_a_checkout_somebody_is_at_wakes_nobody(self):
        self.woo.action_connect()
        self.assertEqual(self.deliver(BODY.replace("processing", "checkout-draft")), 200)
        self.assertEqual(self.events().state, "ignored")

    def test_another_secret_signs_nothing(self):
        self.woo.action_connect()
        self.assertEqual(self.deliver(secret="another"), 401)
        self.assertFalse(self.events())
