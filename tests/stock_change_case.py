# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A warehouse and what moves its stock; what a test did is undone."""

from contextlib import contextmanager, suppress

from odoo.fields import Command

from .stock_export_case import StockExportCase


class Undo(Exception):
    pass


class StockChangeCase(StockExportCase):
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
