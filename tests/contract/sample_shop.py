# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One shop every platform can express: products, orders, and what each order must be read as.

Amounts are such that every platform computes the same: discounts divide without a remainder and no
tax ends in half a cent. Each expectation is (kind, sku, quantity, untaxed amount, {tax: amount}).
"""

from dataclasses import dataclass, field
from decimal import Decimal as D

from odoo.addons.storefront_connector.platforms.documents.customer import Address

PRODUCTS = [
    {"title": "Lamp", "variants": [{"sku": "LAMP", "price": "20.00"}]},
    {"title": "Mug", "variants": [{"sku": "MUG", "price": "10.00"}]},
    {"title": "Book", "variants": [{"sku": "BOOK", "price": "8.48"}]},
]

VAT, CITY, REDUCED = ({"title": title, "rate": rate} for title, rate in
                      (("VAT", 0.21), ("City", 0.02), ("Reduced", 0.06)))  # fmt: skip
BRUSSELS = Address(
    name="Ada Lovelace",
    company="Analytical Engines",
    street="Rue Neuve 1",
    street2="Bte 3",
    city="Bruxelles",
    zip="1000",
    country_code="BE",
    phone="+3225550102",
)
MONTREAL = Address(
    name="Charles Babbage",
    street="5 Rue Sainte-Catherine",
    city="Montréal",
    zip="H2X 1Z4",
    state_code="QC",
    country_code="CA",
)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What flows need of an order, in words that don't depend on how a platform prices."""

    total: D
    total_tax: D
    lines: list
    payment_state: str = "paid"
    fulfillment_state: str = "unfulfilled"
    is_cancelled: bool = False
    email: str = "guest@example.com"
    name: str = "Ada Lovelace"
    is_guest: bool = True
    billing_address: Address | None = BRUSSELS
    shipping_address: Address | None = BRUSSELS
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An order: ``spec`` in the simulators' words, ``then`` what happens to it afterwards (fulfil,
    cancel, remove_a_mug, refund_a_lamp)."""

    spec: dict
    expected: Expected
    then: str = ""
    people: dict = field(default_factory=lambda: {"email": "guest@example.com"})
    billing: Address = BRUSSELS
    shipping: Address = BRUSSELS


def line(sku, quantity, untaxed, kind="product", **taxes):
    return (kind, sku, D(quantity), D(untaxed), {name: D(value) for name, value in taxes.items()})


ORDERS = {
    "a guest, a discount over all lines, two taxes on top": Sample(
        spec={
            "lines": [{"sku": "LAMP", "quantity": 3}, {"sku": "MUG"}],
            "discounts": [{"code": "TEN", "value": 10}],
            "taxes": [VAT, CITY],
            "taxes_included": False,
            "shipping": {"title": "Standard", "price": "5.00"},
            "note": "Ring twice",
        },
        shipping=MONTREAL,
        expected=Expected(
            total=D("83.64"),
            total_tax=D("15.64"),
            lines=[
                line("LAMP", 3, "54.00", VAT="11.34", City="1.08"),
                line("MUG", 1, "9.00", VAT="1.89", City="0.18"),
                line("", 1, "5.00", kind="shipping", VAT="1.05", City="0.10"),
            ],
            shipping_address=MONTREAL,
            note="Ring twice",
        ),
    ),
    "an account, two rates included in prices": Sample(
        spec={
            "lines": [
                {"sku": "BOOK", "quantity": 2, "taxes": [REDUCED]},
                {"sku": "LAMP", "price": "24.20"},
            ],
            "taxes": [VAT],
            "taxes_included": True,
            "shipping": {"title": "Standard", "price": "6.05"},
        },
        people={
            "customer": {"email": "ada@example.com", "first_name": "Ada", "last_name": "Byron"}
        },
        expected=Expected(
            total=D("47.21"),
            total_tax=D("6.21"),
            lines=[
                line("BOOK", 2, "16.00", Reduced="0.96"),
                line("LAMP", 1, "20.00", VAT="4.20"),
                line("", 1, "5.00", kind="shipping", VAT="1.05"),
            ],
            email="ada@example.com",
            name="Ada Byron",
            is_guest=False,
        ),
    ),
    "unpaid, no tax, shipping for free": Sample(
        spec={
            "lines": [{"sku": "MUG", "quantity": 2}],
            "discounts": [{"code": "FREESHIP", "value": 100, "target": "shipping"}],
            "shipping": {"title": "Standard", "price": "5.00"},
            "taxes_included": False,
            "paid": False,
        },
        expected=Expected(
            total=D("20.00"),
            total_tax=D(0),
            lines=[line("MUG", 2, "20.00"), line("", 1, "0.00", kind="shipping")],
            payment_state="pending",
        ),
    ),
    "paid and cancelled": Sample(
        spec={
            "lines": [{"sku": "LAMP", "quantity": 3, "price": "19.99"}],
            "taxes": [VAT],
            "taxes_included": False,
        },
        then="cancel",
        expected=Expected(
            total=D("72.56"),
            total_tax=D("12.59"),
            lines=[line("LAMP", 3, "59.97", VAT="12.59")],
            payment_state="refunded",
            is_cancelled=True,
        ),
    ),
    "a discount on one line, fulfilled": Sample(
        spec={
            "lines": [{"sku": "MUG"}, {"sku": "BOOK", "price": "8.00"}],
            "discounts": [
                {"code": "MUG4", "type": "fixed_amount", "value": 4, "target": "line",
                 "skus": ["MUG"]}
            ],
            "taxes": [VAT],
            "taxes_included": False,
        },
        then="fulfil",
        expected=Expected(
            total=D("16.94"),
            total_tax=D("2.94"),
            lines=[line("MUG", 1, "6.00", VAT="1.26"), line("BOOK", 1, "8.00", VAT="1.68")],
            fulfillment_state="fulfilled",
        ),
    ),
    "edited: fewer mugs": Sample(
        spec={
            "lines": [{"sku": "MUG", "quantity": 4}, {"sku": "LAMP"}],
            "discounts": [{"code": "TEN", "value": 10}],
            "taxes": [VAT],
            "taxes_included": False,
            "shipping": {"title": "Standard", "price": "5.00"},
        },
        then="remove_a_mug",
        expected=Expected(
            total=D("60.50"),
            total_tax=D("10.50"),
            lines=[
                line("MUG", 3, "27.00", VAT="5.67"),
                line("LAMP", 1, "18.00", VAT="3.78"),
                line("", 1, "5.00", kind="shipping", VAT="1.05"),
            ],
        ),
    ),
    "refunded in part": Sample(
        spec={"lines": [{"sku": "LAMP", "quantity": 2}], "taxes": [VAT], "taxes_included": False},
        then="refund_a_lamp",
        expected=Expected(
            total=D("48.40"),
            total_tax=D("8.40"),
            lines=[line("LAMP", 2, "40.00", VAT="8.40")],
            payment_state="partially_refunded",
        ),
    ),
    "three hundred lines": Sample(
        spec={"lines": [{"sku": "MUG"}] * 300, "taxes": [VAT], "taxes_included": False},
        expected=Expected(
            total=D("3630.00"),
            total_tax=D("630.00"),
            lines=[line("MUG", 1, "10.00", VAT="2.10")] * 300,
        ),
    ),
}  # fmt: skip
