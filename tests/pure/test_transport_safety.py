# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What needs no server: failures below HTTP, addresses, waits, and what is hidden."""

import ssl
from datetime import datetime, timezone

import pytest
import requests
from requests.adapters import BaseAdapter

from odoo.addons.storefront_connector.platforms import errors, transport
from odoo.addons.storefront_connector.platforms.transport import Request, Transport

SECRET = "shpat_0123456789abcdef"
READ = Request(method="GET", path="/orders", operation="Orders", writes=False)
WRITE = Request(method="POST", path="/stock", operation="StockSet", writes=True)


def link_to(adapter):
    """A transport whose every connection is this adapter."""
    link = Transport("https://shop.example", on_call=lambda call: None, check_allowed=lambda: None)
    link.session.mount("https://", adapter)
    return link


def fail(link, request):
    with pytest.raises(errors.StorefrontError) as caught:
        link.call(request)
    return caught.value


class Raising(BaseAdapter):
    """An adapter that fails as ``requests`` does, with the URL and secrets in its message."""

    def __init__(self, error):
        super().__init__()
        self.error, self.timeout = error, None

    def send(self, request, timeout=None, **_options):
        self.timeout = timeout
        raise self.error

    def close(self):
        """Nothing is held."""


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (
            requests.ConnectTimeout(SECRET),
            "RetryLater connect_timeout",
            "RetryLater connect_timeout",
        ),
        (requests.ReadTimeout(SECRET), "RetryLater timeout", "AnswerLost timeout"),
        (
            requests.exceptions.SSLError(
                ssl.SSLError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] expired")
            ),
            "RetryLater certificate_invalid",
            "RetryLater certificate_invalid",
        ),
        (
            requests.exceptions.SSLError(ssl.SSLError(8, "EOF occurred")),
            "RetryLater connection_reset",
            "AnswerLost connection_reset",
        ),
        (
            requests.exceptions.InvalidURL(SECRET),
            "NotConfigured invalid_url",
            "NotConfigured invalid_url",
        ),
    ],
)
def test_failures_below_http(error, read, write):
    link = link_to(Raising(error))
    for request, expected in ((READ, read), (WRITE, write)):
        caught = fail(link, request)
        assert f"{type(caught).__name__} {caught.code}" == expected
        assert SECRET not in f"{caught} {caught.__cause__} {caught.__context__}"


def test_every_call_has_both_timeouts():
    adapter = Raising(requests.ReadTimeout())
    fail(link_to(adapter), READ)
    assert adapter.timeout == (5.0, 30.0)


@pytest.mark.parametrize(
    "url",
    ["https://shop.example", "http://127.0.0.1:8000", "http://127.9.9.9", "http://[::1]:80",
     "http://localhost:1", "https://localhost"],
)  # fmt: skip
def test_https_or_this_machine(url):
    assert Transport(url, on_call=print, check_allowed=print).base_url == url


@pytest.mark.parametrize(
    "url",
    ["http://shop.example", "http://10.0.0.1", "ftp://127.0.0.1", "https://", "https://u:p@shop.example",
     "https://shop.example/?key=1", "http://127.0.0.1.evil.example", "http://localhost.example",
     "https://[", "https://shop.example:port", "//shop.example"],
)  # fmt: skip
def test_anything_else_is_refused(url):
    with pytest.raises(errors.NotConfigured):
        Transport(url, on_call=print, check_allowed=print)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("Mon, 23 Nov 2026 10:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 10:01:30 -0000", 90.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("-5", 0.0),
        ("999999999", 86400.0),
        ("inf", 86400.0),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(value, seconds):
    now = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
    assert transport.retry_after({"retry-after": value}, now) == seconds


def test_requests_and_answers_do_not_show_what_they_carry():
    shown = repr(
        Request(method="GET", path="/", operation="X", writes=False, headers={"T": SECRET})
    )
    shown += repr(transport.Response(status=200, headers={}, data={"email": SECRET}))
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token {SECRET} is bad", "token *** is bad"),
        ("client_secret=abc&x=1", "client_secret=***&x=1"),
        ('{"access_token": "abc", "a": 1}', '{"access_token": "***", "a": 1}'),
        ("hmac: abc", "hmac: ***"),
        ("nothing here", "nothing here"),
        ("x" * 600, "x" * 500),
    ],
)
def test_redaction(text, shown):
    link = Transport("https://shop.example", on_call=print, check_allowed=print, secrets=[SECRET])
    assert link.redact(text) == shown


def test_a_secret_learnt_later_is_hidden_too():
    link = Transport("https://shop.example", on_call=print, check_allowed=print)
    link.hide("brand-new", "")
    assert link.redact("a brand-new one") == "a *** one"
