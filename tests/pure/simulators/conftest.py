# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One simulated store for all tests of a module; each test begins with an empty shop."""

import http.client
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = str(Path(__file__).resolve().parents[3])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from dev.simulators.server import Server  # noqa: E402
from dev.simulators.shopify.application import ShopifyStore  # noqa: E402
from dev.simulators.shopify.control import Control  # noqa: E402
from dev.simulators.woocommerce.application import WooStore  # noqa: E402

CREATE_WEBHOOK = """mutation C($topic: WebhookSubscriptionTopic!,
    $given: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id topic uri name format includeFields apiVersion { handle } }
    userErrors { field message }
  }
}"""


class Client:
    """An app's view of the store: plain HTTP."""

    path = "/admin/api/2026-10/graphql.json"
    token = "shpat_simulated"

    def __init__(self, address):
        self.host, self.port = address

    def request(self, method, path, body=None, headers=None):
        """(status, headers, raw body)."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def post(self, path, payload, **headers):
        """(status, JSON)."""
        sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        status, _headers, body = self.request("POST", path, json.dumps(payload), sent)
        return status, json.loads(body)

    def graphql(self, query, variables=None, token=None):
        """The answer to a GraphQL request that the gateway lets through."""
        payload = {"query": query, "variables": variables or {}}
        headers = {"X-Shopify-Access-Token": token or self.token}
        status, answer = self.post(self.path, payload, **headers)
        assert status == 200, answer
        return answer

    def data(self, query, variables=None):
        """`data` of an answer without errors."""
        answer = self.graphql(query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


class Receiver(ThreadingHTTPServer):
    """Takes webhooks: `received` has (headers, body) of each; `statuses` are answered first."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Hook)
        self.received, self.statuses = [], []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"

    def wait(self, count):
        """Return once so many webhooks came."""
        deadline = time.monotonic() + 10
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} of {count} webhooks came"
            time.sleep(0.005)


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        statuses = self.server.statuses
        status = statuses.pop(0) if statuses else 200
        self.server.received.append((dict(self.headers), body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Silent."""


def serve(server):
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture(scope="session")
def server():
    started = serve(Server(("127.0.0.1", 0), ShopifyStore()))
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture(scope="session")
def woo_server():
    started = serve(Server(("127.0.0.1", 0), WooStore()))
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def control(server):
    """The hand on an empty store."""
    control = Control(f"http://127.0.0.1:{server.server_address[1]}")
    control.reset()
    control.configure(webhook_scale=0.0)  # retries follow at once
    return control


@pytest.fixture
def client(server, control):
    return Client(server.server_address)


@pytest.fixture
def receiver():
    started = serve(Receiver())
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def subscribe(client):
    """Subscribe an address to a topic; the mutation's payload."""

    def create(topic, uri=None, **given):
        given = {"uri": uri, **given} if uri is not None else given
        payload = client.data(CREATE_WEBHOOK, {"topic": topic, "given": given})
        return payload["webhookSubscriptionCreate"]

    return create
