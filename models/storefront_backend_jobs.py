# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
import time
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from math import ceil
from typing import NamedTuple
from weakref import WeakKeyDictionary

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from .storefront_claim import is_dead
from .storefront_event import IS_POKE, SIGNAL_DRAINS

_logger = logging.getLogger(__name__)

# How many workers may import orders of one backend at once.
IMPORT_SLOTS = 4
# How soon a job that found its drain running looks again: until then it swallows other wake-ups.
BUSY_SECONDS = 2
WAKES = "storefront_connector.wakes"
# The wake-ups that a block of `held_wakes` keeps back, by its cursor.
_held = WeakKeyDictionary()


class Drain(NamedTuple):
    method: str
    role: str
    priority: int
    # Whose share of the storefront's bucket its calls draw on: see storefront_throttle.
    work: str = "orders"
    # What runs it where no job runner can be.
    cron: str = "cron_drain"


# Stock goes before orders, orders before the catalogue.
DRAINS = {
    "stock": Drain("_job_push_stock", "outbound", 5, "stock"),
    "fetch": Drain("_job_fetch_orders", "inbound", 10),
    "import": Drain("_job_import_orders", "inbound", 10),
    "link": Drain("_job_link_products", "outbound", 20, "catalogue"),
    "health": Drain("_job_check_webhooks", "reconciliation", 10, cron="cron_check_webhooks"),
    "poll": Drain("_job_poll_orders", "inbound", 15, cron="cron_poll"),
    "replay": Drain("_job_replay", "inbound", 20),
    "history": Drain("_job_import_history", "inbound", 20, "catalogue"),
    "reconcile": Drain("_job_reconcile", "reconciliation", 20, "catalogue", cron="cron_reconcile"),
    "privacy": Drain("_job_answer_privacy", "inbound", 20),
}


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    # waking

    def _wake(self, drain, slot=0, seconds=0):
        """Have ``drain`` run once this transaction has committed.

        Never before: a job that starts ahead of the commit finds nothing, and the identity key
        would swallow the wake-up that follows it. A wake-up that is lost with its process is
        made good by the cron.
        """
        for backend in self:
            user = backend.sudo()[f"{DRAINS[drain].role}_user_id"]
            if user:
                # Whole seconds: queue_job takes no others.
                wake_after_commit(self.env, (backend.id, drain, slot, ceil(seconds), user.id))

    def _wake_for(self, kind):
        """Have an event of this kind answered; the law's requests also where work stands still."""
        if self.state == "connected" or kind == "privacy":
            self._wake(SIGNAL_DRAINS.get(kind, "fetch"))

    def _enqueue(self, drain, slot, seconds):
        if self._runs_by_cron():
            # Now in each case: the cron takes orders before stock, and what isn't due it leaves.
            now = fields.Datetime.now()
            at = {now, now + timedelta(seconds=seconds)}
            cron = self.env.ref(f"storefront_connector.{DRAINS[drain].cron}")
            cron.sudo()._trigger(at)
            return
        method, priority = DRAINS[drain].method, DRAINS[drain].priority
        # A postponed job must not stand in the way of one that can run sooner, nor swallow a
        # wake-up for later: what that one is for isn't due yet when the job runs. Even seconds,
        # so that what a burst postpones needs fewer jobs.
        now = int(time.time())
        due = now + seconds + (now + seconds) % 2 if seconds else 0
        key = f"storefront.{drain}.{self.id}.{slot}.{due}"
        if self._is_enqueued(key):
            return
        delayed = self.with_delay(
            priority=priority,
            eta=due - now if due else None,
            max_retries=0,
            identity_key=key,
            description=f"{drain} ({self.id})",
        )
        getattr(delayed, method)(**({"slot": slot} if slot else {}))

    def _is_enqueued(self, key):
        """Whether a job with this identity key waits: what queue_job asks, at a tenth of the price.

        Most wake-ups of a burst meet one, and each is part of what a webhook's sender waits for."""
        self.env.cr.execute(
            "SELECT 1 FROM queue_job WHERE identity_key = %s"
            " AND state IN ('wait_dependencies', 'pending', 'enqueued') LIMIT 1",
            [key],
        )
        return bool(self.env.cr.fetchone())

    def _is_stock_waiting(self):
        """Whether stock that changed in the warehouse waits for a worker."""
        return self._is_enqueued(f"storefront.stock.{self.id}.0.0")

    def _runs_by_cron(self):
        parameter = self.env["ir.config_parameter"].sudo()
        return parameter.get_param("storefront_connector.runner", "queue_job") == "cron"

    # jobs: a few lines each, then a flow

    def _job_fetch_orders(self):
        """Fetch the current state of the orders that events point at."""
        self._run_alone("storefront.order.fetch", self.inbound_user_id)

    def _job_import_orders(self, slot=0):
        """Turn fetched orders into sale orders; database only."""
        self._run("storefront.order.import", self.inbound_user_id, slot=slot)

    def _job_push_stock(self):
        """Send the stock changes that wait in the outbox."""
        self._run_alone("storefront.stock.export", self.outbound_user_id)

    def _job_link_products(self):
        """Go on with the run that links products, and write the markers that wait."""
        self._run_alone("storefront.product.link", self.outbound_user_id)

    def _run(self, flow, user, **kwargs):
        self.ensure_one()
        if self.state != "connected" or not user or not self._is_live_database():
            return None
        return self.env[flow]._flow_env(self, user)._drain(self.with_user(user), **kwargs)

    def _run_alone(self, flow, user):
        busy_seconds = self._run(flow, user)
        if busy_seconds and not self._runs_by_cron():
            # Its holder looks again before it ends. This is for one that died in between.
            seconds = min(busy_seconds, BUSY_SECONDS)
            raise RetryableJobError(flow, seconds=seconds, ignore_retry=True)

    def _adapter_for(self, drain):
        return self._adapter(work=DRAINS[drain].work)

    # cron

    @api.model
    def _cron_drain(self):
        """Run, or have run, everything that waits: the net under every lost wake-up."""
        for backend in self.search([("state", "=", "connected")]):
            for drain in backend._waiting_drains():
                backend._run_or_wake(drain)

    def _run_or_wake(self, drain):
        """Run a drain as its user where no job runner can be, else have it run."""
        if self._runs_by_cron():
            getattr(self.with_user(self[f"{DRAINS[drain].role}_user_id"]), DRAINS[drain].method)()
        else:
            self._wake(drain)

    def _waiting_drains(self):
        """Return the drains that have work, orders first: stock sent before them would be stale."""
        self.ensure_one()
        now = "now() AT TIME ZONE 'UTC'"
        self.env.cr.execute(
            f"""SELECT
            EXISTS (SELECT 1 FROM storefront_outbox WHERE backend_id = %(id)s),
            EXISTS (SELECT 1 FROM storefront_event WHERE backend_id = %(id)s
                AND state = 'pending' AND {IS_POKE})
            OR EXISTS (SELECT 1 FROM storefront_snapshot WHERE backend_id = %(id)s
                AND state = 'to_fetch' AND (next_try IS NULL OR next_try <= {now})),
            EXISTS (SELECT 1 FROM storefront_snapshot WHERE backend_id = %(id)s
                AND state IN ('to_fetch', 'to_import')
                AND (next_try IS NULL OR next_try <= {now})
                AND (claimed_until IS NULL OR claimed_until < {now}
                    OR {is_dead("claimed_by")}))""",
            {"id": self.id},
        )
        has_stock, has_fetch, has_import = self.env.cr.fetchone()
        found = {"stock": has_stock, "fetch": has_fetch, "import": has_import or has_fetch}
        found["link"] = self._has_linking_to_do()
        return [drain for drain in ("fetch", "import", "stock", "link") if found[drain]]

    def _first_order_on_the_way(self):
        """Return when the first of the orders changed that aren't here yet (naive UTC; None: all
        are), be it that a worker is just importing it. One that was never here and that a listing
        found may have been placed long before it changed: then it is the beginning of time.

        One that waits for its next try, or for a human, doesn't count: it would stop the stock.
        Nor does a history that is imported by hand: it was sold before."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT least((SELECT min(coalesce(occurred_at, create_date)) FROM storefront_event"
            " WHERE backend_id = %(id)s AND state = 'pending' AND kind = 'order'),"
            " (SELECT min(CASE WHEN listed_at IS NOT NULL AND order_id IS NULL"
            " THEN timestamp 'epoch' ELSE coalesce(event_at, create_date) END)"
            " FROM storefront_snapshot"
            " WHERE backend_id = %(id)s AND kind = 'order' AND state IN ('to_fetch', 'to_import')"
            " AND import_id IS NULL"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')))",
            {"id": self.id},
        )
        return self.env.cr.fetchone()[0]


def wake_after_commit(env, wake):
    """Register one wake-up: (backend id, drain, slot, seconds, user id)."""
    postcommit = env.cr.postcommit
    wakes = postcommit.data.get(WAKES)
    if wakes is None:
        wakes = postcommit.data[WAKES] = set()
        postcommit.add(partial(_enqueue_or_hold, env.cr, env.registry, wakes))
    wakes.add(wake)


@contextmanager
def held_wakes(env):
    """Enqueue what the commits in the block wake once, when it ends.

    For short blocks of units of work that wake the same drains: each enqueuing is a transaction.
    A process that dies in it takes them along; the cron makes it good."""
    held = _held[env.cr] = set()
    try:
        yield
    finally:
        del _held[env.cr]
        if held:
            _enqueue_wakes(env.registry, held)


def _enqueue_or_hold(cr, registry, wakes):
    held = _held.get(cr)
    if held is None:
        _enqueue_wakes(registry, wakes)
    else:
        held |= wakes


def _enqueue_wakes(registry, wakes):
    """Enqueue after the commit, on a cursor of its own. Never raises: the commit is done."""
    try:
        with registry.cursor() as cr:
            for backend_id, drain, slot, seconds, uid in sorted(wakes):
                env = api.Environment(cr, uid, {})
                env["storefront.backend"].browse(backend_id)._enqueue(drain, slot, seconds)
    except Exception:
        _logger.exception("A wake-up was lost; the cron makes it good.")
