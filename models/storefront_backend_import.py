# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Importing orders by hand: the button, the job, and what a store doesn't list."""

from datetime import timedelta

from odoo import fields, models

from . import messages


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def action_import_orders(self):
        """Ask which orders to import."""
        self._check_connected()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Orders"),
            "res_model": "storefront.import.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_backend_id": self.id},
        }

    def _job_import_history(self):
        """Go on with the imports of orders that somebody asked for."""
        self._run_alone("storefront.order.history", self.inbound_user_id)

    def _waiting_drains(self):
        """Override of this addon to find the imports of orders to go on with."""
        found = super()._waiting_drains()
        return [*found, "history"] if self._has_history_to_import() else found

    def _has_history_to_import(self):
        """Whether a run is at work, or what became of an order isn't noted yet."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_import WHERE backend_id = %(id)s"
            " AND state IN ('reading', 'applying'))"
            " OR EXISTS (SELECT 1 FROM storefront_import_line line"
            " JOIN storefront_snapshot snapshot ON snapshot.id = line.snapshot_id"
            " WHERE snapshot.backend_id = %(id)s AND (line.state = 'waiting'"
            " OR line.state = 'failed' AND snapshot.state IN ('done', 'skipped')))",
            {"id": self.id},
        )
        return self.env.cr.fetchone()[0]

    def _hidden_sentence(self, since):
        """Say which of the orders since ``since`` (falsy: ever) the store doesn't list.

        False where it lists them all."""
        self.ensure_one()
        capabilities = self._adapter_class().capabilities
        days = capabilities.history_days
        is_granted = capabilities.history_scope not in (self.missing_optional_scopes or ())
        border = fields.Datetime.now() - timedelta(days=days)
        if not days or is_granted or (since and since >= border):
            return False
        params = {"days": days, "scope": capabilities.history_scope}
        return messages.render(self.env, "orders_hidden", params)
