# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import json

from odoo import api, fields, models

from . import messages
from .storefront_claim import THIS_SESSION, is_dead

CLAIM_SECONDS = 120


class StorefrontSnapshot(models.Model):
    """The last state fetched of one storefront record, and how far its import has come."""

    _name = "storefront.snapshot"
    _description = "Storefront Snapshot"
    _order = "id desc"
    _rec_name = "external_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    kind = fields.Char(required=True, readonly=True)
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    payload = fields.Json(readonly=True, groups="storefront_connector.group_storefront_manager")
    payload_text = fields.Text(
        compute="_compute_payload_text", groups="storefront_connector.group_storefront_manager"
    )
    payload_hash = fields.Char(readonly=True)
    applied_hash = fields.Char(readonly=True, help="Hash of the payload applied last.")
    source_updated_at = fields.Datetime(string="Changed in the Storefront", readonly=True)
    listed_at = fields.Datetime(
        readonly=True, help="The storefront's time of the last change that polling found."
    )
    fetched_at = fields.Datetime(readonly=True)
    event_at = fields.Datetime(
        readonly=True, help="The storefront's time of the first change not yet applied."
    )
    poke_count = fields.Integer(readonly=True, help="How often a fetch was asked for.")
    state = fields.Selection(
        [
            ("to_fetch", "To fetch"),
            ("to_import", "To import"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("requires_attention", "Requires attention"),
            ("dead", "Dead letter"),
        ],
        default="to_fetch",
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    claimed_until = fields.Datetime(readonly=True)
    claimed_by = fields.Char(readonly=True, help="The database session of the claim's worker.")
    error_code = fields.Char(readonly=True)
    error_params = fields.Json(readonly=True)
    error_detail = fields.Char(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    issue_ids = fields.Many2many("storefront.issue", readonly=True)

    _record_uniq = models.UniqueIndex("(backend_id, kind, external_id)")
    _fetch_idx = models.Index("(backend_id, id) WHERE state = 'to_fetch'")
    _import_idx = models.Index("(backend_id, id) WHERE state = 'to_import'")

    @api.depends("error_code", "error_params")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for snapshot in self:
            snapshot.error_message = messages.render(
                self.env, snapshot.error_code, snapshot.error_params
            )

    @api.depends("payload")
    def _compute_payload_text(self):
        for snapshot in self:
            snapshot.payload_text = json.dumps(snapshot.payload, indent=2, ensure_ascii=False)

    def _claim_for_import(self, backend, limit):
        """Claim up to ``limit`` snapshots whose time has come and return them, oldest first.

        A claim that its worker never ended is free again when the worker's database session has
        ended, or when it expires."""
        self.env.cr.execute(
            "UPDATE storefront_snapshot"
            f" SET claimed_by = {THIS_SESSION},"
            " claimed_until = now() AT TIME ZONE 'UTC' + %(claim)s WHERE id IN ("
            " SELECT id FROM storefront_snapshot"
            " WHERE backend_id = %(backend)s AND state = 'to_import'"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')"
            " AND (claimed_until IS NULL OR claimed_until < now() AT TIME ZONE 'UTC'"
            f" OR {is_dead('claimed_by')})"
            " ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING id",
            {"claim": f"{CLAIM_SECONDS} seconds", "backend": backend.id, "limit": limit},
            log_exceptions=False,  # another worker was first: tried again, no error
        )
        return self.browse(sorted(row[0] for row in self.env.cr.fetchall()))

    def _release_claims(self):
        if self:
            self.env.cr.execute(
                "UPDATE storefront_snapshot SET claimed_until = NULL WHERE id = ANY(%s)", [self.ids]
            )

    def action_retry(self):
        """Fetch again and import: the way out after something was mended."""
        self.check_access("write")
        self.sudo()._poke()

    def _poke(self):
        """Ask for a fresh fetch, whatever state the snapshot is in."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = 'to_fetch', poke_count = poke_count + 1,"
            " tries = 0, next_try = NULL, claimed_until = NULL, applied_hash = NULL"
            " WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset()
        for backend in self.backend_id:
            backend._wake("fetch")

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.order_id.id,
        }


def hash_payload(payload):
    """Return a hash that two payloads share exactly when they say the same."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
