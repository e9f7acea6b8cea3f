# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated store a bench imports from, and the orders placed in it."""

import contextlib
import subprocess
import sys

from _env.paths import ROOT

from . import store_shopify, store_woocommerce

SKU_COUNT = 30
LINES = 3
ORDERS_PER_CUSTOMER = 2
STORES = {"shopify": store_shopify.Store, "woocommerce": store_woocommerce.Store}


@contextlib.contextmanager
def running(products=SKU_COUNT, platform="shopify"):
    """Run the simulator of ``platform`` during the block; yields its control, which also knows
    what a bench has to know of a platform."""
    simulator = STORES[platform]
    command = [sys.executable, "-m", simulator.MODULE, "--products", str(products)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield simulator(process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.wait()


def place_orders(control, count, differ=lambda number: {}, start=0):
    """Place `count` paid orders of three lines with a tax, two a customer; return their ids.

    `differ(number)` returns what is different in one of them; numbers begin with `start`."""
    numbers = range(start, start + count)
    specs = [{**_specification(number), **differ(number)} for number in numbers]
    return [control.id_of(order) for order in control.place_orders(specs)]


def _specification(number):
    person = number // ORDERS_PER_CUSTOMER
    address = {
        "first_name": "Ada",
        "last_name": f"Lovelace {person}",
        "address1": f"{person} Analytical Street",
        "city": "Los Angeles",
        "zip": "90001",
        "province_code": "CA",
        "country_code": "US",
        "phone": "+12025550123",
    }
    return {
        "lines": [
            {"sku": f"SIM-{(number * LINES + line) % SKU_COUNT + 1:05}", "quantity": 1 + line}
            for line in range(LINES)
        ],
        "taxes": [{"title": "Sales tax", "rate": 0.15}],
        "taxes_included": False,
        "customer": {
            "email": f"ada{person}@example.com",
            "first_name": "Ada",
            "last_name": f"Lovelace {person}",
            "addresses": [address],
        }
        if number % ORDERS_PER_CUSTOMER == 0
        else f"ada{person}@example.com",
        "billing_address": address,
        "shipping_address": address,
        "paid": True,
    }
