# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A product or variation: a dict of its properties, and how REST shows it.

A variation keeps the slug of its term for each attribute: {"pa_size": "s"}; one it doesn't name is
"any". `manage_stock` of a variation is its own; its parent's counts where it has none.
"""

from . import meta, php
from .store import gmt

BLANK = {
    "type": "simple",
    "status": "publish",
    "parent_id": 0,
    "name": "",
    "description": "",
    "short_description": "",
    "sku": "",
    "global_unique_id": "",
    "regular_price": "",
    "sale_price": "",
    "date_on_sale_from": None,
    "date_on_sale_to": None,
    "featured": False,
    "catalog_visibility": "visible",
    "virtual": False,
    "downloadable": False,
    "tax_status": "taxable",
    "tax_class": "",
    "manage_stock": False,
    "stock_quantity": None,
    "stock_status": "instock",
    "backorders": "no",
    "low_stock_amount": None,
    "sold_individually": False,
    "weight": "",
    "reviews_allowed": True,
    "purchase_note": "",
    "menu_order": 0,
    "total_sales": 0,
}


def blank(store, **values):
    """A new product, not yet in the shop."""
    now = store.now()
    lists = {name: [] for name in ("attributes", "categories", "grouped_products", "meta_data")}
    return {**BLANK, **lists, "default_attributes": [], "created": now, "modified": now, **values}


def parent_of(store, product):
    return store.products.get(product["parent_id"]) if product["parent_id"] else None


def stock_keeper(store, product):
    """Whose quantity counts: the product's own, its parent's, or None's."""
    if product["manage_stock"]:
        return product
    parent = parent_of(store, product)
    return parent if parent and parent["manage_stock"] else None


def on_sale(store, product):
    if not product["sale_price"]:
        return False
    now = store.local(store.now()).replace(tzinfo=None)
    starts, ends = product["date_on_sale_from"], product["date_on_sale_to"]
    return (starts is None or starts <= now) and (ends is None or now < ends)


def price(store, product):
    """The price that counts, as text; a variable product's is its cheapest variation's."""
    if product["type"] == "variable":
        prices = [price(store, one) for one in store.variations(product)
                  if one["status"] == "publish"]  # fmt: skip
        return min(filter(None, prices), key=float, default="")
    return product["sale_price"] if on_sale(store, product) else product["regular_price"]


def tax_class(store, product):
    """The class it is taxed by: "" is standard."""
    parent = parent_of(store, product)
    if parent and product["tax_class"] == "parent":
        return parent["tax_class"]
    return product["tax_class"]


def shown_stock_status(store, product):
    """A variable product without stock of its own: whether one of its variations has any."""
    if product["type"] != "variable" or product["manage_stock"]:
        return product["stock_status"]
    found = {one["stock_status"] for one in store.variations(product)}
    for status in ("instock", "onbackorder"):
        if status in found:
            return status
    return "outofstock"


def full_name(store, product):
    """A variation's name begins with its parent's."""
    parent = parent_of(store, product)
    if parent is None:
        return product["name"]
    labels = own_name(store, product, parent)
    return f"{parent['name']} - {labels}" if labels else parent["name"]


def own_name(store, product, parent):
    terms = attribute_terms(store, product, parent)
    return ", ".join(one["option"] for one in terms)


def attribute_terms(store, product, parent):
    """What a variation is of each attribute its parent varies by; "any" is left out."""
    rows = []
    for one in parent["attributes"]:
        slug = product["attributes"].get(one["slug"])
        if not one["variation"] or not slug:
            continue
        terms = store.attributes[one["id"]]["terms"] if one["id"] else {}
        rows.append({"id": one["id"], "name": one["name"], "slug": one["slug"],
                     "option": terms.get(slug, slug)})  # fmt: skip
    return rows


def term_meta(store, product):
    """{key: (name, option)} of a variation's attributes, as an order's line shows them."""
    parent = parent_of(store, product)
    rows = attribute_terms(store, product, parent) if parent else []
    return {one["slug"]: (one["name"], one["option"]) for one in rows}


def permalink(store, product, home):
    parent = parent_of(store, product)
    if product["status"] == "trash":
        return f"{home}/?post_type=product&p={product['id']}"
    if parent is None:
        return f"{home}/product/{product['slug']}/"
    names = {one["slug"] for one in attribute_terms(store, product, parent)}
    query = "&".join(f"attribute_{name}={value}" for name, value in product["attributes"].items()
                     if name in names)  # fmt: skip
    return f"{home}/product/{parent['slug']}/?{query}"


