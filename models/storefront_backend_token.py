# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import time

from odoo import models

from ..flows.flow import autonomous
from ..platforms.errors import NotConfigured, RetryLater
from ..tools.secret_box import KeyInvalid

# How long a worker waits for the one that renews the token: as long as a call may take to fail.
RENEWAL_PATIENCE = 10.0
RENEWAL_POLL = 0.2


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def _token(self):
        """Return the access granted last, a `Token`; None where there is none to read."""
        self.ensure_one()
        return self.env["storefront.token"].sudo()._read_token(self.id)[0]

    def _store_token(self, token):
        """Keep a `Token` that was granted, for all workers at once and whatever the caller does.

        Raises NotConfigured where the server's key can't be used."""
        self._store_granted(token)

    def _renew_token(self, stale, grant):
        """Return a token newer than ``stale``, by ``grant(stored)`` where nobody else was faster.

        One worker at a time calls ``grant``, the others wait for its result. Nothing of this is in
        a transaction while ``grant`` calls the storefront, and a worker that is killed in it takes
        its lease along: the next one repeats the renewal with the refresh token still stored, which
        Shopify answers until its replacement is used:
        https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
        (read 2026-11-23). Raises what ``grant`` raises, and RetryLater."""
        self.ensure_one()
        claims, key = self.env["storefront.claim"].sudo(), f"token:{self.id}"
        give_up = time.monotonic() + RENEWAL_PATIENCE
        while True:
            lease = claims._acquire(key)
            try:
                stored, version = self._read_stored()
                if stored and not (stale and stored.access_token == stale.access_token):
                    return stored
                if lease:
                    return self._store_grant(grant(stored), version)
            finally:
                if lease:
                    claims._release(key, lease)
            if time.monotonic() >= give_up:
                seconds = claims._seconds_left(key)
                raise RetryLater("token_busy", seconds=seconds, uses_try=False)
            time.sleep(RENEWAL_POLL)

    def _store_grant(self, token, version):
        """Store what was granted and return it, or what was stored meanwhile.

        Somebody who has just authorized the connection anew must not lose that to a renewal."""
        if self._store_granted(token, version):
            return token
        return self._read_stored()[0] or token

    def _store_granted(self, token, version=None):
        try:
            with autonomous(self.sudo().env) as env:
                return env["storefront.token"]._store(self.id, token, version)
        except KeyInvalid as error:
            raise NotConfigured("secret_key_invalid", number=error.number) from None

    def _read_stored(self):
        """Return (token, version) as it is now, not as the caller's transaction began."""
        with autonomous(self.sudo().env) as env:
            return env["storefront.token"]._read_token(self.id)
