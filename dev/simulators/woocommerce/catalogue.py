# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The routes of products, variations and attributes."""

from . import listing, product_write
from .errors import RestError, invalid_id
from .params import Arg
from .product import product_payload, shown_stock_status, variation_payload
from .rest import Result, Route, batch

STATUSES = ("draft", "pending", "private", "publish")
STOCK_STATUSES = ("instock", "outofstock", "onbackorder")
SHAPE = Arg("array", items=Arg("object"))
TYPES = Arg("array", items=Arg(enum=("simple", "grouped", "external", "variable")))
LIST = {
    **listing.DATED,
    "orderby": Arg(
        enum=(*listing.PAGING["orderby"].enum, "price", "popularity", "rating", "menu_order"),
        default="date",
    ),
    "status": Arg(enum=("any", "future", "trash", *STATUSES), default="any"),
    "type": Arg(enum=product_write.TYPES),
    "include_types": TYPES,
    "exclude_types": TYPES,
    "parent": listing.IDS,
    "sku": Arg(),
    "search_sku": Arg(),
    "global_unique_id": Arg(),
    "slug": Arg(),
    "stock_status": Arg(enum=STOCK_STATUSES),
    "virtual": Arg("boolean"),
}
WRITE = {
    "name": Arg(),
    "type": Arg(enum=product_write.TYPES),
    "status": Arg(enum=("draft", "pending", "private", "publish", "future", "trash")),
    "sku": Arg(),
    "global_unique_id": Arg(),
    "regular_price": Arg(),
    "sale_price": Arg(),
    "description": Arg(),
    "virtual": Arg("boolean"),
    "downloadable": Arg("boolean"),
    "manage_stock": Arg("boolean"),
    "stock_quantity": Arg("integer"),
    "inventory_delta": Arg("integer"),
    "stock_status": Arg(enum=STOCK_STATUSES),
    "backorders": Arg(enum=product_write.BACKORDERS),
    "weight": Arg(),
    "categories": SHAPE,
    "attributes": SHAPE,
    "default_attributes": SHAPE,
    "meta_data": SHAPE,
}
# A variation's own `manage_stock` may be "parent": nothing is checked there.
WRITE_VARIATION = {**WRITE, "manage_stock": Arg("mixed"), "type": Arg()}


def _product(call):
    found = call.store.products.get(call.ids["id"])
    if found is None:
        raise invalid_id("product")
    return found


def _plain_product(call):
    """For writing: a variation's id is none of a product's."""
    found = call.store.products.get(call.ids["id"])
    if found is None:
        raise invalid_id("product", 400)
    if found["type"] == "variation":
        raise RestError(
            "woocommerce_rest_invalid_product_id",
            "To manipulate product variations you should use the"
            " /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
            404,
        )
    return found


def _parent(call):
    found = call.store.products.get(call.ids["parent"])
    if found is None or found["type"] == "variation":
        raise invalid_id("product")
    return found


def _variation(call):
    found = call.store.products.get(call.ids["id"])
    if found is None or found["parent_id"] != call.ids["parent"]:
        raise invalid_id("product_variation")
    return found


def _shown(call, product):
    return product_payload(call.store, product, call.home)


def _shown_variation(call, product):
    """As it is read: its class of taxes is the one that counts."""
    return variation_payload(call.store, product, call.home)


def _written_variation(call, product):
    return variation_payload(call.store, product, call.home, written=True)


def list_products(call):
    params, products = call.params, call.store.products
    if params.get("include"):  # of a large shop's products only those
        products = {one: products[one] for one in sorted(set(params["include"])) if one in products}
    rows = [row for row in products.values() if _is_listed(call.store, row, params)]
    return listing.answer(call, rows, lambda row: _shown(call, row))


def _is_listed(store, row, params):
    """Variations are found by their SKU alone."""
    by_code = _fits_code(row, params)
    if by_code is None and row["type"] == "variation":
        return False
    if by_code is False or not _fits_status(row, params["status"]):
        return False
    return _fits_kind(row, params) and _fits_words(store, row, params)