def _dates(store, product):
    starts, ends = product["date_on_sale_from"], product["date_on_sale_to"]
    return {
        "date_created": gmt(store.local(product["created"])),
        "date_created_gmt": gmt(product["created"]),
        "date_modified": gmt(store.local(product["modified"])),
        "date_modified_gmt": gmt(product["modified"]),
        "date_on_sale_from": gmt(starts),
        "date_on_sale_from_gmt": gmt(_utc(store, starts)),
        "date_on_sale_to": gmt(ends),
        "date_on_sale_to_gmt": gmt(_utc(store, ends)),
    }


def _utc(store, wall):
    return wall - store.zone.utcoffset(wall) if wall else None


def _stock(store, product):
    keeper = stock_keeper(store, product)
    managed = bool(keeper)
    status = shown_stock_status(store, product)
    backorders = (keeper or product)["backorders"]
    return {
        "manage_stock": product["manage_stock"] or ("parent" if managed else False),
        "stock_quantity": keeper["stock_quantity"] if keeper else None,
        "stock_status": keeper["stock_status"] if managed else status,
        "backorders": backorders,
        "backorders_allowed": backorders != "no",
        "backordered": managed and status == "onbackorder",
        "low_stock_amount": product["low_stock_amount"],
    }


def _prices(store, product):
    shown = price(store, product)
    variable = product["type"] == "variable"
    return {
        "price": shown,
        "regular_price": "" if variable else product["regular_price"],
        "sale_price": product["sale_price"],
        "on_sale": on_sale(store, product),
        "purchasable": bool(shown),
    }


def _common(store, product, home):
    names = ("type", "status", "description", "sku", "global_unique_id", "virtual", "downloadable",
             "tax_status", "weight", "menu_order")  # fmt: skip
    return {
        "id": product["id"],
        **{name: product[name] for name in names},
        "permalink": permalink(store, product, home),
        **_dates(store, product),
        **_prices(store, product),
        "downloads": [],
        "download_limit": -1,
        "download_expiry": -1,
        **_stock(store, product),
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_class": "",
        "shipping_class_id": 0,
        "meta_data": meta.shown(product["meta_data"]),
        "parent_id": product["parent_id"],
    }


def _categories(store, product):
    """Those that exist."""
    known = [(one, store.categories[one]) for one in product["categories"]
             if one in store.categories]  # fmt: skip
    return [{"id": one, "name": name, "slug": slug} for one, (name, slug) in known]


def product_payload(store, product, home):
    """As `products` shows it; a variation, too, when it is asked for there."""
    parent = parent_of(store, product)
    name = full_name(store, product)
    shippable = not product["virtual"]
    names = ("featured", "catalog_visibility", "short_description", "sold_individually",
             "reviews_allowed", "purchase_note", "total_sales")  # fmt: skip
    attributes = attribute_terms(store, product, parent) if parent else product["attributes"]
    return {
        **_common(store, product, home),
        **{name: product[name] for name in names},
        "name": name,
        "slug": php.slug(name) if parent else product["slug"],
        "tax_class": tax_class(store, product),
        "external_url": "",
        "button_text": "",
        "shipping_required": shippable,
        "shipping_taxable": shippable,
        **{one: [] for one in ("upsell_ids", "cross_sell_ids", "brands", "tags", "images")},
        "average_rating": "0.00",
        "rating_count": 0,
        "categories": _categories(store, product),
        "attributes": attributes,
        "default_attributes": product["default_attributes"],
        "variations": list(store.children.get(product["id"], ())),
        "grouped_products": product["grouped_products"],
        "has_options": product["type"] == "variable",
        "post_password": "",
    }


def variation_payload(store, product, home, *, written=False):
    """As `products/<id>/variations` shows it; `written`: as the answer to a write, in which a
    class taken from the parent is called "parent"."""
    parent = parent_of(store, product)
    return {
        **_common(store, product, home),
        "tax_class": product["tax_class"] if written else tax_class(store, product),
        "image": None,
        "attributes": attribute_terms(store, product, parent),
        "name": own_name(store, product, parent),
    }
