# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Executes one GraphQL request: parse and validate (once a text), coerce, price, throttle, check
scopes, run, refund what it didn't cost. Answers are dicts as Shopify sends them."""

import functools
import traceback
from collections import OrderedDict

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute,
    is_non_null_type,
    parse,
    type_from_ast,
    validate,
    value_from_ast,
)
from graphql.execution.values import get_argument_values
from graphql.utilities import coerce_input_value

from . import access, errors, resolvers
from .context import Context
from .cost import MAXIMUM, Calculator
from .resolvers.default import Resolvers
from .scalars import bad_ids, install

DOCUMENTS = 500
MAX_ROWS = 250


class Refused(Exception):
    """The request ends here with this answer."""

    def __init__(self, *problems, **payload):
        super().__init__()
        self.payload = {"errors": list(problems), **payload}


class Document:
    """A parsed and validated text."""

    def __init__(self, schema, text):
        self.problems = []
        self.operations, self.fragments = {}, {}
        self.denials = {}
        try:
            self.ast = parse(text)
        except GraphQLSyntaxError as error:
            self.problems = [errors.syntax(error)]
            return
        self.problems = [errors.validation(one, self.ast) for one in validate(schema, self.ast)]
        for definition in self.ast.definitions:
            if isinstance(definition, OperationDefinitionNode):
                name = definition.name.value if definition.name else None
                self.operations[name] = definition
            elif isinstance(definition, FragmentDefinitionNode):
                self.fragments[definition.name.value] = definition

    def operation(self, name):
        """The operation to run. Raises Refused."""
        if self.problems:
            raise Refused(*self.problems)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name not in self.operations:
            raise Refused({"message": "An operation name is required"})
        return self.operations[name]


class Service:
    def __init__(self, schema, store, app, settings, installation):
        self.schema = install(schema)
        self.store, self.app, self.settings = store, app, settings
        self.installation = installation
        self.resolvers = Resolvers(schema, resolvers.table())
        self.documents = OrderedDict()
        self.idempotency = {}
        self.made_up = {}

    def document(self, text):
        """The document of a text, from the cache when it was sent before."""
        document = self.documents.get(text)
        if document is None:
            document = self.documents[text] = Document(self.schema, text)
            if len(self.documents) > DOCUMENTS:
                self.documents.popitem(last=False)
        return document

    def forget(self):
        """Drop what was remembered of requests, but not the parsed documents."""
        self.idempotency.clear()
        self.made_up.clear()

    def label(self, text):
        """The root fields of a request, for statistics and faults."""
        document = self.document(text)
        names = [
            selection.name.value
            for operation in document.operations.values()
            for selection in operation.selection_set.selections
            if hasattr(selection, "name")
        ]
        return "+".join(names) or "invalid"

    def execute(self, token, text, variables, operation_name):
        """The answer to a request of this token."""
        try:
            document = self.document(text)
            operation = document.operation(operation_name)
            variables = variables or {}
            values = self._coerce(operation, variables)
            self._check_sizes(operation, values)
            calculator = Calculator(self.schema, document.fragments, values)
            requested = calculator.requested(operation)
            self._pay(token, requested)
            return self._run(token, document, operation, variables, calculator, requested)
        except Refused as refused:
            return refused.payload

    def _pay(self, token, cost):
        if cost > MAXIMUM:
            raise Refused(_too_dear(cost))
        if not token.bucket.take(cost):
            raise Refused(THROTTLED, extensions={"cost": _cost(token, cost, None)})

    def _run(self, token, document, operation, variables, calculator, requested):
        scopes = access.granted(token.scopes)
        context = Context(
            self.store, self.app, token, scopes, self.settings, self.schema,
            self.installation, self.idempotency, self.made_up,
        )  # fmt: skip
        with self.store.lock:
            result = self._execution(document, operation, variables, context)
        answer = {}
        if result.errors:
            answer["errors"] = [_formatted(error) for error in result.errors]
        answer["data"] = result.data
        actual = min(calculator.actual(operation, result.data), requested)
        token.bucket.give_back(requested - actual)
        answer["extensions"] = {"cost": _cost(token, requested, actual)}
        if context.warnings:
            answer["extensions"]["search"] = context.warnings
        return answer

    def _execution(self, document, operation, variables, context):
        reach = (context.scopes, self.settings.customer_data)
        denials = document.denials.get(reach)
        if denials is None:
            denials = document.denials[reach] = access.denials(self.schema, document.ast, *reach)
        resolve = (
            functools.partial(_guarded, denials, self.resolvers) if denials else self.resolvers
        )
        return execute(
            self.schema,
            document.ast,
            context_value=context,
            variable_values=variables,
            operation_name=operation.name.value if operation.name else None,
            field_resolver=resolve,
            type_resolver=_type_of,
            is_awaitable=_never,
        )

    def _coerce(self, operation, given):
        """The variables as the schema's types. Raises Refused with every problem of each."""
        values, problems = {}, []
        for definition in operation.variable_definitions:
            name = definition.variable.name.value
            variable_type = type_from_ast(self.schema, definition.type)
            if name not in given and definition.default_value is not None:
                values[name] = value_from_ast(definition.default_value, variable_type)
                continue
            if name not in given and not is_non_null_type(variable_type):
                continue
            found = []
            values[name] = coerce_input_value(
                given.get(name), variable_type,
                lambda path, _value, error, found=found: found.append((path, error.message)),
            )  # fmt: skip
            found += [] if found else bad_ids(values[name], variable_type)
            if found:
                value = given.get(name)
                problems.append(errors.variable(definition, str(variable_type), value, found))
        if problems:
            raise Refused(*problems)
        return values

    def _check_sizes(self, operation, values):
        """No list of the input may be longer than 250. Raises Refused."""
        root = self.schema.get_root_type(operation.operation)
        for selection in operation.selection_set.selections:
            definition = root.fields.get(getattr(selection.name, "value", None))
            if definition is None:
                continue
            arguments = get_argument_values(definition, selection, values)
            oversized = _oversized(arguments, [selection.name.value])
            if oversized:
                raise Refused(oversized)


