# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a query costs: before it runs (requested) and by what it returned (actual).

Published (https://shopify.dev/docs/api/usage/limits, read 2026-11): scalars 0, objects 1,
interfaces and unions the dearest selection, mutations 10, connections "sized by `first` and
`last`", 1,000 a query. The sizing itself is not published. Answers recorded on a live store in 2026
(versions 2025-01 to 2026-04, https://github.com/airhorns/shopify-draft-proxy) fit
2 + (cost of a node) × max(1, ⌊2·ln(n)⌋) exactly for what is requested: n = 1, 5, 10, 20, 250 weigh
1, 3, 4, 5, 11. In the same recordings a plain list counts once whatever its length (`nodes` with 14
ids cost 1), money and other value objects are free, and so are the payload of a mutation and the
objects right in it. The actual cost is computed the same way from what came back; the recorded ones
differ from that by a few points at most.
"""

import math

from graphql import FieldNode, FragmentSpreadNode, OperationType, get_named_type
from graphql.execution.values import get_argument_values

MAXIMUM = 1000
MUTATION = 10
FREE = frozenset(
    {
        "MoneyBag",
        "MoneyV2",
        "PageInfo",
        "Count",
        "SelectedOption",
        "Attribute",
        "WebhookHttpEndpoint",
        "WebhookSubscriptionEndpoint",
        "PricingPercentageValue",
        "PricingValue",
    }
)


def weight(count):
    """How many nodes a connection of `count` is counted as."""
    return max(1, math.floor(2 * math.log(count))) if count > 0 else 0


class Calculator:
    """Costs of one operation with its variables."""

    def __init__(self, schema, fragments, variables):
        self.schema, self.fragments, self.variables = schema, fragments, variables

    def requested(self, operation):
        root = self.schema.get_root_type(operation.operation)
        return self._operation(operation, root, None)

    def actual(self, operation, data):
        root = self.schema.get_root_type(operation.operation)
        return self._operation(operation, root, data or {})

    def _operation(self, operation, root, data):
        total = 0
        for node, owner in self._fields(operation.selection_set, root):
            if operation.operation is OperationType.MUTATION:
                total += MUTATION + self._payload(node, owner, data)
            else:
                total += self._field(node, owner, data)
        return total

    def _payload(self, node, root, data):
        """Below a mutation: its payload and the objects right in it are free."""
        payload = get_named_type(root.fields[node.name.value].type)
        value = None if data is None else data.get(_key(node)) or {}
        total = 0
        for child, owner in self._fields(node.selection_set, payload):
            inner = None if value is None else value.get(_key(child))
            if child.selection_set and (value is None or inner):
                named = get_named_type(owner.fields[child.name.value].type)
                total += self._selection(child, named, _first(inner))
        return total

    def _field(self, node, parent, data):
        if node.selection_set is None:
            return 0
        definition = parent.fields[node.name.value]
        named = get_named_type(definition.type)
        value = None if data is None else data.get(_key(node))
        if data is not None and value is None:
            return 0
        if named.name.endswith("Connection") and "nodes" in named.fields:
            return self._connection(node, definition, named, value)
        return (named.name not in FREE) + self._selection(node, named, _first(value))

    def _connection(self, node, definition, named, value):
        arguments = get_argument_values(definition, node, self.variables)
        count = arguments.get("first") or arguments.get("last") or 0
        total = 0
        for child, owner in self._fields(node.selection_set, named):
            if child.name.value not in ("nodes", "edges"):
                continue
            entity = get_named_type(owner.fields[child.name.value].type)
            rows = None if value is None else value.get(_key(child)) or []
            if rows is not None:
                count = len(rows)
            own = child.name.value == "nodes"  # an edge is free, its `node` is not
            total += own + self._selection(child, entity, _first(rows))
        return 2 + weight(count) * total

    def _selection(self, node, named, data):
        """The cost below an object; of an abstract one the dearest of its types."""
        shared, by_type = 0, {}
        for child, owner in self._fields(node.selection_set, named):
            cost = self._field(child, owner, data)
            if owner is named:
                shared += cost
            else:
                by_type[owner.name] = by_type.get(owner.name, 0) + cost
        return shared + max(by_type.values(), default=0)

    def _fields(self, selection_set, named):
        """[(field, the type it is selected on)]: fragments spread out, each response key once."""
        found = {}
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                found.setdefault((_key(selection), named.name), (selection, named))
                continue
            fragment = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
            condition = fragment.type_condition
            owner = self.schema.type_map[condition.name.value] if condition else named
            for field, inner in self._fields(fragment.selection_set, owner):
                found.setdefault((_key(field), inner.name), (field, inner))
        return list(found.values())


def _key(field):
    return field.alias.value if field.alias else field.name.value


def _first(value):
    """Of a list its first row, else the value; a plain list counts once."""
    if isinstance(value, list):
        return next((row for row in value if row is not None), None)
    return value
