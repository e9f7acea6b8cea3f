# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is kept for how long: payloads are personal data, and history has an end.

Nothing that waits, nothing a human still has to decide, and nothing that tells what was imported
already goes away: an old webhook that comes again finds its record and its hash.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..flows.flow import Budget, retry_concurrency

# System parameters, in days, and their defaults.
PAYLOAD_DAYS = ("storefront_connector.payload_days", 30)
EVENT_DAYS = ("storefront_connector.event_days", 90)
OPERATION_DAYS = ("storefront_connector.operation_days", 90)
# Rows of one transaction. Few enough that nobody who needs one of them waits noticeably.
BATCH = 2_000
# Seconds each kind of data may use in one go; Odoo asks again for what remains.
SECONDS = 20.0
# Locks matter only while two transactions overlap, and none takes a day.
LOCK_DAYS = 1


class StorefrontRetention(models.AbstractModel):
    _name = "storefront.retention"
    _description = "Storefront Retention"

    def _cutoff(self, setting):
        """Return the naive UTC time before which rows of a setting go; a day ago at the latest."""
        parameter, default = setting
        value = self.env["ir.config_parameter"].sudo().get_param(parameter) or default
        try:
            days = int(value)
        except ValueError:
            days = default
        return fields.Datetime.now() - timedelta(days=max(days, 1))

    def _in_batches(self, statement):
        """Run ``statement``, which treats at most BATCH rows, until it finds none.

        Each run is a transaction. Where ``statement`` names its rows it does so in an ARRAY(…): a
        plan may run a plain IN (…) again and again, and take more than BATCH. Returns (rows,
        whether time ran out) as Odoo's autovacuum wants it."""
        budget, count = Budget(SECONDS), 0
        while not budget.is_spent:
            done = retry_concurrency(self.env, lambda: self._run(statement))
            count += done
            if done < BATCH:
                return count, 0
        return count, 1

    def _run(self, statement):
        self.env.cr.execute(statement)
        return self.env.cr.rowcount

    # personal data

    @api.autovacuum
    def _gc_event_payloads(self):
        """Drop what webhooks said; that they came is still known."""
        return self._in_batches(
            SQL(
                "UPDATE storefront_event SET payload = NULL WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_event WHERE payload IS NOT NULL"
                " AND state IN ('done', 'ignored') AND create_date < %s"
                " ORDER BY create_date LIMIT %s FOR UPDATE SKIP LOCKED))",
                self._cutoff(PAYLOAD_DAYS),
                BATCH,
            )
        )

    @api.autovacuum
    def _gc_snapshot_payloads(self):
        """Drop the content of records that are done with; their hashes stay for ever.

        So a webhook that comes again imports nothing twice. What an open issue shows is kept."""
        return self._in_batches(
            SQL(
                "UPDATE storefront_snapshot SET payload = NULL WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_snapshot snapshot WHERE payload IS NOT NULL"
                " AND state IN ('done', 'skipped') AND fetched_at < %s AND NOT EXISTS ("
                "  SELECT 1 FROM storefront_issue_storefront_snapshot_rel shown"
                "  JOIN storefront_issue issue ON issue.id = shown.storefront_issue_id"
                "  WHERE shown.storefront_snapshot_id = snapshot.id AND issue.state = 'open')"
                " ORDER BY fetched_at LIMIT %s FOR UPDATE SKIP LOCKED))",
                self._cutoff(PAYLOAD_DAYS),
                BATCH,
            )
        )

    # history

    @api.autovacuum
    def _gc_events(self):
        """Delete webhooks that were dealt with: one that still came again would be a mere poke."""
        return self._in_batches(
            SQL(
                "DELETE FROM storefront_event WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_event WHERE state IN ('done', 'ignored')"
                " AND create_date < %s ORDER BY create_date LIMIT %s FOR UPDATE SKIP LOCKED))",
                self._cutoff(EVENT_DAYS),
                BATCH,
            )
        )

    @api.autovacuum
    def _gc_operations(self):
        """Delete the log. What failed for good is told by its snapshot and its issue as well."""
        return self._in_batches(
            SQL(
                "DELETE FROM storefront_operation WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_operation WHERE create_date < %s"
                " ORDER BY create_date LIMIT %s FOR UPDATE SKIP LOCKED))",
                self._cutoff(OPERATION_DAYS),
                BATCH,
            )
        )

    @api.autovacuum
    def _gc_issues(self):
        """Delete issues that were settled, with their messages."""
        return self._unlink_settled("storefront.issue", ("resolved", "ignored"))

    @api.autovacuum
    def _gc_replays(self):
        """Delete replays that ended."""
        return self._unlink_settled("storefront.replay", ("done", "cancelled"))

    @api.autovacuum
    def _gc_reconciliations(self):
        """Delete reconciliations, their lines first: there may be many."""
        old = SQL(
            "SELECT id FROM storefront_reconciliation"
            " WHERE create_date < %s AND state IN ('done', 'cancelled')",
            self._cutoff(OPERATION_DAYS),
        )
        lines, rest = self._in_batches(
            SQL(
                "DELETE FROM storefront_reconciliation_line WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_reconciliation_line WHERE run_id IN (%s)"
                " ORDER BY run_id, id LIMIT %s FOR UPDATE SKIP LOCKED))",
                old,
                BATCH,
            )
        )
        if rest:
            return lines, rest
        runs, rest = self._in_batches(
            SQL(
                "DELETE FROM storefront_reconciliation WHERE id = ANY(ARRAY(%s LIMIT %s))",
                old,
                BATCH,
            )
        )
        return lines + runs, rest

    def _unlink_settled(self, model, states):
        """Delete records that ended so long ago that their log is gone as well: few, so by ORM."""
        limit = BATCH // 10
        domain = [("state", "in", states), ("write_date", "<", self._cutoff(OPERATION_DAYS))]
        settled = self.env[model].sudo().search(domain, limit=limit, order="write_date")
        count = len(settled)
        settled.unlink()
        return count, int(count == limit)

    # what nobody needs

    @api.autovacuum
    def _gc_locks(self):
        """Forget locks long out of use. Without an index: each import would have to maintain it."""
        return self._in_batches(
            SQL(
                "DELETE FROM storefront_lock WHERE id = ANY(ARRAY(SELECT id FROM storefront_lock"
                " WHERE used_at < %s LIMIT %s FOR UPDATE SKIP LOCKED))",
                fields.Datetime.now() - timedelta(days=LOCK_DAYS),
                BATCH,
            )
        )

    @api.autovacuum
    def _gc_rates(self):
        """Forget sources of webhooks that have been quiet."""
        return self._in_batches(
            SQL(
                "DELETE FROM storefront_rate WHERE id = ANY(ARRAY(SELECT id FROM storefront_rate"
                " WHERE busy_until < %s LIMIT %s FOR UPDATE SKIP LOCKED))",
                fields.Datetime.now() - timedelta(days=1),
                BATCH,
            )
        )

    @api.autovacuum
    def _gc_orphans(self):
        """Delete what has no foreign key and belongs to a backend that was deleted."""
        gone = "NOT EXISTS (SELECT 1 FROM storefront_backend backend WHERE backend.id = %s)"
        claims, _rest = self._in_batches(
            SQL(
                "DELETE FROM storefront_claim WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_claim claim"
                f" WHERE token IS NULL AND {gone} LIMIT %s FOR UPDATE SKIP LOCKED))",
                SQL("split_part(claim.key, ':', 2)::int"),
                BATCH,
            )
        )
        marks, rest = self._in_batches(
            SQL(
                "DELETE FROM storefront_outbox WHERE id = ANY(ARRAY("
                " SELECT id FROM storefront_outbox mark"
                f" WHERE {gone} LIMIT %s FOR UPDATE SKIP LOCKED))",
                SQL("mark.backend_id"),
                BATCH,
            )
        )
        return claims + marks, rest
