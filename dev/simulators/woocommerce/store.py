# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The state of one shop, in the memory of one process. Every access holds `store.lock`.

Products, variations, orders, refunds and coupons share one sequence of ids, as WordPress' posts do.
"""

import random
import threading
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from . import php
from .options import SETTINGS

SEQUENCES = ("post", "item", "meta", "tax", "customer", "webhook", "note", "attribute")


class Store:
    def __init__(self, seed=0):
        self.lock = threading.RLock()
        self.listeners = []  # called with (topic, id)
        self.reset(seed)

    def reset(self, seed=0):
        """A shop just installed: Madrid, euros, no taxes, nothing to sell."""
        self.random = random.Random(seed)
        self.offset = timedelta()
        self.frozen = None
        self.numbers = dict.fromkeys(SEQUENCES, 0)
        self.numbers["customer"] = 1  # the administrator
        self.numbers["post"] = 10
        self.name, self.zone = "Simulated Woo Store", ZoneInfo("Europe/Madrid")
        self.version = "10.7.0"
        self.settings = dict(SETTINGS)
        self.taxes = {}  # id -> rate
        self.classes = {"standard": "Standard rate", "reduced-rate": "Reduced rate",
                        "zero-rate": "Zero rate"}  # fmt: skip
        self.attributes = {}  # id -> {"id", "name", "slug", "terms": {slug: name}}
        self.categories = {15: ("Uncategorized", "uncategorized")}
        self.products, self.orders, self.refunds = {}, {}, {}
        self.children = {}  # id of a parent -> ids of its variations
        self.order_refunds = {}  # id of an order -> its refunds
        self.by_sku, self.by_code, self.slugs = {}, {}, set()
        self.customers, self.coupons, self.webhooks = {1: administrator(self)}, {}, {}
        self.by_email = {self.customers[1]["email"]: self.customers[1]}  # in lower case
        self.statuses = []  # added by plugins, without "wc-"

    # Identity and time.

    def number(self, kind):
        self.numbers[kind] += 1
        return self.numbers[kind]

    def now(self):
        """The shop's time in UTC and whole seconds."""
        moment = self.frozen or datetime.now(timezone.utc) + self.offset
        return moment.replace(microsecond=0)

    def advance(self, seconds):
        self.offset += timedelta(seconds=seconds)

    def local(self, moment):
        return moment.astimezone(self.zone) if moment else None

    def emit(self, topic, resource_id):
        for listener in self.listeners:
            listener(topic, resource_id)

    # Settings.

    @property
    def decimals(self):
        return php.integer(self.settings["woocommerce_price_num_decimals"])

    @property
    def currency(self):
        return self.settings["woocommerce_currency"]

    def says(self, option):
        return self.settings[f"woocommerce_{option}"] == "yes"

    @property
    def base(self):
        """(country, state) of the shop."""
        country, _colon, state = self.settings["woocommerce_default_country"].partition(":")
        return country, state

    # Taxes.

    def add_tax(self, name, rate, **values):
        """A rate; `class_` "standard" unless told, `country` "" is everywhere."""
        row = {
            "id": self.number("tax"),
            "country": "",
            "state": "",
            "rate": float(rate),
            "name": name,
            "priority": 1,
            "compound": False,
            "shipping": True,
            "order": 0,
            "class": "standard",
            **values,
        }
        self.taxes[row["id"]] = row
        if row["class"] not in self.classes:
            self.classes[row["class"]] = row["class"].replace("-", " ").capitalize()
        return row

    def rates(self, class_, country, state):
        """The rates of a class ("" is standard) at a place: the best of each priority."""
        wanted = class_ or "standard"
        rows = [
            row
            for row in self.taxes.values()
            if row["class"] == wanted
            and row["country"] in ("", country)
            and row["state"] in ("", state)
        ]
        rows.sort(key=lambda row: (
            row["priority"], not row["country"], not row["state"], row["order"], row["id"]
        ))  # fmt: skip
        best = {}
        for row in rows:
            best.setdefault(row["priority"], row)
        return list(best.values())

    # Products.

    def product(self, reference):
        """By id or SKU. Raises KeyError."""
        found = self.products.get(reference) or self.by_sku.get(reference)
        if found is None and str(reference).isdigit():
            found = self.products.get(int(reference))
        if found is None:
            raise KeyError(f"No product {reference!r}")
        return found

    def variations(self, parent):
        return [self.products[one] for one in self.children.get(parent["id"], ())]

    def add_attribute(self, name, terms=()):
        """A global attribute with its terms."""
        number = self.number("attribute")
        row = {"id": number, "name": name, "slug": f"pa_{php.slug(name)}",
               "terms": {php.slug(one): one for one in terms}}  # fmt: skip
        self.attributes[number] = row
        return row

    # Orders.

    def order(self, reference):
        """By id or number. Raises KeyError."""
        text = str(reference).lstrip("#")
        if text.isdigit() and int(text) in self.orders:
            return self.orders[int(text)]
        for order in self.orders.values():
            if order["number"] == text:
                return order
        raise KeyError(f"No order {reference!r}")

    def refunds_of(self, order):
        """The refunds of an order, newest first."""
        return list(reversed(self.order_refunds.get(order["id"], [])))

    def customer(self, reference):
        """By id or e-mail. Raises KeyError."""
        text = str(reference)
        if text.isdigit() and int(text) in self.customers:
            return self.customers[int(text)]
        found = self.by_email.get(text.lower())
        if found is None:
            raise KeyError(f"No customer {reference!r}")
        return found


def administrator(store):
    """Whose keys are used: an account, but no customer."""
    now = store.now()
    names = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state",
             "postcode", "country", "phone")  # fmt: skip
    return {
        "id": 1,
        "created": now,
        "modified": now,
        "email": "admin@example.com",
        "first_name": "",
        "last_name": "",
        "role": "administrator",
        "username": "admin",
        "billing": {**dict.fromkeys(names, ""), "email": ""},
        "shipping": dict.fromkeys(names, ""),
        "is_paying_customer": False,
        "meta_data": [],
    }


def gmt(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S}" if moment else None
