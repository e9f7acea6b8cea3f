# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a linking run shows of itself: counts and progress."""

from odoo import api, fields, models

from .storefront_link import OPEN_STATES

# What a run counts of its lines: {field: (what reading found, what became of it)}, None for any.
COUNTS = {
    "matched_count": ("matched", None),
    "ambiguous_count": ("ambiguous", None),
    "missing_count": ("missing", None),
    "known_count": ("known", None),
    "undecided_count": (None, "undecided"),
    "to_link_count": (None, "to_link"),
    "to_update_count": (None, "to_update"),
    "excluded_count": (None, "excluded"),
    "linked_count": (None, "linked"),
    "updated_count": (None, "updated"),
    "refused_count": (None, "refused"),
    "undone_count": (None, "undone"),
    "kept_count": (None, "kept"),
}


class StorefrontLink(models.Model):
    _inherit = "storefront.link"

    matched_count = fields.Integer(string="Matched", compute="_compute_counts")
    ambiguous_count = fields.Integer(string="Ambiguous", compute="_compute_counts")
    missing_count = fields.Integer(string="Missing in Odoo", compute="_compute_counts")
    known_count = fields.Integer(string="Linked Before", compute="_compute_counts")
    undecided_count = fields.Integer(string="To Decide", compute="_compute_counts")
    to_link_count = fields.Integer(string="To Link", compute="_compute_counts")
    to_update_count = fields.Integer(string="To Refresh", compute="_compute_counts")
    excluded_count = fields.Integer(string="Left Out", compute="_compute_counts")
    linked_count = fields.Integer(string="Newly Linked", compute="_compute_counts")
    updated_count = fields.Integer(string="Refreshed", compute="_compute_counts")
    refused_count = fields.Integer(string="Not Linked", compute="_compute_counts")
    undone_count = fields.Integer(string="Unlinked", compute="_compute_counts")
    kept_count = fields.Integer(string="Kept", compute="_compute_counts")
    marker_count = fields.Integer(
        string="Markers to Write", compute="_compute_marker_counts", help="Not yet in the store."
    )
    marker_refused_count = fields.Integer(
        string="Markers Refused", compute="_compute_marker_counts"
    )
    progress = fields.Float(compute="_compute_progress", help="Percent of the current work.")

    def _compute_counts(self):
        groups = self.env["storefront.link.line"]._read_group(
            [("link_id", "in", self.ids)], ["link_id", "result", "state"], ["__count"]
        )
        for link in self:
            own = [group[1:] for group in groups if group[0] == link]
            for name, (result, state) in COUNTS.items():
                link[name] = sum(
                    count
                    for found, became, count in own
                    if result in (None, found) and state in (None, became)
                )

    def _compute_marker_counts(self):
        groups = self.env["storefront.marker"]._read_group(
            [("link_id", "in", self.ids)], ["link_id", "state"], ["__count"]
        )
        counts = {(link.id, state): count for link, state, count in groups}
        for link in self:
            link.marker_count = counts.get((link.id, "to_push"), 0)
            link.marker_refused_count = counts.get((link.id, "refused"), 0)

    @api.depends("state", "line_ids.state")
    def _compute_progress(self):
        for link in self:
            waiting = link.marker_count
            done = link.linked_count - waiting
            if link.state == "applying":
                waiting += link.to_link_count + link.to_update_count
            elif link.state == "undoing":
                waiting += link.linked_count
                done = link.undone_count + link.kept_count - link.marker_count
            else:
                link.progress = 0.0 if link.state in OPEN_STATES else 100.0
                continue
            done = max(done, 0)
            link.progress = 100.0 * done / (done + waiting) if done + waiting else 100.0
