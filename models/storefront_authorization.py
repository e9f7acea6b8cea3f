# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.http import STORED_SESSION_BYTES, request

from ..flows.flow import autonomous
from ..platforms.errors import AuthFailed

LIFETIME = timedelta(minutes=10)
# How long the backend's form says that the access was just granted.
NEWS = timedelta(minutes=2)
GC_ROWS = 10000


class StorefrontAuthorization(models.Model):
    """One walk of one user to a storefront's page where its owner grants access.

    The storefront brings the *state* back. It is good once, for the user and the session that
    set out and for the backend it was made for, so that nobody can have a signed-in user connect
    a store of somebody else's choice. Only its hash is kept.
    https://datatracker.ietf.org/doc/html/rfc6749#section-10.12
    """

    _name = "storefront.authorization"
    _description = "Storefront Authorization"
    _log_access = False

    state_hash = fields.Char(required=True)
    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    session_hash = fields.Char(required=True)
    expires_at = fields.Datetime(required=True, index=True)
    used_at = fields.Datetime()

    _state_uniq = models.UniqueIndex("(state_hash)")

    def _begin(self, backend):
        """Return a new state for the current user and session."""
        state = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "state_hash": _digest(state),
                "backend_id": backend.id,
                "user_id": self.env.uid,
                "session_hash": _session_hash(),
                "expires_at": fields.Datetime.now() + LIFETIME,
            }
        )
        return state

    def _redeem(self, state):
        """Use up ``state`` and return its backend, which the current user may change.

        What is used up is committed before this returns: whoever crashes afterwards has to
        begin again. Raises AuthFailed for a state that isn't good, without using it up."""
        if not state:
            raise AuthFailed("state_missing")
        found = self.sudo().search([("state_hash", "=", _digest(state))])
        found._check_owner()
        if found.expires_at < fields.Datetime.now():
            raise AuthFailed("state_expired")
        backend = found.backend_id.with_env(self.env)
        if not backend.has_access("write"):
            raise AuthFailed("state_other_company")
        found._use_up()
        return backend

    def _find_waiting(self, state):
        """Return the walk of ``state`` that isn't over, as who set out; none where it is."""
        found = self.sudo().search(
            [
                ("state_hash", "=", _digest(state)),
                ("used_at", "=", False),
                ("expires_at", ">=", fields.Datetime.now()),
            ]
        )
        return found.with_user(found.user_id).sudo() if found else found

    def _check_owner(self):
        if not self:
            raise AuthFailed("state_unknown")
        if self.user_id.id != self.env.uid:
            raise AuthFailed("state_other_user")
        if self.session_hash != _session_hash():
            raise AuthFailed("state_other_session")

    def _use_up(self):
        with autonomous(self.env) as env:
            env.cr.execute(
                "UPDATE storefront_authorization SET used_at = now() AT TIME ZONE 'UTC'"
                " WHERE id = %s AND used_at IS NULL RETURNING id",
                [self.id],
            )
            if not env.cr.fetchone():
                raise AuthFailed("state_used")

    def _is_news(self, backend):
        """Whether the current user has just come back from the storefront."""
        since = fields.Datetime.now() - NEWS
        domain = [("backend_id", "=", backend.id), ("used_at", ">=", since)]
        return bool(self.sudo().search_count([*domain, ("user_id", "=", self.env.uid)], limit=1))

    @api.autovacuum
    def _gc_expired(self):
        """Forget what has been useless for a day: until then a replay is told from nonsense."""
        before = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("expires_at", "<", before)], limit=GC_ROWS).unlink()


def _session_hash():
    """Return the hash of what stays of the session's id when the session is rotated."""
    return _digest(request.session.sid[:STORED_SESSION_BYTES] if request else "")


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()
