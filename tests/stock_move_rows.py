# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ways stock moves: rows of the table of ``test_stock_changes``."""

from odoo.fields import Command

from .stock_change_case import StockChangeCase


class StockMoveRows(StockChangeCase):
    def row_receipt(self):
        kind = self.warehouse.in_type_id
        self.validate(self.picking(kind, 5, self.suppliers, self.stock))

    def row_delivery(self):
        kind = self.warehouse.out_type_id
        self.validate(self.picking(kind, 3, self.stock, self.customers))

    def row_reservation(self):
        self.picking(self.warehouse.out_type_id, 4, self.stock, self.customers)

    def row_unreservation(self):
        picking = self.picking(self.warehouse.out_type_id, 4, self.stock, self.customers)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 6)
        picking.do_unreserve()

    def row_returned_delivery(self):
        picking = self.picking(self.warehouse.out_type_id, 3, self.stock, self.customers)
        self.validate(picking)
        self.job("stock")
        wizard = self.env["stock.return.picking"].with_context(
            active_model="stock.picking", active_id=picking.id, active_ids=picking.ids
        )
        returning = wizard.create({"picking_id": picking.id})
        returning.product_return_moves.quantity = 3
        action = returning.action_create_returns()
        self.validate(self.env["stock.picking"].browse(action["res_id"]))

    def row_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.product.id, "scrap_qty": 2, "location_id": self.stock.id}
        )
        scrap.do_scrap()

    def row_inventory_adjustment(self):
        quant = self.quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 12
        quant.action_apply_inventory()

    def row_quantity_in_the_product_form(self):
        self.product.qty_available = 14

    def row_transfer_within_the_warehouse(self):
        self.move(4, self.stock, self.shelf)

    def row_transfer_to_another_warehouse(self):
        self.move(4, self.stock, self.second.lot_stock_id)

    def row_transfer_from_another_warehouse(self):
        self.set_stock(self.product, 4, self.second.lot_stock_id)
        self.move(4, self.second.lot_stock_id, self.stock)

    def row_lot_moved_away(self):
        self.product.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "A", "product_id": self.product.id})
        update = self.env["stock.quant"]._update_available_quantity
        update(self.product, self.shelf, 5, lot_id=lot)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 15)
        self.quant(location=self.shelf).move_quants(self.second.lot_stock_id)

    def row_package_moved_away(self):
        package = self.env["stock.package"].create({"name": "PACK-T"})
        update = self.env["stock.quant"]._update_available_quantity
        update(self.product, self.shelf, 5, package_id=package)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 15)
        self.quant(location=self.shelf).move_quants(self.second.lot_stock_id, unpack=True)

    def row_location_moved_to_another_warehouse(self):
        self.set_stock(self.product, 6, self.shelf)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 16)
        self.shelf.location_id = self.second.lot_stock_id

    def row_another_warehouse_archived(self):
        self.location.extra_warehouse_ids = self.second
        self.job("stock")
        self.second.active = False
        self.assertEqual(self.outbox(), [self.product.id])

    def row_product_archived_then_sold(self):
        self.product.active = False
        self.job("stock")
        self.move(1, self.stock, self.customers)

    def row_stock_file_imported(self):
        done = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .load(
                ["product_id/.id", "location_id/.id", "inventory_quantity"],
                [[str(self.product.id), str(self.stock.id), "17"]],
            )
        )
        self.assertFalse(done["messages"])
        self.env["stock.quant"].browse(done["ids"]).action_apply_inventory()

    def row_quants_merged(self):
        self.env["stock.quant"].create(
            {"product_id": self.product.id, "location_id": self.stock.id, "quantity": 3}
        )
        self.env["stock.quant"]._merge_quants()
        self.assertEqual(self.quant().quantity, 13)

    def row_reservations_cleaned(self):
        self.quant().sudo().reserved_quantity = 3
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 7)
        self.env["stock.quant"]._clean_reservations()

    def row_quant_written_by_another_module(self):
        self.quant().sudo().write({"quantity": 25})

    def row_quant_moved_by_another_module(self):
        self.quant().sudo().write({"location_id": self.customers.id})

    def row_quant_of_another_product(self):
        self.quant().sudo().write({"product_id": self.other_product.id})

    def row_quant_deleted(self):
        self.quant().sudo().unlink()

    def row_stock_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        house = self.env["stock.warehouse"].sudo().search([("company_id", "=", other.id)])
        backend = self._connected_backend("Elsewhere", other)
        self._location(backend, "L9", house)
        self.bind(self.product, "9", backend)
        self.shop.stock[self.stock_key("9", "L9")] = 0
        self.set_stock(self.product, 40, house.lot_stock_id)
        self.job("stock", backend)
        self.assertEqual(self.shop.stock[self.stock_key("9", "L9")], 40)

    def row_order_of_another_channel(self):
        partner = self.env["res.partner"].create({"name": "Walk-in"})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()

    def row_negative_stock(self):
        self.set_stock(self.product, -14)

    # manufacturing

    def made(self, product, component, quantity, each):
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": component.id, "product_qty": each})],
            }
        )
        order = self.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": quantity, "bom_id": bom.id}
        )
        order.action_confirm()
        order.action_assign()
        order.qty_producing = quantity
        order._set_qty_producing()
        order.button_mark_done()
        self.assertEqual(order.state, "done")

    def row_made_by_manufacturing(self):
        self.set_stock(self.other_product, 3)
        self.made(self.product, self.other_product, 3, 1)

    def row_used_by_manufacturing(self):
        self.made(self.other_product, self.product, 1, 2)
