# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math
import uuid
from datetime import timedelta

from odoo import fields, models
from psycopg2.extras import Json

from ..flows.flow import autonomous

# Longer than any single call to a storefront may take; renewed at every batch.
LEASE_SECONDS = 90
# Seconds before a drain that failed runs again; the last one repeats. Shorter than those of a row:
# a drain that fails is one call to a storefront that is down, and everything waits for it.
DRAIN_DELAYS = (30, 60, 300)
# The longest pause a storefront may ask for: a faulty header must not stop a shop for a day.
MAX_DELAY = 3600
# A webhook shows that the storefront is back, so a drain that waits looks again. Not sooner after
# the last failure than this, because some storefronts announce more while they answer nothing.
PROBE_SECONDS = 30
# Names a database session: number and start, because numbers are used again.
_SESSION = "pid || '@' || extract(epoch FROM backend_start)"
THIS_SESSION = f"(SELECT {_SESSION} FROM pg_stat_activity WHERE pid = pg_backend_pid())"
_NAME_THIS_SESSION = f"SELECT {THIS_SESSION}"


def is_dead(column):
    """Return the SQL condition that the session named in ``column`` has ended.

    A killed process takes its session with it, so nobody waits for its lease to run out. The
    lease is for what the server doesn't notice: a machine that vanished from the network, or a
    connection pooler that keeps the session. Sessions of other roles hide their start, and count
    as alive: https://www.postgresql.org/docs/18/monitoring-stats.html (read 2026-11-23)
    """
    return (
        f"({column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_stat_activity"
        f" WHERE pid = split_part({column}, '@', 1)::int"
        f" AND coalesce({_SESSION} = {column}, true)))"
    )


