# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What changes the number to show without a move: rows of the table of ``test_stock_changes``."""

from odoo.fields import Command

from .stock_change_case import StockChangeCase


class StockSettingRows(StockChangeCase):
    # settings

    def row_safety_stock(self):
        self.backend.stock_safety = 2

    def row_safety_stock_in_percent(self):
        self.backend.write({"stock_safety": 25, "stock_safety_unit": "percent"})

    def row_safety_stock_of_the_product(self):
        self.backend.stock_safety = 2
        self.job("stock")
        self.product.product_tmpl_id.write(
            {"storefront_safety_unit": "unit", "storefront_safety": 5}
        )

    def row_most_to_show(self):
        self.backend.stock_cap = 6

    def row_packs(self):
        unit = self.product.uom_id
        self.binding.uom_id = self.env["uom.uom"].create(
            {"name": "Pack of 3", "relative_factor": 3, "relative_uom_id": unit.id}
        )

    def row_on_hand_quantity(self):
        self.row_reservation()
        self.job("stock")
        self.backend.stock_quantity = "on_hand"

    def row_second_warehouse_added(self):
        self.set_stock(self.product, 7, self.second.lot_stock_id)
        self.job("stock")
        self.location.extra_warehouse_ids = self.second

    def row_only_a_shelf(self):
        self.set_stock(self.product, 4, self.shelf)
        self.job("stock")
        self.location.stock_location_id = self.shelf

    def row_excluded_then_included(self):
        self.product.product_tmpl_id.storefront_excluded = True
        self.set_stock(self.product, 1)
        self.job("stock")
        self.binding.is_excluded = True
        self.product.product_tmpl_id.storefront_excluded = False
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)
        self.binding.is_excluded = False

    def row_not_tracked_then_tracked(self):
        product = self._product("Poster", "POSTER", is_storable=False)
        self.bind(product, "5")
        self.shop.stock[self.stock_key("5")] = 77
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("5")], 77)
        product.is_storable = True
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("5")], 0)

    def row_switched_off_then_on(self):
        self.backend.stock_is_live = False
        self.job("stock")
        self.set_stock(self.product, 1)
        self.assertEqual(self.outbox(), [])
        self.backend.stock_is_live = True

    # forecasts

    def planned(self, quantity, source, destination, kind):
        self.backend.stock_quantity = "forecast"
        self.job("stock")
        picking = self.picking(kind, quantity, source, destination)
        return picking

    def row_forecast_of_a_receipt(self):
        self.planned(5, self.suppliers, self.stock, self.warehouse.in_type_id)

    def row_forecast_of_a_cancelled_receipt(self):
        self.row_forecast_of_a_receipt()
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 15)
        self.env["stock.picking"].search([("product_id", "=", self.product.id)]).action_cancel()

    def row_forecast_of_a_delivery(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.planned(3, self.stock, self.customers, self.warehouse.out_type_id)

    def row_forecast_of_a_changed_demand(self):
        picking = self.planned(5, self.suppliers, self.stock, self.warehouse.in_type_id)
        self.job("stock")
        picking.move_ids.product_uom_qty = 2

    # kits

    def kit(self, *parts, name="Set"):
        """A kit of {component: units}, linked and drained."""
        kit = self._product(name, name.upper(), is_storable=False)
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": units})
                    for part, units in parts
                ],
            }
        )
        return kit, bom

    def sold_kit(self, *parts):
        kit, bom = self.kit(*parts)
        self.bind(kit, "7")
        self.shown = "7"
        self.shop.stock[self.stock_key("7")] = 0
        self.job("stock")
        return bom

    def row_component_of_a_kit(self):
        part = self._product("Part", "PART")  # nobody sells it alone
        self.sold_kit((self.product, 2), (part, 1))
        self.assertEqual(self.shop.stock[self.stock_key("7")], 0)
        self.set_stock(part, 4)

    def row_component_of_a_kit_in_a_kit(self):
        part = self._product("Part", "PART")
        inner, _bom = self.kit((part, 2), name="Inner")
        self.sold_kit((self.product, 1), (inner, 3))
        self.set_stock(part, 13)

    def row_bill_of_materials_changed(self):
        bom = self.sold_kit((self.product, 2))
        self.assertEqual(self.shop.stock[self.stock_key("7")], 5)
        bom.bom_line_ids = [Command.create({"product_id": self.other_product.id, "product_qty": 1})]
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("7")], 0)
        self.set_stock(self.other_product, 2)

    def row_line_of_a_bill_of_materials_changed(self):
        bom = self.sold_kit((self.product, 2))
        bom.bom_line_ids.product_qty = 3

    def row_bill_of_materials_archived(self):
        bom = self.sold_kit((self.product, 2))
        product = bom.product_tmpl_id
        bom.active = False
        product.is_storable = True

    def row_forecast_of_a_kit(self):
        self.sold_kit((self.product, 2))
        self.planned(5, self.suppliers, self.stock, self.warehouse.in_type_id)
