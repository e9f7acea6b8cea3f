# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An empty WooCommerce shop for each test, and an application's view of it."""

import base64
import http.client
import json
from urllib.parse import urlencode

import pytest

from dev.simulators.woocommerce.control import Control


class Api:
    """Calls with the shop's first key, over what the shop takes for https."""

    base = "/wp-json/wc/v3/"

    def __init__(self, address, key, secret):
        self.host, self.port = address
        text = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {text}", "X-Forwarded-Proto": "https"}

    def raw(self, method, target, body=None, headers=None):
        """(status, headers, body) of any address."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def call(self, method, path, body=None, **query):
        """(status, JSON)."""
        target = f"{self.base}{path}?{urlencode(query)}" if query else f"{self.base}{path}"
        raw = None if body is None else json.dumps(body)
        headers = {**self.headers, "Content-Type": "application/json"}
        status, _headers, answer = self.raw(method, target, raw, headers)
        return status, json.loads(answer)

    def get(self, path, **query):
        status, answer = self.call("GET", path, **query)
        assert status == 200, answer
        return answer

    def send(self, path, body, method="POST"):
        status, answer = self.call(method, path, body)
        assert status in (200, 201), answer
        return answer


@pytest.fixture
def shop(woo_server):
    """The hand on an empty shop."""
    control = Control(f"http://127.0.0.1:{woo_server.server_address[1]}")
    control.reset()
    return control


@pytest.fixture
def api(woo_server, shop):
    info = shop.info()
    return Api(woo_server.server_address, info["consumer_key"], info["consumer_secret"])


@pytest.fixture
def lamp(shop):
    """A product for 20.00, ten in stock."""
    shop.seed(products=[{"title": "Lamp", "sku": "LAMP", "price": "20.00", "stock": 10}])
    return next(one["id"] for one in shop.variants() if one["sku"] == "LAMP")


@pytest.fixture
def listen(api, receiver):
    """Create a webhook to the receiver; what is received begins with its ping."""

    def create(topic, secret="s3cr3t-Hook-Key-1"):
        hook = {"topic": topic, "delivery_url": receiver.url, "secret": secret}
        return api.send("webhooks", hook)

    return create
