# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, ValidationError

from .storefront_secret import PREVIOUS

# Longer is no rotation: the old one would be forgotten, and stay good for who has it.
MAX_KEEP = timedelta(days=7)


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    # buttons

    def action_replace_secret(self):
        """Open the dialog to replace the secret the context names."""
        name = self.env.context.get("storefront_secret", "")
        self._check_secret_access(name)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replace: %s", self._secret_label(name)),
            "res_model": "storefront.secret.replace",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_id": self.id, "default_name": name},
        }

    def action_encrypt_secrets(self):
        """Encrypt every secret of the database with the server's newest key, and say how many."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only administrators with the right Settings may do this.")
            )
        done, unreadable = self.env["storefront.secret"].sudo()._reseal_all()
        message = self.env._("Encrypted with the newest key: %s.", done)
        if unreadable:
            message += " " + self.env._("Unreadable, to be entered again: %s.", unreadable)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if unreadable else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_secret_access(self, name):
        """Raise AccessError unless the user may write the secret called ``name``."""
        self.ensure_one()
        self.check_access("write")
        if name not in self._secret_names():
            raise AccessError(self.env._("There is no such credential."))
        self._check_field_access(self._fields[name], "write")

    # what the dialog does

    def _replace_secret(self, name, value, keep=None):
        """Put a new secret in force; the one before stays valid for ``keep``, a timedelta.

        None: it has leaked, or is of no more use, and is void at once."""
        self.ensure_one()
        if keep and keep > MAX_KEEP:
            raise ValidationError(self.env._("The old one can stay valid for 7 days at most."))
        value = (value or "").strip()
        if not value:
            raise ValidationError(self.env._("Enter the new value."))
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        if value in self._valid_secrets(name)[:1] or secret and value == secret.value:
            raise ValidationError(self.env._("This is the one in force already."))
        if not (secret and secret._is_readable()):
            keep = None
        until = fields.Datetime.now() + keep if keep else None
        self._put_secret(name, value, keep_until=until)
        if until:
            self.env.ref("storefront_connector.cron_secrets").sudo()._trigger(until)
        self._note_secret(self._replaced_note(name, keep))

    def _replaced_note(self, name, keep):
        label = self._secret_label(name)
        if not keep:
            return self.env._("%(secret)s: replaced. The one before is void.", secret=label)
        return self.env._(
            "%(secret)s: replaced. The one before is accepted for another %(hours)s h.",
            secret=label,
            hours=round(keep.total_seconds() / 3600),
        )

    def _restore_secret(self, name):
        """Put the secret before back in force, while it is still there."""
        secret = self._secret_with_previous(name)
        secret._write_row(self, name, secret.previous_value)
        self._forget_secret_fields(name)
        self._note_secret(
            self.env._("%(secret)s: the one before is back.", secret=self._secret_label(name))
        )

    def _void_previous_secret(self, name):
        """Accept the secret before no longer."""
        secret = self._secret_with_previous(name)
        secret.write(dict.fromkeys(PREVIOUS, False))
        self._forget_secret_fields(name)
        self._note_secret(
            self.env._("%(secret)s: the one before is void.", secret=self._secret_label(name))
        )

    def _secret_with_previous(self, name):
        secret = self.env["storefront.secret"].sudo()._find(self, name)
        if not (secret and secret._previous_if_valid()):
            raise ValidationError(self.env._("The one before is void already."))
        return secret
