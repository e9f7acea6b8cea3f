# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The root queries: by id, by identifier, by search."""

from datetime import timedelta

from .. import search
from ..access import denied, missing, not_approved, unapproved
from ..errors import bad_request
from . import definitions
from .connections import Sorted


def _status(order):
    if order.cancelled_at:
        return ["cancelled"] if order.closed_at else ["cancelled", "not_closed"]
    return ["closed"] if order.closed_at else ["open", "not_closed"]


# What each search understands: field -> getter. `default` is a term without a field.
COMMON = {
    "id": lambda row: row.number,
    "created_at": lambda row: row.created_at,
    "updated_at": lambda row: row.updated_at,
}
VARIANTS = {
    **COMMON,
    "default": lambda row: [row.sku, row.barcode, row.title, row.product.title],
    "sku": lambda row: row.sku,
    "barcode": lambda row: row.barcode,
    "title": lambda row: row.title,
    "product_id": lambda row: row.product.number,
    "taxable": lambda row: row.taxable,
    "inventory_quantity": lambda row: row.inventory_quantity,
    "product_status": lambda row: row.product.status,
}
PRODUCTS = {
    **COMMON,
    "default": lambda row: [row.title, row.vendor, *row.tags],
    "title": lambda row: row.title,
    "handle": lambda row: row.handle,
    "status": lambda row: row.status,
    "vendor": lambda row: row.vendor,
    "tag": lambda row: row.tags,
    "sku": lambda row: [variant.sku for variant in row.variants],
    "barcode": lambda row: [variant.barcode for variant in row.variants],
}
ORDERS = {
    **COMMON,
    "default": lambda row: [row.name, row.email],
    "name": lambda row: [row.name, str(row.order_number)],
    "email": lambda row: row.email,
    "processed_at": lambda row: row.processed_at,
    "financial_status": lambda row: row.display_financial_status,
    "fulfillment_status": lambda row: row.display_fulfillment_status,
    "status": _status,
    "tag": lambda row: row.tags,
    "test": lambda row: row.test,
    "source_name": lambda row: row.source_name,
    "customer_id": lambda row: row.customer.number if row.customer else None,
}
CUSTOMERS = {
    **COMMON,
    "default": lambda row: [row.display_name, row.email, row.phone],
    "email": lambda row: row.email,
    "phone": lambda row: row.phone,
    "first_name": lambda row: row.first_name,
    "last_name": lambda row: row.last_name,
    "tag": lambda row: row.tags,
}
ITEMS = {**COMMON, "sku": lambda row: row.sku}
LOCATIONS = {
    **COMMON,
    "default": lambda row: row.name,
    "name": lambda row: row.name,
    "active": lambda row: row.is_active,
}
SORTS = {
    "ID": lambda row: row.number,
    "CREATED_AT": lambda row: row.created_at,
    "PROCESSED_AT": lambda row: row.processed_at,
    "UPDATED_AT": lambda row: row.updated_at,
    "TITLE": lambda row: row.title,
    "NAME": lambda row: row.name if hasattr(row, "name") else row.display_name,
    "SKU": lambda row: row.sku or "",
    "ORDER_NUMBER": lambda row: row.order_number,
}


def filtered(rows, text, fields, context):
    """The rows a search finds; an unknown field filters nothing and leaves a warning."""
    if not text or not text.strip() or not rows:
        return rows
    tree = search.parse(text)
    ids = search.exact(tree, "id")
    if ids and rows[0].TYPENAME != "InventoryLevel":  # whose global id is more than a number
        wanted = (f"gid://shopify/{rows[0].TYPENAME}/{number}" for _id, number in ids)
        return [node for node in (_find(context, gid) for gid in wanted) if node is not None]
    unknown = [term.field for term in search.terms(tree) if term.field and term.field not in fields]
    for name in unknown:
        context.warn(text, name)
    return [row for row in rows if tree.test(row, fields)]


def ordered(rows, arguments):
    """By the sort key, rows that are equal in it by id."""
    value = SORTS.get(arguments.get("sortKey") or "ID", SORTS["ID"])
    return Sorted(rows, lambda row: (value(row), row.number))


def _list(name, fields):
    def resolve(_source, context, arguments):
        text = arguments.get("query")
        rows = [row for row in getattr(context.store, name) if context.can_see(row)]
        if text and context.settings.search_lag:
            indexed = context.store.now() - timedelta(seconds=context.settings.search_lag)
            rows = [row for row in rows if row.updated_at <= indexed]
        return ordered(filtered(rows, text, fields, context), arguments)

    return resolve


def _variants(_source, context, arguments):
    """`sku:` and `barcode:` searches use an index: linking asks thousands of times."""
    store, text = context.store, arguments.get("query")
    indexes = {"sku": store.by_sku, "barcode": store.by_barcode}
    wanted = search.exact(search.parse(text), *indexes) if text and text.strip() else None
    if wanted:
        found = {
            row.number: row
            for field, value in wanted
            for row in indexes[field].get(value.lower(), ())
        }
        return ordered(found.values(), arguments)
    fields = {**VARIANTS, **_metafield_getters(text, "PRODUCTVARIANT", context)}
    return ordered(filtered(store.variants, text, fields, context), arguments)


def _metafield_getters(text, owner_type, context):
    """`metafields.namespace.key:value` as fields of this one search."""
    if not text or "metafields." not in text:
        return {}
    names = {term.field for term in search.terms(search.parse(text)) if term.field}
    return {
        name: _metafield(*_split(name, context))
        for name in names
        if name.startswith("metafields.")
        and _is_defined(owner_type, *_split(name, context), context)
    }


