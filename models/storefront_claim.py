# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import uuid

from odoo import fields, models
from psycopg2.extras import Json

from ..flows.flow import RETRY_DELAYS, autonomous

# Longer than any single call to a storefront may take; renewed at every batch.
LEASE_SECONDS = 90
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
        """Record a failed run and return the seconds until the next one.

        A drain never dies: its rows wait, so the last delay repeats."""
        with autonomous(self.sudo().env) as env:
            env.cr.execute("SELECT tries FROM storefront_claim WHERE key = %s", [key])
            tries = env.cr.fetchone()[0] + bool(failure.get("uses_try", True))
            seconds = failure.get("seconds")
            if seconds is None:
                seconds = RETRY_DELAYS[min(max(tries, 1), len(RETRY_DELAYS)) - 1]
            env.cr.execute(
                "UPDATE storefront_claim SET tries = %s, error_code = %s, error_params = %s,"
                " next_try = now() AT TIME ZONE 'UTC' + %s WHERE key = %s",
                [tries, failure["code"], Json(failure["params"]), f"{seconds} seconds", key],
            )
            return seconds

    def _succeed(self, key):
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "UPDATE storefront_claim SET tries = 0, error_code = NULL, next_try = NULL"
                " WHERE key = %s AND (tries > 0 OR next_try IS NOT NULL OR error_code IS NOT NULL)",
                [key],
            )

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

    def _is_postponed(self, key):
        with autonomous(self.sudo().env) as env:
            env.cr.execute(
                "SELECT 1 FROM storefront_claim WHERE key = %s"
                " AND next_try > now() AT TIME ZONE 'UTC'",
                [key],
            )
            return bool(env.cr.fetchone())
