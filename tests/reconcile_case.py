# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A backend whose stock is right, what makes it differ, and reconciling it."""

from .stock_export_case import StockExportCase


class ReconcileCase(StockExportCase):
    def setUp(self):
        super().setUp()
        # What was changed before the test is sent and known: 10 here, 10 there.
        self.sell("1", 0)
        self.set_stock(self.product, 10)
        self.job("stock")
        self.forget_calls()

    def forget_calls(self):
        """Begin anew: also orders were read before the test, not in it."""
        self.backend.cursor_ids.polled_at = False
        self.shop.pushes.clear()
        self.shop.calls.clear()

    def bind_more(self, count):
        """Link further products that have 5 units here and there."""
        for number in range(2, 2 + count):
            product = self._product(f"P{number}", f"P{number}")
            self.bind(product, str(number))
            self.set_stock(product, 5)
            self.sell(str(number), 5)
        self.job("stock")
        self.forget_calls()

    def miss(self, product, quantity):
        """Change stock as a lost note of it would leave it."""
        self.set_stock(product, quantity)
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM storefront_outbox")

    def run_of(self, **vals):
        return self.env["storefront.reconciliation"]._start(self.backend, **vals)

    def reconcile(self, run=None, polled=True):
        """Go on until nothing is left to do by itself, as time passes."""
        run = run or self.run_of()
        for _time in range(6):
            self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
            self.env.cr.execute(
                "UPDATE storefront_reconciliation_line SET read_at = read_at - interval '1 day'"
                " WHERE state = 'found' AND looks < 10"
            )
            self.job("reconcile")
            if polled:
                self.perform("poll")
                self.job("fetch")
                self.job("import")
            self.job("stock")
        return run

    def found(self, run):
        return [
            (line.binding_id.external_id, line.shown, line.wanted, line.cause, line.state)
            for line in run.line_ids
        ]

    def waits_because(self):
        self.env.cr.execute(
            "SELECT error_code FROM storefront_claim WHERE key = %s AND next_try IS NOT NULL",
            [f"reconcile:{self.backend.id}"],
        )
        row = self.env.cr.fetchone()
        return row and row[0]
