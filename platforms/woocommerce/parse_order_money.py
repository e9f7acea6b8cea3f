# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The taxes of an order: which there are (``tax_lines``), and how much of each fell on a line.

A line has one figure for all its taxes, which is what was charged, and one for each, which keeps
fractions of a cent also where the shop rounds every line. README.md has the figures.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..documents.money import ZERO, currency_decimals
from ..documents.order import TaxLine
from ..wire import Wire
from .parse import optional_id, title
from .parse_order_rounding import TaxKey, decimals_of

_PERCENT = Decimal(100)
# A rate that isn't told is what the amounts make of it, in thousandths of a percent.
_RATE_UNIT = Decimal("0.00001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """One tax of an order; ``rate`` is a fraction, None where an old order doesn't tell it."""

    title: str
    rate: Decimal | None
    country_code: str


class Taxes:
    """The taxes of one order. ``country`` is where it goes."""

    def __init__(self, wire: Wire, country: str) -> None:
        self._rates = {
            optional_id(row, "rate_id"): _rate(row, country) for row in wire.rows("tax_lines")
        }
        self._country = country
        told = (decimals_of(one) for one in _charged(wire))
        self._decimals = max(currency_decimals(wire.text("currency")), *told)
        self.sums = self._sums(wire)

    def _sums(self, wire: Wire) -> dict[TaxKey, Decimal]:
        """Return what each tax of known rate comes to in all."""
        found: dict[TaxKey, Decimal] = {}
        for row in wire.rows("tax_lines"):
            rate = self._rates[optional_id(row, "rate_id")]
            if rate.rate is not None and row.get("tax_total") is not None:
                key = (rate.title, rate.rate)
                charged = amount(row, "tax_total") + amount(row, "shipping_tax_total")
                found[key] = found.get(key, ZERO) + charged
        return found

    def of(self, line: Wire) -> tuple[TaxLine, ...]:
        """Return the taxes of a line, a fee or a way of shipping; they make its ``total_tax``."""
        total, base = amount(line, "total_tax"), amount(line, "total")
        # A tax that has nothing to do with a line is an empty text there.
        rows = [row for row in line.rows("taxes") if row.get("total") not in (None, "")]
        parts = _split([amount(row, "total") for row in rows], total, self._decimals)
        if total and not rows:
            # A plugin noted a tax and not which one.
            return (self._line(Rate(title="Tax", rate=None, country_code=""), total, base),)
        return tuple(
            self._line(self._rates.get(optional_id(row, "id")), part, base)
            for row, part in zip(rows, parts, strict=True)
        )

    def _line(self, rate: Rate | None, part: Decimal, base: Decimal) -> TaxLine:
        known = rate or Rate(title="Tax", rate=None, country_code="")
        fraction = known.rate
        if fraction is None:
            fraction = (part / base).quantize(_RATE_UNIT) if base else ZERO
        return TaxLine(
            title=known.title,
            rate=fraction,
            amount=part,
            country_code=known.country_code or self._country,
        )


def amount(wire: Wire, path: str) -> Decimal:
    """Return an amount, zero where it is null or the empty text that stands for none."""
    return ZERO if wire.get(path) == "" else wire.number(path, ZERO)


def _rate(row: Wire, country: str) -> Rate:
    label = title(row, "label")
    told = row.get("rate_percent") not in (None, "")
    return Rate(
        title=label or row.text("rate_code") or "Tax",
        rate=row.number("rate_percent") / _PERCENT if told else None,
        country_code=_country(row.text("rate_code"), label) or country,
    )


def _country(code: str, label: str) -> str:
    """Return whose tax it is, empty where it is everybody's.

    A code is ``<country>-<state>-<NAME>-<priority>`` without the parts a rate leaves open."""
    rest, _dash, _priority = code.rpartition("-")
    before = rest.upper().removesuffix(label.upper() or "TAX")
    country, dash, _state = before.partition("-")
    is_country = dash and len(country) == 2 and country.isalpha()
    return country if is_country and before != rest.upper() else ""


def _charged(wire: Wire) -> list[Decimal]:
    """Return the figures that show how many decimals the shop rounds taxes to, if it does."""
    lines = (
        row for name in ("line_items", "shipping_lines", "fee_lines") for row in wire.rows(name)
    )
    return [amount(wire, "total"), *(amount(row, "total_tax") for row in lines)]


def _split(parts: list[Decimal], total: Decimal, decimals: int) -> list[Decimal]:
    """Return the parts as they were charged: rounded where the total is, the largest with what
    that leaves."""
    rest = total - sum(parts, ZERO)
    if not parts or not rest:
        return parts
    unit = Decimal(1).scaleb(-decimals)
    rounded = [part.quantize(unit, ROUND_HALF_UP) for part in parts]
    largest = max(range(len(parts)), key=lambda place: abs(parts[place]))
    rounded[largest] += total - sum(rounded, ZERO)
    return rounded
