# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every flow shares: its transaction, its locks, and what becomes of an error.

This is the only place that turns an error into a retry, an issue or a dead letter. Not here: any
knowledge of what is imported or exported.
"""

import logging
import random
import time
import traceback
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import psycopg2
from odoo import fields, models, modules
from odoo.exceptions import AccessError, UserError
from psycopg2 import errorcodes
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from ..platforms import errors

_logger = logging.getLogger(__name__)

# Seconds to wait before try 2, 3, …; after the last one a row becomes a dead letter.
RETRY_DELAYS = (30, 60, 300, 1800, 7200, 43200)
# A job works this long, then hands the rest to the next one: limit_time_cpu is 60 s by default,
# and hosted workers are recycled.
TIME_BUDGET = 45.0
CONCURRENCY_TRIES = 12
# How long to leave a record alone that so many workers wanted at once.
CROWDED_SECONDS = 2
_CROWD_CODES = frozenset(
    (
        errorcodes.SERIALIZATION_FAILURE,
        errorcodes.DEADLOCK_DETECTED,
        errorcodes.LOCK_NOT_AVAILABLE,
    )
)
# Our own unique indexes stand behind the locks: hitting one means another worker was first.
_CONCURRENCY_CODES = _CROWD_CODES | {errorcodes.UNIQUE_VIOLATION}


class MappingMissing(Exception):
    """Odoo lacks what the document needs. ``causes`` become one issue each."""

    def __init__(self, causes):
        super().__init__(", ".join(sorted({cause["code"] for cause in causes})))
        self.causes = causes


class Budget:
    """The time a job may still use."""

    def __init__(self, seconds=TIME_BUDGET):
        self._end = time.monotonic() + seconds

    @property
    def is_spent(self):
        return time.monotonic() >= self._end


@contextmanager
def unit_of_work(env):
    """Commit what the block wrote; roll it back when it raises.

    Inside a test the case owns the transaction, so there it is a savepoint.
    """
    if modules.module.current_test:
        with env.cr.savepoint():
            yield
        return
    try:
        yield
        env.cr.commit()
    except BaseException:
        env.cr.rollback()
        raise


@contextmanager
def autonomous(env):
    """An environment on a cursor of its own, READ COMMITTED, committed when the block ends.

    For what must be visible to other workers at once and must survive the caller's rollback
    (leases, tokens). Only for tables no flow writes in its own transaction: waiting there for a
    row the caller has locked would never end.
    """
    with env.registry.cursor() as cr:
        if not modules.module.current_test:
            # For the transaction that begins with the first query: a cursor sets it anew.
            cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        yield env(cr=cr)


def retry_concurrency(env, work):
    """Run ``work`` as a unit of work, again with a fresh snapshot when another worker was first.

    Raises the last error when all tries met one."""
    for attempt in range(1, CONCURRENCY_TRIES + 1):
        try:
            with unit_of_work(env):
                return work()
        except psycopg2.Error as error:
            if error.pgcode not in _CONCURRENCY_CODES or attempt == CONCURRENCY_TRIES:
                raise
            _logger.info("concurrent update (%s), try %s", error.pgcode, attempt)
            time.sleep(random.uniform(0.01, 0.05) * attempt)
    return None


def next_try_at(tries, seconds=None):
    """Return the naive UTC time of the next try, or None when ``tries`` have used them all."""
    if seconds is None:
        if tries > len(RETRY_DELAYS):
            return None
        seconds = RETRY_DELAYS[max(tries, 1) - 1]
    return fields.Datetime.now() + timedelta(seconds=seconds)


def lag_ms(moment):
    """Return the milliseconds since a naive UTC time; 0 for none, and where clocks disagree."""
    if not moment:
        return 0
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return max(round((now - moment).total_seconds() * 1000), 0)


def place_of(error):
    """Return an error's type and where it came from, for the log.

    Not its message, which may hold a customer's data."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


