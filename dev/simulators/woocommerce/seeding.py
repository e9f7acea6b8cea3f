# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products from a specification in the words all simulators share (README.md)."""

from . import php, product_write


def add_product(store, spec):
    """A simple product, or a variable one where there are several `variants`."""
    variants = spec.get("variants")
    if variants is None or (len(variants) == 1 and not variants[0].get("options")):
        return product_write.create(store, _values(spec, {**spec, **(variants or [{}])[0]}))
    names = list(dict.fromkeys(name for one in variants for name in _options(one)))
    attributes = [_attribute(store, name, variants) for name in names]
    given = {
        "name": spec["title"],
        "type": "variable",
        "sku": spec.get("sku", ""),
        "attributes": attributes,
    }
    parent = product_write.create(store, given)
    for one in variants:
        values = _values(spec, one)
        values["attributes"] = [
            {"id": row["id"], "name": row["name"], "option": _options(one)[row["name"]]}
            for row in attributes
            if _options(one).get(row["name"])
        ]
        product_write.create_variation(store, parent, values)
    return parent


def _options(variant):
    """{attribute: option}; one without is named by its title. An empty option is "any"."""
    return variant.get("options") or {"Variant": variant.get("variant_title") or variant["sku"]}


def _attribute(store, name, variants):
    """An attribute of the shop's that variations use."""
    options = list(dict.fromkeys(filter(None, (_options(one).get(name) for one in variants))))
    known = next((row for row in store.attributes.values() if row["name"] == name), None)
    known = known or store.add_attribute(name, options)
    return {"id": known["id"], "name": name, "variation": True, "visible": True,
            "options": options}  # fmt: skip


def _values(spec, one):
    tracked = one.get("tracked", True)
    values = {
        "name": spec["title"],
        "sku": one.get("sku", ""),
        "regular_price": str(one.get("price", "")),
        "global_unique_id": one.get("barcode"),
        "manage_stock": tracked,
        "virtual": not one.get("requires_shipping", True),
        "tax_status": "taxable" if one.get("taxable", True) else "none",
        "meta_data": one.get("meta", []),
    }
    if tracked:
        values["stock_quantity"] = php.integer(one.get("stock", 100))
    return values
