# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stock: levels, quantities and `inventorySetQuantities` with its transaction, its
compare-and-swap and its idempotency. Messages are those of a live store on 2026-04."""

import re

from graphql import GraphQLError

from .. import search
from ..catalogue import QUANTITY_NAMES
from ..errors import bad_request
from .queries import filtered

LIMIT = 1_000_000_000
# https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps#set-inventory-quantities
REASONS = frozenset({
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created",
    "movement_received", "movement_updated", "other", "promotion", "quality_control", "received",
    "reservation_created", "reservation_deleted", "reservation_updated", "restock", "safety_stock",
    "shrinkage",
})  # fmt: skip
URI = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
LEVELS = {
    "id": lambda level: level.number,
    "inventory_item_id": lambda level: level.item.number,
    "created_at": lambda level: level.created_at,
    "updated_at": lambda level: level.updated_at,
}
MESSAGES = {
    "CHANGE_FROM_QUANTITY_STALE": "The changeFromQuantity argument no longer matches the persisted"
    " quantity.",
    "INVALID_INVENTORY_ITEM": "The specified inventory item could not be found.",
    "INVALID_LOCATION": "The specified location could not be found.",
    "INVALID_NAME": "The quantity name must be either 'available' or 'on_hand'.",
    "INVALID_QUANTITY_NEGATIVE": "The quantity can't be negative.",
    "INVALID_QUANTITY_TOO_HIGH": "The total quantity can't be higher than 1,000,000,000.",
    "INVALID_REASON": "The specified reason is invalid.",
    "INVALID_REFERENCE_DOCUMENT": "The specified reference document is invalid.",
    "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR": "The combination of inventoryItemId and"
    " locationId must be unique.",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH": "The request with this idempotency key has different"
    " parameters than the original request.",
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": "A previous request with this idempotency key failed."
    " Retry with a new idempotency key.",
}


def user_error(code, *path):
    return {"code": code, "field": list(path) or None, "message": MESSAGES[code]}


def _failed(errors):
    return {"inventory_adjustment_group": None, "user_errors": errors}


def _quantities(level, context, arguments):
    """One row a name, in the order asked for. Raises GraphQLError for an unknown name."""
    rows = []
    for name in arguments["names"]:
        if name not in QUANTITY_NAMES:
            raise bad_request(f"Invalid quantity name: {name}", "INVALID_FIELD_ARGUMENTS")
        rows.append(
            {
                "id": f"gid://shopify/InventoryQuantity/{level.number}?name={name}",
                "name": name,
                "quantity": level.quantity(name),
                "updated_at": level.changed_at.get(name),
            }
        )
    return rows


def _levels(parent, context, arguments):
    """The active levels of an item or a location."""
    rows = list(parent.levels.values())
    if not arguments.get("includeInactive"):
        rows = [level for level in rows if level.is_active]
    text = arguments.get("query")
    wanted = search.exact(search.parse(text), "inventory_item_id") if text else None
    if wanted and parent.TYPENAME == "Location":
        numbers = {int(value) for _field, value in wanted if value.isdigit()}
        return [level for level in rows if level.item.number in numbers]
    return filtered(rows, text, LEVELS, context)


def _number(gid):
    return int(gid.rsplit("/", 1)[1])


def _level_at_location(item, _context, arguments):
    return item.levels.get(_number(arguments["locationId"]))


def _level_of_item(location, _context, arguments):
    return location.levels.get(_number(arguments["inventoryItemId"]))


def _changes(group, _context, arguments):
    """A group's changes, all or of some items, locations and names."""
    rows = group["changes"]
    if arguments.get("quantityNames"):
        rows = [row for row in rows if row["name"] in arguments["quantityNames"]]
    if arguments.get("inventoryItemIds"):
        rows = [row for row in rows if row["item"].id in arguments["inventoryItemIds"]]
    if arguments.get("locationIds"):
        rows = [row for row in rows if row["location"].id in arguments["locationIds"]]
    return rows


def _set_quantities(_source, context, arguments):
    """All the quantities of a call, or none of them."""
    given = arguments["input"]
    key = context.idempotency_key()
    if key is None:
        raise bad_request(
            "The @idempotent directive is required for this mutation but was not provided."
        )
    if any("changeFromQuantity" not in row for row in given["quantities"]):
        raise _missing_argument(context)
    known = context.idempotency.get(key)
    if known is not None:
        answer = _repeated(context, given, *known)
        if answer is not None:
            return answer
    answer = _execute(context, given)
    context.idempotency[key] = (given, answer)
    return answer


