# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of an order had left the store when it came in: no warehouse is asked to pick it again.

Either stock isn't touched, for it was counted since or is kept elsewhere, and the order's lines
say how many were handed over; or the goods are taken out of the order's warehouse by a transfer
that is done at once. What is left is delivered as ever.
"""

from odoo import fields, models

from ..models.storefront_event import naive_utc


class StorefrontOrderDelivery(models.AbstractModel):
    _name = "storefront.order.delivery"
    _description = "Storefront Order Delivery"

    def _handed_over(self, document):
        """Return {line's external id: quantity that has left} of the products."""
        is_all = document.fulfillment_state == "fulfilled"
        handed = {}
        for line in document.lines:
            quantity = line.quantity if is_all else min(line.fulfilled_quantity, line.quantity)
            if line.kind == "product" and quantity > 0:
                handed[line.external_id] = float(quantity)
        return handed

    def _takes_stock(self, backend, document, run):
        """Whether what was handed over has yet to be taken out of stock here.

        A run of the import by hand that brings no deliveries moves nothing either."""
        since = backend.handover_since
        if run.without_delivery or (since and naive_utc(document.created_at) < since):
            return False
        if backend.handover_stock == "shops":
            return bool(self._find_shop(backend, document).warehouse_id)
        return backend.handover_stock == "all"

    def _find_shop(self, backend, document):
        """Return the location an order was placed and handed over in, if it was in one."""
        locations = self.env["storefront.mapping.location"]
        if not document.location_external_id:
            return locations
        return locations.search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("external_id", "=", document.location_external_id),
            ],
            ["warehouse_id"],
            order="id",
        )

    def _complete_lines(self, backend, document, commands, run):
        """Note on new lines what was handed over and isn't taken out of stock here."""
        handed = self._handed_over(document)
        takes = handed and self._takes_stock(backend, document, run)
        for vals in (command[2] for command in commands):
            quantity = handed.get(vals.get("storefront_external_id"))
            if quantity and not vals.get("is_delivery"):
                product = self.env["product.product"].browse(vals["product_id"])
                if not (takes and product.is_storable):
                    vals["storefront_delivered_qty"] = vals["qty_delivered"] = quantity

    def _hand_over(self, backend, order, document):
        """Bring an order that is about to be confirmed in line with what has left by now."""
        handed = self._handed_over(document)
        if not handed:
            return
        takes = self._takes_stock(backend, document, order.storefront_import_id)
        taken = {}
        for line in order.order_line:
            quantity = handed.get(line.storefront_external_id)
            if not quantity or line.is_delivery:
                continue
            if not (takes and line.product_id.is_storable):
                if line.storefront_delivered_qty != quantity:
                    line.storefront_delivered_qty = quantity
            elif line.product_id.tracking == "none":
                taken[line] = quantity  # else somebody has to say which lot it was
        if taken:
            self._take_out(order, taken)

    def _take_back(self, order, document):
        """Have lines say no more was handed over than the storefront still says; return whether
        any did."""
        handed = self._handed_over(document)
        changed = False
        for line in order.order_line.filtered("storefront_delivered_qty"):
            quantity = handed.get(line.storefront_external_id, 0.0)
            if quantity < line.storefront_delivered_qty:
                line.storefront_delivered_qty, changed = quantity, True
        return changed

    def _take_out(self, order, taken):
        """Write down the transfer that has happened: ``{order line: quantity}``.

        As superuser: it records a fact, and the inbound user has no right to move goods. Nobody
        is mailed that the goods are on their way."""
        warehouse = order.warehouse_id
        customers = order.partner_shipping_id.property_stock_customer
        places = {"location_id": warehouse.lot_stock_id.id, "location_dest_id": customers.id}
        moves = [
            {
                **places,
                "product_id": line.product_id.id,
                "product_uom": line.product_uom_id.id,
                "product_uom_qty": quantity,
                "sale_line_id": line.id,
                "company_id": order.company_id.id,
            }
            for line, quantity in taken.items()
        ]
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    **places,
                    "picking_type_id": warehouse.out_type_id.id,
                    "partner_id": order.partner_shipping_id.id,
                    "origin": order.name,
                    "company_id": order.company_id.id,
                    "move_ids": [fields.Command.create(vals) for vals in moves],
                }
            )
        )
        picking.action_confirm()
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.move_ids._action_done(cancel_backorder=True)
        picking.date_done = fields.Datetime.now()
