# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`inventorySetQuantities` as a live store answers it on 2026-04 and later."""

import pytest

SET = """mutation S($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { reason referenceDocumentUri
      changes { name delta quantityAfterChange item { sku } location { name } } }
    userErrors { field code }
  }
}"""


@pytest.fixture
def shop(control):
    control.add_location("Shop floor")
    control.seed(products=[{"sku": sku, "stock": 5} for sku in ("A", "B")])
    return control


class Setter:
    """Sends quantities by SKU."""

    def __init__(self, client, control):
        self.client = client
        self.items = {row["sku"]: row["inventory_item_id"] for row in control.variants()}
        self.location = control.info()["locations"][0]["id"]

    def row(self, sku, quantity, **more):
        item = self.items.get(sku, sku)
        location = more.pop("location", self.location)
        return {"inventoryItemId": item, "locationId": location, "quantity": quantity, **more}

    def __call__(self, *rows, key="key-1", query=SET, **given):
        values = {"name": "available", "reason": "correction", "quantities": list(rows), **given}
        return self.client.graphql(query, {"input": values, "key": key})

    def payload(self, *rows, **given):
        answer = self(*rows, **given)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["inventorySetQuantities"]


@pytest.fixture
def push(shop, client):
    return Setter(client, shop)


def test_a_quantity_is_set_with_its_mirror(push, shop):
    payload = push.payload(
        push.row("A", 12, changeFromQuantity=5), referenceDocumentUri="gid://odoo/Job/1"
    )
    change = {
        "delta": 7,
        "quantityAfterChange": None,
        "item": {"sku": "A"},
        "location": {"name": "Main warehouse"},
    }
    assert payload == {
        "inventoryAdjustmentGroup": {
            "reason": "correction",
            "referenceDocumentUri": "gid://odoo/Job/1",
            "changes": [{"name": "available", **change}, {"name": "on_hand", **change}],
        },
        "userErrors": [],
    }
    assert (shop.stock("A")["available"], shop.stock("A")["on_hand"]) == (12, 12)


def test_null_overwrites_without_comparing(push, shop):
    push.payload(push.row("A", 3, changeFromQuantity=None))
    assert shop.stock("A")["available"] == 3


def test_on_hand_keeps_what_is_committed(push, shop):
    shop.place_order(lines=[{"sku": "A", "quantity": 2}], email="a@example.com")
    push.payload(push.row("A", 9, changeFromQuantity=5), name="on_hand")
    stock = shop.stock("A")
    assert (stock["available"], stock["committed"], stock["on_hand"]) == (7, 2, 9)


def test_one_stale_row_refuses_the_whole_call(push, shop):
    payload = push.payload(
        push.row("A", 1, changeFromQuantity=5), push.row("B", 1, changeFromQuantity=4)
    )
    assert payload == {
        "inventoryAdjustmentGroup": None,
        "userErrors": [
            {
                "field": ["input", "quantities", "1", "changeFromQuantity"],
                "code": "CHANGE_FROM_QUANTITY_STALE",
            }
        ],
    }
    assert (shop.stock("A")["available"], shop.stock("B")["available"]) == (5, 5)


def test_nothing_to_change_makes_no_group(push):
    payload = push.payload(push.row("A", 5, changeFromQuantity=5))
    assert payload == {"inventoryAdjustmentGroup": None, "userErrors": []}


def test_a_location_need_not_be_activated_first(push, shop):
    floor = shop.info()["locations"][1]["id"]
    push.payload(push.row("A", 4, changeFromQuantity=0, location=floor))
    assert shop.stock("A", "Shop floor")["available"] == 4
    assert shop.stock("A")["available"] == 5


def test_the_idempotency_directive_is_mandatory(push, shop):
    query = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    answer = push(push.row("A", 1, changeFromQuantity=5), query=query)
    assert answer["errors"] == [
        {
            "message": "The @idempotent directive is required for this mutation but was not"
            " provided.",
            "locations": [{"line": 2, "column": 3}],
            "extensions": {"code": "BAD_REQUEST"},
            "path": ["inventorySetQuantities"],
        }
    ]
    assert answer["data"] == {"inventorySetQuantities": None}
    assert shop.stock("A")["available"] == 5


