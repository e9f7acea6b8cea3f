# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Warehouse work and sales at once, for a while, on a store that fails and workers that die.

Half of the products are moved by the warehouse in every way, sold and ordered for others as well.
Of the other half units only leave by being sold in the store, which sells as long as it shows any:
were a sold unit ever added back there, more would be sold than there were.
"""

import random
import threading
import time

import requests
from _demo import prepare
from _demo.client import Client, OdooError
from _demo.report import StepFailed, wait_for
from world import order_spec

FAULTS = ("status", "html", "reset_before", "reset_after", "http_429")
FAULT_SHARE = 0.02
KILL_SECONDS = 12.0
MOST_UNITS = 4
# Of what is only sold: so few that it is sold out again and again.
FEW_UNITS = 6
QUIET_SECONDS = 600


class Soak:
    """`world` is connected, `skus` are its; half of them are only sold."""

    def __init__(self, world, skus, product_ids, seed=11):
        self._world, self._control = world, world.control
        self._products = {sku: product_ids[sku] for sku in skus}
        half = len(skus) // 2
        self._moved, self._sold_only = list(skus)[:half], list(skus)[half:]
        self._received = dict.fromkeys(self._sold_only, FEW_UNITS)
        self._sold = dict.fromkeys(self._sold_only, 0)
        self._seed, self._over = seed, threading.Event()
        self.counts = {"moved": 0, "sold": 0, "killed": 0, "refused": 0}
        self._errors = []

    def run(self, seconds):
        """Do all of it for so long, then wait until nothing waits."""
        self._set_stock(self._world.odoo, dict.fromkeys(self._sold_only, FEW_UNITS))
        self._settle()
        for kind in FAULTS:
            share = FAULT_SHARE / len(FAULTS)
            self._control.add_fault(kind, probability=share, retry_after=1)
        works = (self._warehouse, self._customers, self._deliveries, self._killer)
        threads = [threading.Thread(target=self._work, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        self._over.wait(seconds)
        self._over.set()
        for thread in threads:
            thread.join()
        self.counts["faults"] = sum(fault["hits"] for fault in self._control.faults())
        self._control.clear_faults()
        if self._errors:
            raise self._errors[0]
        self._control.wait_webhooks()
        self._settle()

    def differing(self):
        """{SKU: (shown in the store, free in Odoo)} where they differ."""
        shown, free = self._world.stock.shown(), self._world.stock.free()
        # What was sold beyond what there was is no negative stock in a store.
        return {
            sku: (shown[sku], free[sku])
            for sku in self._products
            if shown[sku] != max(free[sku], 0)
        }

    def oversold(self):
        """{SKU: units} sold beyond what there was, of the products that are only sold."""
        return {
            sku: self._sold[sku] - self._received[sku]
            for sku in self._sold_only
            if self._sold[sku] > self._received[sku]
        }

    def _settle(self):
        def is_quiet():
            self._world.pass_time()
            waiting = self._world.value(
                "SELECT (SELECT count(*) FROM storefront_event WHERE state = 'pending')"
                " + (SELECT count(*) FROM storefront_snapshot"
                " WHERE state NOT IN ('done', 'skipped'))"
                " + (SELECT count(*) FROM storefront_outbox)"
            )
            return not waiting

        try:
            wait_for(is_quiet, QUIET_SECONDS, "all work to be done", interval=2)
        except StepFailed as error:
            raise StepFailed(f"{error}: {self._world._waiting()}") from error

    # who works

    def _work(self, work):
        chance = random.Random(f"{self._seed}{work.__name__}")
        try:
            odoo = self._client()
            while not self._over.is_set():
                try:
                    work(odoo, chance)
                except (OdooError, requests.RequestException):
                    # A worker died under it, or two wanted the same: as for any user.
                    self.counts["refused"] += 1
        except Exception as error:
            self._errors.append(error)
            self._over.set()

    def _client(self):
        while True:
            try:
                return Client(self._world.server.url, self._world.database)
            except requests.RequestException:
                time.sleep(0.2)

    def _warehouse(self, odoo, chance):
        """One of the ways stock changes, of one product or a few."""
        skus = chance.sample(self._moved, chance.randint(1, 3))
        way = chance.choice((self._receive, self._deliver, self._count, self._scrap, self._reserve))
        way(odoo, chance, skus)
        if chance.random() < 0.3:
            self._restock(odoo, chance)
        self.counts["moved"] += 1
        time.sleep(chance.random() * 0.2)

    def _restock(self, odoo, chance):
        """Receive units of what is only sold. They count as there from before they are."""
        sku, units = chance.choice(self._sold_only), chance.randint(1, MOST_UNITS)
        self._received[sku] += units
        self._pick(odoo, "in_type_id", {sku: units})

    def _receive(self, odoo, chance, skus):
        self._pick(odoo, "in_type_id", {sku: chance.randint(1, MOST_UNITS) for sku in skus})

    def _deliver(self, odoo, chance, skus):
        self._pick(odoo, "out_type_id", {sku: chance.randint(1, MOST_UNITS) for sku in skus})

    def _reserve(self, odoo, chance, skus):
        """Reserve, and more often than not let go again."""
        units = {sku: chance.randint(1, MOST_UNITS) for sku in skus}
        picking_id = self._pick(odoo, "out_type_id", units, "action_confirm")
        odoo.call("stock.picking", "action_assign", [picking_id])
        if chance.random() < 0.8:
            odoo.call("stock.picking", "do_unreserve", [picking_id])
            odoo.call("stock.picking", "action_cancel", [picking_id])

    def _count(self, odoo, chance, skus):
        self._set_stock(odoo, {sku: chance.randint(10, 60) for sku in skus})

    def _set_stock(self, odoo, units):
        place = prepare.warehouse(odoo)["lot_stock_id"][0]
        vals = [
            {
                "product_id": self._products[sku],
                "location_id": place,
                "inventory_quantity": counted,
            }
            for sku, counted in units.items()
        ]
        quant_ids = odoo.call("stock.quant", "create", vals, context={"inventory_mode": True})
        odoo.call("stock.quant", "action_apply_inventory", quant_ids)

    def _scrap(self, odoo, _chance, skus):
        place = prepare.warehouse(odoo)["lot_stock_id"][0]
        scrap_id = odoo.create(
            "stock.scrap",
            {"product_id": self._products[skus[0]], "scrap_qty": 1, "location_id": place},
        )
        odoo.call("stock.scrap", "do_scrap", [scrap_id])

    def _pick(self, odoo, kind, units, button="button_validate"):
        """Make a transfer and press a button; return its id."""
        type_id = prepare.warehouse(odoo)[kind][0]
        places = ["default_location_src_id", "default_location_dest_id"]
        found = odoo.read("stock.picking.type", [type_id], places)[0]
        locations = {
            "location_id": found[places[0]][0],
            "location_dest_id": found[places[1]][0],
        }
        moves = [
            (0, 0, {"product_id": self._products[sku], "product_uom_qty": count, **locations})
            for sku, count in units.items()
        ]
        picking_id = odoo.create(
            "stock.picking", {"picking_type_id": type_id, "move_ids": moves, **locations}
        )
        odoo.call("stock.picking", button, [picking_id])
        return picking_id

    def _customers(self, _odoo, chance):
        """Buy what the store shows, of what is only sold mostly."""
        sku = chance.choice(self._sold_only if chance.random() < 0.8 else self._moved)
        units = min(self._level(sku), chance.randint(1, MOST_UNITS))
        if units > 0:
            email = f"soak{chance.randint(1, 40)}@example.com"
            self._control.place_order(**order_spec(sku, email, units))
            if sku in self._sold:
                self._sold[sku] += units
            self.counts["sold"] += 1
        time.sleep(0.1 + chance.random() * 0.4)

    def _deliveries(self, odoo, chance):
        """Send an order's goods off, as far as they are reserved."""
        time.sleep(0.5 + chance.random())
        domain = [("state", "=", "assigned"), ("sale_id.storefront_external_id", "!=", False)]
        found = odoo.search("stock.picking", domain, limit=3)
        if found:
            odoo.call("stock.picking", "button_validate", found[:1])

    def _killer(self, _odoo, chance):
        """SIGKILL a worker now and then, whatever it is at."""
        if self._over.wait(KILL_SECONDS * (0.5 + chance.random())):
            return
        workers = self._world.server.http_workers()
        if workers:
            max(workers, key=lambda worker: worker.cpu_percent(0.2)).kill()
            self.counts["killed"] += 1

    def _level(self, sku):
        return self._world.storefront.level(sku)
