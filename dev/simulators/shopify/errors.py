# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GraphQL errors in Shopify's words and codes, which are those of graphql-ruby.

The shapes are those a live store answered with in 2026 (unknown field, missing selection, syntax,
invalid variable); what else graphql-core finds keeps its own sentence.
"""

import re

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.language import OperationDefinitionNode

UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
NO_SELECTION = re.compile(r"Field '(\w+)' of type '([^']+)' must have a selection")
NOT_NULL = "Expected value to not be null"
EXPLANATIONS = (
    (re.compile(r"Field '(\w+)' is not defined by type '(\w+)'"), "Field is not defined on {1}", 0),
    (re.compile(r"Field '(\w+)' of required type .* was not provided"), NOT_NULL, 0),
    (re.compile(r"Expected non-nullable type .* not to be None"), NOT_NULL, None),
    (re.compile(r"Value ('\w+') does not exist in '(\w+)' enum"), "{0} is not a valid {1}", None),
)


def bad_request(message, code="BAD_REQUEST"):
    """An error of a field at run time."""
    return GraphQLError(message, extensions={"code": code})


def syntax(error: GraphQLSyntaxError):
    place = error.locations[0]
    message = error.message.removeprefix("Syntax Error: ")
    return {
        "message": f"syntax error, {message} at [{place.line}, {place.column}]",
        "locations": [{"line": place.line, "column": place.column}],
        "extensions": {"code": "PARSE_ERROR"},
    }


def validation(error, document):
    """One error of graphql-core's validation as Shopify says it."""
    payload = {
        "message": error.message,
        "locations": [{"line": at.line, "column": at.column} for at in error.locations or ()],
        "path": _path(error, document),
        "extensions": {"code": "invalid"},
    }
    unknown = UNKNOWN_FIELD.match(error.message)
    if unknown:
        field, parent = unknown.groups()
        payload["message"] = f"Field '{field}' doesn't exist on type '{parent}'"
        payload["extensions"] = {"code": "undefinedField", "typeName": parent, "fieldName": field}
    bare = NO_SELECTION.match(error.message)
    if bare:
        field, returned = bare.group(1), bare.group(2).strip("![]")
        payload["message"] = (
            f"Field must have selections (field '{field}' returns {returned} but has no selections."
            f" Did you mean '{field} {{ ... }}'?)"
        )
        payload["extensions"] = {
            "code": "selectionMismatch",
            "nodeName": f"field '{field}'",
            "typeName": returned,
        }
    return payload


def _path(error, document):
    """`["query Name", "field", …]` down to the field of the error."""
    target = error.nodes[0] if error.nodes else None
    for definition in document.definitions:
        trail = _trail(definition, target)
        if trail is not None:
            kind = getattr(definition, "operation", None)
            label = kind.value if isinstance(definition, OperationDefinitionNode) else "fragment"
            name = definition.name.value if definition.name else ""
            return [f"{label} {name}".strip(), *trail]
    return []


def _trail(node, target):
    if node is target:
        return []
    selections = getattr(getattr(node, "selection_set", None), "selections", ())
    for selection in selections:
        trail = _trail(selection, target)
        if trail is not None:
            name = getattr(selection, "alias", None) or getattr(selection, "name", None)
            return [name.value if name else "...", *trail]
    return None


def variable(definition, type_name, value, problems):
    """All that is wrong with one variable. problems: [(path, graphql-core's message)]."""
    explained = [_explain(list(path), message) for path, message in problems]
    name = definition.variable.name.value
    message = f"Variable ${name} of type {type_name} was provided invalid value"
    details = [
        f"{'.'.join(map(str, path))} ({explanation})" for path, explanation in explained if path
    ]
    if details:
        message += f" for {', '.join(details)}"
    place = definition.loc.start_token
    return {
        "message": message,
        "locations": [{"line": place.line, "column": place.column}],
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [
                {"path": path, "explanation": explanation} for path, explanation in explained
            ],
        },
    }


def _explain(path, message):
    for pattern, words, group in EXPLANATIONS:
        found = pattern.search(message)
        if found:
            if group is not None:
                path = [*path, found.groups()[group]]
            names = [name.strip("'") for name in found.groups()]
            return path, words.format(*names)
    return path, message