def _fits_code(row, params):
    """Whether a search for a SKU or GTIN finds it; None where none was searched for."""
    if params.get("sku"):
        return row["sku"] in [one.strip() for one in params["sku"].split(",")]
    if params.get("search_sku"):
        return params["search_sku"].lower() in row["sku"].lower()
    if params.get("global_unique_id"):
        return row["global_unique_id"] in params["global_unique_id"].split(",")
    return None


def _fits_status(row, status):
    return row["status"] != "trash" if status == "any" else row["status"] == status


def _fits_kind(row, params):
    if params.get("type") and row["type"] != params["type"]:
        return False
    if params.get("include_types") and row["type"] not in params["include_types"]:
        return False
    return row["type"] not in (params.get("exclude_types") or ())


def _fits_words(store, row, params):
    status = params.get("stock_status")
    if status and shown_stock_status(store, row) != status:
        return False
    if params.get("slug") and row["slug"] != params["slug"]:
        return False
    if params.get("parent") and row["parent_id"] not in params["parent"]:
        return False
    return not params.get("search") or params["search"].lower() in row["name"].lower()


def get_product(call):
    return Result(_shown(call, _product(call)))


def create_product(call):
    product = product_write.create(call.store, call.body)
    location = f"{call.home}/wp-json/wc/v3/products/{product['id']}"
    return Result(_shown(call, product), 201, headers={"Location": location})


def update_product(call):
    product = _plain_product(call)
    product_write.update(call.store, product, call.body)
    return Result(_shown(call, product))


def delete_product(call):
    product = _plain_product(call) if call.ids["id"] in call.store.products else _product(call)
    before = _shown(call, product)
    product_write.delete(call.store, product, call.params.get("force"))
    return Result(before)


def list_variations(call):
    parent = _parent(call)
    return _variation_list(call, call.store.variations(parent))


def list_all_variations(call):
    wanted = call.params.get("parent")
    rows = [row for row in call.store.products.values() if row["type"] == "variation"]
    rows = [row for row in rows if not wanted or row["parent_id"] in wanted]
    return _variation_list(call, rows)


def _variation_list(call, rows):
    params = call.params
    found = [
        row
        for row in rows
        if _fits_status(row, params["status"])
        and _fits_code(row, params) is not False
        and _fits_words(call.store, row, {**params, "parent": None})
    ]
    return listing.answer(call, found, lambda row: _shown_variation(call, row))


def get_variation(call):
    return Result(_shown_variation(call, _variation(call)))


def create_variation(call):
    parent = _parent(call)
    product = product_write.create_variation(call.store, parent, call.body)
    return Result(_written_variation(call, product), 201)


def update_variation(call):
    product = _variation(call)
    product_write.update(call.store, product, call.body)
    return Result(_written_variation(call, product))


def delete_variation(call):
    """Variations have no trash of their own: the answer is the same, and it is gone."""
    product = _variation(call)
    before = _written_variation(call, product)
    product_write.delete(call.store, product, True)
    return Result(before)


def list_attributes(call):
    return Result([
        {"id": one["id"], "name": one["name"], "slug": one["slug"], "type": "select",
         "order_by": "menu_order", "has_archives": False}
        for one in call.store.attributes.values()
    ])  # fmt: skip


def routes():
    products, one = "products", r"products/(?P<id>\d+)"
    variations = r"products/(?P<parent>\d+)/variations"
    variation = rf"{variations}/(?P<id>\d+)"
    force = {"force": Arg("boolean", default=False)}
    return [
        Route(products, "list", list_products, LIST),
        Route(products, "create", create_product, WRITE),
        Route("products/attributes", "list", list_attributes),
        Route(one, "get", get_product),
        Route(one, "update", update_product, WRITE),
        Route(one, "delete", delete_product, force),
        Route(
            "products/batch",
            "batch",
            batch(create_product, update_product, delete_product,
                  lambda: invalid_id("product", 400)),
        ),
        Route(variations, "list", list_variations, LIST),
        Route(variations, "create", create_variation, WRITE_VARIATION),
        Route("variations", "list", list_all_variations, LIST),
        Route(variation, "get", get_variation),
        Route(variation, "update", update_variation, WRITE_VARIATION),
        Route(variation, "delete", delete_variation, force),
        Route(
            f"{variations}/batch",
            "batch",
            batch(create_variation, update_variation, delete_variation,
                  lambda: invalid_id("product_variation")),
        ),
    ]  # fmt: skip
