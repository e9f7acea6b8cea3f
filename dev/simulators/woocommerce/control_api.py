# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands of this simulator (`/_control/…`), the server's half of control.py."""

from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from .. import samples
from ..control import ControlRoutes
from ..wire import Response
from . import checkout, coupons, customers, edits, php, product_write, webhook
from .errors import RestError
from .notifier import default_policy
from .product import price, stock_keeper
from .seeding import add_product
from .summary import order_summary


class ControlApi(ControlRoutes):
    @property
    def store(self):
        return self.application.store

    @property
    def courier(self):
        return self.application.notifier.courier

    def answer(self, request):
        """Commands that wait must not hold the shop."""
        waits = request.path.endswith(("/wait_webhooks", "/authorize"))
        try:
            if waits:
                return super().answer(request)
            with self.store.lock:
                answer = super().answer(request)
            self.application.notifier.send_pings()
            return answer
        except RestError as error:
            return Response.json({"error": error.message}, 400)

    def do_wait_webhooks(self, seconds=30.0):
        return self.application.notifier.wait_idle(seconds)

    def do_info(self):
        key = self.application.keys.first
        return {
            "url": self.application.home(),
            "name": self.store.name,
            "version": self.store.version,
            "currency": self.store.currency,
            "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret,
        }

    def do_reset(self, seed=0):
        """As just started: an empty shop and the settings of the beginning."""
        application = self.application
        self.courier.clear()
        self.courier.policy = default_policy()
        application.notifier.restore()
        application.faults.clear()
        application.stats.clear()
        application.latency = 0.0
        application.keys.restore()
        application.consent.allow_http_callback = False
        self.store.reset(seed)
        application.restore()
        return True

    def do_configure(self, **settings):
        """See README.md. Raises ValueError for an unknown setting."""
        for name, value in settings.items():
            setter = getattr(self, f"_set_{name}", None)
            option = f"woocommerce_{name}"
            if setter is not None:
                setter(value)
            elif option in self.store.settings:
                yes = {True: "yes", False: "no"}
                self.store.settings[option] = yes[value] if isinstance(value, bool) else str(value)
            else:
                raise ValueError(f"Unknown setting {name!r}")
        return True

    def _set_maintenance(self, value):
        self.application.maintenance = bool(value)

    def _set_permalinks(self, value):
        self.application.permalinks = bool(value)

    def _set_strip_authorization(self, value):
        self.application.keys.strip_authorization = bool(value)

    def _set_http_callback(self, value):
        self.application.consent.allow_http_callback = bool(value)

    def _set_name(self, value):
        self.store.name = value

    def _set_version(self, value):
        self.store.version = value

    def _set_timezone(self, value):
        self.store.zone = ZoneInfo(value)

    def _set_missing_routes(self, patterns):
        self.application.missing_routes = tuple(patterns)
        self.application.build_routes()

    def _set_statuses(self, names):
        self.store.statuses = list(names)
        self.application.build_routes()

    def do_advance(self, seconds):
        self.store.advance(seconds)
        self.application.notifier.advance(seconds)
        return self.store.now().isoformat()

    def do_create_key(self, permissions="read_write"):
        key = self.application.keys.create(permissions)
        return {"consumer_key": key.consumer_key, "consumer_secret": key.consumer_secret}

    def do_revoke_key(self, consumer_key=None):
        """One key, or all."""
        rows = self.application.keys.rows
        for name in [consumer_key] if consumer_key else list(rows):
            del rows[name]
        return True

    def do_authorize(self, url):
        """The owner approves; the address the browser is sent to."""
        params = dict(parse_qsl(urlsplit(url).query))
        problem = self.application.consent.problem(params)
        if problem:
            raise ValueError(problem)
        answer = self.application.consent.approve(params)
        if answer.status != 302:
            raise ValueError("The callback did not take the key")
        return answer.headers["Location"]

    def do_add_tax(self, name, rate, class_="standard", **values):
        return self.store.add_tax(name, rate, **{**values, "class": class_})["id"]

    def do_add_coupon(self, code, **values):
        return coupons.add(self.store, code, **values)["id"]

    def do_add_attribute(self, name, terms=()):
        return self.store.add_attribute(name, terms)["id"]

    def do_seed(self, count=0, products=None, customers=None, stock=100, prefix="SIM"):
        specs = list(products or ()) + samples.products(count, prefix, stock, self.store.random)
        for spec in specs:
            add_product(self.store, spec)
        for spec in customers or ():
            checkout.find_or_make(self.store, spec)
        return {"products": len(specs), "customers": len(customers or ())}

    def do_variants(self):
        return [
            {
                "id": one["id"],
                "product_id": one["parent_id"] or one["id"],
                "sku": one["sku"],
                "barcode": one["global_unique_id"],
                "price": price(self.store, one),
            }
            for one in self.store.products.values()
            if one["type"] in ("simple", "variation") and one["status"] == "publish"
        ]

    def do_place_orders(self, specs):
        return [order_summary(self.store, checkout.place(self.store, one)) for one in specs]

    def do_place_samples(self, count, seed=0, **fixed):
        skus = [one["sku"] for one in self.do_variants() if one["sku"]]
        specs = samples.orders(skus, count, seed, fixed)
        return [self._short(checkout.place(self.store, one)) for one in specs]

    def do_get_order(self, reference):
        return order_summary(self.store, self.store.order(reference))

    def do_orders(self):
        return [self._short(order) for order in self.store.orders.values()]

    def _short(self, order):
        total = php.decimal(order["total"], self.store.decimals)
        return {"id": order["id"], "name": order["number"], "total": total}

    def _done(self, function, reference, *args, **options):
        order = function(self.store, self.store.order(reference), *args, **options)
        return order_summary(self.store, order)

    def do_edit_order(self, reference, **change):
        return self._done(edits.edit, reference, **change)

    def do_refund_order(self, reference, **options):
        return self._done(edits.refund, reference, **options)

    def do_cancel_order(self, reference, **options):
        return self._done(edits.cancel, reference, **options)

    def do_pay_order(self, reference):
        return self._done(edits.pay, reference)

    def do_fulfil_order(self, reference, **options):
        return self._done(edits.fulfil, reference, **options)

    def do_update_order(self, reference, values):
        return self._done(edits.update, reference, values)

    def do_recalculate_order(self, reference):
        return self._done(edits.recalculate, reference)

    def do_delete_product(self, sku, force=True):
        product_write.delete(self.store, self.store.product(sku), force)
        return True

    def do_create_customer(self, **spec):
        row = customers.create(self.store, checkout.customer_values(spec))
        return customers.payload(self.store, row)

    def do_update_customer(self, reference, values):
        row = self.store.customer(reference)
        customers.update(self.store, row, checkout.customer_values(values))
        return customers.payload(self.store, row)

    def do_get_customer(self, reference):
        return customers.payload(self.store, self.store.customer(reference))

    def do_stock(self, sku):
        product = self.store.product(sku)
        keeper = stock_keeper(self.store, product)
        return {
            "available": (keeper["stock_quantity"] or 0) if keeper else None,
            "manage_stock": product["manage_stock"] or ("parent" if keeper else False),
            "status": product["stock_status"],
        }

    def do_set_stock(self, sku, quantity):
        product = self.store.product(sku)
        product_write.update(self.store, product, {"stock_quantity": quantity})
        return self.do_stock(sku)

    def do_update_product(self, sku, values):
        product_write.update(self.store, self.store.product(sku), values)
        return True

    def do_subscriptions(self):
        return [
            {
                "id": row["id"],
                "topic": row["topic"],
                "uri": row["delivery_url"],
                "status": row["status"],
                "failure_count": row["failure_count"],
            }
            for row in self.store.webhooks.values()
        ]

    def do_delete_subscription(self, topic=None):
        rows = [row for row in self.store.webhooks.values() if topic in (None, row["topic"])]
        for row in rows:
            del self.store.webhooks[row["id"]]
        return len(rows)

    def do_set_subscription(self, topic, status):
        """As the owner does by hand: active, paused or disabled."""
        rows = [row for row in self.store.webhooks.values() if row["topic"] == topic]
        for row in rows:
            webhook.update(self.store, row, {"status": status})
        return len(rows)
