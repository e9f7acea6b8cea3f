# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to one Shopify store: one document at a time, throttled, with a valid token, paged.

Not here: what refusals mean (``client_errors``), how the token is had (``token``).
"""

import dataclasses
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..adapter import AdapterSettings
from ..errors import AnswerLost, AuthFailed, BadPayload, Rejected, RetryLater
from ..transport import Request, Response, Transport
from . import client_errors, const, sdk
from .client_throttle import read_bucket, throttled_seconds
from .token import Access

_OPERATION = re.compile(r"\s*(query|mutation)\s+(\w+)")


class Client:
    """One store and the token to it. ``sleep`` and ``now`` (epoch seconds) are for tests."""

    def __init__(
        self,
        settings: AdapterSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._limiter, self._sleep = settings.limiter, sleep
        self.base_url = sdk.store_url(settings.url)
        self._path = sdk.api_path()
        self.transport = Transport(
            self.base_url, on_call=settings.on_call, check_allowed=settings.check_allowed
        )
        self.access = Access(settings, self.transport, now)

    def execute(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run one document and return its ``data``.

        A short throttling is waited for in place; where the store is shared, by the limiter.

        Raises RetryLater, AnswerLost, AuthFailed, NotConfigured, Rejected."""
        request = self._request(document, variables or {})
        for _attempt in range(const.THROTTLE_WAITS):
            answer = self._call(request)
            seconds = self._throttled(request, answer)
            if seconds is None:
                return self._data(request, answer)
            if seconds > const.THROTTLE_MAX_SECONDS:
                break
            if self._limiter is None:
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
            after = next_cursor(found, after)
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

    def complete(self, document: str, order: dict[str, Any], connection: str) -> None:
        """Append the further pages of one of the order's lists to its first one.

        Raises RetryLater when the order changed between two pages."""
        lines = _mapping(order.get(connection))
        after = next_cursor(lines, None)
        while after is not None:
            variables = {"id": order.get("id"), "lines": const.MAX_ITEMS, "after": after}
            again = _mapping(self.execute(document, variables).get("order"))
            if again.get("updatedAt") != order.get("updatedAt"):
                raise RetryLater("changed_while_read", seconds=1.0, uses_try=False)
            page = _mapping(again.get(connection))
            lines["nodes"] = [*_nodes(lines), *_nodes(page)]
            lines["pageInfo"] = page.get("pageInfo")
            after = next_cursor(page, after)

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
            judged=frozenset({403}),
        )

    def _call(self, request: Request) -> Response:
        """Make a call with a valid token; renew one that the store has revoked, once."""
        is_fresh = self.access.ensure()
        try:
            return self._send(request)
        except AuthFailed as error:
            if error.code != "unauthorized" or is_fresh or not self.access.can_renew:
                raise
        self.access.renew()
        return self._send(request)

    def _send(self, request: Request) -> Response:
        if self._limiter:
            self._limiter.acquire(request.operation)
        headers = {"X-Shopify-Access-Token": self.access.value}
        try:
            return self.transport.call(dataclasses.replace(request, headers=headers))
        except RetryLater as error:
            if self._limiter and error.code == "rate_limited":
                wait = error.seconds
                self._limiter.block(const.RATE_LIMIT_SECONDS if wait is None else wait)
            raise

    def _throttled(self, request: Request, answer: Response) -> float | None:
        """Return the seconds a throttled call has to wait, None if it was let in.

        Whatever the store says of its bucket is told to the limiter."""
        bucket = read_bucket(answer.data)
        seconds = throttled_seconds(answer.data, bucket)
        if self._limiter and bucket:
            told = dataclasses.asdict(bucket)
            self._limiter.report(request.operation, **told)
        if self._limiter and seconds is not None:
            self._limiter.block(seconds)
        return seconds

    def _data(self, request: Request, answer: Response) -> dict[str, Any]:
        refusal = client_errors.http_error(request, answer, self.transport.redact)
        if refusal:
            raise refusal
        body = answer.data
        errors = body.get("errors") if isinstance(body, dict) else None
        if errors:
            raise client_errors.graphql_error(request, errors, self.transport.redact)
        data = body.get("data") if isinstance(body, dict) else None
        if answer.status >= 400:
            raise Rejected("refused", detail=f"{request.operation}: HTTP {answer.status}")
        if not isinstance(data, dict):
            kind = AnswerLost if request.writes else RetryLater
            raise kind("empty_answer", detail=request.operation)
        return data


def next_cursor(connection: Mapping[str, Any], before: str | None) -> str | None:
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
