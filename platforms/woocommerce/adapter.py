# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""WooCommerce's Adapter: a table of contents of what the platform can be asked.

Not here: how calls are made (``client``) and what is said in them (``build``, ``parse``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..adapter import Adapter, AdapterSettings, Capabilities
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
from ..documents.stock import Location, StockChange, StockKey, StockRefusal, StockResult
from ..errors import AuthFailed, NotConfigured, NotFound, Unsupported
from . import adapter_catalogue as catalogue
from . import adapter_connection as connection
from . import adapter_orders as orders
from . import adapter_stock as stock
from . import (
    build,
    const,
    parse,
    parse_customer,
    parse_order,
    parse_order_tracking,
    sdk,
    webhooks,
)
from .client import Client


class WooCommerceAdapter(Adapter):
    """One shop with WooCommerce 8 or later. ``client`` is for tests."""

    platform = "woocommerce"
    capabilities = Capabilities(
        orders_per_fetch=const.ORDERS_PER_FETCH,
        stock_per_push=const.MAX_ITEMS,
        stock_per_fetch=const.MAX_ITEMS,
        stock_compare_and_swap=False,
        stock_meaning="sellable",
        stock_locations=False,
        fractional_stock=False,
        stock_tracking=True,
        markers=True,
        markers_per_push=const.MARKERS_PER_PUSH,
        markers_unique=False,
        variants_by_id=True,
        customers_per_fetch=const.CUSTOMERS_PER_FETCH,
    )
    webhook_topics = const.WEBHOOK_TOPICS
    webhook_ports = const.WEBHOOK_PORTS
    default_statuses = const.DEFAULT_STATUSES

    def __init__(self, settings: AdapterSettings, *, client: Client | None = None) -> None:
        super().__init__(settings)
        self.client = client or Client(settings)
        self._own_keys = {
            parse_customer.VAT_KEYS: _listed(settings.credentials.get("vat_keys", "")),
            parse_order_tracking.OWN_KEYS: _listed(settings.credentials.get("tracking_keys", "")),
        }

    # connection

    def check_connection(self) -> ConnectionReport:
        """Return the shop, its versions and settings, and what the key may do. Five calls."""
        return connection.check(self.client)

    def fetch_locations(self) -> tuple[Location, ...]:
        """Return the one place there is: a shop keeps one quantity of a product. No call."""
        return (Location(external_id=const.LOCATION_ID, name="WooCommerce"),)

    # access

    @classmethod
    def authorization_url(
        cls, settings: AdapterSettings, *, redirect_url: str, state: str, grant_url: str = ""
    ) -> str:
        """Return the shop's page where an administrator has it make a key and send it to
        ``grant_url``, which must be https. Raises NotConfigured."""
        return sdk.authorization_url(settings.url, redirect_url, state, grant_url)

    @classmethod
    def check_callback(cls, settings: AdapterSettings, params: Mapping[str, str]) -> str:
        """Return nothing: the key has come by itself. Raises AuthFailed where it was denied."""
        if params.get("success") != "1":
            raise AuthFailed("owner_refused")
        return ""

    @staticmethod
    def read_grant(body: bytes) -> Mapping[str, str]:
        """Return the key a shop has handed over. Raises BadPayload."""
        return parse.granted_key(body)

    # webhooks

    @staticmethod
    def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this is the unsigned ``webhook_id=7`` a shop sends where a webhook is made."""
        return webhooks.is_ping(headers, body)

    @staticmethod
    def verify_webhook(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
        """Whether one of the secrets our webhooks were made with signed ``body``."""
        return webhooks.verify(headers, body, secrets)

    @staticmethod
    def read_event(headers: Mapping[str, str], body: bytes) -> Event:
        """Return what a verified webhook points at. Raises BadPayload."""
        return webhooks.read_event(headers, body)

    def fetch_webhooks(self) -> tuple[WebhookSubscription, ...]:
        """Return our webhooks, those the shop has disabled too.

        One made with another secret than the one in force has an address that isn't ours."""
        return tuple(connection.webhooks_of(self.client, self._webhook_secret()))

    def create_webhook(self, topic: str, url: str) -> WebhookSubscription:
        """Subscribe ``url``, signed with our own secret. The shop pings it meanwhile, for up to
        five seconds, and takes no answer amiss. Raises Rejected for a topic it doesn't know."""
        body = build.webhook(topic, url, self._webhook_secret())
        return parse.subscription(self.client.post("webhooks", body))

    def enable_webhook(self, external_id: str) -> None:
        """Have the shop send again: it stops for good after seven failures in a row."""
        self.client.put(f"webhooks/{external_id}", {"status": "active"})

    def delete_webhook(self, external_id: str) -> None:
        """Remove a webhook; one that is gone already is no error."""
        try:
            self.client.delete(f"webhooks/{external_id}")
        except NotFound:
            return

    # orders

    def fetch_records(
        self, kind: RecordKind, external_ids: Sequence[str]
    ) -> tuple[FetchedRecord, ...]:
        """Return orders, fifty a call, or accounts, a hundred a call; trashed ones are gone."""
        fetch = {"order": orders.fetch, "customer": orders.fetch_customers}.get(kind)
        if fetch is None:
            raise Unsupported(f"fetch_{kind}")
        return tuple(fetch(self.client, external_ids, self._own_keys))

    def fetch_changes(
        self, kind: RecordKind, since: datetime, cursor: str = ""
    ) -> Page[RecordChange]:
        """Return up to 100 orders changed in the second of ``since`` or later, by time.

        Those of a page's last second come again on the next page. Raises
        BadPayload(``bad_cursor``): start again from ``since``."""
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
        """Return up to 100 orders by the date they were placed. Raises
        BadPayload(``bad_cursor``): start again."""
        return orders.placed(self.client, created_from, created_to, cursor)

    def find_orders(self, numbers: Sequence[str]) -> tuple[OrderSummary, ...]:
        """Return the orders of these numbers; one call for a hundred that are ids, and one for
        each that is a plugin's."""
        found = orders.find(self.client, numbers)
        return tuple({one.external_id: one for one in found}.values())

    @staticmethod
    def parse_order(payload: Mapping[str, Any], *, currency: Currency = "store") -> Order:
        """Return the order in a fetched payload, in its one currency. Raises BadPayload."""
        return parse_order.order(payload)

    @staticmethod
    def forget_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an order's payload as that of a guest without name, address and notes."""
        return parse_order.without_customer(payload)

    @staticmethod
    def order_admin_url(url: str, external_id: str) -> str:
        """Return the address of the order in the administration, whatever keeps the orders."""
        return f"{sdk.shop_url(url)}/wp-admin/post.php?post={external_id}&action=edit"

    # customers

    @staticmethod
    def parse_customer(payload: Mapping[str, Any]) -> Customer:
        """Return the account in a fetched payload. Raises BadPayload."""
        return parse_customer.customer(payload)

    @staticmethod
    def customer_admin_url(url: str, external_id: str) -> str:
        """Return the address of the account in the administration. Raises NotConfigured."""
        return f"{sdk.shop_url(url)}/wp-admin/user-edit.php?user_id={external_id}"

    # products

    def fetch_variants(self, cursor: str = "") -> Page[Variant]:
        """Return up to 100 products, then all variations, by id. Raises
        BadPayload(``bad_cursor``): start again."""
        return catalogue.variants(self.client, cursor)

    def find_variants(
        self, *, skus: Sequence[str] = (), markers: Sequence[str] = ()
    ) -> tuple[Variant, ...]:
        """Return the variants with one of the SKUs (exact, case included) or markers.

        No filter knows of markers: every product's is read to find one."""
        found = [*catalogue.find_by_sku(self.client, skus)]
        if markers:
            found += catalogue.find_by_marker(self.client, set(markers))
        return tuple({one.external_id: one for one in found}.values())

    def get_variants(self, external_ids: Sequence[str]) -> tuple[Variant, ...]:
        """Return products and variations by id; two calls for a hundred of them."""
        return tuple(catalogue.find_by_id(self.client, external_ids))

    def prepare_markers(self) -> None:
        """Do nothing: meta values need no preparation."""

    def push_markers(self, markers: Mapping[str, str]) -> Mapping[str, str]:
        """Write and remove up to 100 markers; one call, and some more for variations."""
        return catalogue.push_markers(self.client, markers)

    # stock

    def fetch_stock(self, keys: Sequence[StockKey]) -> Mapping[StockKey, int | None]:
        """Return the quantities; None where the shop counts none: one call for a hundred."""
        return stock.fetch(self.client, keys)

    def push_stock(self, changes: Sequence[StockChange], *, idempotency_key: str) -> StockResult:
        """Set quantities; one call for all products and one for each parent of variations.

        They are absolute, so that repeating does no harm, and overwrite what the shop shows."""
        return stock.push(self.client, changes, build.stock_row)

    def find_untracked(self, keys: Sequence[StockKey]) -> tuple[StockRefusal, ...]:
        """Return what the shop doesn't count, or counts with its parent; calls as to read it."""
        return tuple(stock.untracked(self.client, keys))

    def track_stock(self, changes: Sequence[StockChange]) -> StockResult:
        """Have the shop count the stock of these from the quantities of ``changes`` on."""
        return stock.push(self.client, changes, build.tracking_row)

    def _webhook_secret(self) -> str:
        secret = self.settings.credentials.get("webhook_secret", "")
        if not secret:
            raise NotConfigured("missing_credentials")
        return secret


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.split(","))))
