# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from .storefront_backend_jobs import wake_after_commit


class StorefrontMarker(models.Model):
    """Which marker each variant shall carry, and what the storefront is known to hold.

    An outbox of one row a variant: linking is no stock movement, nobody waits for a row here. A
    row that was removed in the storefront is deleted.
    """

    _name = "storefront.marker"
    _description = "Storefront Marker"
    _order = "id"
    _rec_name = "external_id"
    _log_access = False

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    link_id = fields.Many2one(
        "storefront.link", readonly=True, index="btree_not_null", ondelete="set null"
    )
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    marker = fields.Char(readonly=True, help="What the variant shall carry; empty: nothing.")
    pushed = fields.Char(readonly=True, help="What it carries, as far as we know.")
    state = fields.Selection(
        [("to_push", "Waiting"), ("done", "Written"), ("refused", "Refused")],
        required=True,
        readonly=True,
    )
    message = fields.Char(readonly=True)

    _external_uniq = models.UniqueIndex("(backend_id, external_id)")
    # Removals first: a storefront may refuse a marker that another variant still carries.
    _drain_idx = models.Index("(backend_id, (marker <> ''), id) WHERE state = 'to_push'")

    def _want(self, backend, wanted, *, link=None, found=None):
        """Have variants carry the markers of ``wanted`` {variant id: marker, empty for none}.

        ``found``: {variant id: marker the storefront was just seen to hold}. What it holds
        already isn't written again."""
        if not wanted:
            return
        self.flush_model()
        found = found or {}
        self.env.cr.execute(
            "INSERT INTO storefront_marker AS known"
            " (backend_id, external_id, marker, pushed, link_id, state)"
            " SELECT %(backend)s, external_id, marker, pushed, %(link)s,"
            " CASE WHEN pushed = marker THEN 'done' ELSE 'to_push' END"
            " FROM unnest(%(ids)s::varchar[], %(markers)s::varchar[], %(found)s::varchar[])"
            " AS given (external_id, marker, pushed)"
            " ON CONFLICT (backend_id, external_id) DO UPDATE SET marker = excluded.marker,"
            " pushed = coalesce(excluded.pushed, known.pushed), link_id = excluded.link_id,"
            " message = NULL, state = CASE WHEN coalesce(excluded.pushed, known.pushed)"
            " = excluded.marker THEN 'done' ELSE 'to_push' END",
            {
                "backend": backend.id,
                "link": link and link.id or None,
                "ids": list(wanted),
                "markers": list(wanted.values()),
                "found": [found.get(external_id) for external_id in wanted],
            },
            log_exceptions=False,  # a job that writes the same row: one of the two starts again
        )
        self.invalidate_model()
        user = backend.sudo().outbound_user_id
        # A linking job writes by itself what it wants.
        if user and user.id != self.env.uid:
            wake_after_commit(self.env, (backend.id, "link", 0, 0, user.id))

    def _take(self, backend, limit):
        """Return the next rows to write: [(external id, marker)].

        From here on what the storefront holds isn't known, until the answer is recorded."""
        self.flush_model()
        self.env.cr.execute(
            "UPDATE storefront_marker SET pushed = NULL WHERE id IN (SELECT id"
            " FROM storefront_marker WHERE backend_id = %s AND state = 'to_push'"
            " ORDER BY backend_id, marker <> '', id LIMIT %s) RETURNING id, external_id, marker",
            [backend.id, limit],
            log_exceptions=False,
        )
        rows = self.env.cr.fetchall()
        self.invalidate_model()
        rows.sort(key=lambda row: (row[2] != "", row[0]))
        return [row[1:] for row in rows]

    def _record(self, backend, pushed, refused):
        """Keep what became of a batch: ``{variant id: marker}`` written, ``{…: message}`` not.

        A row that was wanted otherwise meanwhile is written again."""
        self.flush_model()
        self.env.cr.execute(
            "UPDATE storefront_marker AS known SET pushed = given.marker, message = NULL,"
            " state = CASE WHEN known.marker = given.marker THEN 'done' ELSE 'to_push' END"
            " FROM unnest(%s::varchar[], %s::varchar[]) AS given (external_id, marker)"
            " WHERE known.backend_id = %s AND known.external_id = given.external_id",
            [list(pushed), list(pushed.values()), backend.id],
            log_exceptions=False,
        )
        self.env.cr.execute(
            "UPDATE storefront_marker AS known SET state = 'refused', message = given.message"
            " FROM unnest(%s::varchar[], %s::varchar[]) AS given (external_id, message)"
            " WHERE known.backend_id = %s AND known.external_id = given.external_id",
            [list(refused), list(refused.values()), backend.id],
            log_exceptions=False,
        )
        self.env.cr.execute(
            "DELETE FROM storefront_marker WHERE backend_id = %s AND external_id = ANY(%s)"
            " AND state = 'done' AND marker = ''",
            [backend.id, list(pushed)],
            log_exceptions=False,
        )
        self._tell_lines(backend, [*pushed, *refused])

    def _refuse_waiting(self, backend, message):
        """Have no marker that waits tried before a human asks for it."""
        self.flush_model()
        self.env.cr.execute(
            "UPDATE storefront_marker SET state = 'refused', message = %s"
            " WHERE backend_id = %s AND state = 'to_push' RETURNING external_id",
            [message, backend.id],
            log_exceptions=False,
        )
        self._tell_lines(backend, [row[0] for row in self.env.cr.fetchall()])

    def _tell_lines(self, backend, external_ids):
        """Say on the lines of the run why a variant is linked but not marked, or no longer so."""
        self.env["storefront.link.line"].flush_model()
        self.env.cr.execute(
            "UPDATE storefront_link_line line SET message = marker.message"
            " FROM storefront_marker marker WHERE marker.backend_id = %s"
            " AND marker.external_id = ANY(%s) AND line.link_id = marker.link_id"
            " AND line.external_id = marker.external_id"
            " AND line.state IN ('linked', 'updated', 'undone')"
            " AND line.message IS DISTINCT FROM marker.message",
            [backend.id, external_ids],
            log_exceptions=False,
        )
        self.invalidate_model()
        self.env["storefront.link.line"].invalidate_model(["message"])

    def _push_again(self, backend, external_ids=None):
        """Have refused markers tried again; all of the backend, or those of some variants."""
        domain = [("backend_id", "=", backend.id), ("state", "=", "refused")]
        if external_ids is not None:
            domain.append(("external_id", "in", list(external_ids)))
        refused = self.sudo().search(domain)
        refused.write({"state": "to_push", "message": False})
        backend._wake("link")


class StorefrontIssue(models.Model):
    _inherit = "storefront.issue"

    def action_retry(self):
        """Override to have the markers written again that were refused."""
        issues = self._open()
        result = super().action_retry()
        markers = self.env["storefront.marker"]
        for issue in issues:
            if issue.code == "marker_refused":
                markers._push_again(issue.backend_id)
            elif issue.code == "marker_taken":
                markers._push_again(issue.backend_id, [issue.params["variant_external_id"]])
        return result

    def _fix_marker_taken(self):
        """Take the marker from the variant that carries it, so that ours can."""
        self.ensure_one()
        self.env["storefront.marker"]._want(self.backend_id, {self.params["other_external_id"]: ""})
