# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..platforms import errors
from . import messages
from .secret_settings import secret_box
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


def secret_status_field(name, **attributes):
    """Return the field that says since when a credential is in force; empty where it isn't set."""
    return fields.Char(
        compute=lambda backends: backends._compute_secret_status(name),
        groups="base.group_system",
        exportable=False,
        **attributes,
    )


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    secret_encryption = fields.Char(
        string="Encryption", compute="_compute_secret_encryption", groups="base.group_system"
    )
    secrets_to_encrypt = fields.Integer(
        compute="_compute_secret_encryption", groups="base.group_system"
    )

    # for the platforms

    def _secret_names(self):
        """Return the names of the secrets this backend works with. Each platform adds its own."""
        self.ensure_one()
        return []

    def _secret(self, name):
        """Return the secret of this name. Never log or return it to a user.

        Raises NotConfigured where it is missing, can't be decrypted, or its reference be read."""
        self.ensure_one()
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        if not secret:
            raise errors.NotConfigured("secret_missing", setting=self._secret_label(name))
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
        label = self._secret_label(name)
        if value:
            self._put_secret(name, value)
            note = self.env._("%(secret)s: set.", secret=label)
        else:
            secret.activity_id.unlink()
            secret.unlink()
            self._forget_secret_fields(name)
            note = self.env._("%(secret)s: removed.", secret=label)
        self._note_secret(note)

    def _secret_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _note_secret(self, note):
        """Tell in the chatter what became of a secret; as who did it, which may be nobody."""
        self._message_log(body=note)

    def _put_secret(self, name, value, **kwargs):
        """Write a secret that a human entered. Raises ValidationError, in words for them."""
        if SECRET_MASK[0] in value:
            raise ValidationError(self.env._("Enter the whole value: it can't be edited in part."))
        try:
            self.env["storefront.secret"].sudo()._put(self, name, value, **kwargs)
        except errors.NotConfigured as error:
            raise ValidationError(messages.render(self.env, error.code, error.params)) from None
        self._forget_secret_fields(name)

    def _forget_secret_fields(self, name):
        """Have the fields of a secret computed again; nothing of them waits to be written."""
        names = {name, f"{name}_status", "secret_encryption", "secrets_to_encrypt"}
        self.invalidate_recordset(names & set(self._fields), flush=False)

    def _wipe_secrets(self):
        """Forget every credential and granted token of these backends.

        The last thing in its transaction: a token stored after it, on a cursor of its own, would
        wait for this one for ever."""
        for model in ("storefront.secret", "storefront.token"):
            self.env[model].sudo().search([("backend_id", "in", self.ids)]).unlink()
        self.invalidate_recordset(flush=False)

    # banners

    def _banners(self):
        """Override of this addon to tell of secrets that can't be read or aren't encrypted."""
        banners = super()._banners()
        told = {code for _level, code, _params in banners}
        found = self._origin._secret_banners() if self._origin else []
        return banners + [banner for banner in found if banner[1] not in told]

    def _secret_banners(self):
        secrets = self.env["storefront.secret"].sudo()
        box = secret_box()
        for secret in filter(None, (secrets._find(self, name) for name in self._secret_names())):
            try:
                secret._open(secret.value)
            except errors.NotConfigured as error:
                return [("danger", error.code, dict(error.params))]  # one is enough to act on
        if box.invalid_key:
            return [("danger", "secret_key_invalid", {"number": box.invalid_key})]
        # Who can't change it needn't know.
        count = secrets._count_to_reseal(self)
        if not self.env.user.has_group("base.group_system"):
            return []
        if box.has_key:
            return [("info", "secrets_to_encrypt", {"count": count})] if count else []
        return [("warning", "secrets_clear", {})] if secrets._sealed_texts(self.env, self) else []

    # for the fields

    def _compute_secret(self, name):
        domain = [("backend_id", "in", self._origin.ids), ("name", "=", name)]
        rows = self.env["storefront.secret"].sudo().search(domain)
        shown = {row.backend_id.id: row._shown() for row in rows}
        for backend in self:
            backend[name] = shown.get(backend._origin.id, False)

    def _compute_secret_status(self, name):
        secrets = self.env["storefront.secret"].sudo()
        for backend in self:
            secret = secrets._find(backend._origin, name)
            backend[f"{name}_status"] = secret._status() if secret else False

    @api.depends_context("lang")
    def _compute_secret_encryption(self):
        box = secret_box()
        self.secrets_to_encrypt = self.env["storefront.secret"].sudo()._count_to_reseal()
        if box.invalid_key:
            params = {"number": box.invalid_key}
            self.secret_encryption = messages.render(self.env, "secret_key_invalid", params)
        elif box.has_key:
            self.secret_encryption = self.env._(
                "Encrypted with key %s of the server's configuration.", box.fingerprint
            )
        else:
            self.secret_encryption = self.env._("None: the server's configuration has no key.")

    def _inverse_secret(self, name):
        for backend in self:
            value = backend[name]
            # Before anything can fail: the record must not keep the clear value.
            backend.invalidate_recordset([name], flush=False)
            backend._set_secret(name, value)
