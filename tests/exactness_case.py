# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The base of the tests of exact amounts: the taxes and rates of ``order_space``."""

from decimal import Decimal

from . import order_space
from .common import StorefrontCase

TOTALS = ("untaxed", "tax")
RATES = {"USD": 1.1, "JPY": 160.0, "KWD": 0.33}


class ExactnessCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_taxes()
        for code, rate in RATES.items():
            cls._rate(code, rate, "2026-11-01")
        cls.currencies = {code: cls._currency(code) for code in ("EUR", *RATES)}

    @classmethod
    def make_taxes(cls):
        cls.taxes = {
            (title, included): cls._tax(
                f"{title}{' included' if included else ''}", float(rate * 100), included
            )
            for title, rate in order_space.TAXES.items()
            for included in (False, True)
        }

    @classmethod
    def load_accounts(cls):
        """Give the company accounts to post with; its currency stays the euro."""
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.company.currency_id = cls.euro
        cls.env["account.tax"].search([("company_id", "=", cls.company.id)]).active = False
        cls.make_taxes()

    @classmethod
    def _rate(cls, code, rate, day):
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls._currency(code).id,
                "company_id": cls.company.id,
                "name": day,
                "rate": rate,
            }
        )

    def assert_same(self, found, expected, code):
        """Compare amounts by name, floats of Odoo with the Decimals they stand for.

        Only the totals, where the taxes aren't expected one by one."""
        unit = order_space.unit(code)
        exact = {name: to_decimal(amount, unit) for name, amount in found.items()}
        if len(expected) == len(TOTALS):
            exact = {name: exact[name] for name in TOTALS}
        self.assertEqual(
            {name: amount for name, amount in exact.items() if amount},
            {name: amount for name, amount in expected.items() if amount},
        )


def to_decimal(amount, unit):
    """Return a float as the Decimal it stands for; AssertionError where it is between two."""
    number = Decimal(repr(amount)) / unit
    near = number.to_integral_value()
    assert abs(number - near) < Decimal("1e-4"), f"{amount} is no multiple of {unit}"
    return near * unit
