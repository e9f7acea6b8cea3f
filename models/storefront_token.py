# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from ..platforms.documents.access import Token


class StorefrontToken(models.Model):
    """A token a storefront granted for a time.

    Apart from the backend because it is renewed while jobs hold other rows: it is written on a
    cursor of its own and no flow writes this table.
    """

    _name = "storefront.token"
    _description = "Storefront Access Token"
    _log_access = False

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    value = fields.Char(groups="base.group_system", copy=False, exportable=False)
    expires_at = fields.Float(digits=(16, 3), help="Seconds since 1970, UTC.")

    _backend_uniq = models.UniqueIndex("(backend_id)")

    def _store(self, backend_id, value, expires_at):
        self.env.cr.execute(
            "INSERT INTO storefront_token (backend_id, value, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (backend_id) DO UPDATE"
            " SET value = excluded.value, expires_at = excluded.expires_at",
            [backend_id, value, expires_at],
        )

    def _load(self, backend_id):
        """Return the ``Token`` of a backend, None where there is none."""
        token = self.search([("backend_id", "=", backend_id)])
        return Token(access_token=token.value, expires_at=token.expires_at) if token.value else None
