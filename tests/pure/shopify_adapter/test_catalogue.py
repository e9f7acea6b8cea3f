# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Locations, products and the webhook subscriptions."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.event import WebhookSubscription
from odoo.addons.storefront_connector.platforms.documents.product import Variant
from odoo.addons.storefront_connector.platforms.documents.stock import Location

LAST = {"hasNextPage": False, "endCursor": None}


def test_inactive_locations_are_told_too(store, adapter):
    rows = [("1", "Main", True), ("2", "Closed", False)]
    nodes = [
        {"id": f"gid://shopify/Location/{number}", "name": name, "isActive": active}
        for number, name, active in rows
    ]
    store.answer(locations={"nodes": nodes, "pageInfo": LAST})
    assert adapter.fetch_locations() == (
        Location(external_id="1", name="Main"),
        Location(external_id="2", name="Closed", is_active=False),
    )


def node(number, sku, title="Default Title", marker=None):
    return {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": sku,
        "barcode": None,
        "title": title,
        "product": {"id": "gid://shopify/Product/5", "title": "Lamp"},
        "inventoryItem": {"id": f"gid://shopify/InventoryItem/{number + 100}", "tracked": True},
        "marker": {"value": marker} if marker else None,
    }


def variant(number, sku, name="Lamp", marker=""):
    return Variant(
        external_id=str(number),
        product_external_id="5",
        inventory_external_id=str(number + 100),
        name=name,
        sku=sku,
        marker=marker,
    )


def page(*nodes, more=False):
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": more, "endCursor": "ignored"}}


def test_variants_are_read_on_after_the_last_id(store, adapter):
    store.answer(productVariants=page(node(1, "A"), node(7, None, "Red", "odoo:3"), more=True))
    store.answer(productVariants=page(node(9, "C")))
    first = adapter.fetch_variants()
    assert first.items == (variant(1, "A"), variant(7, "", "Lamp - Red", "odoo:3"))
    assert first.next_cursor == "7"
    second = adapter.fetch_variants(first.next_cursor)
    assert (second.items, second.next_cursor) == ((variant(9, "C"),), "")
    marker = {"namespace": "$app:odoo", "key": "id"}
    assert store.sent == [
        {"first": 250, "search": None, **marker},
        {"first": 250, "search": "id:>7", **marker},
    ]


def test_a_shop_without_products(store, adapter):
    store.answer(productVariants=page())
    assert adapter.fetch_variants().items == ()


def test_a_cursor_that_is_none_of_ours_is_never_sent(store, adapter):
    with pytest.raises(errors.BadPayload):
        adapter.fetch_variants("7 OR sku:x")
    assert store.script.requests == []


def test_untracked_variants_are_told(store, adapter):
    untracked = node(1, "A")
    untracked["inventoryItem"]["tracked"] = False
    store.answer(productVariants=page(untracked))
    assert adapter.fetch_variants().items[0].is_stock_tracked is False


def test_skus_are_found_exactly(store, adapter):
    found = page(node(1, "AB-1"), node(2, "ab-1"), node(3, "AB-1"))
    store.answer(productVariants=found)
    assert adapter.find_variants(skus=["AB-1", "AB-1", ""]) == (
        variant(1, "AB-1"),
        variant(3, "AB-1"),
    )
    assert store.sent[0]["search"] == 'sku:"AB-1"'


def test_skus_cannot_change_the_search(store, adapter):
    store.answer(productVariants=page())
    adapter.find_variants(skus=['a" OR sku:"b', "c\\"])
    assert store.sent[0]["search"] == r'sku:"a\" OR sku:\"b" OR sku:"c\\"'


def test_many_skus_take_several_searches(store, adapter):
    for _search in range(3):
        store.answer(productVariants=page())
    adapter.find_variants(skus=[f"S{number}" for number in range(101)])
    assert [sent["search"].count("sku:") for sent in store.sent] == [50, 50, 1]


def test_markers_are_looked_up_one_by_one_in_one_call(store, adapter):
    store.answer(m0=None, m1=node(4, "D", marker="odoo:8"))
    assert adapter.find_variants(markers=["odoo:7", "odoo:8"]) == (
        variant(4, "D", marker="odoo:8"),
    )
    marker = {"namespace": "$app:odoo", "key": "id"}
    assert store.sent == [
        {
            **marker,
            "m0": {"customId": {**marker, "value": "odoo:7"}},
            "m1": {"customId": {**marker, "value": "odoo:8"}},
        }
    ]


