# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order sold that can't come in yet: its storefront has subtracted it already."""

import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)

# Orders on their way that are read to see what is in them; where there are more, all stock waits.
MOST_READ = 500


class StorefrontSnapshot(models.Model):
    _inherit = "storefront.snapshot"

    sold = fields.Json(
        readonly=True,
        help="Of an order that waits: {variant: units}, and the warehouse they will leave.",
    )

    _sold_idx = models.Index("(backend_id) WHERE sold IS NOT NULL")

    def _sold_on_the_way(self, backend):
        """Return the external ids of the variants in the backend's orders that aren't here yet, or
        their SKUs where they have none; None where it isn't known of an order what is in it.

        See ``_first_order_on_the_way``, which says what that is."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_event WHERE backend_id = %(id)s"
            " AND state = 'pending' AND kind = 'order')",
            {"id": backend.id},
        )
        if self.env.cr.fetchone()[0]:
            return None
        snapshots = self.sudo().search(  # sudo: the integration users can't read the payload
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "order"),
                ("state", "in", ("to_fetch", "to_import")),
                ("import_id", "=", False),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            limit=MOST_READ + 1,
        )
        if len(snapshots) > MOST_READ or "to_fetch" in snapshots.mapped("state"):
            return None
        documents = [snapshot._sold_document() for snapshot in snapshots]
        if None in documents:
            return None
        lines = [line for document in documents for line in document.lines]
        return {line.variant_external_id or line.sku for line in lines}

    def _sold_document(self):
        """Return the order, None where it can't be read."""
        backend = self.backend_id
        payload = self.sudo().payload  # which the integration user can't read
        if not payload:
            return None
        try:
            return backend._adapter_class().parse_order(payload, currency=backend.order_currency)
        except Exception as error:  # what keeps it from coming in may be the payload itself
            _logger.debug("snapshot %s sold: %s", self.id, type(error).__name__)
            return None

    def _note_sold(self):
        """Keep what these orders sold as long as no sale order says it."""
        for snapshot in self.filtered(lambda one: one.kind == "order" and not one.order_id):
            document = snapshot._sold_document()
            if document is None:
                continue
            sold = self.env["storefront.stock.sold"]._read_document(
                snapshot.backend_id, document, snapshot.import_id
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
