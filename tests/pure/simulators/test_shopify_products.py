# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products, variants, search, pages and markers."""

import pytest

VARIANTS = """query V($query: String, $first: Int!, $after: String) {
  productVariants(first: $first, after: $after, query: $query) {
    nodes { sku barcode } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}"""
PRODUCTS = [
    {"sku": "SHIRT-S", "barcode": "4006381333931", "title": "Shirt", "price": "10.00"},
    {"sku": "shirt-m", "barcode": "4006381333948", "title": "Shirt", "price": "12.50"},
    {"sku": "MUG", "barcode": "", "title": "Blue mug", "status": "DRAFT", "taxable": False},
    {"sku": "O'Neill 1", "title": "Cap"},
]


@pytest.fixture
def shop(control):
    control.seed(products=PRODUCTS)
    return control


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("sku:SHIRT-S", ["SHIRT-S"]),
        ("sku:'SHIRT-M'", ["shirt-m"]),
        ("sku:SHIRT*", ["SHIRT-S", "shirt-m"]),
        ('sku:"O\'Neill 1"', ["O'Neill 1"]),
        ("sku:'O\\'Neill 1'", ["O'Neill 1"]),
        ("sku:NOPE", []),
        ("barcode:4006381333948", ["shirt-m"]),
        ("sku:MUG OR barcode:4006381333931", ["SHIRT-S", "MUG"]),
        ("sku:MUG OR sku:SHIRT-S", ["SHIRT-S", "MUG"]),
        ("title:'Default Title' AND taxable:false", ["MUG"]),
        ("-sku:MUG -sku:SHIRT*", ["O'Neill 1"]),
        ("NOT (sku:SHIRT* OR sku:MUG)", ["O'Neill 1"]),
        ("product_status:draft", ["MUG"]),
        ("blue", ["MUG"]),
        ("inventory_quantity:<100", ["SHIRT-S", "shirt-m", "MUG", "O'Neill 1"]),
        ("inventory_quantity:>=1", []),
    ],
)
def test_search(shop, client, query, skus):
    data = client.data(VARIANTS, {"query": query, "first": 10})
    assert [row["sku"] for row in data["productVariants"]["nodes"]] == skus


def test_a_search_by_id_range(shop, client):
    number = shop.variants()[2]["id"].rsplit("/", 1)[1]
    data = client.data(VARIANTS, {"query": f"id:>={number}", "first": 10})
    assert [row["sku"] for row in data["productVariants"]["nodes"]] == ["MUG", "O'Neill 1"]


def test_a_search_by_ids(shop, client):
    numbers = [row["id"].rsplit("/", 1)[1] for row in shop.variants()]
    query = f"id:{numbers[2]} OR id:{numbers[0]} OR id:42"
    data = client.data(VARIANTS, {"query": query, "first": 10})
    assert [row["sku"] for row in data["productVariants"]["nodes"]] == ["SHIRT-S", "MUG"]


def test_an_unknown_search_field_filters_nothing_and_warns(shop, client):
    answer = client.graphql(VARIANTS, {"query": "colour:red", "first": 10})
    assert len(answer["data"]["productVariants"]["nodes"]) == 4
    assert answer["extensions"]["search"] == [
        {
            "path": ["productVariants"],
            "query": "colour:red",
            "warnings": [
                {
                    "field": "colour",
                    "message": "Invalid search field for this query.",
                    "code": "invalid_field",
                }
            ],
        }
    ]


def test_pages_follow_each_other(control, client):
    control.seed(count=7)
    seen, after, pages = [], None, 0
    while pages == 0 or after:
        page = client.data(VARIANTS, {"first": 3, "after": after})["productVariants"]
        seen += [row["sku"] for row in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] is (pages > 0)
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        pages += 1
    assert seen == [f"SIM-{number:05d}" for number in range(1, 8)]
    assert pages == 3


def test_a_foreign_cursor_is_refused(control, client):
    (error,) = client.graphql(VARIANTS, {"first": 1, "after": "abc"})["errors"]
    assert error["message"] == "Invalid cursor for current pagination sort: abc"


def test_identifiers(shop, client):
    variant = shop.variants()[0]
    query = """query I($v: ProductVariantIdentifierInput!, $p: ProductIdentifierInput!) {
      productVariantByIdentifier(identifier: $v) { sku price taxable inventoryItem { tracked } }
      productByIdentifier(identifier: $p) { title status variantsCount { count } }
    }"""
    data = client.data(query, {"v": {"id": variant["id"]}, "p": {"handle": "blue-mug"}})
    assert data == {
        "productVariantByIdentifier": {
            "sku": "SHIRT-S",
            "price": "10.00",
            "taxable": True,
            "inventoryItem": {"tracked": True},
        },
        "productByIdentifier": {
            "title": "Blue mug",
            "status": "DRAFT",
            "variantsCount": {"count": 1},
        },
    }
    both = {"v": {"id": variant["id"]}, "p": {"handle": "x", "id": variant["product_id"]}}
    (error,) = client.graphql(query, both)["errors"]
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
