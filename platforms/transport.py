# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP to one storefront: one session, bound to one host, that says what became of each call.

Not here: what a platform's own status codes and bodies mean; each ``client`` knows that.
Nothing is retried here except a read on a connection that the storefront had closed meanwhile.
"""

import ipaddress
import json
import logging
import math
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from .errors import AnswerLost, AuthFailed, BadPayload, NotConfigured, RetryLater, StorefrontError

_logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
TOTAL_SECONDS = 60.0
MAX_BYTES = 32 * 1024 * 1024
MAX_WAIT_SECONDS = 24 * 3600.0
# Statuses of proxies and servers that may come after the work was done.
_MAY_HAVE_LANDED = frozenset({500, 502, 504, 520, 522, 524})
_SECRET_PAIR = re.compile(
    r"""((?:\w*token|\w*secret|\w*password|consumer_key|signature|hmac)["']?\s*[=:]\s*["']?)"""
    r"""[^"'&\s,}]+""",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """One HTTP exchange, without anything secret: ``url`` has no query.

    ``status`` is 0 where no answer came, ``error`` the code of the error raised, ``bytes`` the
    size of the body received."""

    method: str
    url: str
    operation: str
    status: int
    duration_ms: int
    bytes: int
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One call to make. ``path`` starts with a slash. ``writes``: repeating it may do harm.

    ``body`` is sent as JSON, ``form`` as a form; ``operation`` names the call in logs; statuses in
    ``judged`` are answers to the caller, who knows what the platform says with them."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    operation: str
    writes: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    judged: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer below 500 that isn't a redirect, 401, 403 or 429, or is judged by the caller.

    ``data`` is its JSON, None if it has none."""

    status: int
    headers: Mapping[str, str]
    data: Any = field(repr=False)


class Transport:
    """The only way out to a storefront. Raises only StorefrontErrors, without secrets in them."""

    def __init__(
        self,
        base_url: str,
        *,
        on_call: Callable[[CallRecord], None],
        check_allowed: Callable[[], None],
        secrets: Iterable[str] = (),
        read_seconds: float | None = None,
        private_http: bool = False,
        clean: Callable[[bytes], bytes] = bytes,
    ) -> None:
        """``read_seconds``: how long an answer may be awaited; ``private_http``: http is allowed to
        addresses of a private network too; ``clean`` takes off a body that isn't JSON what isn't
        its JSON."""
        self.base_url = base_url.rstrip("/")
        check_secure(self.base_url, private_http=private_http)
        self._read_seconds, self._clean = read_seconds or READ_SECONDS, clean
        self._on_call = on_call
        self._check_allowed = check_allowed
        self._secrets: set[str] = set()
        self.hide(*secrets)
        self.session = new_session(self.base_url)

    def hide(self, *secrets: str) -> None:
        """Keep these values out of every text that ``redact`` returns."""
        self._secrets.update(secret for secret in secrets if len(secret) >= 4)

    def redact(self, text: str) -> str:
        """Return ``text``, at most 500 characters, without known secrets and secret-like pairs."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return _SECRET_PAIR.sub(r"\1***", text)[:500]

    def call(self, request: Request) -> Response:
        """Make one call and return its answer.

        Raises RetryLater, or AnswerLost where a write may have been carried out; AuthFailed;
        NotConfigured on a redirect; BadPayload on an answer too large."""
        try:
            return self._attempt(request)
        except _StaleConnection:
            if request.writes:
                raise AnswerLost("connection_reset", detail=request.operation) from None
        try:
            return self._attempt(request)
        except _StaleConnection:
            raise RetryLater("connection_reset", detail=request.operation) from None

    def _attempt(self, request: Request) -> Response:
        self._check_allowed()
        started = time.monotonic()
        status, size, code = 0, 0, ""
        try:
            answer, body = self._exchange(request, started)
            status, size = answer.status_code, len(body)
            _raise_for_status(request, answer)
            data = _read_json(request, status, body, self._clean)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(status=status, headers=headers, data=data)
        except StorefrontError as error:
            code = error.code
            raise
        finally:
            self._report(request, status, size, code, started)

    def _exchange(self, request: Request, started: float) -> tuple[requests.Response, bytes]:
        """Send and read the whole body. What ``requests`` raises holds URLs and bodies: it isn't
        chained to what leaves here."""
        error: StorefrontError
        try:
            answer = self.session.request(
                request.method,
                self.base_url + request.path,
                params=dict(request.params),
                headers=dict(request.headers),
                json=request.body,
                data=dict(request.form) if request.form is not None else None,
                timeout=(CONNECT_SECONDS, self._read_seconds),
                allow_redirects=False,
                stream=True,
            )
            deadline = started + TOTAL_SECONDS + self._read_seconds - READ_SECONDS
            with answer:
                return answer, b"".join(_chunks(answer, deadline))
        except requests.RequestException as exc:
            error = _failure(exc, request)
        except TimeoutError:
            error = _lost(request, "timeout")
        raise error

    def _report(self, request: Request, status: int, size: int, code: str, started: float) -> None:
        record = CallRecord(
            method=request.method,
            url=self.redact(self.base_url + request.path),
            operation=request.operation,
            status=status,
            duration_ms=round((time.monotonic() - started) * 1000),
            bytes=size,
            error=code,
        )
        _logger.info(json.dumps({"event": "storefront_call", **asdict(record)}))
        self._on_call(record)


class _StaleConnection(StorefrontError):
    """A kept connection broke before any answer: common when the server closed it while idle."""

    default_code = "connection_reset"


def check_secure(url: str, *, private_http: bool = False) -> None:
    """Raise NotConfigured unless ``url`` is https, or http to this very machine.

    ``private_http``: http to an address of a private network will do as well."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise NotConfigured("invalid_url") from None
    if not host or parts.username or parts.password or parts.query:
        raise NotConfigured("invalid_url")
    is_local = is_loopback(host) or (private_http and is_private(host))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise NotConfigured("insecure_url", host=host)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is an address of this machine, or ``localhost``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Whether every address ``host`` has here is of a private network or this machine."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    # An address of this link alone names its interface after a percent sign.
    addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    return bool(addresses) and all(address.is_private for address in addresses)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds a ``Retry-After`` header (RFC 9110 §10.2.3) asks for, at most a day."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        seconds = (moment - (now or datetime.now(timezone.utc))).total_seconds()
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), MAX_WAIT_SECONDS)


def new_session(base_url: str) -> requests.Session:
    """Return a session without cookies and without credentials of this machine's user."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # A no-op: without it requests looks for credentials of this host in ~/.netrc.
    session.auth = lambda prepared: prepared
    # The proxy and CA settings of the server are wanted, but not to reach the server itself.
    session.trust_env = not is_loopback(urlsplit(base_url).hostname or "")
    session.headers.update(
        {"User-Agent": "odoo-storefront-connector", "Accept": "application/json"}
    )
    return session


def _chunks(answer: requests.Response, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_content(64 * 1024):
        size += len(chunk)
        if size > MAX_BYTES:
            raise BadPayload("answer_too_large", limit=MAX_BYTES)
        if time.monotonic() > deadline:
            raise TimeoutError
        yield chunk


def _failure(exc: requests.RequestException, request: Request) -> StorefrontError:
    """Return what a failure below HTTP means: was the request on its way when it happened?"""
    if isinstance(exc, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(exc):
        return RetryLater("certificate_invalid", detail=request.operation)
    if isinstance(exc, requests.ConnectTimeout):
        return RetryLater("connect_timeout", detail=request.operation)
    cause = exc.args[0] if exc.args else None
    if isinstance(exc, requests.ReadTimeout) or isinstance(cause, ReadTimeoutError):
        return _lost(request, "timeout")
    if isinstance(exc, ValueError) and not isinstance(exc, requests.ConnectionError):
        return NotConfigured("invalid_url")
    if isinstance(cause, MaxRetryError) and not isinstance(exc, requests.exceptions.SSLError):
        # urllib3 wraps only what failed while connecting; what fails later comes bare.
        return RetryLater("connection_failed", detail=request.operation)
    if type(exc) is requests.ConnectionError:
        return _StaleConnection(detail=request.operation)
    return _lost(request, "connection_reset")


def _lost(request: Request, code: str, seconds: float | None = None) -> RetryLater:
    kind = AnswerLost if request.writes else RetryLater
    return kind(code, seconds=seconds, detail=request.operation)


def _raise_for_status(request: Request, answer: requests.Response) -> None:
    status, detail = answer.status_code, f"{request.operation}: HTTP {answer.status_code}"
    wait = retry_after(answer.headers)
    if status in request.judged:
        return
    if status in (401, 403):
        raise AuthFailed("unauthorized" if status == 401 else "forbidden", detail=detail)
    if status == 429:
        raise RetryLater("rate_limited", seconds=wait, uses_try=False, detail=detail)
    if 300 <= status < 400:
        raise NotConfigured("redirected", detail=detail)
    if status in _MAY_HAVE_LANDED and request.writes:
        raise AnswerLost("server_error", seconds=wait, detail=detail)
    if status >= 500:
        raise RetryLater("server_error", seconds=wait, detail=detail)


def _read_json(request: Request, status: int, body: bytes, clean: Callable[[bytes], bytes]) -> Any:
    """Return the JSON of an answer. Maintenance and proxy pages come as HTML with status 200."""
    # As it is first: what has to be cleaned is rare, and large answers take long to read.
    for cleaned in (bytes, clean):
        with suppress(ValueError, RecursionError):
            return json.loads(cleaned(body))
    if status >= 400 or not body:
        return None
    raise _lost(request, "html_instead_of_json")
