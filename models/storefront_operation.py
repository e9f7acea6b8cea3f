# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from . import messages

_logger = logging.getLogger(__name__)

# The kind of record each of these is about.
RECORD_KINDS = {
    "order_fetch": "order",
    "order_import": "order",
    "customer_fetch": "customer",
    "customer_update": "customer",
}


class StorefrontOperation(models.Model):
    _name = "storefront.operation"
    _inherit = "storefront.history"
    _description = "Storefront Operation"
    _order = "create_date desc, id desc"
    _rec_name = "type"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    create_date = fields.Datetime(string="Time")
    type = fields.Selection(
        [
            ("order_fetch", "Fetch orders"),
            ("order_import", "Import order"),
            ("customer_fetch", "Fetch customers"),
            ("customer_update", "Update customer"),
            ("stock_push", "Push stock"),
            ("product_link", "Link products"),
            ("marker_push", "Write markers"),
            ("connect", "Connect"),
            ("webhook_check", "Check webhooks"),
            ("order_poll", "Poll orders"),
            ("privacy", "Answer privacy request"),
            ("replay", "Replay"),
            ("order_history", "Import orders by hand"),
            ("reconcile", "Reconcile stock"),
        ],
        required=True,
        readonly=True,
    )
    source_ref = fields.Char(string="Source", readonly=True, help="What was read.")
    target_ref = fields.Char(string="Target", readonly=True, help="What was written.")
    order_number = fields.Char(readonly=True, help="What the storefront calls the order.")
    reference = fields.Char(
        string="Order or ID",
        compute="_compute_reference",
        search="_search_reference",
        help="The order's number in the storefront or here, or its external id: exactly.",
    )
    status = fields.Selection(
        [
            ("success", "Success"),
            ("unchanged", "Unchanged"),
            ("skipped", "Skipped"),
            ("retry", "Retry"),
            ("requires_attention", "Requires attention"),
            ("dead", "Dead letter"),
        ],
        required=True,
        readonly=True,
    )
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True, aggregator="avg")
    lag_ms = fields.Integer(
        string="Lag (ms)",
        readonly=True,
        aggregator="avg",
        help="From the storefront's time of the change.",
    )
    tries = fields.Integer(readonly=True)
    error_code = fields.Selection("_selection_code", string="Cause", readonly=True, validate=False)
    error_params = fields.Json(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    item_count = fields.Integer(readonly=True)
    items = fields.Json(readonly=True, help="What a batch held.")

    _backend_time_idx = models.Index("(backend_id, create_date)")
    # For the list, which has the latest first, for periods, and for storefront.retention.
    _time_idx = models.Index("(create_date)")
    # Searched for across all backends; equality only, which these serve at any size.
    _source_idx = models.Index("(source_ref) WHERE source_ref IS NOT NULL")
    _target_idx = models.Index("(target_ref) WHERE target_ref IS NOT NULL")
    _number_idx = models.Index("(order_number) WHERE order_number IS NOT NULL")
    # Few rows of many: the list of failures, and their share of a day.
    _failed_idx = models.Index(
        "(backend_id, create_date) WHERE status IN ('requires_attention', 'dead')"
    )

    @api.model
    def _selection_code(self):
        return messages.selection(self.env)

    @api.depends("order_number", "source_ref")
    def _compute_reference(self):
        for operation in self:
            operation.reference = operation.order_number or operation.source_ref

    @api.model
    def _search_reference(self, operator, value):
        """Search by equality whatever the operator: nothing else has an index at this size."""
        if operator not in ("=", "in", "ilike", "=ilike"):
            return NotImplemented
        values = [value] if isinstance(value, str) else list(value)
        names = [name.strip() for name in values if name and name.strip()]
        # Most storefronts show a # that people leave out.
        numbers = [*names, *(f"#{name}" for name in names)]
        orders = self.env["sale.order"].sudo()._search([("name", "in", names)])
        targets = [f"sale.order,{order_id}" for order_id in orders]
        return [
            "|",
            "|",
            ("order_number", "in", numbers),
            ("source_ref", "in", names),
            ("target_ref", "in", targets),
        ]

    @api.depends("type", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        labels = dict(self._fields["type"]._description_selection(self.env))
        for operation in self:
            time = format_datetime(self.env, operation.create_date) if operation.create_date else ""
            operation.display_name = f"{labels.get(operation.type, '')} {time}".strip()

    @api.depends("error_code", "error_params", "status")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for operation in self:
            operation.error_message = messages.render(
                self.env, operation.error_code, operation.error_params, operation.status == "dead"
            )

    def _log(self, backend, vals):
        """Write one operation and the same as one JSON line of the server's log.

        The line holds ids and figures only: no personal data."""
        return self._log_all(backend, [vals])

    def _log_all(self, backend, rows):
        """Do what `_log` does for several operations, which all have the same values given."""
        convert = {name: self._fields[name].convert_to_column_insert for name in rows[0]}
        fixed = SQL(
            "%s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %s",
            self.env.uid,
            self.env.uid,
            backend.id,
        )
        given = ([SQL("%s", convert[name](row[name], self)) for name in convert] for row in rows)
        values = [SQL("(%s, %s)", fixed, SQL(", ").join(row)) for row in given]
        # Not by the ORM: one is written with each call and each import, and takes a fifth so.
        self.env.cr.execute(
            SQL(
                "INSERT INTO storefront_operation"
                " (create_uid, write_uid, create_date, write_date, backend_id, %s) VALUES %s"
                " RETURNING id, create_date",
                SQL(", ").join(map(SQL.identifier, convert)),
                SQL(", ").join(values),
            )
        )
        written = self.env.cr.fetchall()
        for row in rows:
            self._log_line(backend, row, written[0][1])
        return self.browse(operation_id for operation_id, _created in written)

    def _log_line(self, backend, vals, created):
        line = {
            "time": f"{created.isoformat()}Z",
            "type": vals["type"],
            "backend": backend.id,
            "source": vals.get("source_ref") or None,
            "target": vals.get("target_ref") or None,
            "status": vals["status"],
            "duration_ms": vals.get("duration_ms") or 0,
            "lag_ms": vals.get("lag_ms"),
            "tries": vals.get("tries") or 0,
            "items": vals.get("item_count") or 0,
            "error": vals.get("error_code") or None,
        }
        _logger.info("%s", json.dumps(line))

    # from an operation to what it was about

    def action_open_source(self):
        """Open the storefront's record that was read."""
        self.ensure_one()
        self.check_access("read")
        return self._snapshots()._action_open()

    def action_open_target(self):
        """Open the record that was written."""
        self.ensure_one()
        self.check_access("read")
        model, _comma, record_id = (self.target_ref or "").partition(",")
        if model not in self.env or not record_id.isdecimal():
            raise UserError(self.env._("Nothing was written."))
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "res_id": int(record_id),
        }

    def action_retry(self):
        """Do it again from the current state: records are fetched anew, stock is compared anew."""
        self.check_access("read")
        self.env["storefront.snapshot"].check_access("write")
        snapshots = self._snapshots()
        bindings = self._bindings()
        if not snapshots and not bindings:
            raise UserError(self.env._("There is nothing to do again here."))
        snapshots.action_retry()
        if bindings:
            bindings.check_access("write")
            bindings._mark_stock()
        return True

    def _snapshots(self):
        """Return the storefront records that were fetched or imported."""
        found = self.env["storefront.snapshot"]
        for operation in self.filtered(lambda one: one.type in RECORD_KINDS):
            external_ids = [operation.source_ref] if operation.source_ref else operation.items
            found |= found.search(
                [
                    ("backend_id", "=", operation.backend_id.id),
                    ("kind", "=", RECORD_KINDS[operation.type]),
                    ("external_id", "in", external_ids or []),
                ]
            )
        return found

    def _bindings(self):
        """Return the variants whose stock was sent."""
        found = self.env["storefront.binding.variant"]
        for operation in self.filtered(lambda one: one.type == "stock_push"):
            inventory_ids = {item[0] for item in operation.items or []}
            found |= found.search(
                [
                    ("backend_id", "=", operation.backend_id.id),
                    ("inventory_external_id", "in", list(inventory_ids)),
                ]
            )
        return found
