# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a request to an answer as WordPress' REST server gives it: routes, checks in its order,
pages, `_fields`, batches."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ..wire import Response
from . import php
from .errors import RestError, forbidden, invalid_params, no_route
from .params import check

BATCH = 100
ALLOWED = {
    "list": ("GET",),
    "get": ("GET",),
    "create": ("POST",),
    "update": ("POST", "PUT", "PATCH"),
    "delete": ("DELETE",),
    "batch": ("POST", "PUT", "PATCH"),
}


@dataclass
class Call:
    """What a handler is given. `params` are checked and merged, a body's before a query's."""

    store: object
    ids: dict
    params: dict
    body: dict
    home: str
    key: object = None

    def row(self, values):
        """The same call for one row of a batch: nothing is checked."""
        return Call(self.store, self.ids, values, values, self.home, self.key)


@dataclass
class Result:
    data: object
    status: int = 200
    total: int | None = None
    per_page: int = 10
    page: int = 1
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """`action`: list, get, create, update, delete or batch."""

    pattern: str
    action: str
    handler: Callable
    schema: dict = field(default_factory=dict)

    @property
    def methods(self):
        return ALLOWED[self.action]

    @property
    def label(self):
        """What statistics and faults call it: `POST products/batch`, `PUT orders/<id>`."""
        return f"{self.methods[1 if self.action == 'update' else 0]} {_readable(self.pattern)}"


def _readable(pattern):
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)


class Router:
    def __init__(self, routes):
        self.routes = [(re.compile(route.pattern), route) for route in routes]

    def find(self, method, path):
        """(route, ids). Raises RestError."""
        for pattern, route in self.routes:
            matched = pattern.fullmatch(path)
            if matched and method in route.methods:
                ids = {name: int(value) if value.isdigit() else value
                       for name, value in matched.groupdict().items()}  # fmt: skip
                return route, ids
        raise no_route()

    def allowed(self, path):
        """The methods of a path, as the header `Allow` names them."""
        found = [route for pattern, route in self.routes if pattern.fullmatch(path)]
        methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
        return [one for one in methods if any(one in route.methods for route in found)]


def parse_body(request):
    """The JSON object of a request; {} without one. Raises RestError."""
    kind = (request.headers.get("Content-Type") or "").partition(";")[0]
    if not request.body:
        return {}
    if kind != "application/json":
        return request.form()
    try:
        found = json.loads(request.body)
    except ValueError:
        raise RestError(
            "rest_invalid_json", "Invalid JSON body passed.", 400,
            json_error_code=4, json_error_message="Syntax error",
        )  # fmt: skip
    return found if isinstance(found, dict) else {}


def execute(route, call):
    """Check the parameters, then whether the caller may, then run."""
    if route.action == "batch":
        _check_batch(call.body)
    else:
        call.params = check(route.schema, call.params)
        call.body = {name: call.params[name] for name in call.body}
    if call.key is None:
        raise forbidden(route.action)
    return route.handler(call)


def _check_batch(body):
    problems = {
        name: ("rest_invalid_type", f"{name} is not of type array.", {"param": name})
        for name in ("create", "update", "delete")
        if body.get(name) is not None and not isinstance(body[name], list)
    }
    if problems:
        raise invalid_params(problems)


def batch(create, update, delete, missing):
    """A handler for a route of action batch: rows answered in their order, errors among them.

    Each function takes a Call of one row; `missing` makes the error of a row without an id."""
    functions = {"create": create, "update": update, "delete": delete}

    def handler(call):
        rows = sum(len(call.body.get(name) or []) for name in functions)
        if rows > BATCH:
            raise RestError(
                "woocommerce_rest_request_entity_too_large",
                f"Unable to accept more than {BATCH} items for this request.",
                413,
            )
        answer = {
            name: [_row(function, call, name, one, missing) for one in call.body[name]]
            for name, function in functions.items()
            if call.body.get(name)
        }
        # An empty array is what PHP makes of no answer at all.
        return Result(answer or [])

    return handler


def _row(function, call, name, given, missing):
    values = {"id": given, "force": True} if name == "delete" else given
    row_id = values.get("id") if isinstance(values, dict) else None
    try:
        if not isinstance(values, dict) or (name != "create" and not row_id):
            raise missing()
        row = call.row(values)
        row.ids = {**call.ids, "id": php.integer(row_id)}
        return function(row).data
    except RestError as error:
        return {"id": 0 if name == "create" else row_id, "error": error.payload()}


def respond(result, call, path, query, allow):
    """The HTTP answer to a handler's result."""
    data = _only(result.data, call.params.get("_fields"))
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "X-Content-Type-Options": "nosniff",
        "Allow": ", ".join(allow),
        "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
        **result.headers,
    }
    links = [f'<{call.home}/wp-json/>; rel="https://api.w.org/"']
    if result.total is not None:
        pages = -(-result.total // result.per_page)
        headers["X-WP-Total"], headers["X-WP-TotalPages"] = str(result.total), str(pages)
        links = _page_links(result, pages, f"{call.home}{path}", query) or links
    headers["Link"] = ", ".join(links)
    return Response(result.status, php.json_bytes(data), headers)


def refuse(error, allow=()):
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    if allow:
        headers["Allow"] = ", ".join(allow)
    return Response(error.status, php.json_bytes(error.payload()), headers)


def _page_links(result, pages, url, query):
    links = []
    if result.page > 1:
        links.append((min(result.page - 1, pages), "prev"))
    if result.page < pages:
        links.append((result.page + 1, "next"))
    plain = {name: value for name, value in query.items() if isinstance(value, str)}
    return [
        f'<{url}?{urlencode({**plain, "page": page})}>; rel="{name}"'
        for page, name in links
        if page > 0
    ]


def _only(data, fields):
    """What `_fields` leaves of an answer: names, `a.b` for one inside another.

    A batch's rows are in a list below a name: nothing can be named in them, and none is left."""
    if not fields:
        return data
    names = fields.split(",") if isinstance(fields, str) else list(fields)
    wanted = [name.strip() for name in names]
    if isinstance(data, list):
        return [_picked(row, wanted) for row in data]
    return _picked(data, wanted)


def _picked(row, names):
    if not isinstance(row, dict):
        return []
    found = {}
    for name in names:
        first, _dot, rest = name.partition(".")
        if first not in row:
            continue
        if rest:
            before, inner = found.get(first), _picked(row[first], [rest])
            found[first] = {**before, **inner} if before and inner else before or inner
        else:
            found[first] = row[first]
    # An empty array is what PHP makes of nothing.
    return {name: found[name] for name in row if name in found} or []
