# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parameters as WordPress checks them against a schema: what it doesn't know, it lets through.

A schema is {name: Arg}. Null is never checked; rows of a batch are never checked at all.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from .errors import RestError, invalid_params

DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})?"
)  # fmt: skip


@dataclass(frozen=True)
class Arg:
    type: str = "string"
    enum: tuple = ()
    items: "Arg | None" = None
    properties: dict = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    default: object = None
    required: bool = False


class Bad(Exception):
    """(code, message, data) of one parameter."""


def check(schema, given):
    """`given` with numbers, booleans and lists as such, and defaults. Raises RestError."""
    missing = [name for name, arg in schema.items() if arg.required and given.get(name) is None]
    if missing:
        message = f"Missing parameter(s): {', '.join(missing)}"
        raise RestError("rest_missing_callback_param", message, 400, params=missing)
    problems, values = {}, dict(given)
    for name, arg in schema.items():
        if given.get(name) is None:
            if name not in given and arg.default is not None:
                values[name] = arg.default
            continue
        try:
            values[name] = _value(arg, given[name], name)
        except Bad as bad:
            problems[name] = bad.args
    if problems:
        raise invalid_params(problems)
    return values


def _value(arg, value, name):
    value = _CONVERT[arg.type](arg, value, name)
    if arg.enum and arg.type != "array" and value not in arg.enum:
        raise Bad("rest_not_in_enum", f"{name} is not one of {_listed(arg.enum)}.", None)
    return value


def _integer(arg, value, name):
    found = _number(value, name, "integer")
    if found != int(found):
        raise _wrong_type(name, "integer")
    low, high = arg.low, arg.high
    if low is not None and high is not None and not low <= found <= high:
        message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
        raise Bad("rest_out_of_bounds", message, None)
    if low is not None and found < low:
        message = f"{name} must be greater than or equal to {low}"
        raise Bad("rest_out_of_bounds", message, None)
    return int(found)


def _number(value, name, kind="number"):
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _wrong_type(name, kind)
    try:
        return float(value)
    except ValueError:
        raise _wrong_type(name, kind)


def _boolean(_arg, value, name):
    if isinstance(value, bool):
        return value
    texts = {"true": True, "1": True, "false": False, "0": False, "": False}
    found = texts.get(str(value).lower()) if isinstance(value, (str, int)) else None
    if found is None:
        raise _wrong_type(name, "boolean")
    return found


def _string(_arg, value, name):
    if not isinstance(value, str):
        raise _wrong_type(name, "string")
    return value


def _date(_arg, value, _name):
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise Bad("rest_invalid_date", "Invalid date.", None)
    return value


def _array(arg, value, name):
    if isinstance(value, str):
        value = [one for one in re.split(r"[\s,]+", value) if one]
    elif isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise _wrong_type(name, "array")
    item = arg.items
    if item is None:
        return value
    return [_value(item, one, f"{name}[{place}]") for place, one in enumerate(value)]


def _object(arg, value, name):
    if not isinstance(value, dict):
        raise _wrong_type(name, "object")
    known = {
        key: _value(one, value[key], f"{name}[{key}]")
        for key, one in arg.properties.items()
        if value.get(key) is not None
    }
    return {**value, **known}


def _wrong_type(name, kind):
    return Bad("rest_invalid_type", f"{name} is not of type {kind}.", {"param": name})


def _listed(words):
    """`wp_sprintf_l`: a, b, and c."""
    if len(words) < 3:
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"


_CONVERT = {
    "integer": _integer,
    "number": lambda _arg, value, name: _number(value, name),
    "boolean": _boolean,
    "string": _string,
    "date": _date,
    "array": _array,
    "object": _object,
    "mixed": lambda _arg, value, _name: value,
}


def moment(value, zone):
    """The wall clock a date names: one with an offset is turned into the shop's local time."""
    found = datetime.fromisoformat(value.upper().replace("Z", "+00:00").replace(" ", "T"))
    if found.tzinfo is not None:
        found = found.astimezone(zone).replace(tzinfo=None)
    return found
