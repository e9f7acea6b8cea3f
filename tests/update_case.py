# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order in each state Odoo knows, whose storefront then changes it."""

from contextlib import contextmanager
from dataclasses import replace

from .test_flow_order_import import OrderImportCase

# How an order of two cups, a plate and shipping gets into each state.
STATES = (
    "quotation",
    "confirmed",
    "locked",
    "partly_delivered",
    "delivered",
    "partly_invoiced",
    "invoiced",
)


class OrderUpdateCase(OrderImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.env["account.tax"].search([("company_id", "=", cls.company.id)]).active = False
        cls.vat = cls._tax("VAT 20 %", 20.0)  # the chart removes those from before
        cls.reduced = cls._tax("VAT 10 %", 10.0)
        cls.included = cls._tax("VAT 20 % included", 20.0, included=True)
        cls.reduced_included = cls._tax("VAT 10 % included", 10.0, included=True)
        (cls.product | cls.other_product).invoice_policy = "order"

    def cups(self, price="10.00", tax="4.01", rate="0.2", quantity=2, **values):
        return self.line("1", price, ("VAT", rate, tax), quantity=quantity, **values)

    def rest(self, plate="5.00", shipping="4.95"):
        """What doesn't change: a plate and shipping."""
        return (
            self.line("2", plate, ("VAT", "0.2", "1.00"), sku="PLATE", name="Plate"),
            self.line("1", shipping, ("VAT", "0.2", "0.99"), kind="shipping", name="Express"),
        )

    def lines(self, quantity=2, tax="4.01"):
        return (self.cups(quantity=quantity, tax=tax), *self.rest())

    def placed(self, **values):
        return self.order("1001", *self.lines(), **values)

    def change(self, document, seconds=60, **values):
        """Have a later state of an order arrive; return the sale order."""
        changed = replace(document, updated_at=self.later(seconds), **values)
        return self.receive(changed)[document.external_id]

    def change_lines(self, document, *lines, seconds=60):
        changed = self.order(
            document.external_id, *lines, prices_include_tax=document.prices_include_tax
        )
        return self.change(changed, seconds)

    def last_status(self):
        return self.operations("order_import")[-1].status

    def bring(self, document, state):
        """Import an order and bring it into a state; return the sale order."""
        step = "quotation" if state == "quotation" else "confirm"
        self.backend.write({"paid_step": step, "unpaid_step": step})
        order = self.receive(document)[document.external_id]
        getattr(self, f"_bring_{state}", lambda order: None)(order)
        self.commit()
        return order

    def _bring_locked(self, order):
        order.action_lock()

    def _bring_partly_delivered(self, order):
        self.deliver(order, {self.product: 1})

    def _bring_delivered(self, order):
        self.deliver(order, {self.product: 2, self.other_product: 1})

    def _bring_partly_invoiced(self, order):
        invoice = order._create_invoices()
        cups = invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.product)
        (invoice.invoice_line_ids - cups).unlink()
        cups.quantity = 1
        invoice.action_post()

    def _bring_invoiced(self, order):
        order._create_invoices().action_post()

    def deliver(self, order, quantities):
        """Deliver some of an order; the rest stays to be delivered."""
        for product, quantity in quantities.items():
            self.set_stock(product, quantity)
        picking = order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.quantity = quantities.get(move.product_id, 0)
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    @contextmanager
    def undone(self):
        """Take back what the block does, so that the next one begins alike."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def demand(self, order):
        """Return {product: quantity} of what is still to be delivered."""
        demand = {}
        for move in order.picking_ids.move_ids:
            if move.state not in ("done", "cancel"):
                demand[move.product_id] = demand.get(move.product_id, 0) + move.product_uom_qty
        return demand
