# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order sold that can't come in yet: its storefront has subtracted it already."""

import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class StorefrontSnapshot(models.Model):
    _inherit = "storefront.snapshot"

    sold = fields.Json(
        readonly=True,
        help="Of an order that waits: {variant: units}, and the warehouse they will leave.",
    )

    _sold_idx = models.Index("(backend_id) WHERE sold IS NOT NULL")

    def _note_sold(self):
        """Keep what these orders sold as long as no sale order says it."""
        for snapshot in self.filtered(lambda one: one.kind == "order" and not one.order_id):
            backend = snapshot.backend_id
            payload = snapshot.sudo().payload  # which the integration user can't read
            if not payload:
                continue
            try:
                document = backend._adapter_class().parse_order(
                    payload, currency=backend.order_currency
                )
            except Exception as error:  # what keeps it from coming in may be the payload itself
                _logger.debug("snapshot %s sold: %s", snapshot.id, type(error).__name__)
                continue
            sold = self.env["storefront.stock.sold"]._read_document(
                backend, document, snapshot.import_id
            )
            if sold != snapshot.sold:
                snapshot.sold = sold

    def _forget_sold(self):
        """Send again what is no longer subtracted for these orders."""
        for snapshot in self.filtered("sold"):
            units = snapshot.sold["units"]
            snapshot.sold = False
            bindings = self.env["storefront.binding.variant"].search(
                [
                    ("backend_id", "=", snapshot.backend_id.id),
                    ("external_id", "in", list(units)),
                ]
            )
            self.env["storefront.outbox"]._collect(
                bindings.product_id.ids, snapshot.backend_id.id, is_sold=True
            )
