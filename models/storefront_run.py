# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from . import messages

# The lines of a run are looked at for some time; then the records themselves tell what there is.
LINE_DAYS = 90
GC_BATCH = 10_000


class StorefrontRun(models.AbstractModel):
    """A run that reads what a storefront has into lines of its own, which a human reviews before
    jobs apply them. The model has ``state`` and ``line_ids``."""

    _name = "storefront.run"
    _description = "Storefront Run"
    _order = "id desc"

    # The states in which a job has to go on with it, and the drains that do.
    _working_states = ()
    _drains = ()

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    shop_external_id = fields.Char(string="Store ID", readonly=True)
    cursor = fields.Char(readonly=True, help="Where the next page of the storefront begins.")
    is_read = fields.Boolean(readonly=True)
    applied_by_id = fields.Many2one("res.users", string="Started by", readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    trouble = fields.Char(compute="_compute_trouble")

    @api.depends("backend_id.name", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(backend)s, %(day)s",
                backend=run.backend_id.name,
                day=format_datetime(self.env, run.create_date, dt_format="short"),
            )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_trouble(self):
        """Say why the work stands still, where it does."""
        for run in self:
            is_working = run.state in run._working_states
            code, params = run._drain_trouble() if is_working else run._own_trouble()
            run.trouble = messages.render(self.env, code, params) or False

    def _drain_trouble(self):
        """Return (code, parameters) of why no job goes on with the run."""
        if self.backend_id.state == "paused":
            return "backend_paused", {}
        if self.backend_id.state != "connected":
            return "link_disconnected", {}
        keys = [f"{drain}:{self.backend_id.id}" for drain in self._drains]
        # sudo: of a run one may see; its drains are the connector's own.
        claim = (
            self.env["storefront.claim"]
            .sudo()
            .search([("key", "in", keys), ("error_code", "!=", False)], limit=1)
        )
        return claim.error_code, claim.error_params

    def _own_trouble(self):
        """Return (code, parameters) of why the run itself ended early."""
        return False, False

    # buttons

    def _check_button(self, state):
        """Raise UserError unless the run may be pressed on, in this state."""
        self.ensure_one()
        self.check_access("write")
        if self.state != state:
            raise UserError(
                self.env._("Only a stopped run can go on.")
                if state == "cancelled"
                else self.env._("Only a run that waits for review can be applied.")
            )

    def _open_lines(self, action, chosen):
        """Return an action that opens the lines, with the filter ``chosen`` to begin with."""
        self.ensure_one()
        self.check_access("read")
        opened = self.env["ir.actions.act_window"]._for_xml_id(f"storefront_connector.{action}")
        opened["domain"] = [(self._fields["line_ids"].inverse_name, "=", self.id)]
        opened["context"] = {f"search_default_{chosen}": 1} if chosen else {}
        return opened

    # what the jobs need

    def _is_of_this_store(self):
        """Whether the backend still speaks to the store that the lines are of."""
        return (self.shop_external_id or "") == (self.backend_id.shop_external_id or "")

    def _has_lines(self, *states):
        of_this = (self._fields["line_ids"].inverse_name, "=", self.id)
        lines = self.env[self._fields["line_ids"].comodel_name]
        return bool(lines.search_count([of_this, ("state", "in", states)], limit=1))

    def _is_working(self, state):
        """Lock the run until the end of the transaction; whether it still is in ``state``.

        Somebody may have stopped it since; a button pressed from here on waits for the batch."""
        self.env.cr.execute(
            SQL(
                "SELECT state FROM %s WHERE id = %s FOR UPDATE",
                SQL.identifier(self._table),
                self.id,
            ),
            log_exceptions=False,  # a button pressed meanwhile: the batch is tried again
        )
        row = self.env.cr.fetchone()
        return bool(row) and row[0] == state
