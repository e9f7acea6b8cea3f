# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
import logging

from odoo import api, fields, models
from odoo.tools import format_datetime

from . import messages

_logger = logging.getLogger(__name__)


class StorefrontOperation(models.Model):
    _name = "storefront.operation"
    _description = "Storefront Operation"
    _order = "id desc"
    _rec_name = "type"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    create_date = fields.Datetime(string="Time")
    type = fields.Selection(
        [
            ("order_fetch", "Fetch orders"),
            ("order_import", "Import order"),
            ("stock_push", "Push stock"),
            ("product_link", "Link products"),
            ("connect", "Connect"),
            ("webhook_check", "Check webhooks"),
            ("order_poll", "Poll orders"),
            ("privacy", "Answer privacy request"),
        ],
        required=True,
        readonly=True,
    )
    source_ref = fields.Char(string="Source", readonly=True, help="What was read.")
    target_ref = fields.Char(string="Target", readonly=True, help="What was written.")
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
    error_code = fields.Char(readonly=True)
    error_params = fields.Json(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    item_count = fields.Integer(readonly=True)
    items = fields.Json(readonly=True, help="What a batch held.")

    _backend_time_idx = models.Index("(backend_id, create_date)")
    _source_idx = models.Index("(backend_id, source_ref)")

    @api.depends("type", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        labels = dict(self._fields["type"]._description_selection(self.env))
        for operation in self:
            time = format_datetime(self.env, operation.create_date) if operation.create_date else ""
            operation.display_name = f"{labels.get(operation.type, '')} {time}".strip()

    @api.depends("error_code", "error_params")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for operation in self:
            operation.error_message = messages.render(
                self.env, operation.error_code, operation.error_params
            )

    def _log(self, backend, vals):
        """Write one operation and the same as one JSON line of the server's log.

        The line holds ids and figures only: no personal data."""
        operation = self.create({"backend_id": backend.id, **vals})
        _logger.info(
            "%s",
            json.dumps(
                {
                    "time": operation.create_date.isoformat() + "Z",
                    "type": operation.type,
                    "backend": backend.id,
                    "source": operation.source_ref or None,
                    "target": operation.target_ref or None,
                    "status": operation.status,
                    "duration_ms": operation.duration_ms,
                    "lag_ms": vals.get("lag_ms"),
                    "tries": operation.tries,
                    "items": operation.item_count,
                    "error": operation.error_code or None,
                }
            ),
        )
        return operation
