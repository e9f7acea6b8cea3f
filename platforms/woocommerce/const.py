# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""WooCommerce's limits, names and statuses."""

from ..documents.event import EventKind
from ..documents.order import OrderStep

API_PATH = "/wp-json/wc/v3"
API_VERSION = "wc/v3"
MIN_VERSION = 8
# What this was recorded from; a later one is said, and works as far as it kept its ways.
TESTED_VERSION = (10, 7)
INDEX_PATH = "/wp-json/"

# Shops on slow hosts answer after half a minute; batches may take longer.
READ_SECONDS = 90.0

# `per_page` and the rows of a batch, both at most 100 (413 above, or below where a host says so).
MAX_ITEMS = 100
# An order is 3 to 6 kB, and PHP takes some hundredths of a second for each.
ORDERS_PER_FETCH = 50
CUSTOMERS_PER_FETCH = 100
SKUS_PER_LOOKUP = 50
# Parents whose variations are read one by one where the shop has no list of all variations.
PARENTS_PER_PAGE = 10
NUMBERS_PER_LOOKUP = 100

# What an order is read from. What isn't asked for (address and browser of the customer, links,
# images) doesn't leave the shop.
ORDER_FIELDS = (
    "id,number,status,currency,date_created_gmt,date_modified_gmt,date_completed_gmt,date_paid_gmt,"
    "prices_include_tax,total,total_tax,customer_id,billing,shipping,payment_method,"
    "payment_method_title,transaction_id,created_via,customer_note,meta_data,line_items,tax_lines,"
    "shipping_lines,fee_lines,coupon_lines,refunds,needs_processing"
)
LIST_FIELDS = (
    "id,number,status,currency,date_created_gmt,date_modified_gmt,total,billing,created_via"
)
CHANGE_FIELDS = "id,status,date_modified_gmt"
CUSTOMER_FIELDS = (
    "id,date_created_gmt,date_modified_gmt,email,first_name,last_name,billing,shipping,meta_data"
)
PRODUCT_FIELDS = (
    "id,parent_id,type,status,name,sku,global_unique_id,manage_stock,attributes,meta_data"
)
PARENT_FIELDS = "id,name,attributes,variations"
OPTION_FIELDS = "id,status,attributes"
MARKER_FIELDS = "id,parent_id,type,meta_data"
STOCK_FIELDS = "id,type,manage_stock,stock_quantity"
STATUS_FIELDS = "environment,settings"

# More decimals than any shop shows: a shop that rounds only the order keeps fractions in its lines.
AMOUNT_DECIMALS = "6"

# ``*.updated`` comes with every change; the others lose none should one of them be disabled.
# Nothing is done for products: only our own stock would come back.
WEBHOOK_TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "customer.created",
    "customer.updated",
    "customer.deleted",
)
WEBHOOK_KINDS: dict[str, EventKind] = {
    "order": "order",
    "product": "product",
    "customer": "customer",
}
# Where a shop delivers to: it refuses other ports, and addresses that aren't public
# (``wp_http_validate_url``), unless a filter says else.
WEBHOOK_PORTS = frozenset({80, 443, 8080})
WEBHOOK_NAME = "Odoo Storefront Connector"
WEBHOOK_PATH = "/storefront/webhook/"

# A checkout somebody is at: it becomes an order, or is deleted.
DRAFT = "checkout-draft"
TRASH = "trash"
# A variation nobody is offered.
PRIVATE = "private"
CANCELLED = "cancelled"
COMPLETED = "completed"
REFUNDED = "refunded"
# Nothing was paid and nothing will be, unless the status changes.
DEAD_STATUSES = frozenset({CANCELLED, "failed"})
# Where nothing has to be paid (a free order), whether it was placed for good.
UNPAID_STATUSES = frozenset({"pending", DRAFT})
# Not paid at the checkout, whatever the order's date of payment says: WooCommerce sets that when an
# order begins to be processed.
PAID_ON_DELIVERY = frozenset({"cod"})

# "processing" and "completed" go as far as their payment says; what waits for a bank transfer is
# kept as a quotation; what nobody has paid may never become an order.
DEFAULT_STATUSES: dict[str, OrderStep | None] = {
    "processing": None,
    "completed": None,
    "refunded": None,
    "cancelled": None,
    "on-hold": "quotation",
    "pending": "skip",
    "failed": "skip",
    DRAFT: "skip",
}

# Types of products that are no sellable unit themselves.
PARENT_PREFIX = "variable"
NOT_SOLD = frozenset({"grouped", "external"})
VARIATION_TYPES = frozenset({"variation", "subscription_variation"})

MARKER_KEY = "odoo_id"
MARKERS_PER_PUSH = 100
# What joins parent and variation in the id stock is counted on: a variation is written below its
# parent only.
STOCK_ID_SEPARATOR = "/"
LOCATION_ID = "stock"

SCOPE_READ = "read"
SCOPE_WRITE = "write"

# Where the common plugins keep a business customer's VAT number, on the order or the account.
# EU VAT Number (WooCommerce), EU/UK VAT Compliance, EU VAT Assistant, EU VAT for WooCommerce
# (WPFactory), Germanized, German Market, YITH EU VAT, EU/UK VAT Manager, WC APG NIF/CIF/NIE,
# Fattura24 and "Piva" of Italian invoices, Brazilian Market.
_VAT_META_KEYS = (
    "_billing_vat_number",
    "_vat_number",
    "vat_number",
    "VAT Number",
    "_billing_eu_vat_number",
    "billing_eu_vat_number",
    "_billing_vat_id",
    "_shipping_vat_id",
    "billing_vat",
    "_billing_vat",
    "yweu_billing_vat",
    "_billing_yweu_vat",
    "_billing_dic",
    "_billing_cnpj",
    "_billing_nif",
    "_nif",
    "_billing_piva",
)
# An account keeps the same without the underscore that hides it on an order.
VAT_META_KEYS = tuple(
    dict.fromkeys((*_VAT_META_KEYS, *(key.removeprefix("_") for key in _VAT_META_KEYS)))
)
# Where the common plugins keep numbers of parcels. Lists: Shipment Tracking (WooCommerce), which
# Advanced Shipment Tracking does alike, and AfterShip. {number: carrier}: YITH Order Tracking,
# Shipping Tracking, AfterShip before it had lists, and several small ones.
TRACKING_LIST_KEYS = ("_wc_shipment_tracking_items", "_aftership_tracking_items")
TRACKING_KEYS = {
    "ywot_tracking_code": "ywot_carrier_name",
    "_wcst_order_trackno": "_wcst_order_trackname",
    "_aftership_tracking_number": "_aftership_tracking_provider_name",
    "_tracking_number": "_tracking_provider",
}
VAT_EXEMPT_META = "is_vat_exempt"
LANGUAGE_META_KEYS = ("wpml_language", "_wpml_language", "_language")

# Countries whose codes of states in WooCommerce aren't those of ISO 3166-2.
OWN_STATE_CODES = frozenset({"CN"})

# Fixed offsets from UTC as IANA names, for shops that chose no city. Etc/GMT counts the other way.
HALF_HOUR_ZONES = {
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}
