# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a refusal of the store means: HTTP statuses and GraphQL errors -> errors.

https://shopify.dev/docs/api/admin-graphql#status_and_error_codes
"""

import re
from collections.abc import Callable, Mapping
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
from . import const

Redact = Callable[[str], str]

_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+\b")
# "This app is not approved to access the Order object.", "… to use the email field." and "… to
# subscribe to webhook topics containing protected customer data."
# (https://shopify.dev/docs/apps/launch/protected-customer-data)
_PROTECTED = re.compile(r"protected[- ]customer[- ]data|not approved to \w+ the ", re.IGNORECASE)
# "Non-expiring access tokens are no longer accepted for the Admin API."
_MUST_EXPIRE = re.compile(r"non-expiring", re.IGNORECASE)
# The words of this refusal aren't published
# (https://shopify.dev/docs/apps/build/dev-dashboard/ip-allowlist, 2026-11).
_ADDRESS = re.compile(r"\bips?\b|\baddress(?:es)?\b|\ballow[ -]?list", re.IGNORECASE)


def http_error(request: Request, answer: Response, redact: Redact) -> StorefrontError | None:
    """Return what the status means; None where GraphQL's own errors say more."""
    detail = f"{request.operation}: HTTP {answer.status}"
    if answer.status in const.STORE_REFUSALS:
        return NotConfigured(const.STORE_REFUSALS[answer.status], detail=detail)
    if answer.status != 403:
        return None
    body = answer.data
    words = redact(str(body.get("errors") if isinstance(body, dict) else ""))
    detail = f"{detail}: {words}"
    if is_protected(words):
        return NotConfigured("customer_data_protected", detail=detail)
    if _SCOPE.search(words):
        return NotConfigured("missing_scope", detail=detail, scopes=_scopes(words))
    if _MUST_EXPIRE.search(words):
        return NotConfigured("token_must_expire", detail=detail)
    if _ADDRESS.search(words):
        return NotConfigured("address_not_allowed", detail=detail)
    return AuthFailed("forbidden", detail=detail)


def graphql_error(request: Request, errors: Any, redact: Redact) -> StorefrontError:
    """Return what GraphQL's ``errors`` mean. A refused access is told before anything else."""
    rows = [_Row(row, redact) for row in (errors if isinstance(errors, list) else [errors])]
    denied = [row for row in rows if row.code == "ACCESS_DENIED"]
    detail = f"{request.operation}: {(denied or rows)[0].message}"
    if denied:
        return _denied(denied, detail)
    first = rows[0]
    if first.code == "NOT_FOUND":
        return NotFound(detail=detail)
    if first.code == "SHOP_INACTIVE":
        return NotConfigured("store_frozen", detail=detail)
    if first.code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
        kind = AnswerLost if request.writes else RetryLater
        return kind("server_error", detail=detail)
    known = "max_cost_exceeded" if first.code == "MAX_COST_EXCEEDED" else "refused"
    return Rejected(known, detail=detail, field_errors=((request.operation, first.message),))


def is_protected(message: str) -> bool:
    """Whether the store says that the app may not read customers' data."""
    return bool(_PROTECTED.search(message))


class _Row:
    """One error: ``{"message": …, "extensions": {"code": …, "requiredAccess": …}}`` or a text."""

    def __init__(self, row: Any, redact: Redact) -> None:
        known: Mapping[str, Any] = row if isinstance(row, dict) else {"message": row}
        extensions = known.get("extensions")
        extensions = extensions if isinstance(extensions, dict) else {}
        self.code = str(extensions.get("code") or "")
        self.message = redact(str(known.get("message") or ""))
        self.access = str(extensions.get("requiredAccess") or "")


def _denied(rows: list[_Row], detail: str) -> StorefrontError:
    scopes = _scopes(" ".join(f"{row.message} {row.access}" for row in rows))
    if scopes:
        return NotConfigured("missing_scope", detail=detail, scopes=scopes)
    if any(is_protected(row.message) for row in rows):
        return NotConfigured("customer_data_protected", detail=detail)
    return AuthFailed("forbidden", detail=detail)


def _scopes(words: str) -> str:
    return ", ".join(sorted(set(_SCOPE.findall(words))))
