# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts as Shopify keeps them: a `MoneyBag` in the shop's and in the shopper's currency."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor units that differ from two.
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3, "JOD": 3, "OMR": 3}
ZERO = Decimal(0)


def rounded(amount, currency):
    """Half up to the currency's minor unit, as the checkout rounds."""
    return amount.quantize(Decimal(1).scaleb(-DIGITS.get(currency, 2)), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class MoneyV2:
    amount: Decimal
    currency_code: str
    TYPENAME = "MoneyV2"


@dataclass(frozen=True, slots=True)
class MoneyBag:
    shop_money: MoneyV2
    presentment_money: MoneyV2

    def __add__(self, other):
        return self._with(
            self.shop_money.amount + other.shop_money.amount,
            self.presentment_money.amount + other.presentment_money.amount,
        )

    def __sub__(self, other):
        return self + other.times(Decimal(-1))

    def times(self, factor):
        """Both sides times `factor`, each rounded in its currency."""
        shop, presentment = self.shop_money, self.presentment_money
        return self._with(
            rounded(shop.amount * factor, shop.currency_code),
            rounded(presentment.amount * factor, presentment.currency_code),
        )

    def _with(self, shop, presentment):
        return MoneyBag(
            MoneyV2(shop, self.shop_money.currency_code),
            MoneyV2(presentment, self.presentment_money.currency_code),
        )


@dataclass(frozen=True)
class Exchange:
    """Turns what the shopper pays into a bag. `rate`: shop currency for one unit of theirs.

    A checkout computes in the shopper's currency; each amount is converted by itself, and sums
    are sums of converted amounts, so that both sides of an order add up.
    """

    shop_currency: str
    currency: str
    rate: Decimal = Decimal(1)

    def bag(self, amount):
        amount = rounded(amount, self.currency)
        shop = rounded(amount * self.rate, self.shop_currency)
        return MoneyBag(MoneyV2(shop, self.shop_currency), MoneyV2(amount, self.currency))

    @property
    def zero(self):
        return self.bag(ZERO)

    def total(self, bags):
        return sum(bags, self.zero)
