# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Throttling: alone with a store, and sharing it with other workers through a limiter."""

import pytest
import requests

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.shopify import queries


class Limiter:
    """Hears everything; ``waits`` are the errors the next calls of ``acquire`` raise, or None."""

    def __init__(self):
        self.heard, self.waits = [], []

    def acquire(self, operation):
        self.heard.append(("acquire", operation))
        error = self.waits.pop(0) if self.waits else None
        if error:
            raise error

    def report(self, operation, *, cost, maximum, available, restore_rate):
        self.heard.append(("report", operation, cost, maximum, available, restore_rate))

    def block(self, seconds):
        self.heard.append(("block", seconds))


@pytest.fixture
def limiter(store):
    store.limiter = Limiter()
    return store.limiter


def fail(adapter):
    with pytest.raises(errors.StorefrontError) as caught:
        adapter.client.execute(queries.SHOP, {})
    return caught.value


def bucket(requested, available, rate):
    return {
        "requestedQueryCost": requested,
        "throttleStatus": {
            "maximumAvailable": 2000,
            "currentlyAvailable": available,
            "restoreRate": rate,
        },
    }


def test_a_short_throttling_is_waited_for(store, adapter):
    store.fail("THROTTLED", **bucket(300, 200, 100))
    store.answer(shop={"id": 1})
    assert adapter.client.execute(queries.SHOP) == {"shop": {"id": 1}}
    assert store.waits == [1.05]


def test_a_write_that_was_throttled_is_sent_again(store, adapter):
    store.fail("THROTTLED", **bucket(10, 0, 100))
    store.answer(webhookSubscriptionDelete={"userErrors": []})
    adapter.delete_webhook("5")
    assert store.operations == ["WebhookDelete"] * 2


def test_a_long_throttling_is_left_to_the_caller(store, adapter):
    store.fail("THROTTLED", **bucket(900, 100, 100))
    error = fail(adapter)
    assert (error.code, error.seconds, error.uses_try) == ("throttled", 8.05, False)
    assert store.waits == []


def test_waiting_in_place_ends(store, adapter):
    for _time in range(3):
        store.fail("THROTTLED", **bucket(100, 50, 100))
    error = fail(adapter)
    assert (type(error), error.code, error.uses_try) == (errors.RetryLater, "throttled", False)
    assert store.waits == [0.55, 0.55, 0.55]


def test_a_throttling_that_says_nothing_of_its_bucket(store, adapter):
    store.fail("THROTTLED")
    store.answer(shop={})
    adapter.client.execute(queries.SHOP)
    assert store.waits == [2.0]


def test_what_the_store_says_of_its_bucket_is_told(store, limiter):
    cost = {"requestedQueryCost": 12, "actualQueryCost": 4, **bucket(12, 1990, 100)}
    store.answers.append({"data": {"shop": {}}, "extensions": {"cost": cost}})
    store.adapter().client.execute(queries.SHOP)
    assert limiter.heard == [
        ("acquire", "Shop"),
        ("report", "Shop", 12.0, 2000.0, 1990.0, 100.0),
    ]


@pytest.mark.parametrize(
    "extensions",
    [
        None,
        [],
        {},
        {"cost": None},
        {"cost": {"requestedQueryCost": 5}},
        {"cost": bucket(5, "much", 100)},
        {"cost": bucket(5, 10, 0)},
        {"cost": bucket(None, 10, 50)},
    ],
)
def test_a_bucket_that_cannot_be_read_is_not_told(store, limiter, extensions):
    store.answers.append({"data": {"shop": {}}, "extensions": extensions})
    store.adapter().client.execute(queries.SHOP)
    assert limiter.heard == [("acquire", "Shop")]


def test_the_limiter_decides_before_anything_is_sent(store, limiter):
    limiter.waits = [errors.RetryLater("throttled", seconds=9.0, uses_try=False)]
    error = fail(store.adapter())
    assert (error.code, error.seconds, error.uses_try) == ("throttled", 9.0, False)
    assert store.script.requests == []


def test_a_throttling_is_told_and_the_limiter_waits(store, limiter):
    store.fail("THROTTLED", **bucket(300, 200, 100))
    store.answer(shop={"id": 1})
    assert store.adapter().client.execute(queries.SHOP) == {"shop": {"id": 1}}
    assert store.waits == []
    assert limiter.heard == [
        ("acquire", "Shop"),
        ("report", "Shop", 300.0, 2000.0, 200.0, 100.0),
        ("block", 1.05),
        ("acquire", "Shop"),
    ]


def test_a_long_throttling_blocks_everybody(store, limiter):
    store.fail("THROTTLED", **bucket(900, 100, 100))
    error = fail(store.adapter())
    assert (error.code, error.seconds, error.uses_try) == ("throttled", 8.05, False)
    assert limiter.heard[-1] == ("block", 8.05)


@pytest.mark.parametrize(
    ("headers", "seconds", "blocked"),
    [({"Retry-After": "7"}, 7.0, 7.0), ({"Retry-After": "0"}, 0.0, 0.0), ({}, None, 2.0)],
)
def test_a_429_blocks_everybody(store, limiter, headers, seconds, blocked):
    store.answers.append((429, {"errors": "Exceeded"}, headers))
    error = fail(store.adapter())
    assert (error.code, error.seconds, error.uses_try) == ("rate_limited", seconds, False)
    assert limiter.heard == [("acquire", "Shop"), ("block", blocked)]


def test_what_is_no_throttling_blocks_nobody(store, limiter):
    broken = requests.ConnectionError("broken")
    store.answers += [(503, {}), broken, broken]
    assert [fail(store.adapter()).code for _call in range(2)] == [
        "server_error",
        "connection_reset",
    ]
    assert limiter.heard == [("acquire", "Shop")] * 2


def test_asking_for_a_token_takes_nothing_from_the_bucket(store, limiter):
    store.answers += [{"access_token": "shpat_new", "expires_in": 86399}, {"data": {"shop": {}}}]
    store.adapter(client_id="app", client_secret="secret").client.execute(queries.SHOP)
    assert limiter.heard == [("acquire", "Shop")]
