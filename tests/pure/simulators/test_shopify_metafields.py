# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metafields and their definitions: the marks an app leaves on what it knows."""

import pytest


@pytest.fixture
def shop(control):
    control.seed(products=[{"sku": sku} for sku in ("A", "B", "C")])
    return control


DEFINE = """mutation D($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { namespace key type { name } capabilities { uniqueValues { enabled } } }
    userErrors { field code }
  }
}"""
MARK = """mutation M($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { namespace key value type }
    userErrors { field message code } }
}"""
MARKER = {
    "name": "Odoo",
    "namespace": "$app:odoo",
    "key": "id",
    "type": "id",
    "ownerType": "PRODUCTVARIANT",
}


def marker(owner, value):
    return {"ownerId": owner, "namespace": "$app:odoo", "key": "id", "type": "id", "value": value}


FIND = """query F($identifier: ProductVariantIdentifierInput!, $query: String!) {
  productVariantByIdentifier(identifier: $identifier) { sku }
  productVariants(first: 5, query: $query) {
    nodes { sku metafield(namespace: "$app:odoo", key: "id") { value } } }
}"""


def test_an_id_definition_is_unique_by_itself_and_made_once(shop, client):
    created = client.data(DEFINE, {"definition": MARKER})["metafieldDefinitionCreate"]
    assert created == {
        "createdDefinition": {
            "namespace": "app--297641984001--odoo",
            "key": "id",
            "type": {"name": "id"},
            "capabilities": {"uniqueValues": {"enabled": True}},
        },
        "userErrors": [],
    }
    again = client.data(DEFINE, {"definition": MARKER})["metafieldDefinitionCreate"]
    assert again["userErrors"] == [{"field": ["definition", "key"], "code": "TAKEN"}]


def test_markers_are_found_by_identifier_and_by_search(shop, client):
    client.data(DEFINE, {"definition": MARKER})
    value = "product.product:43"
    written = client.data(MARK, {"metafields": [marker(shop.variants()[1]["id"], value)]})
    assert written["metafieldsSet"]["metafields"] == [
        {"namespace": "app--297641984001--odoo", "key": "id", "value": value, "type": "id"}
    ]
    custom = {"namespace": "$app:odoo", "key": "id", "value": value}
    given = {"identifier": {"customId": custom}, "query": f"metafields.$app:odoo.id:'{value}'"}
    assert client.data(FIND, given) == {
        "productVariantByIdentifier": {"sku": "B"},
        "productVariants": {"nodes": [{"sku": "B", "metafield": {"value": value}}]},
    }


def test_a_lookup_by_marker_needs_the_definition(shop, client):
    custom = {"namespace": "$app:odoo", "key": "id", "value": "a"}
    query = """query F($identifier: ProductVariantIdentifierInput!) {
      productVariantByIdentifier(identifier: $identifier) { sku } }"""
    answer = client.graphql(query, {"identifier": {"customId": custom}})
    assert answer["data"] == {"productVariantByIdentifier": None}
    (error,) = answer["errors"]
    assert error["message"] == (
        "Metafield definition of type 'id' is required when using custom ids."
    )
    assert error["extensions"] == {"code": "NOT_FOUND"}
    client.data(DEFINE, {"definition": MARKER})
    found = client.data(query, {"identifier": {"customId": custom}})
    assert found == {"productVariantByIdentifier": None}


def test_a_unique_marker_belongs_to_one_owner_and_batches_are_all_or_nothing(shop, client):
    client.data(DEFINE, {"definition": MARKER})
    first, second = (row["id"] for row in shop.variants()[:2])
    client.data(MARK, {"metafields": [marker(first, "a")]})
    refused = client.data(MARK, {"metafields": [marker(second, "b"), marker(second, "a")]})
    assert refused["metafieldsSet"] == {
        "metafields": [],
        "userErrors": [
            {
                "field": ["metafields", "1", "value"],
                "message": "Value has already been taken",
                "code": "TAKEN",
            }
        ],
    }
    query = (
        "query Q($id: ID!) { productVariant(id: $id) { metafields(first: 5) { nodes { key } } } }"
    )
    assert client.data(query, {"id": second})["productVariant"]["metafields"]["nodes"] == []


def test_at_most_25_metafields_a_call(shop, client):
    owner = shop.variants()[0]["id"]
    answer = client.data(MARK, {"metafields": [marker(owner, str(n)) for n in range(26)]})
    assert answer["metafieldsSet"]["userErrors"] == [
        {
            "field": ["metafields"],
            "message": "Exceeded the maximum metafields input limit of 25.",
            "code": "LESS_THAN_OR_EQUAL_TO",
        }
    ]


