# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Importing orders by hand and in bulk: what a human agreed to is handed to fetch and import.

Paced: few orders of history stand in the queues at a time, and those that come in by themselves go
before them. Each batch is a transaction of its own, so a run goes on wherever it was interrupted.
Not here: reading what there is (``order_history_read``), fetching and importing, which are as ever.
"""

from odoo import fields, models

from .flow import retry_concurrency, unit_of_work

# Orders of history that may stand in the queues: enough for all workers until they are looked at
# again, few enough to be stopped soon.
PACE = 100
PACE_SECONDS = 2


class StorefrontOrderHistory(models.AbstractModel):
    _name = "storefront.order.history"
    _inherit = "storefront.flow"
    _description = "Storefront Order History"

    def _drain(self, backend):
        return self._drain_alone(backend, "history", lambda adapter: self._step(backend, adapter))

    def _step(self, backend, adapter):
        """Do the next piece of a run; return whether there was one to do now."""
        retry_concurrency(self.env, lambda: self._settle(backend))
        with unit_of_work(self.env):
            run = self.env["storefront.import"]._find_working(backend)
            state = run.state
            if run and not run._is_of_this_store():  # disconnected, and another one connected
                run.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
                return True
        if state == "reading":
            return self.env["storefront.order.history.read"]._read(run, adapter)
        size = min(adapter.capabilities.orders_per_fetch, PACE)
        return retry_concurrency(self.env, lambda: self._go_on(backend, run, size))

    def _settle(self, backend):
        """Note what became of orders, and end the runs whose last order came to an end."""
        self.env["storefront.import.line"]._settle(backend)
        for run in self.env["storefront.import"]._find_finished(backend):
            if run._is_working("applying"):
                run.write({"state": "done", "finished_at": fields.Datetime.now()})
                run.invalidate_recordset()
                self._log(run, run._count_finished())

    def _go_on(self, backend, run, size):
        """Hand over the next orders, as many as fit in a call, unless enough are on their way.

        Return whether any were."""
        has_room = self._count_on_the_way(backend) + size <= PACE
        handed_over = has_room and self._hand_over(run, size)
        if not handed_over and self._is_any_waiting(backend):
            backend._wake("history", seconds=PACE_SECONDS)
        return handed_over

    def _hand_over(self, run, size):
        """Have the next orders of a run fetched and imported; return whether there were any."""
        if not run or not run._is_working("applying"):
            return False
        lines = self.env["storefront.import.line"].search(
            [("import_id", "=", run.id), ("state", "in", ("to_create", "to_update"))],
            order="id",
            limit=size,
        )
        if lines:
            lines._hand_over(run)
            run.backend_id._wake("fetch")
        return bool(lines)

    def _count_on_the_way(self, backend):
        """Return how many orders of history the workers have before them, at most PACE."""
        self.env.cr.execute(
            "SELECT count(*) FROM (SELECT 1 FROM storefront_snapshot WHERE backend_id = %s"
            " AND state IN ('to_fetch', 'to_import') AND import_id IS NOT NULL"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC') LIMIT %s) waiting",
            [backend.id, PACE],
        )
        return self.env.cr.fetchone()[0]

    def _is_any_waiting(self, backend):
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_import_line line"
            " JOIN storefront_import run ON run.id = line.import_id"
            " WHERE run.backend_id = %s AND line.state = 'waiting')",
            [backend.id],
        )
        return self.env.cr.fetchone()[0]

    def _log(self, run, item_count, status="success", items=(), duration_ms=0):
        self.env["storefront.operation"]._log(
            run.backend_id,
            {
                "type": "order_history",
                "status": status,
                "duration_ms": duration_ms,
                "item_count": item_count,
                "items": list(items),
            },
        )
