# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated store a bench imports from, and the orders placed in it."""

import contextlib
import subprocess
import sys

from _env.paths import ROOT
from simulators.shopify.control import Control

SKU_COUNT = 30
LINES = 3
ORDERS_PER_CUSTOMER = 2


@contextlib.contextmanager
def running(products=SKU_COUNT):
    """Run the simulator during the block; yields its `Control`."""
    command = [sys.executable, "-m", "dev.simulators.shopify", "--products", str(products)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield Control(process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.wait()


def describe(control):
    """What Odoo must know to connect, as JSON."""
    info = control.info()
    return {
        "url": control.base_url,
        "token": info["token"],
        "client_secret": info["client_secret"],
        "variants": control.variants(),
    }


def place_orders(control, count, differ=lambda number: {}, start=0):
    """Place `count` paid orders of three lines with a tax, two a customer; return their ids.

    `differ(number)` returns what is different in one of them; numbers begin with `start`."""
    numbers = range(start, start + count)
    specs = [{**_specification(number), **differ(number)} for number in numbers]
    placed = control.place_orders(specs)
    return [order["id"].rpartition("/")[2] for order in placed]


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