def _split(name, context):
    """(namespace, key) of `metafields.namespace.key`."""
    namespace, _dot, key = name.removeprefix("metafields.").rpartition(".")
    return context.namespace(namespace), key


def _is_defined(owner_type, namespace, key, context):
    """Only metafields with a definition can be searched by."""
    same = (owner_type, namespace, key)
    rows = context.store.metafield_definitions
    return any((row.owner_type, row.namespace, row.key) == same for row in rows)


def _metafield(namespace, key):

    def get(row):
        found = row.metafields.get((namespace, key))
        return found.value if found else None

    return get


def _products(_source, context, arguments):
    text = arguments.get("query")
    fields = {**PRODUCTS, **_metafield_getters(text, "PRODUCT", context)}
    return ordered(filtered(context.store.products, text, fields, context), arguments)


def _locations(_source, context, arguments):
    rows = [
        location
        for location in context.store.locations
        if (location.is_active or arguments["includeInactive"])
        and (not location.legacy or arguments["includeLegacy"])
    ]
    return ordered(filtered(rows, arguments.get("query"), LOCATIONS, context), arguments)


def _by_id(type_name):
    def resolve(_source, context, arguments):
        node = _find(context, arguments["id"])
        return node if node is not None and type_name == node.TYPENAME else None

    return resolve


def _find(context, gid):
    """The node of a global id, unless it is too old for the app to see."""
    node = context.store.nodes.get(gid)
    return node if node is not None and context.can_see(node) else None


def _location(_source, context, arguments):
    gid = arguments.get("id")
    node = context.store.nodes.get(gid) if gid else context.store.locations[0]
    return node if node is not None and node.TYPENAME == "Location" else None


def _reachable(node, context):
    """A node of any type is still bound by the scopes and the protection of its type."""
    if node is None:
        return None
    reason = missing(node.TYPENAME, None, context.scopes)
    if reason:
        raise denied(context.field_name, reason)
    reason = unapproved(node.TYPENAME, None, context.settings.customer_data)
    if reason:
        raise not_approved(reason)
    return node


def _node(_source, context, arguments):
    return _reachable(_find(context, arguments["id"]), context)


def _nodes(_source, context, arguments):
    return [_reachable(_find(context, gid), context) for gid in arguments["ids"]]


def _by_identifier(type_name, name, others):
    """By id, customId or a type's own keys: exactly one, the input types are `@oneOf`."""

    def resolve(_source, context, arguments):
        ((kind, value),) = arguments["identifier"].items()
        rows = getattr(context.store, name)
        if kind == "id":
            return _by_id(type_name)(None, context, {"id": value})
        if kind == "customId":
            return _by_custom_id(type_name, context, value)
        return next((row for row in rows if getattr(row, others[kind]) == value), None)

    return resolve


def _by_custom_id(type_name, context, wanted):
    namespace, key = context.namespace(wanted.get("namespace")), wanted["key"]
    definition = definitions.find(context, definitions.OWNERS[type_name][0], namespace, key)
    if definition is None or definition.type_name != "id":
        words = "Metafield definition of type 'id' is required when using custom ids."
        raise bad_request(words, "NOT_FOUND")
    owners = context.store.by_metafield.get((type_name, namespace, key, wanted["value"]), ())
    return next(iter(owners), None)


def _count(name, fields):
    def resolve(_source, context, arguments):
        rows = filtered(getattr(context.store, name), arguments.get("query"), fields, context)
        limit = arguments.get("limit") or len(rows)
        precision = "EXACT" if len(rows) <= limit else "AT_LEAST"
        return {"count": min(len(rows), limit), "precision": precision}

    return resolve


FIELDS = {
    ("QueryRoot", "shop"): lambda _source, context, _arguments: context.store.shop,
    ("QueryRoot", "locations"): _locations,
    ("QueryRoot", "location"): _location,
    ("QueryRoot", "productVariants"): _variants,
    ("QueryRoot", "products"): _products,
    ("QueryRoot", "orders"): _list("orders", ORDERS),
    ("QueryRoot", "customers"): _list("customers", CUSTOMERS),
    ("QueryRoot", "inventoryItems"): _list("inventory_items", ITEMS),
    ("QueryRoot", "order"): _by_id("Order"),
    ("QueryRoot", "product"): _by_id("Product"),
    ("QueryRoot", "productVariant"): _by_id("ProductVariant"),
    ("QueryRoot", "customer"): _by_id("Customer"),
    ("QueryRoot", "inventoryItem"): _by_id("InventoryItem"),
    ("QueryRoot", "inventoryLevel"): _by_id("InventoryLevel"),
    ("QueryRoot", "node"): _node,
    ("QueryRoot", "nodes"): _nodes,
    ("QueryRoot", "productByIdentifier"): _by_identifier(
        "Product", "products", {"handle": "handle"}
    ),
    ("QueryRoot", "productVariantByIdentifier"): _by_identifier("ProductVariant", "variants", {}),
    ("QueryRoot", "orderByIdentifier"): _by_identifier("Order", "orders", {}),
    ("QueryRoot", "customerByIdentifier"): _by_identifier(
        "Customer", "customers", {"emailAddress": "email", "phoneNumber": "phone"}
    ),
    ("QueryRoot", "ordersCount"): _count("orders", ORDERS),
    ("QueryRoot", "productsCount"): _count("products", PRODUCTS),
    ("QueryRoot", "productVariantsCount"): _count("variants", VARIANTS),
}
