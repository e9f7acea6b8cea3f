# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated store as a process of its own, and what the demo asks of any platform's."""

import subprocess
from decimal import Decimal

from _env.console import SetupError
from _env.paths import ROOT, paths

STOP_SECONDS = 10


class SimulatedStorefront:
    """The store at `url`, which is also the address of its page for people.

    A platform says what its simulator is (`module`, `control_class`) and how it calls things."""

    name = module = control_class = None
    # The topic that announces an order.
    order_topic = None

    def __init__(self, product_count):
        self._product_count = product_count

    def __enter__(self):
        command = [paths().python, "-m", self.module, "--products", str(self._product_count)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        first_line = self._process.stdout.readline()
        if " on http://" not in first_line:
            raise SetupError("The simulated store could not start")
        self.url = first_line.split(" on ")[1].strip()
        self.control = self.control_class(self.url)
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def backend_vals(self):
        """The values of the `storefront.backend` that connects to this store."""
        raise NotImplementedError

    def reference(self, external_id):
        """What the simulator calls an order that Odoo keeps under this id."""
        raise NotImplementedError

    def products(self):
        """[{"sku", "name", "price"}] of all that is sold."""
        return [
            {"sku": one["sku"], "name": f"Product {one['sku']}", "price": float(one["price"])}
            for one in self.control.variants()
        ]

    def subscribed_topics(self, url):
        """The topics that are sent to an address."""
        return {one["topic"] for one in self.control.subscriptions() if one["uri"] == url}

    def place(self, spec):
        """Place an order; return its id as Odoo keeps it."""
        return str(self.control.place_order(**spec)["id"]).rpartition("/")[2]

    def amounts(self, external_id):
        """{"total", "tax", "untaxed", "taxes": {title: amount}}, Decimal: what was charged."""
        order = self.control.get_order(self.reference(external_id))
        taxes = {title: Decimal(text) for title, text in order["taxes"].items()}
        total, tax = Decimal(order["total"]), Decimal(order["tax"])
        return {
            "total": total,
            "tax": tax,
            "untaxed": total - tax,
            "taxes": {title: amount for title, amount in taxes.items() if amount},
        }

    def order_webhooks(self):
        """The ids of the webhooks that announced an order, oldest first."""
        sent = self.control.deliveries(topic=self.order_topic, bodies=False)
        return [one["id"] for one in sent]

    def send_again(self, ids, times):
        """Send webhooks again as they were, shuffled; return how many were answered 200."""
        before = self._answered(ids)
        self.control.redeliver(ids=ids, times=times, order="shuffled")
        self.control.wait_webhooks()
        return self._answered(ids) - before

    def _answered(self, ids):
        sent = [one for one in self.control.deliveries(bodies=False) if one["id"] in ids]
        return sum(attempt["status"] == 200 for one in sent for attempt in one["attempts"])

    def wait_sent(self):
        """Wait until every webhook was delivered."""
        return self.control.wait_webhooks()

    def level(self, sku):
        """What the store shows as available."""
        return self.control.stock(sku)["available"]