def _oversized(value, path):
    if isinstance(value, dict):
        found = (_oversized(inner, [*path, name]) for name, inner in value.items())
        return next(filter(None, found), None)
    if isinstance(value, list) and len(value) > MAX_ROWS:
        return {
            "message": f"The input array size of {len(value)} is greater than the maximum allowed"
            f" of {MAX_ROWS}.",
            "path": path,
            "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
        }
    return None


def _guarded(denials, resolvers_, source, info, **arguments):
    """The resolver of a token that doesn't reach every field."""
    error = denials.get((info.parent_type.name, info.field_name))
    if error:
        raise error()
    return resolvers_(source, info, **arguments)


def _type_of(value, _info, _abstract):
    return value["TYPENAME"] if isinstance(value, dict) else value.TYPENAME


def _never(_value):
    """No resolver is asynchronous: spares graphql-core a look at every value."""
    return False


def _formatted(error):
    if not isinstance(error.original_error, (GraphQLError, type(None))):  # a bug, not a refusal
        traceback.print_exception(error.original_error)
    payload = {"message": error.message}
    if error.locations:
        payload["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    payload["extensions"] = error.extensions or {"code": "INTERNAL_SERVER_ERROR"}
    payload["path"] = error.path
    return payload


def _cost(token, requested, actual):
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": token.bucket.status(),
    }


THROTTLED = {
    "message": "Throttled",
    "extensions": {
        "code": "THROTTLED",
        "documentation": "https://shopify.dev/api/usage/rate-limits",
    },
}


def _too_dear(cost):
    return {
        "message": f"Query cost is {cost}, which exceeds the single query max cost limit"
        f" ({MAXIMUM}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more"
        " information on how the\ncost of a query is calculated.\n",
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": cost,
            "maxCost": MAXIMUM,
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    }
