# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to one shop: one at a time, signed, paged by the totals in its headers, batches halved.

Not here: what refusals mean (``client_errors``), how a call is signed (``sdk``), what hosts put
around JSON (``client_body``). ``Link`` headers aren't followed: they repeat a call's signature, and
behind proxies name another host.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ..adapter import AdapterSettings
from ..errors import (
    AnswerLost,
    BadPayload,
    NotConfigured,
    Rejected,
    RetryLater,
    StorefrontError,
)
from ..transport import Request, Response, Transport
from . import client_errors, const, sdk
from .client_body import clean

Row = dict[str, Any]

_ID = re.compile(r"\b\d+\b")


class Client:
    """One shop and the key to it."""

    def __init__(self, settings: AdapterSettings) -> None:
        credentials = settings.credentials
        key, secret = credentials.get("consumer_key"), credentials.get("consumer_secret")
        self._has_key = bool(key and secret)
        self._limiter = settings.limiter
        self.base_url = sdk.shop_url(settings.url)
        allows_http = bool(credentials.get("allow_http"))
        if not allows_http and self.base_url.startswith("http:"):
            raise NotConfigured("insecure_url", host=self.base_url.removeprefix("http://"))
        self.transport = Transport(
            self.base_url,
            on_call=settings.on_call,
            check_allowed=settings.check_allowed,
            secrets=[one for one in (key, secret) if one],
            read_seconds=const.READ_SECONDS,
            private_http=allows_http,
            clean=clean,
        )
        if key and secret:
            self.transport.session.auth = sdk.authentication(self.base_url, key, secret)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return what a path below ``wc/v3`` answers. Raises NotFound and the other errors."""
        return self._send("GET", f"{const.API_PATH}/{path}", params or {}).data

    def index(self) -> Row:
        """Return what WordPress says of itself to everybody."""
        fields = {"_fields": "name,url,timezone_string,gmt_offset,namespaces"}
        return _row(self._send("GET", const.INDEX_PATH, fields).data, "index")

    def has_plain_permalinks(self) -> bool:
        """Whether the API answers by a query only, and not at its usual address.

        Both are asked: a page in place of one answer may be a firewall's whim."""
        fields = {"_fields": "namespaces"}
        by_query = self._is_answered("/", {"rest_route": "/", **fields})
        return by_query and not self._is_answered(const.INDEX_PATH, fields)

    def _is_answered(self, path: str, params: Mapping[str, str]) -> bool:
        try:
            return isinstance(self._call(self._request("GET", path, params)).data, dict)
        except StorefrontError:
            return False

    def page(self, path: str, params: Mapping[str, str]) -> tuple[list[Row], bool]:
        """Return the rows of one page of a list, and whether more follow it.

        Proxies take away headers: then a full page is followed by another."""
        answer = self._send("GET", f"{const.API_PATH}/{path}", params)
        rows = _rows(answer.data, path)
        pages = answer.headers.get("x-wp-totalpages", "")
        if pages.isascii() and pages.isdecimal():
            return rows, int(params.get("page", "1")) < int(pages)
        return rows, len(rows) >= int(params.get("per_page", "10"))

    def rows(self, path: str, params: Mapping[str, str]) -> Iterator[Row]:
        """Yield every row of a list, page by page, in a stable order."""
        number, more = 1, True
        while more:
            asked = {"per_page": str(const.MAX_ITEMS), "orderby": "id", "order": "asc", **params}
            rows, more = self.page(path, {**asked, "page": str(number)})
            yield from rows
            number += 1
            more = more and bool(rows)

    def update(self, path: str, rows: Sequence[Row]) -> list[Row]:
        """Write rows by ``<path>/batch`` and return what became of each, in their order.

        Where a host lets fewer through, halves are sent; the rows must bear to be written twice."""
        try:
            data = self.post(f"{path}/batch", {"update": list(rows)})
        except Rejected as error:
            if len(rows) < 2 or "HTTP 413" not in error.detail:
                raise
            half = len(rows) // 2
            return self.update(path, rows[:half]) + self.update(path, rows[half:])
        found = _rows(_row(data, path).get("update"), path)
        if [row.get("id") for row in found] != [row["id"] for row in rows]:
            raise AnswerLost("wrong_type", path=path, detail="other rows than were sent")
        return found

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Write by POST: what makes a record, or a batch."""
        return self._send("POST", f"{const.API_PATH}/{path}", {}, body).data

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change a record; what isn't named stays as it is."""
        return self._send("PUT", f"{const.API_PATH}/{path}", {}, body).data

    def delete(self, path: str) -> None:
        """Delete a record for good: not all kinds know a trash."""
        self._send("DELETE", f"{const.API_PATH}/{path}", {"force": "true"})

    def may_write(self) -> bool:
        """Whether the key may write, by an empty batch, which writes nothing."""
        request = self._request("POST", f"{const.API_PATH}/products/batch", {}, {})
        error = client_errors.error_of(request, self._call(request), self.transport.redact)
        if error and error.code == "missing_scope":
            return False
        if error:
            raise error
        return True

    # One call.

    def _send(
        self,
        method: Literal["GET", "POST", "PUT", "DELETE"],
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        request = self._request(method, path, params, body)
        answer = self._call(request)
        error = client_errors.error_of(request, answer, self.transport.redact)
        if error:
            raise error
        return answer

    def _request(
        self,
        method: Literal["GET", "POST", "PUT", "DELETE"],
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> Request:
        if not self._has_key:
            raise NotConfigured("missing_credentials")
        return Request(
            method=method,
            path=path,
            operation=f"{method} {_ID.sub('id', path.removeprefix(f'{const.API_PATH}/'))}",
            writes=method != "GET" and body != {},
            params=params,
            body=body,
            judged=client_errors.JUDGED,
        )

    def _call(self, request: Request) -> Response:
        if self._limiter:
            self._limiter.wait_out(request.operation)
        try:
            return self.transport.call(request)
        except RetryLater as error:
            if self._limiter and error.code == "rate_limited" and error.seconds:
                self._limiter.block(error.seconds)
            raise


def _rows(data: Any, path: str) -> list[Row]:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise BadPayload("wrong_type", detail=f"{path}: not a list", path=path)
    return data


def _row(data: Any, path: str) -> Row:
    if not isinstance(data, dict):
        raise BadPayload("wrong_type", detail=f"{path}: not an object", path=path)
    return data
