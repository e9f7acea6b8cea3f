# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import dataclasses
from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from ..flows import stock_quantity
from ..platforms.documents.stock import StockChange
from .stock_export_case import StockExportCase


@tagged("post_install", "-at_install")
class TestFreeQuantity(StockExportCase):
    """The one grouped query gives the numbers of the field ``free_qty``."""

    def setUp(self):
        super().setUp()
        self.second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.products = self.product | self.other_product

    def check(self, *expected):
        """Compare both with ``expected``: (product, warehouse, free quantity)."""
        quantities = self.env["storefront.stock.quantity"]
        flow = quantities._flow_env(self.backend, self.backend.outbound_user_id)
        places = self.location | self._location(self.backend, "L2", self.second)
        self.env.flush_all()
        read = flow._on_hand(self.backend, self.products.ids, places.with_env(flow.env))
        found = {
            (product_id, place.warehouse_id.id): free
            for place in places
            for product_id, free in read[place.id].items()
        }
        self.env.invalidate_all()
        for house in places.warehouse_id:
            for product in self.products.with_context(warehouse_id=house.id):
                self.assertEqual(
                    found.get((product.id, house.id), 0.0),
                    product.free_qty,
                    f"{product.display_name} in {house.display_name}",
                )
        self.assertEqual(
            [found.get((product.id, house.id), 0.0) for product, house, _free in expected],
            [free for _product, _house, free in expected],
        )

    def reserve(self, product, quantity, warehouse=None):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": (warehouse or self.warehouse).lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.state, "assigned")

    def test_reservations(self):
        self.set_stock(self.product, 10)
        self.set_stock(self.other_product, 3)
        self.reserve(self.product, 4)
        self.check((self.product, self.warehouse, 6.0), (self.other_product, self.warehouse, 3.0))

    def test_places_below_and_beside_the_stock(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        beside = self.env["stock.location"].create(
            {"name": "Dock", "location_id": self.warehouse.view_location_id.id}
        )
        away = self.env["stock.location"].create({"name": "Nowhere", "usage": "internal"})
        self.set_stock(self.product, 1, shelf)
        self.set_stock(self.product, 2, beside)
        self.set_stock(self.product, 4, away)
        self.set_stock(self.product, 8, self.second.lot_stock_id)
        self.check((self.product, self.warehouse, 3.0), (self.product, self.second, 8.0))

    def test_owners_lots_and_packages(self):
        self.product.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.product.id} for name in ("A", "B")]
        )
        owner = self.env["res.partner"].create({"name": "Consigner"})
        package = self.env["stock.package"].create({"name": "PACK-T"})
        update = self.env["stock.quant"]._update_available_quantity
        update(self.product, self.warehouse.lot_stock_id, 3, lot_id=lots[0])
        update(self.product, self.warehouse.lot_stock_id, 5, lot_id=lots[1], owner_id=owner)
        update(self.product, self.warehouse.lot_stock_id, 7, lot_id=lots[1], package_id=package)
        self.check((self.product, self.warehouse, 15.0))

    def test_negative_stock(self):
        self.set_stock(self.product, -4)
        self.check((self.product, self.warehouse, -4.0))

    def test_warehouse_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        house = self.env["stock.warehouse"].sudo().search([("company_id", "=", other.id)])
        self.set_stock(self.product, 9, house.lot_stock_id)
        self.set_stock(self.product, 2)
        self.check((self.product, self.warehouse, 2.0), (self.product, self.second, 0.0))

    def test_location_that_moved_to_another_warehouse(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.set_stock(self.product, 6, shelf)
        shelf.location_id = self.second.lot_stock_id
        self.check((self.product, self.warehouse, 0.0), (self.product, self.second, 6.0))

    def test_what_may_be_sold(self):
        cases = [
            (3.0, True, "3"),
            (2.9, True, "2"),
            (-4.0, True, "0"),
            (0.1 + 0.2, False, "0.3"),
            (2.9999999999, True, "3"),
            (-0.5, False, "0"),
        ]
        for free, whole, expected in cases:
            with self.subTest(free=free, whole=whole):
                self.assertEqual(self.shown(free, whole), Decimal(expected))

    def test_what_is_kept_and_what_is_sold_in_packs(self):
        cases = [
            # available, safety stock, in percent, units of a pack, the most to show: shown
            (10, 3, False, None, None, "7"),
            (2, 3, False, None, None, "0"),
            (15, 10, True, None, None, "13"),
            (-15, 10, True, None, None, "0"),
            (30, 5, False, 12, None, "2"),
            (36, 0, False, 12, None, "3"),
            (10, 0, False, "0.1", None, "100"),
            (10, 3, False, None, 5, "5"),
            (4, 3, False, None, 5, "1"),
        ]
        for free, safety, is_percent, pack, cap, expected in cases:
            with self.subTest(free=free, safety=safety, pack=pack, cap=cap):
                quantity = self.shown(free, True, cap, safety, is_percent, pack)
                self.assertEqual(quantity, Decimal(expected))

    def shown(self, free, whole, cap=0, safety=0, is_percent=False, pack=None):
        available = SQL("%s::numeric", str(free))
        query = SQL(
            "SELECT %s FROM (SELECT %s::numeric AS safety, %s AS is_percent, %s::numeric AS pack)"
            " rules",
            stock_quantity.shown(available, whole, cap),
            safety,
            is_percent,
            pack,
        )
        return Decimal(self.env.execute_query(query)[0][0])

    def test_fractions_where_the_platform_takes_them(self):
        self.adapter_class.capabilities = dataclasses.replace(
            self.adapter_class.capabilities, fractional_stock=True
        )
        self.sell("1", 0)
        self.product.uom_id = self.env.ref("uom.product_uom_kgm")
        self.set_stock(self.product, 2.5)
        self.job("stock")
        change = StockChange(key=self.stock_key("1"), quantity=Decimal("2.5"), expected=Decimal(0))
        self.assertEqual(self.shop.pushes[0][1], [change])
        self.assertEqual(self.level().quantity, 2.5)
