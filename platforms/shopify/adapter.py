# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify's Adapter: a table of contents of what the platform can be asked.

Not here: how calls are made (``client``) and what is said in them (``queries``, ``build``,
``parse``, ``parse_order``).
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from ..adapter import Adapter, AdapterSettings, Capabilities
from ..documents.access import PrivacyRequest, Token
from ..documents.connection import ConnectionReport, Page
from ..documents.customer import Customer
from ..documents.event import (
    Event,
    FetchedRecord,
    RecordChange,
    RecordKind,
    WebhookSubscription,
)
from ..documents.order import Currency, Order, OrderSummary
from ..documents.product import Variant
from ..documents.stock import Location, StockChange, StockKey, StockResult
from ..errors import AuthFailed, NotConfigured, Rejected, Unsupported
from . import adapter_catalogue as catalogue
from . import adapter_orders as orders
from . import build, const, parse, parse_customer, parse_order, queries, sdk, webhooks
from .client import Client
from .client_errors import is_protected


class ShopifyAdapter(Adapter):
    """One store on Shopify, any plan. ``client`` is for tests."""

    platform = "shopify"
    capabilities = Capabilities(
        orders_per_fetch=const.ORDERS_PER_FETCH,
        stock_per_push=const.MAX_ITEMS,
        stock_per_fetch=const.MAX_ITEMS,
        stock_compare_and_swap=True,
        stock_meaning="sellable",
        stock_locations=True,
        fractional_stock=False,
        markers=True,
        markers_per_push=const.MARKERS_PER_PUSH,
        authorization=True,
        history_days=const.HISTORY_DAYS,
        history_scope=const.HISTORY_SCOPE,
        customers_per_fetch=const.CUSTOMERS_PER_FETCH,
    )
    webhook_topics = const.WEBHOOK_TOPICS
    default_statuses = const.DEFAULT_STATUSES
    topic_scopes = const.TOPIC_SCOPES

    def __init__(self, settings: AdapterSettings, *, client: Client | None = None) -> None:
        super().__init__(settings)
        self.client = client or Client(settings)

    # connection

    def check_connection(self) -> ConnectionReport:
        """Return the shop, its settings, the scopes granted and missing, and what a try tells: may
        customers be read, are there companies. Three calls."""
        report = parse.connection_report(self.client.execute(queries.SHOP))
        return dataclasses.replace(
            report,
            customer_data=self._is_customer_data_read(),
            companies=self._has_companies(report.missing_scopes),
        )

    def fetch_locations(self) -> tuple[Location, ...]:
        """Return every location, also inactive ones and those of fulfilment services."""
        return tuple(map(parse.location, self.client.rows(queries.LOCATIONS, "locations")))

    # access

    @classmethod
    def authorization_url(
        cls, settings: AdapterSettings, *, redirect_url: str, state: str, grant_url: str = ""
    ) -> str:
        """Return the store's page where its owner grants the scopes. Raises NotConfigured."""
        credentials = _app_credentials(settings)
        return sdk.authorization_url(
            sdk.store_url(settings.url),
            credentials["client_id"],
            scopes=const.INSTALL_SCOPES,
            redirect_url=redirect_url,
            state=state,
        )

    @classmethod
    def check_callback(cls, settings: AdapterSettings, params: Mapping[str, str]) -> str:
        """Return the code in the query the store came back with, made just now and signed with
        the app's current or previous secret. Raises AuthFailed, NotConfigured."""
        credentials = _app_credentials(settings)
        names = ("client_secret", "previous_client_secret")
        secrets = [credentials.get(name) or "" for name in names]
        sdk.check_callback(sdk.store_url(settings.url), secrets, params)
        if not params.get("code"):
            raise AuthFailed("callback_forged")
        return params["code"]

    def grant_token(self, code: str) -> Token:
        """Exchange the code of a callback for a token that ends and can be refreshed.

        Raises AuthFailed; RetryLater means that the owner has to be asked again."""
        return self.client.access.exchange(code)

    def revoke_access(self) -> None:
        """Uninstall the app: the only thing that ends its tokens; its subscriptions go with it.

        Where the store no longer knows us there is nothing left to give back."""
        try:
            data = self.client.execute(queries.APP_UNINSTALL)
        except AuthFailed as error:
            if error.code in const.GONE_CODES or error.params.get("reason") in const.GONE_CODES:
                return
            raise
        parse.check_user_errors(data, "appUninstall", harmless="APP_NOT_INSTALLED")

    # webhooks

    @staticmethod
    def verify_webhook(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
        """Whether one of the app's client secrets signed ``body``."""
        return webhooks.verify(headers, body, secrets)

    @staticmethod
    def read_event(headers: Mapping[str, str], body: bytes) -> Event:
        """Return what a verified webhook points at. Raises BadPayload."""
        return webhooks.read_event(headers, body)

    @staticmethod
    def read_privacy_request(topic: str, body: bytes) -> PrivacyRequest:
        """Return what a compliance webhook asks for. Raises BadPayload."""
        return webhooks.read_privacy_request(topic, body)

    def fetch_webhooks(self) -> tuple[WebhookSubscription, ...]:
        """Return the app's subscriptions made by the API; those of its configuration don't show."""
        rows = self.client.rows(queries.WEBHOOKS, "webhookSubscriptions")
        return tuple(map(parse.subscription, rows))

    def create_webhook(self, topic: str, url: str) -> WebhookSubscription:
        """Subscribe ``url``. Raises Rejected, also where it is subscribed already."""
        variables = {"topic": topic, "input": {"uri": url}}
        data = self.client.execute(queries.WEBHOOK_CREATE, variables)
        for _code, _path, message in parse.user_errors(data, "webhookSubscriptionCreate"):
            if is_protected(message):
                raise NotConfigured("customer_data_protected", detail=message)
        parse.check_user_errors(data, "webhookSubscriptionCreate")
        return parse.subscription(data["webhookSubscriptionCreate"]["webhookSubscription"])

    def delete_webhook(self, external_id: str) -> None:
        """Remove a subscription; one that is gone already is no error."""
        variables = {"id": build.gid("WebhookSubscription", external_id)}
        data = self.client.execute(queries.WEBHOOK_DELETE, variables)
        errors = parse.user_errors(data, "webhookSubscriptionDelete")
        # The only thing wrong with an id of the right form is that nothing has it.
        if any(path != "id" for _code, path, _message in errors):
            parse.check_user_errors(data, "webhookSubscriptionDelete")

    # orders

    def fetch_records(
        self, kind: RecordKind, external_ids: Sequence[str]
    ) -> tuple[FetchedRecord, ...]:
        """Return orders with all their lines, one call for fifty orders of up to 25 lines; or
        customers, one call for fifty."""
        fetch, size = {
            "order": (orders.fetch, const.ORDERS_PER_FETCH),
            "customer": (_fetch_customers, const.CUSTOMERS_PER_FETCH),
        }.get(kind, (None, 1))
        if fetch is None:
            raise Unsupported(f"fetch_{kind}")
        return tuple(
            record
            for ids in catalogue.batches(external_ids, size)
            for record in fetch(self.client, ids)
        )

    def fetch_changes(
        self, kind: RecordKind, since: datetime, cursor: str = ""
    ) -> Page[RecordChange]:
        """Return up to 250 orders changed in the second of ``since`` or later, by time.

        Those of a page's last second come again on the next page. The list is an index that may
        lag by seconds: overlap. Raises BadPayload(``bad_cursor``): start again from ``since``."""
        if kind != "order":
            raise Unsupported(f"changes of {kind}")
        return orders.changes(self.client, since, cursor)

    def fetch_order_list(
        self,
        *,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        cursor: str = "",
    ) -> Page[OrderSummary]:
        """Return up to 250 orders by ``processedAt``, the date Shopify shows, each once.

        Without ``read_all_orders`` those of the last 60 days. Raises BadPayload(``bad_cursor``):
        start again."""
        return orders.placed(self.client, created_from, created_to, cursor)

    def find_orders(self, numbers: Sequence[str]) -> tuple[OrderSummary, ...]:
        """Return the orders of these names or numbers; one call for fifty of them."""
        named = [number for number in numbers if orders.bare_number(number)]
        found = chain.from_iterable(
            orders.find(self.client, batch)
            for batch in catalogue.batches(named, const.NUMBERS_PER_SEARCH)
        )
        return tuple({one.external_id: one for one in found}.values())

    @staticmethod
    def parse_order(payload: Mapping[str, Any], *, currency: Currency = "store") -> Order:
        """Return the order in a fetched payload. Raises BadPayload."""
        return parse_order.order(payload, currency)

    @staticmethod
    def forget_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an order's payload as that of a guest without name, address and notes."""
        return parse_order.without_customer(payload)

    @staticmethod
    def order_admin_url(url: str, external_id: str) -> str:
        """Return the address of the order in Shopify's admin. Raises NotConfigured."""
        return f"{sdk.store_url(url)}/admin/orders/{external_id}"

    # customers

    @staticmethod
    def parse_customer(payload: Mapping[str, Any]) -> Customer:
        """Return the account in a fetched payload. Raises BadPayload."""
        return parse_customer.customer(payload)

    @staticmethod
    def customer_admin_url(url: str, external_id: str) -> str:
        """Return the address of the account in Shopify's admin. Raises NotConfigured."""
        return f"{sdk.store_url(url)}/admin/customers/{external_id}"

    # products

    def fetch_variants(self, cursor: str = "") -> Page[Variant]:
        """Return 250 variants in the order of their ids; the cursor is the last id read."""
        data = self.client.execute(queries.VARIANTS, build.variant_page_variables(cursor))
        return parse.variant_page(data)

    def find_variants(
        self, *, skus: Sequence[str] = (), markers: Sequence[str] = ()
    ) -> tuple[Variant, ...]:
        """Return the variants with one of the SKUs (exact, case included) or markers."""
        by_marker = catalogue.find_by_marker(self.client, markers)
        by_sku = catalogue.find_by_sku(self.client, skus)
        found = {variant.external_id: variant for variant in chain(by_marker, by_sku)}
        return tuple(found.values())

    def prepare_markers(self) -> None:
        """Define the metafield that holds the marker, unless it is defined."""
        data = self.client.execute(queries.MARKERS_PREPARE, build.marker_definition())
        parse.check_user_errors(data, "metafieldDefinitionCreate", harmless="TAKEN")

    def push_markers(self, markers: Mapping[str, str]) -> Mapping[str, str]:
        """Write and remove up to 25 markers; every row that isn't refused is written."""
        return catalogue.push_markers(self.client, markers)

    # stock

    def fetch_stock(self, keys: Sequence[StockKey]) -> Mapping[StockKey, int | None]:
        """Return ``available`` of each key; one call for 250 items at up to ten locations."""
        return catalogue.fetch_stock(self.client, keys)

    def push_stock(self, changes: Sequence[StockChange], *, idempotency_key: str) -> StockResult:
        """Set quantities by compare-and-swap: all of them, or none where one is refused."""
        if not changes:
            return StockResult()
        variables = build.stock_set_variables(changes, idempotency_key)
        return parse.stock_result(self.client.execute(queries.STOCK_SET, variables), changes)

    def _is_customer_data_read(self) -> bool | None:
        try:
            return parse.customer_data(self.client.execute(queries.CUSTOMER_DATA))
        except (AuthFailed, NotConfigured, Rejected) as error:
            return False if error.code == "customer_data_protected" else None

    def _has_companies(self, missing_scopes: Sequence[str]) -> bool | None:
        """A store whose plan has no business customers refuses the question, as a scope does."""
        try:
            return parse.has_companies(self.client.execute(queries.COMPANIES))
        except (AuthFailed, NotConfigured):
            return None if "read_customers" in missing_scopes else False
        except Rejected:
            return None


def _fetch_customers(client: Client, ids: Sequence[str]) -> Iterator[FetchedRecord]:
    gids = [build.gid("Customer", external_id) for external_id in ids]
    nodes = client.nodes(queries.CUSTOMERS, gids, {})
    return map(parse_customer.fetched_customer, ids, nodes)


def _app_credentials(settings: AdapterSettings) -> Mapping[str, str]:
    credentials = settings.credentials
    if not (credentials.get("client_id") and credentials.get("client_secret")):
        raise NotConfigured("missing_credentials")
    return credentials
