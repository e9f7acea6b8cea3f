# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo and a storefront, connected, with products linked; what tests do to both, and one check.

`World.check` is what every test ends with: nothing was lost, and nothing happened twice.
"""

import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import psutil
import requests
from _demo import linking, prepare
from _demo.client import Client
from _demo.report import StepFailed, wait_for
from _demo.stock import Stock
from _env import databases, odoo
from _env.server import OdooServer
from database import PATIENCE, Database

ADDONS = Path(__file__).parent / "addons"
PRODUCTS = 107
# Changes of stock in a call, as `storefront_points` has it.
STOCK_PER_PUSH = 2
# Two workers can be stopped in an import while others answer webhooks and run jobs.
WORKERS, CHANNELS = 5, "root:4"
RATE = "0.2"
# So long a server that has just been started may take until its cron workers listen.
CRON_SECONDS = 15
CRON = (
    "WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'storefront_connector'"
    " AND name = %s)"
)


class World(Database):
    """`database` has the addon; `storefront` is a running `_demo.shopify.Storefront`."""

    options = {}  # of Odoo's configuration file, for a world that differs in them

    def __init__(self, database, storefront, folder):
        super().__init__(database)
        self.storefront, self.control = storefront, storefront.control
        self._log_file = folder / "odoo.log"
        self._points = folder / "points"
        self._points.mkdir()
        self.server = self._new_server()
        self.server.start()
        self.server.wait_ready()
        self.odoo = Client(self.server.url, database)
        self._connect()

    def _new_server(self, port=None):
        return OdooServer(
            self.database,
            port,
            workers=WORKERS,
            channels=CHANNELS,
            log_file=self._log_file,
            # Not this process's own: each of several worlds has its points.
            extra_env={"STOREFRONT_POINTS": str(self._points)},
            extra_conf={
                "addons_path": odoo.addons_path(ADDONS),
                "server_wide_modules": "base,rpc,web,queue_job,storefront_points",
                **self.options,
            },
        )

    def _connect(self):
        company_id = prepare.company(self.odoo)
        self.product_ids = prepare.products(self.odoo, self.storefront.products())
        self.stock = Stock(self.odoo, self.storefront, self.product_ids)
        self.skus = iter(self.product_ids)
        self.backend_id = prepare.backend(self.odoo, company_id, self.storefront)
        # It would put right what a test must see put right without it.
        self.hold_cron("cron_reconcile")
        self.odoo.call("storefront.backend", "action_connect", [self.backend_id])
        self._link()
        self.settle()

    def _link(self):
        self.link_id = linking.read(self.odoo, self.backend_id, PATIENCE)
        linking.apply(self.odoo, self.link_id, PATIENCE)

    # processes

    def ensure_running(self):
        """Begin a test: a server that runs, no orders for points, no faults, no held webhooks."""
        for file in self._points.iterdir():
            file.unlink()
        self.control.clear_faults()
        self.control.configure(idempotent_replay="original")
        self.control.release_webhooks()
        if not self._is_running():
            self.restart()
        if self.backend_state()[0] == "paused":  # a test that failed left it so
            self.odoo.call("storefront.backend", "action_resume", [self.backend_id])
        self.forget_failures()

    def ensure_linked(self):
        """Link again what a test that failed left without its product."""
        if self.value("SELECT count(*) FROM storefront_binding_variant") < PRODUCTS:
            self._link()

    def _is_running(self):
        try:
            return psutil.Process(self.server.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def wait_dead(self):
        """Wait until the whole server is gone."""
        wait_for(lambda: not self._is_running(), PATIENCE, "the server to die")

    def restart(self):
        """Start the server again after it died, on the same port."""
        self.server.kill()
        self.server = self._new_server(self.server.port)
        self.server.start()
        self.server.wait_ready()

    def order_point(self, point, word):
        """Have the process that reaches a point do something: see `storefront_points`."""
        self._points.joinpath(point).write_text(word)

    def wait_done(self, point):
        """Wait until a process has died at a point."""
        done = self._points / f"{point}.done"
        wait_for(done.exists, PATIENCE, f"a process to die at {point}")

    def waiting_at(self, point):
        """The numbers of the processes that wait, or have waited, at a point."""
        return {int(file.suffix[1:]) for file in self._points.glob(f"{point}.*")}

    def wait_at(self, point, count):
        wait_for(
            lambda: len(self.waiting_at(point)) >= count, PATIENCE, f"{count} processes at {point}"
        )

    def release(self, point):
        self._points.joinpath(point).unlink()

    def let_cron_run(self, name="cron_drain"):
        """Have a cron run now, without waiting for its time."""
        self._set_cron(name, "0 s")
        deadline = time.monotonic() + CRON_SECONDS
        # Odoo's cron workers listen on the database `postgres`: not yet, if they have just begun.
        with closing(databases.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while self._is_due(name) and time.monotonic() < deadline:
                    cursor.execute("SELECT pg_notify('cron_trigger', %s)", [self.database])
                    time.sleep(0.5)

    def _is_due(self, name):
        """Whether a cron that should run hasn't done so."""
        return self.value(f"SELECT nextcall <= now() AT TIME ZONE 'UTC' FROM ir_cron {CRON}", name)

    def hold_cron(self, name):
        """Have a cron run in an hour, and not before."""
        self._set_cron(name, "1 h")

    def _set_cron(self, name, delay):
        self.execute(
            f"UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + %s::interval {CRON}",
            delay,
            name,
        )

    def pass_time(self):
        """What waits for its next try has waited long enough; the cron runs."""
        self.execute("UPDATE storefront_claim SET next_try = NULL")
        self.execute("UPDATE storefront_snapshot SET next_try = NULL WHERE next_try IS NOT NULL")
        self.let_cron_run()

    # people

    def authorize(self):
        """Press "Connect with Shopify", say yes on the store's page, and come back."""
        action = self.odoo.call("storefront.backend", "action_authorize", [self.backend_id])
        answer = self.odoo.open(self.control.authorize(action["url"]))
        assert answer.status_code == 200, answer.text
        assert self.backend_state() == ("connected", None)

    def banner(self):
        """What the backend's form says on top."""
        fields = ["banner_danger", "banner_warning"]
        shown = self.odoo.read("storefront.backend", [self.backend_id], fields)[0]
        return " ".join(shown[field] or "" for field in fields)

    # what happens

    def place(self, sku, email, quantity=1, **spec):
        """Have a customer order; return the order's id as Odoo keeps it."""
        return self.storefront.place(order_spec(sku, email, quantity, **spec))

    def count(self, sku, quantity):
        """Enter in Odoo how many units of a product were counted; return what `apply` takes."""
        location_id = prepare.warehouse(self.odoo)["lot_stock_id"][0]
        counted = {
            "product_id": self.product_ids[sku],
            "location_id": location_id,
            "inventory_quantity": quantity,
        }
        in_mode = {"inventory_mode": True}
        quant_ids = self.odoo.call("stock.quant", "create", [counted], context=in_mode)
        self.settle()
        return quant_ids

    def apply(self, quant_ids):
        """Make what was counted the stock."""
        self.odoo.call("stock.quant", "action_apply_inventory", quant_ids)

    # what became of it

    def settle(self, seconds=PATIENCE):
        """Wait until nothing waits for its turn and the store shows Odoo's stock.

        On a slow machine a call fails after the test has ended its fault: that wait passes too."""
        for _time in range(3):
            try:
                return wait_for(self._is_quiet, seconds / 3, "all work to be done")
            except StepFailed:
                waiting = {**self.waiting(), "placed": len(self.control.orders())}
                if self.is_postponed():
                    self.pass_time()
        raise StepFailed(f"waited {seconds} s for all work to be done: {waiting}")

    def _is_quiet(self):
        return not self.has_work() and self._all_arrived()

    def _all_arrived(self):
        return self.value("SELECT count(DISTINCT storefront_external_id) FROM sale_order") == len(
            self.control.orders()
        )

    def check(self, seconds=PATIENCE):
        """Wait for the end of all work, then: each order once, at its total; each customer once;
        every level in the store is Odoo's free quantity; nothing for a human to decide."""
        self.settle(seconds)
        placed = sorted(
            (order["id"].rpartition("/")[2], Decimal(order["total"]), "sale")
            for order in self.control.orders()
        )
        found = self.rows(
            "SELECT storefront_external_id, amount_total, state FROM sale_order"
            " WHERE storefront_backend_id = %s ORDER BY 1",
            self.backend_id,
        )
        assert found == placed
        twice = (
            "SELECT email FROM res_partner WHERE parent_id IS NULL GROUP BY 1 HAVING count(*) > 1"
        )
        assert [row for row in self.rows(twice) if row[0]] == []
        assert self.stock.shown() == self.stock.free()
        assert self.rows("SELECT code FROM storefront_issue WHERE state = 'open'") == []


def deliver(delivery):
    """Send a webhook as the store would; return the answer's status."""
    answer = requests.post(
        delivery["url"],
        data=delivery["body"].encode(),
        headers=delivery["headers"],
        timeout=PATIENCE,
    )
    return answer.status_code


def order_spec(sku, email, quantity=1, **spec):
    """One line and shipping, taxed; the customer has an account and an address."""
    address = {
        "first_name": "Ada",
        "last_name": email.partition("@")[0],
        "address1": "Market street 1",
        "zip": "1000",
        "city": "Brussels",
        "country_code": "BE",
    }
    return {
        "lines": [{"sku": sku, "quantity": quantity}],
        "taxes": [{"title": prepare.tax_title(20), "rate": RATE}],
        "shipping": {"title": "Standard", "price": "4.95"},
        "customer": {
            "email": email,
            "first_name": "Ada",
            "last_name": address["last_name"],
            "addresses": [address],
        },
        "billing_address": address,
        "shipping_address": address,
        **spec,
    }
