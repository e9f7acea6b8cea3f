# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes of imported orders: whole or in parts, they add up to the order."""

from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .exactness_case import ExactnessCase
from .order_chain import booked, import_order, invoice, post

ROUNDINGS = ("round_globally", "round_per_line")


class OrderInvoiceCase(ExactnessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load_accounts()
        cls.backend.paid_step = cls.backend.unpaid_step = "confirm"
        cls.product.invoice_policy = cls.other_product.invoice_policy = "order"
        cls._rate("USD", 1.3, "2026-11-21")  # the day after the orders
        cls._rate("JPY", 120.0, "2026-11-21")
        cls._rate("KWD", 0.5, "2026-11-21")

    def place(self, *lines, **values):
        """Import an order; return it with everybody's rights."""
        number = str(len(self.sale_orders()) + 1)
        return import_order(self.backend, self.order(number, *lines, **values)).with_env(self.env)

    def under(self, rounding):
        """Return the context of what is to hold under a rounding method."""
        self.company.tax_calculation_rounding_method = rounding
        return self.subTest(rounding=rounding)

    def invoice_quantity(self, order, quantity):
        """Invoice a quantity of each line."""
        order.invalidate_recordset()
        for line in order.order_line:
            line.qty_to_invoice = quantity
        return order._create_invoices()

    def amounts(self, *moves):
        return [(one.amount_untaxed, one.amount_tax, one.amount_total) for one in moves]

    def company_amounts(self, *moves):
        return [
            (one.amount_untaxed_signed, one.amount_tax_signed, one.amount_total_signed)
            for one in moves
        ]

    def credit(self, move, modify=False):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        wizard.modify_moves() if modify else wizard.refund_moves()
        return wizard.new_move_ids


@tagged("post_install", "-at_install")
class TestPartialInvoices(OrderInvoiceCase):
    def check_thirds(self, line, expected, **values):
        """Invoice one of three, three times; compare each invoice, in both rounding methods."""
        for rounding in ROUNDINGS:
            with self.under(rounding):
                order = self.place(line, **values)
                moves = [self.invoice_quantity(order, 1) for _part in range(3)]
                post(self.env["account.move"].union(*moves))
                self.assertEqual(self.amounts(*moves), expected)
                self.assertEqual(order.invoice_status, "invoiced")
                self.assertEqual(order.order_line.untaxed_amount_to_invoice, 0.0)
        return moves

    def test_thirds_in_euro(self):
        line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        self.check_thirds(line, [(3.33, 0.67, 4.0), (3.34, 0.66, 4.0), (3.33, 0.67, 4.0)])

    def test_thirds_of_a_price_with_taxes(self):
        line = self.line("1", "3.34", ("VAT", "0.2", "1.67"), quantity=3, discount="0.02")
        self.check_thirds(
            line,
            [(2.78, 0.56, 3.34), (2.77, 0.55, 3.32), (2.78, 0.56, 3.34)],
            prices_include_tax=True,
        )

    def test_thirds_of_two_taxes(self):
        taxes = ("GST", "0.05", "0.50"), ("QST", "0.09975", "1.00")
        line = self.line("1", "3.34", *taxes, quantity=3, discount="0.02")
        moves = self.check_thirds(line, [(3.33, 0.5, 3.83), (3.34, 0.5, 3.84), (3.33, 0.5, 3.83)])
        together = booked(self.env["account.move"].union(*moves), "_currency")
        self.assertEqual(
            {name: round(amount, 2) for name, amount in together.items()},
            {"untaxed": 10.0, "tax": 1.5, "GST": 0.5, "QST": 1.0},
        )

    def test_thirds_in_yen(self):
        line = self.line("1", "334", ("VAT", "0.2", "200"), quantity=3, discount="2")
        moves = self.check_thirds(
            line,
            [(333.0, 67.0, 400.0), (334.0, 66.0, 400.0), (333.0, 67.0, 400.0)],
            currency="JPY",
        )
        # 1000 yen at 160 are 6.25, 200 are 1.25; on the day of the invoices it would be 8.33.
        self.assertEqual(
            self.company_amounts(*moves),
            [(2.08, 0.42, 2.5), (2.09, 0.41, 2.5), (2.08, 0.42, 2.5)],
        )

    def test_thirds_in_dinars(self):
        line = self.line("1", "3.334", ("VAT", "0.2", "2.000"), quantity=3, discount="0.002")
        moves = self.check_thirds(
            line,
            [(3.333, 0.667, 4.0), (3.334, 0.666, 4.0), (3.333, 0.667, 4.0)],
            currency="KWD",
        )
        self.assertEqual(
            self.company_amounts(*moves),
            [(10.1, 2.02, 12.12), (10.1, 2.02, 12.12), (10.1, 2.02, 12.12)],
        )

    def test_thirds_in_dollars_without_taxes(self):
        line = self.line("1", "3.34", quantity=3, discount="0.02")
        moves = self.check_thirds(
            line, [(3.33, 0.0, 3.33), (3.34, 0.0, 3.34), (3.33, 0.0, 3.33)], currency="USD"
        )
        self.assertEqual(
            self.company_amounts(*moves), [(3.03, 0.0, 3.03), (3.03, 0.0, 3.03), (3.03, 0.0, 3.03)]
        )

    def test_more_than_was_ordered(self):
        line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        order = self.place(line)
        moves = [self.invoice_quantity(order, quantity) for quantity in (3, 1)]
        self.assertEqual(self.amounts(*moves), [(10.0, 2.0, 12.0), (3.33, 0.67, 4.0)])

    def test_a_fraction_of_a_quantity_in_yen(self):
        # Odoo itself takes 0.4 of a thing for none, and 0.6 for one, in yen: it has no decimals.
        order = self.place(self.line("1", "101", ("VAT", "0.2", "20")), currency="JPY")
        moves = [self.invoice_quantity(order, quantity) for quantity in (0.4, 0.6)]
        self.assertEqual(self.amounts(*moves), [(40.0, 8.0, 48.0), (61.0, 12.0, 73.0)])

    def test_quantity_lowered_on_the_draft(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
                order = self.place(line)
                first = order._create_invoices()
                first.invoice_line_ids.quantity = 1
                self.assertEqual(self.amounts(first), [(3.33, 0.67, 4.0)])
                self.assertEqual(self.amounts(invoice(order)), [(6.67, 1.33, 8.0)])

    def test_price_lowered_on_the_draft_is_made_up_for_by_the_rest(self):
        order = self.place(self.line("1", "10.00", ("VAT", "0.2", "6.00"), quantity=3))
        first = self.invoice_quantity(order, 1)
        first.invoice_line_ids.price_unit = 8.0
        self.assertEqual(self.amounts(first), [(8.0, 1.6, 9.6)])
        self.assertEqual(self.amounts(invoice(order)), [(22.0, 4.4, 26.4)])

    def test_cancelled_invoice_counts_for_nothing(self):
        line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        order = self.place(line)
        self.invoice_quantity(order, 1).button_cancel()
        self.assertEqual(self.amounts(invoice(order)), [(10.0, 2.0, 12.0)])

    def test_salesperson_invoices_what_others_began(self):
        line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        order = self.place(line)
        self.invoice_quantity(order, 1)
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "seller",
                "company_id": self.company.id,
                "company_ids": self.company.ids,
                "group_ids": [
                    Command.set(self.env.ref("sales_team.group_sale_salesman_all_leads").ids)
                ],
            }
        )
        order.invalidate_recordset()
        second = order.with_user(seller)._create_invoices()
        self.assertEqual(self.amounts(second.sudo()), [(6.67, 1.33, 8.0)])


