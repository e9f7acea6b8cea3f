# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every storefront can be asked. One subclass a platform; flows know nothing else of it.

Not here: HTTP (``transport``), wire formats (each platform's ``parse`` and ``build``), Odoo.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from .documents.access import PrivacyRequest, Token
from .documents.connection import ConnectionReport, Page
from .documents.customer import Customer
from .documents.event import (
    Event,
    FetchedRecord,
    RecordChange,
    RecordKind,
    WebhookSubscription,
)
from .documents.order import Currency, Order, OrderStep, OrderSummary
from .documents.product import Variant
from .documents.stock import Location, StockChange, StockKey, StockRefusal, StockResult
from .errors import Unsupported
from .transport import CallRecord

RenewToken = Callable[[Token | None, Callable[[Token | None], Token]], Token]
"""``renew(stale, grant)``: the token another worker stored since ``stale`` was read, else what
``grant(stored)`` returns, stored before it is returned. One worker at a time calls ``grant``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a platform can do and how much of it fits in one call.

    ``stock_meaning``: ``sellable`` where the storefront has already subtracted the orders it took,
    ``physical`` where it keeps quantity and reservations apart. ``authorization``: the store
    has a page where its owner grants the access. ``history_days``: orders placed longer ago can't
    be read without the scope ``history_scope``; 0 where all can. ``customers_per_fetch``: 0 where
    customers have no record of their own. ``stock_per_fetch``: inventory records a call reads, at
    all their locations; ``stock_per_push``: changes a call sends. ``stock_tracking``: what the
    store doesn't count can be found, and counting it turned on. ``markers_unique``: no two variants
    carry the same marker. ``variants_by_id``: they can be read by id, which may be cheaper than by
    marker."""

    orders_per_fetch: int
    stock_per_push: int
    stock_per_fetch: int
    stock_compare_and_swap: bool
    stock_meaning: Literal["sellable", "physical"]
    stock_locations: bool
    fractional_stock: bool
    markers: bool
    markers_per_push: int = 0
    markers_unique: bool = True
    variants_by_id: bool = False
    stock_tracking: bool = False
    authorization: bool = False
    history_days: int = 0
    history_scope: str = ""
    customers_per_fetch: int = 0


class Limiter(Protocol):
    """How much may be asked of the storefront now; shared by every worker.

    A platform that counts calls instead of points reports a cost of one each. One that tells of
    neither has ``wait_out`` in place of ``acquire``."""

    def acquire(self, operation: str) -> None:
        """Wait for a moment until ``operation`` may be called.

        Raises RetryLater, which uses up no try, where the wait would be long."""

    def wait_out(self, operation: str) -> None:
        """Wait while the storefront wants nothing: see ``block``. Raises as ``acquire`` does."""

    def report(
        self, operation: str, *, cost: float, maximum: float, available: float, restore_rate: float
    ) -> None:
        """Tell what the storefront said of its bucket (points, and points a second).

        ``cost`` is what must be in the bucket for such a call to be let in."""

    def block(self, seconds: float) -> None:
        """Tell that the storefront refused and wants nothing for ``seconds``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdapterSettings:
    """What an adapter is made of. ``credentials`` holds secrets: never log or repr it.

    ``url`` is the address of the store; ``on_call`` hears every HTTP call made; ``check_allowed``
    raises before the first byte leaves when this database must not speak to the store. ``token`` is
    the access granted last, ``renew_token`` how to get a newer one (without it, what is granted is
    known to this adapter alone); ``limiter`` is None where nobody shares the store."""

    url: str
    credentials: Mapping[str, str]
    on_call: Callable[[CallRecord], None]
    check_allowed: Callable[[], None]
    token: Token | None = None
    renew_token: RenewToken | None = None
    limiter: Limiter | None = None

    def __repr__(self) -> str:
        return f"AdapterSettings(url={self.url!r})"


class Adapter(ABC):
    """One connected storefront. Cheap to make; not shared between threads.

    Methods raise only ``errors.StorefrontError`` and its subclasses."""

    platform: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    webhook_topics: ClassVar[tuple[str, ...]]
    """Topics subscribed to at connection, in the platform's spelling."""
    webhook_ports: ClassVar[frozenset[int]] = frozenset()
    """The only ports the storefront delivers webhooks to; empty where it delivers to any."""
    default_statuses: ClassVar[Mapping[str, OrderStep | None]] = {}
    """What ``Order.status`` can be, in the platform's spelling, and how far such an order goes;
    None where its payment decides. The store's users may change it, and have more statuses."""
    topic_scopes: ClassVar[Mapping[str, str]] = {}
    """The optional scope without which a topic can't be had, for those that have one."""

    def __init__(self, settings: AdapterSettings) -> None:
        self.settings = settings

    # connection
    @abstractmethod
    def check_connection(self) -> ConnectionReport:
        """Return who answers to the credentials."""

    @abstractmethod
    def fetch_locations(self) -> tuple[Location, ...]:
        """Return every location, inactive ones included."""

    # access
    @classmethod
    def authorization_url(
        cls, settings: AdapterSettings, *, redirect_url: str, state: str, grant_url: str = ""
    ) -> str:
        """Return the storefront's page where its owner grants what the connection needs.

        The browser comes back to ``redirect_url``; a storefront that hands over what is granted by
        itself sends it to ``grant_url``, which is only good for this once."""
        raise Unsupported("authorization")

    @classmethod
    def check_callback(cls, settings: AdapterSettings, params: Mapping[str, str]) -> str:
        """Return the code in the query the storefront came back with.

        Raises AuthFailed where the storefront of ``settings`` didn't sign it."""
        raise Unsupported("authorization")

    @staticmethod
    def read_grant(body: bytes) -> Mapping[str, str]:
        """Return the credentials a storefront has sent to ``grant_url``, by their names in
        ``AdapterSettings.credentials``. Raises BadPayload."""
        raise Unsupported("grant")

    def grant_token(self, code: str) -> Token:
        """Exchange the code of a callback for a token. Raises AuthFailed."""
        raise Unsupported("authorization")

    def revoke_access(self) -> None:
        """Give back what was granted. Raises Unsupported where the platform has no way to."""
        raise Unsupported("revocation")

    # webhooks
    @classmethod
    def topics_within(cls, missing_scopes: Collection[str]) -> tuple[str, ...]:
        """Return the topics to subscribe to while these optional scopes aren't granted."""
        return tuple(
            topic
            for topic in cls.webhook_topics
            if cls.topic_scopes.get(topic, "") not in missing_scopes
        )

    @staticmethod
    def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this isn't a webhook but a question, unsigned, whether anybody is there.

        It is answered and nothing is kept of it. ``headers`` has lower-case names."""
        return False

    @staticmethod
    @abstractmethod
    def verify_webhook(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
        """Whether one of ``secrets`` signed ``body``; compares in constant time.

        ``headers`` has lower-case names."""

    @staticmethod
    @abstractmethod
    def read_event(headers: Mapping[str, str], body: bytes) -> Event:
        """Return what a verified webhook points at. Raises BadPayload."""

    @staticmethod
    def read_privacy_request(topic: str, body: bytes) -> PrivacyRequest:
        """Return what a verified webhook of kind ``privacy`` asks for. Raises BadPayload."""
        raise Unsupported("privacy")

    @abstractmethod
    def fetch_webhooks(self) -> tuple[WebhookSubscription, ...]:
        """Return the subscriptions this connection owns."""

    @abstractmethod
    def create_webhook(self, topic: str, url: str) -> WebhookSubscription:
        """Subscribe ``url`` to ``topic``."""

    def enable_webhook(self, external_id: str) -> None:
        """Have the storefront send again to a subscription that isn't active any more."""
        raise Unsupported("enable_webhook")

    @abstractmethod
    def delete_webhook(self, external_id: str) -> None:
        """Remove a subscription; one that is gone already is no error."""

    # orders
    @abstractmethod
    def fetch_records(
        self, kind: RecordKind, external_ids: Sequence[str]
    ) -> tuple[FetchedRecord, ...]:
        """Return the current state of the records, one for each id, in as few calls as possible."""

    def fetch_changes(
        self, kind: RecordKind, since: datetime, cursor: str = ""
    ) -> Page[RecordChange]:
        """Return one page of the records changed at or after ``since``, oldest change first."""
        raise Unsupported("changes")

    def fetch_order_list(
        self,
        *,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        cursor: str = "",
    ) -> Page[OrderSummary]:
        """Return one page of the orders placed at or after ``created_from`` and before
        ``created_to``, oldest first. None is no limit."""
        raise Unsupported("order_list")

    def find_orders(self, numbers: Sequence[str]) -> tuple[OrderSummary, ...]:
        """Return the orders people call by one of ``numbers`` (``#1001``, or ``1001``).

        Numbers nothing has are missing from what is returned; two orders may have the same one."""
        raise Unsupported("order_list")

    @staticmethod
    @abstractmethod
    def parse_order(payload: Mapping[str, Any], *, currency: Currency = "store") -> Order:
        """Return the order in a fetched payload, its amounts in the store's or the shopper's
        currency and its ``counterpart`` in the other; no call is made. Raises BadPayload."""

    @staticmethod
    def forget_customer(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a fetched order's payload without what tells who ordered; no call is made.

        What is left is an order ``parse_order`` can read."""
        raise Unsupported("privacy")

    @staticmethod
    @abstractmethod
    def order_admin_url(url: str, external_id: str) -> str:
        """Return the address of the order in the storefront's own back office."""

    # customers
    @staticmethod
    def parse_customer(payload: Mapping[str, Any]) -> Customer:
        """Return the account in a fetched payload; no call is made. Raises BadPayload."""
        raise Unsupported("customers")

    @staticmethod
    def customer_admin_url(url: str, external_id: str) -> str:
        """Return the address of an account in the storefront's own back office."""
        raise Unsupported("customers")

    # products
    @abstractmethod
    def fetch_variants(self, cursor: str = "") -> Page[Variant]:
        """Return one page of all sellable variants, in a stable order."""

    @abstractmethod
    def find_variants(
        self, *, skus: Sequence[str] = (), markers: Sequence[str] = ()
    ) -> tuple[Variant, ...]:
        """Return the variants that carry one of the SKUs or markers."""

    def get_variants(self, external_ids: Sequence[str]) -> tuple[Variant, ...]:
        """Return the variants of these ids; those that are gone are missing."""
        raise Unsupported("variants_by_id")

    def prepare_markers(self) -> None:
        """Make the storefront ready to keep markers; once is enough, again does no harm."""
        raise Unsupported("markers")

    def push_markers(self, markers: Mapping[str, str]) -> Mapping[str, str]:
        """Write ``{variant id: marker}``, at most ``markers_per_push``; an empty one removes it.

        Returns ``{variant id: the platform's message}`` of those refused."""
        raise Unsupported("markers")

    # stock
    @abstractmethod
    def fetch_stock(self, keys: Sequence[StockKey]) -> Mapping[StockKey, int | None]:
        """Return the quantity the storefront shows for each key; None where it has none."""

    @abstractmethod
    def push_stock(self, changes: Sequence[StockChange], *, idempotency_key: str) -> StockResult:
        """Send one batch of at most ``capabilities.stock_per_push`` changes.

        Repeating a call with the same key and changes has no second effect where the platform
        offers that. Raises AnswerLost when it can't be known whether the batch was applied."""

    def find_untracked(self, keys: Sequence[StockKey]) -> tuple[StockRefusal, ...]:
        """Return why the storefront would ignore quantities of these, of those where it would.

        Worth asking only of keys ``fetch_stock`` has no quantity for. ``stock_untracked``: it
        counts nothing; ``stock_of_parent``: it counts the whole product; any other code: it can't
        count it at all."""
        raise Unsupported("stock_tracking")

    def track_stock(self, changes: Sequence[StockChange]) -> StockResult:
        """Have the storefront count what it doesn't count yet, from these quantities on."""
        raise Unsupported("stock_tracking")
