# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The HTTP server under every simulator: keep-alive, faults and statistics around an application.

An application gives `accept(request) -> Call`: what the request is (a label for statistics and
faults) and a function that answers it. Everything below `/_control` is free of faults.
"""

import contextlib
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .faults import CutConnection, Faults
from .stats import Stats
from .wire import Request, Response

CONTROL = "/_control"
MAX_BODY = 20 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One request understood: `label` names its operation, `run` answers it."""

    label: str
    run: Callable[[], Response]


class Application:
    """What a platform's simulator derives from."""

    def __init__(self, seed=0):
        self.faults = Faults(seed)
        self.stats = Stats()
        self.latency = 0.0  # seconds added to every answer

    def accept(self, request: Request) -> Call:
        raise NotImplementedError

    def throttled(self, request: Request) -> Response:
        """The platform's own words for "too fast"; the default is a plain 429."""
        return Response.json({"errors": "Too many requests"}, 429, **{"Retry-After": "1"})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    wbufsize = 64 * 1024  # headers and body leave in one packet
    disable_nagle_algorithm = True

    def _answer(self):
        request = self._read()
        if request is None:
            return
        if self._is_foreign(request):
            self._send(Response.json({"errors": "Forbidden"}, 403))
            return
        application = self.server.application
        free = request.path.startswith(CONTROL)
        working = contextlib.nullcontext if free else application.stats.working
        with working():
            call = application.accept(request)
        fault = None if free else application.faults.draw(call.label)
        try:
            response = self._run(application, request, call, fault, working)
        except CutConnection:
            self._cut()
            return
        with working():
            self._send(response, truncated=fault is not None and fault.kind == "truncated")

    def _run(self, application, request, call, fault, working):
        free = working is contextlib.nullcontext
        if application.latency and not free:
            time.sleep(application.latency)
        if fault is not None:
            answer = fault.before(application, request)
            if answer is not None:
                application.stats.count(f"fault:{fault.kind}", 0.0)
                return answer
        started = time.perf_counter()
        with working():
            response = self._guarded(call)
        if not free:
            application.stats.count(call.label, time.perf_counter() - started)
        return response if fault is None else fault.after(response)

    @staticmethod
    def _guarded(call):
        """A bug of the simulator is a 500 with its traceback on stderr, not a lost connection."""
        try:
            return call.run()
        except CutConnection:
            raise
        except Exception:  # whatever it is, the client must see it
            traceback.print_exc()
            return Response.json({"errors": "The simulator has a bug: see its stderr"}, 500)

    @staticmethod
    def _is_foreign(request):
        """Whether a page of another site sent it: none may act behind its user's back."""
        origin, host = request.headers.get("Origin"), request.headers.get("Host")
        return bool(origin) and urlsplit(origin).netloc != host

    def _read(self):
        text = self.headers.get("Content-Length") or "0"
        length = int(text) if text.isdigit() else -1
        if not 0 <= length <= MAX_BODY:
            status = 413 if length > 0 else 400
            self._send(Response.json({"errors": "Bad Content-Length"}, status))
            self.close_connection = True
            return None
        parts = urlsplit(self.path)
        body = self.rfile.read(length) if length else b""
        query = parse_qs(parts.query)
        return Request(self.command, parts.path, query, self.headers, body, parts.query)

    def _send(self, response, truncated=False):
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        body = response.body[: len(response.body) // 2] if truncated else response.body
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()
        if truncated:
            self._cut()

    def _cut(self):
        """Close without an answer, as a lost connection does."""
        self.close_connection = True
        # Zero linger: the peer sees a reset, not an orderly end.
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _answer

    def log_message(self, *args):
        """Silent: statistics say what was called."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, application):
        host = address[0]
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"A simulator listens on loopback only, not on {host}")
        super().__init__(address, Handler)
        self.application = application

    def handle_error(self, request, client_address):
        """A client that hung up is not news; anything else is a bug worth its traceback."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ValueError)):
            super().handle_error(request, client_address)
