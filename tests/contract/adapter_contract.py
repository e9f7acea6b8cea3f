# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every adapter promises, against a simulated storefront of its platform over HTTP.

A platform subclasses ``storefront.Storefront`` (its simulator) and ``AdapterContract``.
"""

import json
import logging
from dataclasses import replace
from decimal import Decimal as D

import pytest
from contract_access import AccessContract
from contract_changes import ChangesContract, MarkersContract
from contract_customers import CustomersContract
from contract_orders import OrderListContract
from sample_shop import ORDERS, PRODUCTS
from storefront import essence, outcomes

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.stock import (
    StockChange,
    StockKey,
    StockRefusal,
)


class AdapterContract(AccessContract, ChangesContract, OrderListContract):
    """Inherit and give ``start``. The tests say what a flow may rely on.

    Inherit AuthorizationContract and MarkersContract too where the platform has these."""

    @classmethod
    def start(cls):
        """Return a Storefront of a simulator that is running."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls):
        storefront = cls.start()
        yield storefront
        storefront.stop()

    @pytest.fixture
    def storefront(self, running):
        running.control.reset()
        running.control.seed(products=PRODUCTS)
        return running

    @pytest.fixture
    def calls(self):
        return []

    @pytest.fixture
    def adapter(self, storefront, calls):
        return storefront.adapter(calls)

    @pytest.fixture
    def keys(self, adapter):
        """The stock keys of the sample products at the first location."""
        location = adapter.fetch_locations()[0].external_id
        return [
            StockKey(inventory_external_id=one.inventory_external_id, location_external_id=location)
            for one in adapter.fetch_variants().items
        ]

    # Orders.

    @pytest.mark.parametrize("name", ORDERS)
    def test_the_same_order_is_the_same_document(self, storefront, adapter, name):
        external_id = storefront.place(ORDERS[name])
        (record,) = adapter.fetch_records("order", [external_id])
        order = adapter.parse_order(record.payload)
        assert essence(order) == storefront.expected(ORDERS[name])
        assert (order.external_id, order.updated_at) == (external_id, record.updated_at)
        assert order.raw is record.payload

    @pytest.mark.parametrize("name", ORDERS)
    def test_an_order_is_read_without_its_customer(self, storefront, adapter, name):
        external_id = storefront.place(ORDERS[name])
        (record,) = adapter.fetch_records("order", [external_id])
        kept = adapter.forget_customer(record.payload)
        nobody = {"email": "", "name": "", "is_guest": True, "note": ""}
        expected = replace(
            ORDERS[name].expected, **nobody, billing_address=None, shipping_address=None
        )
        assert essence(adapter.parse_order(kept)) == expected
        told = [ORDERS[name].expected.email, "Lovelace", "Babbage", "Rue Neuve", "Bruxelles"]
        assert [word for word in told if word and word in json.dumps(kept, default=str)] == []

    def test_lines_know_their_variants(self, storefront, adapter):
        external_id = storefront.place(next(iter(ORDERS.values())))
        (record,) = adapter.fetch_records("order", [external_id])
        lines = adapter.parse_order(record.payload).lines
        known = {one.sku: one.external_id for one in adapter.fetch_variants().items}
        found = {one.sku: one.variant_external_id for one in lines if one.kind == "product"}
        assert found == {sku: known[sku] for sku in ("LAMP", "MUG")}

    def test_a_batch_of_orders_is_one_call(self, storefront, adapter, calls):
        sample = ORDERS["a discount on one line, fulfilled"]
        size = adapter.capabilities.orders_per_fetch
        ids = [storefront.place(sample) for _order in range(size)]
        records = adapter.fetch_records("order", ids)
        assert [one.external_id for one in records] == ids
        assert len(calls) == 1

    def test_an_order_that_is_gone_is_told(self, adapter):
        (record,) = adapter.fetch_records("order", ["4711"])
        assert (record.external_id, record.payload) == ("4711", None)

    def test_a_payload_that_is_no_order_is_bad(self, adapter):
        with pytest.raises(errors.BadPayload):
            adapter.parse_order({})

    def test_an_order_has_an_address_for_people(self, storefront, adapter):
        assert adapter.order_admin_url(storefront.url, "4711").startswith(storefront.url)

    # Customers.

    def test_a_platform_without_customers_says_so(self, adapter):
        has_customers = isinstance(self, CustomersContract)
        assert bool(adapter.capabilities.customers_per_fetch) is has_customers
        if not has_customers:
            with pytest.raises(errors.Unsupported):
                adapter.parse_customer({})

    # Products.

    def test_every_variant_is_listed_once(self, storefront, adapter):
        storefront.control.seed(count=600)
        found, cursor = [], ""
        while True:
            page = adapter.fetch_variants(cursor)
            found += [one.sku for one in page.items]
            cursor = page.next_cursor
            if not cursor:
                break
        assert sorted(found) == sorted(one["sku"] for one in storefront.control.variants())

    def test_variants_are_found_by_exact_sku(self, adapter):
        found = adapter.find_variants(skus=["LAMP", "lamp", "NONE", 'x" OR sku:"MUG'])
        assert [one.sku for one in found] == ["LAMP"]

    def test_a_marker_nobody_has_is_not_found(self, adapter):
        assert adapter.capabilities.markers is isinstance(self, MarkersContract)
        if adapter.capabilities.markers:
            assert adapter.find_variants(markers=["odoo:1"]) == ()
        else:
            with pytest.raises(errors.Unsupported):
                adapter.find_variants(markers=["odoo:1"])

    # Stock.

    def test_a_store_has_places(self, storefront, adapter):
        several = adapter.capabilities.stock_locations
        if several:
            storefront.control.add_location("Second")
        places = adapter.fetch_locations()
        assert len({one.external_id for one in places}) == len(places) == (2 if several else 1)

    def test_stock_is_set_and_read(self, storefront, adapter, keys):
        before = adapter.fetch_stock(keys)
        wanted = {key: (before[key] or 0) + 7 for key in keys}
        changes = [
            StockChange(key=key, quantity=D(wanted[key]), expected=D(before[key] or 0))
            for key in keys
        ]
        assert adapter.push_stock(changes, idempotency_key="first").accepted == tuple(keys)
        assert adapter.fetch_stock(keys) == wanted

    def test_stock_of_what_is_not_there_is_none(self, adapter, keys):
        gone = StockKey(
            inventory_external_id="4711", location_external_id=keys[0].location_external_id
        )
        assert adapter.fetch_stock([gone]) == {gone: None}

    def test_what_isn_t_counted_can_be_asked_for_where_counting_can_be_turned_on(
        self, adapter, keys
    ):
        change = StockChange(key=keys[0], quantity=D(5), expected=None)
        if adapter.capabilities.stock_tracking:
            assert adapter.find_untracked(keys) == ()
            assert adapter.track_stock([change]).accepted == (keys[0],)
            return
        for call in (lambda: adapter.find_untracked(keys), lambda: adapter.track_stock([change])):
            with pytest.raises(errors.Unsupported):
                call()

    def test_parts_of_a_unit_are_dropped_unless_they_can_be_sold(self, adapter, keys):
        change = StockChange(key=keys[0], quantity=D("7.9"), expected=None)
        adapter.push_stock([change], idempotency_key="parts")
        expected = D("7.9") if adapter.capabilities.fractional_stock else 7
        assert adapter.fetch_stock(keys[:1]) == {keys[0]: expected}

    def test_what_was_sold_meanwhile_is_overwritten_only_where_it_must_be(
        self, storefront, adapter, keys
    ):
        before = adapter.fetch_stock(keys)
        storefront.control.set_stock("LAMP", before[keys[0]] - 1)
        changes = [
            StockChange(key=key, quantity=D(50), expected=D(before[key] or 0)) for key in keys
        ]
        result = adapter.push_stock(changes, idempotency_key="stale")
        compares = adapter.capabilities.stock_compare_and_swap
        assert result.stale == ((keys[0],) if compares else ())
        assert outcomes(result) == sorted(keys, key=repr)
        left = before[keys[0]] - 1 if compares else 50
        assert adapter.fetch_stock(keys[:1]) == {keys[0]: left}

    def test_a_row_that_is_refused_is_named(self, adapter, keys):
        unknown = StockKey(
            inventory_external_id="4711", location_external_id=keys[0].location_external_id
        )
        changes = [StockChange(key=key, quantity=D(9), expected=None) for key in (keys[0], unknown)]
        result = adapter.push_stock(changes, idempotency_key="refused")
        assert [type(one) for one in result.refused] == [StockRefusal]
        assert (result.refused[0].key, bool(result.refused[0].message)) == (unknown, True)
        assert outcomes(result) == sorted([keys[0], unknown], key=repr)

    def test_the_largest_batch_is_one_call(self, storefront, adapter, calls):
        storefront.control.seed(count=adapter.capabilities.stock_per_push)
        location = adapter.fetch_locations()[0].external_id
        variants = adapter.fetch_variants().items[: adapter.capabilities.stock_per_push]
        changes = [
            StockChange(
                key=StockKey(
                    inventory_external_id=one.inventory_external_id,
                    location_external_id=location,
                ),
                quantity=D(3),
                expected=None,
            )
            for one in variants
        ]
        calls.clear()
        result = adapter.push_stock(changes, idempotency_key="large")
        assert len(result.accepted) == adapter.capabilities.stock_per_push
        assert len(calls) == 1

    def test_a_lost_answer_is_said_and_repeating_does_no_harm(self, storefront, adapter, keys):
        change = StockChange(key=keys[0], quantity=D(5), expected=None)
        storefront.control.add_fault("reset_after")
        with pytest.raises(errors.AnswerLost):
            adapter.push_stock([change], idempotency_key="lost")
        assert adapter.fetch_stock(keys[:1]) == {keys[0]: 5}, "it had landed"
        again = adapter.push_stock([change], idempotency_key="lost")
        assert outcomes(again) == [keys[0]]
        assert adapter.fetch_stock(keys[:1]) == {keys[0]: 5}

    # Webhooks.

    def test_a_webhook_is_a_poke_at_its_record(self, storefront, adapter):
        external_id = storefront.place(ORDERS["unpaid, no tax, shipping for free"])
        headers, body = storefront.order_webhook(external_id)
        assert adapter.verify_webhook(headers, body, ["previous", storefront.webhook_secret])
        assert not adapter.verify_webhook(headers, body, ["previous"])
        assert not adapter.verify_webhook(headers, body + b" ", [storefront.webhook_secret])
        event = adapter.read_event(headers, body)
        assert (event.kind, event.external_id) == ("order", external_id)

    def test_subscriptions_are_made_listed_and_removed(self, adapter):
        url = "https://erp.example/storefront/webhook/token"
        made = [adapter.create_webhook(topic, url) for topic in adapter.webhook_topics]
        assert sorted(adapter.fetch_webhooks(), key=repr) == sorted(made, key=repr)
        for one in made:
            adapter.delete_webhook(one.external_id)
            adapter.delete_webhook(one.external_id)
        assert adapter.fetch_webhooks() == ()

    # Connection and failures.

    def test_the_store_says_who_it_is(self, storefront, adapter):
        report = adapter.check_connection()
        assert (report.currency, report.timezone) == ("EUR", storefront.timezone)
        assert report.missing_scopes == ()

    @pytest.mark.parametrize(
        ("fault", "uses_try"),
        [
            ({"kind": "http_429", "retry_after": 120.0}, False),
            ({"kind": "status", "status": 503}, True),
            ({"kind": "html", "status": 200}, True),
            ({"kind": "truncated"}, True),
        ],
    )
    def test_what_passes_is_tried_again_later(self, storefront, adapter, fault, uses_try):
        storefront.control.add_fault(**fault)
        with pytest.raises(errors.RetryLater) as caught:
            adapter.check_connection()
        assert caught.value.uses_try is uses_try
        assert caught.value.seconds == fault.get("retry_after")

    def test_wrong_credentials_are_told_and_kept(self, storefront, calls, caplog):
        secret = [one for one in storefront.credentials if one not in storefront.public_credentials]
        wrong = dict.fromkeys(secret, "a-wrong-credential")
        with caplog.at_level(logging.DEBUG), pytest.raises(errors.AuthFailed) as caught:
            storefront.adapter(calls, **wrong).check_connection()
        told = f"{caught.value!r} {caught.value.params} {calls} {caplog.text}"
        assert len(calls) == 1
        assert "a-wrong-credential" not in told

    def test_nothing_leaves_a_copy_of_the_database(self, storefront):
        class RefusedError(Exception):
            pass

        def refuse():
            raise RefusedError

        storefront.control.reset_stats()
        with pytest.raises(RefusedError):
            storefront.adapter([], allowed=refuse).check_connection()
        assert storefront.control.stats()["operations"] == {}
