# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an import by hand would do: the storefront's orders are listed or looked up, and each gets a
line that says what would become of it.

Writes lines of its own run only. One call and the lines it brings are one step. Not here: what the
orders lack (``order_history_sample``).
"""

import time
from datetime import timezone

from odoo import models

from ..models.storefront_event import naive_utc
from ..models.storefront_import_line import plain_number
from ..platforms import errors
from .flow import retry_concurrency, unit_of_work

# Numbers looked up in one step.
FIND_BATCH = 50
# A human must hear of these: asking again would end the same way.
REFUSALS = (errors.Unsupported, errors.Rejected, errors.BadPayload, errors.NotFound)


class StorefrontOrderHistoryRead(models.AbstractModel):
    _name = "storefront.order.history.read"
    _inherit = "storefront.order.history"
    _description = "Storefront Order History Reading"

    def _read(self, run, adapter):
        """Do the next step of reading, with one call at most; return True."""
        with unit_of_work(self.env):  # ends before the call: no transaction waits for HTTP
            ask, keep = self._next_step(run, adapter)
        started = time.monotonic()
        try:
            answer = ask()
        except REFUSALS as error:
            failure = self._failure(error)
            retry_concurrency(self.env, lambda: self._refuse(run, failure))
        else:
            retry_concurrency(self.env, lambda: self._keep(run, keep, answer, started))
        return True

    def _next_step(self, run, adapter):
        """Return (what to ask the storefront, what to do with its answer)."""
        if not run.is_read and run.source == "dates":
            return self._listing_step(run, adapter)
        lines = self.env["storefront.import.line"]
        wanted = lines.search(
            [("import_id", "=", run.id), ("state", "=", "to_find")], order="id", limit=FIND_BATCH
        )
        if wanted:
            numbers = wanted.mapped("number")
            return (
                lambda: adapter.find_orders(numbers),
                lambda found: self._keep_found(run, wanted, found),
            )
        return self.env["storefront.order.history.sample"]._next_step(run, adapter)

    def _keep(self, run, keep, answer, started):
        run.invalidate_recordset()
        if not run._is_working("reading"):  # stopped while the answer was on its way
            return
        items = keep(answer)
        if items:
            duration = round((time.monotonic() - started) * 1000)
            self._log(run, len(items), items=items, duration_ms=duration)

    def _refuse(self, run, failure):
        """Stop the run and say why; a listing the storefront forgot is begun again instead."""
        run.invalidate_recordset()
        if not run._is_working("reading"):
            return
        if failure["code"] == "bad_cursor" and run.cursor:
            run.write({"cursor": False, "listing_from": run.reached_at})
            return
        run.action_cancel()
        run.write({"error_code": failure["code"], "error_params": failure["params"]})

    # by date

    def _listing_step(self, run, adapter):
        limits = {
            "created_from": _aware(run.listing_from or run.date_from),
            "created_to": _aware(run.date_to),
            "cursor": run.cursor or "",
        }
        return (
            lambda: adapter.fetch_order_list(**limits),
            lambda page: self._keep_page(run, page),
        )

    def _keep_page(self, run, page):
        """Store one page of orders as lines, and where the next page begins."""
        # A listing that is begun again, or changes while it is read, may show an order twice.
        orders = {summary.external_id: summary for summary in page.items}
        lines = self.env["storefront.import.line"]
        lines.search([("import_id", "=", run.id), ("external_id", "in", list(orders))]).unlink()
        prepared = self._prepare_lines(run, orders)
        lines.create([{"import_id": run.id, **vals} for vals in prepared.values()])
        moments = [naive_utc(summary.created_at) for summary in page.items]
        run.write(
            {
                "cursor": page.next_cursor,
                "is_read": not page.next_cursor,
                "seen_count": run.seen_count + len(orders),
                "reached_at": max(moments, default=run.reached_at),
            }
        )
        return list(orders)

    # by number

    def _keep_found(self, run, wanted, found):
        """Complete the lines whose numbers were looked up; two orders may have the same one."""
        by_number = {}
        for summary in found:
            by_number.setdefault(plain_number(summary.number), []).append(summary)
        prepared = self._prepare_lines(run, {summary.external_id: summary for summary in found})
        lines = self.env["storefront.import.line"]
        known = set(
            lines.search(
                [("import_id", "=", run.id), ("external_id", "in", list(prepared))]
            ).mapped("external_id")
        )
        for line in wanted:
            matches = by_number.get(plain_number(line.number), [])
            fresh = [one.external_id for one in matches if one.external_id not in known]
            known.update(fresh)
            if fresh:
                line.write(prepared[fresh[0]])
                lines.create([{"import_id": run.id, **prepared[one]} for one in fresh[1:]])
            elif matches:
                line.unlink()  # another spelling of a number that has its line
            else:
                params = {"number": line.number}
                line.write({"state": "skipped", "code": "number_unknown", "params": params})
        run.seen_count += len(found)
        return [summary.external_id for summary in found]

    # what would become of an order

    def _prepare_lines(self, run, orders):
        """Return {external id: values of its line} of ``{external id: OrderSummary}``."""
        known = self._find_known(run.backend_id, list(orders))
        currencies = self._find_currencies({summary.currency for summary in orders.values()})
        rules = self.env["storefront.order.rules"]
        reasons = rules._foresee_skips(run.backend_id, orders.values())
        return {
            external_id: {
                "number": summary.number,
                "external_id": external_id,
                "ordered_at": naive_utc(summary.created_at),
                "total": float(summary.total),
                "currency_id": currencies.get(summary.currency, currencies[""]).id,
                "storefront_status": summary.status,
                "is_here": bool(known[external_id]["order_id"]),
                "snapshot_id": known[external_id]["snapshot_id"],
                **self._foresee(
                    run.backend_id, summary, known[external_id], currencies, reasons[external_id]
                ),
            }
            for external_id, summary in orders.items()
        }

    def _find_known(self, backend, external_ids):
        """Return {external id: what is here of it}."""
        self.env.cr.execute(
            "SELECT wanted.id AS external_id, snapshot.id AS snapshot_id, snapshot.state,"
            " snapshot.error_code, snapshot.source_updated_at, sale.id AS order_id"
            " FROM unnest(%(ids)s::text[]) AS wanted(id)"
            " LEFT JOIN storefront_snapshot snapshot ON snapshot.backend_id = %(backend)s"
            " AND snapshot.kind = 'order' AND snapshot.external_id = wanted.id"
            " LEFT JOIN sale_order sale ON sale.storefront_backend_id = %(backend)s"
            " AND sale.storefront_external_id = wanted.id",
            {"ids": external_ids, "backend": backend.id},
        )
        return {row["external_id"]: row for row in self.env.cr.dictfetchall()}

    def _find_currencies(self, names):
        """Return {name: currency}, active or not; under "" none."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        found = currencies.search([("name", "in", list(names))])
        return {"": currencies, **{currency.name: currency for currency in found}}

    def _foresee(self, backend, summary, known, currencies, rule):
        """Return what would become of an order, as far as a list tells.

        ``rule``: why the backend's rules leave out a new one, empty where they don't."""
        reason = self._reason_to_skip(summary, known, rule)
        if reason:
            params = self.env["storefront.order.rules"]._skip_params(backend, summary)
            return {"state": "skipped", "code": reason, "params": reason == rule and params}
        vals = {"state": "to_update" if known["order_id"] else "to_create"}
        currency = currencies.get(summary.currency)
        if not known["order_id"] and not (currency and currency.active):
            vals["code"] = "currency_missing"
            vals["params"] = {"currency": summary.currency}
            vals["causes"] = [["currency_missing", summary.currency]]
        return vals

    def _reason_to_skip(self, summary, known, rule):
        if known["state"] in ("to_fetch", "to_import"):
            return "order_coming"
        if known["state"] == "requires_attention":
            return "order_waiting"
        if known["order_id"]:
            read_at = known["source_updated_at"]
            is_new = not read_at or read_at < naive_utc(summary.updated_at)
            return "" if is_new else "order_here"
        return rule or ("ignored" if known["error_code"] == "ignored" else "")


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc) if moment else None
