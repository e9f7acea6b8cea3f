# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Twenty orders of every plain kind, their way into Odoo, and the comparison to the cent."""

import random
import threading
import time
from contextlib import closing
from decimal import Decimal

from _env import databases

from .prepare import TAX_PERCENTS, tax_title
from .report import StepFailed, check_equal

COUNT = 20
CENT = Decimal("0.01")
PEOPLE = (("Jane", "Doe"), ("Ali", "Benali"), ("Chloé", "Peeters"), ("Omar", "Haddad"))
TAXES = [
    {"title": tax_title(percent), "rate": str(Decimal(str(percent)) / 100)}
    for percent in TAX_PERCENTS[:2]
]
DISCOUNTS = (
    [],
    [{"code": "WELCOME10", "type": "percentage", "value": "10"}],
    [{"code": "FIVER", "type": "fixed_amount", "value": "5.00"}],
    [
        {"title": "Loyalty", "type": "percentage", "value": "7.5", "target": "line"},
        {"code": "SHIPFREE", "type": "percentage", "value": "100", "target": "shipping"},
    ],
)


def specs(skus):
    """Specifications of the orders, the same each time: guests and known customers, each kind of
    discount, one and two tax rates, prices with tax and without."""
    rng = random.Random(19)
    return [_spec(index, rng, skus) for index in range(COUNT)]


def _spec(index, rng, skus):
    chosen = rng.sample(skus, 1 + index % 4)
    return {
        "lines": [
            {"sku": sku, "quantity": rng.randint(1, 3), "taxes": [TAXES[(index + place) % 2]]}
            for place, sku in enumerate(chosen)
        ],
        "taxes": [TAXES[0]],
        "taxes_included": index % 2 == 0,
        "shipping": {"title": "Standard", "price": rng.choice(("0.00", "4.95", "7.50"))},
        "discounts": DISCOUNTS[index // 2 % len(DISCOUNTS)],
        **_buyer(index),
    }


def _buyer(index):
    first, last = PEOPLE[index // 3 % len(PEOPLE)]
    address = {
        "first_name": first,
        "last_name": last,
        "address1": f"Market street {1 + index % 5}",
        "zip": "1000",
        "city": "Brussels",
        "country_code": "BE",
    }
    addresses = {"billing_address": address, "shipping_address": address}
    if index % 3 == 0:
        return {**addresses, "email": f"guest{index}@example.com"}
    email = f"{last}@example.com".lower()
    known = {"email": email, "first_name": first, "last_name": last, "addresses": [address]}
    return {**addresses, "customer": known}


class Arrivals(threading.Thread):
    """Notes when each order of a backend can be seen, confirmed, by another database session.

    Asks the database itself, often, and not Odoo: its workers are what is measured."""

    INTERVAL = 0.02

    def __init__(self, database, backend_id):
        super().__init__(daemon=True)
        self._database, self._backend_id = database, backend_id
        self._stopped = threading.Event()
        self.seen = {}  # external id -> time.time()

    def run(self):
        with closing(databases.connect(self._database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while not self._stopped.wait(self.INTERVAL):
                    cursor.execute(
                        "SELECT storefront_external_id FROM sale_order"
                        " WHERE storefront_backend_id = %s AND state = 'sale'",
                        [self._backend_id],
                    )
                    now = time.time()
                    for (external_id,) in cursor.fetchall():
                        self.seen.setdefault(external_id, now)

    def stop(self):
        self._stopped.set()
        self.join()


def count(odoo, backend_id):
    return odoo.call("sale.order", "search_count", [("storefront_backend_id", "=", backend_id)])


def compare(odoo, storefront, backend_id, external_ids):
    """Check total, untaxed and each tax of every order against what the store charged.

    Raises StepFailed with all differences. Returns the sum of the totals."""
    domain = [("storefront_backend_id", "=", backend_id)]
    ids = odoo.search("sale.order", domain)
    fields = ["storefront_external_id", "amount_total", "amount_untaxed", "amount_tax"]
    orders = odoo.read("sale.order", ids, [*fields, "tax_totals", "state"])
    found = {order["storefront_external_id"]: order for order in orders}
    check_equal("orders in Odoo", sorted(found), sorted(external_ids))
    differences = []
    charged = Decimal(0)
    for external_id in external_ids:
        wanted, order = storefront.amounts(external_id), _amounts(found[external_id])
        charged += wanted["total"]
        if wanted != order:
            differences.append(f"order {external_id}: charged {wanted}, in Odoo {order}")
    if differences:
        raise StepFailed("\n".join(differences))
    return charged


def _amounts(order):
    """The amounts of a sale order as `Storefront.amounts` gives them."""
    taxes = {
        group["group_name"]: _cents(group["tax_amount_currency"])
        for subtotal in order["tax_totals"]["subtotals"]
        for group in subtotal["tax_groups"]
    }
    return {
        "total": _cents(order["amount_total"]),
        "tax": _cents(order["amount_tax"]),
        "untaxed": _cents(order["amount_untaxed"]),
        "taxes": {title: amount for title, amount in taxes.items() if amount},
    }


def _cents(amount):
    return Decimal(str(amount)).quantize(CENT)