@tagged("post_install", "-at_install")
class TestCreditNotes(OrderInvoiceCase):
    def thirds(self, **values):
        line = self.line("1", "3.34", ("VAT", "0.2", "2.00"), quantity=3, discount="0.02")
        order = self.place(line, **values)
        move = order._create_invoices()
        post(move)
        return order, move

    def test_whole_credit_note_and_new_invoice(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                order, move = self.thirds(currency="USD")
                note = self.credit(move)
                post(note)
                again = invoice(order)
                self.assertEqual(self.amounts(move, note, again), [(10.0, 2.0, 12.0)] * 3)
                # At the rate of the order, 1.1, not at that of today.
                self.assertEqual(
                    self.company_amounts(move, note, again),
                    [(9.09, 1.82, 10.91), (-9.09, -1.82, -10.91), (9.09, 1.82, 10.91)],
                )

    def test_parts_credited_one_by_one(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                order, move = self.thirds()
                notes = []
                for _part in range(3):
                    note = self.credit(move)
                    note.invoice_line_ids.quantity = 1
                    post(note)
                    notes.append(note)
                self.assertEqual(
                    self.amounts(*notes), [(3.33, 0.67, 4.0), (3.34, 0.66, 4.0), (3.33, 0.67, 4.0)]
                )
                self.assertEqual(move.amount_residual, 0.0)
                self.assertEqual(self.amounts(invoice(order)), [(10.0, 2.0, 12.0)])

    def test_part_credited_and_invoiced_again(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                order, move = self.thirds()
                note = self.credit(move)
                note.invoice_line_ids.quantity = 2
                post(note)
                again = invoice(order)
                self.assertEqual(self.amounts(note, again), [(6.67, 1.33, 8.0)] * 2)

    def test_amount_credited_and_invoiced_again(self):
        order, move = self.thirds()
        note = self.credit(move)
        note.invoice_line_ids.write({"quantity": 1, "price_unit": 1.0, "discount": 0.0})
        post(note)
        again = invoice(order)
        self.assertEqual(self.amounts(note, again), [(1.0, 0.2, 1.2)] * 2)

    def test_replaced_invoice_keeps_the_rate(self):
        order, move = self.thirds(currency="USD")
        again = self.credit(move, modify=True)
        self.assertEqual(again.invoice_currency_rate, order.storefront_currency_rate)
        self.assertEqual(self.company_amounts(again), [(9.09, 1.82, 10.91)])

    def test_negative_quantity_to_invoice_becomes_a_credit_note(self):
        order, move = self.thirds()
        order.order_line.product_uom_qty = 3
        order.order_line.qty_to_invoice = -1
        note = order._create_invoices(final=True)
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(self.amounts(note), [(3.33, 0.67, 4.0)])


@tagged("post_install", "-at_install")
class TestInvoiceCurrency(OrderInvoiceCase):
    def dollars(self, **values):
        """An order in dollars of which the store says what it is in euro, to its own cents."""
        line = self.line("1", "10.00", ("VAT", "0.2", "2.01"))
        other = self.line("2", "5.00")
        document = self.order("1", line, other, currency="USD", **values)
        euro = replace(
            document,
            currency="EUR",
            lines=(self.line("1", "9.14", ("VAT", "0.2", "1.84")), self.line("2", "4.57")),
            total=Decimal("15.55"),
            total_tax=Decimal("1.84"),
        )
        return replace(document, counterpart=euro)

    def test_company_amounts_are_the_stores_own(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                document = replace(self.dollars(), external_id=rounding)
                order = import_order(self.backend, document).with_env(self.env)
                self.assertAlmostEqual(order.storefront_currency_rate, 17.01 / 15.55, 9)
                move = order._create_invoices()
                post(move)
                self.assertEqual(self.amounts(order, move), [(15.0, 2.01, 17.01)] * 2)
                self.assertEqual(self.company_amounts(move), [(13.71, 1.84, 15.55)])
                balances = move.line_ids.sorted("balance").mapped("balance")
                self.assertEqual(balances, [-9.14, -4.57, -1.84, 15.55])

    def test_rate_that_changed_when_the_invoice_was_posted(self):
        order = self.place(self.line("1", "10.00", ("VAT", "0.2", "2.01")), currency="USD")
        move = order._create_invoices()
        move.invoice_date = "2026-11-25"
        post(move)
        self.assertAlmostEqual(move.invoice_currency_rate, 1.1, 9)
        self.assertEqual(self.company_amounts(move), [(9.09, 1.83, 10.92)])

    def test_invoice_in_another_currency_has_its_own_rate(self):
        order = self.place(self.line("1", "10.00", ("VAT", "0.2", "2.01")), currency="USD")
        move = order._create_invoices()
        move.currency_id = self.currencies["JPY"]
        self.assertAlmostEqual(move.invoice_currency_rate, 120.0, 9)

    def test_user_sets_another_rate(self):
        order = self.place(self.line("1", "10.00", ("VAT", "0.2", "2.01")), currency="USD")
        move = order._create_invoices()
        move.invoice_currency_rate = 2.0
        post(move)
        self.assertEqual(self.amounts(move), [(10.0, 2.01, 12.01)])
        self.assertEqual(self.company_amounts(move), [(5.0, 1.01, 6.01)])

    def test_orders_at_two_rates_get_two_invoices(self):
        early = self.order("1", self.line("1", "10.00"), currency="USD")
        late = self.order(
            "2", self.line("1", "20.00"), currency="USD", created_at=self.utc(2026, 11, 22)
        )
        same = self.order("3", self.line("1", "30.00"), currency="USD")
        orders = self.env["sale.order"].union(
            *[import_order(self.backend, one) for one in (early, late, same)]
        )
        by_hand = self.env["sale.order"].create(
            {
                "partner_id": orders.partner_id.id,
                "order_line": [Command.create({"product_id": self.product.id, "price_unit": 1.0})],
            }
        )
        by_hand.action_confirm()
        moves = (orders.with_env(self.env) | by_hand)._create_invoices(grouped=False)
        self.assertEqual(sorted(moves.mapped("amount_total_signed")), [1.0, 15.38, 36.36])

    def test_order_in_the_companys_currency_shares_an_invoice_with_others(self):
        order = self.place(self.line("1", "10.00"))
        by_hand = self.env["sale.order"].create(
            {
                "partner_id": order.partner_id.id,
                "order_line": [Command.create({"product_id": self.product.id, "price_unit": 1.0})],
            }
        )
        by_hand.action_confirm()
        move = (order | by_hand)._create_invoices(grouped=False)
        self.assertEqual(self.amounts(move), [(11.0, 0.0, 11.0)])

    def test_date_of_the_rate_is_the_stores(self):
        # 23:30 in UTC is the next day in Brussels.
        self.backend.timezone = "Europe/Brussels"
        order = self.place(
            self.line("1", "10.00"), currency="USD", created_at=self.utc(2026, 11, 20, 23, 30)
        )
        self.assertAlmostEqual(order.storefront_currency_rate, 1.3, 9)
        self.assertEqual(order.currency_rate, order.storefront_currency_rate)

    def test_confirmed_by_hand_the_order_keeps_its_rate(self):
        self.backend.paid_step = self.backend.unpaid_step = "quotation"
        order = self.place(self.line("1", "10.00"), currency="USD")
        order.action_confirm()
        self.assertAlmostEqual(order.currency_rate, 1.1, 9)


@tagged("post_install", "-at_install")
class TestInvoiceTerms(OrderInvoiceCase):
    def down_payment(self, order):
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 30}).create_invoices()
        return order.invoice_ids

    def test_down_payment_and_the_rest_are_the_order(self):
        for rounding in ROUNDINGS:
            with self.under(rounding):
                lines = (
                    self.line("1", "9.99", ("VAT", "0.2", "4.01"), quantity=2),
                    self.line("2", "19.99", ("VAT", "0.2", "4.01")),
                    self.line("3", "3.33", quantity=3, discount="-0.01"),
                )
                order = self.place(*lines)
                advance = self.down_payment(order)
                rest = order._create_invoices(final=True)
                post(advance | rest)
                self.assertEqual(self.amounts(order), [(49.97, 8.02, 57.99)])
                together = booked(advance | rest, "_currency")
                self.assertEqual(round(together["untaxed"], 2), 49.97)
                self.assertEqual(round(together["tax"], 2), 8.02)

    def test_early_payment_changes_no_taxes(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        order = self.place(self.line("1", "100.00", ("VAT", "0.2", "20.01")))
        order.payment_term_id = term
        self.assertEqual(self.amounts(order), [(100.0, 20.01, 120.01)])
        move = order._create_invoices()
        self.assertEqual(self.amounts(move), [(100.0, 20.01, 120.01)])
        self.assertFalse(move.invoice_payment_term_id)
