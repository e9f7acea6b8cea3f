# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify's limits, names and statuses."""

from typing import Literal

from ..documents.event import RecordKind
from ..documents.order import FulfillmentState, PaymentState

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
# Things go on without these: markers aren't written, orders older than 60 days aren't seen.
OPTIONAL_SCOPES = ("read_all_orders", "write_products")
# What an owner is asked to grant. Not read_all_orders: an app that Shopify hasn't approved for it
# can't ask (https://shopify.dev/docs/api/usage/access-scopes).
INSTALL_SCOPES = (*REQUIRED_SCOPES, "write_products")

# ORDERS_UPDATED comes with every change; the others lose no order should one of them be removed.
WEBHOOK_TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
)

# Every list given or asked for holds at most 250 (https://shopify.dev/docs/api/usage/limits).
MAX_ITEMS = 250
# Fewer than the cost of a query would allow (see README.md), so that an answer stays small. More
# lines are fetched only for the orders that have them.
ORDERS_PER_FETCH = 20
LINES_PER_ORDER = 25
SKUS_PER_SEARCH = 50
MARKERS_PER_LOOKUP = 50

# The marker is a metafield in a namespace reserved to our app: nobody else can write it.
MARKER_NAMESPACE = "$app:odoo"
MARKER_KEY = "id"

# In place, a throttled call waits only as long as a bucket needs that others nearly emptied.
THROTTLE_WAITS = 3
THROTTLE_MAX_SECONDS = 2.0
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
# Everything else (on hold, scheduled, in progress, …) still waits for its goods.
FULFILLMENT_STATES: dict[str, FulfillmentState] = {
    "FULFILLED": "fulfilled",
    "FULFILLMENT_NOT_REQUIRED": "fulfilled",
    "PARTIALLY_FULFILLED": "partial",
}

# Which record a webhook is about, by its topic or the first word of it, and where its body says so.
WEBHOOK_RECORDS: dict[str, tuple[RecordKind | Literal[""], str]] = {
    "orders": ("order", "id"),
    "orders/edited": ("order", "order_edit.order_id"),
    "refunds": ("order", "order_id"),
    "products": ("product", "id"),
    "inventory_levels": ("stock", "inventory_item_id"),
    "customers": ("customer", "id"),
    # Compliance (https://shopify.dev/docs/apps/build/compliance): nothing is to be fetched.
    "customers/data_request": ("", ""),
    "customers/redact": ("", ""),
}
