# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands of this simulator (`/_control/…`), the server's half of control.py."""

from .. import samples
from ..control import ControlRoutes
from . import edits, lifecycle, people
from .catalogue import QUANTITY_NAMES
from .context import Settings
from .control_access import AccessCommands
from .control_people import PeopleCommands
from .notifier import default_policy
from .schema import API_VERSION
from .summary import order_summary

SHOP_SETTINGS = ("name", "currency_code", "taxes_included", "tax_shipping", "iana_timezone",
                 "enabled_presentment_currencies", "country_code")  # fmt: skip


class ControlApi(AccessCommands, PeopleCommands, ControlRoutes):
    @property
    def store(self):
        return self.application.store

    @property
    def courier(self):
        return self.application.notifier.courier

    def answer(self, request):
        """Commands that wait must not hold the store."""
        if request.path.endswith("/wait_webhooks"):
            return super().answer(request)
        with self.store.lock:
            return super().answer(request)

    def do_info(self):
        app, shop = self.application.app, self.store.shop
        return {
            "shop_domain": shop.myshopify_domain,
            "api_version": API_VERSION,
            "token": self.application.tokens.pasted,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "currency": shop.currency_code,
            "locations": [{"id": one.id, "name": one.name} for one in self.store.locations],
            "unmodelled": dict(self.application.service.made_up),
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
        vars(application.settings).update(vars(Settings()))
        self.store.reset(seed)
        self.reset_access()
        application.service.forget()
        return True

    def do_configure(self, **settings):
        """See README.md. Raises ValueError for an unknown setting."""
        for name, value in settings.items():
            setter = getattr(self, f"_set_{name}", None)
            if setter is not None:
                setter(value)
            elif name in SHOP_SETTINGS:
                setattr(self.store.shop, name, value)
            else:
                raise ValueError(f"Unknown setting {name!r}")
        return True

    def _set_webhook_scale(self, factor):
        self.courier.policy.scale = float(factor)

    def _set_b2b(self, value):
        self.application.settings.b2b = bool(value)

    def _set_search_lag(self, seconds):
        self.application.settings.search_lag = float(seconds)

    def _set_compliance_url(self, url):
        self.application.notifier.compliance_url = url

    def _set_idempotent_replay(self, mode):
        if mode not in ("original", "compare"):
            raise ValueError("idempotent_replay is original or compare")
        self.application.settings.idempotent_replay = mode

    def do_advance(self, seconds):
        self.store.advance(seconds)
        people.carry_out_erasures(self.store)
        self.application.notifier.advance(seconds)
        return self.store.now().isoformat()

    def do_seed(self, count=0, products=None, customers=None, stock=100, prefix="SIM"):
        specs = list(products or ()) + samples.products(count, prefix, stock, self.store.random)
        for spec in specs:
            self.store.add_product(spec)
        for spec in customers or ():
            self.store.add_customer(spec)
        return {"products": len(specs), "customers": len(customers or ())}

    def do_add_location(self, name, **values):
        return self.store.add_location(name, **values).id

    def do_variants(self):
        return [
            {
                "sku": one.sku,
                "barcode": one.barcode,
                "id": one.id,
                "product_id": one.product.id,
                "inventory_item_id": one.inventory_item.id,
                "price": str(one.price),
            }
            for one in self.store.variants
        ]

    def do_place_orders(self, specs):
        return [order_summary(lifecycle.place(self.store, spec)) for spec in specs]

    def do_place_samples(self, count, seed=0, **fixed):
        skus = [variant.sku for variant in self.store.variants if variant.sku]
        specs = samples.orders(skus, count, seed, fixed)
        rows = [lifecycle.place(self.store, spec) for spec in specs]
        return [_short(order) for order in rows]

    def do_get_order(self, reference):
        return order_summary(self.store.order(reference))

    def do_orders(self):
        return [_short(order) for order in self.store.orders]

    def do_edit_order(self, reference, **change):
        return order_summary(edits.edit(self.store, self.store.order(reference), **change))

    def do_refund_order(self, reference, **options):
        return order_summary(edits.refund(self.store, self.store.order(reference), **options))

    def do_delete_product(self, sku):
        edits.delete_product(self.store, sku)
        return True

    def do_cancel_order(self, reference, **options):
        order = self.store.order(reference)
        return order_summary(lifecycle.cancel(self.store, order, **options))

    def do_pay_order(self, reference):
        return order_summary(lifecycle.pay(self.store, self.store.order(reference)))

    def do_fulfil_order(self, reference, **options):
        return order_summary(lifecycle.fulfil(self.store, self.store.order(reference), **options))

    def do_update_order(self, reference, values):
        return order_summary(lifecycle.update(self.store, self.store.order(reference), values))

    def do_stock(self, sku, location=None):
        item = self.store.variant(sku).inventory_item
        level = item.levels.get(self.store.location(location).number)
        return {name: level.quantity(name) if level else 0 for name in QUANTITY_NAMES}

    def do_set_stock(self, sku, quantity, location=None, name="available"):
        lifecycle.set_stock(self.store, sku, quantity, location, name)
        return self.do_stock(sku, location)

    def do_subscriptions(self):
        return [
            {"id": one.id, "topic": one.topic, "uri": one.uri, "name": one.name}
            for one in self.store.subscriptions
        ]

    def do_delete_subscription(self, topic=None):
        rows = [one for one in self.store.subscriptions if topic is None or one.topic == topic]
        for row in rows:
            self.store.remove_subscription(row)
        return len(rows)

    def do_compliance(self, topic, url=None, payload=None, email=None, orders=None):
        notifier = self.application.notifier
        if payload is None:
            payload = self._privacy(topic, email, orders)
        return notifier.compliance(topic, url, payload).id

    def _privacy(self, topic, email, references):
        """The body of a compliance topic, about a customer's orders or the ones named."""
        payloads = self.application.notifier.payloads
        if topic == "shop/redact":
            return payloads.redaction()
        if not email:
            raise ValueError(f"{topic} is about a customer: give email")
        if references is None:
            orders = [one for one in self.store.orders if (one.email or "") == email]
        else:
            orders = [self.store.order(one) for one in references]
        asks = topic == "customers/data_request"
        build = payloads.data_request if asks else payloads.customer_redaction
        return build(payloads.person(email), orders)


def _short(order):
    total = order.total_price_set.presentment_money
    return {"id": order.id, "name": order.name, "total": str(total.amount)}
