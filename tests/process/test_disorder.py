# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two thousand webhooks of three hundred orders, doubled, shuffled, while the orders are edited,
paid and cancelled; four workers at once. In the end Odoo holds what the store holds, once."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from _demo import prepare
from _demo.report import wait_for
from _demo.shopify import Storefront
from _env import databases
from world import RATE, World

ORDERS, CUSTOMERS, PRODUCTS = 300, 120, 40
EVENTS = 2000
# How many webhooks wait to be shuffled before they are sent.
ROUND = 60
SECONDS = 900  # on a machine that is busy; a quiet one needs some two minutes
TAXES = [{"title": prepare.tax_title(20), "rate": RATE}]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world of its own: every order of the store is compared."""
    folder = tmp_path_factory.mktemp("disorder")
    with databases.temporary(databases.addon_template(), "disorder") as database:
        with Storefront(PRODUCTS) as storefront:
            world = World(database, storefront, folder)
            yield world
            world.server.stop()


class Shop:
    """Places orders and does to them what customers and staff do, at random but always alike."""

    def __init__(self, control, skus):
        self._control, self._skus = control, skus
        self._chance = random.Random(7)
        self.lines, self.streets = {}, {}  # what the test itself knows of each order
        self.paid, self.cancelled = {}, set()

    def place(self):
        specs = [self._specification(number) for number in range(ORDERS)]
        for row, spec in zip(self._control.place_orders(specs), specs, strict=True):
            order = row["id"]
            self.lines[order] = {line["sku"]: line["quantity"] for line in spec["lines"]}
            self.streets[order] = spec["shipping_address"]["address1"]
            self.paid[order] = spec["paid"]

    def _specification(self, number):
        person = number % CUSTOMERS
        address = {
            "first_name": "Ada",
            "last_name": f"Disorder {person}",
            "address1": f"{person} Market Street",
            "zip": "1000",
            "city": "Brussels",
            "country_code": "BE",
        }
        email = f"disorder{person}@example.com"
        account = {"customer": {"email": email, **{key: address[key] for key in list(address)[:2]}}}
        return {
            "lines": [
                {"sku": sku, "quantity": self._chance.randint(1, 3)}
                for sku in self._chance.sample(self._skus, 2)
            ],
            "taxes": TAXES,
            "taxes_included": number % 3 == 0,
            "shipping": {"title": "Standard", "price": "4.95"},
            "billing_address": address,
            "shipping_address": address,
            "paid": self._chance.random() < 0.7,
            **({"email": email} if person % 4 == 0 else account),
        }

    def changes(self):
        """Yield after each of some six hundred changes, those of one order in their order."""
        kinds = ["quantity"] * 7 + ["add"] * 5 + ["remove"] * 2 + ["move"] * 4 + ["cancel"]
        for _change in range(2 * ORDERS):
            order = self._chance.choice(list(self.lines))
            if order not in self.cancelled:
                getattr(self, f"_{self._chance.choice(kinds)}")(order)
                yield
        for order, is_paid in self.paid.items():
            # What was never paid stays so; else every order is paid for in the end.
            is_due = is_paid or self._chance.random() < 0.5
            if is_due and order not in self.cancelled and self._outstanding(order) > 0:
                self._control.pay_order(order)
                self.paid[order] = True
                yield

    def _outstanding(self, order):
        return Decimal(self._control.get_order(order)["outstanding"])

    def _quantity(self, order):
        sku = self._chance.choice(list(self.lines[order]))
        self._set(order, sku, self._chance.randint(1, 4))

    def _remove(self, order):
        if len(self.lines[order]) > 1:
            self._set(order, self._chance.choice(list(self.lines[order])), 0)

    def _set(self, order, sku, quantity):
        self._control.edit_order(order, sku, quantity)
        self.lines[order][sku] = quantity
        if not quantity:
            del self.lines[order][sku]

    def _add(self, order):
        placed = self._control.get_order(order)["lines"]
        free = [sku for sku in self._skus if sku not in {line["sku"] for line in placed}]
        sku, quantity = self._chance.choice(free), self._chance.randint(1, 2)
        line = {"sku": sku, "quantity": quantity, "taxes": TAXES}
        self._control.edit_order(order, add=line)
        self.lines[order][sku] = quantity

    def _move(self, order):
        street = f"{self._chance.randint(1, 999)} Harbour Street"
        address = {"first_name": "Ada", "last_name": "Elsewhere", "address1": street, "zip": "2000",
                   "city": "Antwerp", "country_code": "BE"}  # fmt: skip
        self._control.update_order(order, shipping_address=address)
        self.streets[order] = street

    def _cancel(self, order):
        self._control.cancel_order(order)
        self.cancelled.add(order)


def test_disorder(world):
    control = world.control
    # A machine that is busy answers late; what it refuses meanwhile is sent again soon.
    control.configure(webhook_timeout=30, webhook_scale=0.02)
    shop = Shop(control, [one["sku"] for one in control.variants()])
    control.hold_webhooks()
    shop.place()
    control.release_webhooks("shuffled")
    control.hold_webhooks()
    for number, _change in enumerate(shop.changes()):
        if number % ROUND == ROUND - 1:
            control.plan_webhooks("duplicate", count=ROUND // 2, times=2)
            control.release_webhooks("shuffled")
            repeat(control, ROUND)
            wait_taken(control)  # while the workers import what came before
            control.hold_webhooks()
    control.release_webhooks("shuffled")
    repeat(control, max(EVENTS - sent(control), 0))
    wait_taken(control)
    assert sent(control) >= EVENTS
    wait_for(lambda: is_quiet(world), SECONDS, "all work to be done")
    check_orders(world, shop)
    check_lines(world, shop)
    check_customers(world)
    assert world.rows("SELECT code, params FROM storefront_issue") == []
    assert world.rows("SELECT external_id FROM storefront_snapshot WHERE state = 'dead'") == []


def wait_taken(control):
    wait_for(lambda: control.wait_webhooks(10), SECONDS, "all webhooks to be taken")


def sent(control):
    """How many webhooks were sent, and are being sent."""
    return sum(len(one["attempts"]) or 1 for one in control.deliveries(bodies=False))


def repeat(control, count):
    """Send webhooks again that were sent before, of any age."""
    known = [one["id"] for one in control.deliveries(bodies=False)]
    control.redeliver(ids=random.Random(count).sample(known, min(count, len(known))))


def is_quiet(world):
    return not world.value(
        "SELECT (SELECT count(*) FROM storefront_event WHERE state = 'pending') + (SELECT count(*)"
        " FROM storefront_snapshot WHERE state NOT IN ('done', 'skipped', 'dead'))"
    )


def check_orders(world, shop):
    """Each order once, with the store's total, taxes, state and address."""
    found = {
        row[0]: row[1:]
        for row in world.rows(
            "SELECT storefront_external_id, amount_total, amount_tax, sale.state, street,"
            " storefront_payment_state FROM sale_order AS sale"
            " JOIN res_partner AS partner ON partner.id = partner_shipping_id"
            " WHERE storefront_backend_id = %s",
            world.backend_id,
        )
    }
    count = world.value("SELECT count(*) FROM sale_order WHERE storefront_backend_id IS NOT NULL")
    assert count == len(found)
    different = {}
    for order, street in shop.streets.items():
        row = found.pop(short(order), None)
        if order in shop.cancelled:
            # Cancelled before it was first seen, it isn't imported: that is no loss.
            if row and row[2] != "cancel":
                different[order] = (row, "cancelled")
            continue
        told = world.control.get_order(order)
        expected = (
            Decimal(told["current_total"]),
            Decimal(told["current_tax"]),
            "sale" if shop.paid[order] else "draft",
            street,
            "paid" if shop.paid[order] else "pending",
        )
        if row != expected:
            different[order] = (row, expected)
    assert (different, found) == ({}, {})


