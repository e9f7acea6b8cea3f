# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bench measured: rows for people, the same as JSON for programs."""

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

COLUMNS = ("name", "value", "unit", "limit", "ratio", "target", "holds")


@dataclass(frozen=True)
class Figure:
    """One row. `limit` is the same work in bare Odoo, `ratio` is value ÷ limit.

    `target` is the most the ratio may be, or the value where there is no limit; a figure without
    a target is only reported.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    target: float | None = None

    @property
    def ratio(self):
        return self.value / self.limit if self.limit else None

    @property
    def holds(self):
        measured = self.value if self.ratio is None else self.ratio
        return self.target is None or measured <= self.target

    def as_row(self):
        row = {**asdict(self), "ratio": self.ratio, "holds": self.holds}
        return {column: row[column] for column in COLUMNS}


def show(figures):
    """Print the figures as a table on stdout."""
    rows = [COLUMNS, *(tuple(map(_text, figure.as_row().values())) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def write(path, bench, figures):
    document = {"bench": bench, "figures": [figure.as_row() for figure in figures]}
    Path(path).write_text(json.dumps(document, indent=2) + "\n")


def percentile(values, percent):
    """The value that `percent` of the values don't exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _text(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
