# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The access to one store: which token a call carries, when it is renewed, what a refusal means.

Three accesses: ``client_credentials`` (app and store of one organization; a day, granted again),
``authorization`` (the store's owner agreed; an hour, renewed with a refresh token that changes each
time) and ``token`` (pasted, never renewed).
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens

Not here: keeping tokens. ``AdapterSettings.renew_token`` stores one before anybody uses it. That is
what makes a lost answer harmless: until a replacement is used, the refresh token before it may be
sent again (https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens,
2026-08-28).
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..adapter import AdapterSettings
from ..documents.access import Token
from ..errors import AuthFailed, NotConfigured, RetryLater, StorefrontError
from ..transport import Request, Response, Transport
from . import const

# What a refusal of each grant is called where it isn't the app that is refused, and the words the
# store says it with: {"error": "invalid_request", "error_description": …}, status 400 or 401.
_ENDED = {
    "authorization_code": ("code_refused", "authorization code"),
    "refresh_token": ("authorization_ended", "refresh"),
}


class Access:
    """The token of one store. ``now`` returns epoch seconds."""

    def __init__(
        self, settings: AdapterSettings, transport: Transport, now: Callable[[], float]
    ) -> None:
        self._settings, self._transport, self._now = settings, transport, now
        credentials = settings.credentials
        self._kind = credentials.get("access") or _kind(settings)
        pasted = credentials.get("access_token") or ""
        token = Token(access_token=pasted) if pasted else None
        self._token = token if self._kind == "token" else settings.token
        self._hide(self._token)
        # The store repeats a client id it doesn't know.
        for name in ("client_id", "client_secret", "previous_client_secret"):
            transport.hide(credentials.get(name) or "")

    @property
    def can_renew(self) -> bool:
        """Whether another token can be had without anybody's doing."""
        return self._kind != "token"

    @property
    def value(self) -> str:
        """The token itself; empty before ``ensure``."""
        return self._token.access_token if self._token else ""

    def ensure(self) -> bool:
        """Grant a token where there is none or it is about to end; return whether that was so.

        Raises NotConfigured, AuthFailed, RetryLater."""
        token = self._token
        if token and not (self.can_renew and self._ends_within(const.TOKEN_MARGIN_SECONDS)):
            return False
        if not self.can_renew:
            raise NotConfigured("missing_credentials")
        try:
            self.renew()
        except RetryLater:
            # The margin is there for this: the store grants nothing now, and the old one holds.
            if token is None or self._ends_within(const.TOKEN_LAST_SECONDS):
                raise
            return False
        return True

    def renew(self) -> None:
        """Take the token another worker stored meanwhile, else a new one."""
        renew = self._settings.renew_token
        self._token = renew(self._token, self._grant) if renew else self._grant(self._token)
        self._hide(self._token)

    def exchange(self, code: str) -> Token:
        """Return the token for the code of a callback. Raises AuthFailed, RetryLater.

        A code is good for one call: should its answer be lost, the owner is asked again."""
        self._transport.hide(code)
        # Without `expiring` the token would never end, which public apps may no longer have
        # (https://shopify.dev/changelog/offline-access-tokens-now-support-expiry-and-refresh).
        try:
            return self._ask("authorization_code", {"code": code, "expiring": "1"}, writes=True)
        except RetryLater as error:
            raise RetryLater("authorization_unanswered", detail=str(error)) from None

    def _grant(self, stored: Token | None) -> Token:
        """Ask for a token; ``stored`` is the one kept until now."""
        if self._kind == "client_credentials":
            return self._ask("client_credentials", {"grant_type": "client_credentials"})
        if stored is None:
            raise NotConfigured("not_authorized")
        if not stored.refresh_token:
            raise AuthFailed("authorization_ended")
        self._hide(stored)
        form = {"grant_type": "refresh_token", "refresh_token": stored.refresh_token}
        return self._ask("refresh_token", form, refresh_token=stored.refresh_token)

    def _ask(
        self, grant: str, form: Mapping[str, str], *, writes: bool = False, refresh_token: str = ""
    ) -> Token:
        credentials = self._settings.credentials
        app = {name: credentials.get(name) or "" for name in ("client_id", "client_secret")}
        if not all(app.values()):
            raise NotConfigured("missing_credentials")
        request = Request(
            method="POST",
            path="/admin/oauth/access_token",
            operation="AccessToken",
            writes=writes,
            form={**app, **form},
            judged=frozenset({401, 403}),
        )
        answer = self._transport.call(request)
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status >= 400:
            raise self._refusal(grant, answer, data)
        token = self._read(data, refresh_token)
        self._hide(token)
        return token

    def _refusal(self, grant: str, answer: Response, data: Mapping[str, Any]) -> StorefrontError:
        reason = self._transport.redact(str(data.get("error") or ""))
        words = self._transport.redact(str(data.get("error_description") or ""))
        detail = f"{grant}: HTTP {answer.status} {reason} {words}".rstrip()
        if not reason:
            if answer.status in const.STORE_REFUSALS:
                return NotConfigured(const.STORE_REFUSALS[answer.status], detail=detail)
            reason = str(answer.status)
        code, named = _ENDED.get(grant, ("", ""))
        if code and (reason == "invalid_grant" or named in words.lower()):
            return AuthFailed(code, detail=detail)
        return AuthFailed("grant_refused", detail=detail, reason=reason)

    def _read(self, data: Mapping[str, Any], refresh_token: str) -> Token:
        access_token = _text(data.get("access_token"))
        if not access_token:
            raise RetryLater("empty_answer", detail="AccessToken")
        refresh_token = _text(data.get("refresh_token")) or refresh_token
        lifetime = _seconds(data.get("expires_in"))
        if refresh_token and not lifetime:
            # Taken for one that never ends, it would never be renewed.
            lifetime = const.TOKEN_SECONDS
        refresh_lifetime = _seconds(data.get("refresh_token_expires_in"))
        scopes = _text(data.get("scope")).replace(" ", "").split(",")
        return Token(
            access_token=access_token,
            expires_at=self._now() + lifetime if lifetime else 0.0,
            refresh_token=refresh_token,
            refresh_expires_at=self._now() + refresh_lifetime if refresh_lifetime else 0.0,
            scopes=tuple(sorted(filter(None, scopes))),
        )

    def _ends_within(self, seconds: float) -> bool:
        return bool(self._token and 0 < self._token.expires_at < self._now() + seconds)

    def _hide(self, token: Token | None) -> None:
        if token:
            self._transport.hide(token.access_token, token.refresh_token)


def _kind(settings: AdapterSettings) -> str:
    """Return which access the credentials stand for where they don't say."""
    if settings.credentials.get("access_token"):
        return "token"
    if settings.token and settings.token.refresh_token:
        return "authorization"
    return "client_credentials" if settings.credentials.get("client_id") else "token"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: Any) -> float:
    """Return a lifetime, 0 where there is none that makes sense."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and 0 < value < 1e9 else 0.0
