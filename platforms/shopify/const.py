# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify's limits, names and statuses."""

from typing import Literal

from ..documents.access import PrivacyType
from ..documents.event import EventKind
from ..documents.order import (
    FraudRisk,
    FulfillmentState,
    OrderStep,
    PaymentKind,
    PaymentState,
)

API_VERSION = "2026-10"

# Without these nothing is connected. A write scope implies its read scope.
REQUIRED_SCOPES = (
    "read_customers",
    "read_inventory",
    "read_locations",
    "read_orders",
    "read_products",
    "write_inventory",
)
# Things go on without these: merged customers aren't announced, orders older than 60 days aren't
# seen, markers aren't written.
OPTIONAL_SCOPES = ("read_all_orders", "read_customer_merge", "write_products")
# https://shopify.dev/docs/api/usage/access-scopes#orders-permissions (read 2026-11-23)
HISTORY_DAYS = 60
HISTORY_SCOPE = "read_all_orders"
# What an owner is asked to grant. Not read_all_orders: an app that Shopify hasn't approved for it
# can't ask (https://shopify.dev/docs/api/usage/access-scopes).
INSTALL_SCOPES = (*REQUIRED_SCOPES, "read_customer_merge", "write_products")

# ORDERS_UPDATED comes with every change; the other topics of orders lose none should one of them be
# removed. The last two tell that the access ended or changed.
WEBHOOK_TOPICS = (
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
TOPIC_SCOPES = {"CUSTOMERS_MERGE": "read_customer_merge"}

# Every list given or asked for holds at most 250 (https://shopify.dev/docs/api/usage/limits).
MAX_ITEMS = 250
# Fewer than the cost of a query would allow (see README.md), so that an answer stays small. More
# lines are fetched only for the orders that have them.
ORDERS_PER_FETCH = 50
LINES_PER_ORDER = 25
CUSTOMERS_PER_FETCH = 50
SKUS_PER_SEARCH = 50
NUMBERS_PER_SEARCH = 50
MARKERS_PER_LOOKUP = 50
# Levels of an item that are asked for in one call; answers stay below some 2,500 of them.
LOCATIONS_PER_FETCH = 10

# The marker is a metafield in a namespace reserved to our app: nobody else can write it.
MARKER_NAMESPACE = "$app:odoo"
MARKER_KEY = "id"
MARKER_TYPE = "id"
# What `metafieldsSet` takes.
MARKERS_PER_PUSH = 25

# In place, a throttled call waits only as long as a bucket needs that others nearly emptied.
THROTTLE_WAITS = 3
THROTTLE_MAX_SECONDS = 2.0
# Shopify rounds the taxes of each line; no setting of the store and no field says so.
TAX_ROUNDING: Literal["line"] = "line"

# How long nothing is sent after a 429 that doesn't say.
RATE_LIMIT_SECONDS = 2.0
# A token is renewed this long before it ends, so that it doesn't end within a job; should that
# fail, it is still used until shortly before its end.
TOKEN_MARGIN_SECONDS = 300.0
TOKEN_LAST_SECONDS = 60.0
# What a token that can be refreshed lives, should the store not say.
TOKEN_SECONDS = 3600.0
# How old the store's answer to an authorization may be, and how far its clock and ours may differ.
CALLBACK_MAX_AGE_SECONDS = 300

# Refusals of calls and grants after which the store knows neither app nor token.
GONE_CODES = frozenset({"unauthorized", "authorization_ended", "app_not_installed"})

# Statuses with which Shopify refuses a store as a whole
# (https://shopify.dev/docs/api/usage/response-codes).
STORE_REFUSALS = {402: "store_frozen", 404: "store_not_found", 423: "store_locked"}

STALE_CODES = frozenset({"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"})

PAYMENT_STATES: dict[str, PaymentState] = {
    "AUTHORIZED": "authorized",
    "EXPIRED": "voided",
    "PAID": "paid",
    "PARTIALLY_PAID": "partially_paid",
    "PARTIALLY_REFUNDED": "partially_refunded",
    "PENDING": "pending",
    "REFUNDED": "refunded",
    "VOIDED": "voided",
}
# An order's status is its financial one. Where no money will come nothing is delivered, whatever
# is done with orders that aren't paid yet.
DEFAULT_STATUSES: dict[str, OrderStep | None] = {
    **dict.fromkeys(PAYMENT_STATES),
    "EXPIRED": "quotation",
    "VOIDED": "quotation",
}
# Everything else (on hold, scheduled, in progress, …) still waits for its goods.
FULFILLMENT_STATES: dict[str, FulfillmentState] = {
    "FULFILLED": "fulfilled",
    "FULFILLMENT_NOT_REQUIRED": "fulfilled",
    "PARTIALLY_FULFILLED": "partial",
}

# Where an order stands: the word for its payment, null until there is any, or that it's cancelled.
CANCELLED = "CANCELLED"
NO_STATUS = "PENDING"

# What moves money. A void moves none, and change is taken off what was paid.
PAYMENT_KINDS: dict[str, PaymentKind] = {
    "AUTHORIZATION": "authorization",
    "EMV_AUTHORIZATION": "authorization",
    "CAPTURE": "payment",
    "SALE": "payment",
    "REFUND": "refund",
}
GIFT_CARD_GATEWAY = "gift_card"

RECOMMENDATIONS: dict[str, FraudRisk] = {"ACCEPT": "low", "INVESTIGATE": "medium", "CANCEL": "high"}
# The worst first.
RISK_LEVELS: dict[str, FraudRisk] = {"HIGH": "high", "MEDIUM": "medium", "LOW": "low"}

# Where a tax's title may begin with the country whose tax it is.
VAT_COUNTRIES = frozenset(
    ("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
     "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip

# Which record a webhook is about, by its topic or the first word of it, and where its body says so.
WEBHOOK_RECORDS: dict[str, tuple[EventKind, str]] = {
    "orders": ("order", "id"),
    "orders/edited": ("order", "order_edit.order_id"),
    "refunds": ("order", "order_id"),
    "products": ("product", "id"),
    "inventory_levels": ("stock", "inventory_item_id"),
    "customers": ("customer", "id"),
    "app/uninstalled": ("access", ""),
    "app/scopes_update": ("access", ""),
    # Set in the app's configuration, not subscribed to
    # (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance).
    "customers/data_request": ("privacy", ""),
    "customers/redact": ("privacy", ""),
    "shop/redact": ("privacy", ""),
}

# What names the accounts of a merge, and the one of its statuses after which there was one.
MERGE_TOPIC = "customers/merge"
MERGE_GONE = "admin_graphql_api_customer_deleted_id"
MERGE_KEPT = "admin_graphql_api_customer_kept_id"
MERGE_DONE = "completed"

# What each compliance topic asks for, and where its body names the orders.
PRIVACY_REQUESTS: dict[str, tuple[PrivacyType, str]] = {
    "customers/data_request": ("customer_data", "orders_requested"),
    "customers/redact": ("customer_redact", "orders_to_redact"),
    "shop/redact": ("shop_redact", ""),
}
