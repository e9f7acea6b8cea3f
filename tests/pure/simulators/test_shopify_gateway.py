# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the simulated gateway refuses before a field is resolved, in the shapes recorded on a live
store (2026-07, https://shopify.dev/docs/api/admin-graphql)."""

SHOP = "{ shop { name } }"


def test_other_versions_and_paths_are_not_found(client):
    headers = {"X-Shopify-Access-Token": client.token}
    for path in ("/admin/api/2026-07/graphql.json", "/admin/api/2026-10/shop.json", "/nowhere"):
        assert client.post(path, {"query": SHOP}, **headers) == (404, {"errors": "Not Found"})


def test_a_wrong_token_is_unauthorized(client):
    message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    for headers in ({}, {"X-Shopify-Access-Token": "shpat_wrong"}):
        assert client.post(client.path, {"query": SHOP}, **headers) == (401, {"errors": message})


def test_a_body_without_a_query_is_a_bad_request(client):
    answer = client.post(client.path, {"variables": {}}, **{"X-Shopify-Access-Token": client.token})
    assert answer == (400, {"errors": {"query": "Required parameter missing or invalid"}})


def test_answers_name_their_version(client):
    headers = {"X-Shopify-Access-Token": client.token}
    _status, received, _body = client.request(
        "POST", client.path, f'{{"query": "{SHOP}"}}', headers
    )
    assert received["X-Shopify-API-Version"] == "2026-10"
    assert received["Content-Type"] == "application/json; charset=utf-8"


def test_unknown_field(client):
    (error,) = client.graphql("query Q {\n  shop {\n    nme\n  }\n}")["errors"]
    assert error == {
        "message": "Field 'nme' doesn't exist on type 'Shop'",
        "locations": [{"line": 3, "column": 5}],
        "path": ["query Q", "shop", "nme"],
        "extensions": {"code": "undefinedField", "typeName": "Shop", "fieldName": "nme"},
    }


def test_object_without_selection(client):
    (error,) = client.graphql("query Q {\n  shop\n}")["errors"]
    assert error["message"] == (
        "Field must have selections (field 'shop' returns Shop but has no selections."
        " Did you mean 'shop { ... }'?)"
    )
    assert error["extensions"]["code"] == "selectionMismatch"


def test_syntax_error(client):
    (error,) = client.graphql("query Q {\n  shop {\n    id\n")["errors"]
    assert error["extensions"] == {"code": "PARSE_ERROR"}
    assert error["message"].startswith("syntax error, ")


def test_unknown_input_field(client):
    """The 2026-04 removal of `ignoreCompareQuantity`, as the live store reports it."""
    query = """mutation M($input: InventorySetQuantitiesInput!) {
      inventorySetQuantities(input: $input) @idempotent(key: "k") { userErrors { message } }
    }"""
    given = {
        "name": "available",
        "reason": "correction",
        "ignoreCompareQuantity": True,
        "quantities": [],
    }
    (error,) = client.graphql(query, {"input": given})["errors"]
    assert error["message"] == (
        "Variable $input of type InventorySetQuantitiesInput! was provided invalid value for"
        " ignoreCompareQuantity (Field is not defined on InventorySetQuantitiesInput)"
    )
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
    assert error["extensions"]["value"] == given
    assert error["extensions"]["problems"] == [
        {
            "path": ["ignoreCompareQuantity"],
            "explanation": "Field is not defined on InventorySetQuantitiesInput",
        }
    ]


def test_missing_variable_and_missing_input_field(client):
    query = """mutation M($m: [MetafieldsSetInput!]!) {
      metafieldsSet(metafields: $m) { userErrors { message } }
    }"""
    (error,) = client.graphql(query)["errors"]
    assert error["message"] == (
        "Variable $m of type [MetafieldsSetInput!]! was provided invalid value"
    )
    assert error["extensions"]["problems"] == [
        {"path": [], "explanation": "Expected value to not be null"}
    ]
    (error,) = client.graphql(query, {"m": [{"key": "k", "value": "v"}]})["errors"]
    assert error["extensions"]["problems"] == [
        {"path": [0, "ownerId"], "explanation": "Expected value to not be null"}
    ]


def test_what_is_no_global_id_is_refused(client):
    query = "query Q($id: ID!) { order(id: $id) { id } }"
    (error,) = client.graphql(query, {"id": "1001"})["errors"]
    assert error["extensions"]["problems"] == [
        {"path": [], "explanation": "Invalid global id '1001'"}
    ]
    assert client.data(query, {"id": "gid://shopify/Order/1"}) == {"order": None}


def test_lists_of_more_than_250_are_refused(client):
    ids = [f"gid://shopify/Order/{number}" for number in range(251)]
    answer = client.graphql("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})
    assert answer == {
        "errors": [
            {
                "message": "The input array size of 251 is greater than the maximum allowed of"
                " 250.",
                "path": ["nodes", "ids"],
                "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
            }
        ]
    }


def test_what_is_not_simulated_is_an_error_not_a_success(client):
    query = 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["a"]) { node { id } } }'
    answer = client.graphql(query)
    assert answer["data"] == {"tagsAdd": None}
    assert answer["errors"][0]["extensions"] == {"code": "NOT_SIMULATED"}


def test_pages_need_a_size_within_limits(client):
    for arguments, message in (
        ("", "you must provide one of first or last"),
        ("(first: 1, last: 1)", "providing both first and last is not supported"),
        ("(first: 251)", "first cannot exceed 250"),
    ):
        (error,) = client.graphql(f"{{ orders{arguments} {{ nodes {{ id }} }} }}")["errors"]
        assert (error["message"], error["extensions"]["code"]) == (message, "BAD_REQUEST")


def test_other_sites_pages_cannot_use_it(client):
    status, _headers, _body = client.request(
        "POST", "/page/order", "sku=A", {"Origin": "http://evil.example"}
    )
    assert status == 403
