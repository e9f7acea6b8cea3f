# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhook subscriptions made by the API, refused in a live store's words (2026-04)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from ..access import PROTECTION
from ..catalogue import Node
from ..schema import API_VERSION

NAME = re.compile(r"[A-Za-z0-9_-]+")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# The scope a topic's data needs, by the first word of the topic.
TOPIC_SCOPES = {
    "ORDERS": "read_orders",
    "REFUNDS": "read_orders",
    "ORDER": "read_orders",
    "PRODUCTS": "read_products",
    "INVENTORY": "read_inventory",
    "CUSTOMERS": "read_customers",
    "FULFILLMENTS": "read_fulfillments",
    "LOCATIONS": "read_locations",
    "RETURNS": "read_returns",
}
# Those of single topics, besides.
SINGLE_SCOPES = {"CUSTOMERS_MERGE": "read_customer_merge"}
UNPROTECTED = ("read_products", "read_inventory", "read_locations")
PROTECTED = (
    "This app is not approved to subscribe to webhook topics containing protected customer data."
    f" See {PROTECTION} for more details."
)


@dataclass(eq=False)
class Subscription(Node):
    TYPENAME = "WebhookSubscription"
    topic: str = ""
    uri: str = ""
    format: str = "JSON"
    filter: str = None
    name: str = None
    include_fields: list = field(default_factory=list)
    metafield_namespaces: list = field(default_factory=list)
    created_at: datetime = None
    updated_at: datetime = None

    api_version = {"handle": API_VERSION, "display_name": API_VERSION, "supported": True}

    @property
    def callback_url(self):
        return self.uri

    @property
    def endpoint(self):
        return Endpoint(self.uri)


@dataclass(eq=False)
class Endpoint:
    TYPENAME = "WebhookHttpEndpoint"
    callback_url: str


def _list(_source, context, arguments):
    rows = context.store.subscriptions
    uri = arguments.get("uri") or arguments.get("callbackUrl")
    topics = arguments.get("topics")
    rows = [row for row in rows if not uri or row.uri == uri]
    return [row for row in rows if not topics or row.topic in topics]


def _one(_source, context, arguments):
    node = context.store.nodes.get(arguments["id"])
    return node if isinstance(node, Subscription) else None


def _create(_source, context, arguments):
    given, topic = arguments["webhookSubscription"], arguments["topic"]
    errors = _topic_errors(context, topic) or _errors(context.store, given, topic, None)
    if errors:
        return {"webhook_subscription": None, "user_errors": errors}
    store = context.store
    now = store.now()
    row = Subscription(
        store.number("WebhookSubscription"), topic=topic, created_at=now, updated_at=now
    )
    _fill(row, given)
    store.subscriptions.append(store.register(row))
    return {"webhook_subscription": row, "user_errors": []}


def _update(_source, context, arguments):
    row = _one(None, context, arguments)
    if row is None:
        return {"webhook_subscription": None, "user_errors": [_unknown()]}
    given = arguments["webhookSubscription"]
    errors = _errors(context.store, given, row.topic, row)
    if errors:
        return {"webhook_subscription": None, "user_errors": errors}
    _fill(row, given)
    context.store.touch(row)
    return {"webhook_subscription": row, "user_errors": []}


def _delete(_source, context, arguments):
    row = _one(None, context, arguments)
    if row is None:
        return {"deleted_webhook_subscription_id": None, "user_errors": [_unknown()]}
    context.store.remove_subscription(row)
    return {"deleted_webhook_subscription_id": row.id, "user_errors": []}


def _fill(row, given):
    row.uri = given.get("uri") or given.get("callbackUrl") or row.uri
    row.format = given.get("format") or row.format
    for name, attribute in (
        ("filter", "filter"),
        ("name", "name"),
        ("includeFields", "include_fields"),
        ("metafieldNamespaces", "metafield_namespaces"),
    ):
        if given.get(name) is not None:
            setattr(row, attribute, given[name])


def _error(message, *path):
    return {"field": list(path), "message": message}


def _unknown():
    return _error("Webhook subscription does not exist", "id")


def _topic_errors(context, topic):
    scope = SINGLE_SCOPES.get(topic) or TOPIC_SCOPES.get(topic.split("_")[0])
    if scope is None:
        return []
    if scope in context.scopes:
        hidden = context.settings.customer_data is None and scope not in UNPROTECTED
        return [_error(PROTECTED, "webhookSubscription", "topic")] if hidden else []
    message = (
        f"You do not have permission to create or update webhooks with the {topic} topic."
        f" Required access: `{scope}` access scope."
    )
    return [_error(message, "webhookSubscription")]


def _errors(store, given, topic, row):
    errors = _name_errors(given.get("name"))
    uri = given.get("uri") or given.get("callbackUrl")
    if uri is None and row is None:
        errors.append(_error("Address can't be blank", "webhookSubscription", "callbackUrl"))
    elif uri is not None:
        problem = _address_problem(uri) or _taken(store, topic, given, uri, row)
        if problem:
            errors.append(_error(problem, "webhookSubscription", "callbackUrl"))
    if given.get("filter"):
        # The filter language is not simulated: better refused than ignored.
        errors.append(_error("The specified filter is invalid", "webhookSubscription", "filter"))
    if given.get("format") == "XML":
        message = "Format 'xml' is invalid for this webhook topic. Allowed formats: json"
        errors.append(_error(message, "webhookSubscription", "format"))
    return errors


def _name_errors(name):
    if name is None or NAME.fullmatch(name):
        return []
    path = ("webhookSubscription", "name")
    errors = [] if name else [_error("Name is too short (minimum is 1 character)", *path)]
    message = "Name name field can only contain alphanumeric characters, underscores, and hyphens"
    return [*errors, _error(message, *path)]


def _address_problem(uri):
    """Https only. A loopback address is allowed here, over http too: tests have nothing else."""
    parts = urlsplit(uri)
    if parts.hostname in LOOPBACK and parts.scheme in ("http", "https"):
        return None
    if parts.scheme != "https":
        return f"Address protocol {parts.scheme}:// is not supported"
    if not parts.hostname:
        return "Address is invalid"
    if parts.hostname.endswith((".myshopify.com", ".shopify.com", ".internal", ".local")):
        return "Address cannot be a Shopify or an internal domain"
    return None


def _taken(store, topic, given, uri, row):
    same = (topic, uri, given.get("filter") or "")
    for other in store.subscriptions:
        if other is not row and (other.topic, other.uri, other.filter or "") == same:
            return "Address for this topic has already been taken"
    return None


FIELDS = {
    ("QueryRoot", "webhookSubscriptions"): _list,
    ("QueryRoot", "webhookSubscription"): _one,
    ("Mutation", "webhookSubscriptionCreate"): _create,
    ("Mutation", "webhookSubscriptionUpdate"): _update,
    ("Mutation", "webhookSubscriptionDelete"): _delete,
}
