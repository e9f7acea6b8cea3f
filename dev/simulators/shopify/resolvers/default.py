# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The resolver of every field without one of its own: the attribute of the same name.

A field the state doesn't have is null where the schema allows it, else an empty value of its type;
each such field is counted in `Context.unmodelled`, so that a test can see what it read was made up.
A query or mutation that isn't simulated is an error: nobody may take it for done.
"""

import re

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    is_abstract_type,
)

from ..errors import bad_request
from .connections import page

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
MISSING = object()
EMPTY = {"Boolean": False, "Int": 0, "Float": 0.0, "Decimal": 0, "Money": 0, "UnsignedInt64": "0"}


def snake(name):
    """discountedTotalSet -> discounted_total_set, countryCodeV2 -> country_code_v2."""
    return CAMEL.sub("_", name).lower()


class Blank:
    """An object of a type the state doesn't model."""

    def __init__(self, type_name):
        self.TYPENAME = type_name


def read(source, name):
    """The attribute or key, or MISSING."""
    if isinstance(source, dict):
        return source.get(name, MISSING)
    return getattr(source, name, MISSING)


class Resolvers:
    """graphql-core's `field_resolver`: finds the function of a field once, then calls it."""

    def __init__(self, schema, table):
        self.schema = schema
        self.table = table
        self._ready = {}

    def __call__(self, source, info, **arguments):
        key = (info.parent_type.name, info.field_name)
        function = self._ready.get(key)
        if function is None:
            function = self._ready[key] = self._make(info)
        return function(source, info, arguments)

    def _make(self, info):
        own = self.table.get((info.parent_type.name, info.field_name))
        connection = _connection(info.return_type)
        if own:

            def explicit(source, info, arguments):
                value = own(source, info.context.at(info), arguments)
                return page(value, arguments) if connection and isinstance(value, list) else value

            return explicit
        name = snake(info.field_name)

        def attribute(source, info, arguments):
            value = read(source, name)
            if value is MISSING or (value is None and isinstance(info.return_type, GraphQLNonNull)):
                return self._made_up(info, arguments)
            return page(value, arguments) if connection else value

        return attribute

    def _made_up(self, info, arguments):
        if info.parent_type.name in ("QueryRoot", "Mutation"):
            raise bad_request(f"{info.field_name} is not simulated", "NOT_SIMULATED")
        info.context.unmodelled(f"{info.parent_type.name}.{info.field_name}")
        if _connection(info.return_type):
            return page([], arguments)
        return self._empty(info.return_type)

    def _empty(self, output_type):
        if not isinstance(output_type, GraphQLNonNull):
            return None
        inner = output_type.of_type
        if isinstance(inner, GraphQLList):
            return []
        if isinstance(inner, GraphQLEnumType):
            return next(iter(inner.values))
        if isinstance(inner, GraphQLScalarType):
            return EMPTY.get(inner.name, "")
        if is_abstract_type(inner):
            inner = self.schema.get_possible_types(inner)[0]
        return Blank(inner.name)


def _connection(output_type):
    """Whether the field returns a list of pages."""
    inner = output_type.of_type if isinstance(output_type, GraphQLNonNull) else output_type
    return isinstance(inner, GraphQLObjectType) and inner.name.endswith("Connection")
