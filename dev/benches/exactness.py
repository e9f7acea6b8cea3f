# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of any shape through the whole of Odoo: whether all come to what was charged.

The orders are of the tests' `order_space`, other ones than the tests take. Each is imported,
delivered, invoiced whole, in parts or again after a credit note, posted and paid, under one of the
two rounding methods; then its totals, its journal entries and their taxes are compared with what
the storefront charged, in both currencies.
"""

from _env import databases
from _env.console import step

from .figures import Figure
from .odoo_process import OdooProcess

ORDERS = 1000
ROUNDINGS = ("round_globally", "round_per_line")
COUNTS = {
    "blocked": "blocked",
    "totals": "unequal order totals",
    "invoices": "unequal sums of invoices",
    "taxes": "unequal taxes",
    "unexplained": "unexplained lines",
}


def measure(orders=ORDERS):
    results = [_run(rounding, orders // len(ROUNDINGS)) for rounding in ROUNDINGS]
    total = {name: sum(one[name] for one in results) for name in results[0]}
    return [
        Figure("orders", total["orders"], "orders"),
        *(Figure(label, total[name], "orders", target=0) for name, label in COUNTS.items()),
        Figure("whole chain", total["seconds"] / total["orders"] * 1000, "ms an order"),
    ]


def _run(rounding, orders):
    with (
        databases.temporary(databases.addon_template(), "exactness") as db,
        OdooProcess(db, "exactness") as odoo,
        step(f"{orders} orders, {rounding}"),
    ):
        odoo.call("prepare", rounding=rounding)
        return odoo.call("run", orders=orders, number=ROUNDINGS.index(rounding))
