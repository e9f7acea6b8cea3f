# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json

from odoo import fields, models

from ..platforms.documents.access import Token
from ..tools.secret_box import KeyInvalid, Unreadable
from .secret_settings import secret_box


class StorefrontToken(models.Model):
    """The access a storefront granted, one row a backend.

    Apart from the backend because it is renewed while jobs hold other rows: it is written on a
    cursor of its own and no flow writes this table. Access and refresh token are one sealed text,
    so they can't be of different grants. No group has a right here.
    """

    _name = "storefront.token"
    _description = "Storefront Access Token"
    _log_access = False

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    value = fields.Char(required=True, groups=fields.NO_ACCESS, copy=False, exportable=False)
    expires_at = fields.Float(digits=(16, 3), help="Seconds since 1970, UTC; 0 is never.")
    refresh_expires_at = fields.Float(digits=(16, 3), help="Seconds since 1970, UTC; 0 is never.")
    scopes = fields.Char()
    version = fields.Integer(required=True, default=1, help="Counts the grants.")

    _backend_uniq = models.UniqueIndex("(backend_id)")

    def _store(self, backend_id, token, version=None):
        """Write the whole token in one statement; return whether it was.

        With ``version``, what `_read_token` returned, only where nobody else has stored one since,
        nor forgotten it: a renewal that ends after Disconnect brings nothing back. Not logged,
        see `storefront.secret`. Raises KeyInvalid."""
        content = json.dumps([token.access_token, token.refresh_token])
        self.env.cr.execute(
            """INSERT INTO storefront_token AS token
                (backend_id, value, expires_at, refresh_expires_at, scopes, version)
            SELECT %(backend)s, %(value)s, %(expires)s, %(refresh_expires)s, %(scopes)s, 1
            WHERE coalesce(%(version)s, 0) = 0
                OR EXISTS (SELECT 1 FROM storefront_token WHERE backend_id = %(backend)s)
            ON CONFLICT (backend_id) DO UPDATE SET
                value = excluded.value,
                expires_at = excluded.expires_at,
                refresh_expires_at = excluded.refresh_expires_at,
                scopes = excluded.scopes,
                version = token.version + 1
            WHERE %(version)s IS NULL OR token.version = %(version)s
            RETURNING id""",
            {
                "backend": backend_id,
                "value": secret_box().seal(content, self._context(backend_id)),
                "expires": token.expires_at,
                "refresh_expires": token.refresh_expires_at,
                "scopes": " ".join(token.scopes),
                "version": version,
            },
            log_exceptions=False,
        )
        return bool(self.env.cr.fetchone())

    def _read_token(self, backend_id):
        """Return (Token or None, version); version 0 where none was ever stored.

        One that can't be decrypted counts as none: it is granted anew, or asked for again."""
        self.env.cr.execute(
            "SELECT value, expires_at, refresh_expires_at, scopes, version FROM storefront_token"
            " WHERE backend_id = %s",
            [backend_id],
        )
        row = self.env.cr.fetchone()
        if not row:
            return None, 0
        sealed, expires_at, refresh_expires_at, scopes, version = row
        try:
            content = secret_box().open(sealed, self._context(backend_id))
        except (KeyInvalid, Unreadable):
            return None, version
        access_token, refresh_token = json.loads(content)
        token = Token(
            access_token=access_token,
            expires_at=expires_at or 0.0,
            refresh_token=refresh_token,
            refresh_expires_at=refresh_expires_at or 0.0,
            scopes=tuple((scopes or "").split()),
        )
        return token, version

    def _context(self, backend_id):
        return f"{backend_id}/token"
