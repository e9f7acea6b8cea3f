# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import namedtuple
from datetime import timedelta

from odoo import fields, models

# A storefront's index of changes may lag behind its records: each listing begins this much before
# what was read already.
OVERLAP = timedelta(minutes=10)

Position = namedtuple("Position", "since page")


class StorefrontCursor(models.Model):
    """How far the changes of one kind of record were read, by the storefront's own clock."""

    _name = "storefront.cursor"
    _description = "Storefront Polling Cursor"
    _order = "backend_id, kind"
    _rec_name = "kind"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    kind = fields.Char(required=True, readonly=True)
    started_at = fields.Datetime(
        required=True, readonly=True, help="What changed before it was connected isn't fetched."
    )
    since = fields.Datetime(
        string="Read up to",
        required=True,
        readonly=True,
        help="Every change up to this time of the storefront was read.",
    )
    listing_since = fields.Datetime(readonly=True, help="Where the listing in progress begins.")
    page = fields.Char(readonly=True, help="The next page of the listing in progress.")
    polled_at = fields.Datetime(readonly=True, help="When a listing was read to its end.")
    asked_at = fields.Datetime(readonly=True, help="When its last page had been asked for.")
    missed_at = fields.Datetime(
        readonly=True, help="The storefront's time of the last change no webhook announced."
    )
    error_code = fields.Char(readonly=True)
    error_params = fields.Json(readonly=True)

    _kind_uniq = models.UniqueIndex("(backend_id, kind)")

    def _start(self, backend, kind, moment):
        """Begin at ``moment`` (naive UTC) where nothing was read yet; keep what there is."""
        self.env.cr.execute(
            "INSERT INTO storefront_cursor (backend_id, kind, started_at, since, create_uid,"
            " create_date, write_uid, write_date) VALUES (%(backend)s, %(kind)s, %(moment)s,"
            " %(moment)s, %(uid)s, %(now)s, %(uid)s, %(now)s)"
            " ON CONFLICT (backend_id, kind) DO NOTHING",
            {
                "backend": backend.id,
                "kind": kind,
                "moment": moment,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )

    def _find(self, backend, kind):
        return self.search([("backend_id", "=", backend.id), ("kind", "=", kind)])

    def _rewind(self, moment):
        """Read again from ``moment`` (naive UTC), unless less was read yet."""
        for cursor in self:
            cursor.write({"since": min(cursor.since, moment), "page": False})

    def _position(self):
        """Return where to read on: the page of the listing in progress, else a new listing."""
        self.ensure_one()
        if self.page:
            return Position(self.listing_since, self.page)
        return Position(max(self.since - OVERLAP, self.started_at), "")

    def _advance(self, position, next_page, reached, asked_at):
        """Keep that the page at ``position``, asked for at ``asked_at``, was read up to ``reached``
        (naive UTC, the storefront's clock; None: nothing was on it).

        Nothing is kept of a page that another worker has read meanwhile: it was read twice, and
        the listing goes on where the other one is."""
        self.ensure_one()
        self.env.cr.execute(
            "UPDATE storefront_cursor SET page = %(next_page)s, listing_since = %(since)s,"
            " since = greatest(since, %(reached)s::timestamp), error_code = NULL,"
            " error_params = NULL,"
            " polled_at = CASE WHEN %(next_page)s IS NULL THEN %(now)s::timestamp"
            " ELSE polled_at END,"
            " asked_at = CASE WHEN %(next_page)s IS NULL THEN %(asked_at)s::timestamp"
            " ELSE asked_at END"
            " WHERE id = %(id)s AND coalesce(page, '') = %(page)s",
            {
                "id": self.id,
                "page": position.page,
                "since": position.since,
                "next_page": next_page or None,
                "reached": reached,
                "asked_at": asked_at,
                "now": self.env.cr.now(),
            },
        )
        self.invalidate_recordset()
