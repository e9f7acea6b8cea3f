# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to one Shopify store: address, token, throttling, errors, paging.

The only file that imports ShopifyAPI, and only what is safe of it: its sessions are global to the
process and its calls have no timeout, so calls go through ``transport``.
Errors: https://shopify.dev/docs/api/admin-graphql#status_and_error_codes
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from shopify import ApiVersion
from shopify.utils.shop_url import sanitize_shop_domain

from ..adapter import AdapterSettings
from ..errors import AnswerLost, AuthFailed, BadPayload, NotConfigured, Rejected, RetryLater
from ..transport import Request, Response, Transport, check_secure, is_loopback
from . import const

_OPERATION = re.compile(r"\s*(query|mutation)\s+(\w+)")
# The address of a store in its admin names the store in its path.
_ADMIN = re.compile(r"^(?:https://)?admin\.shopify\.com/store/([\w-]+)(?:/.*)?$", re.IGNORECASE)
_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+\b")
_STORE_REFUSALS = {402: "store_frozen", 404: "store_not_found", 423: "store_locked"}


def store_url(text: str) -> str:
    """Return the base URL of what an admin typed: ``mystore``, its domain or its admin's address.

    A loopback address with ``http://`` stays itself. Raises NotConfigured for anything else."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        base = f"{parts.scheme}://{parts.netloc}"
        domain = "" if is_loopback(host) else sanitize_shop_domain(_ADMIN.sub(r"\1", text))
    except ValueError:
        raise NotConfigured("invalid_store_url") from None
    if is_loopback(host):
        check_secure(base)
        return base
    if not domain:
        raise NotConfigured("invalid_store_url")
    return f"https://{domain}"


class Client:
    """One store and the token to it. ``sleep`` and ``now`` (epoch seconds) are for tests."""

    def __init__(
        self,
        settings: AdapterSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._sleep, self._now = sleep, now
        credentials = settings.credentials
        self._token = credentials.get("access_token") or ""
        self._expires_at = float(credentials.get("access_token_expires_at") or 0)
        self._can_renew = bool(credentials.get("client_id") and credentials.get("client_secret"))
        self.base_url = store_url(settings.url)
        self._path = ApiVersion.coerce_to_version(const.API_VERSION).api_path("") + "/graphql.json"
        self.transport = Transport(
            self.base_url,
            on_call=settings.on_call,
            check_allowed=settings.check_allowed,
            secrets=[self._token, credentials.get("client_secret") or ""],
        )

    def execute(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run one document and return its ``data``. Waits in place for a short throttling.

        Raises RetryLater, AnswerLost, AuthFailed, NotConfigured, Rejected."""
        request = self._request(document, variables or {})
        for _attempt in range(const.THROTTLE_WAITS):
            answer = self._call(request)
            seconds = _throttled(answer)
            if seconds is None:
                return self._data(request, answer)
            if seconds > const.THROTTLE_MAX_SECONDS:
                break
            self._sleep(seconds)
        raise RetryLater("throttled", seconds=seconds, uses_try=False, detail=request.operation)

    def rows(
        self, document: str, connection: str, variables: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield every node of a root connection, page by page."""
        after: str | None = None
        while True:
            page = {"first": const.MAX_ITEMS, **(variables or {}), "after": after}
            found = _mapping(self.execute(document, page).get(connection))
            yield from _nodes(found)
            after = _next_cursor(found, after)
            if after is None:
                return

    def nodes(
        self, document: str, gids: Sequence[str], variables: Mapping[str, Any]
    ) -> list[dict[str, Any] | None]:
        """Return the record of each id, None where it is gone or another kind of record.

        A store may count a document dearer than we do: what costs too much is halved."""
        try:
            data = self.execute(document, {**variables, "ids": list(gids)})
        except Rejected as error:
            if error.code != "max_cost_exceeded" or len(gids) < 2:
                raise
            half = len(gids) // 2
            first = self.nodes(document, gids[:half], variables)
            return first + self.nodes(document, gids[half:], variables)
        found = data.get("nodes")
        if not isinstance(found, list) or len(found) != len(gids):
            raise BadPayload("wrong_type", detail="nodes", path="nodes")
        return [node if isinstance(node, dict) and node else None for node in found]

    def complete_lines(self, document: str, order: dict[str, Any]) -> None:
        """Append the order's further pages of lines to its first one.

        Raises RetryLater when the order changed between two pages."""
        lines = _mapping(order.get("lineItems"))
        after = _next_cursor(lines, None)
        while after is not None:
            variables = {"id": order.get("id"), "lines": const.MAX_ITEMS, "after": after}
            again = _mapping(self.execute(document, variables).get("order"))
            if again.get("updatedAt") != order.get("updatedAt"):
                raise RetryLater("changed_while_read", seconds=1.0, uses_try=False)
            page = _mapping(again.get("lineItems"))
            lines["nodes"] = [*_nodes(lines), *_nodes(page)]
            lines["pageInfo"] = page.get("pageInfo")
            after = _next_cursor(page, after)

    # One call.

    def _request(self, document: str, variables: Mapping[str, Any]) -> Request:
        named = _OPERATION.match(document)
        if not named:
            raise ValueError("every document has a name")
        return Request(
            method="POST",
            path=self._path,
            operation=named[2],
            writes=named[1] == "mutation",
            body={"query": document, "variables": variables},
        )

    def _call(self, request: Request) -> Response:
        """Make a call with a valid token; renew one that the store has revoked, once."""
        fresh = self._renew_if_due()
        try:
            return self._send(request)
        except AuthFailed as error:
            if error.code != "unauthorized" or fresh or not self._can_renew:
                raise
        self._renew()
        return self._send(request)

    def _send(self, request: Request) -> Response:
        headers = {"X-Shopify-Access-Token": self._token}
        return self.transport.call(_with_headers(request, headers))

    def _data(self, request: Request, answer: Response) -> dict[str, Any]:
        if answer.status in _STORE_REFUSALS:
            raise NotConfigured(_STORE_REFUSALS[answer.status], detail=request.operation)
        body = answer.data
        errors = body.get("errors") if isinstance(body, dict) else None
        if errors:
            raise self._error(request, errors)
        data = body.get("data") if isinstance(body, dict) else None
        if answer.status >= 400:
            raise Rejected("refused", detail=f"{request.operation}: HTTP {answer.status}")
        if not isinstance(data, dict):
            kind = AnswerLost if request.writes else RetryLater
            raise kind("empty_answer", detail=request.operation)
        return data

    def _error(self, request: Request, errors: Any) -> Exception:
        """Return what the first of GraphQL's ``errors`` means."""
        rows = errors if isinstance(errors, list) else [{"message": str(errors)}]
        first = rows[0] if isinstance(rows[0], dict) else {}
        code = str(_mapping(first.get("extensions")).get("code") or "")
        message = self.transport.redact(str(first.get("message") or ""))
        detail = f"{request.operation}: {message}"
        if code == "ACCESS_DENIED":
            scopes = tuple(sorted(set(_SCOPE.findall(message))))
            return NotConfigured("missing_scope", detail=detail, scopes=scopes)
        if code == "SHOP_INACTIVE":
            return NotConfigured("store_frozen", detail=detail)
        if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
            kind = AnswerLost if request.writes else RetryLater
            return kind("server_error", detail=detail)
        known = "max_cost_exceeded" if code == "MAX_COST_EXCEEDED" else "refused"
        return Rejected(known, detail=detail, field_errors=((request.operation, message),))

    # The token.

    def _renew_if_due(self) -> bool:
        """Grant a token where there is none or it is about to end; return whether that was so."""
        due = 0 < self._expires_at < self._now() + const.TOKEN_MARGIN_SECONDS
        if self._token and not (due and self._can_renew):
            return False
        if not self._can_renew:
            raise NotConfigured("missing_credentials")
        self._renew()
        return True

    def _renew(self) -> None:
        """Client-credentials grant: https://shopify.dev/docs/apps/build/authentication-authorization

        Raises AuthFailed, with the store's own reason as ``reason``."""
        credentials = self._settings.credentials
        form = {
            "client_id": credentials["client_id"],
            "client_secret": credentials["client_secret"],
            "grant_type": "client_credentials",
        }
        request = Request(
            method="POST",
            path="/admin/oauth/access_token",
            operation="AccessToken",
            writes=False,
            form=form,
        )
        answer = self.transport.call(request)
        data = _mapping(answer.data)
        token, seconds = data.get("access_token"), data.get("expires_in")
        if answer.status >= 400 or not isinstance(token, str) or not token:
            reason = self.transport.redact(str(data.get("error") or answer.status))
            raise AuthFailed("grant_refused", detail=reason, reason=reason)
        self.transport.hide(token)
        self._token = token
        lifetime = float(seconds) if isinstance(seconds, (int, float)) else 0.0
        self._expires_at = self._now() + lifetime if lifetime else 0.0
        if self._settings.on_token:
            self._settings.on_token(token, self._expires_at)


def _with_headers(request: Request, headers: Mapping[str, str]) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        operation=request.operation,
        writes=request.writes,
        headers=headers,
        body=request.body,
    )


