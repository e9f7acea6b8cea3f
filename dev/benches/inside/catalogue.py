# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A large catalogue in two warehouses, linked to the simulated store; written by SQL."""

from . import shop

# Free in each warehouse, as the store shows it. Its units lie in two places, and some are reserved.
FREE = (100, 70)
QUANTS = ((70, 10, 40), (60, 10, 20))  # in stock, of which reserved; on a shelf


def connect(env, store):
    """Connect a backend and link a product a variant.

    Its locations are a warehouse each; where it has one only, that is fed by both warehouses."""
    backend = shop.connect(env, {**store, "variants": []})
    house = env["stock.warehouse"].search([], limit=1)
    houses = house | env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
    locations = backend.location_ids.sorted("id")
    for location, warehouse in zip(locations, houses, strict=False):
        location.warehouse_id = warehouse
    locations[-1].extra_warehouse_ids = houses[len(locations) :]
    env.flush_all()
    first, last = _clone_products(env, len(store["variants"]))
    _link(env, backend, store["variants"], first)
    for warehouse, (stock, reserved, shelf) in zip(houses, QUANTS, strict=True):
        place = warehouse.lot_stock_id
        child = env["stock.location"].create({"name": "Shelf", "location_id": place.id})
        env.flush_all()
        _stock(env, place, first, last, stock, reserved)
        _stock(env, child, first, last, shelf, 0)
    env.cr.execute("DELETE FROM storefront_outbox")
    env.cr.commit()
    _analyze(env)
    return backend


def know_levels(env, backend):
    """Have Odoo know what the store shows, as after a first push."""
    locations = backend.location_ids.sorted("id")
    shown = FREE if len(locations) > 1 else [sum(FREE)]
    for location, quantity in zip(locations, shown, strict=True):
        env.cr.execute(
            "INSERT INTO storefront_stock_level (binding_id, location_id, quantity, known_at,"
            " pushed_at, reason) SELECT id, %s, %s, now(), now(), 'change'"
            " FROM storefront_binding_variant WHERE backend_id = %s",
            [location.id, quantity, backend.id],
        )
    env.cr.commit()
    _analyze(env)


def _clone_products(env, count):
    """Make `count` products like one that the ORM has made; return the first and last id."""
    model = env["product.product"].create({"name": "Bench", "is_storable": True})
    env.flush_all()
    template = _columns(env, "product_template")
    variant = [name for name in _columns(env, "product_product") if name != "product_tmpl_id"]
    env.cr.execute(
        "CREATE TEMPORARY TABLE cloned ON COMMIT DROP AS SELECT"
        " nextval('product_template_id_seq') AS template_id, n"
        " FROM generate_series(1, %s) n",
        [count],
    )
    names = ", ".join(template)
    env.cr.execute(
        f"INSERT INTO product_template (id, {names}) SELECT cloned.template_id, {names}"
        " FROM product_template, cloned WHERE product_template.id = %s",
        [model.product_tmpl_id.id],
    )
    names = ", ".join(variant)
    env.cr.execute(
        f"INSERT INTO product_product (product_tmpl_id, {names})"
        f" SELECT cloned.template_id, {names} FROM product_product, cloned"
        " WHERE product_product.id = %s ORDER BY cloned.n",
        [model.id],
    )
    env.cr.execute("SELECT min(id), max(id) FROM product_product WHERE id > %s", [model.id])
    first, last = env.cr.fetchone()
    assert last - first + 1 == count, (first, last)
    env.cr.commit()
    return first, last


def _columns(env, table):
    env.cr.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns"
        " WHERE table_name = %s AND column_name != 'id'",
        [table],
    )
    return [name for (name,) in env.cr.fetchall()]


def _link(env, backend, variants, first):
    env.cr.execute(
        "INSERT INTO storefront_binding_variant (backend_id, company_id, product_id, external_id,"
        " inventory_external_id, name, matched_by)"
        " SELECT %s, %s, %s + n - 1, variant, item, 'Bench', 'sku'"
        " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given (variant, item, n)",
        [
            backend.id,
            backend.company_id.id,
            first,
            [one["external_id"] for one in variants],
            [one["inventory_external_id"] for one in variants],
        ],
    )


def _stock(env, location, first, last, quantity, reserved):
    env.cr.execute(
        "INSERT INTO stock_quant (product_id, company_id, location_id, quantity,"
        " reserved_quantity, in_date)"
        " SELECT id, %s, %s, %s, %s, now() FROM generate_series(%s, %s) id",
        [location.company_id.id, location.id, quantity, reserved, first, last],
    )


def _analyze(env):
    for table in ("stock_quant", "product_product", "storefront_binding_variant"):
        env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()