class StorefrontFlow(models.AbstractModel):
    _name = "storefront.flow"
    _description = "Storefront Flow"

    def _flow_env(self, backend, user):
        """Return ``self`` as ``user`` in the backend's company, quiet: no mail, no followers.

        One context for the whole flow: each further one makes every ``sudo()`` slower."""
        return (
            self.with_user(user)
            .with_company(backend.company_id)
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_activity_automation_skip=True,
                skip_sms=True,
                no_vat_validation=True,  # what the store took for a VAT number keeps no order out
                storefront_keep_date=True,
                storefront_flow=True,
                tz=backend.timezone or "UTC",
            )
        )

    def _drain_alone(self, backend, name, step, *, beside=False):
        """Run ``step`` until it finds nothing to do, in one worker at a time.

        ``beside``: although the drain is postponed, which it stays.

        ``step(adapter)`` returns whether it did anything. Returns None, or the seconds after
        which to look again because another worker holds the lease. The holder looks once more
        after giving the lease back, so work that came while another was refused isn't left.
        """
        claims = self.env["storefront.claim"].sudo()
        key = f"{name}:{backend.id}"
        budget = Budget()
        while beside or not claims._is_postponed(key, backend):
            token = claims._acquire(key)
            if not token:
                return claims._seconds_left(key)
            try:
                worked = self._run_steps(backend, name, key, token, step, budget, beside)
            finally:
                claims._release(key, token)
            if not worked:
                return None
            if budget.is_spent:
                self._wake_committed(backend, name)
                return None
        return None

    def _run_steps(self, backend, name, key, token, step, budget, beside):
        """Run ``step`` while it has work and time is left; return whether any was done."""
        claims = self.env["storefront.claim"].sudo()
        worked = False
        try:
            adapter = backend._adapter_for(name)
            while not budget.is_spent and step(adapter):
                worked = True
                if not claims._renew(key, token):
                    return False
            if not beside and claims._succeed(key) and worked:
                with unit_of_work(self.env):
                    # The storefront is back: what else has waited for it goes on.
                    backend._end_postponements()
        except errors.StorefrontError as error:
            self._stop_drain(backend, name, key, error)
            return False
        except Exception as error:
            # One backend's trouble must not end the cron that drains the others.
            _logger.error("%s of backend %s failed: %s", name, backend.id, place_of(error))
            self._stop_drain(backend, name, key, error)
            return False
        return worked

    def _stop_drain(self, backend, name, key, error):
        """Decide when a drain that met ``error`` runs again, or pause the backend."""
        if isinstance(error, (errors.AuthFailed, errors.NotConfigured)):
            retry_concurrency(self.env, lambda: backend._pause_for(error))
            return
        seconds = self.env["storefront.claim"].sudo()._postpone(key, self._failure(error))
        _logger.info("%s of backend %s postponed by %s s: %s", name, backend.id, seconds, error)
        self._wake_committed(backend, name, seconds=seconds)

    def _wake_committed(self, backend, name, seconds=0):
        with unit_of_work(self.env):
            backend._wake(name, seconds=seconds)

    def _lock(self, keys):
        """Take the named locks until the end of the transaction.

        A transaction whose snapshot is older than another holder's commit fails with 40001 here,
        before it has decided anything on stale data, and is retried.
        """
        if keys:
            self.env.cr.execute(
                "INSERT INTO storefront_lock (key, used_at)"
                " SELECT unnest(%s), now() AT TIME ZONE 'UTC' ON CONFLICT (key)"
                " DO UPDATE SET bumps = storefront_lock.bumps + 1, used_at = excluded.used_at",
                [sorted(set(keys))],  # sorted, so that two workers never wait for each other
                log_exceptions=False,  # being second is what the lock is for, not an error
            )

    def _failure(self, error):
        """Return what an error means: dict(code, params, detail, and one of retry_after/attention).

        ``attention``: a human must act; otherwise ``uses_try`` and ``seconds`` say when to retry.
        """
        if isinstance(error, errors.RetryLater):
            return {
                "code": error.code,
                "params": dict(error.params),
                "detail": error.detail,
                "attention": False,
                "seconds": error.seconds,
                "uses_try": error.uses_try,
            }
        if isinstance(error, errors.StorefrontError):
            params = dict(error.params)
            if isinstance(error, errors.Rejected) and error.field_errors:
                params["fields"] = "; ".join(f"{path}: {text}" for path, text in error.field_errors)
            return {
                "code": error.code,
                "params": params,
                "detail": error.detail,
                "attention": True,
            }
        if isinstance(error, (UserError, AccessError)):
            return {
                "code": "odoo_refused",
                "params": {"message": str(error)},
                "detail": type(error).__name__,
                "attention": True,
            }
        if isinstance(error, psycopg2.Error) and error.pgcode in _CROWD_CODES:
            return {
                "code": "concurrent_update",
                "params": {},
                "detail": error.pgcode,
                "attention": False,
                "seconds": CROWDED_SECONDS,
                "uses_try": False,
            }
        return {
            "code": "unexpected",
            "params": {"error": type(error).__name__},
            "detail": type(error).__name__,
            "attention": False,
            "seconds": None,
            "uses_try": True,
        }
