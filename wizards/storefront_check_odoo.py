# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import urls

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

from ..platforms import errors, public_address
from .storefront_check import Finding

LATE_MINUTES = 5
# The runner's session lock of this database: a number of 64 bits is kept in two halves.
# https://www.postgresql.org/docs/18/view-pg-locks.html (read 2026-11-23)
RUNNER_ALIVE = """
    SELECT EXISTS (
        SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 1
            AND classid::bigint << 32 | objid::bigint = %s)
"""
JOBS_LATE = f"""
    SELECT count(*) FROM queue_job WHERE model_name = 'storefront.backend' AND state = 'pending'
    AND coalesce(eta, date_created) < now() AT TIME ZONE 'UTC' - interval '{LATE_MINUTES} minutes'
"""


class StorefrontCheck(models.TransientModel):
    """What is looked at on Odoo's side: our own address, and who does the work."""

    _inherit = "storefront.check"

    def _check_address(self):
        """Yield who answers where the storefront sends its webhooks."""
        backend = self.backend_id
        base = backend.webhook_base_url or backend.get_base_url()
        path = f"/storefront/health/{backend.sudo().webhook_token}?nonce={self.nonce}"
        answer = public_address.ask(urls.urljoin(base, path))
        params = {"url": base, "status": answer.status}
        outcome = answer.outcome
        if outcome == "answered":
            outcome = self._judge(answer.text)
        level = "ok" if outcome == "answered" else "problem"
        yield Finding("address", level, f"address_{outcome}", params)
        if outcome == "answered":
            reach = public_address.reach(base)
            if reach in ("local", "private"):
                yield Finding("address", "warning", f"address_{reach}", params)

    def _judge(self, text):
        """Return whose answer this is: each database of ours answers with 64 hexadecimals."""
        if text == self._fingerprint(self.nonce):
            return "answered"
        is_ours = len(text) == 64 and set(text) <= set("0123456789abcdef")
        return "other_database" if is_ours else "foreign"

    def _check_work(self):
        """Yield whether the work that is enqueued gets done."""
        try:
            self.backend_id._check_may_call()
        except errors.NotConfigured as error:
            yield Finding.of_error("work", error)
        if self.backend_id.inbound_user_id and self.backend_id.outbound_user_id:
            yield Finding("work", "ok", "users_created", {})
        else:
            yield Finding("work", "problem", "user_missing", {})
        if not self.backend_id._runs_by_cron():
            yield from self._check_runner()
        yield self._check_cron()

    def _check_runner(self):
        self.env.cr.execute(RUNNER_ALIVE, [PG_ADVISORY_LOCK_ID])
        is_alive = self.env.cr.fetchone()[0]
        if is_alive:
            yield Finding("work", "ok", "runner_alive", {})
        else:
            yield Finding("work", "problem", "runner_missing", {})
        self.env.cr.execute(JOBS_LATE)
        count = self.env.cr.fetchone()[0]
        if count:
            yield Finding("work", "warning", "jobs_late", {"count": count})

    def _check_cron(self):
        cron = self.env.ref("storefront_connector.cron_drain").sudo()
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=LATE_MINUTES)
        if not cron.active:
            return Finding("work", "problem", "cron_archived", {})
        if cron.nextcall < late:
            return Finding("work", "problem", "cron_overdue", {})
        return Finding("work", "ok", "cron_alive", {})
