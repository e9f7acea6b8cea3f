# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order that is imported again as it is writes nothing but that it was looked at."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from .update_case import STATES, OrderUpdateCase

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)
BOOKKEEPING = {"storefront_snapshot", "storefront_operation", "storefront_lock"}


@tagged("post_install", "-at_install")
class TestOrderUnchanged(OrderUpdateCase):
    @contextmanager
    def written(self):
        """Collect the names of the tables that are written to."""
        tables, cursor = set(), type(self.env.cr)
        execute = cursor.execute

        def watch(cr, query, *args, **kwargs):
            code = getattr(query, "code", query)
            found = WRITES.match(code if isinstance(code, str) else "")
            if found:
                tables.add(found[1])
            return execute(cr, query, *args, **kwargs)

        with patch.object(cursor, "execute", watch):
            yield tables

    def import_again(self):
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.commit()
        with self.written() as tables:
            self.perform("import")
        self.assertEqual(self.last_status(), "unchanged")
        self.assertEqual(self.snapshot("1001").state, "done")
        return tables

    def placed(self):
        return self.order(
            "1001", self.cups(discount="1.00"), *self.rest(), note="Ring twice", tags=("web",)
        )

    def test_the_log_sees_what_is_written(self):
        with self.written() as tables:
            self.bring(self.placed(), "confirmed")
        self.assertLessEqual({"sale_order", "sale_order_line", "stock_move"}, tables)

    def test_order_in_each_state(self):
        for state in (*STATES, "paid", "cancelled"):
            with self.subTest(state=state), self.undone():
                self.bring(self.placed(), state)
                self.assertEqual(self.import_again(), BOOKKEEPING)

    def _bring_paid(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    def _bring_cancelled(self, order):
        self.change(self.placed(), cancelled_at=self.later(50))
        self.assertEqual(order.state, "cancel")

    def test_order_that_differs_and_was_told_so(self):
        document = self.placed()
        self.bring(document, "delivered")
        self.change_lines(document, self.cups(quantity=1, tax="2.01"), *self.rest())
        self.assertEqual(self.issues().state, "open")
        self.assertEqual(self.import_again(), BOOKKEEPING)
        self.issues().action_resolve()
        self.assertEqual(self.import_again(), BOOKKEEPING)

    def test_order_that_somebody_changed_here(self):
        order = self.bring(self.placed(), "quotation")
        order.order_line[0].price_unit = 3.0
        order.partner_shipping_id = self.env["res.partner"].create({"name": "Neighbour"})
        self.assertEqual(self.import_again(), BOOKKEEPING)

    def test_order_whose_change_has_followed(self):
        document = self.placed()
        self.bring(document, "confirmed")
        self.change_lines(document, self.cups(quantity=3, tax="6.01"), self.rest()[1])
        self.assertEqual(self.import_again(), BOOKKEEPING)

    def test_order_whose_cancellation_was_refused(self):
        self.bring(self.placed(), "partly_delivered")
        self.change(self.placed(), cancelled_at=self.later(50))
        self.assertEqual(self.issues().code, "cancel_refused")
        self.assertEqual(self.import_again(), BOOKKEEPING)
