# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which fields of a document a token may not read, in Shopify's words: for want of a scope, or of
the approval that data about customers needs beside it."""

import functools

from graphql import GraphQLError, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit

from .schema import required_access

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
# Protected customer data: the objects of level 1, and the fields each approved by themselves.
PROTECTION = "https://shopify.dev/docs/apps/launch/protected-customer-data"
PROTECTED_TYPES = frozenset(
    ("Customer", "Order", "Refund", "Return", "Fulfillment", "FulfillmentOrder", "DraftOrder")
)
PROTECTED_FIELDS = {
    "name": ("firstName", "lastName", "displayName", "name"),
    "email": ("email", "defaultEmailAddress"),
    "phone": ("phone", "defaultPhoneNumber"),
    "address": ("address1", "address2", "zip", "latitude", "longitude", "formatted"),
}
PERSONAL = {
    "Customer": ("name", "email", "phone"),
    "Order": ("email", "phone"),
    "MailingAddress": ("name", "phone", "address"),
}
APPROVED = frozenset(PROTECTED_FIELDS)  # with everything; None: not even level 1


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


def unapproved(type_name, field_name, approval):
    """Why data about customers isn't given, in Shopify's words, or None when it is."""
    if approval is None and field_name is None and type_name in PROTECTED_TYPES:
        return f"access the {type_name} object"
    for kind in PERSONAL.get(type_name, ()) if field_name else ():
        if field_name in PROTECTED_FIELDS[kind] and kind not in (approval or ()):
            return f"use the {field_name} field"
    return None


class _Denials(Visitor):
    def __init__(self, info, scopes, approval):
        super().__init__()
        self.info, self.scopes, self.approval, self.found = info, scopes, approval, {}

    def enter_field(self, node, *_args):
        parent, definition = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or definition is None:
            return
        for type_name, field in ((parent.name, node.name.value), (_entity(definition.type), None)):
            reason = missing(type_name, field, self.scopes)
            if reason:
                error = functools.partial(denied, node.name.value, reason)
            else:
                reason = unapproved(type_name, field, self.approval)
                error = functools.partial(not_approved, reason)
            if reason:
                self.found.setdefault((parent.name, node.name.value), error)


def _entity(output_type):
    """The name of what a field returns; of a connection, what it lists."""
    named = get_named_type(output_type)
    if named.name.endswith("Connection") and "nodes" in named.fields:
        named = get_named_type(named.fields["nodes"].type)
    return named.name


def denials(schema, document, scopes, approval=APPROVED):
    """{(parent type, field): function that makes the error} for all the fields out of reach."""
    info = TypeInfo(schema)
    visitor = _Denials(info, scopes, approval)
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


def not_approved(reason):
    """The error for data about customers."""
    return GraphQLError(
        f"This app is not approved to {reason}. See {PROTECTION} for more details.",
        extensions={"code": "ACCESS_DENIED", "documentation": PROTECTION},
    )
