# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metafields and their definitions: how an app marks products, orders and customers as its own."""

from ..customer import Metafield, MetafieldDefinition

OWNERS = {
    "PRODUCT": "Product",
    "PRODUCTVARIANT": "ProductVariant",
    "ORDER": "Order",
    "CUSTOMER": "Customer",
}
BATCH = 25


def _metafield(owner, context, arguments):
    key = (context.namespace(arguments.get("namespace")), arguments["key"])
    return owner.metafields.get(key)


def _metafields(owner, context, arguments):
    rows = list(owner.metafields.values())
    if arguments.get("namespace"):
        wanted = context.namespace(arguments["namespace"])
        rows = [row for row in rows if row.namespace == wanted]
    return rows


def _definitions(_source, context, arguments):
    wanted = {"owner_type": arguments["ownerType"], "key": arguments.get("key")}
    if arguments.get("namespace"):
        wanted["namespace"] = context.namespace(arguments["namespace"])
    return [
        row
        for row in context.store.metafield_definitions
        if all(value is None or getattr(row, name) == value for name, value in wanted.items())
    ]


def definition(context, owner_type, namespace, key):
    """The definition of a metafield, or None."""
    rows = context.store.metafield_definitions
    same = (owner_type, namespace, key)
    return next((r for r in rows if (r.owner_type, r.namespace, r.key) == same), None)


def _define(_source, context, arguments):
    """`metafieldDefinitionCreate`: a type `id` is unique by itself."""
    given = arguments["definition"]
    namespace, key = context.namespace(given.get("namespace")), given["key"]
    if definition(context, given["ownerType"], namespace, key):
        error = {
            "field": ["definition", "key"],
            "message": f"Key is in use for {given['ownerType'].title()} metafields on the"
            f" '{namespace}' namespace.",
            "code": "TAKEN",
        }
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


def _set(_source, context, arguments):
    """`metafieldsSet`: all or nothing, at most 25."""
    given = arguments["metafields"]
    errors = _batch_errors(given)
    rows = []
    for index, row in enumerate(given if not errors else ()):
        prepared, error = _prepare(context, row)
        rows.append(prepared)
        if error:
            field, message, code = error
            path = ["metafields", str(index), field]
            errors.append({"field": path, "message": message, "code": code, "element_index": None})
    if errors:
        return {"metafields": None, "user_errors": errors}
    return {"metafields": [_write(context.store, *row) for row in rows], "user_errors": []}


def _batch_errors(given):
    if len(given) <= BATCH:
        return []
    message = f"Exceeded the maximum metafields input limit of {BATCH}."
    return [{"field": ["metafields"], "message": message, "code": "LESS_THAN_OR_EQUAL_TO"}]


def _prepare(context, row):
    """((owner, namespace, key, value, type), error or None) of one input."""
    owner = context.store.nodes.get(row["ownerId"])
    if owner is None or owner.TYPENAME not in OWNERS.values():
        return None, ("ownerId", "Owner does not exist.", "INVALID")
    namespace = context.namespace(row.get("namespace"))
    owner_type = next(name for name, known in OWNERS.items() if known == owner.TYPENAME)
    known = definition(context, owner_type, namespace, row["key"])
    type_name = row.get("type") or (known.type_name if known else None)
    if type_name is None:
        return None, ("type", "Type can't be blank", "BLANK")
    if known and known.type_name != type_name:
        message = f"Type must be consistent with the definition's type: '{known.type_name}'."
        return None, ("type", message, "INVALID_TYPE")
    if not row["value"]:
        return None, ("value", "Value can't be blank", "BLANK")
    if known and known.unique and _is_taken(context.store, owner, namespace, row):
        return None, ("value", "Value has already been taken", "TAKEN")
    return (owner, namespace, row["key"], row["value"], type_name), None


def _is_taken(store, owner, namespace, row):
    key = (namespace, row["key"])
    return any(
        key in node.metafields and node.metafields[key].value == row["value"]
        for node in store.nodes.values()
        if node.TYPENAME == owner.TYPENAME and node is not owner
    )


def _write(store, owner, namespace, key, value, type_name):
    row = owner.metafields.get((namespace, key))
    if row is None:
        row = Metafield(store.number("Metafield"), namespace, key, owner=owner)
        row.created_at = store.now()
        owner.metafields[namespace, key] = store.register(row)
    row.value, row.type = value, type_name
    store.touch(row)
    store.touch(owner)
    return row


FIELDS = {
    **{(name, "metafield"): _metafield for name in OWNERS.values()},
    **{(name, "metafields"): _metafields for name in OWNERS.values()},
    ("QueryRoot", "metafieldDefinitions"): _definitions,
    ("Mutation", "metafieldDefinitionCreate"): _define,
    ("Mutation", "metafieldsSet"): _set,
}
