# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the web client asks for when somebody opens a screen."""

from lxml import etree

# What the web client shows of a list, and how far it counts unless the list says it.
PAGE = 80
COUNT_LIMIT = 10_000


def _arch(records, kind):
    return etree.fromstring(records.get_view(view_type=kind)["arch"])


def _specification(records, arch):
    """Return what a view reads, as its fields say."""
    names = {
        node.get("name")
        for node in arch.iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }
    named = {"fields": {"display_name": {}}}
    return {
        name: named if records._fields[name].type == "many2one" else {}
        for name in names & set(records._fields)
    }


def _list(model, domain, kind="list"):
    def read(env):
        records = env[model]
        arch = _arch(records, kind)
        found = records.web_search_read(
            domain,
            _specification(records, arch),
            limit=PAGE,
            count_limit=int(arch.get("count_limit", COUNT_LIMIT)) + 1,
        )
        assert found["records"], f"nothing to see: {model} {domain}"

    return read


def _form(env):
    backend = env["storefront.backend"].search([("state", "=", "connected")])
    assert backend.web_read(_specification(backend, _arch(backend, "form")))


def _issues(env):
    groups = env["storefront.issue"].web_read_group([("state", "=", "open")], ["code"], ["__count"])
    assert groups["groups"]


HISTORY = {
    "operations": _list("storefront.operation", []),
    "storefront records": _list("storefront.snapshot", []),
    "events": _list("storefront.event", []),
}
SCREENS = {
    "storefronts": _list("storefront.backend", [], "kanban"),
    "one storefront": _form,
    "issues by cause": _issues,
    "issues": _list("storefront.issue", [("state", "=", "open")]),
    **HISTORY,
    "operations that failed": _list(
        "storefront.operation", [("status", "in", ("requires_attention", "dead"))]
    ),
    "operations of today": _list("storefront.operation", [("create_date", ">=", "today")]),
    "operations of an order": _list("storefront.operation", [("reference", "=", "#H1")]),
    "dead letters": _list("storefront.snapshot", [("state", "=", "dead")]),
}
