# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Costs, against what live stores answered, and the throttle."""

import pytest
from graphql import parse

from dev.simulators.shopify.cost import Calculator
from dev.simulators.shopify.schema import load_schema
from dev.simulators.shopify.throttle import Bucket

LEVEL = 'id item { id } location { id name } quantities(names: ["available"]) { name quantity }'
EDGES = f"edges {{ cursor node {{ {LEVEL} }} }} pageInfo {{ hasNextPage }}"
NODES = f"nodes {{ {LEVEL} }}"
HOOKS = "nodes { id endpoint { __typename } } edges { cursor node { id } } pageInfo { endCursor }"
# (what was sent, the requestedQueryCost a live store answered)
RECORDED = [
    ('{ product(id: "") { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }', 25),
    (
        f"""{{ inventoryItem(id: "") {{ id
        a: inventoryLevels(first: 10) {{ {EDGES} }} b: inventoryLevels(first: 10) {{ {EDGES} }}
        c: inventoryLevels(first: 1) {{ {NODES} }} d: inventoryLevels(first: 5) {{ {NODES} }}
        e: inventoryLevels(first: 5) {{ nodes {{ id }} }}
        f: inventoryLevels(first: 5) {{ {NODES} }} g: inventoryLevels(first: 10) {{ {NODES} }}
        }} }}""",
        94,
    ),
    (f"{{ webhookSubscriptions(first: 2) {{ {HOOKS} }} }}", 4),
    (f"{{ webhookSubscriptions(first: 3) {{ {HOOKS} }} }}", 6),
    ('{ nodes(ids: ["a", "b", "c", "d", "e", "f", "g"]) { __typename } }', 1),
    (
        """mutation { inventorySetQuantities(input: {name: "", reason: "", quantities: []}) {
        inventoryAdjustmentGroup { id changes { name item { id } location { id name } } }
        userErrors { field message } } }""",
        13,
    ),
    (
        """mutation { orderCreate(order: {}) { order { id
        currentTotalPriceSet { shopMoney { amount } presentmentMoney { amount } }
        lineItems(first: 5) { nodes { originalUnitPriceSet { shopMoney { amount } } } } }
        userErrors { message } } }""",
        15,
    ),
    (
        """mutation { orderCreate(order: {}) { order { id lineItems(first: 5) { nodes { id } }
        fulfillmentOrders(first: 5) { nodes { id
          lineItems(first: 5) { nodes { id lineItem { id title } } } } } }
        userErrors { message } } }""",
        44,
    ),
    (
        """mutation { orderUpdate(input: {id: ""}) { order { id
        lineItems(first: 20) { nodes { id } pageInfo { endCursor } } } userErrors { field } } }""",
        17,
    ),
    (
        """mutation { webhookSubscriptionDelete(id: "") { deletedWebhookSubscriptionId
        userErrors { message } } }""",
        10,
    ),
]


@pytest.mark.parametrize(("document", "cost"), RECORDED)
def test_requested_cost_is_the_recorded_one(document, cost):
    operation = parse(document).definitions[0]
    assert Calculator(load_schema(), {}, {}).requested(operation) == cost


def test_an_interface_costs_its_dearest_selection():
    operation = parse(
        """{ node(id: "") { ... on Order { id customer { id } } ... on Product
        { id category { id } featuredMedia { id } } } }"""
    ).definitions[0]
    assert Calculator(load_schema(), {}, {}).requested(operation) == 3


def test_a_query_of_more_than_1000_points_is_refused(client):
    answer = client.graphql(
        """{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id
        variant { id product { id variants(first: 100) { nodes { id } } } } } } } } }"""
    )
    # 2 + 11 × (1 + 2 + 11 × (1 + 1 + 1 + 2 + 9 × 1))
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert (error["extensions"]["cost"], error["extensions"]["maxCost"]) == (1729, 1000)
    assert "data" not in answer


def test_the_difference_to_the_actual_cost_is_given_back(client, control):
    control.configure(bucket=[1000, 0])
    answer = client.graphql("{ orders(first: 250) { nodes { id } } shop { name } }")
    assert answer["extensions"]["cost"] == {
        "requestedQueryCost": 14,
        "actualQueryCost": 3,
        "throttleStatus": {
            "maximumAvailable": 1000.0,
            "currentlyAvailable": 997,
            "restoreRate": 0.0,
        },
    }


def test_an_empty_bucket_throttles_with_http_200(client, control):
    control.configure(bucket=[12, 0])
    answer = client.graphql("{ orders(first: 250) { nodes { id } } }")
    assert answer == {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }
        ],
        "extensions": {
            "cost": {
                "requestedQueryCost": 13,
                "actualQueryCost": None,
                "throttleStatus": {
                    "maximumAvailable": 12.0,
                    "currentlyAvailable": 12,
                    "restoreRate": 0.0,
                },
            }
        },
    }


def test_a_bucket_refills_to_its_size():
    now = [100.0]
    bucket = Bucket(1000, 50, clock=lambda: now[0])
    assert bucket.take(900) is True
    assert bucket.take(101) is False
    now[0] += 2.0
    assert bucket.status()["currentlyAvailable"] == 200
    assert bucket.take(200) is True
    now[0] += 3600.0
    assert bucket.status()["currentlyAvailable"] == 1000


def test_plans_have_their_rates(client, control):
    for plan, maximum, rate in (("basic", 2000.0, 100.0), ("plus", 20000.0, 1000.0)):
        control.configure(plan=plan)
        status = client.graphql("{ shop { name } }")["extensions"]["cost"]["throttleStatus"]
        assert (status["maximumAvailable"], status["restoreRate"]) == (maximum, rate)


def test_a_drained_bucket_is_drained_for_every_token(client, control):
    control.configure(bucket=[500, 0])
    other = control.issue_token()
    control.drain_bucket()
    (error,) = client.graphql("{ shop { name } }", token=other)["errors"]
    assert error["extensions"]["code"] == "THROTTLED"
