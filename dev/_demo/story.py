# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The main job from beginning to end, each step checked: connect, link, orders in, stock out."""

import re
import time

from . import linking, orders, prepare, stock
from .report import check_equal, wait_for

ORDER_LIMIT, STOCK_LIMIT, CRON_LIMIT = 5, 30, 60  # seconds
TIMES_SENT_AGAIN = 3
# Between two orders: what is measured is how long one takes, not how long a queue is.
PACE = 0.5  # seconds
PATIENCE = 120  # seconds until a step is given up
# A record of Odoo's log that tells of trouble. Odoo calls every serialization failure an error,
# those that are retried, as intended, among them.
TROUBLE = re.compile(
    r"^\S+ \S+ \d+ (?:ERROR|CRITICAL|WARNING) (?P<text>.*(?:\n(?!\d{4}-).*)*)", re.MULTILINE
)
RETRIED = "could not serialize access"


class Story:
    """`odoo`: a Client; `server`: its OdooServer; `with_runner`: whether jobs run by queue_job."""

    def __init__(self, report, server, odoo, storefront, *, with_runner):
        self.report, self.server, self.odoo, self.storefront = report, server, odoo, storefront
        self.with_runner = with_runner

    def tell(self):
        """Go through all steps. Raises StepFailed at the first one that doesn't hold."""
        self._prepare()
        self._connect()
        self._link()
        self._orders_in()
        self._webhooks_again()
        self._stock_out()
        self._in_the_end()

    def _prepare(self):
        with self.report.step("Company prepared") as details:
            if not self.with_runner:
                self.odoo.call(
                    "ir.config_parameter", "set_param", "storefront_connector.runner", "cron"
                )
            company_id = prepare.company(self.odoo)
            products = self.storefront.products()
            self.product_ids = prepare.products(self.odoo, products)
            self.stock = stock.Stock(self.odoo, self.storefront, self.product_ids)
            self.backend_id = prepare.backend(self.odoo, company_id, self.storefront)
            details += [f"{len(products)} products with stock", "3 integration users"]

    def _connect(self):
        with self.report.step("Backend connected") as details:
            self.odoo.call("storefront.backend", "action_connect", [self.backend_id])
            fields = ["state", "shop_name", "webhook_ids", "webhook_token", "location_ids"]
            backend = self.odoo.read("storefront.backend", [self.backend_id], fields)[0]
            check_equal("state of the backend", backend["state"], "connected")
            details += [backend["shop_name"], f"{len(backend['location_ids'])} location"]
        with self.report.step("Webhooks registered") as details:
            address = f"{self.server.url}/storefront/webhook/{backend['webhook_token']}"
            topics = self.storefront.subscribed_topics(address)
            check_equal("topics the store sends", topics, set(backend["webhook_ids"]))
            details += sorted(topics)

    def _link(self):
        count = len(self.product_ids)
        with self.report.step("Variants of the store read, nothing linked yet") as details:
            link_id = linking.read(self.odoo, self.backend_id, PATIENCE)
            found = linking.figures(self.odoo, link_id, "matched", "ambiguous", "missing")
            check_equal("matched, ambiguous, missing", found, (count, 0, 0))
            details += [f"{count} matched", "none ambiguous, none missing"]
        with self.report.step(f"{count} products linked as a job, after the review"):
            linking.apply(self.odoo, link_id, PATIENCE)
            linked = linking.figures(self.odoo, link_id, "linked", "refused", "marker_refused")
            check_equal("linked, refused, markers refused", linked, (count, 0, 0))
        with self.report.step("Their stock sent to the store") as details:
            wait_for(self.stock.is_equal, PATIENCE, "the store to show Odoo's stock")
            details.append(f"{count} levels equal")

    def _orders_in(self):
        specs = orders.specs(list(self.product_ids))
        arrivals = orders.Arrivals(self.server.db, self.backend_id)
        arrivals.start()
        try:
            title = f"{len(specs)} orders placed in the store, arrived by webhook"
            with self.report.step(title) as details:
                placed = {}
                for spec in specs:
                    moment = time.time()
                    placed[self.storefront.place(spec)] = moment
                    time.sleep(PACE)
                wait_for(
                    lambda: len(arrivals.seen) >= len(placed),
                    PATIENCE,
                    f"{len(specs)} confirmed orders in Odoo",
                )
                details.append(f"one every {PACE} s")
        finally:
            arrivals.stop()
        self.external_ids = list(placed)
        lags = [arrivals.seen[external_id] - moment for external_id, moment in placed.items()]
        self.report.lags("order", lags, ORDER_LIMIT if self.with_runner else CRON_LIMIT)
        with self.report.step("Total, untaxed amount and each tax equal to the cent") as details:
            charged = self._compare()
            details.append(f"{len(placed)} orders, {charged} in all")

    def _compare(self):
        return orders.compare(self.odoo, self.storefront, self.backend_id, self.external_ids)

    def _webhooks_again(self):
        count = len(self.external_ids)
        title = f"The same {count} webhooks {TIMES_SENT_AGAIN} times more, shuffled"
        with self.report.step(title) as details:
            self.storefront.wait_sent()
            ids = self.storefront.order_webhooks()
            check_equal("webhooks that announced an order", len(ids), count)
            answered = self.storefront.send_again(ids, TIMES_SENT_AGAIN)
            check_equal("answers 200", answered, count * TIMES_SENT_AGAIN)
            self._wait_quiet()
            check_equal("orders in Odoo", orders.count(self.odoo, self.backend_id), count)
            self._compare()
            details.append(f"{answered} answered 200, still {count} orders")

    def _stock_out(self):
        limit = STOCK_LIMIT if self.with_runner else CRON_LIMIT
        lags = []
        title = "Receipts and deliveries validated in Odoo show in the store"
        with self.report.step(title) as details:
            for sku in list(self.product_ids)[: stock.ROUNDS]:
                lags += [self.stock.receive(sku, PATIENCE), self.stock.deliver(sku, PATIENCE)]
            details.append(f"{stock.ROUNDS} of each")
        self.report.lags("stock", lags, limit)

    def _in_the_end(self):
        with self.report.step("Every level in the store is Odoo's free quantity"):
            stock.deliver_order(self.odoo, self.backend_id)
            self._wait_quiet()
            wait_for(self.stock.is_equal, PATIENCE, "the store to show Odoo's stock")
        with self.report.step("Nothing waits, nothing needs attention, nothing in Odoo's log"):
            issues = self.odoo.call("storefront.issue", "search_count", [("state", "=", "open")])
            check_equal("open issues", issues, 0)
            trouble = [found["text"] for found in TROUBLE.finditer(self.server.log())]
            check_equal("Odoo's log", [text for text in trouble if RETRIED not in text], [])

    def _wait_quiet(self):
        """Wait until no webhook, fetch, import or stock change waits for its turn."""
        wait_for(self._is_quiet, PATIENCE, "all work to be done")

    def _is_quiet(self):
        events = self.odoo.call("storefront.event", "search_count", [("state", "=", "pending")])
        waiting = [("state", "not in", ["done", "skipped"])]
        snapshots = self.odoo.call("storefront.snapshot", "search_count", waiting)
        changes = self.odoo.call("storefront.outbox", "search_count", [])
        return not (events or snapshots or changes)
