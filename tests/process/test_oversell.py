# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A store that sells while Odoo receives and ships, under each way of reserving: what it shows is
never more than there is left to sell."""

import pytest
from _demo import prepare
from _demo.report import wait_for
from world import PATIENCE

COUNTED, ROUNDS, RECEIVED = 20, 5, 2


@pytest.fixture
def reserve(world):
    """Have deliveries reserved by a method; as installed afterwards."""
    kinds = [prepare.warehouse(world.odoo)["out_type_id"][0]]

    def write(method):
        world.odoo.call("stock.picking.type", "write", kinds, {"reservation_method": method})

    yield write
    write("at_confirm")


def ship(world, sku):
    pickings = [
        row[0]
        for row in world.rows(
            "SELECT DISTINCT picking.id FROM stock_picking picking"
            " JOIN stock_move move ON move.picking_id = picking.id"
            " JOIN product_product product ON product.id = move.product_id"
            " WHERE product.default_code = %s AND picking.sale_id IS NOT NULL"
            " AND picking.state NOT IN ('done', 'cancel')",
            sku,
        )
    ]
    for picking in pickings:
        world.odoo.call("stock.picking", "action_assign", [picking])
        world.stock.validate([picking])
    return len(pickings)


def clean(world):
    """Run Odoo's scheduler, as it does each night: two workers that reserve at once may leave a
    quant behind that nothing is reserved on, so that too little is free, never too much."""
    scheduler = world.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'stock'"
        " AND name = 'ir_cron_scheduler_action'"
    )
    world.odoo.call("ir.cron", "method_direct_trigger", [scheduler])


@pytest.mark.parametrize("method", ["at_confirm", "manual", "by_date"])
def test_store_sells_while_odoo_ships(world, reserve, method):
    sku = next(world.skus)
    world.apply(world.count(sku, COUNTED))
    wait_for(lambda: world.storefront.level(sku) == COUNTED, PATIENCE, "the count to be shown")
    product = world.odoo.search("product.product", [("default_code", "=", sku)])
    # So that a reservation by date isn't due when the order comes in.
    world.odoo.call("product.product", "write", product, {"sale_delay": 10})
    reserve(method)
    shipped = 0
    for number in range(ROUNDS):
        world.place(sku, f"{method}{number}@example.com")
        world.stock.bring(sku, RECEIVED)
        # Whatever is on its way to whom, no more can be sold than there is.
        assert world.storefront.level(sku) <= COUNTED + (number + 1) * (RECEIVED - 1)
        shipped += ship(world, sku)
    world.settle()
    clean(world)
    left = COUNTED + ROUNDS * (RECEIVED - 1)
    wait_for(lambda: world.storefront.level(sku) == left, PATIENCE, f"{left} to be shown")
    shipped += ship(world, sku)
    assert shipped == ROUNDS
    clean(world)
    world.check()
    assert world.storefront.level(sku) == left
