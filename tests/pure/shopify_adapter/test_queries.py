# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every document against the official schema of the pinned version, and what it costs."""

import json
from pathlib import Path

import golden_orders
import pytest
from graphql import (
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    default_type_resolver,
    execute,
    parse,
    validate,
)

from odoo.addons.storefront_connector.platforms.shopify import const, queries

from dev.simulators.shopify.cost import MAXIMUM, Calculator
from dev.simulators.shopify.schema import API_VERSION, load_schema

DOCUMENTS = {
    name: text
    for name, text in vars(queries).items()
    if name.isupper() and not name.startswith("_") and isinstance(text, str)
}
DOCUMENTS["VARIANTS_BY_ONE_MARKER"] = queries.variants_by_marker(1)
DOCUMENTS["STOCK_AT_ONE"] = queries.stock(1)
DOCUMENTS["STOCK"] = queries.stock(const.LOCATIONS_PER_FETCH)
DOCUMENTS["VARIANTS_BY_MARKER"] = queries.variants_by_marker(const.MARKERS_PER_LOOKUP)
# What the largest call of each document asks for.
LARGEST = {
    "first": const.MAX_ITEMS,
    "ids": ["gid://shopify/Order/1"] * const.ORDERS_PER_FETCH,
    "namespace": const.MARKER_NAMESPACE,
    "key": const.MARKER_KEY,
    "id": "gid://shopify/Order/1",
    "after": "cursor",
}
FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "shopify").glob("order_*.json"))


@pytest.fixture(scope="module")
def schema():
    return load_schema()


def test_the_schema_is_that_of_the_version_called():
    assert const.API_VERSION == API_VERSION


def test_all_documents_are_here():
    assert len(DOCUMENTS) == 23


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid_and_uses_nothing_deprecated(schema, name):
    document = parse(DOCUMENTS[name])
    problems = validate(schema, document) + validate(schema, document, [NoDeprecatedCustomRule])
    assert [problem.message for problem in problems] == []


def cost(schema, name, **values):
    document = parse(DOCUMENTS[name])
    fragments = {one.name.value: one for one in document.definitions}
    operation = next(x for x in document.definitions if isinstance(x, OperationDefinitionNode))
    return Calculator(schema, fragments, {**LARGEST, **values}).requested(operation)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_largest_call_costs_well_below_the_limit(schema, name):
    is_page = name in ("ORDER_LINES", "ORDER_SHIPPING")
    lines = const.MAX_ITEMS if is_page else const.LINES_PER_ORDER
    assert cost(schema, name, lines=lines) <= MAXIMUM / 4


def test_a_batch_of_orders_halved_thrice_fits_even_if_each_is_counted(schema):
    """`nodes` is counted once whatever its length: seen in recordings, not published."""
    one = cost(schema, "ORDERS", ids=["gid://shopify/Order/1"], lines=const.LINES_PER_ORDER)
    assert one == 130
    assert one * const.ORDERS_PER_FETCH / 8 <= MAXIMUM


def type_of(value, info, abstract_type):
    if "code" in value:
        return "DiscountCodeApplication"
    if "title" in value:
        return "AutomaticDiscountApplication"
    if "company" in value:
        return "PurchasingCompany"
    if isinstance(value.get("id"), str):
        return value["id"].split("/")[3]
    return default_type_resolver(value, info, abstract_type)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_recorded_orders_are_what_the_query_would_answer(schema, path):
    check_answer(schema, json.loads(path.read_text()))


@pytest.mark.parametrize("name", golden_orders.names())
def test_the_golden_orders_are_what_the_query_would_answer(schema, name):
    check_answer(schema, golden_orders.payload(golden_orders.read(name)))


def check_answer(schema, order):
    """No field that isn't asked for, none missing, every enumeration's value known."""
    result = execute(
        schema,
        parse(queries.ORDERS),
        root_value={"nodes": [order]},
        variable_values={"ids": [order["id"]], "lines": const.LINES_PER_ORDER},
        type_resolver=type_of,
    )
    assert result.errors is None
    assert result.data["nodes"] == [order]
