# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who gets an access token: the grants of `POST /admin/oauth/access_token`.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens (read 2026-11):
client-credentials-grant, authorization-code-grant, offline-access-tokens. Refusals are those live
stores were seen to give. Without `Accept: application/json` they come as a page, which names the
reason in its title.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from ..wire import Response
from .access import compressed

CODE_LIFETIME = 600  # seconds; not published, the longest that RFC 6749 (4.1.2) recommends
ACCESS_LIFETIME = 3600
REFRESH_LIFETIME = 7776000
# A refresh token that was used works on until its successor is used, for this long at most:
# https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
RECOVERY = timedelta(days=30)


class GrantRefused(Exception):
    """`status`, `code` and `words` are the answer."""

    def __init__(self, code, words, status=400):
        super().__init__(code)
        self.code, self.words, self.status = code, words, status


@dataclass(eq=False)
class RefreshToken:
    """`parent` is the token it was given for. Dead once `is_retired`."""

    text: str
    ends_at: datetime
    parent: object = None
    used_at: datetime = None
    is_retired: bool = False


class Grants:
    def __init__(self, store, app, tokens):
        self.store, self.app, self.tokens = store, app, tokens
        self.forget()

    def forget(self):
        """No code, no refresh token: as after an uninstallation."""
        self._codes = {}
        self._refresh_tokens = {}
        self._permanent = None

    def new_code(self):
        """A code for the redirection that follows the owner's consent."""
        code = secrets.token_hex(16)
        self._codes[code] = self.store.now() + timedelta(seconds=CODE_LIFETIME)
        return code

    def answer(self, request):
        """The answer to a request for a token, whose fields come as JSON or as a form."""
        form = "json" not in (request.headers.get("Content-Type") or "")
        try:
            fields = request.form() if form else request.json()
        except ValueError:
            fields = {}
        try:
            return Response.json(self.grant(fields if isinstance(fields, dict) else {}))
        except GrantRefused as refused:
            return refusal(refused, "json" in (request.headers.get("Accept") or ""))

    def grant(self, fields):
        """The token's fields. Raises GrantRefused."""
        self._check_client(fields)
        kind = fields.get("grant_type") or "authorization_code"
        grants = {
            "client_credentials": self._by_credentials,
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
        }
        if kind not in grants:
            raise GrantRefused("unsupported_grant_type", "The grant type is not supported.")
        return grants[kind](fields)

    def _check_client(self, fields):
        client_id = fields.get("client_id")
        if client_id != self.app.client_id:
            # The store repeats what it was sent, whatever that is.
            words = f'Could not find Shopify API application with client_id "{client_id}".'
            raise GrantRefused("application_cannot_be_found", words)
        given = str(fields.get("client_secret", ""))
        if given not in (self.app.client_secret, *self.app.newer_secrets):
            raise GrantRefused("invalid_client", "Client authentication failed.")

    def _by_credentials(self, fields):
        if not self.tokens.permitted:
            words = "Client credentials cannot be performed on this shop."
            raise GrantRefused("shop_not_permitted", words)
        if not self.tokens.installed:
            raise GrantRefused("app_not_installed", "The app is not installed on this shop.")
        return self._token(fields, self.tokens.lifetime)

    def _by_code(self, fields):
        ends_at = self._codes.pop(fields.get("code"), None)
        if ends_at is None or ends_at <= self.store.now():
            words = "The authorization code was not found or was already used"
            raise GrantRefused("invalid_request", words)
        if str(fields.get("expiring", "0")) != "1":
            return self._lasting(fields)
        self._refresh_tokens.clear()  # the newest grant replaces those before
        return self._pair(fields)

    def _lasting(self, fields):
        """The offline token that never ends: the same one at every authorization."""
        token = self.tokens.find(self._permanent)
        token = token or self.tokens.issue(secret=fields["client_secret"])
        self._permanent = token.text
        return {"access_token": token.text, "scope": self._scope()}

    def _by_refresh_token(self, fields):
        """A new pair; the access token before stays valid until its own end."""
        token, now = self._refresh_tokens.get(fields.get("refresh_token")), self.store.now()
        if token is None or token.is_retired or not _is_live(token, now):
            words = "This request requires an active refresh_token"
            raise GrantRefused("invalid_request", words, 401)
        token.used_at = token.used_at or now
        self._retire_before(token)
        return self._pair(fields, token)

    def _retire_before(self, token):
        """Using a token ends the one it replaced, and the others given in its place."""
        for other in list(self._refresh_tokens.values()):
            replaced = other is token.parent
            beside = other is not token and token.parent and other.parent is token.parent
            other.is_retired = other.is_retired or bool(replaced or beside)

    def _pair(self, fields, parent=None):
        ends_at = self.store.now() + timedelta(seconds=REFRESH_LIFETIME)
        token = RefreshToken(f"shprt_{secrets.token_hex(16)}", ends_at, parent)
        self._refresh_tokens[token.text] = token
        return {
            **self._token(fields, ACCESS_LIFETIME),
            "refresh_token": token.text,
            "refresh_token_expires_in": REFRESH_LIFETIME,
        }

    def _token(self, fields, lifetime):
        token = self.tokens.issue(lifetime=lifetime, secret=fields["client_secret"])
        return {"access_token": token.text, "scope": self._scope(), "expires_in": lifetime}

    def _scope(self):
        return ",".join(sorted(compressed(self.tokens.scopes)))


def _is_live(token, now):
    return now < token.ends_at and (token.used_at is None or now < token.used_at + RECOVERY)


def refusal(refused, as_json=False):
    """The refusal of a grant or an authorization as JSON, or as the page a browser gets."""
    code, words = refused.code, refused.words
    if as_json:
        return Response.json({"error": code, "error_description": words}, refused.status)
    return Response.html(
        f'<!DOCTYPE html><html lang="en"><head><title>{refused.status} - Oauth error {code}'
        "</title></head><body><h1>Oops, something went wrong.</h1>"
        f"<p>Oauth error {code}: {escape(words)}</p></body></html>",
        refused.status,
    )
