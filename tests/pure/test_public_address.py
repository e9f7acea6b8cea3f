# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who answers at an address, over real sockets on loopback."""

import socket
import ssl
import threading
from contextlib import closing, contextmanager

import pytest
import requests

from odoo.addons.storefront_connector.platforms import public_address
from odoo.addons.storefront_connector.platforms.public_address import Answer, ask, reach


@contextmanager
def server(answer, hold=None):
    """Yield the address of a server that answers each request with these bytes; None hangs."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                with closing(connection):
                    asked.append(connection.recv(65536))
                    if answer is None:
                        hold.wait()
                    else:
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)


def reply(status, body=b"", *headers):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (reply("200 OK", b"abc"), Answer(outcome="answered", status=200, text="abc")),
        (reply("200 OK"), Answer(outcome="answered", status=200)),
        (reply("404 Not Found", b"no"), Answer(outcome="not_found", status=404)),
        (reply("401 Unauthorized"), Answer(outcome="status", status=401)),
        (reply("502 Bad Gateway"), Answer(outcome="status", status=502)),
        (b"this is no HTTP\r\n\r\n", Answer(outcome="unreachable")),
        (b"", Answer(outcome="unreachable")),
    ],
)
def test_answers(sent, answer):
    with server(sent) as (url, _asked):
        assert ask(f"{url}/health") == answer


def test_a_redirection_is_not_followed():
    with server(reply("200 OK", b"abc")) as (elsewhere, asked):
        sent = reply("302 Found", b"", f"Location: {elsewhere}/health")
        with server(sent) as (url, _asked):
            assert ask(f"{url}/health") == Answer(outcome="redirected", status=302)
        assert asked == []


def test_no_more_is_read_than_needed():
    with server(reply("200 OK", b"x" * 100_000)) as (url, _asked):
        answer = ask(url)
    assert answer.outcome == "answered"
    assert answer.text == "x" * (public_address.MAX_BYTES + 1)


def test_nobody_answers_in_time(monkeypatch):
    monkeypatch.setattr(public_address, "READ_SECONDS", 0.2)
    hold = threading.Event()
    with server(None, hold) as (url, _asked):
        assert ask(url) == Answer(outcome="timeout")
        hold.set()


def test_a_trickle_is_cut_off(monkeypatch):
    """Each byte in time, but never an end."""
    monkeypatch.setattr(public_address, "READ_SECONDS", -1.0)
    monkeypatch.setattr(requests.Session, "get", lambda *_args, **_kwargs: Trickle())
    assert ask("http://127.0.0.1:1/") == Answer(outcome="timeout")


class Trickle:
    status_code = 200

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        """Close nothing."""

    def iter_content(self, _size):
        while True:
            yield b"x"


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/") == Answer(outcome="unreachable")


def test_an_invalid_certificate(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise requests.exceptions.SSLError(ssl.SSLError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]"))

    monkeypatch.setattr(requests.Session, "get", refuse)
    assert ask("https://odoo.example/") == Answer(outcome="certificate")


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://odoo.example/health", "insecure"),
        ("ftp://odoo.example/health", "insecure"),
        ("https:///health", "invalid"),
        ("https://user:word@odoo.example/", "invalid"),
        ("https://odoo.example:port/", "invalid"),
        ("https://[odoo/", "invalid"),
        ("odoo.example", "invalid"),
    ],
)
def test_addresses_nobody_is_asked_at(url, outcome, monkeypatch):
    monkeypatch.setattr(requests.Session, "get", lambda *_args, **_kwargs: pytest.fail("called"))
    assert ask(url) == Answer(outcome=outcome)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["93.184.216.34"], "public"),
        (["10.0.0.5", "2606:4700::1111"], "public"),
        (["10.0.0.5", "fe80::1%eth0"], "private"),
        (["192.168.1.4"], "private"),
        (["100.64.0.1"], "private"),
        (["127.0.0.1", "::1"], "local"),
    ],
)
def test_reach(addresses, expected, monkeypatch):
    found = [(None, None, None, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: found)
    assert reach("https://odoo.example") == expected


@pytest.mark.parametrize("url", ["http://localhost:8069", "http://127.0.0.1", "http://[::1]:8069"])
def test_this_machine_is_known_without_asking(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: pytest.fail("asked"))
    assert reach(url) == "local"


def test_a_name_nobody_knows(monkeypatch):
    def fail(*_args):
        raise socket.gaierror(8, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert reach("https://odoo.example") == "unknown"
