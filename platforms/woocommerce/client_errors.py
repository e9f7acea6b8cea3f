# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a refusal of the shop means: HTTP statuses and WordPress's error codes -> errors.

https://developer.wordpress.org/rest-api/, and the recorded refusals named in README.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import (
    AnswerLost,
    AuthFailed,
    NotConfigured,
    NotFound,
    Rejected,
    RetryLater,
    StorefrontError,
)
from ..transport import Request, Response

Redact = Callable[[str], str]

# Answers whose body says more than their status.
JUDGED = frozenset({400, 401, 403, 404, 406, 410, 413, 500, 501})

_NO_PERMISSION = re.compile(r"does not have (read|write) permissions")
# Refusals of the right to do one thing, by the capabilities of the key's user.
_CANNOT = re.compile(r"^(?:woocommerce_rest_cannot_|rest_forbidden|rest_cannot_)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """``{"code": …, "message": …, "data": {"status": …, "params": {…}}}``; all empty without."""

    code: str = ""
    message: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, data: Any, redact: Redact) -> "Refusal":
        """Return what a body says, as far as it is an error of WordPress."""
        if not isinstance(data, Mapping) or not isinstance(data.get("code"), (str, int)):
            return cls()
        # The data of refunds' errors is a number.
        more = data.get("data")
        params = more.get("params") if isinstance(more, Mapping) else None
        return cls(
            str(data["code"]),
            redact(str(data.get("message") or "")),
            tuple((str(name), redact(str(words))) for name, words in params.items())
            if isinstance(params, Mapping)
            else (),
        )


def error_of(request: Request, answer: Response, redact: Redact) -> StorefrontError | None:
    """Return what an answer means that isn't what was asked for; None for one that is."""
    if answer.status < 400:
        return None
    refusal = Refusal.parse(answer.data, redact)
    words = f"{refusal.code} {refusal.message}".strip()
    detail = f"{request.operation}: HTTP {answer.status} {words}".strip()
    if answer.status in (401, 403, 406):
        return _denied(answer.status, refusal, detail)
    if answer.status in (404, 410):
        return _not_found(refusal, detail)
    if answer.status >= 500:
        return _failed(request, answer.status, refusal, detail)
    fields = refusal.params or ((request.operation, refusal.message),)
    return Rejected("refused", detail=detail, field_errors=fields)


def _denied(status: int, refusal: Refusal, detail: str) -> StorefrontError:
    if not refusal.code:
        # A page: not WooCommerce but a firewall before it, or a password on the whole site.
        if status == 401:
            return AuthFailed("site_locked", detail=detail)
        return RetryLater("blocked_by_host", detail=detail)
    missing = _NO_PERMISSION.search(refusal.message)
    if missing:
        return AuthFailed("missing_scope", detail=detail, scopes=missing[1])
    if status == 403 and _CANNOT.match(refusal.code):
        return AuthFailed("key_user_limited", detail=detail)
    return AuthFailed("unauthorized" if status == 401 else "forbidden", detail=detail)


def _not_found(refusal: Refusal, detail: str) -> StorefrontError:
    if refusal.code == "rest_no_route":
        return NotConfigured("api_missing", detail=detail)
    if not refusal.code:
        # Without pretty permalinks the shop's own "not found" page answers.
        return NotConfigured("permalinks_plain", detail=detail)
    return NotFound(detail=detail)


def _failed(request: Request, status: int, refusal: Refusal, detail: str) -> StorefrontError:
    """A refusal in WooCommerce's own words stays one; any other failure may have come half way."""
    if status == 501 or refusal.code.startswith("woocommerce_rest_"):
        fields = ((request.operation, refusal.message),)
        return Rejected("refused", detail=detail, field_errors=fields)
    kind = AnswerLost if request.writes else RetryLater
    return kind("server_error", detail=detail)


def is_no_route(error: StorefrontError) -> bool:
    """Whether the shop's version has no such list."""
    return isinstance(error, NotConfigured) and error.code == "api_missing"
