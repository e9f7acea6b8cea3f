# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Shopify writes its scalars, and what it doesn't take for a global id."""

import re
from datetime import datetime, timezone
from decimal import Decimal

from graphql import GraphQLInputObjectType, GraphQLList, GraphQLNonNull

GID = re.compile(r"gid://[\w-]+/\w+/\S+")


def decimal_text(value):
    """`amount` of money: at least one decimal and no needless zero ("13.5", "9.0")."""
    text = f"{Decimal(value).normalize():f}"
    return text if "." in text else f"{text}.0"


def money_text(value):
    """A price: two decimals."""
    return f"{Decimal(value):.2f}"


def time_text(value):
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def bad_ids(value, input_type, path=()):
    """(path, message) for everything typed `ID` in a coerced value that isn't a global id."""
    inner = input_type.of_type if isinstance(input_type, GraphQLNonNull) else input_type
    if value is None:
        return
    if isinstance(inner, GraphQLList):
        for index, row in enumerate(value):
            yield from bad_ids(row, inner.of_type, (*path, index))
    elif isinstance(inner, GraphQLInputObjectType):
        for name, one in value.items():
            yield from bad_ids(one, inner.fields[name].type, (*path, name))
    elif inner.name == "ID" and not GID.fullmatch(value):
        yield path, f"Invalid global id '{value}'"


def install(schema):
    """Give the schema's scalars their formats; returns the schema."""
    types = schema.type_map
    types["Decimal"].serialize = decimal_text
    types["Money"].serialize = money_text
    types["DateTime"].serialize = time_text
    return schema
