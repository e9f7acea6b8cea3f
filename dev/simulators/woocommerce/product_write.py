# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products and variations written: what is kept, what is computed, what is silently ignored."""

from html import escape

from . import meta, php
from .errors import RestError, already_trashed
from .params import moment
from .product import blank, parent_of, stock_keeper

PLAIN = ("status", "description", "short_description", "catalog_visibility", "tax_status",
         "tax_class", "weight", "purchase_note")  # fmt: skip
FLAGS = ("featured", "virtual", "downloadable", "sold_individually", "reviews_allowed")
TYPES = ("simple", "grouped", "external", "variable")
PRICES = ("regular_price", "sale_price")
BACKORDERS = ("no", "notify", "yes")


def create(store, values):
    product = blank(store, id=0)
    if values.get("type") in TYPES:
        product["type"] = values["type"]
    _write(store, product, values, new=True)
    product["id"] = store.number("post")
    product["slug"] = _free_slug(store, php.slug(values.get("slug") or product["name"]))
    product["categories"] = product["categories"] or [15]
    store.products[product["id"]] = product
    _index(store, product)
    store.emit("product.created", product["id"])
    return product


def create_variation(store, parent, values):
    product = blank(store, id=0, type="variation", parent_id=parent["id"], tax_class="parent",
                    reviews_allowed=False, attributes={}, slug="")  # fmt: skip
    _write(store, product, values, new=True)
    product["id"] = store.number("post")
    store.products[product["id"]] = product
    store.children.setdefault(parent["id"], []).append(product["id"])
    _index(store, product)
    store.emit("product.created", product["id"])
    return product


def update(store, product, values):
    """A write that changes nothing still counts as a change."""
    _write(store, product, values)
    touch(store, product)


def touch(store, product):
    product["modified"] = store.now()
    parent = parent_of(store, product)
    if parent is not None:  # computed again, without a webhook of its own
        parent["modified"] = product["modified"]
    store.emit("product.updated", product["id"])


def _write(store, product, values, new=False):
    """Everything is checked before the first property changes."""
    sku = _checked_sku(store, product, values, new)
    code = _checked_code(store, product, values)
    _write_properties(product, values)
    for name in ("date_on_sale_from", "date_on_sale_to"):
        if name in values:
            product[name] = moment(values[name], store.zone) if values[name] else None
    meta.merge(store, product["meta_data"], values.get("meta_data"))
    _set_code(store, product, sku, code)
    _write_attributes(store, product, values)
    _write_stock(store, product, values)


def _write_properties(product, values):
    """What is kept as it comes."""
    if "name" in values:
        product["name"] = escape(str(values["name"]), quote=False)
    given = {name: value for name, value in values.items() if value is not None}
    product.update({name: given[name] for name in PLAIN if name in given})
    product.update({name: php.boolean(given[name]) for name in FLAGS if name in given})
    product.update({name: php.price(values[name]) for name in PRICES if name in values})
    for name in ("categories", "grouped_products"):
        if name in given:
            rows = given[name]
            product[name] = [one["id"] if isinstance(one, dict) else one for one in rows]


def _set_code(store, product, sku, code):
    if code is not None:
        store.by_code.pop(product["global_unique_id"], None)
        product["global_unique_id"] = code
        if code:
            store.by_code[code] = product
    if sku is not None and sku != product["sku"]:
        if store.by_sku.get(product["sku"]) is product:
            del store.by_sku[product["sku"]]
        product["sku"] = sku
        if product["id"]:
            _index(store, product)


def _index(store, product):
    if product["sku"]:
        store.by_sku[product["sku"]] = product


def _checked_sku(store, product, values, new):
    """The SKU to set, or None. Raises RestError where another product has it."""
    if values.get("sku") is None:
        return None
    sku = str(values["sku"]).strip()
    owner = store.by_sku.get(sku) if sku else None
    if owner is None or owner is product:
        return sku
    if owner["status"] == "trash":
        # Its row in the table of SKUs is still there when the product itself no longer counts.
        kind = "created" if new else "updated"
        raise RestError(
            f"woocommerce_rest_product_not_{kind}",
            f"The product with SKU ({sku}) you are trying to insert is already present in the"
            " lookup table",
            400,
        )
    number = 1
    while f"{sku}-{number}" in store.by_sku:
        number += 1
    raise RestError(
        "product_invalid_sku", "Invalid or duplicated SKU.", 400,
        resource_id=owner["id"], unique_sku=f"{sku}-{number}",
    )  # fmt: skip


def _checked_code(store, product, values):
    """The GTIN to set, or None: digits and dashes alone are kept. Raises RestError."""
    if values.get("global_unique_id") is None:
        return None
    code = "".join(one for one in str(values["global_unique_id"]) if one in "0123456789-")
    other = store.by_code.get(code) if code else None
    if other is not None and other is not product:
        raise RestError(
            "product_invalid_global_unique_id",
            "Invalid or duplicated GTIN, UPC, EAN or ISBN.",
            400,
            resource_id=other["id"],
        )
    return code


