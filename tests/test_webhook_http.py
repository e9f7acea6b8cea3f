# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The real route over HTTP, with the signatures of Shopify."""

import base64
import hashlib
import hmac
import json

from odoo.tests import HttpCase, tagged

from ..controllers.webhook import MAX_BODY_BYTES
from ..platforms.shopify.adapter import ShopifyAdapter
from .common import StorefrontCase

BODY = json.dumps({"id": 820982911946154508, "email": "ada@example.com"}).encode()


@tagged("post_install", "-at_install")
class TestWebhookHttp(StorefrontCase, HttpCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the tests speak to Odoo's own server."""
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.adapter_class = ShopifyAdapter
        self.woken = []
        self.patch(
            type(self.backend),
            "_wake",
            lambda backend, drain, **kwargs: self.woken.append((backend.id, drain)),
        )

    def send(self, body=BODY, *, token=None, secret="hush-hush", headers=None):
        signature = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        self.env.flush_all()
        answer = self.url_open(
            f"/storefront/webhook/{token or self.backend.webhook_token}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Shopify-Topic": "orders/create",
                "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
                "X-Shopify-Triggered-At": "2026-11-20T09:30:00.123456789Z",
                "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
                **(headers or {}),
            },
        )
        self.env.invalidate_all()
        return answer

    def events(self):
        return self.env["storefront.event"].search([("backend_id", "=", self.backend.id)])

    def assertNothingStored(self, status, **kwargs):
        self.assertEqual(self.send(**kwargs).status_code, status)
        self.assertFalse(self.events())
        self.assertEqual(self.woken, [])

    def test_signed_webhook_is_stored_and_wakes_the_fetch(self):
        answer = self.send()
        self.assertEqual((answer.status_code, answer.content), (200, b""))
        self.assertNotIn("session_id", answer.cookies)
        event = self.events()
        self.assertEqual((event.topic, event.kind), ("orders/create", "order"))
        self.assertEqual(event.external_id, "820982911946154508")
        self.assertEqual(event.delivery_id, "orders/create:b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
        self.assertEqual(event.occurred_at.isoformat(), "2026-11-20T09:30:00.123456")
        self.assertEqual((event.payload, event.state), (BODY.decode(), "pending"))
        self.assertEqual(self.woken, [(self.backend.id, "fetch")])

    def test_duplicate_is_acknowledged_and_stored_once(self):
        statuses = [self.send().status_code for _time in range(3)]
        self.assertEqual(statuses, [200, 200, 200])
        self.assertEqual(len(self.events()), 1)
        self.assertEqual(len(self.woken), 1)

    def test_wrong_signature(self):
        self.assertNothingStored(401, secret="guessed")

    def test_no_signature(self):
        self.assertNothingStored(401, headers={"X-Shopify-Hmac-Sha256": ""})

    def test_signature_of_other_bytes(self):
        signature = hmac.new(b"hush-hush", BODY + b" ", hashlib.sha256).digest()
        header = base64.b64encode(signature).decode()
        self.assertNothingStored(401, headers={"X-Shopify-Hmac-Sha256": header})

    def test_backend_without_a_secret_believes_nobody(self):
        self.backend.shopify_client_secret = False
        self.assertNothingStored(401, secret="")

    def test_unknown_backend(self):
        self.assertNothingStored(404, token="unknown")

    def test_draft_archived_and_foreign_database(self):
        self.backend.state = "draft"
        self.assertNothingStored(404)
        self.backend.write({"state": "connected", "active": False})
        self.woken.clear()
        self.assertNothingStored(404)
        self.backend.write({"active": True, "connected_database": "elsewhere/1"})
        self.assertNothingStored(404)

    def test_neutralized_database(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertNothingStored(404)

    def test_paused_backend_stores_and_does_not_work(self):
        self.backend.state = "paused"
        self.assertEqual(self.send().status_code, 200)
        self.assertEqual(self.events().state, "pending")
        self.assertEqual(self.woken, [])

    def test_too_large_a_body(self):
        self.assertNothingStored(413, body=b" " * (MAX_BODY_BYTES + 1))

    def test_largest_body(self):
        body = BODY + b" " * (MAX_BODY_BYTES - len(BODY))
        self.assertEqual(self.send(body).status_code, 200)
        self.assertEqual(len(self.events()), 1)

    def test_form_body_is_taken_as_it_came(self):
        """A form parser would eat these bytes before they are verified."""
        for number, content_type in enumerate(
            ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")
        ):
            with self.subTest(content_type=content_type):
                answer = self.send(
                    headers={"Content-Type": content_type, "X-Shopify-Webhook-Id": f"w{number}"}
                )
                self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.events().mapped("payload"), [BODY.decode()] * 3)

    def test_body_a_database_cannot_hold(self):
        body = b'{"id": 5, "note": "a\xff\x00b"}'
        answer = self.send(body)
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.events())
        self.assertEqual(self.send(b'{"id": 5, "note": "a\\u0000b"}').status_code, 200)
        self.assertEqual(self.events().payload, '{"id": 5, "note": "a\\u0000b"}')

    def test_signed_nonsense_is_acknowledged_and_forgotten(self):
        for body in (b"no json", b"[]", b'{"id": null}'):
            with self.subTest(body=body):
                self.assertNothingStored(200, body=body)

    def test_topic_nothing_is_done_for_is_kept_and_ignored(self):
        answer = self.send(headers={"X-Shopify-Topic": "shop/update"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual((self.events().kind, self.events().state), (False, "ignored"))
        self.assertEqual(self.woken, [])

    def test_only_posts(self):
        answer = self.url_open(f"/storefront/webhook/{self.backend.webhook_token}")
        self.assertEqual(answer.status_code, 405)
