# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..platforms import errors
from . import messages
from .storefront_secret import SECRET_MASK


def secret_field(name, **attributes):
    """Return the field of a backend in which a credential is entered.

    It shows a mask, or the reference, and is kept in `storefront.secret`: to read a backend, as
    whomever, never gives the secret itself."""
    return fields.Char(
        compute=lambda backends: backends._compute_secret(name),
        inverse=lambda backends: backends._inverse_secret(name),
        groups="base.group_system",
        copy=False,
        exportable=False,
        **attributes,
    )


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    # for the platforms

    def _secret(self, name):
        """Return the secret of this name. Never log or return it to a user.

        Raises NotConfigured where it is missing, can't be decrypted, or its reference be read."""
        self.ensure_one()
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        if not secret:
            label = self._fields[name]._description_string(self.env)
            raise errors.NotConfigured("secret_missing", setting=label)
        return secret._open(secret.value)

    def _valid_secrets(self, name):
        """Return the current secret and, while it is valid, the one before; none is no error.

        For checking a signature, where one that can't be read proves nothing."""
        self.ensure_one()
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        found = []
        for stored in filter(None, secret and (secret.value, secret._previous_if_valid())):
            try:
                found.append(secret._open(stored))
            except errors.NotConfigured:
                continue  # the backend's banner says so
        return found

    def _set_secret(self, name, value):
        """Keep ``value``, a secret or a reference; empty removes it, the mask changes nothing.

        The one before is void at once; `_replace_secret` keeps it for a time."""
        self.ensure_one()
        value = (value or "").strip()
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        if value == (secret._shown() if secret else ""):
            return
        if not value:
            secret.unlink()
        else:
            self._put_secret(name, value)
        self.invalidate_recordset([name], flush=False)

    def _put_secret(self, name, value, **kwargs):
        if SECRET_MASK[0] in value:
            raise ValidationError(self.env._("Enter the whole value: it can't be edited in part."))
        try:
            self.env["storefront.secret"].sudo()._put(self, name, value, **kwargs)
        except errors.NotConfigured as error:
            raise ValidationError(messages.render(self.env, error.code, error.params)) from None

    def _wipe_secrets(self):
        """Forget every credential and granted token of these backends."""
        for model in ("storefront.secret", "storefront.token"):
            self.env[model].sudo().search([("backend_id", "in", self.ids)]).unlink()
        self.invalidate_recordset(flush=False)

    # for the fields

    def _compute_secret(self, name):
        domain = [("backend_id", "in", self._origin.ids), ("name", "=", name)]
        rows = self.env["storefront.secret"].sudo().search(domain)
        shown = {row.backend_id.id: row._shown() for row in rows}
        for backend in self:
            backend[name] = shown.get(backend._origin.id, False)

    def _inverse_secret(self, name):
        for backend in self:
            value = backend[name]
            # Before anything can fail: the record must not keep the clear value.
            backend.invalidate_recordset([name], flush=False)
            backend._set_secret(name, value)
