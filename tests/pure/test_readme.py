# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the README says of errors is what the addon shows."""

import re
from pathlib import Path

from _env import readme

ROOT = Path(__file__).resolve().parents[2]


def test_sentences_are_read_as_they_are_shown():
    sentences = readme.error_sentences()
    assert sentences["server_error"] == (
        "The storefront failed on its side. It is tried again by itself."
    )
    assert sentences["tax_missing"] == (
        "The tax “…” (… %, on top of prices, country: …) has no counterpart. Choose the tax it "
        "stands for, or create it."
    )


def test_what_breaks_a_shop_is_told_by_codes_that_exist():
    """The last column of the table of hosts; what has no code, the table says nobody tells."""
    text = (ROOT / "readme/CONFIGURE.rst").read_text()
    table = text.partition("\nWhat breaks a WooCommerce shop")[2].partition("\nTesting a conn")[0]
    rows = re.split(r"^   \* - ", table, flags=re.M)[2:]
    assert len(rows) == 29
    codes = [re.findall(r"``(\w+)``", row.rpartition("\n     -")[2]) for row in rows]
    checked = re.findall(
        r'^    "(\w+)": _lt\(', (ROOT / "models/messages_check.py").read_text(), re.M
    )
    known = {*readme.error_sentences(), *checked}
    assert [code for row in codes for code in row if code not in known] == []
    assert len([row for row in codes if not row]) == 3


def test_every_sentence_is_in_the_table_once():
    named = re.findall(r"\{(\w+)\}", (ROOT / "readme/ERRORS.rst").read_text())
    sources = [file.read_text() for file in readme.sentence_files()]
    codes = re.findall(r'^    "(\w+)": _lt\(', "\n".join(sources), re.M)
    assert len(codes) > 100
    assert sorted(named) == sorted(codes)
