# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from .storefront_link import OPEN_STATES


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def _banners(self):
        """Override to tell that a linking run waits for its review."""
        banners = super()._banners()
        # A figure of a backend one may see; its integration users may not see each run.
        runs = self.env["storefront.link"].sudo()
        waiting = runs.search_count(
            [("backend_id", "=", self.id), ("state", "=", "to_review")], limit=1
        )
        return [*banners, ("info", "link_to_review", {})] if waiting else banners

    def action_link_products(self):
        """Have the storefront's variants read, and open the run; the unfinished one, if any."""
        self._check_connected()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link Products"),
            "res_model": "storefront.link",
            "view_mode": "form",
            "res_id": self._start_linking().id,
        }

    def _start_linking(self):
        """Return the open run; a new one, which a job begins to read, where there is none."""
        self.ensure_one()
        runs = self.env["storefront.link"]
        link = runs.search([("backend_id", "=", self.id), ("state", "in", OPEN_STATES)], limit=1)
        link = link or runs.create(
            {"backend_id": self.id, "shop_external_id": self.shop_external_id}
        )
        self._wake("link")
        return link

    def _has_linking_to_do(self):
        """Whether a run is at work, or a marker waits to be written."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_link WHERE backend_id = %(id)s"
            " AND state IN ('reading', 'applying', 'undoing'))"
            " OR EXISTS (SELECT 1 FROM storefront_marker WHERE backend_id = %(id)s"
            " AND state = 'to_push')",
            {"id": self.id},
        )
        return self.env.cr.fetchone()[0]
