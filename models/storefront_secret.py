# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import os
from contextlib import contextmanager

from odoo import fields, models

from ..platforms.errors import NotConfigured
from ..tools import secret_reference
from ..tools.secret_box import KeyInvalid, Unreadable
from .secret_settings import secret_box, secret_directory

# What a field shows where a secret is set. Fixed: its length tells nothing.
SECRET_MASK = "•" * 10
PREVIOUS = ("previous_value", "previous_until")


class StorefrontSecret(models.Model):
    """A credential of a storefront, and for a time the one before it.

    Apart from the backend, so that no right to read a backend, a field or an export comes near it:
    no group has a right here, only the code of the connector. ``value`` and ``previous_value`` are
    sealed texts or references, see `tools`. Written in SQL that isn't logged: Odoo logs a statement
    that fails with its values, and losing to another worker is such a failure.
    """

    _name = "storefront.secret"
    _description = "Storefront Secret"
    _log_access = False

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, help="The field of the backend it is entered in.")
    value = fields.Char(required=True, groups=fields.NO_ACCESS, copy=False, exportable=False)
    previous_value = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False)
    previous_until = fields.Datetime()
    changed_at = fields.Datetime(required=True)
    reminded_at = fields.Datetime(help="When somebody was asked to rotate it.")
    activity_id = fields.Many2one("mail.activity", ondelete="set null")

    _name_uniq = models.UniqueIndex("(backend_id, name)")

    def _find(self, backend, name):
        """Return the row of a secret, empty where it isn't set.

        In one query: each webhook and each job asks."""
        domain = [("backend_id", "=", backend.id), ("name", "=", name)]
        return self.search_fetch(domain, ["backend_id", "name", "value", *PREVIOUS])

    # Reading. Only here a sealed text becomes a secret.

    def _open(self, stored):
        """Return the secret in ``value`` or ``previous_value``. Raises NotConfigured."""
        self.ensure_one()
        if secret_reference.is_reference(stored):
            return self._resolve(stored)
        with self._explained(self._label()):
            return secret_box().open(stored, self._context())

    def _resolve(self, reference):
        directory = secret_directory(self.env.cr.dbname)
        try:
            return secret_reference.resolve(reference, environment=os.environ, directory=directory)
        except secret_reference.ReferenceRefused as error:
            code = f"secret_reference_{error.reason}"
            raise NotConfigured(code, reference=reference) from None

    def _shown(self):
        """Return what the backend's field shows: a mask, or the reference, which is no secret."""
        self.ensure_one()
        return self.value if secret_reference.is_reference(self.value) else SECRET_MASK

    def _previous_if_valid(self):
        self.ensure_one()
        is_valid = self.previous_until and self.previous_until > fields.Datetime.now()
        return self.previous_value if is_valid else False

    def _is_readable(self):
        """Whether the secret can be had now, from the database or where it points."""
        try:
            self._open(self.value)
        except NotConfigured:
            return False
        return True

    def _context(self):
        return f"{self.backend_id.id}/{self.name}"

    def _label(self):
        field = self.backend_id._fields.get(self.name)
        return field._description_string(self.env) if field else self.name

    @contextmanager
    def _explained(self, label):
        """Turn what is wrong with key or text into the sentence that says what to do."""
        try:
            yield
        except KeyInvalid as error:
            raise NotConfigured("secret_key_invalid", number=error.number) from None
        except Unreadable:
            raise NotConfigured("secret_unreadable", setting=label) from None

    # Writing.

    def _put(self, backend, name, value, *, keep_until=None):
        """Write a secret or a reference; the one before stays until ``keep_until`` (naive UTC).

        Raises NotConfigured where the server's key can't be used or the reference not be read."""
        row = self.new({"backend_id": backend.id, "name": name})
        if secret_reference.is_reference(value):
            self._resolve(value)
            sealed = value
        else:
            with self._explained(row._label()):
                sealed = secret_box().seal(value, f"{backend.id}/{name}")
        self._write_row(backend, name, sealed, keep_until)

    def _write_row(self, backend, name, sealed, keep_until=None):
        """Write a sealed text, as the one in force from now on."""
        self._find(backend, name).activity_id.unlink()
        self.flush_model()
        self.env.cr.execute(
            """INSERT INTO storefront_secret AS secret (backend_id, name, value, changed_at)
            VALUES (%(backend)s, %(name)s, %(value)s, now() AT TIME ZONE 'UTC')
            ON CONFLICT (backend_id, name) DO UPDATE SET
                value = excluded.value,
                changed_at = excluded.changed_at,
                reminded_at = NULL,
                previous_value = CASE WHEN %(until)s::timestamp IS NOT NULL
                    THEN secret.value END,
                previous_until = %(until)s""",
            {"backend": backend.id, "name": name, "value": sealed, "until": keep_until},
            log_exceptions=False,
        )
        self.invalidate_model()