def _missing_argument(context):
    message = "InventoryQuantityInput must include the following argument: changeFromQuantity."
    return GraphQLError(
        message,
        nodes=context.info.field_nodes,
        extensions={"code": "INVALID_FIELD_ARGUMENTS"},
    )


def _repeated(context, given, first_given, first_answer):
    """The answer for a key seen before, or None to execute again (see `Settings`)."""
    if given != first_given:
        return _failed([user_error("IDEMPOTENCY_KEY_PARAMETER_MISMATCH")])
    if first_answer["user_errors"]:
        return _failed([user_error("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")])
    return first_answer if context.settings.idempotent_replay == "original" else None


def _execute(context, given):
    errors = _header_errors(given)
    if errors:
        return _failed(errors)
    rows, errors = _resolve_rows(context.store, given)
    if errors:
        return _failed(errors)
    changes = [
        change
        for level, quantity in rows
        for change in _apply(context.store, level, given["name"], quantity)
    ]
    if not changes:
        return {"inventory_adjustment_group": None, "user_errors": []}
    store = context.store
    group = {
        "id": f"gid://shopify/InventoryAdjustmentGroup/{store.number('InventoryAdjustmentGroup')}",
        "created_at": store.now(),
        "reason": given["reason"],
        "reference_document_uri": given.get("referenceDocumentUri"),
        "app": {"id": "gid://shopify/App/1", "title": context.app.title},
        "changes": changes,
    }
    return {"inventory_adjustment_group": group, "user_errors": []}


def _header_errors(given):
    errors = []
    if given["name"] not in ("available", "on_hand"):
        errors.append(user_error("INVALID_NAME", "input", "name"))
    if given["reason"] not in REASONS:
        errors.append(user_error("INVALID_REASON", "input", "reason"))
    reference = given.get("referenceDocumentUri")
    if reference is not None and not URI.fullmatch(reference):
        errors.append(user_error("INVALID_REFERENCE_DOCUMENT", "input", "referenceDocumentUri"))
    return errors


def _resolve_rows(store, given):
    """([(level, quantity)], user errors); touches nothing."""
    rows, errors, seen = [], [], set()
    for index, row in enumerate(given["quantities"]):
        path = ("input", "quantities", str(index))
        level, problems = _level(store, row, path)
        pair = (row["inventoryItemId"], row["locationId"])
        if pair in seen:
            code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
            problems.append(user_error(code, *path, "locationId"))
        seen.add(pair)
        if row["quantity"] > LIMIT:
            problems.append(user_error("INVALID_QUANTITY_TOO_HIGH", *path, "quantity"))
        if row["quantity"] < 0:
            problems.append(user_error("INVALID_QUANTITY_NEGATIVE", *path, "quantity"))
        expected = row["changeFromQuantity"]
        if not problems and expected is not None and level.quantity(given["name"]) != expected:
            code = "CHANGE_FROM_QUANTITY_STALE"
            problems.append(user_error(code, *path, "changeFromQuantity"))
        errors += problems
        rows.append((level, row["quantity"]))
    return rows, errors


def _level(store, row, path):
    item, location = store.nodes.get(row["inventoryItemId"]), store.nodes.get(row["locationId"])
    problems = []
    if getattr(item, "TYPENAME", None) != "InventoryItem":
        problems.append(user_error("INVALID_INVENTORY_ITEM", *path, "inventoryItemId"))
    if getattr(location, "TYPENAME", None) != "Location" or not location.is_active:
        problems.append(user_error("INVALID_LOCATION", *path, "locationId"))
    return (None if problems else store.level(item, location)), problems


def _apply(store, level, name, quantity):
    """Set it and return the changes: the quantity and its mirror."""
    delta = quantity - level.quantity(name)
    if not delta:
        return []
    level.change(name, delta, store.now())
    store.emit("inventory_levels/update", level)
    mirror = "on_hand" if name == "available" else "available"
    return [
        {
            "name": one,
            "delta": delta,
            "quantity_after_change": None,
            "item": level.item,
            "location": level.location,
            "ledger_document_uri": None,
        }
        for one in (name, mirror)
    ]


FIELDS = {
    ("InventoryLevel", "quantities"): _quantities,
    ("InventoryItem", "inventoryLevels"): _levels,
    ("Location", "inventoryLevels"): _levels,
    ("InventoryItem", "inventoryLevel"): _level_at_location,
    ("Location", "inventoryLevel"): _level_of_item,
    ("InventoryAdjustmentGroup", "changes"): _changes,
    ("Mutation", "inventorySetQuantities"): _set_quantities,
}
