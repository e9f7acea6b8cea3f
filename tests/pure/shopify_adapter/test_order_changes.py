# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that were sent, refunded, cancelled or edited before they are first seen, from the
simulated store, with amounts computed by hand."""

from decimal import Decimal as D

from odoo.addons.storefront_connector.platforms.documents.order import Discount

VAT = {"title": "VAT", "rate": "0.21"}


def rows(order):
    """(kind, name, quantity, charged, tax) of each line."""
    return [(one.kind, one.name, one.quantity, one.charged, one.tax_total) for one in order.lines]


def row(kind, name, charged, tax=0, quantity=1):
    return (kind, name, D(quantity), D(charged), D(tax))


def test_units_that_left(shop):
    placed = shop.place(lines=[{"sku": "LAMP", "quantity": 3}, {"sku": "MUG"}])
    shop.control.fulfil_order(placed["id"], quantities={"LAMP": 2})
    order = shop.read(placed)
    assert [one.fulfilled_quantity for one in order.lines] == [D(2), D(0)]
    assert order.fulfillment_state == "partial"
    shop.control.refund_order(placed["id"], {"LAMP": 3}, restock="RETURN")
    assert [one.fulfilled_quantity for one in shop.read(placed).lines] == [D(2), D(0)]


def test_a_partly_refunded_order_is_read_as_placed(shop):
    placed = shop.place(
        lines=[{"sku": "LAMP", "quantity": 3}],
        taxes=[VAT],
        shipping={"title": "Post", "price": "5.00"},
    )
    before = shop.read(placed)
    shop.control.refund_order(placed["id"], {"LAMP": 1}, shipping="2.00")
    order = shop.read(placed)
    assert (order.total, order.total_tax, order.lines) == (D("78.65"), D("13.65"), before.lines)
    # a lamp 24.20, shipping 2.42
    assert (order.payment_state, order.total_refunded) == ("partially_refunded", D("26.62"))
    assert [(one.kind, one.amount) for one in order.payments] == [
        ("payment", D("78.65")),
        ("refund", D("26.62")),
    ]


def test_a_cancelled_order_is_read_as_placed(shop):
    placed = shop.place(taxes=[VAT], shipping={"title": "Post", "price": "5.00"})
    before = shop.read(placed)
    shop.control.cancel_order(placed["id"])
    order = shop.read(placed)
    assert (order.total, order.lines) == (before.total, before.lines)
    assert (order.status, order.payment_state) == ("CANCELLED", "refunded")
    assert order.total_refunded == order.total == D("30.25")


def test_an_edited_order_is_read_as_it_is_now(shop):
    """Two of three lamps go one after the other: 54.00 less 18.00 less 18.00."""
    placed = shop.place(
        lines=[{"sku": "LAMP", "quantity": 3}, {"sku": "MUG"}],
        taxes=[VAT],
        discounts=[{"code": "TEN", "value": "10"}],
        shipping={"title": "Post", "price": "5.00"},
    )
    edit = shop.control.edit_order
    edit(placed["id"], "LAMP", 2)
    edit(placed["id"], "LAMP", 1)
    edit(placed["id"], "MUG", 0)
    edit(placed["id"], add={"custom": True, "title": "Bulb", "price": "3.00"})
    edit(placed["id"], remove_shipping="Post")
    edit(placed["id"], shipping={"title": "Express", "price": "9.00"})
    order = shop.read(placed)
    assert rows(order) == [
        row("product", "Lamp", "18.00", "3.78"),
        row("product", "Bulb", "3.00", "0.63"),
        row("shipping", "Express", "9.00", "1.89"),
    ]
    assert order.lines[0].discounts == (Discount(title="TEN", amount=D("2.00")),)
    assert (order.total, order.total_tax) == (D("36.30"), D("6.30"))


def test_more_units_than_were_ordered(shop):
    placed = shop.place(taxes=[VAT])
    shop.control.edit_order(placed["id"], "LAMP", 3)
    order = shop.read(placed)
    assert rows(order) == [row("product", "Lamp", "60.00", "12.60", 3)]
    assert (order.total, order.payment_state) == (D("72.60"), "partially_paid")


def test_what_was_refunded_of_an_edited_order_is_put_back(shop):
    """Of four lamps one is removed and one refunded: three were sold."""
    placed = shop.place(lines=[{"sku": "LAMP", "quantity": 4}], taxes=[VAT], taxes_included=True)
    shop.control.edit_order(placed["id"], "LAMP", 3)
    shop.control.refund_order(placed["id"], {"LAMP": 1})
    order = shop.read(placed)
    assert rows(order) == [row("product", "Lamp", "60.00", "10.41", 3)]
    assert (order.total, order.total_tax) == (D("60.00"), D("10.41"))
    assert order.total_refunded == D("20.00")


def test_what_came_back_without_money_of_an_edited_order_was_sold(shop):
    """A return of something delivered isn't an edit, even if nothing is paid back."""
    placed = shop.place(lines=[{"sku": "LAMP", "quantity": 2}, {"sku": "MUG"}])
    shop.control.fulfil_order(placed["id"], skus=["LAMP"])
    shop.control.edit_order(placed["id"], "MUG", 0)
    shop.control.refund_order(placed["id"], {"LAMP": 1}, amount="0", restock="RETURN")
    assert rows(shop.read(placed)) == [row("product", "Lamp", "40.00", quantity=2)]


