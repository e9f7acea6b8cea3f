# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way stock changes reaches the storefront: one table, a row each."""

from odoo.tests import tagged

from .stock_move_rows import StockMoveRows
from .stock_setting_rows import StockSettingRows

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


@tagged("post_install", "-at_install")
class TestStockChanges(StockMoveRows, StockSettingRows):
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
