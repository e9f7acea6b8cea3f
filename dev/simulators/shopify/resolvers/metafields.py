# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metafields: how an app marks products, orders and customers as its own."""

from ..customer import Metafield
from .definitions import OWNERS, check_access, find, is_foreign, length_error

BATCH = 25
FORBIDDEN = "Access to this namespace and key on Metafields for this resource type is not allowed."
STALE = (
    "The resource has been updated since it was loaded. Try again with an updated `compareDigest`"
    " value."
)


def _metafield(owner, context, arguments):
    key = (context.namespace(arguments.get("namespace")), arguments["key"])
    return owner.metafields.get(key)


def _metafields(owner, context, arguments):
    rows = list(owner.metafields.values())
    if arguments.get("namespace"):
        wanted = context.namespace(arguments["namespace"])
        rows = [row for row in rows if row.namespace == wanted]
    return rows


def _owner(context, gid):
    owner = context.store.nodes.get(gid)
    return owner if owner is not None and owner.TYPENAME in OWNERS else None


def _check_owners(context, rows):
    owners = (_owner(context, row["ownerId"]) for row in rows)
    check_access(context, {owner.TYPENAME for owner in owners if owner is not None})


def _set(_source, context, arguments):
    """`metafieldsSet`: all or nothing, at most 25."""
    given = arguments["metafields"]
    _check_owners(context, given)
    if len(given) > BATCH:
        message = f"Exceeded the maximum metafields input limit of {BATCH}."
        return _refused([(["metafields"], message, "LESS_THAN_OR_EQUAL_TO")])
    rows, errors, batch = [], [], {}
    for index, row in enumerate(given):
        prepared, error = _prepare(context, row, batch)
        rows.append(prepared)
        if error:
            field, message, code = error
            errors.append((["metafields", str(index), *filter(None, [field])], message, code))
    if errors:
        return _refused(errors)
    return {"metafields": [_write(context.store, *row) for row in rows], "user_errors": []}


def _refused(errors):
    rows = [
        {"field": field, "message": message, "code": code, "element_index": None}
        for field, message, code in errors
    ]
    return {"metafields": [], "user_errors": rows}


def _prepare(context, row, batch):
    """((owner, namespace, key, value, type), error or None) of one input. `batch` collects the
    unique values of the inputs before."""
    owner = _owner(context, row["ownerId"])
    if owner is None:
        return None, ("ownerId", "Owner does not exist.", "INVALID")
    namespace, key, value = context.namespace(row.get("namespace")), row["key"], row["value"]
    if is_foreign(context, namespace):
        return None, (None, FORBIDDEN, "APP_NOT_AUTHORIZED")
    known = find(context, OWNERS[owner.TYPENAME][0], namespace, key)
    type_name = row.get("type") or (known.type_name if known else None)
    error = (
        length_error(namespace, key)
        or _type_error(known, type_name)
        or _stale(owner, row, namespace)
    )
    if not error and not value:
        error = ("value", "Value can't be blank", "BLANK")
    if not error and known and known.unique:
        index = (owner.TYPENAME, namespace, key, value)
        holders = {*context.store.by_metafield.get(index, ()), batch.setdefault(index, owner)}
        if holders - {owner}:
            error = ("value", "Value has already been taken", "TAKEN")
    return (owner, namespace, key, value, type_name), error


def _type_error(known, type_name):
    if type_name is None:
        return "type", "Type can't be blank", "BLANK"
    if known and known.type_name != type_name:
        message = f"Type must be consistent with the definition's type: '{known.type_name}'."
        return "type", message, "INVALID_TYPE"
    return None


def _stale(owner, row, namespace):
    """Compare and set: a digest of null says that there is none yet."""
    if "compareDigest" not in row:
        return None
    present = owner.metafields.get((namespace, row["key"]))
    digest = present.compare_digest if present else None
    return None if row["compareDigest"] == digest else (None, STALE, "STALE_OBJECT")


def _write(store, owner, namespace, key, value, type_name):
    row = owner.metafields.get((namespace, key))
    if row is None:
        row = Metafield(store.number("Metafield"), namespace, key, owner=owner)
        row.created_at = store.now()
        owner.metafields[namespace, key] = store.register(row)
    else:
        _unindex(store, owner, row)
    row.value, row.type = value, type_name
    store.by_metafield.setdefault((owner.TYPENAME, namespace, key, value), set()).add(owner)
    store.touch(row)
    store.touch(owner)
    return row


def _unindex(store, owner, row):
    store.by_metafield[owner.TYPENAME, row.namespace, row.key, row.value].discard(owner)


def _delete(_source, context, arguments):
    """`metafieldsDelete`: null for what wasn't there."""
    given = arguments["metafields"]
    _check_owners(context, given)
    if any(is_foreign(context, context.namespace(row["namespace"])) for row in given):
        return {
            "deleted_metafields": [],
            "user_errors": [{"field": ["metafields"], "message": FORBIDDEN}],
        }
    return {"deleted_metafields": [_remove(context, row) for row in given], "user_errors": []}


def _remove(context, given):
    store, owner = context.store, _owner(context, given["ownerId"])
    namespace = context.namespace(given["namespace"])
    row = owner.metafields.pop((namespace, given["key"]), None) if owner else None
    if row is None:
        return None
    _unindex(store, owner, row)
    del store.nodes[row.id]
    store.touch(owner)
    return {"owner_id": owner.id, "namespace": namespace, "key": given["key"]}


FIELDS = {
    **{(name, "metafield"): _metafield for name in OWNERS},
    **{(name, "metafields"): _metafields for name in OWNERS},
    ("Mutation", "metafieldsSet"): _set,
    ("Mutation", "metafieldsDelete"): _delete,
}
