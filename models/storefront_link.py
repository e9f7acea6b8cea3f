# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .storefront_run import GC_BATCH, LINE_DAYS

# A job works on these; a human on the run that waits for review.
WORKING_STATES = ("reading", "applying", "undoing")
OPEN_STATES = (*WORKING_STATES, "to_review")


class StorefrontLink(models.Model):
    """One run that links the storefront's variants to products.

    Reading writes its own lines only. A human reviews them; applying then makes the bindings and
    has the markers written, and undoing takes back exactly what this run made.
    """

    _name = "storefront.link"
    _inherit = "storefront.run"
    _description = "Storefront Product Linking"
    _working_states = WORKING_STATES
    _drains = ("link",)

    state = fields.Selection(
        [
            ("reading", "Reading"),
            ("to_review", "Review"),
            ("applying", "Linking"),
            ("done", "Done"),
            ("undoing", "Undoing"),
            ("undone", "Undone"),
            ("cancelled", "Stopped"),
        ],
        default="reading",
        required=True,
        readonly=True,
    )
    seen_count = fields.Integer(string="Variants Read", readonly=True)
    unlisted_count = fields.Integer(string="Only in Odoo", readonly=True)
    line_ids = fields.One2many("storefront.link.line", "link_id", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(backend_id) WHERE state IN ('reading', 'to_review', 'applying', 'undoing')",
        "This storefront has a run that isn't finished: finish or stop that one first.",
    )

    # buttons

    def action_apply(self):
        """Link what the review decided, as a job."""
        self._check_button("to_review")
        if not self._has_lines("to_link", "to_update"):
            raise UserError(
                self.env._("There is nothing to link. Choose a product for a variant first.")
            )
        self._check_store()
        self.write({"state": "applying", "applied_by_id": self.env.uid})
        self.backend_id._wake("link")

    def action_undo(self):
        """Take back, as a job, what this run linked; what was changed by hand since stays."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("done", "cancelled") or not self._has_lines("linked", "updated"):
            raise UserError(self.env._("This run linked nothing that could be undone."))
        self.write({"state": "undoing", "finished_at": False})
        self.backend_id._wake("link")

    def action_cancel(self):
        """Stop the run. What it linked stays linked, and can be undone."""
        self.check_access("write")
        stopped = self.filtered(
            lambda link: (
                link.state in ("reading", "to_review")
                or (link.state == "applying" and link._has_lines("to_link", "to_update"))
            )
        )
        stopped.write({"state": "cancelled", "finished_at": fields.Datetime.now()})

    def action_continue(self):
        """Go on where the run was stopped: with reading, or with the review."""
        self._check_button("cancelled")
        self._check_store()
        self.write({"state": "to_review" if self.is_read else "reading", "finished_at": False})
        self.backend_id._wake("link")

    def action_open_lines(self):
        """Open the variants; the context's ``link_filter`` names the filter to begin with."""
        chosen = self.env.context.get("link_filter")
        action = self._open_lines("storefront_link_line_action", chosen)
        action["context"]["show_message"] = bool(self.marker_refused_count)
        return action

    def action_open_unlisted(self):
        """Open the goods that are sold here and that the storefront doesn't have."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missing in %s", self.backend_id.name),
            "res_model": "product.product",
            "view_mode": "list,form",
            "domain": self._unlisted_domain(),
            "context": {"create": False},
        }

    def _check_store(self):
        if not self._is_of_this_store():
            raise UserError(
                self.env._("This run read another store. Discard it and press Link Products again.")
            )

    # what the jobs need

    def _find_working(self, backend):
        """Return the run a job has to go on with, if any."""
        return self.search(
            [("backend_id", "=", backend.id), ("state", "in", WORKING_STATES)], limit=1
        )

    def _has_markers_to_write(self):
        return bool(
            self.env["storefront.marker"].search_count(
                [("link_id", "=", self.id), ("state", "=", "to_push")], limit=1
            )
        )

    def _unlisted_domain(self):
        """Return the goods of the company that are sold and that no line or binding is about."""
        self.ensure_one()
        return [
            ("sale_ok", "=", True),
            ("type", "=", "consu"),
            ("company_id", "in", [False, self.backend_id.company_id.id]),
            ("storefront_unlisted_link_id", "=", self.id),
        ]

    def _count_unlisted(self):
        self.env.flush_all()
        self.unlisted_count = self.env["product.product"].search_count(self._unlisted_domain())

    def _listed_products(self):
        """Return the SQL of the ids of products the storefront has, be it perhaps."""
        return SQL(
            """SELECT product_id FROM storefront_binding_variant WHERE backend_id = %(backend)s
            UNION ALL SELECT product_id FROM storefront_link_line
            WHERE link_id = %(link)s AND product_id IS NOT NULL
            UNION ALL SELECT candidate.product_product_id
            FROM product_product_storefront_link_line_rel candidate
            JOIN storefront_link_line line ON line.id = candidate.storefront_link_line_id
            WHERE line.link_id = %(link)s""",
            backend=self.backend_id.id,
            link=self.id,
        )

    @api.autovacuum
    def _gc_lines(self):
        """Delete the lines of runs that finished long ago and that a newer one followed.

        Undoing needs them, and nobody undoes what was linked a quarter of a year ago."""
        self.env.cr.execute(
            "DELETE FROM storefront_link_line WHERE id IN (SELECT line.id"
            " FROM storefront_link_line line JOIN storefront_link link ON link.id = line.link_id"
            " WHERE link.finished_at < now() AT TIME ZONE 'UTC' - interval %s"
            " AND EXISTS (SELECT 1 FROM storefront_link newer"
            " WHERE newer.backend_id = link.backend_id AND newer.id > link.id) LIMIT %s)",
            [f"{LINE_DAYS} days", GC_BATCH],
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == GC_BATCH
