# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands and settings about who is let in: tokens, scopes, consent, the throttle."""

import secrets
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from .access import APPROVED
from .authorize import PATH
from .context import App
from .grants import GrantRefused
from .oauth import REFUSALS, refused, refused_page


class AccessCommands:
    """A part of ControlApi."""

    def reset_access(self):
        application = self.application
        vars(application.app).update(vars(App()))
        application.grants.forget()
        application.consent.forget()
        application.tokens.restore()

    def _set_plan(self, plan):
        self.application.tokens.set_plan(plan)

    def _set_bucket(self, sizes):
        self.application.tokens.set_bucket(*sizes)

    def _set_client_secret(self, secret):
        self.application.app.client_secret = str(secret)
        self.application.app.newer_secrets = ()

    def _set_redirect_uris(self, addresses):
        self.application.app.redirect_uris = tuple(addresses)

    def _set_customer_data(self, fields):
        if fields is not None and not APPROVED.issuperset(fields):
            raise ValueError(f"customer_data is null or some of {', '.join(sorted(APPROVED))}")
        approved = None if fields is None else frozenset(fields)
        self.application.settings.customer_data = approved

    def _set_down(self, value):
        """True, false, or for so many seconds of the store's time."""
        lasting = isinstance(value, bool)
        until = value if lasting else self.store.now() + timedelta(seconds=value)
        self.application.settings.down = until

    def _set_down_as(self, kind):
        if kind not in ("503", "reset"):
            raise ValueError("down_as is 503 or reset")
        self.application.settings.down_as = kind

    def _set_token_lifetime(self, seconds):
        self.application.tokens.lifetime = int(seconds)

    def _set_same_organisation(self, value):
        self.application.tokens.permitted = bool(value)

    def do_authorize(self, url):
        """The owner's consent without a browser: where the store sends it then."""
        fields = _authorization(url)
        try:
            return self.application.consent.approve(fields)
        except GrantRefused as refused:
            raise ValueError(f"Oauth error {refused.code}: {refused.words}") from refused

    def do_install(self):
        return self.application.installation.install().text

    def do_uninstall(self):
        self.application.installation.uninstall()
        return True

    def do_issue_token(self, lifetime=None, text=None):
        return self.application.tokens.issue(text, lifetime).text

    def do_revoke_token(self, text=None, refresh=True):
        self.application.tokens.revoke(text)
        if text is None and refresh:
            self.application.grants.forget()
        return True

    def do_set_scopes(self, add=(), remove=()):
        tokens = self.application.tokens
        tokens.set_scopes((tokens.scopes - set(remove)) | set(add))
        return sorted(tokens.scopes)

    def do_rotate_secret(self, secret=None):
        app = self.application.app
        app.newer_secrets += (secret or f"shpss_{secrets.token_hex(16)}",)
        return app.newer_secrets[-1]

    def do_revoke_secret(self):
        self.application.tokens.revoke_secret()
        return self.application.app.client_secret

    def do_refuse(self, reason=None, html=False):
        tokens = self.application.tokens
        words = REFUSALS.get(reason, reason)
        tokens.refusal = words and (refused_page(words) if html else refused(words))
        return True

    def do_drain_bucket(self):
        self.application.tokens.bucket.drain()
        return True


def _authorization(url):
    """The fields of an authorization's address. Raises ValueError."""
    parts = urlsplit(url)
    if parts.path != PATH:
        raise ValueError(f"Not an address of {PATH}: {parts.path}")
    return dict(parse_qsl(parts.query, keep_blank_values=True))
