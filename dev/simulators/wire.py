# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests and answers as every simulator sees them."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict
    headers: object  # email.message.Message: `get` ignores case
    body: bytes
    raw_query: str = ""

    def json(self):
        """The body as JSON; raises ValueError."""
        return json.loads(self.body or b"null")

    def form(self):
        """The fields of an HTML form, one value a name."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    @classmethod
    def json(cls, payload, status=200, **headers):
        body = json.dumps(payload, separators=(",", ":")).encode()
        return cls(status, body, {"Content-Type": "application/json; charset=utf-8", **headers})

    @classmethod
    def html(cls, text, status=200):
        return cls(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})
