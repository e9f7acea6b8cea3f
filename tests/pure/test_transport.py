# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP to a storefront, over real sockets on loopback: what each answer and failure becomes."""

import gzip
import json
import logging
import socket
import threading

import pytest

from odoo.addons.storefront_connector.platforms import errors, transport
from odoo.addons.storefront_connector.platforms.transport import Request, Transport

SECRET = "shpat_0123456789abcdef"
READ = Request(method="GET", path="/orders", operation="Orders", writes=False)
WRITE = Request(method="POST", path="/stock", operation="StockSet", writes=True, body={"a": 1})


def answer(body=b"{}", status="200 OK", headers=(), length=None):
    """The bytes of an HTTP answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body


class Storefront:
    """A socket server that follows a script: one entry a request, bytes to send or a way to cut.

    ``"reset"`` cuts with a RST, ``"close"`` closes after an answer without having said so."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.script, self.requests, self.connections = [], [], 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._serve(connection)

    def _serve(self, connection):
        while self.script:
            request = _receive(connection)
            if not request:
                return
            self.requests.append(request)
            step = self.script.pop(0)
            if step == "reset":
                # Linger on with no time: the kernel sends RST instead of FIN.
                linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            connection.sendall(step)
            if self.script and self.script[0] == "close":
                self.script.pop(0)
                return


