# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access scopes: which fields of a document a token may not read, in Shopify's words."""

from graphql import GraphQLError, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit

from .schema import required_access

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"


def granted(scopes):
    """The scopes with what they imply: writing implies reading."""
    implied = {f"read_{scope[6:]}" for scope in scopes if scope.startswith("write_")}
    return frozenset(scopes) | implied


def compressed(scopes):
    """The scopes without those a write scope implies, as the grants' answers name them."""
    return {name for name in scopes if f"write_{name.removeprefix('read_')}" not in scopes}


def missing(type_name, field_name, scopes):
    """Why these scopes don't reach a type (field None) or a field, or None when they do."""
    rule = required_access().get((type_name, field_name))
    if rule is None or scopes.intersection(rule[1]):
        return None
    return rule[0]


class _Denials(Visitor):
    def __init__(self, info, scopes):
        super().__init__()
        self.info, self.scopes, self.found = info, scopes, {}

    def enter_field(self, node, *_args):
        parent, definition = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or definition is None:
            return
        reason = missing(parent.name, node.name.value, self.scopes)
        reason = reason or missing(_entity(definition.type), None, self.scopes)
        if reason:
            self.found[parent.name, node.name.value] = reason


def _entity(output_type):
    """The name of what a field returns; of a connection, what it lists."""
    named = get_named_type(output_type)
    if named.name.endswith("Connection") and "nodes" in named.fields:
        named = get_named_type(named.fields["nodes"].type)
    return named.name


def denials(schema, document, scopes):
    """{(parent type, field): required access} for all the fields the scopes don't reach."""
    info = TypeInfo(schema)
    visitor = _Denials(info, scopes)
    visit(document, TypeInfoVisitor(info, visitor))
    return visitor.found


def denied(field_name, reason):
    """The error for one field."""
    return GraphQLError(
        f"Access denied for {field_name} field. Required access: {reason}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": DOCUMENTATION,
            "requiredAccess": reason,
        },
    )
