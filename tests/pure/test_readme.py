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


def test_every_sentence_is_in_the_table_once():
    named = re.findall(r"\{(\w+)\}", (ROOT / "readme/ERRORS.rst").read_text())
    sources = [file.read_text() for file in readme.sentence_files()]
    codes = re.findall(r'^    "(\w+)": _lt\(', "\n".join(sources), re.M)
    assert len(codes) > 100
    assert sorted(named) == sorted(codes)
