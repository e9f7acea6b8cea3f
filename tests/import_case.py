# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of importing by hand share: a run brought to its review, applied and settled."""

from odoo.tests import Form

from .common import StorefrontCase


class ImportCase(StorefrontCase):
    def stock_shop(self, *orders):
        """Put orders into the shop that nobody announces."""
        self.shop.orders.update({order.external_id: order for order in orders})

    def simple(self, external_id, **values):
        line = self.line("1", "10.00", sku=values.pop("sku", "CUP"))
        return self.order(external_id, line, **values)

    def ask(self, **values):
        """Fill in the dialog of Import Orders; return it."""
        action = self.backend.action_import_orders()
        dialog = Form(self.env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            setattr(dialog, name, value)
        return dialog

    def start(self, **values):
        """Press Read and Preview; return the run."""
        action = self.ask(**values).save().action_read()
        return self.env[action["res_model"]].browse(action["res_id"])

    def review(self, **values):
        """Have orders read; return the run, which waits for review."""
        run = self.start(**values)
        self.job("history")
        return run

    def apply(self, run):
        """Import, with all workers doing what they do until nothing waits."""
        run.action_apply()
        self.work()

    def work(self):
        for _round in range(20):
            self.commit()
            drains = self.backend._waiting_drains()
            for drain in ("fetch", "import", "history"):
                if drain in drains:
                    self.job(drain)
            if not {"fetch", "import", "history"} & set(drains):
                return
        self.fail(f"work is left: {drains}")

    def line_of(self, run, external_id):
        return run.line_ids.filtered(lambda line: line.external_id == external_id)

    def outcome(self, run):
        """Return {order's number: (state, reason)}."""
        run.invalidate_recordset()
        return {line.number: (line.state, line.code) for line in run.line_ids}
