# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A storefront in memory, so that the flows are tested apart from any platform."""

import dataclasses
import json
from collections import defaultdict
from datetime import datetime, timezone
from urllib.parse import urlencode

from ..platforms import errors
from ..platforms.adapter import Adapter, Capabilities
from ..platforms.documents.access import PrivacyRequest, Token
from ..platforms.documents.connection import ConnectionReport, Page
from ..platforms.documents.customer import Customer
from ..platforms.documents.event import FetchedRecord, RecordChange, WebhookSubscription
from ..platforms.documents.order import OrderSummary
from ..platforms.documents.stock import Location, StockRefusal, StockResult
from ..platforms.errors import BadPayload, Rejected
from .fake_codec import decode_customer, decode_order, encode, swapped

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)

REPORT = ConnectionReport(
    shop_external_id="77",
    name="Fake Shop",
    url="https://fake.example",
    currency="EUR",
    timezone="Europe/Brussels",
    prices_include_tax=False,
    plan="basic",
)


class FakeShop:
    """What the storefront holds, what it was asked, and how it shall fail next."""

    def __init__(self):
        self.report = REPORT
        self.locations = (Location(external_id="L1", name="Main Street"),)
        self.webhooks = {}
        self.webhook_count = 0
        self.refused_topics = set()
        self.changes_per_page = 3
        self.orders_per_page = 3
        self.orders = {}
        self.customers = {}
        self.variant_pages = [()]
        self.markers = {}
        self.marker_refusals = {}
        self.stock = {}
        self.refusals = {}
        self.calls = []
        self.pushes = []
        self.answered = {}
        # What the answer to each verb tells of the bucket.
        self.told = {}
        self._failures = defaultdict(list)
        self._hooks = defaultdict(list)

    def fail(self, verb, error):
        """Raise ``error`` at the next call of ``verb``."""
        self._failures[verb].append(error)

    def during(self, verb, work):
        """Call ``work`` while the next call of ``verb`` is on its way."""
        self._hooks[verb].append(work)

    def heard(self, verb):
        """Return what each call of ``verb`` asked for."""
        return [asked for name, asked in self.calls if name == verb]

    def called(self, verb, asked=None):
        self.calls.append((verb, asked))
        if self._hooks[verb]:
            self._hooks[verb].pop(0)()
        if self._failures[verb]:
            raise self._failures[verb].pop(0)


