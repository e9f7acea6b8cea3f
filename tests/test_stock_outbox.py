# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every change of stock is noted, once a transaction, for the backends that sell the product."""

from odoo.tests import new_test_user, tagged

from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestStockOutbox(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.bind(self.product, "1")
        self.bind(self.other_product, "2")
        self.shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.clear()

    def clear(self):
        """Forget what was noted and who was woken."""
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM storefront_outbox")
        self.env.cr.postcommit.clear()

    def wakes(self):
        self.env.cr.flush()
        return self.env.cr.postcommit.data.get("storefront_connector.wakes", set())

    def stock_wake(self, backend=None):
        backend = backend or self.backend
        return (backend.id, "stock", 0, 0, backend.outbound_user_id.id)

    def quant(self, product=None, location=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "=", (location or self.shelf).id),
            ]
        )

    def test_binding_a_product_notes_it(self):
        third = self._product("Third", "THIRD")
        binding = self.bind(third, "3")
        self.assertEqual(self.outbox(), [third.id])
        self.clear()
        fourth = self._product("Fourth", "FOURTH")
        binding.product_id = fourth
        self.assertEqual(self.outbox(), [fourth.id])
        self.clear()
        binding.name = "Renamed"
        self.assertEqual(self.outbox(), [])

    def test_first_receipt_in_a_location(self):
        self.set_stock(self.product, 4, self.shelf)
        self.assertEqual(self.outbox(), [self.product.id])
        self.assertEqual(self.wakes(), {self.stock_wake()})

    def test_change_of_quantity_and_of_reservation(self):
        self.set_stock(self.product, 4, self.shelf)
        self.clear()
        self.set_stock(self.product, 1, self.shelf)
        self.assertEqual(self.outbox(), [self.product.id])
        self.clear()
        self.env["stock.quant"]._update_reserved_quantity(self.product, self.shelf, 1)
        self.assertEqual(self.outbox(), [self.product.id])

    def test_other_fields_of_a_quant_are_none_of_ours(self):
        self.set_stock(self.product, 4, self.shelf)
        self.clear()
        self.quant().write({"inventory_date": "2030-01-01"})
        self.assertEqual(self.outbox(), [])
        self.assertEqual(self.wakes(), set())

    def test_removed_quant(self):
        self.set_stock(self.product, 4, self.shelf)
        self.clear()
        self.quant().sudo().unlink()
        self.assertEqual(self.outbox(), [self.product.id])

    def test_removed_empty_quant_changes_nothing(self):
        quant = self.env["stock.quant"].create(
            {"product_id": self.product.id, "location_id": self.shelf.id, "quantity": 0}
        )
        self.clear()
        quant.sudo().unlink()
        self.assertEqual(self.outbox(), [])

    def test_places_that_are_not_ours(self):
        for usage in ("supplier", "customer", "inventory"):
            location = self.env["stock.location"].create({"name": usage, "usage": usage})
            self.set_stock(self.product, 4, location)
        self.assertEqual(self.outbox(), [])

    def test_product_nobody_sells(self):
        self.set_stock(self._product("Unsold", "UNSOLD"), 4)
        self.assertEqual(self.outbox(), [])
        self.assertEqual(self.wakes(), set())

    def test_many_changes_in_one_transaction_are_one_row_a_product(self):
        for _time in range(5):
            self.set_stock(self.product, 1, self.shelf)
            self.set_stock(self.other_product, 1, self.shelf)
        self.assertEqual(sorted(self.outbox()), sorted((self.product | self.other_product).ids))

    def test_rolled_back_savepoint_takes_its_notes_with_it(self):
        self.set_stock(self.other_product, 1, self.shelf)

        class Undo(Exception):
            pass

        with self.assertRaises(Undo), self.env.cr.savepoint():
            self.set_stock(self.product, 1, self.shelf)
            raise Undo()
        self.assertEqual(self.outbox(), [self.other_product.id])

    def test_location_that_moves(self):
        self.set_stock(self.product, 4, self.shelf)
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.clear()
        self.shelf.location_id = other.lot_stock_id
        self.assertEqual(self.outbox(), [self.product.id])

    def test_location_that_is_renamed_or_empty(self):
        self.set_stock(self.product, 4, self.shelf)
        self.clear()
        self.shelf.name = "Rack"
        self.assertEqual(self.outbox(), [])
        empty = self.env["stock.location"].create(
            {"name": "Empty", "location_id": self.warehouse.lot_stock_id.id}
        )
        empty.location_id = self.shelf
        self.assertEqual(self.outbox(), [])

    def test_every_backend_that_sells_the_product(self):
        second = self._connected_backend("Second", self.company)
        self.bind(self.product, "8", second)
        self.clear()
        self.set_stock(self.product, 1, self.shelf)
        self.assertEqual(self.outbox(), [self.product.id])
        self.assertEqual(self.outbox(second), [self.product.id])
        self.assertEqual(self.wakes(), {self.stock_wake(), self.stock_wake(second)})

    def test_paused_backend_notes_and_sleeps_and_a_draft_does_neither(self):
        for state, rows in (("paused", [self.product.id]), ("draft", [])):
            with self.subTest(state=state):
                self.backend.state = state
                self.clear()
                self.set_stock(self.product, 1, self.shelf)
                self.assertEqual(self.outbox(), rows)
                self.assertEqual(self.wakes(), set())

    def test_archived_backend_notes_nothing(self):
        self.backend.active = False
        self.clear()
        self.set_stock(self.product, 1, self.shelf)
        self.assertEqual(self.outbox(), [])

    def test_warehouse_user_without_any_right_on_storefronts(self):
        clerk = new_test_user(
            self.env,
            "clerk",
            "stock.group_stock_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        quant = self.env["stock.quant"].with_user(clerk).with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.product.id,
                "location_id": self.shelf.id,
                "inventory_quantity": 7,
            }
        ).action_apply_inventory()
        self.assertEqual(self.outbox(), [self.product.id])
        self.assertEqual(self.wakes(), {self.stock_wake()})

    def test_delivery_and_receipt(self):
        self.set_stock(self.product, 4, self.shelf)
        self.clear()
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(self.outbox(), [self.product.id])
        self.clear()
        move.picked = True
        move._action_done()
        self.assertEqual(self.outbox(), [self.product.id])

    def test_another_warehouse_for_a_location_notes_everything(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.clear()
        self.location.warehouse_id = other
        self.assertEqual(sorted(self.outbox()), sorted((self.product | self.other_product).ids))
        self.assertEqual(self.wakes(), {self.stock_wake()})

    def test_names_and_counts_for_people(self):
        self.set_stock(self.product, 1, self.shelf)
        self.env.cr.flush()
        self.set_stock(self.product, 1, self.shelf)
        self.set_stock(self.other_product, 1, self.shelf)
        self.env.cr.flush()
        rows = self.env["storefront.outbox"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(set(rows.mapped("backend_name")), {"Shop"})
        self.assertEqual(set(rows.mapped("product_name")), {"[CUP] Cup", "[PLATE] Plate"})
        self.assertEqual(len(rows), 3)
        self.assertEqual(self.backend.backlog_count, 2)
