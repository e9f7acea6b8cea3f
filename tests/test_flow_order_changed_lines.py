# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each change of an order's lines in each state of the sale order."""

from odoo.tests import tagged

from .update_case import STATES, OrderUpdateCase

# What the change of the cups, or of the lines beside them, comes to: (total, taxes), with prices
# that exclude taxes and with prices that include them. The taxes are as no engine would compute
# them, so that only the storefront's own figures add up.
TOTALS = {
    "raised": ((47.95, 8.0), (47.94, 8.0)),
    "lowered": ((23.95, 4.0), (23.94, 4.0)),
    "removed": ((11.94, 1.99), (11.94, 1.99)),
    "added": ((47.94, 8.0), (47.93, 8.0)),
    "price": ((31.15, 5.2), (30.94, 5.2)),
    "discount": ((32.35, 5.4), (32.94, 5.4)),
    "taxes": ((33.95, 4.0), (35.94, 4.0)),
    "shipping_added": ((38.35, 6.4), (38.34, 6.4)),
    "shipping_removed": ((30.01, 5.01), (30.0, 5.01)),
}
BEFORE = ((35.95, 6.0), (35.94, 6.0))
# Where a change can't follow, and why.
REFUSED = {
    ("delivered", "lowered"): "left already: 2",
    ("delivered", "removed"): "left already: 2",
    ("partly_delivered", "removed"): "left already: 1",
    ("partly_invoiced", "lowered"): "on an invoice: 1",
    ("partly_invoiced", "removed"): "on an invoice: 1",
    ("partly_invoiced", "price"): "on an invoice: 1",
    ("partly_invoiced", "discount"): "on an invoice: 1",
    ("partly_invoiced", "taxes"): "on an invoice: 1",
    ("invoiced", "lowered"): "on an invoice: 2",
    ("invoiced", "removed"): "on an invoice: 2",
    ("invoiced", "price"): "on an invoice: 2",
    ("invoiced", "discount"): "on an invoice: 2",
    ("invoiced", "taxes"): "on an invoice: 2",
    ("invoiced", "shipping_removed"): "on an invoice: 1",
}
# How the change is told where it can't follow.
TOLD = {
    "lowered": "Line 1: quantity 2 → 1",
    "removed": "Line 1: removed, 2 × %s EUR",
    "price": "Line 1: price %s EUR → %s EUR",
    "discount": "Line 1: discount 0.00 EUR → 3.00 EUR",
    "taxes": "Line 1: taxes VAT 20 % 4.01 → VAT 10 % 2.01",
    "shipping_removed": "Express: removed, 1 × %s EUR",
}
# What is still to be delivered once the change has followed: (cups, plates).
DEMAND = {"raised": (3, 1), "lowered": (1, 1), "removed": (0, 1), "added": (3, 1)}


@tagged("post_install", "-at_install")
class TestOrderChangedLines(OrderUpdateCase):
    def document(self, included, change=None):
        """Return the order, before a change or after it."""
        price = "12.00" if included else "10.00"
        lines = getattr(self, f"_change_{change}", self._unchanged)(price, included)
        return self.order("1001", *lines, prices_include_tax=included)

    def _unchanged(self, price, included):
        return (self.cups(price), *self._rest(included))

    def _rest(self, included):
        return self.rest("6.00", "5.94") if included else self.rest()

    def _change_raised(self, price, included):
        return (self.cups(price, "6.01", quantity=3), *self._rest(included))

    def _change_lowered(self, price, included):
        return (self.cups(price, "2.01", quantity=1), *self._rest(included))

    def _change_removed(self, price, included):
        return self._rest(included)

    def _change_added(self, price, included):
        more = self.line("4", "11.99" if included else "9.99", ("VAT", "0.2", "2.00"))
        return (*self._unchanged(price, included), more)

    def _change_price(self, price, included):
        return (self.cups("9.50" if included else "8.00", "3.21"), *self._rest(included))

    def _change_discount(self, price, included):
        return (self.cups(price, "3.41", discount="3.00"), *self._rest(included))

    def _change_taxes(self, price, included):
        return (self.cups(price, "2.01", "0.1"), *self._rest(included))

    def _change_shipping_added(self, price, included):
        gross = "2.40" if included else "2.00"
        more = self.line("5", gross, ("VAT", "0.2", "0.40"), kind="shipping", name="Island")
        return (*self._unchanged(price, included), more)

    def _change_shipping_removed(self, price, included):
        return self._unchanged(price, included)[:2]

    def check_state(self, state, included):
        """Apply each change to an order in ``state``."""
        order = self.bring(self.document(included), state)
        self.assertEqual(self.figures(order), BEFORE[included])
        posted = self.posted(order)
        for change in TOTALS:
            with self.subTest(state=state, included=included, change=change), self.undone():
                document = self.document(included, change)
                self.assertEqual(self.change(document), order)
                refusal = REFUSED.get((state, change))
                if refusal:
                    self.check_refused(order, change, included, refusal)
                else:
                    self.check_followed(order, state, change, included)
                self.assertEqual(order.locked, state == "locked")
                self.assertEqual(self.posted(order), posted)
                self.assertFalse(order.activity_ids | order.picking_ids.activity_ids)

    def posted(self, order):
        """Return what was said on the order. On a delivery Odoo says what it had asked for before,
        and whoever has its list in hand must know."""
        return order.message_ids.mapped("body")

    def figures(self, order):
        return order.amount_total, order.amount_tax

    def check_followed(self, order, state, change, included):
        total, tax = TOTALS[change][included]
        self.assertEqual(self.figures(order), (total, tax))
        self.assertEqual((order.storefront_total, order.storefront_total_tax), (total, tax))
        self.assertFalse(self.issues())
        self.assertFalse(order.storefront_differs)
        self.assertFalse(order.storefront_edits)
        self.assertEqual(self.last_status(), "success")
        if state in ("confirmed", "locked"):
            cups, plates = DEMAND.get(change, (2, 1))
            demand = {self.product: cups, self.other_product: plates}
            self.assertEqual(self.demand(order), {key: n for key, n in demand.items() if n})

    def check_refused(self, order, change, included, refusal):
        self.assertEqual(self.figures(order), BEFORE[included])
        self.assertEqual(
            (order.storefront_total, order.storefront_total_tax), TOTALS[change][included]
        )
        issue = self.issues()
        self.assertEqual((issue.code, issue.order_id), ("order_changed", order))
        prices = {
            "removed": ("12.00" if included else "10.00",),
            "price": ("12.00", "9.50") if included else ("10.00", "8.00"),
            "shipping_removed": ("5.94" if included else "4.95",),
        }
        told = TOLD[change] % prices[change] if change in prices else TOLD[change]
        self.assertIn(f"by itself: {told} ({refusal}). Bring", issue.message)
        self.assertTrue(order.storefront_differs)
        self.assertEqual(order.storefront_warning, issue.message)

    def test_each_state_with_prices_that_exclude_taxes(self):
        for state in STATES:
            with self.undone():
                self.check_state(state, included=False)

    def test_prices_that_include_taxes(self):
        for state in ("quotation", "confirmed", "invoiced"):
            with self.undone():
                self.check_state(state, included=True)