class FakeAdapter(Adapter):
    platform = "fake"
    capabilities = Capabilities(
        orders_per_fetch=3,
        stock_per_push=2,
        stock_per_fetch=2,
        stock_compare_and_swap=True,
        stock_meaning="sellable",
        stock_locations=True,
        fractional_stock=False,
        markers=True,
        authorization=True,
        markers_per_push=2,
        customers_per_fetch=2,
    )
    webhook_topics = ("orders/new", "orders/changed")
    default_statuses = {"open": None, "on-hold": "quotation", "failed": "skip"}
    shop = None

    def _call(self, verb, asked=None):
        self.settings.check_allowed()
        limiter = self.settings.limiter
        limiter.acquire(verb)
        self.shop.called(verb, asked)
        if verb in self.shop.told:
            limiter.report(verb, **self.shop.told[verb])

    def check_connection(self):
        self._call("check_connection")
        return self.shop.report

    def fetch_locations(self):
        self._call("fetch_locations")
        return self.shop.locations

    @classmethod
    def authorization_url(cls, settings, *, redirect_url, state, grant_url=""):
        query = urlencode({"redirect": redirect_url, "state": state})
        return f"{settings.url}/authorize?{query}"

    @classmethod
    def check_callback(cls, settings, params):
        if params.get("signature") != settings.credentials["client_secret"]:
            raise errors.AuthFailed("callback_forged")
        if params.get("shop") != settings.url:
            raise errors.AuthFailed("callback_other_shop")
        return params["code"]

    def grant_token(self, code):
        self._call("grant_token", code)
        return Token(access_token=f"granted-{code}")

    def revoke_access(self):
        self._call("revoke_access")

    @staticmethod
    def verify_webhook(headers, body, secrets):
        return headers.get("x-fake-secret") in secrets

    @staticmethod
    def read_event(headers, body):
        raise NotImplementedError

    def fetch_webhooks(self):
        self._call("fetch_webhooks")
        return tuple(self.shop.webhooks.values())

    def create_webhook(self, topic, url):
        self._call("create_webhook", topic)
        if topic in self.shop.refused_topics:
            raise Rejected("refused", field_errors=(("topic", "not for you"),))
        self.shop.webhook_count += 1
        made = WebhookSubscription(external_id=str(self.shop.webhook_count), topic=topic, url=url)
        self.shop.webhooks[made.external_id] = made
        return made

    def enable_webhook(self, external_id):
        self._call("enable_webhook", external_id)
        known = self.shop.webhooks[external_id]
        self.shop.webhooks[external_id] = dataclasses.replace(known, is_active=True)

    def delete_webhook(self, external_id):
        self._call("delete_webhook", external_id)
        self.shop.webhooks.pop(external_id, None)

    def fetch_records(self, kind, external_ids):
        self._call("fetch_records", list(external_ids))
        return tuple(self._record(kind, external_id) for external_id in external_ids)

    def _record(self, kind, external_id):
        held = {"order": self.shop.orders, "customer": self.shop.customers}[kind]
        record = held.get(external_id)
        return FetchedRecord(
            kind=kind,
            external_id=external_id,
            updated_at=record and record.updated_at,
            payload=record and encode(record),
        )

    def fetch_changes(self, kind, since, cursor=""):
        """The cursor is the last change read: what moves to the end is read there."""
        self._call("fetch_changes", (since, cursor))
        changes = sorted(
            (order.updated_at, order.external_id)
            for order in self.shop.orders.values()
            if order.updated_at >= since
        )
        if cursor:
            moment, _, external_id = cursor.partition(" ")
            last = (datetime.fromisoformat(moment), external_id)
            changes = [change for change in changes if change > last]
        page = changes[: self.shop.changes_per_page]
        has_more = len(changes) > len(page)
        return Page(
            items=tuple(
                RecordChange(external_id=external_id, updated_at=moment)
                for moment, external_id in page
            ),
            next_cursor=f"{page[-1][0].isoformat()} {page[-1][1]}" if has_more else "",
        )

    def fetch_order_list(self, *, created_from=None, created_to=None, cursor=""):
        """The cursor is how many orders were read."""
        self._call("fetch_order_list", (created_from, created_to, cursor))
        orders = sorted(
            (
                order
                for order in self.shop.orders.values()
                if (created_from is None or order.created_at >= created_from)
                and (created_to is None or order.created_at < created_to)
            ),
            key=lambda order: (order.created_at, order.external_id),
        )
        start = int(cursor or 0)
        end = start + self.shop.orders_per_page
        return Page(
            items=tuple(map(summary, orders[start:end])),
            next_cursor=str(end) if end < len(orders) else "",
        )

    def find_orders(self, numbers):
        self._call("find_orders", tuple(numbers))
        wanted = {number.lstrip("#") for number in numbers}
        return tuple(
            summary(order)
            for order in self.shop.orders.values()
            if order.number.lstrip("#") in wanted
        )

    @staticmethod
    def parse_order(payload, *, currency="store"):
        order = decode_order(payload)
        return order if currency == "store" else swapped(order)

    @staticmethod
    def forget_customer(payload):
        nobody = {"customer": encode(Customer()), "note": "", "tracking": []}
        return {**payload, **nobody, "billing_address": None, "shipping_address": None}

    @staticmethod
    def read_privacy_request(topic, body):
        """The body is the request itself; one without a type can't be read."""
        values = json.loads(body)
        if "type" not in values:
            raise BadPayload(path="type")
        values["order_external_ids"] = tuple(values.get("order_external_ids", ()))
        return PrivacyRequest(**values)

    @staticmethod
    def order_admin_url(url, external_id):
        return f"{url}/orders/{external_id}"

    @staticmethod
    def parse_customer(payload):
        return decode_customer(payload)

    @staticmethod
    def customer_admin_url(url, external_id):
        return f"{url}/customers/{external_id}"

    def fetch_variants(self, cursor=""):
        self._call("fetch_variants", cursor)
        index = int(cursor or 0)
        is_last = index + 1 == len(self.shop.variant_pages)
        return Page(
            items=tuple(map(self._marked, self.shop.variant_pages[index])),
            next_cursor="" if is_last else str(index + 1),
        )

    def _marked(self, variant):
        """Return a variant with the marker it carries by now."""
        marker = self.shop.markers.get(variant.external_id, variant.marker)
        return dataclasses.replace(variant, marker=marker)

    def find_variants(self, *, skus=(), markers=()):
        self._call("find_variants", (tuple(skus), tuple(markers)))
        variants = [self._marked(one) for page in self.shop.variant_pages for one in page]
        return tuple(one for one in variants if one.sku in skus or one.marker in markers)

    def get_variants(self, external_ids):
        self._call("get_variants", list(external_ids))
        variants = [self._marked(one) for page in self.shop.variant_pages for one in page]
        return tuple(one for one in variants if one.external_id in external_ids)

    def prepare_markers(self):
        self._call("prepare_markers")

    def push_markers(self, markers):
        assert 0 < len(markers) <= self.capabilities.markers_per_push
        self._call("push_markers", dict(markers))
        refused = {}
        for external_id, marker in markers.items():
            holders = {one for one, held in self.shop.markers.items() if held == marker}
            if external_id in self.shop.marker_refusals:
                refused[external_id] = self.shop.marker_refusals[external_id]
            elif marker and holders - {external_id}:
                refused[external_id] = "Value has already been taken"
            else:
                self.shop.markers[external_id] = marker
        return refused

    def fetch_stock(self, keys):
        self._call("fetch_stock", list(keys))
        return {key: self.shop.stock.get(key) for key in keys}

    def push_stock(self, changes, *, idempotency_key):
        assert len(changes) <= self.capabilities.stock_per_push
        self.shop.pushes.append((idempotency_key, list(changes)))
        self._call("push_stock")
        answer = self.shop.answered.get(idempotency_key)
        if answer:  # a success is told again; after a failure the key is spent
            return answer if answer.accepted else StockResult(unsent=tuple(_keys(changes)))
        answer = self.shop.answered[idempotency_key] = self._set_stock(changes)
        return answer

    def find_untracked(self, keys):
        self._call("find_untracked", list(keys))
        return tuple(
            StockRefusal(key=key, code=code, message=message)
            for key, (code, message) in self.shop.refusals.items()
            if key in keys
        )

    def track_stock(self, changes):
        self._call("track_stock", [change.quantity for change in changes])
        for change in changes:
            self.shop.refusals.pop(change.key, None)
        return self._set_stock(changes)

    def _set_stock(self, changes):
        accepted, stale, refused = [], [], []
        for change in changes:
            if change.key in self.shop.refusals:
                code, message = self.shop.refusals[change.key]
                refused.append(StockRefusal(key=change.key, code=code, message=message))
            elif change.expected not in (None, self.shop.stock.get(change.key) or 0):
                stale.append(change.key)
            else:
                self.shop.stock[change.key] = int(change.quantity)
                accepted.append(change.key)
        return StockResult(accepted=tuple(accepted), stale=tuple(stale), refused=tuple(refused))


def _keys(changes):
    return [change.key for change in changes]


def summary(order):
    """Return an order as a list shows it."""
    return OrderSummary(
        external_id=order.external_id,
        number=order.number,
        created_at=order.created_at,
        updated_at=order.updated_at,
        total=order.total,
        currency=order.currency,
        customer_name=order.customer.name,
        status=order.status,
        channel=order.channel,
        tags=order.tags,
        is_test=order.is_test,
        cancelled_at=order.cancelled_at,
    )
