# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the shop's owner lets an app in: `/admin/oauth/authorize`.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
(read 2026-11). Scopes the owner granted on this page before need no second consent.
"""

import base64
import hashlib
import hmac
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..style import STYLE
from ..wire import Response
from .access import granted
from .grants import GrantRefused, refusal
from .oauth import SCOPES
from .resolvers.subscriptions import LOOPBACK
from .schema import required_access

PATH = "/admin/oauth/authorize"
CANCELLED = "The app was not installed."


class Consent:
    """Asks, and sends the browser back to the app. Answers with GrantRefused in Shopify's words."""

    def __init__(self, store, app, tokens, grants):
        self.store, self.app, self.tokens, self.grants = store, app, tokens, grants
        self.forget()

    def forget(self):
        """Ask anew, as after an uninstallation."""
        self.consented = frozenset()

    def answer(self, request):
        with self.store.lock:
            try:
                if request.method == "POST":
                    return self._decide(request.form())
                fields = {name: values[-1] for name, values in request.query.items()}
                scopes = self.check(fields)
                if self.tokens.installed and scopes and scopes <= granted(self.consented):
                    return _redirection(self.callback(fields))
                return Response.html(self._render(fields, sorted(scopes)))
            except GrantRefused as refused:
                return refusal(refused)

    def check(self, fields):
        """The scopes asked for. Raises GrantRefused."""
        if fields.get("client_id") != self.app.client_id:
            words = "Could not find Shopify API application with api_key"
            raise GrantRefused("invalid_request", f"{words} {fields.get('client_id', '')}")
        if not self._is_allowed(fields.get("redirect_uri", "")):
            raise GrantRefused("invalid_request", "The redirect_uri is not whitelisted")
        if fields.get("grant_options[]") or fields.get("grant_options"):
            raise GrantRefused("not_simulated", "Only offline access is simulated", 501)
        scopes = frozenset(filter(None, fields.get("scope", "").replace(" ", "").split(",")))
        unknown = sorted(scopes - known_scopes())
        if unknown:
            raise GrantRefused("invalid_scope", f"The access scope is invalid: {unknown[0]}")
        return scopes

    def _is_allowed(self, address):
        """One of the app's addresses, to the letter. Http for loopback alone, and as long as the
        app names no address any path there will do: tests listen on whatever port is free."""
        parts = urlsplit(address)
        local = parts.hostname in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            return False
        listed = self.app.redirect_uris
        return address in listed if listed else local

    def approve(self, fields):
        """The owner's consent: install the app and return the address of its callback."""
        scopes = self.check(fields)
        self.consented = scopes
        if scopes:
            self.tokens.set_scopes(scopes)
        self.tokens.installed = True
        return self.callback(fields)

    def callback(self, fields):
        """`redirect_uri` with code, host, shop, state and timestamp, signed."""
        parts = urlsplit(fields["redirect_uri"])
        domain = self.store.shop.myshopify_domain
        place = f"admin.shopify.com/store/{domain.removesuffix('.myshopify.com')}"
        params = {
            **dict(parse_qsl(parts.query, keep_blank_values=True)),
            "code": self.grants.new_code(),
            "host": base64.urlsafe_b64encode(place.encode()).decode().rstrip("="),
            "shop": domain,
            "timestamp": str(int(self.store.now().timestamp())),
        }
        if fields.get("state"):
            params["state"] = fields["state"]
        params["hmac"] = sign_query(params, self.app.client_secret)
        return urlunsplit(parts._replace(query=urlencode(sorted(params.items()))))

    def _decide(self, fields):
        if fields.pop("decision", "") == "install":
            return _redirection(self.approve(fields))
        self.check(fields)
        return _redirection(f"/?{urlencode({'message': CANCELLED})}")

    def _render(self, fields, scopes):
        shop, title = escape(self.store.shop.name), escape(self.app.title)
        wanted = "".join(f"<li>{escape(explained(scope))}</li>" for scope in scopes)
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in sorted(fields.items())
        )
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Install {title} · {shop}</title><style>{STYLE}</style></head>
<body><header><h1>Install {title}</h1>
<p>{shop}, a simulated Shopify store: {escape(self.store.shop.myshopify_domain)}</p></header>
<main><section aria-labelledby="scopes"><h2 id="scopes">This app asks for permission to</h2>
<ul>{wanted or "<li>Keep the permissions it has</li>"}</ul></section>
<form method="post" action="{PATH}" class="choice">{hidden}
<button class="main" name="decision" value="install">Install app</button>
<button name="decision" value="cancel">Cancel</button></form></main></body></html>"""


def sign_query(params, secret):
    """Hex HMAC-SHA256 of the query without `hmac`, sorted; `%`, `&` and `=` are escaped."""
    pairs = (
        (_escaped(name).replace("=", "%3D"), _escaped(str(value)))
        for name, value in params.items()
        if name != "hmac"
    )
    text = "&".join(sorted(f"{name}={value}" for name, value in pairs))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _escaped(text):
    return text.replace("%", "%25").replace("&", "%26")


def known_scopes():
    """Every scope the API knows, and those of this simulator."""
    named = {scope for _text, scopes in required_access().values() for scope in scopes}
    return named | granted(SCOPES)


def explained(scope):
    """`write_products` as a person reads it."""
    verb, _underscore, noun = scope.partition("_")
    return f"{'View and change' if verb == 'write' else 'View'} {noun.replace('_', ' ')}"


def _redirection(address):
    return Response(303, b"", {"Location": address})
