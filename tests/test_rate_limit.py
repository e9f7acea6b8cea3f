# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much one source may send, and what bodies it may send."""

import base64
import gzip
import hashlib
import hmac
import socket
from contextlib import closing, contextmanager, suppress
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import config

from ..controllers.webhook import MAX_BODY_BYTES
from ..models import storefront_rate
from ..models.storefront_rate import PARAMETER, RATE, SLOTS, network
from ..platforms.shopify.adapter import ShopifyAdapter
from .common import StorefrontCase

BODY = b'{"id": 820982911946154508}'


class RateCase(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.at(0)

    def at(self, milliseconds):
        """Set PostgreSQL's clock."""
        clock = f"(timestamp '2026-11-20 09:30:00' + interval '{milliseconds} ms')"
        if not hasattr(self, "clock"):
            self.clock = self.startPatcher(patch.object(storefront_rate, "CLOCK", clock))
        storefront_rate.CLOCK = clock

    def limit(self, value):
        self.env["ir.config_parameter"].set_param(PARAMETER, value)
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestRateLimit(RateCase):
    def admitted(self, times, source="192.0.2.1", backend=None):
        rates = self.env["storefront.rate"]
        backend = self.backend if backend is None else backend
        return sum(rates._admit(source, backend) for _time in range(times))

    def test_a_hundred_at_once_and_a_hundred_a_second(self):
        self.assertEqual(RATE, 100)
        self.assertEqual(self.admitted(150), 100)
        self.at(9)
        self.assertEqual(self.admitted(5), 0)
        self.at(10)
        self.assertEqual(self.admitted(5), 1)
        self.at(500)
        self.assertEqual(self.admitted(100), 49)
        self.at(1500)
        self.assertEqual(self.admitted(150), 100)
        self.at(60_000)
        self.assertEqual(self.admitted(150), 100)

    def test_limit_is_exact_whatever_it_is(self):
        for number, limit in enumerate((1, 3, 6, 7, 30, 99, 1000)):
            with self.subTest(limit=limit):
                self.limit(str(limit))
                self.assertEqual(self.admitted(limit + 5, f"192.0.2.{number}"), limit)
                self.assertEqual(self.admitted(1, f"192.0.2.{number}"), 0)

    def test_sources_and_backends_count_apart(self):
        other = self._connected_backend("Other", self.company)
        self.limit("2")
        self.assertEqual(self.admitted(5), 2)
        self.assertEqual(self.admitted(5, "192.0.2.2"), 2)
        self.assertEqual(self.admitted(5, backend=other), 2)

    def test_unknown_backends_count_together(self):
        self.limit("2")
        self.assertEqual(self.admitted(5, backend=self.env["storefront.backend"]), 2)
        self.assertEqual(self.admitted(5), 2)

    def test_what_counts_as_one_source(self):
        self.assertEqual(
            [
                network(source)
                for source in (
                    "192.0.2.1",
                    "::ffff:192.0.2.1",
                    "2001:db8:1:2:3:4:5:6",
                    "2001:db8:1:2:ffff::",
                    "nonsense",
                    None,
                )
            ],
            [
                "192.0.2.1",
                "192.0.2.1",
                "2001:db8:1:2::/64",
                "2001:db8:1:2::/64",
                "unknown",
                "unknown",
            ],
        )

    def test_limit_can_be_changed_and_switched_off(self):
        for value, expected in (("2", 2), ("0", 300), ("-5", 300), ("many", 100), ("", 100)):
            with self.subTest(value=value):
                self.limit(value)
                self.at(60_000)
                self.assertEqual(self.admitted(300, f"192.0.2.{len(value)}"), expected)
                self.env.cr.execute("DELETE FROM storefront_rate")

    def test_refused_requests_write_nothing(self):
        self.limit("2")
        self.admitted(2)
        self.env.cr.execute("SELECT slot, busy_until FROM storefront_rate")
        before = self.env.cr.fetchall()
        self.assertEqual(self.admitted(5), 0)
        self.env.cr.execute("SELECT slot, busy_until FROM storefront_rate")
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(len(before), 1)

    def test_table_is_bounded_and_unlogged(self):
        rates = self.env["storefront.rate"]
        sources = [f"2001:db8:{n:x}::1" for n in range(1000)]
        slots = [rates._slot_of(source, self.backend) for source in sources]
        self.assertTrue(all(0 <= slot < SLOTS for slot in slots))
        # Spread as by chance: of 1,000 in 65,536, some eight share a place.
        self.assertGreater(len(set(slots)), 950)
        self.env.cr.execute("SELECT relpersistence FROM pg_class WHERE relname = 'storefront_rate'")
        self.assertEqual(self.env.cr.fetchone(), ("u",))

    def test_places_are_not_to_be_guessed(self):
        rates, parameters = self.env["storefront.rate"], self.env["ir.config_parameter"]
        slots = set()
        for secret in ("one", "two", "three"):
            parameters.set_param("database.secret", secret)
            slots.add(rates._slot_of("192.0.2.1", self.backend))
        self.assertEqual(len(slots), 3)


@tagged("post_install", "-at_install")
class TestRateLimitHttp(RateCase, HttpCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests` to let the tests speak to Odoo's own server."""
        return super(StorefrontCase, cls)._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.adapter_class = ShopifyAdapter
        self.patch(type(self.backend), "_wake", lambda backend, drain, **kwargs: None)
        self.number = 0

    def headers(self, signed):
        self.number += 1
        digest = hmac.new(b"hush-hush", signed, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Webhook-Id": f"delivery-{self.number}",
            "X-Shopify-Triggered-At": "2026-11-20T09:30:00Z",
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }

    def send(self, data=BODY, *, token=None, signed=BODY, **headers):
        self.env.flush_all()
        path = f"/storefront/webhook/{token or self.backend.webhook_token}"
        answer = self.url_open(path, data=data, headers={**self.headers(signed), **headers})
        self.env.invalidate_all()
        return answer

    def events(self):
        return self.env["storefront.event"].search_count([("backend_id", "=", self.backend.id)])

    # too many

    def test_too_many_are_told_when_to_come_back(self):
        self.limit("3")
        statuses = [self.send().status_code for _time in range(5)]
        self.assertEqual(statuses, [200, 200, 200, 429, 429])
        answer = self.send()
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "1"))
        self.assertEqual(self.events(), 3)
        self.at(1000)
        self.assertEqual(self.send().status_code, 200)
        self.assertEqual(self.events(), 4)

    def use_up(self, backend):
        """Be at the limit; a request that isn't answered 200 takes its count back in a test."""
        self.limit("1")
        self.assertTrue(self.env["storefront.rate"]._admit("127.0.0.1", backend))

    def test_refused_before_anything_is_verified(self):
        self.use_up(self.backend)
        verified = []
        self.patch(
            self.adapter_class,
            "verify_webhook",
            staticmethod(lambda *args: verified.append(args) or False),
        )
        self.assertEqual(self.send().status_code, 429)
        self.assertEqual(verified, [])

    def test_guesses_of_tokens_are_limited(self):
        self.assertEqual(self.send(token="guess").status_code, 404)
        self.use_up(self.env["storefront.backend"])
        statuses = [self.send(token=f"guess-{number}").status_code for number in range(2)]
        self.assertEqual(statuses, [429, 429])
        self.assertEqual(self.send().status_code, 200, "real ones count apart")

    def test_source_is_not_what_the_sender_says(self):
        self.limit("2")
        statuses = [
            self.send(**{"X-Forwarded-For": f"192.0.2.{number}"}).status_code for number in range(4)
        ]
        self.assertEqual(statuses, [200, 200, 429, 429])

    def test_source_is_what_the_proxy_says(self):
        """The last address is the proxy's own word; those before it are the sender's."""
        self.limit("2")
        self.startPatcher(patch.dict(config.options, {"proxy_mode": True}))
        for number in (1, 2):
            forwarded = {
                "X-Forwarded-For": f"203.0.113.9, 192.0.2.{number}",
                "X-Forwarded-Host": self.base_url().partition("//")[2],
            }
            statuses = [self.send(**forwarded).status_code for _time in range(3)]
            self.assertEqual(statuses, [200, 200, 429])

    # bodies

    def test_compressed_bodies_are_refused_and_never_unpacked(self):
        bomb = gzip.compress(b" " * 500_000_000)
        self.assertLess(len(bomb), MAX_BODY_BYTES)
        for encoding, data in (("gzip", bomb), ("deflate", b"x"), ("br", b"x"), ("gzip, br", b"x")):
            with self.subTest(encoding=encoding):
                answer = self.send(data, signed=data, **{"Content-Encoding": encoding})
                self.assertEqual(answer.status_code, 415)
        self.assertEqual(self.events(), 0)

    def test_plain_bodies_may_say_so(self):
        self.assertEqual(self.send(**{"Content-Encoding": "identity"}).status_code, 200)

    def test_chunks_without_a_length(self):
        self.assertEqual(self.send(iter([BODY[:7], BODY[7:]])).status_code, 200)
        self.assertEqual(self.events(), 1)

    def test_chunks_without_an_end(self):
        chunk = b" " * 65536
        chunks = (chunk for _number in range(MAX_BODY_BYTES // len(chunk) + 2))
        self.assertEqual(self.status_of(chunks), 413)
        self.assertEqual(self.events(), 0)

    def status_of(self, chunks):
        """Send chunks until the server has had enough; return the status it answers."""
        with self.connected() as connection:
            connection.sendall(self.head())
            with suppress(BrokenPipeError, ConnectionResetError):
                for chunk in chunks:
                    connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                connection.sendall(b"0\r\n\r\n")
            return int(connection.recv(4096).split()[1])

    def test_chunks_that_are_none(self):
        with self.connected() as connection:
            connection.sendall(self.head() + b"nonsense\r\n\r\n")
            self.assertEqual(int(connection.recv(4096).split()[1]), 400)
        self.assertEqual(self.events(), 0)

    @contextmanager
    def connected(self):
        self.env.flush_all()
        host, port = self.base_url().rpartition("/")[2].split(":")
        with self.allow_requests():
            with closing(socket.create_connection((host, int(port)), timeout=30)) as connection:
                yield connection

    def head(self):
        lines = [
            f"POST /storefront/webhook/{self.backend.webhook_token} HTTP/1.1",
            f"Host: {self.base_url().rpartition('/')[2]}",
            "Transfer-Encoding: chunked",
            *(f"{name}: {value}" for name, value in self.headers(BODY).items()),
            f"Cookie: {self.cookie()}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.opener.cookies.items())