def mark(client, *rows):
    return client.data(MARK, {"metafields": list(rows)})["metafieldsSet"]


def errors_of(client, *rows):
    return [(one["field"], one["code"]) for one in mark(client, *rows)["userErrors"]]


def test_a_unique_marker_may_not_be_given_twice_in_one_call(shop, client):
    client.data(DEFINE, {"definition": MARKER})
    first, second = (row["id"] for row in shop.variants()[:2])
    twice = (marker(first, "a"), marker(second, "a"))
    assert errors_of(client, *twice) == [(["metafields", "1", "value"], "TAKEN")]
    assert errors_of(client, marker(first, "a")) == []
    assert errors_of(client, marker(first, "b"), marker(second, "c")) == []
    assert errors_of(client, marker(second, "a")) == []  # free again


def test_what_a_metafield_may_be(shop, client):
    owner = shop.variants()[0]["id"]
    client.data(DEFINE, {"definition": MARKER})
    for changed, field, code in (
        ({"key": "i"}, ["metafields", "0", "key"], "TOO_SHORT"),
        ({"namespace": "ab"}, ["metafields", "0", "namespace"], "TOO_SHORT"),
        ({"value": ""}, ["metafields", "0", "value"], "BLANK"),
        ({"type": "json"}, ["metafields", "0", "type"], "INVALID_TYPE"),
        ({"ownerId": "gid://shopify/ProductVariant/1"}, ["metafields", "0", "ownerId"], "INVALID"),
        ({"namespace": "app--1--odoo"}, ["metafields", "0"], "APP_NOT_AUTHORIZED"),
        ({"compareDigest": "x"}, ["metafields", "0"], "STALE_OBJECT"),
    ):
        assert errors_of(client, {**marker(owner, "a"), **changed}) == [(field, code)]
    assert errors_of(client, {**marker(owner, "a"), "compareDigest": None}) == []


def test_a_definition_of_another_app_or_of_no_type_is_refused(client, control):
    for changed, field, code in (
        ({"namespace": "app--1--odoo"}, "namespace", "RESERVED_NAMESPACE_KEY"),
        ({"type": "identifier"}, "type", "INCLUSION"),
    ):
        payload = client.data(DEFINE, {"definition": {**MARKER, **changed}})
        assert payload["metafieldDefinitionCreate"] == {
            "createdDefinition": None,
            "userErrors": [{"field": ["definition", field], "code": code}],
        }


DELETE = """mutation D($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { deletedMetafields { ownerId namespace key }
    userErrors { field message } }
}"""


def test_markers_are_deleted(shop, client):
    client.data(DEFINE, {"definition": MARKER})
    owner, other = (row["id"] for row in shop.variants()[:2])
    mark(client, marker(owner, "a"))
    place = {"namespace": "$app:odoo", "key": "id"}
    rows = [{"ownerId": owner, **place}, {"ownerId": other, **place}]
    assert client.data(DELETE, {"metafields": rows})["metafieldsDelete"] == {
        "deletedMetafields": [
            {"ownerId": owner, "namespace": "app--297641984001--odoo", "key": "id"},
            None,
        ],
        "userErrors": [],
    }
    assert errors_of(client, marker(other, "a")) == []


def test_another_app_s_metafields_are_not_deleted(shop, client):
    rows = [{"ownerId": shop.variants()[0]["id"], "namespace": "app--1--odoo", "key": "id"}]
    message = (
        "Access to this namespace and key on Metafields for this resource type is not allowed."
    )
    assert client.data(DELETE, {"metafields": rows})["metafieldsDelete"] == {
        "deletedMetafields": [],
        "userErrors": [{"field": ["metafields"], "message": message}],
    }


def test_who_may_not_change_products_may_not_mark_them(shop, client):
    owner = shop.variants()[0]["id"]
    shop.set_scopes(remove=["write_products"])
    row = {"ownerId": owner, "namespace": "$app:odoo", "key": "id"}
    for query, variables in (
        (DEFINE, {"definition": MARKER}),
        (MARK, {"metafields": [marker(owner, "a")]}),
        (DELETE, {"metafields": [row]}),
    ):
        answer = client.graphql(query, variables)
        (error,) = answer["errors"]
        assert list(answer["data"].values()) == [None]
        assert error["extensions"]["code"] == "ACCESS_DENIED"
        assert error["message"] == (
            f"Access denied for {error['path'][0]} field. Required access: the same access level"
            " needed to mutate the owner resource. For instance, if you want to set a metafield"
            " on a product, you need the same permissions as you would need to mutate a product."
        )