def _throttled(answer: Response) -> float | None:
    """Return the seconds until the bucket holds what the query costs; None if it wasn't throttled.

    https://shopify.dev/docs/api/usage/limits: restored points are computed, never assumed."""
    body = _mapping(answer.data)
    errors = body.get("errors")
    rows = errors if isinstance(errors, list) else []
    codes = {_mapping(_mapping(row).get("extensions")).get("code") for row in rows}
    if "THROTTLED" not in codes:
        return None
    cost = _mapping(_mapping(body.get("extensions")).get("cost"))
    bucket = _mapping(cost.get("throttleStatus"))
    try:
        missing = float(cost["requestedQueryCost"]) - float(bucket["currentlyAvailable"])
        return max(missing / float(bucket["restoreRate"]), 0.0) + 0.05
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return const.THROTTLE_MAX_SECONDS


def _next_cursor(connection: Mapping[str, Any], before: str | None) -> str | None:
    """Return where the next page starts, None after the last one. Raises BadPayload on a loop."""
    info = _mapping(connection.get("pageInfo"))
    if not info.get("hasNextPage"):
        return None
    cursor = info.get("endCursor")
    if not isinstance(cursor, str) or not cursor or cursor == before:
        raise BadPayload("bad_cursor", detail="pageInfo.endCursor", path="pageInfo.endCursor")
    return cursor


def _nodes(connection: Mapping[str, Any]) -> list[dict[str, Any]]:
    nodes = connection.get("nodes")
    return [node for node in nodes if node] if isinstance(nodes, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
