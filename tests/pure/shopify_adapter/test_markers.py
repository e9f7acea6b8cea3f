# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Markers on variants: defined once, written in batches, refused row by row."""

import pytest

from odoo.addons.storefront_connector.platforms import errors

FIELD = {"namespace": "$app:odoo", "key": "id"}


def owner(number):
    return {"ownerId": f"gid://shopify/ProductVariant/{number}", **FIELD}


def written(number, marker):
    return {**owner(number), "type": "id", "value": marker}


def refusal(index, message, field="value", code="TAKEN"):
    return {"code": code, "field": ["metafields", str(index), field], "message": message}


@pytest.mark.parametrize("refusals", [[], [{"code": "TAKEN", "message": "Key is in use"}]])
def test_the_metafield_is_defined_once(store, adapter, refusals):
    store.answer(metafieldDefinitionCreate={"userErrors": refusals})
    adapter.prepare_markers()
    definition = {**FIELD, "name": "Odoo product", "type": "id", "ownerType": "PRODUCTVARIANT"}
    assert store.sent == [{"definition": definition}]


def test_a_definition_may_be_refused(store, adapter):
    row = {"code": "RESOURCE_TYPE_LIMIT_EXCEEDED", "field": None, "message": "Too many"}
    store.answer(metafieldDefinitionCreate={"userErrors": [row]})
    with pytest.raises(errors.Rejected) as caught:
        adapter.prepare_markers()
    assert caught.value.detail == "metafieldDefinitionCreate: Too many"


def test_markers_are_removed_then_written(store, adapter):
    store.answer(metafieldsDelete={"userErrors": []})
    store.answer(metafieldsSet={"userErrors": []})
    markers = {"11": "odoo:5", "12": "", "13": "odoo:6"}
    assert adapter.push_markers(markers) == {}
    assert store.operations == ["MarkersDelete", "MarkersSet"]
    assert store.sent == [
        {"metafields": [owner(12)]},
        {"metafields": [written(11, "odoo:5"), written(13, "odoo:6")]},
    ]


def test_as_many_as_fit_are_one_call(store, adapter):
    store.answer(metafieldsSet={"userErrors": []})
    assert adapter.capabilities.markers_per_push == 25
    assert adapter.push_markers({str(number): f"odoo:{number}" for number in range(1, 26)}) == {}
    assert len(store.script.requests) == 1


def test_what_is_refused_is_named_and_the_rest_is_written(store, adapter):
    """One refused row keeps all others from being written: they are sent again without it."""
    taken, gone = "Value has already been taken", "Owner does not exist."
    store.answer(
        metafieldsSet={"userErrors": [refusal(1, taken), refusal(2, gone, "ownerId", "INVALID")]}
    )
    store.answer(metafieldsSet={"userErrors": [refusal(1, taken)]})
    store.answer(metafieldsSet={"userErrors": []})
    markers = {str(number): f"odoo:{number}" for number in range(1, 6)}
    assert adapter.push_markers(markers) == {"2": taken, "3": gone, "4": taken}
    numbers = [[row["value"] for row in sent["metafields"]] for sent in store.sent]
    assert numbers == [
        ["odoo:1", "odoo:2", "odoo:3", "odoo:4", "odoo:5"],
        ["odoo:1", "odoo:4", "odoo:5"],
        ["odoo:1", "odoo:5"],
    ]


def test_a_row_refused_twice_over_has_its_first_reason(store, adapter):
    store.answer(metafieldsSet={"userErrors": [refusal(0, "first"), refusal(0, "second")]})
    assert adapter.push_markers({"1": "odoo:1"}) == {"1": "first"}
    assert len(store.script.requests) == 1, "nothing is left to send"


def test_a_removal_may_be_refused(store, adapter):
    store.answer(metafieldsDelete={"userErrors": [refusal(0, "No owner", "ownerId")]})
    assert adapter.push_markers({"1": ""}) == {"1": "No owner"}


@pytest.mark.parametrize(
    "path", [None, ["metafields"], ["metafields", "25", "value"], ["metafields", "x"]]
)
def test_a_refusal_of_no_row_is_one_of_the_batch(store, adapter, path):
    row = {"code": "LESS_THAN_OR_EQUAL_TO", "field": path, "message": "Too many"}
    store.answer(metafieldsSet={"userErrors": [row]})
    with pytest.raises(errors.Rejected) as caught:
        adapter.push_markers({"1": "odoo:1"})
    assert caught.value.detail == "metafieldsSet: Too many"


def test_nothing_to_write_is_no_call(store, adapter):
    assert adapter.push_markers({}) == {}
    assert store.script.requests == []


def test_an_id_of_nobody_is_not_sent(store, adapter):
    with pytest.raises(errors.BadPayload):
        adapter.push_markers({"1/../2": "odoo:1"})
    assert store.script.requests == []
