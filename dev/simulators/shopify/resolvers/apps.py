# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The app as it sees itself, and its own uninstallation."""


def _app(app):
    return {
        "id": "gid://shopify/App/1",
        "title": app.title,
        "api_key": app.client_id,
        "handle": app.handle,
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


FIELDS = {
    ("QueryRoot", "currentAppInstallation"): _installation,
    ("Mutation", "appUninstall"): _uninstall,
}
