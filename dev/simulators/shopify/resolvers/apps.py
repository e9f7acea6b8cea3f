# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The app as it sees itself, its uninstallation, and what the store lets it use."""

from ..access import denied
from ..schema import API_VERSION, required_access

VERSIONS = ("2026-01", "2026-04", "2026-07", API_VERSION)


def _app(app):
    return {
        "id": "gid://shopify/App/1",
        "title": app.title,
        "api_key": app.client_id,
        "handle": app.handle,
        "webhook_api_version": API_VERSION,
    }


def _installation(_source, context, _arguments):
    return {
        "id": "gid://shopify/AppInstallation/1",
        "app": _app(context.app),
        "access_scopes": [
            {"handle": scope, "description": scope} for scope in sorted(context.scopes)
        ],
    }


def _uninstall(_source, context, _arguments):
    context.installation.uninstall()
    return {"app": _app(context.app), "user_errors": []}


def _versions(_source, _context, _arguments):
    supported = [(name, f"{name} (Latest)" if name == API_VERSION else name, True)
                 for name in VERSIONS]  # fmt: skip
    others = [("2027-01", "2027-01 (Release candidate)", False), ("unstable", "unstable", False)]
    return [
        {"handle": handle, "display_name": title, "supported": is_supported}
        for handle, title, is_supported in (*supported, *others)
    ]


def _check_b2b(context):
    """A scope isn't enough for companies: the shop must have them. Raises GraphQLError."""
    if not context.settings.b2b:
        raise denied(context.field_name, required_access()["Company", None][0])


def _companies(_source, context, _arguments):
    _check_b2b(context)
    return context.store.companies


def _companies_count(_source, context, _arguments):
    _check_b2b(context)
    return {"count": len(context.store.companies), "precision": "EXACT"}


FIELDS = {
    ("QueryRoot", "currentAppInstallation"): _installation,
    ("QueryRoot", "publicApiVersions"): _versions,
    ("QueryRoot", "companies"): _companies,
    ("QueryRoot", "companiesCount"): _companies_count,
    ("Mutation", "appUninstall"): _uninstall,
}
