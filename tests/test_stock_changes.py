# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way stock changes reaches the storefront: one table, a row each."""

from contextlib import contextmanager, suppress

from odoo.fields import Command
from odoo.tests import tagged

from .test_flow_stock_export import StockExportCase

# What happens -> what the storefront shows then. It starts with 10 at one location, which a
# warehouse feeds, and has 10 there; `Second` is another warehouse of the company.
CHANGES = {
    "receipt": 15,
    "delivery": 7,
    "reservation": 6,
    "unreservation": 10,
    "returned_delivery": 10,
    "scrap": 8,
    "inventory_adjustment": 12,
    "quantity_in_the_product_form": 14,
    "transfer_within_the_warehouse": 10,
    "transfer_to_another_warehouse": 6,
    "transfer_from_another_warehouse": 14,
    "made_by_manufacturing": 13,
    "used_by_manufacturing": 8,
    "lot_moved_away": 10,
    "package_moved_away": 10,
    "location_moved_to_another_warehouse": 10,
    "another_warehouse_archived": 10,
    "product_archived_then_sold": 9,
    "stock_file_imported": 17,
    "quants_merged": 13,
    "reservations_cleaned": 10,
    "quant_written_by_another_module": 25,
    "quant_moved_by_another_module": 0,
    "quant_of_another_product": 0,
    "quant_deleted": 0,
    "stock_of_another_company": 10,
    "order_of_another_channel": 8,
    "negative_stock": 0,
    # settings
    "safety_stock": 8,
    "safety_stock_in_percent": 7,
    "safety_stock_of_the_product": 5,
    "most_to_show": 6,
    "packs": 3,
    "on_hand_quantity": 10,
    "second_warehouse_added": 17,
    "only_a_shelf": 4,
    "excluded_then_included": 11,
    "not_tracked_then_tracked": 10,
    "switched_off_then_on": 11,
    # forecasts, which no quant tells of
    "forecast_of_a_receipt": 15,
    "forecast_of_a_cancelled_receipt": 10,
    "forecast_of_a_delivery": 7,
    "forecast_of_a_changed_demand": 12,
    # kits: what the storefront shows of the kit
    "component_of_a_kit": 4,
    "component_of_a_kit_in_a_kit": 2,
    "bill_of_materials_changed": 2,
    "line_of_a_bill_of_materials_changed": 3,
    "bill_of_materials_archived": 0,
    "forecast_of_a_kit": 7,
}


class Undo(Exception):
    pass


@tagged("post_install", "-at_install")
class TestStockChanges(StockExportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create({"name": "Shelf", "location_id": cls.stock.id})
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def setUp(self):
        super().setUp()
        self.shown = "1"
        self.shop.stock[self.stock_key("1")] = 0
        self.set_stock(self.product, 10)
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 10)

    def test_every_way_stock_changes(self):
        methods = {name[4:] for name in dir(self) if name.startswith("row_")}
        self.assertEqual(methods, set(CHANGES))
        for name, expected in CHANGES.items():
            with self.subTest(name), self.undone():
                getattr(self, f"row_{name}")()
                self.job("stock")
                self.assertEqual(self.shop.stock[self.stock_key(self.shown)], expected)
                self.assertEqual(self.outbox(), [])
                self.assertIsNone(self.postponed())

    @contextmanager
    def undone(self):
        """Put database, storefront and caches back at the end."""
        stock = dict(self.shop.stock)
        self.shown = "1"
        try:
            with suppress(Undo), self.env.cr.savepoint():
                yield
                raise Undo()
        finally:
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            self.shop.stock = stock
            self.shop.answered.clear()

    # how stock moves

    def move(self, quantity, source, destination, product=None, done=True, **values):
        move = self.env["stock.move"].create(
            {
                "product_id": (product or self.product).id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": destination.id,
                **values,
            }
        )
        move._action_confirm()
        move._action_assign()
        if done:
            move.picked = True
            move._action_done()
        return move

    def picking(self, kind, quantity, source, destination):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def validate(self, picking):
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def quant(self, product=None, location=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "=", (location or self.stock).id),
            ]
        )

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
