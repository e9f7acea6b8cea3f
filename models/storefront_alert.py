# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
from datetime import timedelta
from functools import partial

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..flows.flow import place_of, retry_concurrency

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

MAIL_PAUSE = timedelta(hours=1)
SUMMARIES = {
    "dead": _lt("Dead letters: %(count)s"),
    "issue": _lt("Orders that wait for a decision: %(count)s"),
    "paused": _lt("The storefront is stopped"),
    "drain": _lt("The storefront can't be worked with"),
}


class StorefrontAlert(models.Model):
    """What the responsible was told of one cause on one backend.

    The flows write nothing here: a scheduled action looks at what they left, so that 5,000 dead
    letters make one activity with a count, and no import waits for another one's alert.
    """

    _name = "storefront.alert"
    _description = "Storefront Alert"
    _order = "id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    kind = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    count = fields.Integer(readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index=True)
    told_on = fields.Date(readonly=True, help="Day (UTC) of the last activity.")
    mailed_count = fields.Integer(readonly=True)
    mailed_at = fields.Datetime(readonly=True)

    _cause_uniq = models.UniqueIndex("(backend_id, kind, code)")

    @api.model
    def _cron_tell(self):
        """Tell people what stands still, and take it back where it no longer does.

        Each backend in a transaction of its own: one that can't be told of keeps no other."""
        for backend in self.env["storefront.backend"].search([("active", "=", True)]):
            if backend._is_live_database():
                try:
                    retry_concurrency(self.env, partial(self._tell, backend))
                except Exception as error:
                    _logger.error("backend %s: nobody was told: %s", backend.id, place_of(error))

    def _tell(self, backend):
        troubles = {(trouble.kind, trouble.code): trouble for trouble in backend._troubles()}
        alerts = self.search([("backend_id", "=", backend.id)])
        known = {(alert.kind, alert.code) for alert in alerts}
        alerts |= self.create(
            [
                {"backend_id": backend.id, "kind": kind, "code": code}
                for kind, code in troubles
                if (kind, code) not in known
            ]
        )
        people = backend._people_to_tell()
        for alert in alerts:
            alert._update(troubles.get((alert.kind, alert.code)), people[:1])
        alerts._mail(backend, troubles, people)

    def _update(self, trouble, user):
        """Bring the activity of one cause in line with what there is of it."""
        self.count = trouble.count if trouble else 0
        self.mailed_count = min(self.mailed_count, self.count)
        activity = self.activity_id.filtered("active")
        if not trouble:
            activity.action_feedback(feedback=self.env._("Nothing of this is left."))
            self.write({"activity_id": False, "told_on": False})
        elif activity:
            values = self._prepare_activity_vals(trouble, user or activity.user_id)
            if any(activity[name] != value for name, value in self._compared(values)):
                activity.write(values)
        elif user and self.told_on != fields.Date.today():
            values = self._prepare_activity_vals(trouble, user)
            self.write(
                {"activity_id": self._create_activity(values), "told_on": fields.Date.today()}
            )

    def _compared(self, values):
        yield "summary", values["summary"]
        yield "user_id", self.env["res.users"].browse(values["user_id"])

    def _create_activity(self, values):
        """Return the id of a new activity; the digest is its mail, so it sends none itself."""
        return (
            self.backend_id.with_context(mail_activity_quick_update=True)
            .activity_schedule("mail.mail_activity_data_warning", **values)
            .id
        )

    def _prepare_activity_vals(self, trouble, user):
        """Return the activity in the words of the user it is for."""
        alert = self.with_context(lang=user.lang)
        return {
            "user_id": user.id,
            "summary": alert._summary(trouble),
            "note": Markup("<p>%s</p><p><a href='%s'>%s</a></p>")
            % (trouble.sentence(alert.env), alert._url(), alert.env._("Open the storefront")),
        }

    def _summary(self, trouble):
        return str(self.env._(SUMMARIES[trouble.kind])) % {"count": trouble.count}

    def _url(self):
        return f"{self.backend_id.get_base_url()}/odoo/storefronts/{self.backend_id.id}"

    # mail

    def _mail(self, backend, troubles, people):
        """Queue one digest for each of ``people``; at most one an hour, and only with news."""
        news = self.filtered(lambda alert: alert.count > alert.mailed_count)
        last = max(self.filtered("mailed_at").mapped("mailed_at"), default=None)
        now = fields.Datetime.now()
        if not news or (last and now - last < MAIL_PAUSE):
            return
        current = self.filtered("count")
        template = self.env.ref("storefront_connector.mail_template_alert")
        for user in people.filtered("email"):
            localized = current.with_context(lang=user.lang)
            causes = [
                {
                    "summary": alert._summary(troubles[alert.kind, alert.code]),
                    "sentence": troubles[alert.kind, alert.code].sentence(localized.env),
                }
                for alert in localized
            ]
            # Sent by the mail queue: a mail server that is down holds up nothing here.
            template.with_context(
                causes=causes, reader_lang=user.lang, url=self[:1]._url()
            ).send_mail(
                backend.id,
                force_send=False,
                email_values={"recipient_ids": [fields.Command.set(user.partner_id.ids)]},
            )
        current.write({"mailed_at": now})
        for alert in current:
            alert.mailed_count = alert.count