def test_a_variant_found_both_ways_comes_once(store, adapter):
    store.answer(m0=node(4, "D", marker="odoo:8"))
    store.answer(productVariants=page(node(4, "D", marker="odoo:8")))
    assert len(adapter.find_variants(skus=["D"], markers=["odoo:8"])) == 1


def test_no_marker_is_found_before_it_is_defined(store, adapter):
    words = "Metafield definition of type 'id' is required when using custom ids."
    store.fail("NOT_FOUND", words)
    assert adapter.find_variants(markers=["odoo:8"]) == ()


def test_nothing_to_find_is_no_call(store, adapter):
    assert adapter.find_variants() == ()
    assert store.script.requests == []


SUBSCRIPTION = {
    "id": "gid://shopify/WebhookSubscription/3",
    "topic": "ORDERS_CREATE",
    "uri": "https://a.example/b",
}
READ = WebhookSubscription(external_id="3", topic="ORDERS_CREATE", url="https://a.example/b")


def test_subscriptions_are_read(store, adapter):
    store.answer(webhookSubscriptions={"nodes": [SUBSCRIPTION], "pageInfo": LAST})
    assert adapter.fetch_webhooks() == (READ,)


def test_a_subscription_is_made(store, adapter):
    store.answer(webhookSubscriptionCreate={"webhookSubscription": SUBSCRIPTION, "userErrors": []})
    assert adapter.create_webhook("ORDERS_CREATE", "https://a.example/b") == READ
    assert store.sent == [{"topic": "ORDERS_CREATE", "input": {"uri": "https://a.example/b"}}]


def test_a_subscription_may_be_refused(store, adapter):
    taken = {
        "field": ["webhookSubscription", "callbackUrl"],
        "message": "Address for this topic has already been taken",
    }
    store.answer(webhookSubscriptionCreate={"webhookSubscription": None, "userErrors": [taken]})
    with pytest.raises(errors.Rejected) as caught:
        adapter.create_webhook("ORDERS_CREATE", "https://a.example/b")
    assert caught.value.field_errors == (("webhookSubscription.callbackUrl", taken["message"]),)


def test_orders_are_subscribed_to_only_with_access_to_customers(store, adapter):
    words = (
        "This app is not approved to subscribe to webhook topics containing protected customer data"
    )
    row = {"field": ["webhookSubscription", "topic"], "message": words}
    store.answer(webhookSubscriptionCreate={"webhookSubscription": None, "userErrors": [row]})
    with pytest.raises(errors.NotConfigured) as caught:
        adapter.create_webhook("ORDERS_CREATE", "https://a.example/b")
    assert caught.value.code == "customer_data_protected"


@pytest.mark.parametrize(
    "refusals", [[], [{"field": ["id"], "message": "Webhook subscription does not exist"}]]
)
def test_a_subscription_is_removed_or_was_gone(store, adapter, refusals):
    store.answer(webhookSubscriptionDelete={"userErrors": refusals})
    adapter.delete_webhook("3")
    assert store.sent == [{"id": "gid://shopify/WebhookSubscription/3"}]


def test_a_removal_may_be_refused(store, adapter):
    refusal = {"field": None, "message": "Not yours"}
    store.answer(webhookSubscriptionDelete={"userErrors": [refusal]})
    with pytest.raises(errors.Rejected):
        adapter.delete_webhook("3")


def test_topics_are_those_of_orders_customers_and_access(adapter):
    assert adapter.webhook_topics == (
        "ORDERS_CREATE",
        "ORDERS_UPDATED",
        "ORDERS_PAID",
        "ORDERS_CANCELLED",
        "CUSTOMERS_CREATE",
        "CUSTOMERS_UPDATE",
        "CUSTOMERS_MERGE",
        "APP_UNINSTALLED",
        "APP_SCOPES_UPDATE",
    )


def test_merges_are_announced_where_their_scope_is_granted(adapter):
    assert adapter.topics_within(()) == adapter.webhook_topics
    assert adapter.topics_within(["read_all_orders"]) == adapter.webhook_topics
    rest = tuple(one for one in adapter.webhook_topics if one != "CUSTOMERS_MERGE")
    assert adapter.topics_within(["read_customer_merge"]) == rest
