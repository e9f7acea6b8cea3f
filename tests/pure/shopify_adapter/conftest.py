# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Shopify adapter whose store answers by script, without a network and without waiting."""

import io
import json
import pathlib
import threading

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings
from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter
from odoo.addons.storefront_connector.platforms.shopify.client import Client

from dev.simulators.server import Server
from dev.simulators.shopify.application import ShopifyStore
from dev.simulators.shopify.control import Control

BRUSSELS = {"first_name": "Ada", "address1": "Rue Neuve 1", "city": "Bruxelles", "zip": "1000",
            "country_code": "BE"}  # fmt: skip
PRODUCTS = [
    {"sku": "LAMP", "title": "Lamp", "price": "20.00", "stock": 50},
    {"sku": "MUG", "title": "Mug", "price": "10.00", "stock": 50},
    {"sku": "CARD", "title": "Gift card", "price": "25.00", "taxable": False, "gift_card": True,
     "requires_shipping": False},
]  # fmt: skip
FIXTURES = pathlib.Path(__file__).parents[1] / "fixtures" / "shopify"


class Script(BaseAdapter):
    """Answers in order: a dict (200, JSON), (status, dict), (status, dict, headers) or an error."""

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
        response.raw = io.BytesIO(json.dumps(body).encode())
        return response

    def close(self):
        """Nothing is held."""


class Store:
    """What a test says of the store (``answers``) and reads back (``sent``, ``waits``, …)."""

    url = "https://lamps.myshopify.com"

    def __init__(self):
        self.script, self.calls, self.waits, self.stored = Script(), [], [], []
        self.now = 1_000_000.0
        self.token = self.limiter = None
        self.answers = self.script.answers

    def adapter(self, **credentials):
        settings = AdapterSettings(
            url=self.url,
            credentials=credentials or {"access_token": "shpat_pasted"},
            on_call=self.calls.append,
            check_allowed=lambda: None,
            token=self.token,
            renew_token=self.renew_token,
            limiter=self.limiter,
        )
        client = Client(settings, sleep=self.waits.append, now=lambda: self.now)
        client.transport.session.mount("https://", self.script)
        return ShopifyAdapter(settings, client=client)

    def renew_token(self, stale, grant):
        """As a database does: another worker's token wins, a new one is kept before it is used."""
        if self.stored and self.stored[-1] != stale:
            return self.stored[-1]
        self.stored.append(grant(self.stored[-1] if self.stored else stale))
        return self.stored[-1]

    def answer(self, **data):
        """Answer the next call with this ``data``."""
        self.answers.append({"data": data})

    def fail(self, code, message="No", **cost):
        """Answer the next call with one GraphQL error."""
        body = {"errors": [{"message": message, "extensions": {"code": code}}]}
        self.answers.append({**body, "extensions": {"cost": cost}} if cost else body)

    @property
    def sent(self):
        """The variables of each GraphQL call."""
        bodies = (json.loads(request.body) for request in self.script.requests)
        return [body["variables"] for body in bodies]

    @property
    def tokens_used(self):
        """The token each call carried, None for those that ask for one."""
        headers = (request.headers for request in self.script.requests)
        return [sent.get("X-Shopify-Access-Token") for sent in headers]

    @property
    def operations(self):
        return [call.operation for call in self.calls]


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def adapter(store):
    return store.adapter()


@pytest.fixture
def fixture():
    """Read a recorded-looking answer."""
    return lambda name: json.loads((FIXTURES / f"{name}.json").read_text())


class Simulated:
    """A simulated store, the hand on it, and its orders as the adapter reads them."""

    def __init__(self, server):
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.control, self.calls = Control(self.url), []
        settings = AdapterSettings(
            url=self.url,
            credentials={"access_token": "shpat_simulated"},
            on_call=self.calls.append,
            check_allowed=lambda: None,
        )
        self.adapter = ShopifyAdapter(settings)

    def place(self, **spec):
        """Place an order of somebody in Brussels, a lamp unless ``lines`` says else."""
        given = {"lines": [{"sku": "LAMP"}], "billing_address": BRUSSELS, "email": "a@example.com"}
        return self.control.place_order(**{**given, **spec})

    def fetch(self, placed):
        """Return the payload of an order that the control placed."""
        (record,) = self.adapter.fetch_records("order", [placed["id"].rsplit("/", 1)[1]])
        return record.payload

    def read(self, placed, currency="store"):
        """Fetch and parse an order that the control placed."""
        return self.adapter.parse_order(self.fetch(placed), currency=currency)


@pytest.fixture(scope="session")
def simulator():
    server = Server(("127.0.0.1", 0), ShopifyStore())
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def simulated(simulator):
    """An empty simulated store."""
    store = Simulated(simulator)
    store.control.reset()
    return store


@pytest.fixture
def shop(simulated):
    """A simulated store that sells lamps, mugs and gift cards."""
    simulated.control.seed(products=PRODUCTS)
    return simulated
