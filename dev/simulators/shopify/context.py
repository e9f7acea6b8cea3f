# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What resolvers know about one request, and the app that sends it."""

from dataclasses import dataclass, field
from datetime import timedelta

from graphql.execution.values import get_directive_values

from .access import APPROVED

RECENT = timedelta(days=60)


@dataclass
class App:
    """The one app this store has installed.

    `client_secret` signs: the oldest that isn't revoked. `newer_secrets` are good for grants too
    (https://shopify.dev/docs/apps/build/authentication-authorization/manage-credentials).
    """

    client_id: str = "simulated-client-id"
    client_secret: str = "simulated-client-secret"
    title: str = "Odoo connector"
    handle: str = "odoo-connector"
    number: int = 297641984001
    newer_secrets: tuple = ()
    redirect_uris: tuple = ()  # where the owner may be sent back to; none: anywhere on loopback


@dataclass
class Settings:
    """What can be changed while the store runs (`Control.configure`).

    idempotent_replay: "original" answers a repeated key with the first answer, as documented;
    "compare" compares quantities again and so refuses what the first call changed, as one live
    store was seen to do in 2026-09.
    search_lag: seconds until a list with a `query` finds what changed: an index follows late.
    customer_data: the protected fields the app may use (name, email, phone, address); None: not
    even the objects they belong to.
    b2b: whether the shop has companies.
    down: the store is; True, or until this time of the store. down_as: 503 or reset.
    """

    idempotent_replay: str = "original"
    search_lag: float = 0.0
    customer_data: frozenset = APPROVED
    b2b: bool = True
    down: object = False
    down_as: str = "503"


@dataclass
class Context:
    store: object
    app: App
    token: object
    scopes: frozenset
    settings: Settings
    schema: object
    installation: object
    idempotency: dict
    made_up: dict
    warnings: list = field(default_factory=list)
    info: object = None

    def at(self, info):
        """The same context, at the field that is being resolved."""
        self.info = info
        return self

    @property
    def field_name(self):
        return self.info.field_name

    def unmodelled(self, name):
        self.made_up[name] = self.made_up.get(name, 0) + 1

    def warn(self, query, name):
        """A search named a field that doesn't exist: Shopify ignores it and says so."""
        self.warnings.append(
            {
                "path": self.info.path.as_list(),
                "query": query,
                "warnings": [
                    {"field": name, "message": "Invalid search field for this query.",
                     "code": "invalid_field"}
                ],
            }
        )  # fmt: skip

    def idempotency_key(self):
        """The key of `@idempotent` on this field, or None. A blank one counts as none."""
        directive = self.schema.get_directive("idempotent")
        for node in self.info.field_nodes:
            values = get_directive_values(directive, node, self.info.variable_values)
            if values and values["key"].strip():
                return values["key"]
        return None

    def can_see(self, node):
        """Orders older than 60 days need a scope of their own."""
        if node.TYPENAME != "Order" or "read_all_orders" in self.scopes:
            return True
        return node.created_at >= self.store.now() - RECENT

    def namespace(self, name):
        """`$app` and `$app:x` are the app's own namespaces: app--<number>[--x]."""
        if name is None or name == "$app":
            return f"app--{self.app.number}"
        if name.startswith("$app:"):
            return f"app--{self.app.number}--{name[5:]}"
        return name
