# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What PHP and WordPress do to values: loose integers, rounding, decimals as text, JSON, queries.

Money is a float, as it is in WooCommerce; PHP rounds what a float shows in 15 digits.
"""

import json
import re
import unicodedata
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from urllib.parse import parse_qsl

PRECISION = 6  # WC_ROUNDING_PRECISION
LEADING_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)")


def rounded(value, places=0, half_down=False):
    """PHP's `round`: away from zero at half, or towards it."""
    exact = Decimal(f"{value:.15g}")
    step = Decimal(1).scaleb(-places)
    return float(exact.quantize(step, ROUND_HALF_DOWN if half_down else ROUND_HALF_UP))


def integer(value):
    """PHP's `intval`: the number a text begins with, cut; 0 without one."""
    if isinstance(value, (int, float)):
        return int(value)
    found = LEADING_NUMBER.match(value) if isinstance(value, str) else None
    return int(float(found[0])) if found else 0


def number(value):
    """PHP's `floatval`, for numbers, texts and nothing."""
    if isinstance(value, (int, float)):
        return float(value)
    found = LEADING_NUMBER.match(value) if isinstance(value, str) else None
    return float(found[0]) if found else 0.0


def fourteen(value):
    """A float after PHP has made a text of it, with 14 digits."""
    return float(f"{value:.14g}")


def plain(value):
    """A number as PHP's JSON shows it: without a fraction where there is none."""
    return int(value) if value == int(value) else value


def text(value):
    """A number as text without needless digits: 4.13, 5, 0.333333."""
    shown = f"{rounded(value, PRECISION):.{PRECISION}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def decimal(value, places):
    """`wc_format_decimal` with a number of decimals."""
    shown = f"{rounded(value, places):.{places}f}"
    return shown[1:] if shown.startswith("-") and not shown.strip("-0.") else shown


def price(value):
    """A price as WooCommerce stores it: text, a comma is a point, what is no number is empty."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        return text(value)
    cleaned = value.strip().replace(",", ".")
    return cleaned if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", cleaned) else ""


def boolean(value):
    """What WordPress takes for true."""
    if isinstance(value, str):
        return value.lower() not in ("", "0", "false", "no")
    return bool(value)


def slug(value):
    """`sanitize_title`: lower case, no accents, dashes."""
    ascii_ = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", re.sub(r"[\"'&;]|amp;", "", ascii_.lower())).strip("-")


def json_bytes(payload):
    """`wp_json_encode`: ASCII, slashes escaped."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def query(raw):
    """`$_GET`: the last of equal names counts, `name[]` and `name[key]` make a list."""
    found = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        matched = re.fullmatch(r"([^\[]+)\[([^\]]*)\]", name)
        if not matched:
            found[name] = value
            continue
        rows = found.get(matched[1])
        rows = found[matched[1]] = rows if isinstance(rows, dict) else {}
        rows[matched[2] or str(len(rows))] = value
    return found