def test_a_refund_on_its_way_is_a_refund(shop):
    placed = shop.place(lines=[{"sku": "LAMP", "quantity": 2}, {"sku": "MUG"}])
    shop.control.edit_order(placed["id"], "MUG", 0)
    shop.control.refund_order(placed["id"], {"LAMP": 1}, status="PENDING")
    order = shop.read(placed)
    assert rows(order) == [row("product", "Lamp", "40.00", quantity=2)]
    assert [one.kind for one in order.payments] == ["payment"]


def test_shipping_that_was_refunded_before_it_was_removed(shop):
    placed = shop.place(taxes=[VAT], shipping={"title": "Post", "price": "5.00"})
    shop.control.refund_order(placed["id"], shipping="2.00")
    shop.control.edit_order(placed["id"], remove_shipping="Post")
    order = shop.read(placed)
    assert rows(order)[1:] == [row("shipping", "Post", "2.00", "0.42")]
    assert (order.total, order.total_tax) == (D("26.62"), D("4.62"))


def test_an_edited_order_without_discounts_nor_taxes_in_a_currency_without_decimals(shop):
    shop.control.configure(currency_code="JPY")
    placed = shop.place(
        lines=[{"sku": "LAMP", "quantity": 3, "price": "333"}],
        taxes=[{"title": "Tax", "rate": "0.1"}],
        taxes_included=True,
    )
    shop.control.edit_order(placed["id"], "LAMP", 2)
    order = shop.read(placed)
    # 999 / 1.1 = 908.18: 91 tax, a third of it 30
    assert rows(order) == [row("product", "Lamp", 666, 61, 2)]
    assert (order.total, order.total_tax) == (D(666), D(61))


def test_taxes_that_went_unit_by_unit_are_known_by_their_refunds(shop):
    """Of 0.05 tax on three units 0.02 go, then 0.02 of the rest: 0.01 is left, not a third."""
    placed = shop.place(
        lines=[{"sku": "MUG", "quantity": 3, "price": "0.10"}],
        taxes=[{"title": "VAT", "rate": "0.1667"}],
    )
    for units in (2, 1):
        shop.control.edit_order(placed["id"], "MUG", units)
    order = shop.read(placed)
    assert rows(order) == [row("product", "Mug", "0.10", "0.01")]
    assert (order.total, order.total_tax) == (D("0.11"), D("0.01"))


def test_prices_that_went_unit_by_unit_are_known_by_their_refunds(shop):
    """Of 0.11 for four units 0.03 and 0.03 go with edits: 0.05 is left of two, one refunded."""
    placed = shop.place(
        lines=[{"sku": "MUG", "quantity": 4, "price": "0.03"}],
        discounts=[{"code": "CENT", "type": "fixed_amount", "value": "0.01"}],
    )
    for units in (3, 2):
        shop.control.edit_order(placed["id"], "MUG", units)
    shop.control.refund_order(placed["id"], {"MUG": 1})
    order = shop.read(placed)
    assert rows(order) == [row("product", "Mug", "0.05", quantity=2)]
    assert order.total == D("0.05")


def test_taxes_of_shipping_that_was_refunded_bit_by_bit_before_it_was_removed(shop):
    """Of 0.05 tax 0.02 go with 1.00 of 3.00, and 0.02 with 1.00 of the rest."""
    taxes = [{"title": "VAT", "rate": "0.0167"}]
    placed = shop.place(shipping={"title": "Post", "price": "3.00", "taxes": taxes})
    for _refund in range(2):
        shop.control.refund_order(placed["id"], shipping="1.00")
    shop.control.edit_order(placed["id"], remove_shipping="Post")
    order = shop.read(placed)
    assert rows(order)[1:] == [row("shipping", "Post", "2.00", "0.04")]
    assert (order.total, order.total_tax) == (D("22.04"), D("0.04"))
