# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metafield definitions: what a namespace and key mean on a type of owner."""

import re

from ..access import denied
from ..customer import MetafieldDefinition

# The type of owner: its name among definitions, and the scope that may change it.
OWNERS = {
    "Product": ("PRODUCT", "write_products"),
    "ProductVariant": ("PRODUCTVARIANT", "write_products"),
    "Order": ("ORDER", "write_orders"),
    "Customer": ("CUSTOMER", "write_customers"),
}
TYPES = re.compile(
    r"(list\.)?(boolean|color|date|date_time|dimension|id|json|language|link|money|number_decimal"
    r"|number_integer|rating|rich_text_field|(single|multi)_line_text_field|url|volume|weight"
    r"|\w+_reference)"
)
ACCESS = (
    "the same access level needed to mutate the owner resource. For instance, if you want to set a"
    " metafield on a product, you need the same permissions as you would need to mutate a product."
)


def check_access(context, type_names):
    """Whoever may change the owners may change their metafields. Raises GraphQLError."""
    needed = {OWNERS[name][1] for name in type_names if name in OWNERS}
    if not needed <= context.scopes:
        raise denied(context.field_name, ACCESS)


def is_foreign(context, namespace):
    """Whether a namespace is reserved to another app."""
    own = context.namespace("$app")
    return namespace.startswith("app--") and namespace != own and f"{own}--" not in namespace


def find(context, owner_type, namespace, key):
    """The definition of a metafield, or None."""
    rows = context.store.metafield_definitions
    same = (owner_type, namespace, key)
    return next((r for r in rows if (r.owner_type, r.namespace, r.key) == same), None)


def length_error(namespace, key):
    """(field, message, code) of what is too short or too long, or None."""
    limits = (("namespace", namespace, 3, 255), ("key", key, 2, 64))
    for field, text, minimum, maximum in limits:
        name = field.title()
        if len(text) < minimum:
            return field, f"{name} is too short (minimum is {minimum} characters)", "TOO_SHORT"
        if len(text) > maximum:
            return field, f"{name} is too long (maximum is {maximum} characters)", "TOO_LONG"
    return None


def _list(_source, context, arguments):
    wanted = {"owner_type": arguments["ownerType"], "key": arguments.get("key")}
    if arguments.get("namespace"):
        wanted["namespace"] = context.namespace(arguments["namespace"])
    return [
        row
        for row in context.store.metafield_definitions
        if all(value is None or getattr(row, name) == value for name, value in wanted.items())
    ]


def _create(_source, context, arguments):
    """`metafieldDefinitionCreate`: a type `id` is unique by itself."""
    given = arguments["definition"]
    namespace, key = context.namespace(given.get("namespace")), given["key"]
    check_access(
        context, [name for name, (kind, _s) in OWNERS.items() if kind == given["ownerType"]]
    )
    problem = _problem(context, given, namespace, key)
    if problem:
        field, message, code = problem
        error = {"field": ["definition", field], "message": message, "code": code}
        return {"created_definition": None, "user_errors": [error]}
    store = context.store
    unique = ((given.get("capabilities") or {}).get("uniqueValues") or {}).get("enabled", False)
    row = MetafieldDefinition(
        store.number("MetafieldDefinition"),
        name=given["name"],
        namespace=namespace,
        key=key,
        owner_type=given["ownerType"],
        type_name=given["type"],
        unique=unique or given["type"] == "id",
    )
    store.metafield_definitions.append(store.register(row))
    return {"created_definition": row, "user_errors": []}


def _problem(context, given, namespace, key):
    """(field, message, code) of why it can't be made, or None."""
    kind = given["ownerType"]
    if is_foreign(context, namespace):
        return (
            "namespace",
            f"Namespace {namespace} is a reserved namespace",
            "RESERVED_NAMESPACE_KEY",
        )
    if not TYPES.fullmatch(given["type"]):
        return "type", f"Type name {given['type']} is not a valid type.", "INCLUSION"
    if find(context, kind, namespace, key):
        words = f"Key is in use for {kind.title()} metafields on the '{namespace}' namespace."
        return "key", words, "TAKEN"
    return length_error(namespace, key)


FIELDS = {
    ("QueryRoot", "metafieldDefinitions"): _list,
    ("Mutation", "metafieldDefinitionCreate"): _create,
}