def check_lines(world, shop):
    """The lines that sell something, and what the warehouse is asked to deliver of them."""
    expected = {
        (short(order), sku): quantity
        for order, lines in shop.lines.items()
        if order not in shop.cancelled
        for sku, quantity in lines.items()
    }
    sold = world.rows(
        "SELECT storefront_order, sku, sum(quantity)::float, sum(demand)::float FROM ("
        " SELECT sale.storefront_external_id AS storefront_order, product.default_code AS sku,"
        " line.product_uom_qty AS quantity, sale.state, (SELECT coalesce(sum(move.product_uom_qty),"
        " 0) FROM stock_move AS move WHERE move.sale_line_id = line.id AND move.state != 'cancel')"
        " AS demand FROM sale_order_line AS line JOIN sale_order AS sale ON sale.id = order_id"
        " JOIN product_product AS product ON product.id = product_id"
        " WHERE sale.storefront_backend_id = %s AND sale.state != 'cancel'"
        " AND line.product_uom_qty != 0 AND NOT line.is_delivery) AS sold GROUP BY 1, 2",
        world.backend_id,
    )
    assert {(order, sku): quantity for order, sku, quantity, _demand in sold} == expected
    confirmed = {short(order) for order, is_paid in shop.paid.items() if is_paid}
    demanded = {(order, sku): demand for order, sku, _quantity, demand in sold if demand}
    assert demanded == {key: count for key, count in expected.items() if key[0] in confirmed}


def check_customers(world):
    emails = [
        email
        for (email,) in world.rows(
            "SELECT email FROM res_partner WHERE parent_id IS NULL AND email LIKE 'disorder%%'"
        )
    ]
    assert [email for email, count in Counter(emails).items() if count > 1] == []
    assert len(emails) <= CUSTOMERS


def short(reference):
    """The id of an order as Odoo keeps it."""
    return reference.rpartition("/")[2]
