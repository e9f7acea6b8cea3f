# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the orders of an import by hand lack in Odoo: some are read whole and resolved on trial.

All of a small run, a hundred of a big one: who would read them all might as well import them.
"""

from odoo import models
from odoo.exceptions import UserError

from ..platforms import errors
from .flow import MappingMissing
from .order_fetch import UNREADABLE

SAMPLE = 100


class StorefrontOrderHistorySample(models.AbstractModel):
    _name = "storefront.order.history.sample"
    _inherit = "storefront.flow"
    _description = "Storefront Order History Sample"

    def _next_step(self, run, adapter):
        """Return (what to ask the storefront, what to do with its answer)."""
        sample = self._next_sample(run, adapter)
        ids = sample.mapped("external_id")
        return (
            lambda: self._fetch_sample(adapter, ids),
            lambda records: self._keep_sample(run, sample, records),
        )

    def _next_sample(self, run, adapter):
        """Return the next orders to look into, spread over the run, as many as fit in a call."""
        size = min(adapter.capabilities.orders_per_fetch, SAMPLE - run.sample_count)
        self.env.cr.execute(
            "SELECT id FROM storefront_import_line WHERE import_id = %s AND state = 'to_create'"
            " AND is_sampled IS NOT TRUE ORDER BY md5(external_id) LIMIT %s",
            [run.id, size],
        )
        return self.env["storefront.import.line"].browse(row[0] for row in self.env.cr.fetchall())

    def _fetch_sample(self, adapter, external_ids):
        """Return the orders; none of a batch in which one can't be read, which import will tell."""
        if not external_ids:
            return ()
        try:
            return adapter.fetch_records("order", external_ids)
        except UNREADABLE:
            return ()

    def _keep_sample(self, run, sample, records):
        """Note what the orders lack; the run waits for its review when enough were looked into."""
        if not sample:
            run.write({"state": "to_review", "is_read": True})
            return []
        payloads = {record.external_id: record.payload for record in records}
        sample.write({"is_sampled": True})
        run.sample_count += len(sample)
        for line in sample:
            payload = payloads.get(line.external_id)
            if payload is not None:
                line.write(self._look_into(run.backend_id, payload))
        return sample.mapped("external_id")

    def _look_into(self, backend, payload):
        """Return what importing this order would meet. Nothing of it is written."""
        try:
            document = self.env["storefront.order.import"]._parse(backend, payload)
            reason, causes = self._try(backend, document)
        except (errors.StorefrontError, UserError) as error:
            failure = self._failure(error)
            reason = ""
            causes = [{"code": failure["code"], "key": "", "params": failure["params"]}]
        if reason:
            params = self.env["storefront.order.rules"]._skip_params(backend, document)
            return {"state": "skipped", "code": reason, "params": params, "causes": False}
        if not causes:
            return {"code": False, "params": False, "causes": False}
        return {
            "code": causes[0]["code"],
            "params": causes[0]["params"],
            "causes": [[cause["code"], cause["key"]] for cause in causes],
        }

    def _try(self, backend, document):
        """Return (why it would be left out, what it would wait for).

        What finding out wrote, such as a mapping that proposed itself, is undone."""
        reason, causes = "", []
        try:
            with self.env.cr.savepoint():
                reason = self.env["storefront.order.import"]._skip_reason(backend, document)
                if not reason:
                    causes = self._find_causes(backend, document)
                raise _Undo
        except _Undo:
            return reason, causes

    def _find_causes(self, backend, document):
        try:
            self.env["storefront.order.resolve"]._resolve(backend, document)
        except MappingMissing as missing:
            return missing.causes
        return []


class _Undo(Exception):
    """Ends the savepoint of a trial."""
