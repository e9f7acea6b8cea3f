# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A WooCommerce adapter whose shop answers by script, without a network and without waiting."""

import io
import json
import pathlib
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings
from odoo.addons.storefront_connector.platforms.woocommerce.adapter import WooCommerceAdapter

FIXTURES = pathlib.Path(__file__).parents[1] / "fixtures" / "woocommerce"
API = "/wp-json/wc/v3/"


class Script(BaseAdapter):
    """Answers in order: JSON (200), (status, JSON or bytes), (status, …, headers) or an error."""

    def __init__(self):
        super().__init__()
        self.answers, self.requests = [], []

    def send(self, request, **_options):
        self.requests.append(request)
        step = self.answers.pop(0)
        if isinstance(step, Exception):
            raise step
        status, body, headers = (*step, {})[:3] if isinstance(step, tuple) else (200, step, {})
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.headers = CaseInsensitiveDict(headers)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response.raw = io.BytesIO(raw)
        return response

    def close(self):
        """Nothing is held."""


class Shop:
    """What a test says of the shop (``answers``) and reads back (``asked``, ``written``)."""

    url = "https://shop.example.com"
    key = {"consumer_key": "ck_pasted", "consumer_secret": "cs_pasted", "webhook_secret": "hook-1"}

    def __init__(self):
        self.script, self.calls = Script(), []
        self.limiter = None
        self.answers = self.script.answers

    def adapter(self, url="", **credentials):
        settings = AdapterSettings(
            url=url or self.url,
            credentials={**self.key, **credentials},
            on_call=self.calls.append,
            check_allowed=lambda: None,
            limiter=self.limiter,
        )
        adapter = WooCommerceAdapter(settings)
        for scheme in ("https://", "http://"):
            adapter.client.transport.session.mount(scheme, self.script)
        return adapter

    def answer(self, *answers):
        """Answer the next calls with these."""
        self.answers.extend(answers)

    def page(self, rows, pages=1):
        """Answer the next call with a page of a list of so many pages."""
        self.answers.append((200, rows, {"X-WP-TotalPages": str(pages)}))

    def refuse(self, status, code, message="No", **data):
        """Answer the next call with an error of WordPress."""
        body = {"code": code, "message": message, "data": {"status": status, **data}}
        self.answers.append((status, body))

    @property
    def asked(self):
        """Each call as (method and path below the API, its query)."""
        parts = [(one.method, urlsplit(one.url)) for one in self.script.requests]
        return [
            (f"{method} {part.path.removeprefix(API)}", dict(parse_qsl(part.query)))
            for method, part in parts
        ]

    @property
    def paths(self):
        return [path for path, _query in self.asked]

    @property
    def written(self):
        """The body of each call that has one."""
        return [json.loads(one.body) for one in self.script.requests if one.body]


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def adapter(shop):
    return shop.adapter()


@pytest.fixture
def fixture():
    """Read a recorded answer (trimmed)."""
    return lambda name: json.loads((FIXTURES / f"{name}.json").read_text())


@pytest.fixture
def read(adapter, fixture):
    """Parse a recorded order."""
    return lambda name, **changes: adapter.parse_order({**fixture(name), **changes})
