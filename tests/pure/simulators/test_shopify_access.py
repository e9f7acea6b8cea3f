# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens, their end, and access scopes."""

TOKEN_PATH = "/admin/oauth/access_token"
CREDENTIALS = {
    "client_id": "simulated-client-id",
    "client_secret": "simulated-client-secret",
    "grant_type": "client_credentials",
}
SHOP = "{ shop { name } }"


def status(client, token):
    return client.post(client.path, {"query": SHOP}, **{"X-Shopify-Access-Token": token})[0]


def test_client_credentials_give_a_token_for_a_day(client, control):
    code, answer = client.post(TOKEN_PATH, CREDENTIALS)
    assert code == 200
    assert answer["expires_in"] == 86399
    assert "write_inventory" in answer["scope"].split(",")
    token = answer["access_token"]
    assert status(client, token) == 200
    control.advance(86398)
    assert status(client, token) == 200
    control.advance(2)
    assert status(client, token) == 401
    assert status(client, client.token) == 200


def test_a_form_is_accepted_too(client):
    body = "client_id=simulated-client-id&client_secret=simulated-client-secret"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    grant = f"{body}&grant_type=client_credentials"
    assert client.request("POST", TOKEN_PATH, grant, headers)[0] == 200


def test_wrong_credentials_are_refused(client, control):
    for wrong, error in (
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "application_cannot_be_found"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ):
        code, answer = client.post(TOKEN_PATH, {**CREDENTIALS, **wrong})
        assert (code, answer["error"]) == (400, error)
    control.configure(same_organisation=False)
    assert client.post(TOKEN_PATH, CREDENTIALS) == (
        400,
        {
            "error": "shop_not_permitted",
            "error_description": "Client credentials cannot be performed on this shop.",
        },
    )


def test_a_revoked_token_ends_at_once(client, control):
    control.revoke_token(client.token)
    assert status(client, client.token) == 401


def test_a_refused_address_gets_403(client, control):
    control.refuse("This app must call from an allowlisted address.")
    answer = client.post(client.path, {"query": SHOP}, **{"X-Shopify-Access-Token": client.token})
    assert answer == (403, {"errors": "This app must call from an allowlisted address."})


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
    control.set_scopes(remove=control.set_scopes(), add=["read_products"])
    query = "{ currentAppInstallation { app { apiKey } accessScopes { handle } } }"
    assert client.data(query)["currentAppInstallation"] == {
        "app": {"apiKey": "simulated-client-id"},
        "accessScopes": [{"handle": "read_products"}],
    }
