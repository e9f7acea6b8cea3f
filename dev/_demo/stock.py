# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Receipts and deliveries validated in Odoo, and how long the store takes to show them."""

import time

from .prepare import warehouse
from .report import StepFailed, check_equal, wait_for

ROUNDS = 3
RECEIVED, DELIVERED = 7, 3


class Stock:
    """The stock of products ({SKU: product id}) on both sides."""

    def __init__(self, odoo, storefront, product_ids):
        self._odoo, self._storefront, self._product_ids = odoo, storefront, product_ids
        self._warehouse = warehouse(odoo)

    def free(self):
        """{SKU: free quantity} in Odoo."""
        rows = self._odoo.read("product.product", list(self._product_ids.values()), ["free_qty"])
        free = {row["id"]: row["free_qty"] for row in rows}
        return {sku: free[product_id] for sku, product_id in self._product_ids.items()}

    def shown(self):
        """{SKU: available quantity} in the store."""
        return {sku: self._storefront.level(sku) for sku in self._product_ids}

    def is_equal(self):
        return self.free() == self.shown()

    def receive(self, sku, seconds):
        """Receive units; return the seconds from the click on Validate to the store's level."""
        return self._move(sku, "in_type_id", RECEIVED, RECEIVED, seconds)

    def deliver(self, sku, seconds):
        """Deliver units that no storefront sold; as `receive`."""
        return self._move(sku, "out_type_id", DELIVERED, -DELIVERED, seconds)

    def bring(self, sku, quantity):
        """Receive units without waiting for the store."""
        self.validate([self._picking(sku, "in_type_id", quantity)])

    def validate(self, picking_ids):
        self._odoo.call("stock.picking", "button_validate", picking_ids)

    def _move(self, sku, kind, quantity, change, seconds):
        expected = self._storefront.level(sku) + change
        picking_id = self._picking(sku, kind, quantity)
        clicked = time.time()
        self.validate([picking_id])
        wait_for(
            lambda: self._storefront.level(sku) == expected,
            seconds,
            f"{sku} to show {expected} in the store, after {kind} of {quantity}",
            interval=0.02,
        )
        lag = time.time() - clicked
        state = self._odoo.read("stock.picking", [picking_id], ["state"])[0]["state"]
        check_equal("state of the picking", state, "done")
        return lag

    def _picking(self, sku, kind, quantity):
        """A draft: nothing is reserved before it is validated."""
        type_id = self._warehouse[kind][0]
        places = self._odoo.read(
            "stock.picking.type",
            [type_id],
            ["default_location_src_id", "default_location_dest_id"],
        )[0]
        locations = {
            "location_id": places["default_location_src_id"][0],
            "location_dest_id": places["default_location_dest_id"][0],
        }
        move = {
            "product_id": self._product_ids[sku],
            "product_uom_qty": quantity,
            **locations,
        }
        return self._odoo.create(
            "stock.picking",
            {"picking_type_id": type_id, "move_ids": [(0, 0, move)], **locations},
        )


def deliver_order(odoo, backend_id):
    """Validate the delivery of one imported order."""
    order_ids = odoo.search("sale.order", [("storefront_backend_id", "=", backend_id)], limit=1)
    picking_ids = odoo.read("sale.order", order_ids, ["picking_ids"])[0]["picking_ids"]
    if not picking_ids:
        raise StepFailed("an imported order has no delivery")
    odoo.call("stock.picking", "button_validate", picking_ids)
    states = {row["state"] for row in odoo.read("stock.picking", picking_ids, ["state"])}
    check_equal("state of an order's delivery", states, {"done"})
