# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who answers at our own address, seen the way a storefront sees it: by its name, through proxies.

Not here: what is asked and which answer is ours. Only the status and a few bytes are looked at, so
that an address within the network can be tried and tells nothing else of what is there.
"""

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import requests

from .errors import NotConfigured
from .transport import check_secure, is_loopback, new_session

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
# An answer of ours is 64 characters; whatever is longer isn't ours.
MAX_BYTES = 200

Outcome = Literal[
    "answered",
    "certificate",
    "insecure",
    "invalid",
    "not_found",
    "redirected",
    "status",
    "timeout",
    "unreachable",
]
Reach = Literal["local", "private", "public", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of asking. ``text`` is the body where the outcome is ``answered``, else empty;
    ``status`` is 0 where no answer came."""

    outcome: Outcome
    status: int = 0
    text: str = ""


def ask(url: str) -> Answer:
    """GET ``url`` once, https or loopback only; a redirection isn't followed. Raises nothing."""
    try:
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}"
        check_secure(base)
    except ValueError:
        return Answer(outcome="invalid")
    except NotConfigured as error:
        return Answer(outcome="insecure" if error.code == "insecure_url" else "invalid")
    try:
        with new_session(base) as session:
            return _get(session, url)
    except requests.exceptions.SSLError:
        return Answer(outcome="certificate")
    except (requests.Timeout, TimeoutError):
        return Answer(outcome="timeout")
    except (requests.RequestException, ValueError):
        return Answer(outcome="unreachable")


def reach(url: str) -> Reach:
    """Return from how far ``url`` can be reached, by the addresses its name has here."""
    host = urlsplit(url).hostname or ""
    if is_loopback(host):
        return "local"
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return "unknown"
    # An address of this link alone names its interface after a percent sign.
    addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    if all(address.is_loopback for address in addresses):
        return "local"
    return "public" if any(address.is_global for address in addresses) else "private"


def _get(session: requests.Session, url: str) -> Answer:
    deadline = time.monotonic() + READ_SECONDS
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    with session.get(url, timeout=timeout, allow_redirects=False, stream=True) as answer:
        status = answer.status_code
        if 300 <= status < 400:
            return Answer(outcome="redirected", status=status)
        if status == 404:
            return Answer(outcome="not_found", status=status)
        if status != 200:
            return Answer(outcome="status", status=status)
        body = b""
        # Byte by byte: a longer read waits for all it asked for, each byte with a new timeout.
        for byte in answer.iter_content(1):
            body += byte
            if len(body) > MAX_BYTES:
                break
            if time.monotonic() > deadline:
                raise TimeoutError
        return Answer(outcome="answered", status=status, text=body.decode(errors="replace"))
