# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices by several workers, and by one that is killed: each order has one, none is missing."""

import pytest
from _demo.report import wait_for
from world import PATIENCE


@pytest.fixture
def invoicing(world):
    set_step(world, "post")
    yield world
    set_step(world, "confirm")


def test_burst_is_invoiced_without_gaps(invoicing):
    skus = [next(invoicing.skus) for _count in range(2)]
    placed = [
        invoicing.place(skus[number % 2], f"invoice{number}@example.com") for number in range(8)
    ]
    invoicing.check()
    assert [invoices(invoicing, external_id) for external_id in placed] == [["posted"]] * 8
    numbers = invoicing.rows(
        "SELECT sequence_number FROM account_move WHERE move_type = 'out_invoice'"
        " AND state = 'posted' ORDER BY 1"
    )
    assert [number for (number,) in numbers] == list(range(1, len(numbers) + 1))


def test_worker_killed_after_it_posted_an_invoice(invoicing):
    invoicing.order_point("invoice_posted", "kill_worker")
    external_id = invoicing.place(next(invoicing.skus), "posted@example.com")
    invoicing.wait_done("invoice_posted")
    assert invoices(invoicing, external_id) == []
    invoicing.let_cron_run()
    wait_for(lambda: invoices(invoicing, external_id), PATIENCE, "the invoice")
    invoicing.check()
    assert invoices(invoicing, external_id) == ["posted"]


def set_step(world, step):
    world.odoo.call("storefront.backend", "write", [world.backend_id], {"paid_step": step})


def invoices(world, external_id):
    """The states of the invoices of one order of the store."""
    found = world.rows(
        "SELECT DISTINCT move.id, move.state FROM account_move move"
        " JOIN account_move_line item ON item.move_id = move.id"
        " JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id"
        " JOIN sale_order_line line ON line.id = rel.order_line_id"
        " JOIN sale_order ON sale_order.id = line.order_id"
        " WHERE sale_order.storefront_external_id = %s",
        external_id,
    )
    return [state for _id, state in found]
