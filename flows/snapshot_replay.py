# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a replay to pokes: many records are fetched again, a few at a time.

A batch and its progress are one transaction, so a run that is killed goes on where it was. Never
more than ``PACE`` records stand in the queue of the fetch: records go by age, and today's orders
must not wait behind a month of old ones. Not here: fetching and importing, which are as ever.
"""

from odoo import models

from .flow import Budget, retry_concurrency

BATCH = 100
PACE = 200
# Seconds until the fetch has made room.
PACE_SECONDS = 5


class StorefrontSnapshotReplay(models.AbstractModel):
    _name = "storefront.snapshot.replay"
    _inherit = "storefront.flow"
    _description = "Storefront Snapshot Replay"

    def _drain(self, backend):
        """Poke batch after batch until nothing is left, the queue is full or time is up."""
        budget = Budget()
        while not budget.is_spent:
            step = retry_concurrency(self.env, lambda: self._step(backend))
            if step != "worked":
                return
        retry_concurrency(self.env, lambda: backend._wake("replay"))

    def _step(self, backend):
        """Poke the next records of the oldest run; return ``worked``, ``idle`` or ``full``."""
        replay = self.env["storefront.replay"].search(
            [("backend_id", "=", backend.id), ("state", "=", "running")], order="id", limit=1
        )
        # What another worker holds, it goes on with; a run cancelled meanwhile fails with 40001.
        if not replay.try_lock_for_update():
            return "idle"
        waiting = [("backend_id", "=", backend.id), ("state", "=", "to_fetch")]
        snapshots = self.env["storefront.snapshot"]
        if snapshots.search_count(waiting, limit=PACE) >= PACE:
            backend._wake("replay", seconds=PACE_SECONDS)
            return "full"
        batch = snapshots.search(replay._records_domain(), order="id", limit=BATCH)
        batch._poke()
        if batch:
            replay.write({"last_id": batch[-1].id, "done_count": replay.done_count + len(batch)})
        else:
            self._finish(backend, replay)
        return "worked"

    def _finish(self, backend, replay):
        replay.state = "done"
        self.env["storefront.operation"]._log(
            backend,
            {"type": "replay", "status": "success", "item_count": replay.done_count},
        )
