# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our own address over HTTP: this database proves itself, and nothing is told to anybody else."""

from odoo.tests import HttpCase, tagged

from .common import StorefrontCase
from .test_check import CheckCase


@tagged("post_install", "-at_install")
class TestHealthHttp(CheckCase, HttpCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the tests speak to Odoo's own server."""
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.backend.webhook_base_url = self.base_url()

    def check(self):
        """Override to let Odoo's server answer what Odoo asks itself."""
        with self.allow_requests(all_requests=True):
            return super().check()

    def ask(self, token=None, nonce="n" * 32, **kwargs):
        self.env.flush_all()
        token = token or self.backend.webhook_token
        return self.url_open(f"/storefront/health/{token}?nonce={nonce}", **kwargs)

    def test_this_database_answers(self):
        self.assertEqual(
            self.check()["address"], [("ok", "address_answered"), ("warning", "address_local")]
        )

    def test_archived_and_draft_backends_are_answered_for(self):
        self.backend.write({"state": "draft", "active": False})
        self.assertEqual(self.check()["address"][0], ("ok", "address_answered"))

    def test_copy_under_another_name_answers(self):
        """Its identity differs from that of the database that asks."""
        backends = type(self.backend)
        real = backends._database_identity
        server = []

        def identity(records):
            server.append(1)
            return real(records) if len(server) > 1 else "copy/1"

        self.patch(backends, "_database_identity", identity)
        self.assertEqual(self.check()["address"], [("problem", "address_other_database")])

    def test_copy_under_the_same_name_answers(self):
        """It was never told the nonce."""
        check = self.env["storefront.check"].create({"backend_id": self.backend.id})
        nonce = "z" * 32
        answer = self.ask(nonce=nonce).text
        self.assertRegex(answer, r"\A[0-9a-f]{64}\Z")
        check.nonce = nonce
        self.assertEqual(check._judge(answer), "other_database")
        self.assertEqual(check._judge(self.ask(nonce=nonce).text), "answered")

    def test_nothing_is_told_without_the_token(self):
        for token in ("unknown", "%20", "0"):
            with self.subTest(token=token):
                self.assertEqual(self.ask(token=token).status_code, 404)
        self.assertEqual(self.url_open("/storefront/health/").status_code, 404)

    def test_odd_nonces_are_refused(self):
        for nonce in ("", "short", "n" * 65, "n" * 31 + "%0A", "%E2%82%AC" * 30):
            with self.subTest(nonce=nonce):
                self.assertEqual(self.ask(nonce=nonce).status_code, 404)

    def test_answer_is_plain_and_not_kept(self):
        answer = self.ask()
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        self.assertNotIn("session_id", answer.cookies)
        for secret in (self.env.cr.dbname, self.backend._database_identity(), self.backend.name):
            self.assertNotIn(secret, answer.text)
        self.assertNotEqual(answer.text, self.ask(nonce="m" * 32).text)

    def test_only_gets(self):
        self.assertEqual(self.ask(data={"a": "b"}).status_code, 405)