def test_a_blank_key_is_none(push):
    (error,) = push(push.row("A", 1, changeFromQuantity=5), key="  ")["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}


def test_change_from_quantity_must_be_given(push, shop):
    (error,) = push(push.row("A", 1))["errors"]
    assert error["message"] == (
        "InventoryQuantityInput must include the following argument: changeFromQuantity."
    )
    assert error["extensions"] == {"code": "INVALID_FIELD_ARGUMENTS"}
    assert shop.stock("A")["available"] == 5


def test_the_same_key_answers_the_same_without_a_second_effect(push, shop):
    rows = [push.row("A", 8, changeFromQuantity=5)]
    first = push.payload(*rows)
    shop.set_stock("A", 5)
    assert push.payload(*rows) == first
    assert shop.stock("A")["available"] == 5


def test_the_same_key_with_other_parameters_is_refused(push, shop):
    push.payload(push.row("A", 8, changeFromQuantity=5))
    payload = push.payload(push.row("A", 9, changeFromQuantity=8))
    assert payload["userErrors"] == [{"field": None, "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]
    assert shop.stock("A")["available"] == 8


def test_a_failed_key_is_spent(push):
    stale = push.row("A", 8, changeFromQuantity=1)
    assert push.payload(stale)["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    assert push.payload(stale)["userErrors"] == [
        {"field": None, "code": "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}
    ]


def test_a_store_that_compares_again_refuses_its_own_change(push, shop):
    """The other behaviour seen on a live store: a repeated call meets what it did itself."""
    shop.configure(idempotent_replay="compare")
    row = push.row("A", 8, changeFromQuantity=5)
    assert push.payload(row)["userErrors"] == []
    assert push.payload(row)["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    assert shop.stock("A")["available"] == 8


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "committed"}, "INVALID_NAME", ["input", "name"]),
        ({"reason": "because"}, "INVALID_REASON", ["input", "reason"]),
        (
            {"referenceDocumentUri": "WH/OUT/1"},
            "INVALID_REFERENCE_DOCUMENT",
            ["input", "referenceDocumentUri"],
        ),
    ],
)
def test_the_header_is_checked(push, given, code, field):
    payload = push.payload(push.row("A", 1, changeFromQuantity=5), **given)
    assert payload["userErrors"] == [{"field": field, "code": code}]


def test_every_row_is_checked(push):
    payload = push.payload(
        push.row("gid://shopify/InventoryItem/42", 1, changeFromQuantity=0),
        push.row("A", 1, changeFromQuantity=0, location="gid://shopify/Location/42"),
        push.row("B", -1, changeFromQuantity=5),
        push.row("B", 1_000_000_001, changeFromQuantity=5),
    )
    path = ["input", "quantities"]
    assert payload["userErrors"] == [
        {"field": [*path, "0", "inventoryItemId"], "code": "INVALID_INVENTORY_ITEM"},
        {"field": [*path, "1", "locationId"], "code": "INVALID_LOCATION"},
        {"field": [*path, "2", "quantity"], "code": "INVALID_QUANTITY_NEGATIVE"},
        {
            "field": [*path, "3", "locationId"],
            "code": "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
        },
        {"field": [*path, "3", "quantity"], "code": "INVALID_QUANTITY_TOO_HIGH"},
    ]


def test_251_quantities_are_refused_before_anything_runs(push, shop):
    answer = push(*[push.row("A", 1, changeFromQuantity=5)] * 251)
    assert answer["errors"][0]["extensions"] == {"code": "MAX_INPUT_SIZE_EXCEEDED"}
    assert answer["errors"][0]["path"] == ["inventorySetQuantities", "input", "quantities"]
    assert shop.stock("A")["available"] == 5


def test_250_quantities_go_through(control, client):
    control.seed(count=250, stock=1)
    push = Setter(client, control)
    rows = [push.row(sku, 7, changeFromQuantity=1) for sku in push.items]
    payload = push.payload(*rows)
    assert len(payload["inventoryAdjustmentGroup"]["changes"]) == 500
    assert payload["userErrors"] == []
    assert control.stock("SIM-00250")["available"] == 7


def test_levels_show_every_quantity_and_when_it_changed(push, client):
    push.payload(push.row("A", 9, changeFromQuantity=5))
    query = """query L($id: ID!) { inventoryItem(id: $id) { inventoryLevels(first: 5) { nodes {
      id location { name } quantities(names: ["available", "on_hand", "incoming"]) {
        name quantity updatedAt } } } } }"""
    (level,) = client.data(query, {"id": push.items["A"]})["inventoryItem"]["inventoryLevels"][
        "nodes"
    ]
    number = push.items["A"].rsplit("/", 1)[1]
    assert level["id"].endswith(f"?inventory_item_id={number}")
    assert [(row["name"], row["quantity"]) for row in level["quantities"]] == [
        ("available", 9),
        ("on_hand", 9),
        ("incoming", 0),
    ]
    assert level["quantities"][0]["updatedAt"] is not None
    assert level["quantities"][1]["updatedAt"] is None