def _write_attributes(store, product, values):
    given = values.get("attributes")
    if given is None:
        return
    if product["type"] == "variation":
        parent = parent_of(store, product)
        for one in given:
            found = _find_attribute(parent, one)
            if found is not None:
                product["attributes"][found["slug"]] = php.slug(str(one.get("option") or ""))
        return
    rows = [row for row in (_attribute(store, one, place) for place, one in enumerate(given))
            if row]  # fmt: skip
    product["attributes"] = rows
    if values.get("default_attributes") is not None:
        product["default_attributes"] = [
            {"id": found["id"], "name": found["name"], "option": php.slug(one["option"])}
            for one in values["default_attributes"]
            if (found := _find_attribute(product, one))
        ]


def _find_attribute(parent, given):
    for row in parent["attributes"]:
        same_name = str(given.get("name", "")).lower() == row["name"].lower()
        if (given.get("id") and given["id"] == row["id"]) or (not given.get("id") and same_name):
            return row
    return None


def _attribute(store, given, place):
    """A parent's attribute: a global one by id, whose unknown options become terms, or its own."""
    options = given.get("options") or []
    options = options.split("|") if isinstance(options, str) else [str(one) for one in options]
    shown = {"position": php.integer(given.get("position", 0)),
             "visible": php.boolean(given.get("visible", False)),
             "variation": php.boolean(given.get("variation", False))}  # fmt: skip
    known = store.attributes.get(given.get("id"))
    if known:
        for one in options:
            known["terms"].setdefault(php.slug(one), one)
        names = sorted(known["terms"][php.slug(one)] for one in options)
        return {"id": known["id"], "name": known["name"], "slug": known["slug"], **shown,
                "options": names}  # fmt: skip
    if not given.get("name"):
        return None
    return {"id": 0, "name": given["name"], "slug": given["name"], **shown, "options": options}


def _write_stock(store, product, values):
    if values.get("manage_stock") is not None:
        inherits = values["manage_stock"] == "parent"
        product["manage_stock"] = False if inherits else php.boolean(values["manage_stock"])
    if values.get("backorders") in BACKORDERS:
        product["backorders"] = values["backorders"]
    if values.get("stock_status") in ("instock", "outofstock", "onbackorder"):
        product["stock_status"] = values["stock_status"]
    if product["manage_stock"]:
        if "stock_quantity" in values:
            product["stock_quantity"] = php.integer(values["stock_quantity"])
        elif values.get("inventory_delta") is not None:
            before = product["stock_quantity"] or 0
            product["stock_quantity"] = before + php.integer(values["inventory_delta"])
    settle_stock(store, product)


def settle_stock(store, product):
    """The status follows a managed quantity; a product that isn't managed has none."""
    if not product["manage_stock"]:
        inherited = product["type"] == "variation" and stock_keeper(store, product)
        product["stock_quantity"], product["low_stock_amount"] = None, None
        product["backorders"] = "no"
        if inherited:
            product["stock_status"] = inherited["stock_status"]
        return
    threshold = php.integer(store.settings["woocommerce_notify_no_stock_amount"])
    if (product["stock_quantity"] or 0) > threshold:
        product["stock_status"] = "instock"
    else:
        product["stock_status"] = "onbackorder" if product["backorders"] != "no" else "outofstock"


def change_stock(store, product, quantity):
    """What an order does: add to the quantity of whoever keeps it."""
    keeper = stock_keeper(store, product)
    if keeper is not None:
        keeper["stock_quantity"] = (keeper["stock_quantity"] or 0) + quantity
        settle_stock(store, keeper)
        touch(store, keeper)


def delete(store, product, force):
    """Into the trash, or for ever. Only the trash is announced. Raises RestError."""
    if force:
        for one in store.variations(product):
            delete(store, one, True)
        if store.by_sku.get(product["sku"]) is product:
            del store.by_sku[product["sku"]]
        store.by_code.pop(product["global_unique_id"], None)
        store.slugs.discard(product["slug"])
        if product["parent_id"] in store.children:
            store.children[product["parent_id"]].remove(product["id"])
        del store.products[product["id"]]
        _forget_in_orders(store, product)
        return
    if product["status"] == "trash":
        raise already_trashed("product")
    now = int(store.now().timestamp())
    marks = {"_wp_trash_meta_status": product["status"], "_wp_trash_meta_time": str(now),
             "_wp_desired_post_slug": product["slug"]}  # fmt: skip
    for key, value in marks.items():
        meta.put(store, product["meta_data"], key, value)
    product.update(status="trash", slug=f"{product['slug']}__trashed")
    touch(store, product)
    store.emit("product.deleted", product["id"])


def _forget_in_orders(store, product):
    """What was sold stays in its orders without the product."""
    for order in [*store.orders.values(), *store.refunds.values()]:
        for item in order["line_items"]:
            if product["id"] in (item["product_id"], item["variation_id"]):
                item["product_id"] = item["variation_id"] = 0


def _free_slug(store, wanted):
    number, slug = 2, wanted
    while slug in store.slugs:
        slug, number = f"{wanted}-{number}", number + 1
    store.slugs.add(slug)
    return slug
