# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Revoked tokens, refusals and access scopes."""

SHOP = "{ shop { name } }"


def status(client, token):
    return client.post(client.path, {"query": SHOP}, **{"X-Shopify-Access-Token": token})[0]


def test_a_revoked_token_ends_at_once(client, control):
    control.revoke_token(client.token)
    assert status(client, client.token) == 401


def test_a_missing_scope_denies_the_field(client, control):
    control.set_scopes(remove=["read_locations", "read_inventory", "write_inventory"])
    answer = client.graphql("{ shop { name } locations(first: 1) { nodes { name } } }")
    required = (
        "`read_locations` access scope, `read_inventory` access scope or `read_markets_home`"
        " access scope."
    )
    assert answer["errors"] == [
        {
            "message": f"Access denied for locations field. Required access: {required}",
            "locations": [{"line": 1, "column": 17}],
            "extensions": {
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": required,
            },
            "path": ["locations"],
        }
    ]
    assert answer["data"] is None


def test_a_field_may_need_more_than_its_type(client, control):
    control.set_scopes(remove=["read_inventory", "write_inventory"])
    control.seed(count=1)
    query = """{ productVariants(first: 1) { nodes { sku
      inventoryItem { tracked inventoryLevels(first: 1) { nodes { id } } } } } }"""
    (error,) = client.graphql(query)["errors"]
    assert error["extensions"]["requiredAccess"] == "`read_inventory` access scope."
    assert error["path"][-1] == "inventoryLevels"


def test_writing_implies_reading(client, control):
    control.set_scopes(remove=["read_orders"])
    assert client.data("{ orders(first: 1) { nodes { id } } }") == {"orders": {"nodes": []}}


def test_a_node_is_bound_by_the_scopes_of_its_type(client, control):
    control.seed(count=1)
    order = control.place_order(lines=[{"sku": "SIM-00001"}], email="a@example.com")
    query = "query Q($id: ID!) { node(id: $id) { id } }"
    assert client.data(query, {"id": order["id"]}) == {"node": {"id": order["id"]}}
    control.set_scopes(remove=["read_orders", "write_orders"])
    (error,) = client.graphql(query, {"id": order["id"]})["errors"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"


def test_orders_older_than_60_days_need_a_scope(client, control):
    control.seed(count=1)
    old = control.place_order(lines=[{"sku": "SIM-00001"}], email="a@example.com")
    control.advance(61 * 86400)
    new = control.place_order(lines=[{"sku": "SIM-00001"}], email="a@example.com")
    query = "query Q($id: ID!) { order(id: $id) { name } orders(first: 5) { nodes { name } } }"
    both = client.data(query, {"id": old["id"]})
    assert both["order"] == {"name": old["name"]}
    assert [row["name"] for row in both["orders"]["nodes"]] == [old["name"], new["name"]]
    control.set_scopes(remove=["read_all_orders"])
    assert client.data(query, {"id": old["id"]}) == {
        "order": None,
        "orders": {"nodes": [{"name": new["name"]}]},
    }


def test_the_app_sees_its_scopes(client, control):
    control.set_scopes(remove=control.set_scopes(), add=["write_products"])
    query = "{ currentAppInstallation { app { apiKey } accessScopes { handle } } }"
    assert client.data(query)["currentAppInstallation"] == {
        "app": {"apiKey": "simulated-client-id"},
        "accessScopes": [{"handle": "read_products"}, {"handle": "write_products"}],
    }
