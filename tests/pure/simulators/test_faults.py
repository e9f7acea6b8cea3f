# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Injected faults, as a client meets them on the wire."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.simulators.faults import Faults
from dev.simulators.shopify.control import ControlError

SHOP = json.dumps({"query": "{ shop { name } }"})
LOST = (ConnectionResetError, http.client.RemoteDisconnected, http.client.IncompleteRead)


@pytest.fixture
def call(client, control):
    headers = {"X-Shopify-Access-Token": client.token}
    return lambda body=SHOP: client.request("POST", client.path, body, headers)


def test_429_says_when_to_come_back(call, control):
    control.add_fault("http_429", retry_after=3.5)
    status, headers, _body = call()
    assert (status, headers["Retry-After"]) == (429, "3.5")
    assert call()[0] == 200


def test_throttled_in_the_platform_s_words(call, control):
    control.add_fault("throttled")
    status, _headers, body = call()
    answer = json.loads(body)
    assert status == 200
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0


def test_server_errors_and_html(call, control):
    control.add_fault("status", status=502, count=2)
    control.add_fault("html", status=503)
    assert [call()[0] for _ in range(2)] == [502, 502]
    status, headers, body = call()
    assert (status, headers["Content-Type"]) == (503, "text/html")
    assert body.startswith(b"<!DOCTYPE html>")
    assert call()[0] == 200


SET = """mutation S($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }"""


def set_stock(client, control):
    """A write: sets the first variant's stock to 9."""
    item = control.variants()[0]["inventory_item_id"]
    row = {"inventoryItemId": item, "quantity": 9, "changeFromQuantity": 5}
    row["locationId"] = control.info()["locations"][0]["id"]
    given = {"name": "available", "reason": "correction", "quantities": [row]}
    return client.graphql(SET, {"input": given, "key": "k"})


@pytest.mark.parametrize(
    ("kind", "stock"), [("reset_before", 5), ("timeout", 5), ("reset_after", 9), ("truncated", 9)]
)
def test_a_lost_connection_before_or_after_the_write(client, control, kind, stock):
    control.seed(products=[{"sku": "A", "stock": 5}])
    control.add_fault(kind, operation="inventorySetQuantities", seconds=0.01)
    with pytest.raises(LOST):
        set_stock(client, control)
    assert control.stock("A")["available"] == stock
    answer = set_stock(client, control)["data"]["inventorySetQuantities"]
    assert answer == {"userErrors": []}
    assert control.stock("A")["available"] == 9


def test_compare_and_swap_counts_right_through_lost_answers(client, control):
    """Four clients add one to a stock forty times while answers get lost: a repeated key
    finds its first effect, a stale quantity is read again."""
    control.seed(products=[{"sku": "A"}])
    item, location = (
        control.variants()[0]["inventory_item_id"],
        control.info()["locations"][0]["id"],
    )
    control.add_fault("reset_after", operation="inventorySetQuantities", probability=0.1)

    def send(number, attempt, current):
        row = {"inventoryItemId": item, "locationId": location, "quantity": current + 1}
        quantities = [{**row, "changeFromQuantity": current}]
        given = {"name": "available", "reason": "correction", "quantities": quantities}
        while True:
            try:
                answer = client.data(SET, {"input": given, "key": f"{number}-{attempt}"})
                return answer["inventorySetQuantities"]["userErrors"]
            except LOST:
                continue

    def add_one(number):
        attempt = 0
        while send(number, attempt, control.stock("A")["available"]):
            attempt += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(40)))
    assert control.stock("A")["available"] == 40
    assert control.faults()[0]["hits"] > 0


def test_a_fault_hits_only_its_operation(client, control):
    control.add_fault("status", operation="orders*", count=None)
    assert client.data("{ shop { name } }") == {"shop": {"name": "Simulated Store"}}
    status, _answer = client.post(
        client.path,
        {"query": "{ ordersCount { count } }"},
        **{"X-Shopify-Access-Token": client.token},
    )
    assert status == 503
    assert control.faults()[0]["hits"] == 1
    control.clear_faults()
    assert client.data("{ ordersCount { count } }") == {"ordersCount": {"count": 0}}


def test_a_share_of_the_calls_is_hit_the_same_for_the_same_seed():
    def hits(seed):
        faults = Faults(seed)
        faults.add("status", probability=0.25)
        return [faults.draw("orders") is not None for _ in range(400)]

    assert hits(1) == hits(1)
    assert 70 <= sum(hits(1)) <= 130


def test_the_token_endpoint_can_fail_too(client, control):
    control.add_fault("status", operation="access_token", status=500)
    assert client.post("/admin/oauth/access_token", {})[0] == 500


def test_unknown_kinds_and_commands_are_refused(control):
    with pytest.raises(ControlError, match="Unknown fault 'earthquake'"):
        control.add_fault("earthquake")
    with pytest.raises(ControlError, match="Unknown command 'dance'"):
        control.call("dance")


def test_calls_are_counted_by_operation(client, control):
    for _ in range(3):
        client.data("{ shop { name } }")
    client.data("{ shop { name } currentAppInstallation { id } }")
    stats = control.stats()
    counted = {name: row["calls"] for name, row in stats["operations"].items()}
    assert counted == {"shop": 3, "shop+currentAppInstallation": 1}
    assert stats["calls"] == 4
    assert stats["seconds"] == sum(row["seconds"] for row in stats["operations"].values())
    assert control.calls("shop") == 3
    control.reset_stats()
    assert control.calls("shop") == 0
