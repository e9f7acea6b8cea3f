# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decimal helpers for amounts of money. Rounding is half-up, as storefronts and Odoo round."""

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 currencies whose minor unit isn't 1/100 (https://www.six-group.com, list one, 2026-01).
_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

ZERO = Decimal(0)


def currency_decimals(currency: str) -> int:
    """Return the number of decimals of an ISO 4217 code (2 where the code is unknown)."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round ``amount`` half-up to the decimals of ``currency``."""
    return amount.quantize(Decimal(1).scaleb(-currency_decimals(currency)), ROUND_HALF_UP)
