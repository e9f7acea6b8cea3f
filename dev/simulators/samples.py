# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Made-up catalogues and orders, the same for the same seed: guests and customers, discounts on
lines, orders and shipping, one or two tax rates, prices with tax and without."""

import random
from decimal import Decimal

WORDS = ("Cotton", "Linen", "Oak", "Steel", "Copper", "Wool", "Glass", "Bamboo", "Leather", "Clay")
THINGS = ("shirt", "chair", "lamp", "mug", "knife", "rug", "vase", "basket", "belt", "bowl")
PEOPLE = (
    ("Jane", "Doe"),
    ("Ali", "Benali"),
    ("Chloé", "Peeters"),
    ("Noah", "Janssens"),
    ("Mia", "Schmidt"),
    ("Louis", "Dubois"),
    ("Zoë", "de Vries"),
    ("Omar", "Haddad"),
)
CITIES = (("1000", "Brussels", "BE"), ("9000", "Ghent", "BE"), ("2000", "Antwerp", "BE"))
STANDARD = {"title": "VAT 21%", "rate": "0.21"}
REDUCED = {"title": "VAT 6%", "rate": "0.06"}
DISCOUNTS = (
    {"code": "WELCOME10", "type": "percentage", "value": "10"},
    {"code": "FIVER", "type": "fixed_amount", "value": "5.00"},
    {"title": "Loyalty", "kind": "manual", "type": "percentage", "value": "7.5", "target": "line"},
    {"code": "SHIPFREE", "type": "percentage", "value": "100", "target": "shipping"},
)


def products(count, prefix, stock, rng):
    """Specifications of `count` products with SKUs `<prefix>-00001` and EAN-like barcodes."""
    return [
        {
            "sku": f"{prefix}-{number:05d}",
            "barcode": f"54{number:011d}",
            "title": f"{WORDS[number % 10]} {THINGS[number // 10 % 10]} {number}",
            "price": str(Decimal(rng.randrange(199, 19999)) / 100),
            "stock": stock,
        }
        for number in range(1, count + 1)
    ]


def orders(skus, count, seed=0, fixed=None):
    """Specifications of `count` orders of what a store sells. `fixed` overrides their fields;
    `fixed["line_count"]` gives every order that many lines."""
    rng = random.Random(seed)
    fixed = dict(fixed or {})
    lines = fixed.pop("line_count", None)
    return [{**_order(rng, skus, lines), **fixed} for _ in range(count)]


def _order(rng, skus, line_count):
    chosen = rng.sample(skus, min(line_count or rng.randint(1, 4), len(skus)))
    rates = (STANDARD, REDUCED)
    spec = {
        "lines": [
            {"sku": sku, "quantity": rng.randint(1, 3), "taxes": [rng.choice(rates)]}
            for sku in chosen
        ],
        "taxes": [STANDARD],
        "taxes_included": rng.random() < 0.5,
        "shipping": {"title": "Standard", "price": rng.choice(("0.00", "4.95", "7.50"))},
        "discounts": rng.sample(DISCOUNTS, rng.choice((0, 0, 1, 1, 2))),
        "note": rng.choice((None, None, "Please ring twice")),
        "tags": rng.choice(([], ["web"], ["web", "gift"])),
    }
    spec.update(_buyer(rng))
    return spec


def _buyer(rng):
    first, last = rng.choice(PEOPLE)
    zip_code, city, country = rng.choice(CITIES)
    address = {
        "first_name": first,
        "last_name": last,
        "address1": f"Market street {rng.randint(1, 200)}",
        "zip": zip_code,
        "city": city,
        "country_code": country,
        "phone": f"+32 2 555 {rng.randint(0, 9999):04d}",
    }
    email = (
        f"{first}.{last}@example.com".lower().replace(" ", "").encode("ascii", "ignore").decode()
    )
    buyer = {"billing_address": address, "shipping_address": dict(address)}
    if rng.random() < 0.4:
        return {**buyer, "email": f"guest{rng.randint(1, 10**6)}@example.com"}
    known = {"email": email, "first_name": first, "last_name": last, "addresses": [address]}
    return {**buyer, "customer": known}
