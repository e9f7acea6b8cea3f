# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a run of the import of orders shows of itself: counts, pace, and what it lacks."""

from datetime import timedelta

from babel.dates import format_timedelta
from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse

from .storefront_import import OPEN_STATES

COUNTED_STATES = (
    "to_find",
    "to_create",
    "to_update",
    "waiting",
    "created",
    "updated",
    "skipped",
    "failed",
)
# Below this it says nothing: the first orders wait for the first call.
MIN_SECONDS = 5


class StorefrontImport(models.Model):
    _inherit = "storefront.import"

    to_find_count = fields.Integer(string="To Look Up", compute="_compute_counts")
    to_create_count = fields.Integer(string="To Create", compute="_compute_counts")
    to_update_count = fields.Integer(string="To Update", compute="_compute_counts")
    waiting_count = fields.Integer(string="On Their Way", compute="_compute_counts")
    created_count = fields.Integer(string="Created", compute="_compute_counts")
    updated_count = fields.Integer(string="Updated", compute="_compute_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    lacking_count = fields.Integer(
        string="Would Wait", compute="_compute_lacks", help="Of the orders looked into."
    )
    lacks = fields.Text(compute="_compute_lacks", help="What has no counterpart in Odoo yet.")
    order_count = fields.Integer(compute="_compute_order_count")
    progress = fields.Float(compute="_compute_progress", help="Percent of the orders to import.")
    rate = fields.Float(string="Orders per Second", compute="_compute_progress", digits=(16, 2))
    remaining = fields.Char(string="Remaining Time", compute="_compute_progress")
    hidden = fields.Char(compute="_compute_hidden")

    def _compute_counts(self):
        groups = self.env["storefront.import.line"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in groups}
        for run in self:
            for state in COUNTED_STATES:
                run[f"{state}_count"] = counts.get((run.id, state), 0)

    def _count_finished(self):
        """Return how many orders the import is through with."""
        self.invalidate_recordset(["created_count", "updated_count", "failed_count"])
        return self.created_count + self.updated_count + self.failed_count

    @api.depends_context("lang")
    def _compute_lacks(self):
        """Count what the orders looked into lack; few lines, whatever the run's size."""
        for run in self:
            lines = self.env["storefront.import.line"].search(
                [
                    ("import_id", "=", run.id),
                    ("state", "=", "to_create"),
                    ("is_sampled", "=", True),
                    ("code", "!=", False),
                ]
            )
            found = {tuple(cause) for line in lines for cause in line.causes or ()}
            run.lacking_count = len(lines)
            run.lacks = "\n".join(run._describe_lacks(found)) or False

    def _describe_lacks(self, causes):
        """Return one sentence for each kind of cause."""
        kinds = {
            "product": self.env._("Products without a counterpart: %s"),
            "tax": self.env._("Taxes without a counterpart: %s"),
            "": self.env._("Other causes: %s"),
        }
        counts = dict.fromkeys(kinds, 0)
        for code, _key in causes:
            counts[next(kind for kind in kinds if code.startswith(kind))] += 1
        return [kinds[kind] % count for kind, count in counts.items() if count]

    def _compute_order_count(self):
        # Figures of a run one may see; sudo, for not everybody may see its orders.
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [("storefront_import_id", "in", self.ids)], ["storefront_import_id"], ["__count"]
            )
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.order_count = counts.get(run.id, 0)

    @api.depends("state", "started_at", "started_count", "finished_at")
    @api.depends_context("lang")
    def _compute_progress(self):
        for run in self:
            done = run.created_count + run.updated_count + run.failed_count
            left = run.to_create_count + run.to_update_count + run.waiting_count
            run.progress = 100.0 * done / (done + left) if done + left else 0.0
            run.rate = run._rate(done)
            is_going_on = run.state == "applying" and bool(run.rate)
            run.remaining = is_going_on and run._in_words(left / run.rate)

    def _rate(self, done):
        """Return the orders a second since importing began or went on."""
        if not self.started_at:
            return 0.0
        seconds = ((self.finished_at or fields.Datetime.now()) - self.started_at).total_seconds()
        finished = done - self.started_count
        return finished / seconds if finished > 0 and seconds >= MIN_SECONDS else 0.0

    def _in_words(self, seconds):
        locale = babel_locale_parse(self.env.context.get("lang") or self.env.user.lang)
        return format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=locale)

    @api.depends("error_code", "error_params")
    def _compute_trouble(self):
        """Override of this addon to depend on what ended the reading."""
        return super()._compute_trouble()

    def _own_trouble(self):
        return self.error_code, self.error_params

    @api.depends("source", "date_from", "create_date")
    @api.depends_context("lang")
    def _compute_hidden(self):
        """Say where the storefront doesn't list all orders asked for."""
        for run in self:
            is_open = run.source == "dates" and run.state in OPEN_STATES
            run.hidden = is_open and run.backend_id._hidden_sentence(run.date_from)
