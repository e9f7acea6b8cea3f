# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from ..flows.flow import autonomous, unit_of_work
from ..tools.secret_box import KeyInvalid, Unreadable
from ..tools.secret_reference import is_reference
from .secret_settings import secret_box

REMINDER_DAYS = "storefront_connector.secret_reminder_days"
DEFAULT_REMINDER_DAYS = 90
# Where sealed texts are: table, column, and how the place they belong to is called in them.
SEALED = (
    ("storefront_secret", "value", "name"),
    ("storefront_secret", "previous_value", "name"),
    ("storefront_token", "value", "'token'"),
)


class StorefrontSecret(models.Model):
    _inherit = "storefront.secret"

    def _status(self):
        """Return since when the secret is in force and how long the one before is accepted."""
        self.ensure_one()
        if is_reference(self.value):
            return self.env._("Read from %s at each use.", self.value)
        changed_at = format_datetime(self.env, self.changed_at)
        if not self._previous_if_valid():
            return self.env._("In force since %s.", changed_at)
        return self.env._(
            "In force since %(changed_at)s. The one before is accepted until %(until)s.",
            changed_at=changed_at,
            until=format_datetime(self.env, self.previous_until),
        )

    @api.model
    def _cron_tend(self):
        """Remind of old secrets, forget what is void, encrypt what isn't with the newest key."""
        with unit_of_work(self.env):
            self._forget_void()
            self._remind()
        self._reseal_all()

    @api.model
    def _forget_void(self):
        self.flush_model()
        self.env.cr.execute(
            "UPDATE storefront_secret SET previous_value = NULL, previous_until = NULL"
            " WHERE previous_until <= now() AT TIME ZONE 'UTC'"
        )
        self.invalidate_model()

    # encrypting again

    @api.model
    def _count_to_reseal(self, backend=None):
        """Return how many texts aren't sealed as a new one would be, unreadable ones included."""
        box, texts = secret_box(), self._sealed_texts(self.env, backend)
        return sum(not box.is_current(sealed) for *_place, sealed in texts)

    @api.model
    def _reseal_all(self):
        """Encrypt everything with the newest key; return (how many were, how many can't be read).

        Each text is replaced only where it is still the one that was read: a token renewed
        meanwhile stays. On a cursor of its own, as tokens are written, so no row may be locked."""
        box, done, unreadable = secret_box(), 0, 0
        with autonomous(self.sudo().env) as env:
            for table, column, row_id, context, sealed in self._sealed_texts(env):
                if box.is_current(sealed):
                    continue
                try:
                    resealed = box.reseal(sealed, context)
                except (KeyInvalid, Unreadable):
                    unreadable += 1
                    continue
                env.cr.execute(
                    f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} = %s",
                    [resealed, row_id, sealed],
                    log_exceptions=False,
                )
                done += env.cr.rowcount
        self.invalidate_model()
        return done, unreadable

    def _sealed_texts(self, env, backend=None):
        """Return [(table, column, id, context, sealed text)], of all or one backend's."""
        self.flush_model()
        found = []
        for table, column, name in SEALED:
            env.cr.execute(
                f"SELECT id, backend_id || '/' || {name}, {column} FROM {table}"
                f" WHERE {column} IS NOT NULL AND (%(id)s IS NULL OR backend_id = %(id)s)",
                {"id": backend and backend.id},
            )
            found += [
                (table, column, *row) for row in env.cr.fetchall() if not is_reference(row[2])
            ]
        return found

    # reminding

    @api.model
    def _remind(self):
        """Ask, once for each secret, to rotate those in force for long."""
        days = self._reminder_days()
        if not days:
            return
        old = self.search(
            [
                ("changed_at", "<=", fields.Datetime.now() - timedelta(days=days)),
                ("reminded_at", "=", False),
                ("backend_id.active", "=", True),
                ("backend_id.state", "!=", "draft"),
            ]
        )
        for secret in old:
            # What a reference leads to is rotated where it is kept, unseen from here.
            if secret.name in secret.backend_id._secret_names() and not is_reference(secret.value):
                secret.activity_id = secret._ask_to_rotate(days)
                secret.reminded_at = fields.Datetime.now()

    def _reminder_days(self):
        text = self.env["ir.config_parameter"].sudo().get_param(REMINDER_DAYS, "")
        return int(text) if text.isdecimal() else DEFAULT_REMINDER_DAYS

    def _ask_to_rotate(self, days):
        user = self.backend_id.responsible_id or self.env.ref("base.user_admin")
        secret = self.with_context(lang=user.lang)
        return secret.backend_id.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=secret.env._("Rotate: %s", secret._label()),
            note=secret.env._(
                "It has been in force for %s days. Make a new one in the storefront's "
                "administration, then press Replace in Credentials.",
                days,
            ),
        )
