# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import time
import uuid

from odoo import fields, models
from odoo.tools import SQL
from psycopg2.extras import Json

from ..flows.flow import autonomous
from ..platforms import errors
from ..platforms.bucket import Bucket

# What each kind of work leaves of the bucket to more urgent ones. A stock change that is late sells
# what isn't there, so it may take all. An order that is late only waits, so it leaves a push room.
# The catalogue runs for hours and nobody waits for it.
SHARES_LEFT = {"stock": 0.0, "orders": 0.2, "catalogue": 0.5}
# The longest wait in place: longer, and the worker had better do something else meanwhile.
WAIT_SECONDS = 2.0
# The shortest one: what is missing by a hair isn't asked for a thousand times.
MIN_WAIT_SECONDS = 0.05
# So late it may be noticed, where no points are told of, that another worker was refused.
BLOCK_NOTICED_SECONDS = 0.2
# PostgreSQL's, because all workers share it.
CLOCK = "extract(epoch FROM clock_timestamp())::float8"


class StorefrontThrottle(models.Model):
    """The bucket of points of each storefront, shared by all workers.

    Each use is a short transaction of its own that locks one row. No flow writes this table.
    Unlogged, for it is written before and after each call: what a crash loses, the storefront tells
    again with its next answer.
    """

    _name = "storefront.throttle"
    _description = "Storefront Throttle"
    _log_access = False

    backend_id = fields.Many2one("storefront.backend", required=True, ondelete="cascade")
    state = fields.Json(required=True)

    _backend_uniq = models.UniqueIndex("(backend_id)")

    def init(self):
        """Override of `base` to make the table unlogged, once: it is rewritten for that."""
        make_unlogged(self.env.cr, self._table)

    def _limiter(self, backend, work):
        """Return what makes an adapter keep to the backend's bucket; ``work``: see SHARES_LEFT."""
        return SharedLimiter(self.sudo().env, backend.id, SHARES_LEFT[work])


class SharedLimiter:
    """Implements ``platforms.adapter.Limiter`` for one adapter, whose calls follow one another."""

    def __init__(self, env, backend_id, share, *, sleep=time.sleep):
        self._env, self._backend_id, self._share = env, backend_id, share
        self._sleep = sleep
        self._call_id, self._free_until = "", 0.0

    def acquire(self, operation):
        self._wait(
            operation,
            lambda: self._change(lambda bucket, now: self._start(bucket, operation, now)),
        )

    def wait_out(self, operation):
        if time.monotonic() >= self._free_until:
            self._wait(operation, self._blocked)
            self._free_until = time.monotonic() + BLOCK_NOTICED_SECONDS

    def _wait(self, operation, look):
        """Wait up to WAIT_SECONDS, as ``look`` says; raise RetryLater where that wouldn't do."""
        waited = 0.0
        while seconds := look():
            seconds = max(seconds, MIN_WAIT_SECONDS)
            if waited + seconds > WAIT_SECONDS:
                raise errors.RetryLater(
                    "throttled", seconds=seconds, uses_try=False, detail=operation
                )
            self._sleep(seconds)
            waited += seconds

    def report(self, operation, **told):
        call_id, self._call_id = self._call_id, ""
        self._change(lambda bucket, now: bucket.finish(call_id, operation, now, **told))

    def block(self, seconds):
        self._free_until = 0.0
        call_id, self._call_id = self._call_id, ""
        self._change(lambda bucket, now: bucket.block(call_id, seconds, now))

    def _blocked(self):
        """Return for how many seconds nobody may call. Locks nothing: only a block is looked at."""
        with autonomous(self._env) as env:
            env.cr.execute(
                f"SELECT greatest((state ->> 'blocked_until')::float8 - {CLOCK}, 0)"
                " FROM storefront_throttle WHERE backend_id = %s",
                [self._backend_id],
            )
            row = env.cr.fetchone()
        return (row and row[0]) or 0.0

    def _start(self, bucket, operation, now):
        """Start a call and return 0, or return the seconds to wait."""
        # The one before ended without telling anything.
        bucket.abandon(self._call_id, now)
        self._call_id = ""
        seconds = bucket.wait(operation, self._share, now)
        if not seconds:
            self._call_id = uuid.uuid4().hex
            bucket.start(self._call_id, operation, now)
        return seconds

    def _change(self, work):
        """Return ``work(bucket, now)``, done while nobody else reads or writes the bucket."""
        with autonomous(self._env) as env:
            bucket, now = _read_locked(env.cr, self._backend_id)
            before = bucket.dump()
            result = work(bucket, now)
            after = bucket.dump()
            if after != before:
                env.cr.execute(
                    "UPDATE storefront_throttle SET state = %s WHERE backend_id = %s",
                    [Json(after), self._backend_id],
                )
            return result


def _read_locked(cr, backend_id):
    """Return (the backend's bucket, the time in epoch seconds).

    A backend its user hasn't committed yet has a bucket nobody shares."""
    query = f"SELECT state, {CLOCK} FROM storefront_throttle WHERE backend_id = %s FOR UPDATE"
    cr.execute(query, [backend_id])
    row = cr.fetchone()
    if row is None:
        cr.execute(
            "INSERT INTO storefront_throttle (backend_id, state)"
            " SELECT id, '{}' FROM storefront_backend WHERE id = %s"
            " ON CONFLICT (backend_id) DO NOTHING",
            [backend_id],
        )
        cr.execute(query, [backend_id])
        row = cr.fetchone() or ({}, time.time())
    state, now = row
    return Bucket.load(state), now


def make_unlogged(cr, table):
    cr.execute("SELECT 1 FROM pg_class WHERE oid = %s::regclass AND relpersistence = 'p'", [table])
    if cr.fetchone():
        cr.execute(SQL("ALTER TABLE %s SET UNLOGGED", SQL.identifier(table)))