class StorefrontClaim(models.Model):
    """The lease of a drain that may run only once at a time, and its retry state.

    One row a backend and drain. The lease ends with its holder's database session, or expires.
    """

    _name = "storefront.claim"
    _description = "Storefront Drain Lease"
    _log_access = False

    key = fields.Char(required=True)
    token = fields.Char()
    holder = fields.Char()
    expires_at = fields.Datetime()
    tries = fields.Integer()
    next_try = fields.Datetime()
    error_code = fields.Char()
    error_params = fields.Json()
    failed_at = fields.Datetime(help="Of the last run, if it failed and wasn't just slowed down.")
    failing_since = fields.Datetime()
    answers = fields.Integer(default=0, help="How many writes of the drain were answered.")

    _key_uniq = models.UniqueIndex("(key)")

    def _acquire(self, key):
        """Return a token, or None while another worker holds an unexpired lease."""
        token = uuid.uuid4().hex
        self.env.cr.execute(_NAME_THIS_SESSION)
        holder = self.env.cr.fetchone()[0]
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "INSERT INTO storefront_claim AS claim (key, token, holder, expires_at, tries)"
                " VALUES (%(key)s, %(token)s, %(holder)s,"
                " now() AT TIME ZONE 'UTC' + %(lease)s, 0)"
                " ON CONFLICT (key) DO UPDATE SET token = excluded.token,"
                " holder = excluded.holder, expires_at = excluded.expires_at"
                " WHERE claim.token IS NULL OR claim.expires_at < now() AT TIME ZONE 'UTC'"
                f" OR {is_dead('claim.holder')} RETURNING token",
                {
                    "key": key,
                    "token": token,
                    "holder": holder,
                    "lease": f"{LEASE_SECONDS} seconds",
                },
            )
            return token if env.cr.fetchone() else None

    def _renew(self, key, token):
        """Extend the lease; False when it was lost to another worker."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "UPDATE storefront_claim SET expires_at = now() AT TIME ZONE 'UTC' + %s"
                " WHERE key = %s AND token = %s RETURNING id",
                [f"{LEASE_SECONDS} seconds", key, token],
            )
            return bool(env.cr.fetchone())

    def _release(self, key, token):
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "UPDATE storefront_claim SET token = NULL, expires_at = NULL"
                " WHERE key = %s AND token = %s",
                [key, token],
            )

    def _postpone(self, key, failure):
        """Record a failed run and return the seconds until the next one, whole ones.

        A drain never dies: its rows wait, so the last delay repeats."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute("SELECT tries FROM storefront_claim WHERE key = %s", [key])
            is_failure = bool(failure.get("uses_try", True))
            tries = env.cr.fetchone()[0] + is_failure
            seconds = failure.get("seconds")
            if seconds is None:
                seconds = DRAIN_DELAYS[min(max(tries, 1), len(DRAIN_DELAYS)) - 1]
            seconds = min(math.ceil(seconds), MAX_DELAY)
            now = "now() AT TIME ZONE 'UTC'"
            env.cr.execute(
                "UPDATE storefront_claim SET tries = %(tries)s, error_code = %(code)s,"
                f" error_params = %(params)s,"
                # Whole seconds, as a job's time: one that is a moment early would find nothing due.
                f" next_try = date_trunc('second', {now} + %(seconds)s),"
                f" failed_at = CASE WHEN %(is_failure)s THEN {now} END, failing_since ="
                f" CASE WHEN %(is_failure)s THEN coalesce(failing_since, {now})"
                " ELSE failing_since END WHERE key = %(key)s",
                {
                    "key": key,
                    "tries": tries,
                    "code": failure["code"],
                    "params": Json(failure.get("params") or {}),
                    "seconds": f"{seconds} seconds",
                    "is_failure": is_failure,
                },
            )
            return seconds

    def _count_answers(self, key):
        """Return how many writes of a drain were answered: what names the next one.

        One whose answer was lost is so sent again under its name, any other under a new one. Those
        sent before the answer to it are numbered on."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute("SELECT answers FROM storefront_claim WHERE key = %s", [key])
            row = env.cr.fetchone()
            return row and row[0] or 0

    def _note_answer(self, key, number):
        """Note that the write named by ``number`` was answered, whatever the answer, and extend the
        lease.

        In the caller's transaction, which keeps the answer, and at its end: others wait for it. No
        later write has that number, be it that answers to earlier ones were lost."""
        self.env.cr.execute(
            "UPDATE storefront_claim SET answers = greatest(coalesce(answers, 0), %s),"
            " expires_at = greatest(expires_at, now() AT TIME ZONE 'UTC' + %s)"
            " WHERE key = %s",
            [number + 1, f"{LEASE_SECONDS} seconds", key],
        )

    def _succeed(self, key):
        """Forget the failures of a drain; return whether there were any."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "UPDATE storefront_claim claim SET tries = 0, error_code = NULL,"
                " error_params = NULL, next_try = NULL, failed_at = NULL, failing_since = NULL"
                " FROM storefront_claim former WHERE former.id = claim.id AND claim.key = %s"
                " AND (claim.tries > 0 OR claim.error_code IS NOT NULL)"
                " RETURNING former.failing_since IS NOT NULL",
                [key],
            )
            return env.cr.fetchone() == (True,)

    def _end_postponements(self, keys):
        """Let the drains that wait because they failed run at once; return their keys."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "UPDATE storefront_claim SET next_try = NULL WHERE id IN ("
                " SELECT id FROM storefront_claim WHERE key = ANY(%s) AND next_try IS NOT NULL"
                " AND failed_at IS NOT NULL ORDER BY id FOR UPDATE) RETURNING key",
                [list(keys)],
            )
            return [key for (key,) in env.cr.fetchall()]

    def _seconds_left(self, key):
        """Return how long the current holder's lease still runs, at least one second."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "SELECT extract(epoch FROM expires_at - now() AT TIME ZONE 'UTC')"
                " FROM storefront_claim WHERE key = %s AND expires_at IS NOT NULL",
                [key],
            )
            row = env.cr.fetchone()
            return max(int(row[0]) + 1, 1) if row else 1

    def _is_put_off(self, key, code):
        """Whether a drain waits for its next try because of ``code``."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "SELECT 1 FROM storefront_claim WHERE key = %s AND error_code = %s"
                " AND next_try > now() AT TIME ZONE 'UTC'",
                [key, code],
            )
            return bool(env.cr.fetchone())

    def _is_postponed(self, key, backend):
        """Whether a drain waits for its next try; what arrived since it failed ends the wait."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "SELECT 1 FROM storefront_claim WHERE key = %(key)s"
                " AND next_try > now() AT TIME ZONE 'UTC'"
                " AND (failed_at IS NULL OR failed_at > now() AT TIME ZONE 'UTC' - %(probe)s"
                " OR NOT coalesce(failed_at < (SELECT create_date FROM storefront_event"
                " WHERE backend_id = %(backend)s AND state = 'pending'"
                " ORDER BY id DESC LIMIT 1), false))",
                {"key": key, "backend": backend.id, "probe": timedelta(seconds=PROBE_SECONDS)},
            )
            return bool(env.cr.fetchone())
