# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is timed on a database with a million rows and on one without; called over `OdooProcess`."""

import time
import uuid

from odoo import Command
from odoo.sql_db import Cursor

from odoo.addons.storefront_connector.platforms.documents.event import Event

from . import rows, screens, shop

TABLES = ("storefront_event", "storefront_snapshot", "storefront_operation")
# Products whose stock changes before each push.
PUSHED = 10
# What a statement may read of a table with a million rows; a screen shows 80 and counts to 1,000.
MANY_ROWS = 20_000
ISSUES = 100
CODES = ("order_deleted", "cancel_refused", "unexplained_difference", "stock_refused")


def prepare(env, store):
    """Connect a backend, and make one that shares the history; return the webhooks' path."""
    # All come from one source: to be counted, but never to be refused.
    env["ir.config_parameter"].set_param("storefront_connector.webhook_rate", "100000")
    shop.make_products(env, [variant["sku"] for variant in store["variants"]])
    backend = shop.connect(env, store)
    counted = {variant["sku"]: variant["inventory_external_id"] for variant in store["variants"]}
    for binding in env["storefront.binding.variant"].search([]):
        binding.inventory_external_id = counted[binding.sku]
    backend.location_ids.warehouse_id = env["stock.warehouse"].search([], limit=1)
    backend.copy({"name": "Another store"})
    company = env["res.company"].create({"name": "Small company"})
    env["storefront.backend"].create(
        {"name": "Small shop", "platform": "shopify", "company_id": company.id}
    )
    _make_manager(env, "manager", env.company)
    _make_manager(env, "small manager", company)
    env["storefront.issue"].create(
        [
            {"backend_id": backend.id, "code": code, "key": f"{code}:{number}", "params": {}}
            for number in range(ISSUES // len(CODES))
            for code in CODES
        ]
    )
    env.cr.commit()
    _drain(env, backend, "stock")
    return f"/storefront/webhook/{backend.webhook_token}"


def _make_manager(env, login, company):
    group = env.ref("storefront_connector.group_storefront_manager")
    env["res.users"].create(
        {
            "name": login,
            "login": login,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.link(group.id)],
        }
    )


def fill(env, small=False, **numbers):
    """Write events, snapshots and operations, of the small shop or of the others: `rows.fill`."""
    backends = env["storefront.backend"].search([], order="id")
    shop = backends.filtered(lambda backend: backend.name == "Small shop")
    rows.fill(env.cr, (shop if small else backends - shop).ids, **numbers)


def link_issues(env):
    """Have each issue wait for a snapshot."""
    dead = env["storefront.snapshot"].search([("state", "=", "dead")], limit=ISSUES)
    for issue, snapshot in zip(env["storefront.issue"].search([]), dead, strict=True):
        issue.snapshot_ids = snapshot


def import_orders(env, order_ids):
    """Have webhooks of these orders arrive; return the seconds to fetch and to import them."""
    backend = _backend(env)
    for order_id in order_ids:
        _receive(env, backend, order_id)
    env.cr.commit()
    seconds = {drain: _drain(env, backend, drain) for drain in ("fetch", "import")}
    done = env["storefront.snapshot"].search_count(
        [("external_id", "in", order_ids), ("state", "=", "done")]
    )
    assert done == len(order_ids), f"{done} of {order_ids} imported"
    return seconds


def push_stock(env):
    """Change the stock of some products; return the seconds until the storefront knows."""
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    products = env["product.product"].search([("is_storable", "=", True)], limit=PUSHED)
    for product in products:
        env["stock.quant"]._update_available_quantity(product, location, 1)
    env.cr.commit()
    assert env["storefront.outbox"].search_count([]), "nothing to push"
    seconds = _drain(env, _backend(env), "stock")
    env.invalidate_all()
    assert not env["storefront.outbox"].search_count([]), "not all is pushed"
    return seconds


def open_screens(env):
    """Read what each screen reads, as a manager; return {screen: seconds}."""
    seconds = _open(env, "manager", screens.SCREENS)
    small = _open(env, "small manager", screens.HISTORY)
    return {**seconds, **{f"{name} of a small shop": value for name, value in small.items()}}


def _open(env, login, opened):
    user = env["res.users"].search([("login", "=", login)])
    env = env(user=user.id, context={"allowed_company_ids": user.company_ids.ids, "lang": "en_US"})
    seconds = {}
    for name, read in opened.items():
        env.invalidate_all()
        started = time.perf_counter()
        read(env)
        seconds[name] = time.perf_counter() - started
    return seconds


def scans(env, order_ids):
    """Do everything once more; return each statement that reads all of a big table."""
    statements = {}
    execute = Cursor.execute

    def record(cursor, query, params=None, log_exceptions=True):
        result = execute(cursor, query, params, log_exceptions)
        sent = cursor._obj.query.decode(errors="replace")
        if any(table in sent for table in TABLES) and not sent.startswith("EXPLAIN"):
            statements.setdefault("".join(filter(lambda c: not c.isdigit(), sent)), sent)
        return result

    Cursor.execute = record
    try:
        _do_everything(env, order_ids)
    finally:
        Cursor.execute = execute
    found = [statement for statement in statements.values() if _reads_all(env, statement)]
    return {"statements": len(statements), "scans": found}


def _do_everything(env, order_ids):
    import_orders(env, order_ids)
    push_stock(env)
    backend = _backend(env)
    backend._waiting_drains()
    backend._first_order_on_the_way()
    backend._count_waiting()
    backend._troubles()
    env["storefront.retention"]._gc_event_payloads()
    env["storefront.retention"]._gc_snapshot_payloads()
    env["storefront.retention"]._gc_events()
    env["storefront.retention"]._gc_operations()
    open_screens(env)


def _reads_all(env, statement):
    """Whether a statement reads much of a big table, by whatever index.

    A query is carried out, for LIMIT may end early what the plan begins with; of a statement that
    writes only the plan is known."""
    verb = statement.split(None, 1)[0].upper()
    if verb not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
        return False
    is_query = verb == "SELECT"
    with env.registry.cursor() as cr:
        options = "FORMAT JSON, ANALYZE" if is_query else "FORMAT JSON"
        cr.execute(f"EXPLAIN ({options}) {statement}")
        plan = cr.fetchone()[0]
        cr.rollback()
    nodes = [node for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") in TABLES]
    if is_query:
        return any(_rows_read(node) > MANY_ROWS for node in nodes)
    return any(node["Node Type"] == "Seq Scan" for node in nodes)


def _rows_read(node):
    removed = node.get("Rows Removed by Filter", 0)
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def _nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _backend(env):
    return env["storefront.backend"].search([("state", "=", "connected")])


def _receive(env, backend, order_id):
    event = Event(
        topic="orders/updated",
        kind="order",
        external_id=order_id,
        delivery_id=f"orders/updated:{uuid.uuid4()}",
        occurred_at=None,
    )
    assert env["storefront.event"]._receive(backend, event, b"{}")


def _drain(env, backend, drain):
    user = backend.outbound_user_id if drain == "stock" else backend.inbound_user_id
    model = {"stock": "storefront.stock.export", "fetch": "storefront.order.fetch"}.get(
        drain, "storefront.order.import"
    )
    flow = env[model]._flow_env(backend, user)
    started = time.perf_counter()
    flow._drain(backend.with_user(user))
    return time.perf_counter() - started