def _receive(connection):
    """One request, head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, body = data.split(b"\r\n\r\n", 1)
    wanted = [line.split(b":")[1] for line in head.split(b"\r\n") if b"ontent-Length" in line]
    while len(body) < int(wanted[0] if wanted else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def storefront():
    server = Storefront()
    yield server
    server.socket.close()


@pytest.fixture
def calls():
    return []


@pytest.fixture
def link(storefront, calls):
    made = Transport(
        storefront.url, on_call=calls.append, check_allowed=lambda: None, secrets=[SECRET]
    )
    yield made
    made.session.close()


def fail(link, request):
    with pytest.raises(errors.StorefrontError) as caught:
        link.call(request)
    return caught.value


def test_an_answer_is_its_status_headers_and_json(link, storefront):
    storefront.script = [answer(b'{"a": [1]}', "201 Created", ["X-Page: 2"])]
    found = link.call(READ)
    assert (found.status, found.headers["x-page"], found.data) == (201, "2", {"a": [1]})


def test_json_form_params_and_headers_are_sent(link, storefront):
    storefront.script = [answer(), answer()]
    link.call(WRITE)
    headers = {"X-Token": SECRET}
    link.call(
        Request(
            method="POST",
            path="/token",
            operation="Token",
            writes=False,
            headers=headers,
            params={"page": "1"},
            form={"grant": "x"},
        )
    )
    first, second = storefront.requests
    assert first.startswith(b"POST /stock HTTP/1.1") and first.endswith(b'{"a": 1}')
    assert second.startswith(b"POST /token?page=1 HTTP/1.1") and second.endswith(b"grant=x")
    assert f"X-Token: {SECRET}".encode() in second


def test_one_connection_serves_many_calls(link, storefront):
    storefront.script = [answer(), answer(), answer()]
    for _call in range(3):
        link.call(READ)
    assert storefront.connections == 1


def test_cookies_are_never_kept(link, storefront):
    storefront.script = [answer(headers=["Set-Cookie: session=1; Path=/"]), answer()]
    link.call(READ)
    link.call(READ)
    assert b"cookie" not in storefront.requests[1].lower()


def test_credentials_of_netrc_are_never_sent(storefront, calls, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    storefront.script = [answer()]
    link = Transport(storefront.url, on_call=calls.append, check_allowed=lambda: None)
    link.session.trust_env = True
    link.call(READ)
    assert b"authorization" not in storefront.requests[0].lower()


def test_a_redirect_is_not_followed(link, storefront):
    storefront.script = [answer(b"", "302 Found", ["Location: http://evil.example/"])]
    error = fail(link, READ)
    assert (type(error), error.code) == (errors.NotConfigured, "redirected")
    assert len(storefront.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "read", "write"),
    [
        ("401 Unauthorized", (), "AuthFailed", "AuthFailed"),
        ("403 Forbidden", (), "AuthFailed", "AuthFailed"),
        ("429 Too Many Requests", (), "RetryLater", "RetryLater"),
        ("500 Internal Server Error", (), "RetryLater", "AnswerLost"),
        ("502 Bad Gateway", (), "RetryLater", "AnswerLost"),
        ("503 Service Unavailable", (), "RetryLater", "RetryLater"),
        ("504 Gateway Timeout", (), "RetryLater", "AnswerLost"),
    ],
)
def test_a_status_is_named_by_what_happens_next(link, storefront, status, headers, read, write):
    storefront.script = [answer(b"<html>", status, headers)] * 2
    assert type(fail(link, READ)).__name__ == read
    assert type(fail(link, WRITE)).__name__ == write


def test_a_rate_limit_says_how_long_and_uses_no_try(link, storefront):
    storefront.script = [answer(b"", "429 Too Many Requests", ["Retry-After: 2.5"])]
    error = fail(link, READ)
    assert (error.code, error.seconds, error.uses_try) == ("rate_limited", 2.5, False)


def test_a_server_error_uses_a_try_and_keeps_the_wait_asked_for(link, storefront):
    storefront.script = [answer(b"", "503 Service Unavailable", ["Retry-After: 120"])]
    error = fail(link, READ)
    assert (error.code, error.seconds, error.uses_try) == ("server_error", 120.0, True)


def test_other_statuses_are_answers_with_or_without_json(link, storefront):
    storefront.script = [
        answer(b'{"errors": "Not Found"}', "404 Not Found"),
        answer(b"<html>gone</html>", "410 Gone"),
    ]
    assert link.call(READ).data == {"errors": "Not Found"}
    assert link.call(READ).data is None


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><html></html>", b'{"cut": ', b"\xff\xfe\x00"])
def test_a_page_in_place_of_json_is_a_passing_failure(link, storefront, body):
    storefront.script = [answer(body)] * 2
    error = fail(link, READ)
    assert (type(error), error.code) == (errors.RetryLater, "html_instead_of_json")
    assert type(fail(link, WRITE)) is errors.AnswerLost


def test_deeply_nested_json_is_no_crash(link, storefront):
    storefront.script = [answer(b"[" * 200_000)]
    assert fail(link, READ).code == "html_instead_of_json"


def test_a_read_on_a_connection_closed_meanwhile_is_sent_again(link, storefront, calls):
    storefront.script = [answer(), "reset", answer(b'{"again": true}')]
    link.call(READ)
    assert link.call(READ).data == {"again": True}
    assert [call.error for call in calls] == ["", "connection_reset", ""]


def test_a_read_is_sent_again_only_once(link, storefront):
    storefront.script = ["reset", "reset", answer()]
    error = fail(link, READ)
    assert (type(error), error.code) == (errors.RetryLater, "connection_reset")
    assert len(storefront.requests) == 2


def test_a_write_whose_answer_was_lost_is_not_sent_again(link, storefront):
    storefront.script = ["reset", answer()]
    error = fail(link, WRITE)
    assert (type(error), error.code) == (errors.AnswerLost, "connection_reset")
    assert len(storefront.requests) == 1


def test_a_body_cut_short_is_a_lost_answer(link, storefront):
    storefront.script = [answer(b'{"a"', length=100), "close"] * 2
    assert type(fail(link, WRITE)) is errors.AnswerLost
    assert type(fail(link, READ)) is errors.RetryLater


def test_a_write_that_never_left_may_be_repeated(link, storefront):
    storefront.socket.close()
    for request in (READ, WRITE):
        error = fail(link, request)
        assert (type(error), error.code) == (errors.RetryLater, "connection_failed")


def test_an_answer_too_large_is_dropped(link, storefront, monkeypatch):
    monkeypatch.setattr(transport, "MAX_BYTES", 100_000)
    bomb = gzip.compress(b" " * 10_000_000)
    storefront.script = [answer(bomb, headers=["Content-Encoding: gzip"])]
    error = fail(link, READ)
    assert (type(error), error.code) == (errors.BadPayload, "answer_too_large")


def test_a_body_that_drips_is_given_up(link, storefront, monkeypatch):
    monkeypatch.setattr(transport, "TOTAL_SECONDS", -1.0)
    storefront.script = [answer(), answer()]
    assert type(fail(link, READ)) is errors.RetryLater
    assert type(fail(link, WRITE)) is errors.AnswerLost


def test_nothing_leaves_when_it_is_not_allowed(storefront, calls):
    class NeutralizedError(Exception):
        pass

    def refuse():
        raise NeutralizedError

    link = Transport(storefront.url, on_call=calls.append, check_allowed=refuse)
    with pytest.raises(NeutralizedError):
        link.call(READ)
    assert (storefront.connections, calls) == (0, [])


def test_permission_is_asked_for_before_each_attempt(storefront, calls):
    asked = []
    link = Transport(storefront.url, on_call=calls.append, check_allowed=lambda: asked.append(1))
    storefront.script = ["reset", answer()]
    link.call(READ)
    assert len(asked) == 2


def test_each_call_is_one_record_and_one_json_line(link, storefront, calls, caplog):
    storefront.script = [answer(b'{"a": 1}'), answer(b"", "429 Too Many Requests")]
    request = Request(
        method="GET",
        path="/orders",
        operation="Orders",
        writes=False,
        params={"consumer_secret": SECRET},
        headers={"X-Token": SECRET},
    )
    with caplog.at_level(logging.INFO, logger=transport.__name__):
        link.call(request)
        fail(link, request)
    lines = [json.loads(record.message) for record in caplog.records]
    assert [(c.method, c.url, c.operation, c.status, c.bytes, c.error) for c in calls] == [
        ("GET", f"{storefront.url}/orders", "Orders", 200, 8, ""),
        ("GET", f"{storefront.url}/orders", "Orders", 429, 0, "rate_limited"),
    ]
    assert [line.pop("event") for line in lines] == ["storefront_call"] * 2
    assert [line["duration_ms"] for line in lines] == [call.duration_ms for call in calls]
    assert [line["status"] for line in lines] == [200, 429]
    assert SECRET not in caplog.text
