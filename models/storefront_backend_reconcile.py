# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a backend's stock is compared as a whole, and what its form says of it."""

from datetime import timedelta

import pytz
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .storefront_reconciliation import ISSUE_CODE

INTERVAL = timedelta(hours=1)
PEAK_INTERVAL = timedelta(minutes=15)
# The scheduled action runs every five minutes, and not to the second.
TOLERANCE = timedelta(minutes=2)


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    reconcile_share = fields.Integer(
        string="Ask above (%)",
        default=20,
        help="A comparison that would change more of the catalogue than this stops and asks.",
    )
    peak_from = fields.Date(
        string="Peak Season",
        help="From this day to the other, both included, stock is compared every 15 minutes.",
    )
    peak_to = fields.Date()
    oldest_change_at = fields.Datetime(
        string="Oldest Waiting Change", compute="_compute_oldest_change_at"
    )
    reconciliation_id = fields.Many2one(
        "storefront.reconciliation",
        string="Last Reconciliation",
        compute="_compute_reconciliation",
        compute_sudo=True,
    )
    reconciliation_state = fields.Selection(
        lambda self: self.env["storefront.reconciliation"]._fields["state"].selection,
        string="Reconciliation",
        compute="_compute_reconciliation",
        compute_sudo=True,
    )
    reconciliation_checked = fields.Integer(
        string="Quantities Compared", compute="_compute_reconciliation", compute_sudo=True
    )
    reconciliation_drift = fields.Integer(
        string="Drift", compute="_compute_reconciliation", compute_sudo=True
    )
    reconciliation_repaired = fields.Integer(
        string="Drift Repaired", compute="_compute_reconciliation", compute_sudo=True
    )

    @api.constrains("reconcile_share", "peak_from", "peak_to")
    def _check_reconciliation(self):
        for backend in self:
            if not 0 <= backend.reconcile_share <= 100:
                raise ValidationError(self.env._("The share is a percentage: 0 to 100."))
            if bool(backend.peak_from) != bool(backend.peak_to) or (
                backend.peak_from and backend.peak_from > backend.peak_to
            ):
                raise ValidationError(
                    self.env._("A peak season has a first day and a last one, in this order.")
                )

    def _compute_oldest_change_at(self):
        oldest = self.env["storefront.outbox"]._oldest_by_backend(self.ids)
        for backend in self:
            backend.oldest_change_at = oldest.get(backend.id)

    def _compute_reconciliation(self):
        runs = self.env["storefront.reconciliation"]
        for backend in self:
            run = runs.search([("backend_id", "=", backend.id), ("is_dry", "=", False)], limit=1)
            backend.reconciliation_id = run
            backend.reconciliation_state = run.state
            backend.reconciliation_checked = run.checked_count
            backend.reconciliation_drift = run.drift_count
            backend.reconciliation_repaired = run.repaired_count

    def _banners(self):
        """Override of this addon to say that a reconciliation stopped."""
        found = super()._banners()
        asking = self.reconciliation_id.filtered(lambda run: run.state == "asking")
        for issue in asking._issue():
            found.append(("warning", ISSUE_CODE, issue.params))
        return found

    # when

    def _is_reconciliation_due(self):
        last = self.env["storefront.reconciliation"].search(
            [("backend_id", "=", self.id), ("is_dry", "=", False)], limit=1
        )
        if not last:
            return bool(self.variant_count)
        interval = PEAK_INTERVAL if self._is_peak() else INTERVAL
        return last.create_date <= fields.Datetime.now() - interval + TOLERANCE

    def _is_peak(self):
        """Whether it is peak season by the store's calendar."""
        zone = pytz.timezone(self.timezone or "UTC")
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        return bool(self.peak_from and self.peak_from <= today <= self.peak_to)

    @api.model
    def _cron_reconcile(self):
        """Begin the comparisons that are due, and go on with those that have begun."""
        runs = self.env["storefront.reconciliation"]
        for backend in self.search([("state", "=", "connected")]):
            if backend.reconciliation_user_id and backend._is_reconciliation_due():
                runs._start(backend)
            if runs._find_running(backend):
                backend._run_or_wake("reconcile")

    def _waiting_drains(self):
        """Override of this addon to go on with a comparison whose wake-up was lost."""
        found = super()._waiting_drains()
        running = self.env["storefront.reconciliation"]._find_running(self)
        return [*found, "reconcile"] if running else found

    def _job_reconcile(self):
        """Compare the storefront's stock with Odoo's and repair what differs."""
        self._run_alone("storefront.stock.reconcile", self.reconciliation_user_id)

    # buttons

    def action_reconcile(self):
        """Compare all stock now, and repair what differs."""
        return self._reconcile(is_dry=False)

    def action_reconcile_dry(self):
        """Compare all stock now, and change nothing."""
        return self._reconcile(is_dry=True)

    def _reconcile(self, is_dry):
        self.ensure_one()
        self.check_access("write")
        # sudo: runs are begun by this button and the scheduled action only.
        runs = self.env["storefront.reconciliation"].sudo()
        run = runs._start(self, is_manual=True, is_dry=is_dry)
        self._wake("reconcile")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reconciliation"),
            "res_model": "storefront.reconciliation",
            "res_id": run.id,
            "view_mode": "form",
        }

    def action_open_reconciliations(self):
        return self._action_open(
            self.env._("Reconciliations"),
            "storefront.reconciliation",
            [("backend_id", "=", self.id)],
        )
